"""How fast the server lets us speak, met where it disturbs nobody:
in a room of our own, made for it, left and forgotten.

On Synapse one limit (rc_message) holds for all that an account sends, in all rooms together, so that an empty
room shows it; to-device messages do not count in it. Meeting it uses it up for a minute: it is not done while
the bot is at work.
"""

import asyncio
import logging
import secrets

from bot.check.finding import Finding, describe
from bot.matrix.errors import PermanentError, TransientError, UnknownToken
from bot.matrix.http import Http, HttpRequest, path
from bot.text import Count, Say

log = logging.getLogger(__name__)

MOST = 30  # messages: who lets thirty through lets any announcement through
LONGEST_WAIT = 30.0  # seconds


async def examine(http: Http, me: str, rooms: int) -> list[Finding]:
    """`rooms`: how many an announcement goes to."""
    start = asyncio.get_running_loop().time()  # making the room counts as well
    body = {"preset": "private_chat", "name": "Animatrice check", "creation_content": {"m.federate": False}}
    try:
        room = str(
            (await http.ask(HttpRequest(method="POST", path=path("createRoom"), body=body))).get("room_id")
        )
    except (PermanentError, TransientError) as error:
        return [
            Finding(True, Say("Débit : non mesuré, {why}. Réessayez dans une minute.", why=describe(error)))
        ]
    try:
        sent, gap = await _until_refused(http, room, start)
    finally:
        await _forget(http, room)
    if gap is None:
        return [Finding(True, Say("Débit : {n} messages d’affilée sans que le serveur freine.", n=sent))]
    return [_finding(sent, gap, rooms, _request(me))]


async def _until_refused(http: Http, room: str, start: float) -> tuple[int, float | None]:
    """How many went through at once, and the seconds between two after that; None when nothing stopped us."""
    for sent in range(MOST):
        elapsed = asyncio.get_running_loop().time() - start
        try:
            await http.ask(
                HttpRequest(
                    method="PUT",
                    path=path("rooms", room, "send", "animatrice.check", secrets.token_hex(8)),
                    body={},
                )
            )
        except TransientError as error:
            return (sent, (error.after or 0.0) + elapsed) if error.scope == "limit" else (sent, None)
    return MOST, None


async def _forget(http: Http, room: str) -> None:
    """Leaving counts in the limit too, which has just been met: it waits as long as it is told."""
    try:
        for what in ("leave", "forget"):
            await _once_allowed(http, HttpRequest(method="POST", path=path("rooms", room, what), body={}))
    except (PermanentError, TransientError, UnknownToken) as error:
        log.warning("the empty room %s stays: %s", room, error)


async def _once_allowed(http: Http, request: HttpRequest) -> None:
    for _ in range(3):
        try:
            await http.ask(request)
            return
        except TransientError as error:
            if error.scope != "limit":
                raise
            await asyncio.sleep(min(error.after or 1.0, LONGEST_WAIT))
    await http.ask(request)


def _finding(burst: int, gap: float, rooms: int, more: Say) -> Finding:
    allowed = Say("{burst} messages d’affilée, puis un toutes les {gap} s", burst=burst, gap=gap)
    places = Count(rooms, "un salon", "{n} salons")
    if rooms <= burst:
        return Finding(
            True,
            Say("Débit : {allowed}. Une annonce à {places} part d’un coup.", allowed=allowed, places=places),
            more,
        )
    seconds = round((rooms - burst) * gap)
    return Finding(
        True,
        Say(
            "Débit : {allowed}. Une annonce à {places} met {seconds} s.",
            allowed=allowed,
            places=places,
            seconds=seconds,
        ),
        more,
    )


def _request(me: str) -> Say:
    """For whoever runs the server; the call is Synapse's (admin API, override_ratelimit:
    0 means no limit).
    """
    call = f"POST /_synapse/admin/v1/users/{me}/override_ratelimit"
    body = '{"messages_per_second": 0, "burst_count": 0}'
    return Say(
        "  Pour aller plus vite, à envoyer à qui administre le serveur : « Pourriez-vous lever la "
        "limite d’envoi du compte {me}, un robot d’annonces ? Sur Synapse : `{call}` avec `{body}`. »",
        me=me,
        call=call,
        body=body,
    )

"""Each configured room: are we in it, may we do our work there, and is the team's room the team's alone."""

import json
import secrets
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

from bot.check.finding import Finding, describe
from bot.config import Room as Configured
from bot.matrix import parse
from bot.matrix.errors import PermanentError, TransientError
from bot.matrix.http import Http, HttpRequest, path
from bot.state_events import READERS, level, number
from bot.text import Say
from bot.time.clock import Clock
from storage.tables import Room


def needed(room: Room, event_type: str) -> float:
    """The power it takes to send a message event of this type."""
    events = room.power.get("events")
    default = number(room.power.get("events_default"), 0)
    return number(events.get(event_type), default) if isinstance(events, dict) else default


def may_send(room: Room, user: str, event_type: str) -> bool:
    return level(room, user) >= needed(room, event_type)


_NOTHING = {"not_types": ["*"]}


@dataclass(frozen=True)
class Known:
    """What one sync says: the rooms we are in, with their state, and those we are invited to."""

    joined: dict[str, Room]
    invited: set[str]


async def examine(http: Http, me: str, rooms: Sequence[Configured]) -> AsyncIterator[Finding]:
    known = await _known(http)
    for configured in rooms:
        yield await _one(http, me, configured, known)
    if not any(configured.kind == "team" for configured in rooms):
        yield Finding(
            False, Say("Équipe : aucun salon n’a `kind: team`. Sans lui, personne ne peut publier d’annonce.")
        )


async def _one(http: Http, me: str, configured: Configured, known: Known) -> Finding:
    name = configured.room
    try:
        room_id = await _id(http, name)
    except PermanentError as error:
        return Finding(
            False,
            Say("Salon `{name}` : cette adresse ne mène nulle part ; {why}.", name=name, why=describe(error)),
        )
    except TransientError as error:
        return Finding(False, Say("Salon `{name}` : {why}.", name=name, why=describe(error)))
    if room := known.joined.get(room_id):
        return _judged(room, me, configured)
    if room_id in known.invited:
        return Finding(
            True,
            Say("Salon `{name}` : l’invitation est arrivée, l’Animatrice entrera en démarrant.", name=name),
        )
    return Finding(
        False,
        Say(
            "Salon `{name}` : l’Animatrice n’y est pas. Invitez {me}, elle entrera d’elle-même.",
            name=name,
            me=me,
        ),
    )


def _judged(room: Room, me: str, configured: Configured) -> Finding:
    name = configured.room
    if room.successor:
        replaced = Say(
            "Salon `{name}` : il a été remplacé par `{new}`. Corrigez `rooms`.", name=name, new=room.successor
        )
        return Finding(False, replaced)
    if (missing := _missing(room, me, name)) is not None:
        return Finding(False, missing)
    if configured.kind == "team" and room.join_rule != "invite":
        return Finding(
            False,
            Say(
                "Salon `{name}` : on y entre sans invitation. Passez-le « sur invitation », sinon l’équipe "
                "ne sera pas reconnue.",
                name=name,
            ),
        )
    kind = Say("chiffré") if room.encrypted else Say("non chiffré")
    team = Say(", sur invitation") if configured.kind == "team" else Say("")
    able = Say(
        "Salon `{name}` : présente, peut écrire, réagir et effacer ({kind}{team}).",
        name=name,
        kind=kind,
        team=team,
    )
    return Finding(True, able)


def _missing(room: Room, me: str, name: str) -> Say | None:
    """The first thing we may not do there, with what to ask for."""
    written = "m.room.encrypted" if room.encrypted else "m.room.message"
    for what, event_type in (
        (Say("écrire"), written),
        (Say("réagir"), "m.reaction"),
        (Say("effacer ses messages"), "m.room.redaction"),
    ):
        if not may_send(room, me, event_type):
            level = int(needed(room, event_type))
            return Say(
                "Salon `{name}` : l’Animatrice ne peut pas {what}. Demandez à qui administre le salon de "
                "donner à {me} le niveau {level} au moins.",
                name=name,
                what=what,
                me=me,
                level=level,
            )
    return None


async def _id(http: Http, name: str) -> str:
    if name.startswith("!"):
        return name
    found = await http.ask(HttpRequest(method="GET", path=path("directory", "room", name)))
    return str(found.get("room_id"))


async def _known(http: Http) -> Known:
    """From a sync without a token: it delivers nothing for good,
    so that a bot at work beside us misses nothing.
    """
    wanted = {
        "presence": _NOTHING,
        # the nonce: not an answer from the server's cache
        "account_data": {"not_types": ["*", secrets.token_hex(4)]},
        "room": {
            "timeline": {"limit": 1, **_NOTHING},
            "state": {"types": list(READERS)},
            "ephemeral": _NOTHING,
            "account_data": _NOTHING,
        },
    }
    query = {"filter": json.dumps(wanted), "timeout": "0", "set_presence": "offline"}
    rooms = parse.mapping(
        (await http.ask(HttpRequest(method="GET", path=path("sync"), query=query))).get("rooms")
    )
    joined = {room_id: _room(room_id, found) for room_id, found in parse.mapping(rooms.get("join")).items()}
    return Known(joined, set(parse.mapping(rooms.get("invite"))))


def _room(room_id: str, found: Any) -> Room:
    room = Room(room_id=room_id)
    for each in parse.listing(parse.mapping(parse.mapping(found).get("state")).get("events")):
        event = parse.event(each, room_id, Clock())
        if event and event.state_key == "" and (reader := READERS.get(event.type)):
            reader(room, event)
    return room

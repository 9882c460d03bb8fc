"""Encrypted messages that could not be read: the team is told once a day, each person is asked once a day to
send them again, in private or by one line in the room, with the reason that their client gave.
"""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.outbox import Asker, Post, Rank
from bot.schedule.jobs import Run, due
from bot.text import Count, Long, Say
from bot.text.names import first_name
from bot.time.recurrence import Occurrence
from storage import rooms, unreadable
from storage.tables import UnreadableEvent

log = logging.getLogger(__name__)

WAIT = timedelta(minutes=10)  # for a key that is only late
KEY = "unreadable:"
# By the code of m.room_key.withheld.
WHY = {
    "m.unverified": Say(
        "votre messagerie ne donne ses clés qu’aux appareils vérifiés, et le mien ne l’est pas"
    ),
    "m.blacklisted": Say("mon appareil est bloqué dans votre messagerie"),
    "m.unauthorised": Say(
        "votre messagerie ne m’en a pas donné la clé, car je n’étais pas encore dans le salon"
    ),
    "m.unavailable": Say("votre messagerie n’en a plus la clé"),
    "m.no_olm": Say("votre messagerie n’a pas réussi à me joindre"),
}
LATE = Say("sa clé de chiffrement ne m’est pas parvenue")
IN_VAIN = {"m.unverified", "m.blacklisted"}  # sent again, it would be no more readable


async def asked_about(db: AsyncSession, now: datetime) -> Sequence[Occurrence]:
    """One for each person and the last day of theirs, once its first key is surely not only late."""
    found: dict[str, Occurrence] = {}
    for row in await unreadable.latest(db):
        name = _name(row)
        if row.sender not in found or found[row.sender].name == name:
            found[row.sender] = Occurrence(name, row.at + WAIT)
    return [each for each in found.values() if each.planned <= now]


def _name(row: UnreadableEvent) -> str:
    return f"{_day(row)} {row.sender}"


def _day(row: UnreadableEvent) -> str:
    return f"{row.at.astimezone(UTC):%Y-%m-%d}"


@due("unreadable", rows=asked_about, missed="catch up")
async def ask_again(run: Run) -> None:
    day = run.name.partition(" ")[0]
    found = await unreadable.latest(run.db)
    rows = [row for row in found if _day(row) == day and row.sender != run.network.me]
    theirs = [row for row in rows if _name(row) == run.name]
    if not theirs:
        return  # read or taken back meanwhile, or our own, from before our keys were lost
    last = theirs[0]
    log.warning(
        "%d encrypted events of %s could not be read, the last one in %s: %s",
        len(theirs),
        last.sender,
        last.room_id,
        last.withheld or "no key came",
    )
    await _ask(run, last, [row for row in rows if row.room_id == last.room_id])
    await _tell_team(run, day, rows)


async def _ask(run: Run, row: UnreadableEvent, in_room: Sequence[UnreadableEvent]) -> None:
    """In private where we can; else by one line in the room, for all that are asked there that day."""
    private = await run.private_room(row.sender)
    if private is not None:
        where = await rooms.room(run.db, row.room_id)
        read = Say(
            "Je n’ai pas pu lire votre message dans « {room} » : {why}.",
            room=where.name if where and private != row.room_id else Say("ce salon"),
            why=WHY.get(row.withheld, LATE),
        )
        say = Say("{read} {again}", read=read, again=_again([row]))
        asker = Asker(person=row.sender, room=private, direct=True)
        await run.post_answer(asker, say, f"{KEY}{run.name}")
    elif (await rooms.facts(run.db, row.room_id)).membership == "join":
        reasons = {WHY.get(each.withheld, LATE) for each in in_room}
        read = Say(
            "{people} : je n’ai pas pu lire ce que vous avez écrit ({why}).",
            people=await _people(run, in_room),
            why=reasons.pop() if len(reasons) == 1 else LATE,
        )
        post = Post(
            room=row.room_id,
            say=Say("{read} {again}", read=read, again=_again(in_room)),
            rank=Rank.BOOKKEEPING,
            key=f"{KEY}{_day(row)}",
            mentions=tuple(dict.fromkeys(each.sender for each in in_room)),
        )
        await run.post(post)


def _again(rows: Sequence[UnreadableEvent]) -> Say:
    if all(row.withheld in IN_VAIN for row in rows):
        return Say("Dites-le à l’équipe d’animation, s’il vous plaît.")
    return Say("Pouvez-vous l’envoyer de nouveau ?")


async def _people(run: Run, rows: Sequence[UnreadableEvent]) -> Long:
    names = {row.sender: await rooms.name_of(run.db, row.room_id, row.sender) for row in rows}
    return Long(", ".join(first_name(name) if name else person for person, name in names.items()))


async def _tell_team(run: Run, day: str, rows: Sequence[UnreadableEvent]) -> None:
    """One message a day, as it is now."""
    team = run.network.team
    if team is None:
        return
    say = Say(
        "Je n’ai pas pu lire {count} ({people}). J’ai demandé de les envoyer de nouveau ; le service "
        "numérique en trouve la cause dans le journal.",
        count=Count(len(rows), "un message chiffré", "{n} messages chiffrés"),
        people=await _people(run, rows),
    )
    await run.post(Post(room=team, say=say, rank=Rank.BOOKKEEPING, key=f"{KEY}team:{day}"))

"""What becomes of a meeting that people know already: edits made within half an hour are told together, a cancellation at once.

The card and its line of counts are edited in place; one new message tells what changed, with the file that replaces the first in calendars.
A new date keeps the answers, to be confirmed with one tap; anything else keeps them as they are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.network import Network
from bot.outbox import Post, UnitOfWork
from bot.schedule.jobs import Run, due
from bot.text import Say
from bot.time import OfficeHours
from bot.time.format import When
from bot.time.recurrence import Occurrence
from schedules.meetings import calendar, card, wording
from schedules.meetings import wording as words
from schedules.meetings.attendance import coming
from storage import outbox
from storage.meetings import answers, meetings
from storage.tables import Meeting, OutboxEntry

TOGETHER = timedelta(minutes=30)
SOON = timedelta(hours=2)  # before the start, nothing waits for what else may change
LAST = timedelta(hours=24)  # before the start, nothing waits for the morning: people would go elsewhere


@dataclass(frozen=True)
class Scene:
    """Where and when something is told; `now`: the moment of the command, or the planned one; `since`: of the last change, which later cards show."""

    db: AsyncSession
    network: Network
    now: datetime
    urgent: bool = False
    since: datetime | None = None


def remember(row: Meeting, was: Mapping[str, str], now: datetime, *, moved: bool) -> None:
    """To be told together, half an hour after the last of them. `was`: field, before; of a field changed twice the first counts. `moved`: to another
    day; to be called before `redated`."""
    kept = {"revision": str(row.revision)} if moved else {}
    row.pending, row.pending_at = {**was, **kept, **row.pending}, now


async def redated(db: AsyncSession, row: Meeting, zone: ZoneInfo) -> None:
    """It is on another day, and its card says so at once: what is answered from now on is to that day, what was before is to be confirmed.

    Back on the day that people know, before anything was told, the answers to it hold as they did.
    """
    row.revision += 1
    if "revision" in row.pending and not _elsewhen(row, (known := wording.before(row)), zone):
        await answers.hold_again(db, row.id, known.revision, row.revision)


async def to_tell(db: AsyncSession, upto: datetime) -> list[Occurrence]:
    return [_turn(row, row.pending_at) for row in await meetings.changed(db, upto) if row.pending_at]


def _turn(row: Meeting, last: datetime) -> Occurrence:
    return Occurrence(f"{row.name} {last.isoformat()}", min(last + TOGETHER, max(last, row.starts_at - SOON)))


def told_at(starts_at: datetime, now: datetime, hours: OfficeHours) -> datetime:
    """When a change made now will be told, unless others follow."""
    soon = min(now + TOGETHER, max(now, starts_at - SOON))
    return min(hours.next_open(soon), max(soon, starts_at - LAST))


async def to_tell_at_last(db: AsyncSession, upto: datetime) -> list[Occurrence]:
    found = [(row, _turn(row, row.pending_at)) for row in await meetings.changed(db, upto) if row.pending_at]
    return [Occurrence(turn.name, max(turn.planned, row.starts_at - LAST)) for row, turn in found]


# However late: what people know is wrong until then. At night it waits, and what else is changed meanwhile goes with it.
@due("meeting changes", rows=to_tell, missed="catch up")
async def tell(run: Run) -> Sequence[Post]:
    return await _tell(run, urgent=False)


# On the eve, at night too.
@due("meeting changes, at last", rows=to_tell_at_last, missed="catch up", at_any_hour=True)
async def tell_at_last(run: Run) -> Sequence[Post]:
    return await _tell(run, urgent=True)


async def _tell(run: Run, *, urgent: bool) -> Sequence[Post]:
    row = await _known(run)
    if row is None:
        return []
    scene, before = Scene(run.db, run.network, run.planned, urgent), wording.before(row)
    lines = wording.changed(row, run.config)
    silent, last = row.status != meetings.ANNOUNCED or row.ends_at <= run.planned, row.pending_at
    links = [] if silent else await _links(scene, row, before)
    row.pending, row.pending_at = {}, None
    run.db.add(row)
    if silent or not lines:
        return links
    row.sequence += 1
    edits = await card.edits(run.db, run.network, row, run.planned)
    return [*edits, *await _news(replace(scene, since=last), row, (before, lines)), *links]


async def _known(run: Run) -> Meeting | None:
    """The meeting as it was when this was planned: what was changed since then has a later turn."""
    found = await meetings.changed(run.db, run.planned)
    return next((row for row in found if row.pending_at and _turn(row, row.pending_at).name == run.name), None)


def _moved(row: Meeting, before: Meeting, network: Network) -> bool:
    """To another day: answers to the first one are to be confirmed."""
    return _elsewhen(row, before, network.config.zone)


def _elsewhen(row: Meeting, before: Meeting, zone: ZoneInfo) -> bool:
    return row.starts_at.astimezone(zone).date() != before.starts_at.astimezone(zone).date()


async def _news(scene: Scene, row: Meeting, change: tuple[Meeting, list[Say]]) -> list[Post]:
    """In each room whose people have seen the card, and in private to those who come when it is elsewhere or on another day."""
    before, lines = change
    moved = _moved(row, before, scene.network)
    told = [Say("**Changement pour la rencontre du {day}**", day=words.day(before, scene.network.config, scene.now)), *lines]
    shown = [entry for entry in await _shown(scene.db, row) if not (scene.since and entry.tried_at and entry.tried_at > scene.since)]
    posts = [await _post(scene, row, entry, (Say.lines(*told, *_after(row, moved)), card.seeds(row) if moved else ())) for entry in shown]
    if shown and (moved or words.where(row) != words.where(before)):
        private = _in_private(row, await coming(scene.db, scene.network, row), Say.lines(*told, _confirm(moved)))
        posts += [replace(post, urgent=scene.urgent) for post in private]
    return posts


def _after(row: Meeting, moved: bool) -> list[Say]:
    if not moved:
        return [Say("Votre réponse est gardée. Le fichier joint remplace le précédent dans votre agenda.")]
    taps = Say("✅ je viens – 💻 je suivrai en visio – ❔ peut-être – ❌ je ne peux pas")
    return [
        Say("Le fichier joint remplace le précédent dans votre agenda."),
        Say("Votre réponse est gardée, mais à reconfirmer, d’un geste sous ce message :"),
        taps if row.video else Say("✅ je viens – ❔ peut-être – ❌ je ne peux pas"),
    ]


def _confirm(moved: bool) -> Say:
    return Say("Votre réponse est à reconfirmer : `!presence oui` ou `!presence non`.") if moved else Say("Votre réponse est gardée.")


async def _shown(db: AsyncSession, row: Meeting) -> list[OutboxEntry]:
    """The cards that are out."""
    return [entry for entry in await card.standing(db, row, meetings.card_key(row.id)) if entry.status == outbox.SENT]


async def _post(scene: Scene, row: Meeting, entry: OutboxEntry, said: tuple[Say, tuple[str, ...]]) -> Post:
    """Under a key of its own among those of the meeting: taps on it are answers too."""
    return Post(
        room=entry.room_id,
        say=said[0],
        key=f"{meetings.card_key(row.id)}:{row.sequence}",
        reply_to=entry.event_id,
        until=row.starts_at if scene.now < row.starts_at else row.ends_at,
        urgent=scene.urgent,
        title=card.title(row, scene.network.config, scene.network.language(entry.room_id)),
        files=(calendar.file(row, scene.network.config, scene.now),),
        reactions=said[1],
    )


def _in_private(row: Meeting, people: Sequence[str], say: Say) -> list[Post]:
    return [Post(person=person, say=say, until=row.starts_at) for person in people]


async def _links(scene: Scene, row: Meeting, before: Meeting) -> list[Post]:
    """Another video link: in private to those who follow that way."""
    if not row.video or not before.video or row.video == before.video:
        return []
    say = Say(
        "Rencontre du {day} : le lien de visioconférence a changé. Le nouveau : {link}", day=words.day(row, scene.network.config), link=row.video
    )
    return _in_private(row, await coming(scene.db, scene.network, row, (answers.REMOTE,)), say)


async def cancel(uow: UnitOfWork, row: Meeting, urgent: bool) -> None:
    """Told at once to the rooms that know of it, and in private to those who were to come. `row.reason` says why.

    To be called once; what still waits to be said about it is withdrawn.
    """
    scene = Scene(uow.db, uow.network, uow.cause.at, urgent)
    shown = await _shown(uow.db, row)
    people = await coming(uow.db, uow.network, row) if shown else []
    known = wording.before(row)
    row.status, row.pending, row.pending_at = meetings.CANCELLED, {}, None
    row.sequence += 1
    uow.db.add(row)
    await meetings.withdraw(uow.db, row.id)
    await card.refresh(uow, row)
    say = _cancelled(row, When(known.starts_at, known.ends_at, scene.network.config.zone))
    for post in [await _post(scene, row, entry, (say, ())) for entry in shown]:
        await uow.post(post)
    for post in _in_private(row, people, say):
        await uow.post(replace(post, urgent=urgent, files=()))


def _cancelled(row: Meeting, when: When) -> Say:
    """`when`: as people know it, be it moved since."""
    return Say.lines(
        Say("**La rencontre du réseau est annulée : {when}**", when=when),
        Say("Raison : {reason}", reason=words.one_line(row.reason)) if row.reason else None,
        Say("Vous n’avez rien à faire. Le fichier joint à l’annonce du salon la marque comme annulée dans votre agenda."),
    )

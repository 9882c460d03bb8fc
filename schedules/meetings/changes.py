"""Changes of an announced meeting (debounced):
edits within half an hour are told together, a cancellation at once.

The card and its line of counts are edited in place; one new message tells what changed, and how to have the
file that replaces the first in calendars. A new date keeps the answers, to be confirmed with one tap;
anything else keeps them as they are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.outbox import Post, UnitOfWork
from bot.schedule.jobs import Run, due
from bot.text import Say
from bot.time import OfficeHours
from bot.time.format import When
from bot.time.recurrence import Occurrence
from schedules.meetings import card, wording
from schedules.meetings.attendance import recipients
from storage import outbox
from storage.meetings import answers, meetings, messages
from storage.tables import Meeting, OutboxEntry

TOGETHER = timedelta(minutes=30)
SOON = timedelta(hours=2)  # before the start, nothing waits for what else may change
LAST = timedelta(hours=24)  # before the start, nothing waits for the morning: people would go elsewhere


@dataclass(frozen=True)
class Change:
    """What is told together. `before`: as people know it; `since`:
    the last of the changes, which later cards show.
    """

    before: Meeting
    lines: Sequence[Say]
    since: datetime | None
    urgent: bool = False


def remember(row: Meeting, previous: Mapping[str, str], now: datetime, *, moved: bool) -> None:
    """To be told together, half an hour after the last of them.
    `previous`: values by field; of a field changed twice the first counts. `moved`: to another day; to be
    called before `move_revision`.
    """
    revision = {"revision": str(row.revision)} if moved else {}
    row.pending, row.pending_at = {**previous, **revision, **row.pending}, now


async def move_revision(db: AsyncSession, row: Meeting, zone: ZoneInfo) -> None:
    """It is on another day, and its card says so at once:
    what is answered from now on is to that day, what was before is to be confirmed.

    Back on the day that people know, before anything was told, the answers to it hold as they did.
    """
    row.revision += 1
    if "revision" in row.pending and not _on_another_day(row, (announced := wording.as_announced(row)), zone):
        await answers.revalidate(db, row.id, announced.revision, row.revision)


async def pending(db: AsyncSession, upto: datetime) -> list[Occurrence]:
    return [
        _occurrence(row, row.pending_at)
        for row in await meetings.with_pending_change(db, upto)
        if row.pending_at
    ]


def _occurrence(row: Meeting, last: datetime) -> Occurrence:
    return Occurrence(f"{row.name} {last.isoformat()}", min(last + TOGETHER, max(last, row.starts_at - SOON)))


def announced_at(starts_at: datetime, now: datetime, hours: OfficeHours) -> datetime:
    """When a change made now will be told, unless others follow."""
    soon = min(now + TOGETHER, max(now, starts_at - SOON))
    return min(hours.next_open(soon), max(soon, starts_at - LAST))


async def pending_at_last(db: AsyncSession, upto: datetime) -> list[Occurrence]:
    occurrences = [
        (row, _occurrence(row, row.pending_at))
        for row in await meetings.with_pending_change(db, upto)
        if row.pending_at
    ]
    return [
        Occurrence(occurrence.name, max(occurrence.planned, row.starts_at - LAST))
        for row, occurrence in occurrences
    ]


# However late: what people know is wrong until then. At night it waits, and what else is changed meanwhile
# goes with it.
@due("meeting changes", rows=pending, missed="catch up")
async def tell(run: Run) -> None:
    await _tell(run, urgent=False)


# On the eve, at night too.
@due("meeting changes, at last", rows=pending_at_last, missed="catch up", at_any_hour=True)
async def tell_at_last(run: Run) -> None:
    await _tell(run, urgent=True)


async def _tell(run: Run, *, urgent: bool) -> None:
    row = await _due_meeting(run)
    if row is None:
        return
    change = Change(wording.as_announced(row), wording.changes(row, run.config), row.pending_at, urgent)
    row.pending, row.pending_at = {}, None
    run.db.add(row)
    if row.status != meetings.ANNOUNCED or row.ends_at <= run.now:
        return
    if change.lines:
        row.sequence += 1
        await card.refresh(run, row)
        await _announce(run, row, change)
    await _tell_new_link(run, row, change.before)


async def _due_meeting(run: Run) -> Meeting | None:
    """The meeting as it was when this was planned: what was changed since then has a later occurrence."""
    rows = await meetings.with_pending_change(run.db, run.planned)
    return next(
        (row for row in rows if row.pending_at and _occurrence(row, row.pending_at).name == run.name), None
    )


def _on_another_day(row: Meeting, before: Meeting, zone: ZoneInfo) -> bool:
    return row.starts_at.astimezone(zone).date() != before.starts_at.astimezone(zone).date()


async def _announce(uow: UnitOfWork, row: Meeting, change: Change) -> None:
    """In each room whose people have seen the card,
    and in private to those who come when it is elsewhere or on another day.
    """
    moved = _on_another_day(row, change.before, uow.config.zone)
    day = wording.day(change.before, uow.config, uow.now)
    lines = [Say("**Changement pour la rencontre du {day}**", day=day), *change.lines]
    cards = [entry for entry in await _sent_cards(uow.db, row) if not _shows_change(entry, change)]
    for entry in cards:
        post = _reply_to_card(uow, row, entry, Say.lines(*lines, *_what_follows(row, moved)))
        await uow.post(replace(post, urgent=change.urgent, reactions=card.reactions(row) if moved else ()))
    if cards and (moved or wording.where(row) != wording.where(change.before)):
        people = await recipients(uow, row)
        await _tell_privately(uow, row, people, Say.lines(*lines, _confirm(moved)), urgent=change.urgent)


def _shows_change(entry: OutboxEntry, change: Change) -> bool:
    """A card that went out after the change reads so already."""
    return bool(change.since and entry.tried_at and entry.tried_at > change.since)


def _what_follows(row: Meeting, moved: bool) -> list[Say]:
    updated = Say("Pour votre agenda, le fichier à jour : `!rencontre {name}`", name=row.name)
    if not moved:
        return [Say("Votre réponse est gardée."), updated]
    taps = Say("✅ je viens – 💻 je suivrai en visio – ❔ peut-être – ❌ je ne peux pas")
    return [
        updated,
        Say("Votre réponse est gardée, mais il faut la confirmer. Touchez un signe sous ce message :"),
        taps if row.video else Say("✅ je viens – ❔ peut-être – ❌ je ne peux pas"),
    ]


def _confirm(moved: bool) -> Say:
    return (
        Say("Votre réponse est à reconfirmer : `!presence oui` ou `!presence non`.")
        if moved
        else Say("Votre réponse est gardée.")
    )


async def _sent_cards(db: AsyncSession, row: Meeting) -> list[OutboxEntry]:
    """The cards that are out."""
    return [
        entry
        for entry in await card.posted(db, row, messages.card_key(row.id))
        if entry.status == outbox.SENT
    ]


def _reply_to_card(uow: UnitOfWork, row: Meeting, entry: OutboxEntry, say: Say) -> Post:
    """A reply to the card, under a key of its own among those of the meeting: taps on it are answers too."""
    return Post(
        room=entry.room_id,
        say=say,
        key=f"{messages.card_key(row.id)}:{row.sequence}",
        reply_to=entry.event_id,
        until=row.starts_at if uow.now < row.starts_at else row.ends_at,
        title=card.title(row, uow.config, uow.network.language(entry.room_id)),
    )


async def _tell_privately(
    uow: UnitOfWork, row: Meeting, people: Sequence[str], say: Say, *, urgent: bool = False
) -> None:
    for person in people:
        await uow.post(Post(person=person, say=say, until=row.starts_at, urgent=urgent))


async def _tell_new_link(uow: UnitOfWork, row: Meeting, before: Meeting) -> None:
    """Another video link: in private to those who follow that way."""
    if not row.video or not before.video or row.video == before.video:
        return
    say = Say(
        "Rencontre du {day} : le lien de visioconférence a changé. Le nouveau : {link}",
        day=wording.day(row, uow.config),
        link=row.video,
    )
    await _tell_privately(uow, row, await recipients(uow, row, (answers.REMOTE,)), say)


def cancelled_at_once(row: Meeting, now: datetime, hours: OfficeHours) -> bool:
    """In open hours; at night too when the morning would be too late for who comes from far."""
    return bool(hours.next_open(now) == now or hours.next_open(now) > row.starts_at - LAST)


async def cancel(uow: UnitOfWork, row: Meeting, urgent: bool) -> None:
    """Told at once to the rooms that know of it, and in private to those who were to come.
    `row.reason` says why.

    To be called once; what still waits to be said about it is withdrawn.
    """
    cards = await _sent_cards(uow.db, row)
    people = await recipients(uow, row) if cards else []
    announced = wording.as_announced(row)
    row.status, row.pending, row.pending_at = meetings.CANCELLED, {}, None
    row.sequence += 1
    uow.db.add(row)
    await messages.withdraw_posts(uow.db, row.id)
    await card.refresh(uow, row)
    say = _cancelled(row, When(announced.starts_at, announced.ends_at, uow.config.zone))
    for entry in cards:
        await uow.post(replace(_reply_to_card(uow, row, entry, say), urgent=urgent))
    await _tell_privately(uow, row, people, say, urgent=urgent)


def _cancelled(row: Meeting, when: When) -> Say:
    """`when`: as people know it, be it moved since."""
    return Say.lines(
        Say("**La rencontre du réseau est annulée : {when}**", when=when),
        Say("Raison : {reason}", reason=wording.one_line(row.reason)) if row.reason else None,
        Say(
            "Vous n’avez rien à répondre. Pour votre agenda, le fichier à jour : `!rencontre {name}`",
            name=row.name,
        ),
    )

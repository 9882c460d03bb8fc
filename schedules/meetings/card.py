"""The card: the announcement that shows a meeting and takes answers by reaction;
edited in place, with the line of counts below it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.config import Config
from bot.outbox import Child, Post, Rank, UnitOfWork, chips
from bot.text import Say, content, permalink
from bot.time import Day
from bot.time.format import When
from schedules.meetings import calendar, wording
from storage import outbox, taps
from storage.meetings import counts, meetings, messages
from storage.tables import Meeting, OutboxEntry

YES, REMOTE, MAYBE, NO = "✅", "💻", "❔", "❌"
STALE_TAPS = Say("Seuls ces nombres comptent : sous l’annonce, certaines réactions ne sont plus à jour.")


@dataclass(frozen=True)
class Announcement:
    """Where and when a meeting is announced.
    `at`: not before; `urgent`: the team wants it out at once, whatever the hour.
    """

    rooms: Sequence[str]
    at: datetime
    urgent: bool = False


async def announce(uow: UnitOfWork, row: Meeting, announcement: Announcement) -> None:
    """In these rooms, which add to those where it is already.
    The editable messages that were lost or taken away there begin anew.
    """
    row.status = meetings.ANNOUNCED
    row.rooms = list(dict.fromkeys([*row.rooms, *announcement.rooms]))
    uow.db.add(row)
    await post_cards(uow, row, announcement)


async def post_cards(uow: UnitOfWork, row: Meeting, announcement: Announcement) -> None:
    """In those of these rooms where no card stands."""
    for room in announcement.rooms:
        if await _is_absent(uow.db, room, messages.card_key(row.id)):
            await uow.post(await _card(uow, row, room, announcement))


async def _is_absent(db: AsyncSession, room: str, key: str) -> bool:
    """Whether this editable message does not stand, nor wait, in that room:
    what was lost there is forgotten.
    """
    versions = await outbox.versions(db, key, room)
    if versions and versions[0].status not in outbox.FAILED:
        return False
    for entry in versions:
        entry.message_key = None
        db.add(entry)
    await db.flush()
    return True


async def _card(uow: UnitOfWork, row: Meeting, room: str, announcement: Announcement) -> Post:
    line = wording.count_line(row, await counts.of_meeting(uow.db, row), announcement.at, uow.config)
    body = content(line, uow.network.language(room), notice=True)
    child = Child(type="m.room.message", content=body, key=messages.count_key(row.id))
    return Post(
        room=room,
        say=text(row, uow.config),
        key=messages.card_key(row.id),
        at=announcement.at,
        until=row.starts_at,
        urgent=announcement.urgent,
        title=title(row, uow.config, uow.network.language(room)),
        children=(child,) if await _is_absent(uow.db, room, child.key) else (),
        reactions=reactions(row),
    )


def reactions(row: Meeting) -> tuple[str, ...]:
    return (YES, REMOTE, MAYBE, NO) if row.video else (YES, MAYBE, NO)


def title(row: Meeting, config: Config, language: str) -> str:
    """How the team's list of what will go out calls it."""
    return Say("« Rencontre du {day} »", day=wording.day(row, config)).text(language)


def text(row: Meeting, config: Config) -> Say:
    """The card as it reads now."""
    if row.status == meetings.CANCELLED:
        return _cancelled(row, config)
    return Say.lines(
        Say("**Rencontre du réseau – {when}**", when=_when(row, config)),
        Say("**{title}**", title=wording.one_line(row.title)) if row.title else None,
        Say(""),
        *about(row, config),
        Say(""),
        *_how_to_answer(row),
        Say(
            "Dans votre agenda : [Google]({google}), [Outlook]({outlook}) "
            "ou, pour recevoir le fichier, `!rencontre {name}`",
            google=calendar.google_link(row, config),
            outlook=calendar.outlook_link(row, config),
            name=row.name,
        ),
    )


def about(row: Meeting, config: Config) -> list[Say]:
    """Its lines: where, what, how to get there, how many, whom to ask; what nobody filled in is left out."""
    lines = [
        _where(row),
        Say("**Programme** : {said}", said=wording.one_line(wording.programme(row)))
        if row.programme
        else None,
        Say("**Visite** : {said}", said=wording.one_line(row.visit)) if row.visit else None,
        Say("**Moment convivial** : {said}", said=wording.one_line(row.social)) if row.social else None,
        Say("**Accès** : {said}", said=wording.one_line(row.access)) if row.access else None,
        _places(row, config),
        Say("**Aussi ouverte à** : {said}", said=wording.one_line(row.actors)) if row.actors else None,
        _contact(row, config),
    ]
    return [say for say in lines if say is not None]


def _when(row: Meeting, config: Config) -> When:
    return When(row.starts_at, row.ends_at, config.zone)


def _where(row: Meeting) -> Say:
    place = wording.one_line(wording.where(row))
    if not place:
        return Say("**Où** : en visioconférence") if row.video else Say("**Où** : le lieu sera précisé")
    url = calendar.map_link(place)
    if row.video:
        return Say("**Où** : {place} ([plan]({url})) – ou en visioconférence", place=place, url=url)
    return Say("**Où** : {place} ([plan]({url}))", place=place, url=url)


def _places(row: Meeting, config: Config) -> Say | None:
    by = (
        Day(row.answer_by.astimezone(config.zone).date(), row.starts_at.astimezone(config.zone).date())
        if row.answer_by
        else None
    )
    if row.capacity is None:
        return Say("**Réponse souhaitée** avant le {day}", day=by) if by else None
    if by is None:
        return Say("**Places** : {n}", n=row.capacity)
    return Say("**Places** : {n} – réponse souhaitée avant le {day}", n=row.capacity, day=by)


def _contact(row: Meeting, config: Config) -> Say | None:
    who, usual = wording.contact(row, config)
    if who is None:
        return None
    return (
        Say("**Interlocuteur** : {who} – `!contact`", who=who)
        if usual
        else Say("**Interlocuteur** : {who}", who=who)
    )


def _how_to_answer(row: Meeting) -> list[Say | None]:
    return [
        Say("Pour répondre, touchez un signe sous ce message (le salon voit qui touche quoi) :"),
        Say("✅ je viens"),
        Say("💻 je suivrai en visio") if row.video else None,
        Say("❔ peut-être"),
        Say("❌ je ne peux pas"),
        Say(
            "Vous pouvez aussi écrire `!presence oui`, `!presence visio`, `!presence peut-être` ou "
            "`!presence non`."
        )
        if row.video
        else Say("Vous pouvez aussi écrire `!presence oui`, `!presence peut-être` ou `!presence non`."),
    ]


def _cancelled(row: Meeting, config: Config) -> Say:
    return Say.lines(
        Say("**Rencontre annulée – {when}**", when=_when(row, config)),
        Say("**{title}**", title=wording.one_line(row.title)) if row.title else None,
        Say("Raison : {reason}", reason=wording.one_line(row.reason)) if row.reason else None,
    )


async def posted(db: AsyncSession, row: Meeting, key: str) -> list[OutboxEntry]:
    """The first versions of an editable message of this meeting, out or waiting, in the rooms where it is."""
    first_versions = [versions[0] for room in row.rooms if (versions := await outbox.versions(db, key, room))]
    return [entry for entry in first_versions if entry.status not in outbox.FAILED]


async def refresh(uow: UnitOfWork, row: Meeting) -> None:
    """Shows the card as it reads now wherever it is, and the line of counts; nobody is notified."""
    for entry in await posted(uow.db, row, messages.card_key(row.id)):
        cancelled = row.status == meetings.CANCELLED
        lacking = () if cancelled else await _missing_reactions(uow.db, entry, row)
        if cancelled:
            await chips.clear(uow, entry.id)
        if entry.status == outbox.WAITING:
            entry.until = row.starts_at
            uow.db.add(entry)
        await uow.post(
            Post(
                room=entry.room_id,
                say=text(row, uow.config),
                key=entry.message_key,
                rank=Rank.BOOKKEEPING,
                reactions=lacking,
            )
        )
    await refresh_counts(uow, row)


async def refresh_counts(uow: UnitOfWork, row: Meeting) -> None:
    """The line of counts alone: to be called after each answer; the outbox paces the edits."""
    say = wording.count_line(row, await counts.of_meeting(uow.db, row), uow.now, uow.config)
    cards = {entry.room_id: entry for entry in await posted(uow.db, row, messages.card_key(row.id))}
    for entry in await posted(uow.db, row, messages.count_key(row.id)):
        above = cards.get(entry.room_id)
        line = Say.lines(say, STALE_TAPS) if above and await chips.misleading(uow, above) else say
        await uow.post(Post(room=entry.room_id, say=line, key=entry.message_key, rank=Rank.BOOKKEEPING))


async def _missing_reactions(db: AsyncSession, entry: OutboxEntry, row: Meeting) -> tuple[str, ...]:
    """What is now to be tapped and was not: 💻, once a meeting can be followed by video."""
    there = await taps.seeds(db, entry.id)
    return tuple(reaction for reaction in reactions(row) if reaction not in there) if there else ()


async def permalink_of(uow: UnitOfWork, row: Meeting, rooms: Collection[str]) -> str:
    """Where it is announced, in one of these rooms; "" when it is not, or not yet."""
    for entry in await posted(uow.db, row, messages.card_key(row.id)):
        if entry.room_id in rooms and entry.event_id:
            return permalink(str(entry.room_id), entry.event_id)
    return ""

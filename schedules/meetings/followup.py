"""Follow-ups: who has not answered is asked once, in private, where they talk with us already;
never who wants no reminders.

Who said yes to the date in a poll is asked in the same way to say so of the meeting.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.config import Config
from bot.outbox import Post, UnitOfWork
from bot.schedule.jobs import Run, due
from bot.text import Count, Say
from bot.time.recurrence import Occurrence
from schedules.meetings import card, wording
from schedules.meetings.attendance import invited, reachable
from storage import rooms, silence
from storage.meetings import answers, meetings, messages, preferences
from storage.tables import Meeting


@dataclass(frozen=True)
class NonResponders:
    """Those who have not answered. Of them:
    who wants no reminders, who was asked already, who wants nothing in private now, who cannot be reached,
    and who is left to be asked.
    """

    everybody: frozenset[str]
    unwilling: frozenset[str]
    asked: frozenset[str]
    away: frozenset[str]
    unreachable: frozenset[str]

    @property
    def left(self) -> list[str]:
        return sorted(self.everybody - self.unwilling - self.asked - self.away - self.unreachable)


async def nonresponders(uow: UnitOfWork, row: Meeting) -> NonResponders:
    number = row.id
    everybody = (await invited(uow, row) & await _members(uow)) - await answers.respondents(uow.db, number)
    unwilling = everybody & await preferences.who_chose(uow.db, (preferences.NO,))
    asked = (everybody & await preferences.followed_up(uow.db, number)) - unwilling
    away = everybody & await silence.silent(uow.db, uow.now) - unwilling - asked
    far = everybody - unwilling - asked - away - await reachable(uow)
    return NonResponders(*map(frozenset, (everybody, unwilling, asked, away, far)))


async def _members(uow: UnitOfWork) -> set[str]:
    """Guests of the open room have no `rappels` to say that they want none."""
    members = [
        each
        for room in uow.network.of_kind("network", "local", "help", "team")
        for each in await rooms.members(uow.db, room)
    ]
    return {each.user_id for each in members if each.membership == "join"}


def text(row: Meeting, config: Config, now: datetime) -> Say:
    """What they read."""
    day, where = wording.day(row, config, now), _where(row)
    say = (
        Say("Bonjour, la rencontre du {day} approche ({where}).", day=day, where=where)
        if where
        else Say("Bonjour, la rencontre du {day} approche.", day=day)
    )
    if row.video:
        return Say(
            "{hello} Pouvez-vous nous dire si vous venez ? Un mot suffit : oui, visio ou non.", hello=say
        )
    return Say("{hello} Pouvez-vous nous dire si vous venez ? Un mot suffit : oui ou non.", hello=say)


def _where(row: Meeting) -> Say | None:
    """None: that is not known yet."""
    place = row.town or row.place
    if not place:
        return Say("visio") if row.video else None
    return Say("{place} ou visio", place=place) if row.video else Say("{place}", place=place)


async def planned(db: AsyncSession, upto: datetime) -> list[Occurrence]:
    followups = [
        (await meetings.meeting(db, number), at) for number, at in await preferences.followups(db, upto)
    ]
    return [_occurrence(row, at) for row, at in followups if row is not None]


def _occurrence(row: Meeting, at: datetime) -> Occurrence:
    return Occurrence(f"{row.name} {at.isoformat()}", at)


async def _due_meeting(run: Run, name: str) -> tuple[Meeting, datetime] | None:
    for number, at in await preferences.followups(run.db, run.planned):
        row = await meetings.meeting(run.db, number)
        if row is not None and _occurrence(row, at).name == name:
            return row, at
    return None


async def dropped(run: Run) -> None:
    """They were not asked: they may still be. The team hears of it."""
    for name in (*run.merged, run.name):
        found = await _due_meeting(run, name)
        people = await preferences.followups_at(run.db, found[0].id, found[1]) if found else []
        for each in people:
            await run.db.delete(each)
        if found and people:
            await run.tell_team(_dropped_notice(run, found[0], len(people)))


def _dropped_notice(run: Run, row: Meeting, people: int) -> Say:
    return Say(
        "La relance pour la rencontre du {day} n’est pas partie ({count}) : j’étais à l’arrêt. Pour la "
        "reprogrammer : `!relancer {name}`",
        day=wording.day(row, run.config, run.planned),
        count=Count(people, "une personne", "{n} personnes"),
        name=row.name,
    )


# A day late it may be a day too late: the team decides anew.
@due("meeting relaunch", rows=planned, missed="drop", grace=timedelta(days=1), dropped=dropped)
async def ask(run: Run) -> None:
    found = await _due_meeting(run, run.name)
    if found is None:
        return
    row, at = found
    silent = await nonresponders(run, row)
    may = silent.asked & await reachable(run) - await silence.silent(run.db, run.now)
    over = row.status != meetings.ANNOUNCED or row.starts_at <= run.planned
    for each in await preferences.followups_at(run.db, row.id, at):
        if over or each.person not in may:
            await run.db.delete(each)
        else:
            await run.post(_post(run, row, each.person))


def _post(run: Run, row: Meeting, person: str) -> Post:
    """A tap under it is an answer too."""
    return Post(
        person=person,
        say=text(row, run.config, run.planned),
        key=f"{messages.card_key(row.id)}:relaunch",
        reactions=card.reactions(row),
        until=row.starts_at,
    )


async def ask_to_confirm(uow: UnitOfWork, row: Meeting, announcement: card.Announcement) -> int:
    """When it goes out for the first time; how many are asked.
    Who cannot be reached in private has the card, as everybody.
    """
    if row.revision:  # it is on another day than theirs
        return 0
    current = await answers.of_everybody(uow.db, row.id)
    present = await reachable(uow) & await invited(uow, row)
    people = [each.person for each in current.values() if each.unconfirmed and each.person in present]
    for person in people:
        await uow.post(_confirm_post(uow, row, announcement, person))
    return len(people)


def _confirm_post(uow: UnitOfWork, row: Meeting, announcement: card.Announcement, person: str) -> Post:
    """Under a key of the meeting: taps on it are answers."""
    day = wording.day(row, uow.network.config, announcement.at)
    say = Say.lines(
        Say(
            "Vous aviez répondu oui pour le {day} : c’est la date de la rencontre du réseau. Venez-vous ?",
            day=day,
        ),
        Say("✅ je viens"),
        Say("💻 je suivrai en visio") if row.video else None,
        Say("❔ peut-être"),
        Say("❌ je ne peux pas"),
    )
    key = messages.reminder_key(row.id, f"poll:{person}")
    return Post(
        person=person,
        say=say,
        key=key,
        reactions=card.reactions(row),
        at=announcement.at,
        until=row.starts_at,
        urgent=announcement.urgent,
    )

"""Who has not answered is asked once, in private, and only where they talk with us already; never who answered, or wants no reminders."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.config import Config
from bot.outbox import Post, UnitOfWork
from bot.schedule.jobs import Run, due
from bot.text import Count, Say
from bot.time.recurrence import Occurrence
from schedules.meetings import card, wording
from schedules.meetings.attendance import invited, within_reach
from storage import rooms
from storage.meetings import answers, meetings, preferences
from storage.tables import Meeting


@dataclass(frozen=True)
class Silent:
    """Those who have not answered. Of them: who wants no reminders, who was asked already, who cannot be reached, and who is left to be asked."""

    everybody: frozenset[str]
    unwilling: frozenset[str]
    asked: frozenset[str]
    far: frozenset[str]

    @property
    def left(self) -> list[str]:
        return sorted(self.everybody - self.unwilling - self.asked - self.far)


async def silent(uow: UnitOfWork, row: Meeting) -> Silent:
    number = row.id
    everybody = (await invited(uow, row) & await _members(uow)) - await answers.answered(uow.db, number)
    unwilling = everybody & await preferences.wishing(uow.db, (preferences.NO,))
    asked = (everybody & await preferences.relaunched(uow.db, number)) - unwilling
    far = everybody - unwilling - asked - await within_reach(uow)
    return Silent(frozenset(everybody), frozenset(unwilling), frozenset(asked), frozenset(far))


async def _members(uow: UnitOfWork) -> set[str]:
    """Guests of the open room have no `rappels` to say that they want none."""
    found = [each for room in uow.network.of_kind("network", "local", "help", "team") for each in await rooms.members(uow.db, room)]
    return {each.user_id for each in found if each.membership == "join"}


def text(row: Meeting, config: Config, now: datetime) -> Say:
    """What they read."""
    day, where = wording.day(row, config, now), _where(row)
    say = (
        Say("Bonjour, la rencontre du {day} approche ({where}).", day=day, where=where)
        if where
        else Say("Bonjour, la rencontre du {day} approche.", day=day)
    )
    if row.video:
        return Say("{hello} Pouvez-vous nous dire si vous venez ? Un mot suffit : oui, visio ou non.", hello=say)
    return Say("{hello} Pouvez-vous nous dire si vous venez ? Un mot suffit : oui ou non.", hello=say)


def _where(row: Meeting) -> Say | None:
    """None: that is not known yet."""
    place = row.town or row.place
    if not place:
        return Say("visio") if row.video else None
    return Say("{place} ou visio", place=place) if row.video else Say("{place}", place=place)


async def planned(db: AsyncSession, upto: datetime) -> list[Occurrence]:
    found = [(await meetings.meeting(db, number), at) for number, at in await preferences.relaunches(db, upto)]
    return [_turn(row, at) for row, at in found if row is not None]


def _turn(row: Meeting, at: datetime) -> Occurrence:
    return Occurrence(f"{row.name} {at.isoformat()}", at)


async def _of(run: Run, name: str) -> tuple[Meeting, datetime] | None:
    for number, at in await preferences.relaunches(run.db, run.planned):
        row = await meetings.meeting(run.db, number)
        if row is not None and _turn(row, at).name == name:
            return row, at
    return None


async def too_late(run: Run) -> None:
    """They were not asked: they may still be. The team hears of it."""
    for name in (*run.merged, run.name):
        found = await _of(run, name)
        people = await preferences.to_relaunch(run.db, found[0].id, found[1]) if found else []
        for each in people:
            await run.db.delete(each)
        if found and people:
            await run.tell_team(_missed(run, found[0], len(people)))


def _missed(run: Run, row: Meeting, people: int) -> Say:
    return Say(
        "La relance pour la rencontre du {day} n’est pas partie ({count}) : j’étais à l’arrêt. Pour la reprogrammer : `!relancer {name}`",
        day=wording.day(row, run.config, run.planned),
        count=Count(people, "une personne", "{n} personnes"),
        name=row.name,
    )


# A day late it may be a day too late: the team decides anew.
@due("meeting relaunch", rows=planned, missed="drop", grace=timedelta(days=1), dropped=too_late)
async def ask(run: Run) -> None:
    found = await _of(run, run.name)
    if found is None:
        return
    row, at = found
    now = await silent(run, row)
    may = now.asked & await within_reach(run)
    over = row.status != meetings.ANNOUNCED or row.starts_at <= run.planned
    for each in await preferences.to_relaunch(run.db, row.id, at):
        if over or each.person not in may:
            await run.db.delete(each)
        else:
            await run.post(_post(run, row, each.person))


def _post(run: Run, row: Meeting, person: str) -> Post:
    """A tap under it is an answer too."""
    return Post(
        person=person,
        say=text(row, run.config, run.planned),
        key=f"{meetings.card_key(row.id)}:relaunch",
        reactions=card.seeds(row),
        until=row.starts_at,
    )

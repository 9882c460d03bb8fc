"""A fixture of meetings: one announced to the network, for tests of what people answer and are told,
and of what the team changes.
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.outbox import Cause, UnitOfWork
from schedules.meetings import card, changes
from schedules.meetings.card import Announcement
from storage.meetings import answers, counts, meetings, seats
from storage.meetings.counts import Counts
from storage.tables import Attendance, Meeting
from tests.support.world import PARIS, World

_ADDRESS = re.compile(r" \((?:https://|@)[^\s()]+\)")
EDIT_DELAY = timedelta(seconds=30)  # edits of an editable message are paced


def without_links(text: str) -> str:
    """A message as clients show it: links and pills are their labels."""
    return _ADDRESS.sub("", text)


@dataclass
class MeetingFixture:
    """`cards`: the event of its card, by kind of room."""

    world: World
    number: int
    cards: dict[str, str] = field(default_factory=dict)

    async def counts(self) -> Counts:
        """As a recount from the acts has them, too."""
        await self.world.settle()
        async with self.world.db.read() as db:
            row = await meetings.meeting(db, self.number)
            assert row is not None
            return await counts.of_meeting(db, row)

    async def answers(self) -> dict[str, str]:
        """By local part."""
        await self.world.settle()
        async with self.world.db.read() as db:
            found = await answers.of_everybody(db, self.number)
        return {person.removeprefix("@").partition(":")[0]: each.answer for person, each in found.items()}

    async def seat_states(self) -> dict[str, str]:
        await self.world.settle()
        async with self.world.db.read() as db:
            found = await seats.of_meeting(db, self.number)
        return {place.person.removeprefix("@").partition(":")[0]: place.state for place in found}

    async def party_sizes(self) -> dict[str, int]:
        """How many each one wants to come with, themselves included."""
        async with self.world.db.read() as db:
            found = await answers.of_everybody(db, self.number)
        return {person.removeprefix("@").partition(":")[0]: each.party for person, each in found.items()}

    async def answered_by(self) -> dict[str, str]:
        """Who of the team answered in whose place."""
        async with self.world.db.read() as db:
            found = await answers.of_everybody(db, self.number)
        return {
            person.removeprefix("@").partition(":")[0]: each.by for person, each in found.items() if each.by
        }

    async def change(self, **values: Any) -> None:
        async with self.world.db.write() as db:
            row = await meetings.meeting(db, self.number)
            assert row is not None
            for name, value in values.items():
                setattr(row, name, value)
            db.add(row)

    async def count_line(self, room: str = "network") -> str:
        """The editable message of counts, as it reads when its edits have come."""
        await self.world.wait_until_instant(self.world.clock.now() + EDIT_DELAY, room)
        return next(text for text in await self.world.reads(room) if text.startswith("Réponses"))


async def announced_meeting(world: World, *rooms: str, **more: Any) -> MeetingFixture:
    """On 10 December in Marquemont, 30 seats,
    with a video link, announced in the network's room unless told otherwise.
    """
    kinds = rooms or ("network",)
    async with world.db.write() as db:
        start = more.pop("starts_at", datetime(2026, 12, 10, 9, 30, tzinfo=PARIS))
        values: dict[str, Any] = {
            "event_id": f"$entered{start:%Y%m%d}",
            "name": await meetings.free_name(db, start.date()),
            "uid": f"{start:%Y%m%d}@reseau.example.org",
            "title": "Participation des habitants",
            "starts_at": start,
            "ends_at": start.replace(hour=14, minute=0),
            "place": "Maison de quartier des Glacis, 12 rue des Tilleuls",
            "town": "Marquemont",
            "video": "https://visio.example.org/glacis",
            "capacity": 30,
            "author": "@animation:reseau.example.org",
        }
        row = Meeting(**values | more)
        db.add(row)
        await db.flush()
        uow = UnitOfWork(
            outbox=world.app.outbox,
            db=db,
            cause=Cause(id=row.event_id, at=world.clock.now()),
            now=world.clock.now(),
        )
        await card.announce(
            uow, row, Announcement([world.rooms[kind] for kind in kinds], world.clock.now(), urgent=True)
        )
        fixture = MeetingFixture(world, row.id)
    for kind in kinds:
        await world.wait_until_instant(world.clock.now(), kind)
        fixture.cards[kind] = next(
            line.id for line in await world.lines(kind) if line.text.startswith("Rencontre du réseau")
        )
    return fixture


async def bot_says(world: World, who: str = "", text: str = "", room: str = "network") -> list[str]:
    """What the bot says, after that if anything is said, other than cards and lines of counts."""
    heard = (
        await world.says(who, text, room) if who else await world.wait_until_instant(world.clock.now(), room)
    )
    return [each for each in heard if not each.startswith(("Réponses", "Rencontre du réseau"))]


START = datetime(2026, 12, 10, 9, 30, tzinfo=PARIS)
END = datetime(2026, 12, 10, 14, tzinfo=PARIS)
SERVER = ":reseau.example.org"


def meeting_row(**more: Any) -> Meeting:
    """In Marquemont, in two weeks and a half, unless told otherwise."""
    values: dict[str, Any] = {
        "event_id": "$entered",
        "name": "2026-T4",
        "uid": "2026-t4@reseau.example.org",
        "title": "Participation des habitants : passer de la réunion au pouvoir d’agir",
        "starts_at": START,
        "ends_at": END,
        "place": "Maison de quartier des Glacis, 12 rue des Tilleuls",
        "town": "Marquemont",
        "access": "gare à 8 minutes à pied, parking gratuit",
        "video": "https://visio.example.org/reseau-t4",
        "programme": ["actualités (9 h 45)", "deux retours d’expérience (10 h 15)"],
        "visit": "le quartier des Glacis (11 h 15)",
        "social": "déjeuner partagé (12 h 30)",
        "capacity": 30,
        "answer_by": datetime(2026, 12, 3, 18, tzinfo=PARIS),
        "author": f"@animation{SERVER}",
        "status": "planned",
    }
    return Meeting(**values | more)


@asynccontextmanager
async def meeting_change(
    world: World, cause: str, name: str = "2026-T4"
) -> AsyncIterator[tuple[UnitOfWork, Meeting]]:
    """The meeting, as a command of the team has it in its hands just now."""
    async with world.db.write() as db:
        row = await meetings.by_name(db, name, world.clock.now())
        assert row is not None
        yield (
            UnitOfWork(
                outbox=world.app.outbox,
                db=db,
                cause=Cause(id=cause, at=world.clock.now()),
                now=world.clock.now(),
            ),
            row,
        )
        db.add(row)


async def announce_meeting(world: World, *rooms: str, at: datetime | None = None, **more: Any) -> None:
    """In these rooms, or in the network's; now unless told otherwise."""
    meeting = meeting_row(**more)
    async with world.db.write() as db:
        db.add(meeting)
    async with meeting_change(world, f"$announced-{meeting.name}", meeting.name) as (uow, row):
        await card.announce(
            uow,
            row,
            Announcement(
                [world.rooms[each] for each in rooms or ("network",)], at or world.clock.now(), at is None
            ),
        )
    for room in rooms or ("network",):
        await world.wait_until_instant(world.clock.now(), room)


async def change_meeting(
    world: World, name: str = "2026-T4", /, **fields: str | int | datetime | None
) -> None:
    """The team has changed this, and the card shows it."""
    async with meeting_change(world, f"$changed-{world.clock.now().isoformat()}", name) as (uow, row):
        was, start = {}, row.starts_at
        for field, value in fields.items():
            before = getattr(row, field)
            was[field] = (
                before.isoformat() if isinstance(before, datetime) else "" if before is None else str(before)
            )
            setattr(row, field, value)
        moved = start.astimezone(PARIS).date() != row.starts_at.astimezone(PARIS).date()
        changes.remember(row, was, world.clock.now(), moved=moved)
        if moved:
            await changes.move_revision(uow.db, row, PARIS)
        await card.refresh(uow, row)


async def record_answer(world: World, person: str, answer: str, **more: Any) -> None:
    """What that person wants, and the line of counts after it."""
    now = world.clock.now()
    async with meeting_change(world, f"$answer-{person}-{answer}") as (uow, row):
        entry = Attendance(
            event_id=uow.cause.id,
            meeting_id=1,
            person=f"@{person}{SERVER}",
            at=now,
            way=answers.TEXT,
            answer=answer,
            revision=row.revision,
            **more,
        )
        await answers.record(uow.db, entry)
        await seats.reallocate(
            uow.db, row, seats.AnswerChange(entry.person, entry.event_id), seats.rules(row, now)
        )
        await card.refresh_counts(uow, row)


async def after_edits(world: World, moment: datetime, room: str = "network") -> list[str]:
    """What is new in a room at that moment, once the edits that are paced are out."""
    before = await world.wait_until_instant(moment, room)
    return before + await world.wait_until_instant(moment + timedelta(seconds=5), room)

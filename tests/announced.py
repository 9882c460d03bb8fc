"""A meeting of the network and its announcement, for tests."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

from bot.outbox import Cause, UnitOfWork
from schedules.meetings import card, changes
from schedules.meetings.card import Announcement
from storage.meetings import answers, meetings, seats
from storage.tables import Attendance, Meeting
from tests.world import PARIS, World

START = datetime(2026, 12, 10, 9, 30, tzinfo=PARIS)
END = datetime(2026, 12, 10, 14, tzinfo=PARIS)
SERVER = ":reseau.example.org"


def a_meeting(**more: Any) -> Meeting:
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
async def changing(world: World, cause: str, name: str = "2026-T4") -> AsyncIterator[tuple[UnitOfWork, Meeting]]:
    """The meeting, as a command of the team has it in its hands just now."""
    async with world.db.write() as db:
        row = await meetings.by_name(db, name, world.clock.now())
        assert row is not None
        yield UnitOfWork(outbox=world.app.outbox, db=db, cause=Cause(id=cause, at=world.clock.now()), now=world.clock.now()), row
        db.add(row)


async def announced(world: World, *rooms: str, at: datetime | None = None, **more: Any) -> None:
    """In these rooms, or in the network's; now unless told otherwise."""
    meeting = a_meeting(**more)
    async with world.db.write() as db:
        db.add(meeting)
    async with changing(world, f"$announced-{meeting.name}", meeting.name) as (uow, row):
        await card.announce(uow, row, Announcement([world.rooms[each] for each in rooms or ("network",)], at or world.clock.now(), at is None))
    for room in rooms or ("network",):
        await world.wait_until_instant(world.clock.now(), room)


async def change(world: World, name: str = "2026-T4", /, **fields: str | int | datetime | None) -> None:
    """The team has changed this, and the card shows it."""
    async with changing(world, f"$changed-{world.clock.now().isoformat()}", name) as (uow, row):
        was, start = {}, row.starts_at
        for field, value in fields.items():
            before = getattr(row, field)
            was[field] = before.isoformat() if isinstance(before, datetime) else "" if before is None else str(before)
            setattr(row, field, value)
        moved = start.astimezone(PARIS).date() != row.starts_at.astimezone(PARIS).date()
        changes.remember(row, was, world.clock.now(), moved=moved)
        if moved:
            await changes.move_revision(uow.db, row, PARIS)
        await card.refresh(uow, row)


async def answered(world: World, person: str, answer: str, **more: Any) -> None:
    """What that person wants, and the line of counts after it."""
    now = world.clock.now()
    async with changing(world, f"$answer-{person}-{answer}") as (uow, row):
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
        await seats.reallocate(uow.db, row, seats.AnswerChange(entry.person, entry.event_id), seats.rules(row, now))
        await card.refresh_counts(uow, row)


async def later(world: World, moment: datetime, room: str = "network") -> list[str]:
    """What is new in a room at that moment, once the edits that are paced are out."""
    before = await world.wait_until_instant(moment, room)
    return before + await world.wait_until_instant(moment + timedelta(seconds=5), room)

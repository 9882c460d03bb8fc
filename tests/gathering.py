"""A meeting announced to the network, for tests of what people answer and are told."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.outbox import Cause, UnitOfWork
from schedules.meetings import card
from schedules.meetings.card import Announcement
from storage.meetings import answers, counts, meetings, seats
from storage.meetings.counts import Counts
from storage.tables import Meeting
from tests.world import PARIS, World

A_WHILE = timedelta(seconds=30)  # edits of a living line are paced


@dataclass
class Gathering:
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

    async def places(self) -> dict[str, str]:
        await self.world.settle()
        async with self.world.db.read() as db:
            found = await seats.of_meeting(db, self.number)
        return {place.person.removeprefix("@").partition(":")[0]: place.state for place in found}

    async def parties(self) -> dict[str, int]:
        """How many each one wants to come with, themselves included."""
        async with self.world.db.read() as db:
            found = await answers.of_everybody(db, self.number)
        return {person.removeprefix("@").partition(":")[0]: each.party for person, each in found.items()}

    async def by(self) -> dict[str, str]:
        """Who of the team answered in whose place."""
        async with self.world.db.read() as db:
            found = await answers.of_everybody(db, self.number)
        return {person.removeprefix("@").partition(":")[0]: each.by for person, each in found.items() if each.by}

    async def change(self, **values: Any) -> None:
        async with self.world.db.write() as db:
            row = await meetings.meeting(db, self.number)
            assert row is not None
            for name, value in values.items():
                setattr(row, name, value)
            db.add(row)

    async def line(self, room: str = "network") -> str:
        """The living line of counts, as it reads when its edits have come."""
        await self.world.wait_until_instant(self.world.clock.now() + A_WHILE, room)
        return next(text for text in await self.world.reads(room) if text.startswith("Réponses"))


async def a_meeting(world: World, *rooms: str, **more: Any) -> Gathering:
    """On 10 December in Marquemont, 30 seats, with a video link, announced in the network's room unless told otherwise."""
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
        uow = UnitOfWork(outbox=world.app.outbox, db=db, cause=Cause(id=row.event_id, at=world.clock.now()), now=world.clock.now())
        await card.announce(uow, row, Announcement([world.rooms[kind] for kind in kinds], world.clock.now(), urgent=True))
        gathering = Gathering(world, row.id)
    for kind in kinds:
        await world.wait_until_instant(world.clock.now(), kind)
        gathering.cards[kind] = next(line.id for line in await world.lines(kind) if line.text.startswith("Rencontre du réseau"))
    return gathering


async def said(world: World, who: str = "", text: str = "", room: str = "network") -> list[str]:
    """What the bot says, after that if anything is said, other than cards and lines of counts."""
    heard = await world.says(who, text, room) if who else await world.wait_until_instant(world.clock.now(), room)
    return [each for each in heard if not each.startswith(("Réponses", "Rencontre du réseau"))]

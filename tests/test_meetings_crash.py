"""The bot killed around answers, offers and their expiration:
nobody is promised a seat twice, and everybody is told in the end what is true.
"""

import asyncio
import random
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.demo.person import Person
from tests.support.fault_proxy import lost, nth
from tests.support.meeting_process import (
    MAYBE,
    NO,
    REMOTE,
    YES,
    AnnouncedMeeting,
    announce_meeting,
    open_private_room,
    plain,
    seat_states,
)
from tests.support.process_stage import PEOPLE, TIMEOUT, ProcessStage, process_stage
from tests.support.synapse_fixture import BOT

SEATS = 2
START = datetime(2026, 11, 23, 9, 30)  # noqa: DTZ001 - as --clock reads it, at the network's hour
# offices are open
MOMENTS = [
    START + timedelta(weeks=week, days=day, hours=hour)
    for week in range(4)
    for day in range(5)
    for hour in (2, 4, 6)
]
REQUESTS = [("PUT", "*/send/m.room.message/*"), ("PUT", "*/send/*"), ("GET", "*/sync")]
A_WHILE = 1.0  # seconds: what is to be struck may not happen
HAS = ("Une place se libère pour", "La place est à vous", "Une place vous est proposée", "vous venez le")
HAS_NOT = (
    "sur la liste d’attente",
    "vous ne venez pas",
    "n’a pas été prise",
    "est laissée",
    "est retirée",
    "vous suivrez",
    "peut-être le",
)


@dataclass(frozen=True)
class Life:
    """What the people of a meeting have in their hands."""

    stage: ProcessStage
    meeting: AnnouncedMeeting
    private: dict[str, str]  # by person, the room of the two
    chance: random.Random

    async def acts(self) -> None:
        """Each one does a few things, all at once."""
        await asyncio.gather(*(self._acts(who, random.Random(self.chance.random())) for who in PEOPLE))

    async def _acts(self, who: str, chance: random.Random) -> None:
        person, room, private = self.stage.cast[who], self.stage.room("network"), self.private[who]
        for _ in range(chance.randint(0, 2)):
            match chance.choice(("tap", "tap", "word", "offer", "back")):
                case "tap":
                    await tap(person, room, self.meeting.card, chance)
                case "word":
                    await person.says(private, f"presence {chance.choice(('oui', 'oui', 'non', 'visio'))}")
                case "offer":
                    offers = [
                        line.id
                        for line in await person.sees(private)
                        if line.sender_id == BOT and "libère pour" in line.text
                    ]
                    for offer in offers[-1:]:
                        await tap(person, private, offer, chance)
                case _:
                    mine = [
                        event["event_id"]
                        for event in await person.events(room)
                        if event["sender"] == person.user_id and wanted(event)
                    ]
                    for event in mine[-1:]:
                        await person.redact(room, event)

    async def settled(self) -> None:
        """Waits until everybody was told in private what is true,
        then holds it to be what follows from what they did.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(TIMEOUT):
                while (await self.promised(), await self.offered()) != self.kept():  # noqa: ASYNC110 - it asks a server
                    await asyncio.sleep(0.1)
        assert (await self.promised(), await self.offered()) == self.kept()
        assert len(self.kept()[0]) <= SEATS
        assert set(seat_states(self.stage)) == {who for who in PEOPLE if await self.answer(who) == "yes"}

    def kept(self) -> tuple[set[str], list[str]]:
        """Who has a seat or is offered one; and who is offered one."""
        found = seat_states(self.stage)
        return {who for who in found if found[who] != "waiting"}, [
            who for who in PEOPLE if found.get(who) == "offered"
        ]

    async def promised(self) -> set[str]:
        """Who was last told that they have a seat, or are offered one."""
        return {who for who in PEOPLE if await self._told(who)}

    async def offered(self) -> list[str]:
        """Whose offer stands, once for each that does."""
        rooms = {who: await self.stage.cast[who].sees(self.private[who]) for who in PEOPLE}
        return [
            who
            for who, lines in rooms.items()
            for line in lines
            if line.sender_id == BOT and line.text.startswith(HAS[0])
        ]

    async def _told(self, who: str) -> bool:
        found = [
            fate
            for event in await self.stage.cast[who].events(self.private[who])
            if (fate := promise(event)) is not None
        ]
        return bool(found and found[-1])

    async def answer(self, who: str) -> str:
        """The latest that stands, by a count of our own."""
        person = self.stage.cast[who]
        events = [*await person.events(self.stage.room("network")), *await person.events(self.private[who])]
        theirs = [event for event in events if event["sender"] == person.user_id and wanted(event)]
        return wanted(max(theirs, key=lambda event: event["origin_server_ts"])) if theirs else ""


@pytest.mark.long
@pytest.mark.parametrize(
    "kills",
    [
        pytest.param(1, id="twentieth"),
        pytest.param(20, id="full"),
    ],
)
async def test_killed_at_any_moment_it_promises_no_seat_twice(
    tmp_path: Path, kills: int, chance: random.Random
) -> None:
    async with process_stage(
        tmp_path, encrypted=(), proxied=True, options=("--clock", f"{START:%Y-%m-%dT%H:%M}")
    ) as stage:
        rooms = await asyncio.gather(*(open_private_room(stage.cast[who]) for who in PEOPLE))
        life = Life(
            stage,
            await announce_meeting(stage, "16 mars 2027", SEATS),
            dict(zip(PEOPLE, rooms, strict=True)),
            chance,
        )
        await asyncio.gather(
            *(stage.cast[who].react(stage.room("network"), life.meeting.card, YES) for who in PEOPLE)
        )
        *before, last = sorted(chance.sample(MOMENTS, kills))
        await live(life)
        for moment in before:
            await relive(life, moment)
        for who in PEOPLE:  # more than there are seats
            await stage.cast[who].says(life.private[who], "presence oui")
        stage.bot.start("--clock", f"{last:%Y-%m-%dT%H:%M}")
        await stage.bot.ready()
        await life.settled()


async def relive(life: Life, moment: datetime) -> None:
    """It comes back hours or days later, and is killed again;
    sometimes all is seen to be right in between.
    """
    if life.chance.random() < 0.5:
        await life.acts()
    struck = strike(life)
    life.stage.bot.start("--clock", f"{moment:%Y-%m-%dT%H:%M}")
    if life.chance.random() < 0.3:
        struck.set()
        heal(life)
        await life.stage.bot.ready()
        await life.settled()
    await live(life, struck)


async def live(life: Life, struck: asyncio.Event | None = None) -> None:
    """People do things until it is killed, at some request or at some moment."""
    struck = struck or strike(life)
    await life.acts()
    with suppress(TimeoutError):
        async with asyncio.timeout(A_WHILE):
            await struck.wait()
    await asyncio.sleep(life.chance.uniform(0, 0.5))
    await life.stage.bot.kill()
    heal(life)


def heal(life: Life) -> None:
    assert life.stage.proxy is not None
    life.stage.proxy.heal()


def strike(life: Life) -> asyncio.Event:
    """Some request has its effect or not, and is never answered."""
    assert life.stage.proxy is not None
    struck, chance = asyncio.Event(), life.chance
    life.stage.proxy.on(
        *chance.choice(REQUESTS), lost(struck, chance.random() < 0.5), nth(chance.randint(1, 6))
    )
    return struck


async def tap(person: Person, room: str, event: str, chance: random.Random) -> None:
    """A second tap of the same key takes the first back in clients, and the server refuses it."""
    key = chance.choice((YES, YES, YES, NO, REMOTE, MAYBE))
    there = [
        each
        for each in await person.events(room)
        if each["sender"] == person.user_id and relation(each).get("event_id") == event
    ]
    if all(relation(each).get("key") != key for each in there):
        await person.react(room, event, key)


def promise(event: dict[str, Any]) -> bool | None:
    """Whether this says that they have a seat; None: it says nothing of it."""
    content = event["content"].get("m.new_content", event["content"])
    text = plain(str(content.get("body", "")))
    if event["sender"] != BOT or not any(words in text for words in (*HAS, *HAS_NOT)):
        return None
    return not any(words in text for words in HAS_NOT) or (
        "compte de nouveau. Votre réponse" in text and "vous venez le" in text
    )


def wanted(event: dict[str, Any]) -> str:
    """The answer that this is; empty: none."""
    if event["type"] == "m.reaction":
        return {YES: "yes", NO: "no", REMOTE: "remote", MAYBE: "maybe"}.get(
            relation(event).get("key", ""), ""
        )
    return {"presence oui": "yes", "presence non": "no", "presence visio": "remote"}.get(
        str(event["content"].get("body")), ""
    )


def relation(event: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = event["content"].get("m.relates_to", {})
    return found

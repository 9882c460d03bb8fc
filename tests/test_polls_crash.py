"""The bot killed around the moment when polls close:
one result, no native poll that says otherwise, the right counts, and no ballot left.
"""

import asyncio
import random
import re
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.demo.chat import Line
from bot.demo.person import Person
from tests.support.fault_proxy import lost, nth
from tests.support.independent_count import latest_native_votes
from tests.support.poll_process import BOX, OpenPoll, ask_poll, ballots_left, parse_counts, plain, results
from tests.support.process_stage import PEOPLE, TIMEOUT, ProcessStage, process_stage, until
from tests.support.synapse_fixture import BOT

CHOICES = ("Alpha", "Beta", "Gamma")
KEYCAPS = {"1️⃣": 1, "2️⃣": 2, "3️⃣": 3}
DATES = 2
START = datetime(2026, 11, 23, 9, 0)  # noqa: DTZ001 - as --clock reads it, at the network's hour
OPEN, NEXT = timedelta(minutes=12), timedelta(minutes=25)
END = "org.matrix.msc3381.poll.end"
REQUESTS = [("GET", "*/relations/*"), ("PUT", f"*/send/{END}/*"), ("PUT", "*/send/*"), ("GET", "*/sync")]


@dataclass(frozen=True)
class Asked:
    """What is asked in one round: in the clear, in an encrypted room, and dates."""

    question: str
    polls: dict[str, OpenPoll]  # by kind of room
    days: list[str]  # the native polls of the dates
    dates_card: str

    @property
    def numbers(self) -> list[int]:
        return [poll.number for poll in self.polls.values()]


@pytest.mark.long
@pytest.mark.parametrize(
    "kills",
    [
        pytest.param(1, id="twentieth"),
        pytest.param(20, id="full"),
    ],
)
async def test_killed_around_the_closing_it_says_one_result_and_leaves_no_box_that_says_otherwise(
    tmp_path: Path, kills: int, chance: random.Random
) -> None:
    options = ("--clock", f"{START:%Y-%m-%dT%H:%M:%S}")
    async with process_stage(
        tmp_path, proxied=True, options=options, budget={"announcements": 1000}
    ) as stage:
        rounds = []
        for number in range(kills):
            opens = START + NEXT * number
            if number:
                await relive(stage, opens)
            rounds.append(await ask(stage, number, opens + OPEN))
            await vote(stage, rounds[-1], chance)
            # each life has a clock of its own: what it did not hear would be dated by the next one's
            await stage.wait_until_caught_up()
            await relive(stage, opens + OPEN - timedelta(seconds=chance.uniform(0, 3)))
            await kill_at_random(stage, rounds[-1], chance)
            await relive(stage, opens + OPEN + timedelta(seconds=chance.randint(60, 300)))
            await result_is_right(stage, rounds[-1])
        await stage.wait_until_caught_up()
        for asked in rounds:
            await result_is_right(stage, asked)


async def ask(stage: ProcessStage, number: int, closes: datetime) -> Asked:
    question = f"Tour {number}."
    until = f"{closes.hour} h {closes.minute:02d}"
    polls = {kind: await ask_poll(stage, kind, question, CHOICES, until) for kind in ("open", "help")}
    team, room = stage.room("team"), stage.room("network")
    before = {line.id for line in await stage.reads("network")}
    await stage.morgan.asks(team, f"!dates {question} : 9 mars ; 16 mars | jusqu’à {until}", TIMEOUT)
    agreed = await stage.morgan.asks(team, "oui", TIMEOUT)
    assert agreed.text.startswith("Je publie maintenant"), [
        line.text for line in (await stage.reads("team"))[-6:]
    ]

    def boxes(lines: list[Line]) -> list[Line]:
        return [line for line in lines if line.id not in before and line.msgtype == BOX]

    lines = await stage.morgan.wait_for(room, lambda lines: len(boxes(lines)) == DATES, TIMEOUT)
    card = next(line for line in lines if line.id not in before and line.sender_id == BOT)
    return Asked(question, polls, [line.id for line in boxes(lines)], card.id)


async def vote(stage: ProcessStage, asked: Asked, chance: random.Random) -> None:
    await asyncio.gather(
        *(votes_of(stage.cast[who], stage, asked, chance.randint(0, 2**32)) for who in PEOPLE)
    )


async def votes_of(person: Person, stage: ProcessStage, asked: Asked, seed: int) -> None:
    """Somebody votes and changes their mind, in any way."""
    chance = random.Random(seed)
    for kind, poll in asked.polls.items():
        room = stage.room(kind)
        for _ in range(chance.randint(0, 2)):
            choice = chance.randint(1, len(CHOICES))
            match chance.choice(("box", "text", "tap")):
                case "box":
                    await person.votes(room, poll.box, str(choice))
                case "text":
                    await person.says(room, f"!vote n° {poll.number} {choice}")
                case _:
                    await retap(person, room, poll.card, choice)
    for box in asked.days:
        await person.votes(stage.room("network"), box, str(chance.randint(1, 3)))


async def retap(person: Person, room: str, card: str, choice: int) -> None:
    """A second tap of the same number takes it back in clients, and the server refuses it."""
    key = next(key for key, number in KEYCAPS.items() if number == choice)
    mine = [
        event
        for event in await person.events(room)
        if event["sender"] == person.user_id and relation(event).get("key") == key
    ]
    if all(relation(event)["event_id"] != card for event in mine):
        await person.react(room, card, key)


async def kill_at_random(stage: ProcessStage, asked: Asked, chance: random.Random) -> None:
    """At some moment from its start to the result,
    or at a request that counts, known to the server or not.
    """
    assert stage.proxy is not None
    if chance.random() < 0.4:
        await stage.bot.ready()
        await asyncio.sleep(chance.uniform(0, 3))
    else:
        struck = asyncio.Event()
        stage.proxy.on(
            *chance.choice(REQUESTS), lost(struck, chance.random() < 0.5), nth(chance.randint(1, 4))
        )
        await until(said_all(stage, asked, struck))
    await stage.bot.kill()
    stage.proxy.heal()


def said_all(stage: ProcessStage, asked: Asked, struck: asyncio.Event) -> Callable[[], Awaitable[bool]]:
    async def condition() -> bool:
        return struck.is_set() or all(
            [results(await stage.reads(kind), asked.question) for kind in ("open", "help", "network")]
        )

    return condition


async def relive(stage: ProcessStage, moment: datetime) -> None:
    await stage.bot.kill()
    stage.bot.start("--clock", f"{moment:%Y-%m-%dT%H:%M:%S}")


async def result_is_right(stage: ProcessStage, asked: Asked) -> None:
    for kind, poll in asked.polls.items():
        events = await stage.morgan.events(stage.room(kind))
        text = await the_result(stage, kind, asked.question, poll.card)
        votes = Counter(wanted(events, poll).values())
        assert parse_counts(text) == (
            votes.total(),
            {label: votes[number] for number, label in enumerate(CHOICES, 1)} if votes else {},
        )
        assert drawn(await stage.morgan.events(stage.room(kind)), poll.box, len(CHOICES)) in (
            None,
            parse_counts(text),
        )
    text = await the_result(stage, "network", asked.question, asked.dates_card)
    events = await stage.morgan.events(stage.room("network"))
    days = [
        Counter(each[0] for each in latest_native_votes(of_box(events, box), 3, 1).values())
        for box in asked.days
    ]
    found = re.findall(r"(\d+) oui, (\d+) si besoin, (\d+) non", plain(text))
    assert [tuple(map(int, each)) for each in found] == [(day[1], day[2], day[3]) for day in days]
    assert [ends(events, box) for box in asked.days] == [1] * DATES, "all voted in the boxes"
    assert ballots_left(stage, asked.numbers) == 0


async def the_result(stage: ProcessStage, kind: str, question: str, card: str) -> str:
    """Said once; the card says that it is over."""

    def said(lines: list[Line]) -> list[str]:
        return [line.text for line in lines if line.id == card and line.text.startswith("Sondage clos")] and [
            line.text for line in results(lines, question)
        ]

    lines = await stage.morgan.wait_for(stage.room(kind), said, TIMEOUT)
    (text,) = said(lines)
    return text


def wanted(events: list[dict[str, Any]], poll: OpenPoll) -> dict[str, int]:
    """What each person chose last by the server's time, in whatever way: a count of its own."""
    last: dict[str, int] = {}
    for event in sorted(events, key=lambda event: event["origin_server_ts"]):
        if event["sender"] != BOT and (number := chosen(event, poll)):
            last[event["sender"]] = number
    return last


def chosen(event: dict[str, Any], poll: OpenPoll) -> int | None:
    """The choice, if this is a vote in this poll."""
    content, about = event["content"], relation(event).get("event_id")
    if said := re.fullmatch(rf"!vote n° {poll.number} (\d)", str(content.get("body"))):
        return int(said[1])
    if event["type"] == "m.reaction" and about == poll.card:
        return KEYCAPS[relation(event)["key"]]
    if about == poll.box and "org.matrix.msc3381.poll.response" in content:
        return int(content["org.matrix.msc3381.poll.response"]["answers"][0])
    return None


def of_box(events: list[dict[str, Any]], box: str) -> list[dict[str, Any]]:
    return [event for event in events if relation(event).get("event_id") == box]


def drawn(events: list[dict[str, Any]], box: str, choices: int) -> tuple[int, dict[str, int]] | None:
    """What a client draws of a native poll that is over; None: it was taken away."""
    if not [event for event in events if event["event_id"] == box]:
        return None
    assert ends(events, box) == 1
    votes = Counter(each[0] for each in latest_native_votes(of_box(events, box), choices, 1).values())
    labels = {label: votes[number] for number, label in enumerate(CHOICES, 1)} if votes else {}
    return votes.total(), labels


def ends(events: list[dict[str, Any]], box: str) -> int:
    return sum(event["type"] == END for event in of_box(events, box))


def relation(event: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = event["content"].get("m.relates_to", {})
    return found

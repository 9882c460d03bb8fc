"""Whatever people do around a poll, and whatever becomes of the bot meanwhile:
it counts as a second, independent count of the raw events does.
"""

import asyncio
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from bot.demo.chat import ballot
from tests.support.independent_count import (
    CountedPoll,
    Meaning,
    Raw,
    count_votes,
    parse_result,
    relations,
    tally,
)
from tests.support.world import MemoryWorld, World, in_memory, on_synapse
from tests.test_polls_voting import DATES, THEMES, Published, a_poll, counted

PEOPLE = ("camille", "lou", "alix")
IN_PRIVATE = ("camille", "lou")  # who also talks with the bot alone
OPEN_FOR = timedelta(minutes=40)
UNSTABLE = "org.matrix.msc3381.poll.response"

# What each text means is written here by hand. None: refused or nothing.
SAID: dict[str, list[int] | None] = {
    "!vote 1": [0],
    "!vote 2": [1],
    "!vote 1 4": [0, 3],
    "!vote 3, 2": [1, 2],
    "!vote n° 1 2 et 4": [1, 3],
    "!vote Santé": [1],
    "!vote 1 2 3 4": [0, 1, 2, 3],
    "!vote retirer": [],
    "!vote 0": [],
    "!vote 9": None,
    "!vote 1 9": None,
    "!vote demain": None,
}
SAID_OF_DATES: dict[str, Meaning] = {
    "!vote 1 oui": {0: [0]},
    "!vote 1 oui, 2 si besoin, 3 non": {0: [0], 1: [1], 2: [2]},
    "!vote 1 et 3 peut-être": {0: [1], 2: [1]},
    "!vote 2": {0: [2], 1: [0], 2: [2]},
    "!vote n° 1 1 3": {0: [0], 1: [2], 2: [0]},
    "!vote toutes": {0: [0], 1: [0], 2: [0]},
    "!vote aucune": {0: [2], 1: [2], 2: [2]},
    "!vote retirer": {0: [], 1: [], 2: []},
    "!vote 4": None,
    "!vote 2 bof": None,
}
ODD: tuple[tuple[str, Raw], ...] = (  # ballots that no client sends
    (UNSTABLE, {UNSTABLE: {"answers": "1"}}),
    (UNSTABLE, {UNSTABLE: {"answers": [1]}}),
    (UNSTABLE, {UNSTABLE: {"answers": None}}),
    (UNSTABLE, {UNSTABLE: {}}),
    (UNSTABLE, {}),
    ("m.poll.response", {}),
    ("m.poll.response", {"m.selections": {"1": True}}),
)


def meanings(most: int, *, dates: bool) -> dict[str, Meaning]:
    """By text, in a room and in private alike."""
    choices = {
        text: None if chosen is None or len(chosen) > most else {0: chosen} for text, chosen in SAID.items()
    }
    found: dict[str, Meaning] = dict(SAID_OF_DATES) if dates else dict(choices)
    return found | {text.removeprefix("!"): meaning for text, meaning in found.items()}


@dataclass
class History:
    """One poll in a world, what was done to it so far, and the independent count of it."""

    world: World
    poll: Published
    paper: CountedPoll
    rooms: dict[str, str] = field(default_factory=dict)  # of the two
    done: list[tuple[str, str, str, str]] = field(default_factory=list)  # who, event, room, way

    async def votes(self, who: str, box: int, answers: Sequence[str], stable: bool = False) -> None:
        await self._sends(who, *ballot(self._box(box), answers, stable=stable))

    async def spoils(self, who: str, box: int, odd: int) -> None:
        type_, content = ODD[odd]
        await self._sends(
            who, type_, content | {"m.relates_to": {"rel_type": "m.reference", "event_id": self._box(box)}}
        )

    async def says(self, who: str, text: int, private: bool = False) -> None:
        room = self.rooms.get(who) if private else None
        event = await self.world.tells(who, self._text(text, bool(room)), room or "network")
        self.done.append((who, event, room or self.world.rooms["network"], "text"))

    async def edits(self, pick: int, text: int) -> None:
        texts = [deed for deed in self.done if deed[3] == "text"]
        if texts:
            who, event, room, _ = texts[pick % len(texts)]
            await self.world.tells(
                who, self._text(text, room != self.world.rooms["network"]), room, edit_of=event
            )

    async def taps(self, who: str, choice: int, plain: bool = False) -> None:
        key = f"{choice + 1}\u20e3" if plain else f"{choice + 1}\ufe0f\u20e3"
        event = await self.world.person(who).react(self.world.rooms["network"], self.poll.card, key)
        self.done.append((who, event, self.world.rooms["network"], "tap"))

    async def takes_back(self, pick: int, moderator: bool = False) -> None:
        if self.done:
            who, event, room, _ = self.done.pop(pick % len(self.done))
            in_room = room == self.world.rooms["network"]
            await self.world.person("morgan" if moderator and in_room else who).redact(room, event)

    async def _sends(self, who: str, type_: str, content: Raw) -> None:
        event = await self.world.person(who).send(self.world.rooms["network"], type_, content)
        self.done.append((who, event, self.world.rooms["network"], "native"))

    def _text(self, number: int, private: bool) -> str:
        texts = list(SAID if len(self.poll.boxes) == 1 else SAID_OF_DATES)
        text = texts[number % len(texts)]
        return text.removeprefix("!") if private else text

    def _box(self, number: int) -> str:
        return self.poll.boxes[number % len(self.poll.boxes)]

    async def second(self) -> dict[str, dict[int, list[int]]]:
        return count_votes(
            self.paper,
            [event for room in ("network", *self.rooms.values()) for event in await self.world.events(room)],
        )

    async def agrees(self) -> None:
        """So far."""
        ours, theirs = await counted(self.world, self.poll), await self.second()
        boxes = tally(self.paper, theirs)
        assert ours.voters == len(theirs), theirs
        assert (ours.days or (ours.counts,)) == tuple(map(tuple, boxes)), theirs

    async def ended(self, theirs: dict[str, dict[int, list[int]]]) -> None:
        """Closed: the result, posted once, says what the
        independent count found while it could be voted in.
        """
        said = [text for text in await self.world.reads() if text.startswith("Résultat – ")]
        assert len(said) == 1, said
        people, days, choices = parse_result(said[0])
        assert people == len(theirs), theirs
        boxes = tally(self.paper, theirs)
        if not people:
            assert said[0].endswith("Personne n’a voté.")
        elif len(self.paper.boxes) > 1:
            assert days == boxes, theirs
        else:
            assert [choices[theme] for theme in THEMES] == boxes[0], theirs


# --- in memory, many of them


@dataclass
class Tried(History):
    """With a clock that the history moves alone, so that the same history is always the same;
    and a bot that may die at any moment.
    """

    tokens: list[str | None] = field(default_factory=list)
    began: int = 0
    passed: int = 10_000  # milliseconds
    jitter: int = 0
    up: bool = True

    @property
    def memory(self) -> MemoryWorld:
        assert isinstance(self.world, MemoryWorld)
        return self.world

    def stamp(self, put: Callable[..., str]) -> Callable[..., str]:
        """Server times of our own: nearly in the order of the room, as where several servers meet."""

        def stamped(*args: Any, **more: Any) -> str:
            self.passes(1)
            return put(*args, **more | {"origin_server_ts": self.began + self.passed - self.jitter})

        return stamped

    def passes(self, milliseconds: int) -> None:
        self.passed += milliseconds
        self.world.clock.lag += timedelta(milliseconds=milliseconds)

    async def settles(self) -> None:
        if self.up:
            await self.world.settle()
            self.tokens.append(self.world.app._token)
            await self.agrees()

    async def hears(self) -> None:
        """And no more: what is to be said waits."""
        if self.up:
            await self.world.app.turn(0)

    async def restarts(self) -> None:
        if self.up:
            await self.world.restart()

    async def hears_again(self, pick: int) -> None:
        """The server gives anew what it gave."""
        if self.up and self.tokens:
            self.world.app._token = self.tokens[pick % len(self.tokens)]
            await self.settles()

    async def is_killed(self, steps: int) -> None:
        """In the middle of a turn, after so many steps of the loop."""
        if self.up:
            turn = asyncio.create_task(self.world.app.turn(0))
            for _ in range(steps):
                await asyncio.sleep(0)
            await self.memory.kill(turn)
            self.up = False

    async def comes_back(self) -> None:
        if not self.up:
            self.up = True
            await self.world.start()

    async def does(self, step: tuple[str, dict[str, Any]]) -> None:
        name, values = step
        self.jitter = values.get("jitter", 0)
        await getattr(self, name)(**{key: value for key, value in values.items() if key != "jitter"})
        self.jitter = 0


def step(name: str, **values: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
    return st.tuples(st.just(name), st.fixed_dictionaries(values))


who, pick, yes_or_no = st.sampled_from(PEOPLE), st.integers(0, 30), st.booleans()
box = st.integers(0, 2)
answers = st.lists(st.sampled_from(["1", "2", "3", "1", "2", "4", "5", "", "01", "é"]), max_size=4)
jitter = st.sampled_from([0, 0, 0, 1, 5, 2_000])
text = st.integers(0, max(len(SAID), len(SAID_OF_DATES)) - 1)
gestures = (
    step("votes", who=who, box=box, answers=answers, stable=yes_or_no, jitter=jitter)
    | step("votes", who=who, box=box, answers=st.lists(st.sampled_from("123"), max_size=2), stable=yes_or_no)
    | step("spoils", who=who, box=box, odd=st.integers(0, len(ODD) - 1))
    | step("says", who=who, text=text, private=yes_or_no, jitter=jitter)
    | step("says", who=who, text=text, private=yes_or_no)
    | step("taps", who=who, choice=st.integers(0, 4), plain=yes_or_no, jitter=jitter)
    | step("edits", pick=pick, text=text)
)
taken_back = step("takes_back", pick=pick, moderator=yes_or_no)
life = (
    step("settles")
    | step("hears")
    | step("restarts")
    | step("hears_again", pick=pick)
    | step("is_killed", steps=st.integers(0, 60))
    | step("comes_back")
)


async def played(most: int, dates: bool, early: list[Any], late: list[Any], down: bool) -> None:
    steps = [each for people, bot in early for each in (*people, bot)]
    note(f"most={most} dates={dates} down={down}\n" + "\n".join(map(str, [*steps, "--- late", *late])))
    with tempfile.TemporaryDirectory() as folder:
        async with in_memory(Path(folder)) as world:
            history = await begun(world, most, dates=dates)
            for each in steps:
                await history.does(each)
            if not down:
                await history.comes_back()
                await history.settles()
            elif history.up:
                await history.is_killed(0)
            wanted = await history.second()
            history.passes(int(OPEN_FOR.total_seconds() * 1000))
            for each in late:
                await history.does(each)
            await history.comes_back()
            await world.settle()
            await history.ended(wanted)
            world.app._token = history.tokens[0]  # all of it is heard anew
            await world.settle()
            await history.ended(wanted)


async def begun(world: MemoryWorld, most: int, *, dates: bool) -> Tried:
    rooms = {name: await world.direct(name) for name in IN_PRIVATE}
    kind: dict[str, Any] = {"kind": "dates", "choices": [], "days": list(DATES)} if dates else {"most": most}
    poll = await a_poll(world, closes_at=world.clock.now() + OPEN_FOR, **kind)
    began = int((world.clock.now() - world.clock.offset).timestamp() * 1000)
    closes = began + int(OPEN_FOR.total_seconds() * 1000) - 1_000
    paper = CountedPoll(
        poll.card,
        list(poll.boxes),
        3 if dates else 4,
        1 if dates else most,
        closes,
        meanings(most, dates=dates),
    )
    history = Tried(world, poll, paper, rooms, began=began, tokens=[world.app._token])
    world.clock.lag += timedelta(milliseconds=history.passed)
    world.homeserver.put = history.stamp(world.homeserver.put)  # type: ignore[method-assign]
    return history


histories = {
    "most": st.integers(1, 3),
    "dates": st.sampled_from([False, False, True]),
    "early": st.lists(
        st.tuples(st.lists(gestures | taken_back, min_size=4, max_size=9), life), min_size=3, max_size=7
    ),
    "late": st.lists(gestures, max_size=4),
    "down": yes_or_no,
}


@pytest.mark.long
@settings(max_examples=5)
@given(**histories)
async def test_a_second_count_of_the_raw_events_finds_the_same(
    most: int, dates: bool, early: list[Any], late: list[Any], down: bool
) -> None:
    await played(most, dates, early, late, down)


@pytest.mark.long
@settings(max_examples=50)
@given(**histories)
async def test_a_second_count_of_the_raw_events_goes_on_finding_the_same(
    most: int, dates: bool, early: list[Any], late: list[Any], down: bool
) -> None:
    await played(most, dates, early, late, down)


# --- on a real server, clear and encrypted


@pytest.mark.long
@pytest.mark.parametrize("encrypted", [(), ("network",)], ids=["clear", "encrypted"])
async def test_on_a_real_server_a_second_count_finds_the_same(
    tmp_path: Path, encrypted: tuple[str, ...]
) -> None:
    async with on_synapse(tmp_path, encrypted) as world:
        poll = await a_poll(world, most=2)
        paper = CountedPoll(poll.card, list(poll.boxes), 4, 2, 2**53, meanings(2, dates=False))
        history = History(world, poll, paper, {"camille": await world.direct("camille")})
        await a_rich_history(history)
        await history.agrees()
        seen = {
            event["event_id"]
            for event in await world.events()
            if event["type"] in ("m.poll.response", UNSTABLE)
        }
        token = world.person("morgan").account.access_token
        assert {
            event["event_id"]
            for event in await relations(world.homeserver.url, token, world.rooms["network"], poll.boxes[0])
        } == seen
        wanted = await history.second()
        assert wanted == {
            f"@{who}:reseau.example.org": {0: choices}
            for who, choices in {"camille": [1], "lou": [0, 2], "animation": [1, 2]}.items()
        }
        await world.says("morgan", "!sondage clore 1", room="team")
        await history.votes("camille", 0, ["4"])  # too late, each of them
        await history.says("lou", list(SAID).index("!vote 2"))
        await history.edits(0, list(SAID).index("!vote 1 4"))
        # an edit of the card waits for the one before
        await world.wait_until_instant(world.clock.now() + timedelta(seconds=10))
        await history.ended(wanted)
        await world.restart()
        await history.ended(wanted)


async def a_rich_history(history: History) -> None:
    """Every way to vote, and to vote otherwise, with a restart in between."""
    texts = list(SAID)
    await history.says("camille", texts.index("!vote 1 9"))
    await history.edits(0, texts.index("!vote 2"))  # stands in the end
    await history.votes("camille", 0, ["1"], stable=True)
    await history.votes("lou", 0, ["2", "1", "2", "3"])
    await history.votes("morgan", 0, ["1"])
    await history.spoils("morgan", 0, 0)
    await history.world.restart()
    await history.votes("camille", 0, [])
    await history.says("camille", texts.index("!vote 1 4"), private=True)
    for pick in (-1, -1, 1):  # all that came after the first text of Camille
        await history.takes_back(pick)
    await history.votes("lou", 0, ["4"])
    await history.takes_back(-1, moderator=True)
    await history.votes("lou", 0, ["3", "1"])
    await history.taps("lou", 1)
    await history.takes_back(-1)
    await history.taps("morgan", 0)
    await history.taps("morgan", 2, plain=True)
    await history.taps("morgan", 1)

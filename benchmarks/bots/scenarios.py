"""What is asked of every bot, and measured from outside: the same for each, in turn, round by round."""

import asyncio
import signal
import time
from collections import defaultdict
from dataclasses import dataclass, field
from statistics import median, quantiles

from benchmarks.bots.people import Observer, Speaker
from benchmarks.bots.subjects import Animatrice, Subject

ONE_BY_ONE, BURST, AWAY, REACTIONS = 20, 500, 300, 1_000  # commands, and reactions, of one round
PATIENCE = 120.0  # seconds for the last answer
QUIET = 0.3  # seconds between two subjects
BUSY_ROOMS = 5


@dataclass
class Results:
    """What one subject showed, over all rounds. Seconds, MiB."""

    latency: list[float] = field(default_factory=list)
    cpu_alone: list[float] = field(default_factory=list)
    cpu_burst: list[float] = field(default_factory=list)
    cpu_reaction: list[float] = field(default_factory=list)
    burst: list[float] = field(default_factory=list)
    next_answer: list[float] = field(default_factory=list)
    start: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    statements: list[float] = field(default_factory=list)
    lost: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def typical(self) -> float:
        return median(self.latency)

    @property
    def slow(self) -> float:
        """The 95th percentile."""
        return quantiles(self.latency, n=20)[18] if len(self.latency) > 1 else self.typical


@dataclass(frozen=True)
class Bench:
    """The people, who sees all, and what is kept of each subject by its name."""

    speakers: tuple[Speaker, ...]
    observer: Observer
    results: dict[str, Results]

    async def latency(self, subject: Subject) -> None:
        """One command at a time: from its sending until its answer is read."""
        found, before = self.results[subject.name], subject.cpu()
        for number in range(ONE_BY_ONE):
            began = time.monotonic()
            event = await self.speakers[0].says(subject.rooms[0], f"!ping {number}")
            if await self.observer.waits_for([event], PATIENCE):
                found.lost["one by one"] += 1
            else:
                found.latency.append(self.observer.answered[event] - began)
        found.cpu_alone.append((subject.cpu() - before) / ONE_BY_ONE)
        found.memory.append(subject.memory())
        await asyncio.sleep(QUIET)

    async def burst(self, subject: Subject) -> None:
        """Everybody at once in five rooms, until the last answer."""
        found, before, began = self.results[subject.name], subject.cpu(), time.monotonic()
        events = await self._all_say(subject, BURST)
        lost = await self.observer.waits_for(events, PATIENCE)
        found.lost["burst"] += len(lost)
        last = max((self.observer.answered[event] for event in events if event not in lost), default=began)
        found.burst.append(last - began)
        found.cpu_burst.append((subject.cpu() - before) / BURST)
        await asyncio.sleep(QUIET)

    async def killed(self, subject: Subject) -> None:
        """SIGKILL, many commands meanwhile, a start: until the next answer, and whether all come."""
        found = self.results[subject.name]
        await subject.end(signal.SIGKILL)
        events = await self._all_say(subject, AWAY)
        began = time.monotonic()
        found.start.append(await subject.start())
        event = await self.speakers[0].says(subject.rooms[0], "!ping et maintenant")
        lost = await self.observer.waits_for([event, *events], PATIENCE)
        found.lost["away"] += len(lost)
        known = [self.observer.answered[each] for each in (event, *events) if each not in lost]
        found.next_answer.append(min(known, default=began + PATIENCE) - began)
        await asyncio.sleep(QUIET)

    async def reactions(self, subject: Subject) -> None:
        """Reactions of everybody under one message; no answer is due to them."""
        found, room = self.results[subject.name], subject.rooms[0]
        card = await self.speakers[0].says(room, "Une question à toutes et à tous")
        before = subject.cpu()
        each = REACTIONS // len(self.speakers)
        await asyncio.gather(*(self._reacts(who, room, card, each) for who in self.speakers))
        event = await self.speakers[0].says(room, "!ping après")
        found.lost["after reactions"] += len(await self.observer.waits_for([event], PATIENCE))
        found.cpu_reaction.append((subject.cpu() - before) / REACTIONS)

    async def statements(self, subject: Animatrice) -> None:
        """Of SQLite, a command, by a trace on every connection of the process."""
        await subject.end()
        subject.traced = True
        await subject.start()
        before = subject.statements()
        for number in range(ONE_BY_ONE):
            event = await self.speakers[0].says(subject.rooms[0], f"!ping {number}")
            await self.observer.waits_for([event], PATIENCE)
        await asyncio.sleep(QUIET)
        self.results[subject.name].statements.append((subject.statements() - before) / ONE_BY_ONE)

    async def _all_say(self, subject: Subject, count: int) -> list[str]:
        async def says(number: int, speaker: Speaker) -> list[str]:
            room = subject.rooms[number % BUSY_ROOMS]
            each = count // len(self.speakers)
            return [await speaker.says(room, f"!ping {number} {n}") for n in range(each)]

        told = await asyncio.gather(*(says(number, speaker) for number, speaker in enumerate(self.speakers)))
        return [event for events in told for event in events]

    async def _reacts(self, who: Speaker, room: str, card: str, count: int) -> None:
        for number in range(count):
            await who.reacts(room, card, f"{number}")

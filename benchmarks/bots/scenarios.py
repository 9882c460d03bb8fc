"""What is asked of every bot, and measured from outside: the same for each, in turn, round by round."""

import asyncio
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.bots.people import Observer, Speaker
from benchmarks.bots.results import Results
from benchmarks.bots.subjects import Subject

PATIENCE = 120.0  # seconds for the last answer
QUIET = 0.3  # seconds between two subjects
BUSY_ROOMS = 5


@dataclass(frozen=True)
class Sizes:
    """Of one round: commands, reactions; resources of the library, feeds."""

    one_by_one: int = 20
    burst: int = 500
    killed: int = 300
    away: int = 100
    reactions: int = 1_000
    resources: int = 1_000
    feeds: int = 1_000

    @classmethod
    def small(cls) -> "Sizes":
        """To see that all of it works: the numbers mean nothing."""
        return cls(one_by_one=5, burst=50, killed=30, away=20, reactions=50, resources=50, feeds=40)


@dataclass(frozen=True)
class Bench:
    """The people, who sees all, and what is kept of each subject by its name."""

    speakers: tuple[Speaker, ...]
    observer: Observer
    results: dict[str, Results]
    sizes: Sizes

    async def latency(self, subject: Subject) -> None:
        """One command at a time: from its sending until its answer is read."""
        before = subject.cpu()
        found = await self.one_by_one(subject, "latency", "!ping {n}")
        self.results[subject.name].add("latency", *found)
        self.results[subject.name].add("cpu alone", (subject.cpu() - before) / self.sizes.one_by_one)

    async def burst(self, subject: Subject) -> None:
        """Everybody at once in five rooms, until the last answer."""
        before, began = subject.cpu(), time.monotonic()
        events = await self._all_say(subject, self.sizes.burst)
        known = await self._answered(subject, "burst", events)
        self.results[subject.name].add("burst", max(known, default=began) - began)
        self.results[subject.name].add("cpu burst", (subject.cpu() - before) / len(events))

    async def killed(self, subject: Subject) -> None:
        """SIGKILL, many commands meanwhile, a start: until the next answer, and whether all come."""
        await subject.end(signal.SIGKILL)
        events = await self._all_say(subject, self.sizes.killed)
        began = time.monotonic()
        await subject.start()
        events.append(await self.speakers[0].says(subject.rooms[0], "!ping et maintenant"))
        known = await self._answered(subject, "killed", events)
        self.results[subject.name].add("next answer", min(known, default=began + PATIENCE) - began)

    async def away(self, subject: Subject) -> None:
        """Stopped as an operator does, commands meanwhile, a start: until the last answer."""
        await subject.end()
        events = await self._all_say(subject, self.sizes.away)
        began = time.monotonic()
        await subject.start()
        known = await self._answered(subject, "away", events)
        self.results[subject.name].add("caught up", max(known, default=began) - began)

    async def reactions(self, subject: Subject) -> None:
        """Reactions of everybody under one message; no answer is due to them."""
        room = subject.rooms[0]
        card = await self.speakers[0].says(room, "Une question à toutes et à tous")
        before, each = subject.cpu(), self.sizes.reactions // len(self.speakers)
        await asyncio.gather(*(self._reacts(who, room, card, each) for who in self.speakers))
        event = await self.speakers[0].says(room, "!ping après")
        await self._answered(subject, "reactions", [event])
        self.results[subject.name].add("cpu reaction", (subject.cpu() - before) / (each * len(self.speakers)))

    async def start(self, subject: Subject) -> None:
        """Stopped and started with nothing to catch up; and the help of the command line."""
        await subject.end()
        self.results[subject.name].add("start", await subject.start())
        if shown := await asyncio.to_thread(subject.help):
            self.results[subject.name].add("help", shown.seconds)
            self.results[subject.name].add("help memory", shown.memory)

    async def memory(self, subject: Subject) -> None:
        """Resident after a start and some commands in each room."""
        await subject.end()
        await subject.start()
        events = await self._all_say(subject, self.sizes.one_by_one)
        await self._answered(subject, "memory", events)
        self.results[subject.name].add("memory", subject.memory())

    async def one_by_one(self, subject: Subject, scenario: str, command: str) -> list[float]:
        """Seconds until each answer, of those that came."""
        found = []
        for n in range(self.sizes.one_by_one):
            began = time.monotonic()
            event = await self.speakers[0].says(subject.rooms[0], command.format(n=n))
            found += [answered - began for answered in await self._answered(subject, scenario, [event])]
        return found

    async def _answered(self, subject: Subject, scenario: str, events: Sequence[str]) -> list[float]:
        """When each answer was read; those that never come are counted, and said at once."""
        lost = await self.observer.waits_for(events, PATIENCE)
        self.results[subject.name].lost[scenario] += len(lost)
        if lost:
            sys.stderr.write(f"  {subject.name} LOST {len(lost)} of {len(events)} answers\n")
        return [self.observer.answered[event] for event in events if event not in lost]

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

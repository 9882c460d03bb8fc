"""What a scene is played with: people speak, the bot is heard, all of it is shown.

Expectations: what must be said, each thing once, and nothing else.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Unpack

from bot.demo.bot_process import NAME, BotProcess
from bot.demo.cast import Cast, read
from bot.demo.chat import Line, Manner
from bot.demo.person import Person
from bot.demo.sites import FakeSites
from bot.demo.terminal import Terminal

SPACES = str.maketrans({"\u00a0": " ", "\u202f": " "})


@dataclass(slots=True)
class Expected:
    """Something the bot must say: `event` once it is there; `parts` must stand in its text (none:
    it was removed).
    """

    scene: str
    label: str
    room: str
    parts: tuple[str, ...]
    event: str = ""

    def fits(self, line: Line) -> bool:
        if not self.parts:
            return line.removed
        said = line.text.translate(SPACES)
        return not line.removed and all(part.translate(SPACES) in said for part in self.parts)


class Expectations:
    """`scene`: the one that is being played; `changes`:
    how many edits, removals and taps by the bot were seen in each.
    """

    def __init__(self) -> None:
        self.scene = ""
        self.expected: list[Expected] = []
        self.changes: Counter[str] = Counter()

    def expect(self, label: str, room: str, parts: tuple[str, ...]) -> Expected:
        entry = Expected(self.scene, label, room, parts)
        self.expected.append(entry)
        return entry

    @property
    def messages(self) -> Counter[str]:
        """How many each scene expected."""
        return Counter(entry.scene for entry in self.expected)

    @property
    def known(self) -> set[str]:
        """The messages that something expected has already taken."""
        return {entry.event for entry in self.expected}

    def faults(self, lines: Iterable[Line]) -> list[tuple[str, str]]:
        """Scene and fault, of all that the bot said, as it reads now;
        "" is the scene of what nobody expected.
        """
        said = {line.id: line for line in lines}
        found = [(entry.scene, fault) for entry in self.expected if (fault := _fault(entry, said))]
        return [
            *found,
            *(("", f"En trop : « {line.text} »") for event, line in said.items() if event not in self.known),
        ]


def _fault(entry: Expected, lines: Mapping[str, Line]) -> str | None:
    line = lines.get(entry.event)
    if line is None:
        return f"{entry.label} – rien n’a été dit"
    return None if entry.fits(line) else f"{entry.label} – on lit « {line.text or 'message supprimé'} »"


PATIENCE = 60.0  # seconds; a machine may be busy
MORGAN = "animation"  # in every room: reads for all


class Runner:
    """People by local part ("camille"), rooms by kind ("network") or by the id of a direct room."""

    def __init__(self, terminal: Terminal, cast: Cast, bot: BotProcess, sites: FakeSites) -> None:
        self.terminal = terminal
        self.cast = cast
        self.bot = bot
        self.sites = sites
        self.expectations = Expectations()
        self.scenes: list[str] = []
        self._names = {cast.rooms[place.kind]: place.name for place in read()[0]}
        self._readers = dict.fromkeys(self._names, cast[MORGAN])
        self._direct: dict[str, str] = {}  # who → their room with the bot
        self._said: dict[str, tuple[str, str]] = {}  # event → who, what
        self._last = ""
        self._heard: list[Line] = []

    def opens(self, title: str, when: str) -> None:
        """A scene begins; it gets its number."""
        self.scenes.append(f"{len(self.scenes) + 1}. {title}")
        self.expectations.scene = self.scenes[-1]
        self.terminal.title(self.scenes[-1], when)

    def tells(self, text: str) -> None:
        """The narrator."""
        self.terminal.tell(text)

    def name(self, who: str) -> str:
        """« Camille », of « Camille [Marquemont] »."""
        return self.cast[who].name.partition(" [")[0]

    async def says(self, who: str, room: str, text: str, **manner: Unpack[Manner]) -> str:
        """The event id."""
        room = self._id(room)
        name = self.name(who)
        shown = self._in_answer(manner.get("reply_to", "")) + text
        self.terminal.line(self._names[room], name, shown)
        event = await (await self._reading(who, room)).says(room, text, **manner)
        self._said[event], self._last = (name, text), event
        return event

    async def edits(self, who: str, room: str, event: str, text: str) -> None:
        """They correct what they wrote."""
        room = self._id(room)
        name = self.name(who)
        self.terminal.line(self._names[room], name, f"(modifie son message) {text}")
        await (await self._reading(who, room)).says(room, text, edit_of=event)
        self._said[event], self._last = (name, text), event

    async def taps(self, who: str, room: str, line: Line, key: str) -> None:
        room = self._id(room)
        self.terminal.act(self._names[room], self.name(who), f"touche {key}")
        await (await self._reading(who, room)).react(room, line.id, key)
        self._last = line.id

    async def votes(self, who: str, room: str, poll: Line, *numbers: int) -> None:
        """In the native poll, which answers by their numbers."""
        room = self._id(room)
        self.terminal.act(
            self._names[room], self.name(who), f"vote dans l’encadré : {', '.join(map(str, numbers))}"
        )
        await (await self._reading(who, room)).votes(room, poll.id, *map(str, numbers))
        self._last = poll.id

    async def opens_direct(self, who: str) -> str:
        """Their private room, the same one in every scene; its id once the bot is there."""
        if who in self._direct:
            return self._direct[who]
        self._direct[who] = room = await self.cast[who].dm(self.bot.user_id)
        self._names[room] = f"Message privé – {self.name(who)} et l’{NAME}"
        self._readers[room] = self.cast[who]
        await self.present(room)
        return room

    async def present(self, room: str) -> None:
        """Until the bot has joined. Raises TimeoutError, or RuntimeError when it stopped by itself."""
        room = self._id(room)
        async with asyncio.timeout(PATIENCE):
            while self.bot.user_id not in await self._readers[room].members(room):
                if not self.bot.running:
                    raise RuntimeError("le robot s’est arrêté de lui-même")
                await asyncio.sleep(0.1)

    async def hears(self, label: str, room: str, *parts: str, to: str = "", most: int | None = None) -> Line:
        """Something the bot must say, once:
        the answer to the event `to`, or without it a message that has all these parts.

        An answer is shown whatever it says; the verdict tells at the end whether it was the right one. What
        a tap answers may be said in the place of the question that it is under.
        `most`: lines that are shown of it.
        """
        entry = self.expectations.expect(label, self._id(room), parts)
        known = self.expectations.known

        def found(lines: list[Line]) -> list[Line]:
            ours = self._by_the_bot(lines)
            new = [line for line in ours if line.id not in known]
            in_place = [line for line in ours if line.id == to and entry.fits(line)]
            answers = [line for line in new if line.answers == to] or in_place
            return answers if to else [line for line in new if entry.fits(line)]

        line = found(await self._readers[entry.room].wait_for(entry.room, found, PATIENCE))[0]
        if line.id in known:
            self.expectations.expected.remove(entry)
            return await self.sees_change(line, *parts, label=label, most=most)
        entry.event = line.id
        self._show(entry, line, most=most)
        return line

    async def asks(self, who: str, room: str, text: str, *parts: str, most: int | None = None) -> Line:
        """They write, the bot answers with all these parts: once, as the verdict will say."""
        event = await self.says(who, room, text)
        return await self.hears(
            f"{self.name(who)} : {text.splitlines()[0]}", room, *parts, to=event, most=most
        )

    async def sees_change(self, line: Line, *parts: str, label: str = "", most: int | None = None) -> Line:
        """A message of the bot's now says this (nothing: it is removed), the same message."""
        entry = next(each for each in self.expectations.expected if each.event == line.id)
        entry.parts, entry.label = parts, label or entry.label

        def changed(lines: list[Line]) -> list[Line]:
            return [each for each in lines if each.id == line.id and entry.fits(each)]

        new = changed(await self._readers[entry.room].wait_for(entry.room, changed, PATIENCE))[0]
        self.expectations.changes[self.expectations.scene] += 1
        if parts:
            self._show(entry, new, "(modifie son message) ", most)
        else:
            self.terminal.act(self._names[entry.room], NAME, "son message est retiré")
        return new

    async def sees_taps(self, room: str, event: str, *keys: str) -> None:
        """The reactions that the bot puts under a message:
        choices under its question, a tick under what it has done.
        """
        room = self._id(room)

        def there(lines: list[Line]) -> bool:
            return any(
                line.id == event and all(NAME in line.reactions.get(key, ()) for key in keys)
                for line in lines
            )

        await self._readers[room].wait_for(room, there, PATIENCE)
        self.expectations.changes[self.expectations.scene] += 1
        if self._said[event][0] == NAME:
            self.terminal.under("  ".join(f"[{key}]" for key in keys))
        else:
            self.terminal.act(self._names[room], NAME, f"{' '.join(keys)} sous ce message")

    def heard(self, part: str) -> Line:
        """The bot's latest message that has this in it."""
        return next(line for line in reversed(self._heard) if part in line.text.translate(SPACES))

    async def reads(self) -> list[Line]:
        """All that the bot said, in every room, as it reads now."""
        return [
            line
            for room, reader in self._readers.items()
            for line in self._by_the_bot(await reader.sees(room))
        ]

    async def _reading(self, who: str, room: str) -> Person:
        """Who acts in a room has it open, and so has read it."""
        person = self.cast[who]
        await person.catches_up(room)
        return person

    def _id(self, room: str) -> str:
        return self.cast.rooms.get(room, room)

    def _by_the_bot(self, lines: Sequence[Line]) -> list[Line]:
        return [line for line in lines if line.sender_id == self.bot.user_id]

    def _show(self, entry: Expected, line: Line, before: str = "", most: int | None = None) -> None:
        """Whom it answers is said when that is not the line just above."""
        answered = "" if before or line.answers == self._last else self._in_answer(line.answers or "")
        lines = line.text.splitlines()
        shown = line.text if most is None or len(lines) <= most else "\n".join([*lines[:most], "…"])
        self.terminal.line(self._names[entry.room], NAME, answered + before + shown)
        self._said[line.id], self._last = (NAME, line.text), line.id
        self._heard.append(line)

    def _in_answer(self, event: str) -> str:
        if event not in self._said:
            return ""
        who, what = self._said[event]
        start = what.splitlines()[0]
        return f"↪ {who} : {start if len(start) <= 50 else start[:49] + '…'}\n"


Scene = Callable[[Runner], Awaitable[None]]


@dataclass(frozen=True)
class Play:
    """`opening`: --clock of the first scene."""

    opening: str
    scenes: Sequence[Scene]

"""The way of a message: which files a reader opens who follows it
from the dispatched event to the posted answer; those that act, and those that only read.

python -m benchmarks.walk

A stay is a call into a file, or the return into it. No stay are: a function of one statement (a property, a
constructor, a delegation); what says how something reads (texts, cards, receipts, dates); rows and queries
that belong to no subject. Counted apart are pure readings (`·`): values in, a value out, named by what they
give. They neither read nor write nor post, and send nobody anywhere else.
"""

import ast
import asyncio
import dis
import inspect
import logging
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import FrameType

from bot.demo.play.meetings import ENTERED
from tests.support.world import MemoryWorld, in_memory

ROOT = Path(__file__).parents[1]
COUNTED = (
    "bot/inbox/",
    "bot/command/",
    "bot/outbox/",
    "commands/",
    "schedules/meetings/",
    "storage/meetings/",
)
SAYS = ("wording.py", "receipts.py", "card.py", "summary.py", "calendar.py")
PURE = (
    "bot/command/address.py",
    "bot/command/arguments.py",
    "bot/command/quotes.py",
    "bot/command/registry.py",
    "bot/command/signature.py",
    "bot/command/suggest.py",
    "commands/meetings/parse_answer.py",
    "commands/meetings/parse_phrases.py",
    "storage/meetings/waitlist.py",
)


@cache
def _bodies(file: str) -> dict[int, int]:
    """Line of a function (its first decorator's too) → statements of its body, its docstring not counted."""
    found: dict[int, int] = {}
    for node in ast.walk(ast.parse(Path(file).read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            size = sum(isinstance(each, ast.stmt) for part in node.body for each in ast.walk(part))
            is_property = any(ast.unparse(each).endswith("property") for each in node.decorator_list)
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            found[first] = 0 if is_property else size - (ast.get_docstring(node) is not None)
    return found


@cache
def room_of(file: str, line: int) -> str:
    """The file as a reader names it; "" for what is no stay."""
    if not file.startswith(f"{ROOT}/"):
        return ""
    name = file.removeprefix(f"{ROOT}/")
    if not name.startswith(COUNTED) or name.endswith(SAYS):
        return ""
    return name if _bodies(file).get(line, 0) > 1 else ""


class Walk:
    """The files in the order in which they are visited, until the function returns at which it begins."""

    def __init__(self, entry: str) -> None:
        self.stays: list[str] = []
        self._entry = entry
        self._task: asyncio.Task[object] | None = None
        # who called the entry: kept, so that no other frame takes its place
        self._before: list[FrameType] = []
        self._open: list[FrameType] = []
        self._over = False

    def __call__(self, frame: FrameType, event: str, _: object) -> None:
        if event == "call" and self._task is None and frame.f_code.co_qualname == self._entry:
            self._begin(frame)
        if self._over or self._task is None or asyncio.current_task() is not self._task:
            return
        room = room_of(frame.f_code.co_filename, frame.f_code.co_firstlineno)
        if (
            not room
            or frame.f_code.co_flags & inspect.CO_GENERATOR
            or any(frame is each for each in self._before)
        ):
            return
        # else it goes on after it waited
        if event == "call" and not any(frame is each for each in self._open):
            self._open.append(frame)
            self._visit(room)
        elif event == "return" and self._ends(frame):
            self._leave(frame)

    def _begin(self, frame: FrameType) -> None:
        self._task = asyncio.current_task()
        caller = frame.f_back
        while caller is not None:
            self._before.append(caller)
            caller = caller.f_back

    def _leave(self, frame: FrameType) -> None:
        self._open.remove(frame)
        if not self._open:
            self._over = True
            return
        back = self._open[-1].f_code
        self._visit(room_of(back.co_filename, back.co_firstlineno))

    def _ends(self, frame: FrameType) -> bool:
        """A coroutine that only waits returns too."""
        return dis.opname[frame.f_code.co_code[frame.f_lasti]] not in ("YIELD_VALUE", "RETURN_GENERATOR")

    def _visit(self, room: str) -> None:
        if not self.stays or self.stays[-1] != room:
            self.stays.append(room)


@contextmanager
def walked(entry: str = "Dispatcher.handle") -> Iterator[Walk]:
    walk = Walk(entry)
    sys.setprofile(walk)
    try:
        yield walk
    finally:
        sys.setprofile(None)


def show(title: str, walk: Walk) -> None:
    acting = [stay for stay in walk.stays if stay not in PURE]
    way = [stay for number, stay in enumerate(acting) if not number or acting[number - 1] != stay]
    rooms, pure = set(way), set(walk.stays) & set(PURE)
    sys.stdout.write(
        f"{title}: {len(rooms)} files act, {len(way) - len(rooms)} returns among them; {len(pure)} pure "
        "readings\n"
    )
    for number, stay in enumerate(walk.stays):
        sign = "·" if stay in PURE else "↩" if stay in walk.stays[:number] else "→"
        sys.stdout.write(f"  {sign} {stay}\n")


async def announced(world: MemoryWorld) -> None:
    """A meeting, entered and announced by the team."""
    await world.says("animation", ENTERED, "team")
    await world.taps("animation", "✅", room="team")
    await world.says("animation", "!rencontre annoncer T4", "team")
    await world.says("animation", "oui", "team")


async def main() -> None:
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        async with in_memory(Path(folder)) as world:
            await announced(world)
            for text in ("!ping", "!aide", "!presence oui"):
                with walked() as walk:
                    await world.says("camille", text)
                show(text, walk)


if __name__ == "__main__":
    asyncio.run(main())

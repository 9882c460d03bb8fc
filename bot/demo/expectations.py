"""What should be said in the demo, and what was: each thing once, and nothing else."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.demo.chat import Line

SPACES = str.maketrans({"\u00a0": " ", "\u202f": " "})


@dataclass(slots=True)
class Expected:
    """Something the bot must say: `event` once it is there; `parts` must stand in its text (none: it was removed)."""

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
    """`scene`: the one that is being played; `changes`: how many edits, removals and taps by the bot were seen in each."""

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
        """Scene and fault, of all that the bot said, as it reads now; "" is the scene of what nobody expected."""
        said = {line.id: line for line in lines}
        found = [(entry.scene, fault) for entry in self.expected if (fault := _fault(entry, said))]
        return [*found, *(("", f"En trop : « {line.text} »") for event, line in said.items() if event not in self.known)]


def _fault(entry: Expected, lines: Mapping[str, Line]) -> str | None:
    line = lines.get(entry.event)
    if line is None:
        return f"{entry.label} – rien n’a été dit"
    return None if entry.fits(line) else f"{entry.label} – on lit « {line.text or 'message supprimé'} »"

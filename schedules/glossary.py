"""Glossary: the acronyms of the trade and what they mean:
those of glossaire.yaml, with what the team added or put right in the rooms.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.packaged import read_yaml
from bot.text.clean import clean_text
from storage import glossary as rows
from storage.resources.words import stems
from storage.text import key

LONGEST_NAME = 30  # characters
LONGEST_TEXT = 400
_MOST_NEAR = 5
_STOPS = ".,;:!?«»“”\"'()"
_END_OF_MEANING = re.compile(r"\s*(?:[:;(–]|\.\s|\.$)")


@dataclass(frozen=True)
class Entry:
    """`name` as people write it, « GUSP »; `text`: what it means, then what it is, if need be:
    « Atelier santé ville : coordination… ».
    """

    name: str
    text: str

    @property
    def meaning(self) -> str:
        """Its words in full."""
        return _END_OF_MEANING.split(self.text, maxsplit=1)[0]


@cache
def ours() -> Mapping[str, Entry]:
    """What comes with the program, by folded name."""
    texts = read_yaml("schedules", "glossaire.yaml")["glossaire"]
    return {folded(name): Entry(name, text) for name, text in texts.items()}


async def entries(db: AsyncSession) -> Mapping[str, Entry]:
    """By folded name, in the order of the alphabet."""
    added = {row.folded: Entry(row.name, row.text) for row in await rows.added(db)}
    return dict(sorted({**ours(), **added}.items()))


def folded(name: str) -> str:
    """« Q.P.V. » is « qpv », « BOP 147 » is « bop147 »."""
    return key(clean_text(name, LONGEST_NAME).strip(_STOPS)).replace(".", "")


def near(found: Mapping[str, Entry], typed: str) -> Sequence[Entry]:
    """The entries that somebody probably meant: by the slip of a finger; else by words of what they mean."""
    from rapidfuzz.distance import OSA

    name = folded(typed)
    slips = 1 if len(name) < 6 else 2
    close = [entry for each, entry in found.items() if len(name) > 1 and OSA.distance(name, each) <= slips]
    return (close or _meaning(found, typed))[:_MOST_NEAR]


def _meaning(found: Mapping[str, Entry], typed: str) -> list[Entry]:
    wanted = set(stems(typed[:LONGEST_TEXT]))
    return [entry for entry in found.values() if wanted and wanted <= set(stems(entry.text))]

"""The words of a roll call: one is said in the room, and written or tapped by who hears it.

All are known beforehand, so that what is said in a room is looked at only when it may be one, and so that a
mistyped word is no guess.
"""

import re
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from storage.text import fold

SHOWN = 6  # under the card, to be tapped
LONGEST = 60  # characters: who writes more says something else
# French, English, what is tapped. None is the name of a command.
WORDS = (
    ("vélo", "bike", "🚲"),
    ("arbre", "tree", "🌳"),
    ("clé", "key", "🔑"),
    ("maison", "house", "🏠"),
    ("étoile", "star", "⭐"),
    ("livre", "book", "📗"),
    ("pomme", "apple", "🍎"),
    ("bateau", "boat", "⛵"),
    ("lune", "moon", "🌙"),
    ("train", "train", "🚆"),
    ("pont", "bridge", "🌉"),
    ("chapeau", "hat", "🎩"),
    ("cloche", "bell", "🔔"),
    ("ballon", "ball", "⚽"),
    ("carotte", "carrot", "🥕"),
    ("cerise", "cherry", "🍒"),
    ("poisson", "fish", "🐟"),
    ("feuille", "leaf", "🍃"),
    ("horloge", "clock", "⏰"),
    ("tulipe", "tulip", "🌷"),
    ("tambour", "drum", "🥁"),
    ("champignon", "mushroom", "🍄"),
    ("parapluie", "umbrella", "☂"),
    ("guitare", "guitar", "🎸"),
)
_WORD = {fold(name): french for french, english, _ in WORDS for name in (french, english)}
_TAP = {tap: french for french, _, tap in WORDS}
_SAID = re.compile(
    r"(?:(?:je suis la|present|presente|i am here|here)\b[\s,:!.]*)?(?:le mot est |mot |the word is )?"
    r"(?:(?:le|la|les|un|une|the|a)\s+|l')?(?P<word>[a-z]+?)s?[\s,.!:]*"
    r"(?P<way>(?:en |par )?visio|a distance|remote|by video|sur place|on site)?[\s.!]*",
)
_ON_SITE = ("sur place", "on site")


@dataclass(frozen=True, slots=True)
class Said:
    """`remote`: whether they say that they follow from afar; None: they say nothing of it."""

    word: str
    remote: bool | None = None


def parse(text: str) -> Said | None:
    """« Le vélo », « vélo, en visio », "bike". None: not one of the words."""
    if len(text) > LONGEST:
        return None
    if (tapped := of_tap(text)) is not None:
        return Said(tapped)
    found = _SAID.fullmatch(fold(text).strip(" «»\"'"))
    word = _WORD.get(found["word"]) if found else None
    if found is None or word is None:
        return None
    return Said(word, None if found["way"] is None else found["way"] not in _ON_SITE)


def of_tap(key: str) -> str | None:
    """The word of a reaction."""
    return _TAP.get(key.replace("\ufe0f", "").strip())


def tap_of(word: str) -> str:
    return next(tap for french, _, tap in WORDS if french == word)


def draw(taken: Collection[str] = ()) -> tuple[str, Sequence[str]]:
    """A word that nobody can foresee, and those shown with it, in an order that says nothing.
    `taken`: those of another roll call of that day.
    """
    free = [french for french, _, _ in WORDS if french not in taken]
    shown = sorted(secrets.SystemRandom().sample(free, SHOWN), key=free.index)
    return secrets.choice(shown), shown

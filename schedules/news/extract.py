"""Extraction: what a story's own words tell beyond their text:
its kind, one sentence that sums it up, the day of the event it announces.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.text import UserError
from bot.time import Moment, parse_prefix
from schedules.themes import theme
from storage.tables import Story
from storage.text import fold, key

LONGEST_SENTENCE = 220  # characters
LONGEST_SUMMARY = 1_500
LONGEST_DATE = 80
SEARCHED = 600  # characters in which a date is looked for
SOON = timedelta(days=180)  # « le 12 novembre », said on the 16th, was four days ago
_EVENTS = (
    "agenda",
    "webinaire",
    "webinar",
    "événement",
    "event",
    "rencontre",
    "colloque",
    "conférence",
    "séminaire",
    "journée d’étude",
)
EVENTS = frozenset(key(name) for word in _EVENTS for name in (word, word + "s", "à l’" + word))

_KIND = re.compile(r"([^:«»]{3,40}?)\s*:\s+(?=\S)")
_ABBREVIATED = re.compile(
    r"(?:^|[\s(«’'])(?:M|MM|Mme|Mlle|Dr|Pr|St|Ste|art|al|p|pp|cf|ex|n|no|vol|env|av|apr|J|etc|[A-ZÀ-Ý])\.$"
)
_SENTENCE_END = re.compile(r"[.!?…]+(?:\s?[»”)]|[\"’])*(?=\s+[«“\"(]?\s*[^\Wa-zà-ÿ_]|\s*$)")
_DAY = re.compile(
    r"(?:(?:lun|mar|mercre|jeu|vendre|same)di\s+|dimanche\s+)?\d{1,2}(?:er)?\s+"
    r"(?:janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre)(?!\w)"
)
_ONE_OF_SEVERAL = re.compile(r"\d(?:er)?(?:\s+\w+)?\s*(?:,|-|/|au|a|et|ou)\s*(?:le\s+)?$")
_DEADLINE = re.compile(
    r"(?:avant|jusqu'a|jusqu'au|d'ici|au plus tard|des|depuis|limite)(?:\s+(?:le|au))?\s*:?\s*$"
)


@dataclass(frozen=True)
class Title:
    """A title without the word of its kind (« Outil : … »), and that word in lower case, or none."""

    title: str
    kind: str = ""


def split_kind(story: Story) -> Title:
    found = _KIND.match(story.title)
    if not found or not _is_kind(found[1], story.tags):
        return Title(story.title)
    rest = story.title[found.end() :]
    return Title(rest[:1].upper() + rest[1:], found[1].strip().lower())


def is_event(story: Story) -> bool:
    """Whether it announces something to come to."""
    found = _KIND.match(story.title)
    return any(key(tag) in EVENTS for tag in (*story.tags, *([found[1]] if found else [])))


def one_sentence(story: Story, known: Moment | None = None) -> str:
    """One sentence, whole, or cut at a word when it is very long;
    none when it only says the title again, or the `known` date.
    """
    for sentence in sentences(story.summary):
        again = known is not None and known in _days(sentence, story.published, known.zone)
        if again or key(sentence).strip(".") == key(story.title).strip("."):
            continue
        return (
            sentence
            if len(sentence) <= LONGEST_SENTENCE
            else sentence[:LONGEST_SENTENCE].rsplit(" ", 1)[0].rstrip(" ,;:–-") + " …"
        )
    return ""


def sentences(text: str) -> Iterator[str]:
    text, start = text[:LONGEST_SUMMARY], 0
    for end in _SENTENCE_END.finditer(text):
        if end[0] == "." and _ABBREVIATED.search(text[start : end.end()]):
            continue
        yield text[start : end.end()].strip()
        start = end.end()
    if text[start:].strip():
        yield text[start:].strip()


def event_day(story: Story, zone: ZoneInfo) -> Moment | None:
    """When the event is: the only day that the title names, or else the summary;
    None when there are several.
    """
    for text in (story.title, story.summary):
        if found := _days(text, story.published, zone):
            return found[0] if len(found) == 1 else None
    return None


def _days(text: str, said_at: datetime, zone: ZoneInfo) -> Sequence[Moment | None]:
    """The days that a text names in full (« jeudi 3 décembre de 13 h à 14 h »), as seen when it was said.

    None for one that is not a day to come by itself (« du 5 au 12 décembre »). A deadline is not one.
    """
    found: list[Moment | None] = []
    folded = fold(text[:SEARCHED])
    end = 0
    for place in _DAY.finditer(folded):
        earlier = folded[: place.start()][-LONGEST_DATE:]
        if place.start() < end or _DEADLINE.search(earlier):
            continue
        ahead = folded[place.start() :][:LONGEST_DATE]
        moment = None if _ONE_OF_SEVERAL.search(earlier) else _day(ahead, said_at, zone)
        if moment is None or moment[0] not in found:
            found.append(moment[0] if moment else None)
        if len(found) > 1:
            break
        end = place.start() + len(ahead) - len(moment[1]) if moment else place.end()
    return found


def _day(text: str, said_at: datetime, zone: ZoneInfo) -> tuple[Moment, str] | None:
    try:
        found = parse_prefix(text, said_at, zone)
    except UserError:
        return None
    return found if found and found[0].day - said_at.astimezone(zone).date() < SOON else None


def _is_kind(word: str, tags: Sequence[str]) -> bool:
    return key(word) in {key(tag) for tag in tags} | EVENTS and theme(word) is None

"""From what strangers write, with markup or without, to plain text: titles, summaries, the names of sources."""

import re
from html import unescape

import nh3

from bot.text.clean import clean_text
from storage.text import fold

UNWRAPPINGS = 3  # « &amp;lt;b&amp;gt; » : some escape what is escaped
LONGEST_TITLE = 100  # characters of one made from a summary
LONGEST_NAME = 60

_BLOCK = re.compile(r"(?=</?(?:p|br|div|li|h[1-6]|tr|td|th|dt|dd|blockquote|figcaption)\b)", re.IGNORECASE)
_NAME_PARTS = re.compile(r"\s+[–—|·»:•-]+\s+")
_SAYS_NOTHING = re.compile(
    r"(actualites?|actus?|accueil|home|news|blog|articles?|a la une|flux|rss|feed|(le )?fil d.actu\w*|publications?)( rss| atom)?"
)
_PAID = re.compile(
    r"(contenu|article|acces|lecture)?s? ?reserve\w* (a|aux) (nos |l.)?abonne\w*|(article|contenu)s? (payants?|premium|abonnes?)"
    r"|abonnes? uniquement|subscribers? only|[\[(]abonne(e?s)?[\])]"
)
_PAID_TAG = re.compile(r"abonnes?|premium|payants?|paywall|subscribers?")


def plain(text: str, most: int) -> str:
    """At most `most` characters on one line, without markup, scripts, entities, and characters that act instead of being read."""
    text = text[: most * 10 + 5_000].encode("utf-8", "ignore").decode()  # JSON can hold half a character
    for _ in range(UNWRAPPINGS):
        before = text
        text = unescape(nh3.clean(_BLOCK.sub(" ", text), tags=set()))
        if text == before:
            break
    return clean_text(text, most)


def folded(title: str) -> str:
    """The words of a title, to compare by; a title without words is itself."""
    return " ".join(re.findall(r"\w+", fold(title))) or title


def summed_title(summary: str) -> str:
    """A title for what has none: the first sentence of its summary, or the beginning of it."""
    sentence = re.split(r"(?<=[.!?…])\s", summary, maxsplit=1)[0].rstrip(" .")
    if len(sentence) <= LONGEST_TITLE:
        return sentence
    return sentence[:LONGEST_TITLE].rsplit(" ", 1)[0].rstrip(" ,;:–-") + "…"


def source_name(title: str) -> str:
    """« Territoires et cohésion – veille juridique » is Territoires et cohésion; « Actualités | Ville de Marquemont » is Ville de Marquemont."""
    parts = [part for part in _NAME_PARTS.split(title.strip()) if len(part) > 2]
    named = [part for part in parts if not _SAYS_NOTHING.fullmatch(fold(part))]
    return clean_text((named or parts or [title])[0], LONGEST_NAME)


def paid(title: str, summary: str, tags: tuple[str, ...]) -> bool:
    """Whether it says that it is for subscribers."""
    return any(_PAID_TAG.fullmatch(fold(tag)) for tag in tags) or bool(_PAID.search(fold(" ".join((title, summary, *tags)))))

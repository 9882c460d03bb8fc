"""What a title says: a key to compare it by, the name of a site in it, that only subscribers may read; and one for what has none."""

import re

from bot.text.clean import clean_text
from storage.text import fold

LONGEST_TITLE = 100  # characters of one made from a summary
LONGEST_NAME = 60
_NAME_PARTS = re.compile(r"\s+[–—|·»:•-]+\s+")
_SAYS_NOTHING = re.compile(
    r"(actualites?|actus?|accueil|home|news|blog|articles?|a la une|flux|rss|feed|(le )?fil d.actu\w*|publications?)( rss| atom)?"
)
_PAID = re.compile(
    r"(contenu|article|acces|lecture)?s? ?reserve\w* (a|aux) (nos |l.)?abonne\w*|(article|contenu)s? (payants?|premium|abonnes?)"
    r"|abonnes? uniquement|subscribers? only|[\[(]abonne(e?s)?[\])]"
)
_PAID_TAG = re.compile(r"abonnes?|premium|payants?|paywall|subscribers?")


def fold_title(title: str) -> str:
    """The words of a title, to compare by; a title without words is itself."""
    return " ".join(re.findall(r"\w+", fold(title))) or title


def title_from_summary(summary: str) -> str:
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


def is_paywalled(title: str, summary: str, tags: tuple[str, ...]) -> bool:
    """Whether it says that it is for subscribers."""
    return any(_PAID_TAG.fullmatch(fold(tag)) for tag in tags) or bool(_PAID.search(fold(" ".join((title, summary, *tags)))))

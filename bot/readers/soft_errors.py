"""Soft errors and interstitials: what stands in the way of a page never names its card (soft_errors.yaml)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from bot.packaged import read_yaml
from storage.text import fold

LONGEST = 300  # characters of a title
SITE = "SITE"  # the name of the site, among words in small letters

_PARTS = re.compile(
    r"\s*[|·•»›«‹[\]()/]+\s*|\s+[–—:-]+\s*|\s*:\s+|(?<=\w)[–—]\s+|\s*[.!?…]+(?:\s+|$)|\s*[–—]\s*"
)


@dataclass(frozen=True)
class Known:
    """`code`: a status, as such titles write it; `opening`: with what they may begin."""

    anywhere: re.Pattern[str]
    beside_a_name: re.Pattern[str]
    alone: re.Pattern[str]
    code: re.Pattern[str]
    opening: re.Pattern[str]


def no_page(title: str, site: str = "", host: str = "", article: bool = False) -> bool:
    """Whether this is the title of a robot check, a consent, login, error or maintenance page.

    `site`: what it calls itself; `article`: what it says it is, which an article called « Connexion – Récit »
    does.
    """
    known, names, title = _known(), _names(site, host), title[:LONGEST]
    if known.anywhere.fullmatch(_said(title, names)):
        return True
    parts = {part: _bare(_said(part, names), known) for part in _PARTS.split(title) if _plain(part)}
    if any(known.anywhere.fullmatch(shown) for shown in parts.values()):
        return True
    weak = {part for part, shown in parts.items() if not shown or known.beside_a_name.fullmatch(shown)}
    return bool(weak) and not article and all(_is_name(part, parts[part]) for part in parts.keys() - weak)


def says_nothing(title: str) -> bool:
    """« Sans titre », « YouTube »."""
    return _known().alone.fullmatch(_plain(title[:LONGEST])) is not None


def _is_name(part: str, shown: str) -> bool:
    """Whether it may be what a site is called: « Osmose », « ville-bruaville.fr »;
    a sentence that goes on has a small letter.
    """
    return shown == SITE or "." in part.strip(" .…!?") or not next(filter(str.isalpha, part), "A").islower()


def _bare(shown: str, known: Known) -> str:
    """Without its « Oups », the name of the site that ends it, and a status at either end;
    "" for a status alone.
    """
    without = re.sub(
        rf"(?<=.)(?: (?:a|au|aux|sur|de|du|to|on|of))? {SITE}$", "", known.opening.sub("", shown)
    )
    return known.code.sub("", without)


def _said(text: str, names: re.Pattern[str]) -> str:
    return names.sub(SITE, _plain(text))


@lru_cache(maxsize=500)
def _names(site: str, host: str) -> re.Pattern[str]:
    """What the site is called: its own word for it, its host, a label of its host."""
    labels = [label for label in host.split(".")[:-1] if len(label) > 3]
    names = sorted({_plain(each) for each in (site, host, *labels)} - {""}, key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\b" if names else "(?!)")


def _plain(text: str) -> str:
    """Its words: « L’été ! » is l ete."""
    return " ".join(re.findall(r"[^\W_]+", fold(text)))


@cache
def _known() -> Known:
    rows = read_yaml("bot.readers", "soft_errors.yaml")
    code = f"(?:{'|'.join(map(str, rows['codes']))})"

    def any_of(phrases: Sequence[str]) -> re.Pattern[str]:
        joined = "|".join(re.sub(r"(?<=\w) \*$", "(?: .*)?", str(phrase)) for phrase in phrases)
        return re.compile(joined.replace("{code}", code).replace("{site}", SITE))

    status = (
        r"(?:(?:http )?(?:erreur|error|code|statut|status|http)"
        rf"(?: http| error| code| erreur| d erreur)? )?{code}"
    )
    return Known(
        any_of(rows["anywhere"]),
        any_of(rows["beside_a_name"]),
        any_of(rows["alone"]),
        re.compile(rf"^{status}(?: |$)|(?:^| ){status}$"),
        re.compile(rf"^(?:{'|'.join(rows['openings'])}) "),
    )

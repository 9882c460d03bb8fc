"""Tracking parameters: what only follows people (trackers.yaml),
and the mail addresses of those who received a link, leave an address.
"""

import re
from base64 import urlsafe_b64decode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import translate
from functools import cache, lru_cache
from urllib.parse import SplitResult, unquote, unquote_plus

from bot.packaged import read_yaml

_SESSION = re.compile(r";jsessionid=[^/;]*", re.IGNORECASE)
_MAIL = re.compile(r"[\w.+-]{1,64}@((?:[\w-]{1,63}\.)+[^\W\d_]{2,})")
_BASE64 = re.compile(r"(?:[\w+/-]{4}){3,40}(?:[\w+/-]{2,3})?", re.ASCII)
_MOST_DECODED = 3  # times a mail address may be percent-encoded


@dataclass(frozen=True)
class Trackers:
    everywhere: re.Pattern[str]
    sites: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]  # hosts, and the names that are trackers there
    nobody: re.Pattern[str]


def without_trackers(host: str, parts: SplitResult) -> SplitResult:
    """The same page; what is kept stays letter for letter. `host`: without www."""
    fragment = parts.fragment
    # « #xtor=RSS-3 »: parameters, which browsers keep to themselves
    if "=" in fragment and all("=" in each for each in fragment.split("&")):
        fragment = _without_tracking(host, fragment)
    elif _somebody(fragment):
        fragment = ""
    return parts._replace(
        path=_SESSION.sub("", parts.path), query=_without_tracking(host, parts.query), fragment=fragment
    )


def _without_tracking(host: str, query: str) -> str:
    kept = [each for each in query.split("&") if not _tracks(host, each) and not _somebody(each)]
    return "&".join(kept)


def _tracks(host: str, parameter: str) -> bool:
    name = unquote_plus(parameter.partition("=")[0]).casefold().removeprefix("amp;")
    value = unquote_plus(parameter.partition("=")[2]).casefold()
    return any(names.fullmatch(name) or names.fullmatch(f"{name}={value}") for names in _of(host))


@lru_cache(maxsize=2_000)
def _of(host: str) -> Sequence[re.Pattern[str]]:
    known = _known()
    return (known.everywhere, *(names for hosts, names in known.sites if hosts.fullmatch(host)))


def _somebody(text: str) -> bool:
    for _ in range(_MOST_DECODED if "%" in text else 0):
        text = unquote(text)
    return any(
        not _known().nobody.fullmatch(found[1].lower()) for found in _MAIL.finditer(f"{text} {_hidden(text)}")
    )


def _hidden(parameter: str) -> str:
    """What its value says in base64, which hides an address of mail from nobody."""
    value = parameter.partition("=")[2].rstrip("=")
    if not _BASE64.fullmatch(value):
        return ""
    return urlsafe_b64decode(value.replace("+", "-").replace("/", "_") + "=" * (-len(value) % 4)).decode(
        "ascii", "replace"
    )


@cache
def _known() -> Trackers:
    rows = read_yaml("bot.web", "trackers.yaml")
    return Trackers(
        everywhere=_any(name for line in rows["everywhere"] for name in line),
        sites=tuple((_any((site, f"*.{site}")), _any(names)) for site, names in rows["sites"].items()),
        nobody=_any(rows["nobody"]),
    )


def _any(names: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(translate, names)))

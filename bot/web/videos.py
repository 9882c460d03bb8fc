"""Canonical address of a video: a short link, a player, a
phone's page and the usual page are one (videos.yaml).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from urllib.parse import SplitResult, urlsplit

from bot.packaged import read_yaml

_TIME = re.compile(r"(?:(\d{1,3})h)?(?:(\d{1,4})m)?(?:(\d{1,6})s?)?")
_UUID = re.compile(r"[0-9a-f-]{36}")
_FLICKR = "123456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(frozen=True)
class VideoSite:
    """One line of videos.yaml."""

    pages: Sequence[re.Pattern[str]]
    page: str
    start: Sequence[str]
    at: str


def video(host: str, parts: SplitResult, *, start: bool = True) -> SplitResult:
    """The one page of the video, or `parts` when it is none that we know.
    `host`: without www.; `start`: keep where it is to begin.
    """
    url = f"{host}{parts.path}" + (f"?{parts.query}" if parts.query else "")
    for site in _sites():
        if found := next((match for page in site.pages if (match := page.fullmatch(url))), None):
            seconds = _seconds(site, parts) if start else 0
            return urlsplit(
                _page(site, found.groupdict()) + (site.at.format(seconds=seconds) if seconds else "")
            )
    return parts


@cache
def _sites() -> Sequence[VideoSite]:
    rows = read_yaml("bot.web", "videos.yaml")["sites"]
    return tuple(
        VideoSite(tuple(map(re.compile, row["pages"])), row["page"], row["start"], row["at"]) for row in rows
    )


def _page(site: VideoSite, fields: dict[str, str | None]) -> str:
    number = fields.get("id") or ""
    page = site.page.format(host=fields.get("host"), id=_short(number) if _UUID.fullmatch(number) else number)
    return f"{page}/{fields['secret']}" if fields.get("secret") else page


def _seconds(site: VideoSite, parts: SplitResult) -> int:
    """« 90 », « 90s », « 1m30s », « 1h2m »; 0 for the beginning, or what is no time."""
    for each in f"{parts.query}&{parts.fragment}".split("&"):
        name, _, value = each.partition("=")
        found = _TIME.fullmatch(value) if name in site.start else None
        if found and value:
            hours, minutes, seconds = (int(part or 0) for part in found.groups())
            return hours * 3600 + minutes * 60 + seconds
    return 0


def _short(uuid: str) -> str:
    """As PeerTube itself shortens it: the number in base 58, in 22 signs."""
    number, short = int(uuid.replace("-", ""), 16), ""
    while number:
        number, digit = divmod(number, 58)
        short = _FLICKR[digit] + short
    return short.rjust(22, _FLICKR[0])

"""What a host answered, or what went wrong instead, as one of our outcomes.

Nothing that a page wrote goes into `why`: neither its words nor its headers end up in the log.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from email.utils import parsedate_to_datetime
from typing import Literal
from zoneinfo import ZoneInfo

Outcome = Literal[
    "ok",  # 2xx: `body` is the whole page
    "not_modified",  # 304, to a question with `etag` or `modified`
    "gone",  # 410: on purpose, for ever
    "refused",  # any other status, or an encoding not asked for: `status` tells
    # 429, 503 with Retry-After, or the host asked for a pause and was not asked again: `retry_after` is set
    "limited",
    "unknown_host",  # no such name
    "unreachable",  # no whole answer: no connection, cut short, not HTTP
    "insecure",  # the certificate or the TLS of the host is not valid
    "slow",  # over the time limits
    "too_big",  # `body` is its first `limit` bytes
    "astray",  # redirects in circles, too many of them, or to nowhere
    "private",  # leads to an address that is not on the public internet
    "bad_address",  # not a web address, or a redirect to what is not one
]

ANYTHING = "*/*"
LONGEST_PAUSE = timedelta(days=1)
LONGEST_AGE = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchRequest:
    """`etag`, `modified`: those of the page already known, as it gave them.
    `limit`: bytes, after decompression.
    """

    etag: str | None = None
    modified: str | None = None
    limit: int = 2_000_000
    accept: str = ANYTHING


PLAIN = FetchRequest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One answer. `url`: as asked; `final_url`: after the redirects, without fragment.

    `permanent_url`: the address to keep instead, when the page is there (ok, not modified, too big) and every
    redirect on the way was a 301 or 308. `etag`, `modified`: to be given back in the next Ask. `retry_after`:
    only when limited. `max_age`: how long the page says it stays the same, 0 for no-cache. `links`: what it
    announces in its Link headers (RFC 8288), as they came. `why`: short English for the log, without a word
    of the page's.
    """

    outcome: Outcome
    url: str
    final_url: str
    why: str = ""
    status: int | None = None
    permanent_url: str | None = None
    etag: str | None = None
    modified: str | None = None
    content_type: str | None = None
    charset: str | None = None
    links: str = ""
    body: bytes = field(default=b"", repr=False)
    retry_after: timedelta | None = None
    max_age: timedelta | None = None


def token(text: str | None) -> str | None:
    """A header to be sent back as it came: printable ASCII of a decent length, or nothing."""
    return text if text and re.fullmatch(r"[ -~]{1,300}", text) else None


def content_type(headers: Mapping[str, str]) -> tuple[str | None, str | None]:
    """("text/html", "utf-8"), in small letters, as declared: it may be wrong."""
    header = headers.get("Content-Type", "").lower()
    kind = re.match(r"\s*([\w.+-]{1,60}/[\w.+-]{1,60})\s*(;|$)", header, re.ASCII)
    charset = re.search(r";\s*charset\s*=\s*[\"']?([\w.:+-]{1,40})", header, re.ASCII)
    return kind and kind[1], charset and charset[1]


def max_age(headers: Mapping[str, str]) -> timedelta | None:
    """RFC 9111 § 5.2.2; at most a month."""
    header = headers.get("Cache-Control", "").lower()
    if re.search(r"\bno-(cache|store)\b", header):
        return timedelta(0)
    found = re.search(r"(?<![\w-])max-age\s*=\s*\"?(\d+)", header, re.ASCII)
    return _seconds(found[1], LONGEST_AGE) if found else None


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """RFC 9110 § 10.2.3: seconds or a date; between nothing and a day."""
    header = headers.get("Retry-After", "").strip()
    if re.fullmatch(r"\d+", header, re.ASCII):
        return _seconds(header, LONGEST_PAUSE)
    try:
        until = parsedate_to_datetime(header)
    except (ValueError, OverflowError):
        return None
    aware = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max(aware - now, timedelta(0)), LONGEST_PAUSE)


def _seconds(digits: str, most: timedelta) -> timedelta:
    return most if len(digits) > 9 else min(timedelta(seconds=int(digits)), most)


@dataclass(frozen=True, slots=True)
class Locale:
    """What is taken for granted of pages and feeds that do not say their zone, or have several languages."""

    zone: tzinfo
    language: str


FRANCE = Locale(ZoneInfo("Europe/Paris"), "fr")

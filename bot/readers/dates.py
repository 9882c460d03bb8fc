"""When a source says that something appeared: RFC 822, ISO 8601, and what sites write instead of them.

French names, numeric days and months (the day first), no zone: then it is the network's. The weekday is not
believed.
"""

import calendar
import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any

from bot.time.vocabulary import MONTH_OF
from storage.text import fold

OLDEST = datetime(1995, 1, 1, tzinfo=UTC)  # of anything on the web: an older date is a mistake
LONGEST = 100  # characters

_ZONES = {
    **dict.fromkeys(("z", "ut", "utc", "gmt", "wet"), 0),
    **dict.fromkeys(("cet", "met", "west", "bst"), 1),
    **dict.fromkeys(("cest", "mest", "eet"), 2),
    "eest": 3,
    **{"edt": -4, "est": -5, "cdt": -5, "cst": -6, "mdt": -6, "mst": -7, "pdt": -7, "pst": -8},
}
_HOUR = (
    r"[\st,;–-]*(?:at?\s+)?(?P<hour>\d{1,2})\s*(?:h|:)\s*(?P<minute>\d{1,2})?"
    r"(?:\s*(?:min|:)\s*(?P<second>\d{2}))?(?:[.,]\d+)?"
    r"\s*(?P<half>[ap]m\b)?"
)
_OFFSET = r"(?:utc|gmt)?\s*(?P<sign>[+-])(?P<hours>\d{1,2}):?(?P<minutes>\d{2})?|(?P<name>[a-z]{1,5})\b"
_TAIL = re.compile(rf"(?:{_HOUR})?\s*(?:{_OFFSET})?")
_COMPACT = re.compile(r"^(\d{4})(\d\d)(\d\d)(?:t(\d\d)(\d\d)(\d\d)?)?(?=$|z|[+-])")
_STAMP = re.compile(r"(1\d{9})(?:\d{3})?")  # seconds since 1970, or thousandths
# what PHP makes of the date 0000-00-00, 30 November of the year -1; a week alone
_NEVER = re.compile(r"(?:^|\s)-0*1\b|^0000|\d{4}-?W\d")
_ASCTIME = re.compile(
    r"([a-z]{3,9}) +(\d{1,2}) +(\d{1,2}:\d{2}(?::\d{2})?)((?: +[a-z]{1,5}| +[+-]\d{4})?) +(\d{4})$"
)
_DAYS = [
    re.compile(pattern)
    for pattern in (
        r"(?<!\d)(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)",
        r"(?<!\d)(?P<day>\d{1,2})[-/.](?P<month>\d{1,2})[-/.](?P<year>\d{4}|\d{2})(?!\d)",
        (
            r"(?<!\d)(?P<day>\d{1,2})\s?(?:er|st|nd|rd|th)?[\s-]+(?P<name_of_month>[a-z]{3,9})\.?,?[\s-]+"
            r"(?P<year>\d{4}|\d{2}(?!\s*[h:]))(?!\d)"
        ),
        (
            r"(?<![a-z])(?P<name_of_month>[a-z]{3,9})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+"
            r"(?P<year>\d{4})(?!\d)"
        ),
    )
]


def parse_date(text: str, zone: tzinfo, parsed: Any = None) -> datetime | None:
    """The instant, or None for what is no date.
    `parsed`: what feedparser made of it, for the forms that only it knows.
    """
    text = text.strip()[:LONGEST]
    try:
        found = None if _NEVER.search(text) else _read(fold(text), zone) or _other(text, zone, parsed)
        return found.astimezone(UTC) if found and found >= OLDEST else None
    except (ValueError, OverflowError):
        return None


def _read(text: str, zone: tzinfo) -> datetime | None:
    if stamp := _STAMP.fullmatch(text):
        return datetime.fromtimestamp(int(stamp[1]), UTC)
    text = re.sub(r"[(\[].*$", "", _COMPACT.sub(_spelt, _ASCTIME.sub(r"\1 \2, \5 \3\4", text))).strip()
    for form in _DAYS:
        if (day := form.search(text)) and (month := _month(day)):
            tail = _TAIL.match(text, day.end())
            return _instant(day, month, tail, zone) if tail else None
    return None


def _spelt(found: re.Match[str]) -> str:
    """20261122T233000, with its signs."""
    year, month, day, hour, minute, second = found.groups()
    return f"{year}-{month}-{day}" + (f"t{hour}:{minute}:{second or '00'}" if hour else "")


def _month(found: re.Match[str]) -> int | None:
    parts = found.groupdict()
    return MONTH_OF.get(parts.get("name_of_month") or "") or int(parts.get("month") or 0) or None


def _instant(found: re.Match[str], month: int, tail: re.Match[str], zone: tzinfo) -> datetime:
    day, year = int(found["day"]), int(found["year"])
    if month > 12 >= day:  # the American order
        day, month = month, day
    hour = int(tail["hour"] or 0)
    if tail["half"]:
        hour = hour % 12 + (12 if tail["half"] == "pm" else 0)
    at = datetime(  # noqa: DTZ001
        year + 2000 if year < 100 else year,
        month,
        day,
        hour % 24,
        int(tail["minute"] or 0),
        min(int(tail["second"] or 0), 59),
    )
    return (at + timedelta(days=hour // 24)).replace(tzinfo=_zone(tail, zone))


def _zone(tail: re.Match[str], zone: tzinfo) -> tzinfo:
    if tail["sign"]:
        offset = timedelta(hours=int(tail["hours"]), minutes=int(tail["minutes"] or 0))
        return timezone(-offset if tail["sign"] == "-" else offset)
    hours = _ZONES.get(tail["name"] or "")
    return zone if hours is None else timezone(timedelta(hours=hours))


def _other(text: str, zone: tzinfo, parsed: Any) -> datetime | None:
    """feedparser takes what has no zone for UTC."""
    if not parsed:
        return None
    found = datetime.fromtimestamp(calendar.timegm(parsed), UTC)
    zoned = re.search(r"([+-]\d\d:?\d\d|\b[A-Z]{1,5})\)?$", text)
    return found if zoned else found.replace(tzinfo=zone)

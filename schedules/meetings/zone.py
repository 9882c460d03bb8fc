"""A time zone as calendars want it described: each clock change of some years, by itself (VTIMEZONE, RFC 5545 § 3.6.5).

Our own, since what icalendar makes of Europe/Paris begins summer time an hour late.
"""

from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

A_DAY = timedelta(days=1)


def described(zone: ZoneInfo, first: datetime, last: datetime) -> Timezone:
    """What is true there between two instants."""
    whole = Timezone()
    whole.add("tzid", zone.key)
    whole.add_component(_since(zone, first, first))
    for change in _changes(zone, first.astimezone(UTC), last):
        whole.add_component(_since(zone, change, change - timedelta(seconds=1)))
    return whole


def _since(zone: ZoneInfo, start: datetime, before: datetime) -> TimezoneStandard | TimezoneDaylight:
    """The start is told by the clock as it was before."""
    local, old = start.astimezone(zone), before.astimezone(zone)
    part = TimezoneDaylight() if local.dst() else TimezoneStandard()
    offset = old.utcoffset() or timedelta(0)
    part.add("dtstart", (start.astimezone(UTC) + offset).replace(tzinfo=None))
    part.add("tzoffsetfrom", offset)
    part.add("tzoffsetto", local.utcoffset() or timedelta(0))
    part.add("tzname", local.tzname() or zone.key)
    return part


def _changes(zone: ZoneInfo, start: datetime, last: datetime) -> Iterator[datetime]:
    """The instants, to the second, at which clocks change."""
    for day in range((last - start).days):
        morning = start + day * A_DAY
        new = (morning + A_DAY).astimezone(zone).utcoffset()
        if new != morning.astimezone(zone).utcoffset():
            seconds = range(86_400)
            passed = bisect_left(seconds, True, key=lambda n: (morning + timedelta(seconds=n)).astimezone(zone).utcoffset() == new)
            yield morning + timedelta(seconds=passed)

"""The calendar file of a meeting (iCalendar, RFC 5545):
an event that people's calendars add, then replace when it moves, then show as cancelled.

Its UID never changes; SEQUENCE grows with each change. The video link is not in it: it goes in private to
those who ask for it. It is a file that people open, no message between calendars: what each calendar makes of
it is in docs/calendars.md.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from bot.config import Config
from bot.outbox import File
from bot.text import Say
from bot.text.clean import shortened
from schedules.meetings.wording import one_line, programme, where
from storage.meetings import meetings
from storage.tables import Meeting

if TYPE_CHECKING:
    from icalendar import Alarm, Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vCalAddress

A_DAY = timedelta(days=1)


def vtimezone(zone: ZoneInfo, first: datetime, last: datetime) -> Timezone:
    """VTIMEZONE: what is true there between two instants."""
    from icalendar import Timezone

    timezone = Timezone()
    timezone.add("tzid", zone.key)
    timezone.add_component(_since(zone, first, first))
    for change in _changes(zone, first.astimezone(UTC), last):
        timezone.add_component(_since(zone, change, change - timedelta(seconds=1)))
    return timezone


def _since(zone: ZoneInfo, start: datetime, before: datetime) -> TimezoneStandard | TimezoneDaylight:
    """The start is told by the clock as it was before."""
    from icalendar import TimezoneDaylight, TimezoneStandard

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
            passed = bisect_left(
                seconds,
                True,
                key=lambda n: (morning + timedelta(seconds=n)).astimezone(zone).utcoffset() == new,
            )
            yield morning + timedelta(seconds=passed)


MIMETYPE = "text/calendar"
_MAIL = re.compile(r"[^\s@:<>\"]{1,64}@[^\s@:<>\"]{1,255}", re.ASCII)
A_YEAR = timedelta(days=365)


def file(row: Meeting, config: Config, stamp: datetime, url: str = "") -> File:
    """`stamp`: when the file is made (DTSTAMP). `url`: where the meeting is announced (URL)."""
    made = calendar(row, config, stamp)
    if url:
        made.walk("VEVENT")[0].add("url", url)
    return File(name=name(row, config), data=made.to_ical(), mimetype=MIMETYPE)


def file_of_several(rows: Sequence[tuple[Meeting, str]], config: Config, stamp: datetime, name: str) -> File:
    """One VEVENT a meeting, with what to add to its description; there is at least one."""
    from icalendar import vText

    made = calendar(rows[0][0], config, stamp, last=max(row.ends_at for row, _ in rows))
    for row, _ in rows[1:]:
        made.add_component(_event(row, config, stamp))
    for event, (_, more) in zip(made.walk("VEVENT"), rows, strict=True):
        event["description"] = vText("\n".join(filter(None, (more, str(event.get("description", ""))))))
    return File(name=name, data=made.to_ical(), mimetype=MIMETYPE)


def name(row: Meeting, config: Config) -> str:
    """« rencontre-2026-12-10.ics »."""
    day = f"{row.starts_at.astimezone(config.zone):%Y-%m-%d}"
    return Say("rencontre-{day}.ics", day=day).text(config.language)


def calendar(row: Meeting, config: Config, stamp: datetime, last: datetime | None = None) -> Calendar:
    """METHOD, which is PUBLISH, wants an organizer (RFC 5546 § 3.2.1):
    without one, none, which calendars take for the same.

    Never CANCEL: it is for those who were invited by mail, and who opens the file was not.
    """
    from icalendar import Calendar

    organizer = _organizer(config)
    file = Calendar()
    file.add("prodid", "-//Animatrice//Rencontres//FR")
    file.add("version", "2.0")
    file.add("calscale", "GREGORIAN")
    if organizer is not None:
        file.add("method", "PUBLISH")
    file.add_component(vtimezone(config.zone, row.starts_at - A_YEAR, (last or row.ends_at) + A_YEAR))
    file.add_component(_event(row, config, stamp))
    return file


def _event(row: Meeting, config: Config, stamp: datetime) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", row.uid)
    event.add("dtstamp", stamp.replace(microsecond=0))
    event.add("sequence", row.sequence)
    event.add("dtstart", row.starts_at.astimezone(config.zone).replace(microsecond=0))
    event.add("dtend", row.ends_at.astimezone(config.zone).replace(microsecond=0))
    event.add("summary", _summary(row).text(config.language))
    if place := where(row):
        event.add("location", place)
    if description := _description(row).text(config.language).strip():
        event.add("description", description)
    event.add("status", "CANCELLED" if row.status == meetings.CANCELLED else "CONFIRMED")
    if row.status == meetings.CANCELLED:
        event.add("transp", "TRANSPARENT")  # for those that show it like any other: nobody is busy then
    else:
        event.add_component(_alarm(row, config))
    if (organizer := _organizer(config)) is not None:
        event.add("organizer", organizer)
    return event


def _alarm(row: Meeting, config: Config) -> Alarm:
    """VALARM (RFC 5545 § 3.6.6): the day before, at the hour of the meeting."""
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", _summary(row).text(config.language))
    alarm.add("trigger", -A_DAY)
    return alarm


def _summary(row: Meeting) -> Say:
    """Several calendars show no STATUS: the title says it."""
    if row.status == meetings.CANCELLED:
        return (
            Say("Annulée : rencontre du réseau – {title}", title=one_line(row.title))
            if row.title
            else Say("Annulée : rencontre du réseau")
        )
    return (
        Say("Rencontre du réseau – {title}", title=one_line(row.title))
        if row.title
        else Say("Rencontre du réseau")
    )


def _description(row: Meeting) -> Say:
    return Say.lines(
        Say("Annulée : {reason}", reason=one_line(row.reason))
        if row.status == meetings.CANCELLED and row.reason
        else None,
        Say("Programme : {programme}", programme=one_line(programme(row))) if row.programme else None,
        Say("Visite : {visit}", visit=one_line(row.visit)) if row.visit else None,
        Say("Moment convivial : {social}", social=one_line(row.social)) if row.social else None,
        Say("Accès : {access}", access=one_line(row.access)) if row.access else None,
        Say("Aussi en visioconférence.") if row.video else None,
    )


def _organizer(config: Config) -> vCalAddress | None:
    """The contact's mail address, or none:
    calendars send mail there, and take any other address for an invitation that cannot be answered.
    """
    from icalendar import vCalAddress, vText

    contact = config.network.contact
    mail = (contact.email or "").strip() if contact else ""
    if not _MAIL.fullmatch(mail):
        return None
    address = vCalAddress(f"mailto:{mail}")
    address.params["CN"] = vText(config.network.name)
    return address


MOST_IN_LINK = 120  # characters of a value: escaped, the whole is an address of less than 2,000


def google_link(row: Meeting, config: Config) -> str:
    """Opens Google Calendar with the meeting filled in (its « TEMPLATE » address). Nothing is sent."""
    start, end = (at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ") for at in (row.starts_at, row.ends_at))
    query = {"action": "TEMPLATE", "dates": f"{start}/{end}", "text": _link_title(row, config)}
    return f"https://calendar.google.com/calendar/render?{_query(query, row)}"


def outlook_link(row: Meeting, config: Config) -> str:
    """The same for Outlook on the web, of an organisation (its « compose » deep link)."""
    start, end = (at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") for at in (row.starts_at, row.ends_at))
    query = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "startdt": start,
        "enddt": end,
        "subject": _link_title(row, config),
    }
    return f"https://outlook.office.com/calendar/deeplink/compose?{_query(query, row)}"


def map_link(place: str) -> str:
    """A search of OpenStreetMap for an address."""
    return f"https://www.openstreetmap.org/search?{urlencode({'query': place}, quote_via=quote)}"


def _link_title(row: Meeting, config: Config) -> str:
    return shortened(_summary(row).text(config.language), MOST_IN_LINK)


def _query(values: dict[str, str], row: Meeting) -> str:
    """The video link stays out of it, as of the file."""
    place = {"location": shortened(where(row), MOST_IN_LINK)} if where(row) else {}
    return urlencode(values | place, quote_via=quote)

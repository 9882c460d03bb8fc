"""The calendar file, as a calendar reads it: the same event that moves, then is cancelled.
Read by another library than the one that wrote it.
"""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

import pytest
import vobject

from bot.text.clean import web_address
from schedules.meetings import calendar
from schedules.meetings.calendar import vtimezone
from storage.tables import Meeting
from tests.support.config import configuration
from tests.support.meeting_fixture import END, START, meeting_row
from tests.support.world import PARIS, PLAIN

STAMP = datetime(2026, 11, 23, 9, 0, 7, 123456, tzinfo=UTC)
CONFIG = configuration(Path("."), "http://127.0.0.1:1")


def read(row: Meeting, **more: Any) -> Any:
    config = CONFIG.model_copy(update=more)
    return vobject.readOne(calendar.file(row, config, STAMP).data.decode().translate(PLAIN))


def test_a_calendar_finds_when_where_and_what() -> None:
    whole = read(meeting_row())
    event = whole.vevent
    # PUBLISH is what calendars understand then, and it would want an organizer
    assert not hasattr(whole, "method")
    assert (event.uid.value, event.sequence.value, event.status.value) == (
        "2026-t4@reseau.example.org",
        "0",
        "CONFIRMED",
    )
    assert (event.dtstart.value, event.dtend.value) == (START, END)
    assert event.dtstart.params["X-VOBJ-ORIGINAL-TZID"] == ["Europe/Paris"]
    assert event.dtstamp.value == STAMP.replace(microsecond=0)
    assert (
        event.summary.value
        == "Rencontre du réseau – Participation des habitants : passer de la réunion au pouvoir d’agir"
    )
    assert event.location.value == "Maison de quartier des Glacis, 12 rue des Tilleuls, Marquemont"
    assert (
        event.description.value.split("\n")[0]
        == "Programme : actualités (9 h 45), deux retours d’expérience (10 h 15)"
    )
    assert not hasattr(event, "organizer")  # a Matrix address is none for a calendar
    assert not hasattr(event, "attendee")


def test_the_video_link_is_not_in_a_file_that_goes_to_rooms() -> None:
    assert b"visio.example.org" not in calendar.file(meeting_row(), CONFIG, STAMP).data


def test_the_contact_organizes_by_mail_if_they_have_an_address() -> None:
    contact = CONFIG.network.contact
    assert contact is not None
    network = CONFIG.network.model_copy(
        update={"contact": contact.model_copy(update={"email": "gwen@example.org"})}
    )
    whole = read(meeting_row(), network=network)
    assert whole.method.value == "PUBLISH"
    assert (whole.vevent.organizer.value, whole.vevent.organizer.params["CN"]) == (
        "mailto:gwen@example.org",
        ["Réseau des chefs de projet"],
    )
    assert not hasattr(whole.vevent, "attendee")


@pytest.mark.parametrize(
    "email", ["", "  ", "@gwen:example.org", "Gwen <gwen@example.org>", "gwen", "matrix:u/gwen:example.org"]
)
def test_what_is_no_mail_address_organizes_nothing(email: str) -> None:
    contact = CONFIG.network.contact
    assert contact is not None
    network = CONFIG.network.model_copy(update={"contact": contact.model_copy(update={"email": email})})
    assert (
        b"ORGANIZER"
        not in calendar.file(meeting_row(), CONFIG.model_copy(update={"network": network}), STAMP).data
    )


def test_a_meeting_that_moves_and_is_then_cancelled_replaces_the_first_in_a_calendar() -> None:
    kept: dict[str, Any] = {}
    row, later = meeting_row(), timedelta(days=5)
    for happens in ("announced", "moved", "cancelled"):
        if happens == "moved":
            row.starts_at, row.ends_at, row.sequence = row.starts_at + later, row.ends_at + later, 1
        elif happens == "cancelled":
            row.status, row.reason, row.sequence = "cancelled", "grève des transports", 2
        whole = read(row)
        event, before = whole.vevent, kept.get(whole.vevent.uid.value)
        assert before is None or int(event.sequence.value) > int(before.sequence.value)
        kept[event.uid.value] = event
        assert b"METHOD" not in calendar.file(row, CONFIG, STAMP).data
    (only,) = kept.values()
    assert (only.status.value, only.dtstart.value) == ("CANCELLED", START + later)
    assert only.summary.value.startswith("Annulée : rencontre du réseau – ")
    assert only.transp.value == "TRANSPARENT"
    assert only.description.value.startswith("Annulée : grève des transports")


@pytest.mark.parametrize(
    "title",
    [
        "a\nDTSTART:19700101T000000Z",
        "virgule, point-virgule ; \\ et « guillemets »\r\nATTACH:x",
        "x" * 5000 + "é",
    ],
)
def test_what_people_write_stays_text(title: str) -> None:
    whole = read(meeting_row(title=title, place=title, programme=[title]))
    assert whole.vevent.dtstart.value == START
    assert not hasattr(whole.vevent, "attach")
    assert " ".join(title.split())[:40] in whole.vevent.summary.value


def test_every_line_is_short_enough_for_old_calendars() -> None:
    data = calendar.file(meeting_row(title="é" * 200), CONFIG, STAMP).data
    assert max(map(len, data.split(b"\r\n"))) <= 75


@pytest.mark.parametrize(
    "zone",
    ["Europe/Paris", "Indian/Reunion", "America/Martinique", "Pacific/Noumea", "Africa/Casablanca", "UTC"],
)
def test_the_clock_changes_are_those_of_the_zone(zone: str) -> None:
    there = ZoneInfo(zone)
    first, last = datetime(2026, 1, 1, tzinfo=there), datetime(2028, 1, 1, tzinfo=there)
    subcomponents: list[Any] = list(vtimezone(there, first, last).subcomponents)
    parts = [(part["dtstart"].dt, part["tzoffsetfrom"].td, part["tzoffsetto"].td) for part in subcomponents]
    for day in range(1, (last - first).days):
        noon = datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(days=day)
        in_force = max(
            (start - before, now)
            for start, before, now in parts
            if start - before <= noon.replace(tzinfo=None)
        )[1]
        assert in_force == noon.astimezone(there).utcoffset(), noon


@pytest.mark.parametrize("day", [date(2027, 3, 26), date(2027, 3, 29), date(2026, 10, 26)])
def test_near_a_clock_change_the_hour_is_that_of_the_clocks(day: date) -> None:
    start = datetime.combine(day, time(9, 30), PARIS)
    event = read(
        meeting_row(starts_at=start.astimezone(UTC), ends_at=(start + timedelta(hours=3)).astimezone(UTC))
    ).vevent
    assert event.dtstart.value == start
    assert event.dtstart.value.time() == time(9, 30)


def test_a_network_without_clock_changes_needs_no_zone() -> None:
    assert read(meeting_row(), time_zone="UTC").vevent.dtstart.value == START


def test_an_alarm_rings_the_day_before_and_the_file_leads_back_to_the_announcement() -> None:
    url = "https://matrix.to/#/!reseau/$card"
    data = calendar.file(meeting_row(), CONFIG, STAMP, url).data.decode().replace("\r\n ", "")
    assert f"URL:{url}\r\n" in data
    assert "BEGIN:VALARM\r\nACTION:DISPLAY\r\n" in data
    assert "TRIGGER:-P1D\r\n" in data
    cancelled = calendar.file(meeting_row(status="cancelled"), CONFIG, STAMP, url).data
    assert b"VALARM" not in cancelled


def test_the_links_of_the_card_fill_in_a_calendar_and_never_tell_the_video_link() -> None:
    row = meeting_row(place="Maison de quartier & d’accueil", town="Marquemont", title="é" * 150)
    links = {each: each(row, CONFIG) for each in (calendar.google_link, calendar.outlook_link)}
    google, outlook = (dict(parse_qsl(urlsplit(link).query)) for link in links.values())
    assert google["dates"] == "20261210T083000Z/20261210T130000Z"
    assert (outlook["startdt"], outlook["enddt"]) == ("2026-12-10T08:30:00Z", "2026-12-10T13:00:00Z")
    assert google["location"] == outlook["location"] == "Maison de quartier & d’accueil, Marquemont"
    for link in links.values():
        assert "visio.example.org" not in link
        assert web_address(link) == link  # short enough, and harmless to click

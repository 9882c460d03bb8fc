"""The calendar file read by parsers of other programs, ical.js and node-ical:
in the long runs only, since npm has to fetch them.
"""

import json
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from schedules.meetings import calendar
from storage.tables import Meeting
from tests.support.meeting_fixture import meeting_row
from tests.test_meetings_calendar import CONFIG, STAMP

PACKAGES = ("ical.js@2.2.1", "node-ical@0.27.2")
READER = Path(__file__).parent / "support" / "read_calendar.mjs"


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Scope they are, fetched once through npm."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("node and npm are needed to read the file with ical.js and node-ical")
    folder = tmp_path_factory.mktemp("npm")
    (folder / "package.json").write_text('{"private": true}', "utf-8")
    manner = (
        "--no-save",
        "--no-package-lock",
        "--no-audit",
        "--no-fund",
        "--ignore-scripts",
        "--loglevel=error",
    )
    try:
        done = subprocess.run(
            [npm, "install", *manner, *PACKAGES], cwd=folder, capture_output=True, text=True, timeout=180
        )
    except subprocess.TimeoutExpired:
        pytest.skip("npm did not bring ical.js and node-ical within three minutes: no network?")
    if done.returncode:
        pytest.skip(f"npm cannot bring ical.js and node-ical: {done.stderr[-200:]}")
    return folder


def read(row: Meeting, packages: Path, email: str | None = None) -> dict[str, Any]:
    """What each parser says of the file."""
    contact = CONFIG.network.contact
    assert contact is not None
    network = CONFIG.network.model_copy(update={"contact": contact.model_copy(update={"email": email})})
    file = packages / "meeting.ics"
    file.write_bytes(calendar.file(row, CONFIG.model_copy(update={"network": network}), STAMP).data)
    node = shutil.which("node")
    assert node
    done = subprocess.run(
        [node, READER, file, packages], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    assert set(found) == {"ical.js", "node-ical"}
    return found


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def plain(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.long
@pytest.mark.parametrize(
    "day", [(2026, 12, 10), (2027, 3, 27), (2027, 3, 29), (2026, 10, 24), (2026, 10, 26), (2027, 7, 1)]
)
def test_every_parser_finds_the_same_hours_around_the_changes_of_clock(
    packages: Path, day: tuple[int, int, int]
) -> None:
    zone = ZoneInfo("Europe/Paris")
    start, end = datetime(*day, 9, 30, tzinfo=zone), datetime(*day, 14, 0, tzinfo=zone)
    row = meeting_row(starts_at=start.astimezone(UTC), ends_at=end.astimezone(UTC))
    for name, found in read(row, packages).items():
        (event,) = found["events"]
        assert (instant(event["start"]), instant(event["end"])) == (start, end), name


@pytest.mark.long
def test_every_parser_finds_what_and_where_and_nobody_to_answer(packages: Path) -> None:
    for name, found in read(
        meeting_row(title="Crème, « fil » ; \\ et 100 %", place="12 rue d’en-haut, Lille"), packages
    ).items():
        (event,) = found["events"]
        assert found["method"] is None, name
        assert (event["organizer"], event["status"], event["sequence"]) == (None, "CONFIRMED", 0), name
        assert "Crème, « fil » ; \\ et 100 %" in plain(event["summary"]), name
        assert "12 rue d’en-haut, Lille" in plain(event["location"]), name


@pytest.mark.long
def test_every_parser_reads_the_organizer_and_the_cancelling(packages: Path) -> None:
    row = meeting_row(status="cancelled", reason="grève", sequence=3)
    for name, found in read(row, packages, "gwen@example.org").items():
        (event,) = found["events"]
        assert (found["method"], event["organizer"]) == ("PUBLISH", "mailto:gwen@example.org"), name
        assert (event["uid"], event["sequence"], event["status"]) == (row.uid, 3, "CANCELLED"), name
        assert event["summary"].startswith("Annulée"), name

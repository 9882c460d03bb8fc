#!/usr/bin/env bash
# A series that meets twice a day, one afternoon of which is cancelled: EXDATE with that very time. icalevents
# compares days, not times, and cancels the morning too; recurring-ical-events cancels the afternoon.
# People are told of no meeting that day, and the morning one takes place without them.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
  icalevents==0.3.1 recurring-ical-events==3.8.2 icalendar==7.3.2

cat >"$folder/expected" <<'EXPECTED'
icalevents 0.3.1: 03 08:00, 03 14:00
recurring-ical-events 3.8.2: 02 08:00, 03 08:00, 03 14:00
EXPECTED

PYTHONUTF8=1 "$folder/venv/bin/python" - >"$folder/output" <<'PYTHON'
from datetime import date
from importlib.metadata import version

import icalendar
import recurring_ical_events
from icalevents.icalevents import events

TEXT = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example.org//findings//EN
BEGIN:VEVENT
UID:1@example.org
DTSTAMP:20260101T000000Z
DTSTART:20260302T080000Z
DURATION:PT1H
RRULE:FREQ=DAILY;COUNT=4;BYHOUR=8,14
EXDATE:20260302T140000Z
SUMMARY:Formation
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n").encode()
START, END = date(2026, 3, 1), date(2026, 3, 31)
calendar = icalendar.Calendar.from_ical(TEXT)
for name, found in {
    "icalevents": events(string_content=TEXT, start=START, end=END),
    "recurring-ical-events": recurring_ical_events.of(calendar).between(START, END),
}.items():
    print(f"{name} {version(name)}:", ", ".join(sorted(f"{event.start:%d %H:%M}" for event in found)))
PYTHON

cat "$folder/output"
diff "$folder/expected" "$folder/output" || { echo "Differs from what was seen." >&2; exit 1; }
echo "Same as what was seen."

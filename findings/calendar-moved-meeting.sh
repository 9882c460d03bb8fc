#!/usr/bin/env bash
# A weekly meeting whose second date is put off to July, asked for March to June. ical-expander stops at the first
# date past the end, so the meetings after the one put off are lost; icalevents drops the July date as out of range,
# then shows the meeting on its old day. recurring-ical-events has both right.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
  icalevents==0.3.1 recurring-ical-events==3.8.2 icalendar==7.3.2
npm install --silent --no-audit --no-fund --prefix "$folder" ical-expander@3.2.0 ical.js@2.2.1

cat >"$folder/expected" <<'EXPECTED'
ical-expander 3.2.0: 2026-03-02
icalevents 0.3.1: 2026-03-02 2026-03-09 2026-03-16 2026-03-23
recurring-ical-events 3.8.2: 2026-03-02 2026-03-16 2026-03-23
EXPECTED

event() {
  printf '%s\n' BEGIN:VEVENT UID:1@example.org DTSTAMP:20260101T000000Z "DTSTART:$1" DURATION:PT1H "$2" END:VEVENT
}
{
  printf '%s\n' BEGIN:VCALENDAR VERSION:2.0 'PRODID:-//example.org//findings//EN'
  event 20260302T080000Z 'RRULE:FREQ=WEEKLY;COUNT=4'
  event 20260710T080000Z RECURRENCE-ID:20260309T080000Z
  echo END:VCALENDAR
} | sed 's/$/\r/' >"$folder/calendar.ics"

cat >"$folder/read.cjs" <<'NODE'
const { readFileSync } = require('fs');
const IcalExpander = require('ical-expander');
const { version } = JSON.parse(readFileSync(`${__dirname}/node_modules/ical-expander/package.json`, 'utf8'));
const expander = new IcalExpander({ ics: readFileSync(`${__dirname}/calendar.ics`, 'utf8') });
const { events, occurrences } = expander.between(new Date('2026-03-01T00:00Z'), new Date('2026-06-30T00:00Z'));
const days = [...events, ...occurrences].map((item) => item.startDate.toString().slice(0, 10));
console.log(`ical-expander ${version}:`, ...days);
NODE
node "$folder/read.cjs" >"$folder/output"

"$folder/venv/bin/python" - "$folder/calendar.ics" >>"$folder/output" <<'PYTHON'
import sys
from datetime import date
from importlib.metadata import version
from pathlib import Path

import icalendar
import recurring_ical_events
from icalevents.icalevents import events

text, start, end = Path(sys.argv[1]).read_bytes(), date(2026, 3, 1), date(2026, 6, 30)
for name, found in {
    "icalevents": events(string_content=text, start=start, end=end),
    "recurring-ical-events": recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between(start, end),
}.items():
    print(f"{name} {version(name)}:", *sorted(f"{event.start:%Y-%m-%d}" for event in found))
PYTHON

cat "$folder/output"
diff "$folder/expected" "$folder/output" || { echo "Differs from what was seen." >&2; exit 1; }
echo "Same as what was seen."

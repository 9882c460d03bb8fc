#!/usr/bin/env bash
# Over a change of clock, P1D ends at the same time of day and PT24H after 24 real hours (RFC 5545, 3.3.6). In the
# night of 28 March 2026 Paris skips an hour: P1D ends at 10:00 UTC, PT24H at 11:00. None of the three has both:
# node-ical counts a day as 24 hours, ical.js and icalendar 24 hours as a day: the same event ends an hour apart.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check icalendar==7.3.2

npm install --silent --no-audit --no-fund --prefix "$folder" node-ical@0.26.1 ical.js@2.2.1

cat >"$folder/expected" <<'EXPECTED'
node-ical 0.26.1 P1D ends 2026-03-29T11:00Z
node-ical 0.26.1 PT24H ends 2026-03-29T11:00Z
ical.js 2.2.1 P1D ends 2026-03-29T10:00Z
ical.js 2.2.1 PT24H ends 2026-03-29T10:00Z
icalendar 7.3.2 P1D ends 2026-03-29T10:00Z
icalendar 7.3.2 PT24H ends 2026-03-29T10:00Z
EXPECTED

event() {
  printf '%s\n' BEGIN:VEVENT "UID:$1@example.org" DTSTAMP:20260101T000000Z \
    'DTSTART;TZID=Europe/Paris:20260328T120000' "DURATION:$1" "SUMMARY:$1" END:VEVENT
}
zone() {
  printf '%s\n' BEGIN:VTIMEZONE TZID:Europe/Paris \
    BEGIN:STANDARD DTSTART:19961027T030000 'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU' \
    TZOFFSETFROM:+0200 TZOFFSETTO:+0100 END:STANDARD \
    BEGIN:DAYLIGHT DTSTART:19960331T020000 'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU' \
    TZOFFSETFROM:+0100 TZOFFSETTO:+0200 END:DAYLIGHT END:VTIMEZONE
}
{
  printf '%s\n' BEGIN:VCALENDAR VERSION:2.0 'PRODID:-//example.org//findings//EN'
  zone
  event P1D
  event PT24H
  echo END:VCALENDAR
} | sed 's/$/\r/' >"$folder/calendar.ics"

cat >"$folder/read.cjs" <<'NODE'
const fs = require('fs');
const path = require('path');
const nodeIcal = require('node-ical');
const text = fs.readFileSync(path.join(__dirname, 'calendar.ics'), 'utf8');
const version = (name) =>
  JSON.parse(fs.readFileSync(path.join(__dirname, 'node_modules', name, 'package.json'), 'utf8')).version;
const show = (name, summary, end) =>
  console.log(`${name} ${version(name)} ${summary} ends ${end.toISOString().slice(0, 16)}Z`);
for (const item of Object.values(nodeIcal.sync.parseICS(text))) {
  if (item.type === 'VEVENT') show('node-ical', item.summary, item.end);
}
import('ical.js').then(({ default: ICAL }) => {
  const calendar = new ICAL.Component(ICAL.parse(text));
  for (const zone of calendar.getAllSubcomponents('vtimezone')) ICAL.TimezoneService.register(zone);
  for (const item of calendar.getAllSubcomponents('vevent')) {
    const event = new ICAL.Event(item);
    show('ical.js', event.summary, event.endDate.toJSDate());
  }
});
NODE
TZ=UTC node "$folder/read.cjs" >"$folder/output"

"$folder/venv/bin/python" - "$folder/calendar.ics" >>"$folder/output" <<'PYTHON'
import sys
from datetime import UTC
from importlib.metadata import version
from pathlib import Path

import icalendar

for event in icalendar.Calendar.from_ical(Path(sys.argv[1]).read_bytes()).walk("VEVENT"):
    end = event.end.astimezone(UTC)
    print("icalendar", version("icalendar"), event["SUMMARY"], f"ends {end:%Y-%m-%dT%H:%MZ}")
PYTHON

cat "$folder/output"
diff "$folder/expected" "$folder/output" || { echo "Differs from what was seen." >&2; exit 1; }
echo "Same as what was seen."

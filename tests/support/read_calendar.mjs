// What ical.js (Thunderbird, Nextcloud) and node-ical make of a calendar file, as JSON. Run by tests/test_meetings_interop.py.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [file, packages] = process.argv.slice(2);
const from = createRequire(`${packages}/package.json`);
const text = readFileSync(file, "utf8");

async function icaljs() {
  const ICAL = (await import(from.resolve("ical.js"))).default;
  const whole = new ICAL.Component(ICAL.parse(text));
  for (const zone of whole.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
  const events = whole.getAllSubcomponents("vevent").map((each) => new ICAL.Event(each, { strictExceptions: true }));
  return {
    method: whole.getFirstPropertyValue("method"),
    events: events.map((each) => ({
      uid: each.uid,
      sequence: each.sequence,
      start: each.startDate.toJSDate().toISOString(),
      end: each.endDate.toJSDate().toISOString(),
      summary: each.summary,
      location: each.location,
      organizer: each.organizer,
      status: each.component.getFirstPropertyValue("status"),
    })),
  };
}

function nodeical() {
  const found = Object.values(from("node-ical").sync.parseICS(text));
  const whole = found.find((each) => each.type === "VCALENDAR");
  return {
    method: whole?.method ?? null,
    events: found
      .filter((each) => each.type === "VEVENT")
      .map((each) => ({
        uid: each.uid,
        sequence: Number(each.sequence),
        start: each.start.toISOString(),
        end: each.end.toISOString(),
        summary: each.summary?.val ?? each.summary,
        location: each.location?.val ?? each.location,
        organizer: each.organizer?.val ?? each.organizer ?? null,
        status: each.status,
      })),
  };
}

console.log(JSON.stringify({ "ical.js": await icaljs(), "node-ical": nodeical() }));

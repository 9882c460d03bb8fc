"""A year of meetings in compressed time:
two clock changes, holidays, a meeting that moves, the bot down for three days. What the room was told, and
when, is what should have been said.
"""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.support.meeting_fixture import announce_meeting, change_meeting
from tests.support.world import PARIS, MemoryWorld, in_memory

BEGIN = datetime(2026, 10, 19, 10, tzinfo=PARIS)
MOMENTS = ("08:29", "08:30", "08:59", "09:00", "18:05")


def at(day: str, hour: str = "10:00") -> datetime:
    return datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=PARIS)


class RoomRecorder:
    """The first line of what rang in the room, by the minute at which it was read."""

    def __init__(self, world: MemoryWorld) -> None:
        self.world = world
        self.seen: set[str] = set()
        self.told: list[tuple[str, str]] = []

    async def look(self) -> None:
        now = self.world.clock.now().astimezone(PARIS)
        for line in await self.world.lines():
            if line.msgtype == "m.text" and line.id not in self.seen:
                self.seen.add(line.id)
                self.told.append((f"{now:%Y-%m-%d %H:%M}", line.text.split("\n")[0]))

    async def live(self, *days: str) -> None:
        """Looks at these days, around the moments when something may be said."""
        for day in days:
            for hour in MOMENTS:
                await self.world.wait_until_instant(at(day, hour))
                await self.look()

    async def announces(self, day: str, start: datetime, name: str, town: str) -> None:
        await self.world.wait_until_instant(at(day))
        await announce_meeting(
            self.world,
            event_id=f"${name}",
            name=name,
            uid=name,
            town=town,
            starts_at=start,
            ends_at=start + timedelta(hours=3),
        )
        await self.look()


@pytest.mark.long
async def test_a_year_of_meetings_is_told_at_the_right_moments(tmp_path: Path) -> None:
    async with in_memory(tmp_path, at=BEGIN) as world:
        recorder = RoomRecorder(world)
        await recorder.announces("2026-10-20", at("2026-12-10", "09:30"), "2026-T4", "Marquemont")
        await recorder.live(
            "2026-11-09", "2026-11-10", "2026-12-03", "2026-12-08", "2026-12-09", "2026-12-10"
        )
        await recorder.announces("2027-01-20", at("2027-03-16", "09:30"), "2027-T1", "Wambrecourt")
        await recorder.live("2027-02-14", "2027-02-15", "2027-03-08")
        await world.stop()  # on the evening of 8 March
        world.clock.offset += at("2027-03-11", "19:30") - world.clock.now()
        await world.start()
        await recorder.live("2027-03-12", "2027-03-14", "2027-03-15")
        # Easter Monday, and somebody of the team is there
        await recorder.announces("2027-03-29", at("2027-06-17", "09:30"), "2027-T2", "Ravelines")
        await world.wait_until_instant(at("2027-03-30"))
        moved = at("2027-05-18", "09:30")  # after Whit Monday
        await change_meeting(world, "2027-T2", starts_at=moved, ends_at=moved + timedelta(hours=3))
        await world.wait_until_instant(at("2027-03-30", "10:31"))
        await recorder.look()
        await recorder.live(
            "2027-04-16", "2027-04-18", "2027-04-19", "2027-05-10", "2027-05-11", "2027-05-14"
        )
        await recorder.live("2027-05-17", "2027-06-10", "2027-06-16")
    assert recorder.told == [
        ("2026-10-20 10:00", "Rencontre du réseau – jeudi 10 décembre 2026, de 9 h 30 à 12 h 30"),
        ("2026-11-10 09:00", "Rappel : rencontre du réseau, jeudi 10 décembre, de 9 h 30 à 12 h 30"),
        ("2026-12-03 09:00", "Rappel : rencontre du réseau, jeudi 10 décembre, de 9 h 30 à 12 h 30"),
        ("2026-12-09 09:00", "C’est demain : rencontre du réseau à Marquemont"),
        ("2027-01-20 10:00", "Rencontre du réseau – mardi 16 mars 2027, de 9 h 30 à 12 h 30"),
        ("2027-02-15 08:30", "Rappel : rencontre du réseau, mardi 16 mars, de 9 h 30 à 12 h 30"),
        ("2027-03-12 08:30", "Rappel : rencontre du réseau, mardi 16 mars, de 9 h 30 à 12 h 30"),
        ("2027-03-15 09:00", "C’est demain : rencontre du réseau à Wambrecourt"),
        ("2027-03-29 10:00", "Rencontre du réseau – jeudi 17 juin 2027, de 9 h 30 à 12 h 30"),
        ("2027-03-30 10:31", "Changement pour la rencontre du jeudi 17 juin"),
        ("2027-04-19 08:30", "Rappel : rencontre du réseau, mardi 18 mai, de 9 h 30 à 12 h 30"),
        ("2027-05-11 09:00", "Rappel : rencontre du réseau, mardi 18 mai, de 9 h 30 à 12 h 30"),
        ("2027-05-14 09:00", "C’est mardi : rencontre du réseau à Ravelines"),
    ]

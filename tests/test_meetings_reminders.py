"""A meeting is recalled a month, a week and a day before:
in the rooms, and in private to those who come and asked for it.
"""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from schedules.meetings import changes
from schedules.meetings.reminders import reminders_of
from storage import pause
from storage.meetings import messages, preferences
from tests.support.config import configuration
from tests.support.meeting_fixture import (
    SERVER,
    after_edits,
    announce_meeting,
    change_meeting,
    meeting_change,
    meeting_row,
    record_answer,
)
from tests.support.world import PARIS, MemoryWorld, World, in_memory

WEEK_BEFORE = datetime(2026, 12, 3, 9, tzinfo=PARIS)
EVE = datetime(2026, 12, 9, 9, tzinfo=PARIS)
CONFIG = configuration(Path("."), "http://127.0.0.1:1")

RECALLED = (
    "Rappel : rencontre du réseau, jeudi 10 décembre, de 9 h 30 à 14 h\nParticipation des habitants : "
    "passer de la réunion au pouvoir d’agir\nMaison de quartier des Glacis, 12 rue des Tilleuls, "
    "Marquemont\nPas encore de réponse, ou un changement ? Touchez un signe sous ce message, ou écrivez "
    "`!presence oui` ou `!presence non`."
)
TOMORROW = (
    "C’est demain : rencontre du réseau à Marquemont\nJeudi 10 décembre, accueil à 9 h 30 – Maison de "
    "quartier des Glacis, 12 rue des Tilleuls\nPrévoyez des chaussures confortables pour la visite : le "
    "quartier des Glacis (11 h 15).\nVous ne pouvez plus venir ? `!presence non` – En visio : `!presence "
    "visio`, le lien vous sera envoyé en message privé."
)


async def away(world: World, since: datetime, until: datetime) -> None:
    """The bot is down between the two."""
    await world.wait_until_instant(since)
    await world.stop()
    world.clock.offset += until - world.clock.now()
    await world.start()


async def rung(world: World) -> list[str]:
    """What rang since the card."""
    return [line.text for line in await world.lines() if line.msgtype == "m.text"][1:]


async def wishing(world: World, **people: str) -> None:
    async with world.db.write() as db:
        for person, wish in people.items():
            await preferences.set_reminders(db, f"@{person}{SERVER}", wish, world.clock.now())


async def test_a_week_and_a_day_before_the_room_is_reminded(quick: MemoryWorld) -> None:
    await announce_meeting(quick)
    await quick.wait_until_instant(WEEK_BEFORE - timedelta(minutes=1))
    assert await rung(quick) == []
    await after_edits(quick, WEEK_BEFORE)
    assert await rung(quick) == [RECALLED]
    reminder = (await quick.lines())[-1]
    taps = [
        event["content"]["m.relates_to"] for event in await quick.events() if event["type"] == "m.reaction"
    ]
    assert [tap["key"] for tap in taps if tap["event_id"] == reminder.id] == ["✅", "💻", "❔", "❌"]
    await after_edits(quick, EVE)
    assert await rung(quick) == [RECALLED, TOMORROW]
    await after_edits(quick, EVE + timedelta(days=3))
    assert len(await rung(quick)) == 2


async def test_who_has_just_read_the_invitation_is_not_reminded(quick: MemoryWorld) -> None:
    await quick.wait_until_instant(WEEK_BEFORE - timedelta(days=1))
    await announce_meeting(quick)
    await after_edits(quick, WEEK_BEFORE)
    assert await rung(quick) == []
    await after_edits(quick, EVE)
    assert await rung(quick) == [TOMORROW]


async def test_the_town_that_stands_in_the_address_is_said_once(quick: MemoryWorld) -> None:
    await announce_meeting(quick, place="Maison de quartier des Glacis, 12 rue des Tilleuls,  Marquemont")
    await after_edits(quick, EVE)
    assert (await rung(quick))[-1] == TOMORROW


async def test_the_eve_of_a_monday_is_a_friday(quick: MemoryWorld) -> None:
    monday = datetime(2026, 12, 14, 9, 30, tzinfo=PARIS)
    await announce_meeting(
        quick, starts_at=monday, ends_at=monday + timedelta(hours=4), town="", visit="", video=""
    )
    await after_edits(quick, datetime(2026, 12, 11, 9, tzinfo=PARIS))
    assert (await rung(quick))[-1] == (
        "C’est lundi : rencontre du réseau\nLundi 14 décembre, accueil à 9 h 30 – Maison de quartier des "
        "Glacis, 12 rue des Tilleuls\nVous ne pouvez plus venir ? `!presence non`"
    )


async def test_a_week_before_that_is_a_sunday_waits_for_monday(quick: MemoryWorld) -> None:
    sunday = datetime(2026, 12, 13, 14, tzinfo=PARIS)
    await announce_meeting(quick, starts_at=sunday, ends_at=sunday + timedelta(hours=4))
    await after_edits(quick, datetime(2026, 12, 6, 12, tzinfo=PARIS))
    assert await rung(quick) == []
    await after_edits(quick, datetime(2026, 12, 7, 8, 30, tzinfo=PARIS))
    assert (await rung(quick))[0].startswith("Rappel : rencontre du réseau, dimanche 13 décembre")


async def test_down_for_three_days_over_the_week_before_it_reminds_at_its_return(quick: MemoryWorld) -> None:
    await announce_meeting(quick)
    await away(quick, WEEK_BEFORE - timedelta(days=1), WEEK_BEFORE + timedelta(days=2))  # a Saturday
    await quick.settle()
    assert await rung(quick) == []
    await after_edits(quick, datetime(2026, 12, 7, 8, 30, tzinfo=PARIS))
    assert await rung(quick) == [RECALLED]
    await after_edits(quick, EVE)
    assert await rung(quick) == [RECALLED, TOMORROW]


async def test_down_until_the_eve_it_says_that_one_alone_and_tells_the_team_of_the_other(
    quick: MemoryWorld,
) -> None:
    await announce_meeting(quick)
    await away(quick, WEEK_BEFORE - timedelta(days=1), EVE + timedelta(hours=2))
    await after_edits(quick, EVE + timedelta(hours=2, minutes=1))
    assert await rung(quick) == [TOMORROW]
    assert (
        "Le rappel à 7 jours de la rencontre du jeudi 10 décembre n’est pas parti : j’étais à l’arrêt, "
        "et le moment est passé."
    ) in (await quick.reads("team"))


@pytest.mark.parametrize(
    "back", [EVE.replace(hour=19), EVE + timedelta(days=1, hours=1), EVE + timedelta(days=2)]
)
async def test_an_eve_that_is_past_is_not_said_and_the_team_is_told(
    quick: MemoryWorld, back: datetime
) -> None:
    await announce_meeting(quick)
    await after_edits(quick, WEEK_BEFORE)
    await away(quick, EVE - timedelta(hours=12), back)
    await after_edits(quick, max(back + timedelta(minutes=1), EVE + timedelta(days=1)))
    assert await rung(quick) == [RECALLED]
    assert "pas" in (await quick.reads("team"))[-1]
    assert "10 décembre" in (await quick.reads("team"))[-1]


async def test_while_all_is_suspended_only_the_eve_goes_out(quick: MemoryWorld) -> None:
    await announce_meeting(quick)
    async with quick.db.write() as db:
        await pause.hold(db, EVE + timedelta(days=30))
    await after_edits(quick, WEEK_BEFORE)
    assert await rung(quick) == []
    await after_edits(quick, EVE)
    assert await rung(quick) == [TOMORROW]


async def test_a_meeting_that_moves_is_recalled_before_its_new_date(quick: MemoryWorld) -> None:
    await announce_meeting(quick)
    await after_edits(quick, WEEK_BEFORE)
    moved = datetime(2026, 12, 17, 9, 30, tzinfo=PARIS)
    await change_meeting(quick, starts_at=moved, ends_at=moved + timedelta(hours=3))
    await after_edits(quick, EVE)
    assert not any("demain" in each for each in await rung(quick))
    await after_edits(quick, datetime(2026, 12, 10, 9, tzinfo=PARIS))
    recalled = [each for each in await rung(quick) if each.startswith("Rappel")]
    assert [each.split("\n")[0] for each in recalled] == [
        "Rappel : rencontre du réseau, jeudi 10 décembre, de 9 h 30 à 14 h",
        "Rappel : rencontre du réseau, jeudi 17 décembre, de 9 h 30 à 12 h 30",
    ]


async def test_a_cancelled_meeting_is_not_recalled(quick: MemoryWorld) -> None:
    await announce_meeting(quick)
    async with meeting_change(quick, "$cancelled") as (uow, row):
        await changes.cancel(uow, row, urgent=True)
    await after_edits(quick, EVE)
    assert [each.split(" : ")[0] for each in await rung(quick)] == ["La rencontre du réseau est annulée"]


async def test_in_private_only_those_who_come_and_asked_for_it_are_reminded(quick: MemoryWorld) -> None:
    rooms = {who: await quick.direct(who) for who in ("camille", "claude", "sacha", "alix", "noa")}
    await announce_meeting(quick)
    for who, answer in {
        "camille": "yes",
        "claude": "remote",
        "sacha": "yes",
        "alix": "no",
        "noa": "yes",
    }.items():
        await record_answer(quick, who, answer)
    await wishing(
        quick, camille=preferences.YES, claude=preferences.EVE, sacha=preferences.NO, alix=preferences.YES
    )
    before = {who: len(await quick.reads(private)) for who, private in rooms.items()}
    await after_edits(quick, WEEK_BEFORE)
    assert {who for who, private in rooms.items() if len(await quick.reads(private)) > before[who]} == {
        "camille"
    }
    await after_edits(quick, EVE)
    heard = {who: (await quick.reads(private))[before[who] :] for who, private in rooms.items()}
    assert [len(heard[who]) for who in rooms] == [2, 1, 0, 0, 0]
    assert heard["camille"][1] == (
        "C’est demain : rencontre du réseau à Marquemont\nJeudi 10 décembre, accueil à 9 h 30 – Maison de "
        "quartier des Glacis, 12 rue des Tilleuls\nAccès : gare à 8 minutes à pied, parking gratuit\nVous "
        "ne pouvez plus venir ? `presence non` – Pour ne plus recevoir ces rappels : `rappels non`"
    )
    assert "En visioconférence : https://visio.example.org/reseau-t4" in heard["claude"][0]


async def test_who_waits_for_a_seat_is_not_told_that_it_is_tomorrow(quick: MemoryWorld) -> None:
    private = await quick.direct("claude")
    await announce_meeting(quick, capacity=1)
    await record_answer(quick, "camille", "yes")
    await record_answer(quick, "claude", "yes")
    await wishing(quick, claude=preferences.YES)
    before = await quick.reads(private)
    await after_edits(quick, EVE)
    assert not any("demain" in each for each in (await quick.reads(private))[len(before) :])


async def test_who_left_the_network_is_written_to_no_more(quick: MemoryWorld) -> None:
    private = await quick.direct("camille")
    await announce_meeting(quick)
    await record_answer(quick, "camille", "yes")
    await wishing(quick, camille=preferences.YES)
    await quick.person("camille").leave(quick.rooms["network"])
    before = await quick.reads(private)
    await after_edits(quick, EVE)
    assert await quick.reads(private) == before


async def test_the_days_and_the_hour_are_those_of_the_configuration(tmp_path: Path) -> None:
    async with in_memory(tmp_path, meetings={"reminders": [10], "reminders_at": "11:00"}) as world:
        await announce_meeting(world)
        await after_edits(world, datetime(2026, 11, 30, 10, 59, tzinfo=PARIS))
        assert await rung(world) == []
        await after_edits(world, datetime(2026, 11, 30, 11, tzinfo=PARIS))
        await after_edits(world, EVE)
        assert await rung(world) == [RECALLED]


def test_reminders_keep_their_hour_through_a_clock_change_and_avoid_closed_days() -> None:
    # the clocks change on the 28th, the 29th is Easter Monday
    start = datetime(2027, 3, 30, 9, 30, tzinfo=PARIS)
    found = reminders_of(meeting_row(starts_at=start, ends_at=start), CONFIG)
    assert [(due.days, due.day.isoformat()) for due in found] == [
        (1, "2027-03-26"),
        (7, "2027-03-23"),
        (30, "2027-02-28"),
    ]


def test_a_reminder_has_a_key_that_shows_its_meeting() -> None:
    shown = messages.parse_key(messages.reminder_key(3, "2026-12-10 J-7"))
    assert shown is not None
    assert shown.meeting == 3

"""What changes once people know of a meeting: told together, kept answers, files that replace the first;
and a meeting that is cancelled.
"""

from datetime import datetime, timedelta
from typing import Any

import vobject
from sqlmodel import col, select

from schedules.meetings import card, changes
from schedules.meetings.card import Announcement
from storage.meetings import messages
from storage.tables import OutboxEntry
from tests.support.meeting_fixture import (
    END,
    START,
    after_edits,
    announce_meeting,
    change_meeting,
    meeting_change,
    record_answer,
)
from tests.support.world import MONDAY, PARIS, MemoryWorld, World

HALF_AN_HOUR = timedelta(minutes=30)
MOVED = datetime(2026, 12, 17, 9, 30, tzinfo=PARIS)
MOVED_END = datetime(2026, 12, 17, 12, 30, tzinfo=PARIS)


async def soon(world: World, room: str = "network") -> list[str]:
    return await after_edits(world, world.clock.now() + timedelta(seconds=5), room)


async def told(world: World) -> list[str]:
    """What rang: announcements, without the card."""
    return [line.text for line in await world.lines() if line.msgtype == "m.text"][1:]


async def asked(world: World, room: str) -> Any:
    """The calendar file that Camille asks for in private."""
    await world.says("camille", "rencontre T4", room)
    return (await files(world))[-1]


async def files(world: World) -> list[Any]:
    async with world.db.read() as db:
        found = (
            await db.exec(select(OutboxEntry).where(OutboxEntry.kind == "file").order_by(col(OutboxEntry.id)))
        ).all()
    return [vobject.readOne((entry.data or b"").decode()) for entry in found]


async def test_edits_made_within_half_an_hour_are_told_together(quick: MemoryWorld) -> None:
    await announce_meeting(quick)
    await record_answer(quick, "camille", "yes")
    await change_meeting(quick, place="La Filature", town="Wambrecourt")
    await after_edits(quick, quick.clock.now() + timedelta(minutes=20))
    assert await told(quick) == []
    await change_meeting(quick, capacity=40, answer_by=datetime(2026, 12, 4, 18, tzinfo=PARIS))
    await after_edits(quick, quick.clock.now() + timedelta(minutes=29))
    assert await told(quick) == []
    await after_edits(quick, quick.clock.now() + timedelta(minutes=1))
    assert await told(quick) == [
        "Changement pour la rencontre du jeudi 10 décembre\n"
        "Lieu : La Filature, Wambrecourt (au lieu de : Maison de quartier des Glacis, 12 rue des Tilleuls, "
        "Marquemont)\n"
        "Places : 40 (au lieu de : 30)\n"
        "Réponse souhaitée : avant le vendredi 4 décembre (au lieu de : avant le jeudi 3 décembre)\n"
        "Votre réponse est gardée.\n"
        "Pour votre agenda, le fichier à jour : `!rencontre 2026-T4`"
    ]
    card, line, *_ = await quick.reads()
    assert (
        "Où : La Filature, Wambrecourt (plan (https://www.openstreetmap.org/search?query=La%20Filature"
        in card
    )
    assert line.endswith("1 sur place – il reste 39 places.")
    await after_edits(quick, quick.clock.now() + timedelta(hours=2))
    assert len(await told(quick)) == 1


async def test_what_changed_is_bold(quick: MemoryWorld) -> None:
    await announce_meeting(quick)
    await change_meeting(quick, visit="")
    await after_edits(quick, quick.clock.now() + HALF_AN_HOUR)
    (event,) = [
        each for each in await quick.events() if str(each["content"].get("body", "")).startswith("Changement")
    ]
    assert "<strong>Visite\u00a0: pas de visite</strong> (au lieu de" in event["content"]["formatted_body"]


async def test_a_new_date_keeps_the_answers_to_be_confirmed_with_one_tap(quick: MemoryWorld) -> None:
    mine = await quick.direct("camille")
    await announce_meeting(quick)
    first = await asked(quick, mine)
    await record_answer(quick, "camille", "yes")
    await record_answer(quick, "sacha", "no")
    await change_meeting(quick, starts_at=MOVED, ends_at=MOVED_END)
    await after_edits(quick, quick.clock.now() + HALF_AN_HOUR)
    (said,) = await told(quick)
    assert said.split("\n") == [
        "Changement pour la rencontre du jeudi 10 décembre",
        (
            "Date : jeudi 17 décembre 2026, de 9 h 30 à 12 h 30 (au lieu de : jeudi 10 décembre 2026, de 9 "
            "h 30 à 14 h)"
        ),
        "Pour votre agenda, le fichier à jour : `!rencontre 2026-T4`",
        "Votre réponse est gardée, mais il faut la confirmer. Touchez un signe sous ce message :",
        "✅ je viens – 💻 je suivrai en visio – ❔ peut-être – ❌ je ne peux pas",
    ]
    asking = next(line for line in await quick.lines() if line.text == said)
    taps = [each["content"]["m.relates_to"] for each in await quick.events() if each["type"] == "m.reaction"]
    assert [tap["key"] for tap in taps if tap["event_id"] == asking.id] == ["✅", "💻", "❔", "❌"]
    assert (await quick.reads())[1].endswith(
        "1 sur place, 1 absence, dont une réponse à reconfirmer – il reste 29 places."
    )
    async with quick.db.read() as db:
        found = await messages.of_message(db, asking.id)
        assert found is not None
        assert (found.id, found.revision) == (1, 1)
    second = await asked(quick, mine)
    assert (first.vevent.uid.value, first.vevent.sequence.value) == (second.vevent.uid.value, "0")
    assert (second.vevent.sequence.value, second.vevent.dtstart.value) == ("1", MOVED)


async def test_who_answers_the_new_date_before_it_is_told_is_not_asked_again(quick: MemoryWorld) -> None:
    await announce_meeting(quick)
    await record_answer(quick, "camille", "yes")
    await change_meeting(quick, starts_at=MOVED, ends_at=MOVED_END)
    mine, theirs = await quick.direct("camille"), await quick.direct("lou")
    assert (await quick.says("camille", "presence", mine)) == [
        "Votre réponse, Camille : vous venez le jeudi 17 décembre à Marquemont. Pour changer d’avis : "
        "`presence non`.\n"
        "La date a changé depuis cette réponse. Pour la reconfirmer : `presence oui`."
    ]
    await quick.says("lou", "!presence oui")
    await after_edits(quick, quick.clock.now() + HALF_AN_HOUR)
    said = (await quick.says("lou", "presence", theirs))[-1]
    assert said == (
        "Votre réponse, Lou : vous venez le jeudi 17 décembre à Marquemont. Pour changer d’avis : "
        "`presence non`."
    )
    assert "2 sur place, dont une réponse à reconfirmer" in (await quick.reads())[1]


async def test_a_date_that_is_put_back_before_it_is_told_leaves_answers_as_they_were(
    quick: MemoryWorld,
) -> None:
    await announce_meeting(quick)
    await record_answer(quick, "camille", "yes")
    await change_meeting(quick, starts_at=MOVED, ends_at=MOVED_END)
    await quick.says("lou", "!presence oui")
    await change_meeting(quick, starts_at=START, ends_at=END)
    await after_edits(quick, quick.clock.now() + HALF_AN_HOUR)
    assert len(await told(quick)) == 0
    mine, theirs = await quick.direct("camille"), await quick.direct("lou")
    assert "reconfirmer" not in (await quick.says("camille", "presence", mine))[-1]
    assert "reconfirmer" in (await quick.says("lou", "presence", theirs))[-1]


async def test_another_hour_of_the_same_day_asks_nobody_to_confirm(quick: MemoryWorld) -> None:
    await announce_meeting(quick)
    await record_answer(quick, "camille", "yes")
    await change_meeting(quick, starts_at=datetime(2026, 12, 10, 10, tzinfo=PARIS))
    await after_edits(quick, quick.clock.now() + HALF_AN_HOUR)
    assert "Votre réponse est gardée.\nPour votre agenda" in (await told(quick))[0]
    assert "reconfirmer" not in (await quick.reads())[1]


async def test_what_was_put_back_is_not_told(quick: MemoryWorld) -> None:
    await announce_meeting(quick)
    await change_meeting(quick, place="La Filature")
    await change_meeting(quick, place="Maison de quartier des Glacis, 12 rue des Tilleuls")
    await after_edits(quick, quick.clock.now() + HALF_AN_HOUR)
    assert await told(quick) == []


async def test_what_changes_in_the_evening_is_told_in_the_morning(quick: MemoryWorld) -> None:
    await announce_meeting(quick)
    await quick.wait_until_instant(MONDAY.replace(hour=17, minute=45))
    await change_meeting(quick, place="La Filature")
    await quick.wait_until_instant(MONDAY.replace(hour=20))
    await change_meeting(quick, capacity=40)
    await after_edits(quick, MONDAY.replace(hour=22))
    assert await told(quick) == []
    await after_edits(quick, MONDAY.replace(hour=8, minute=30) + timedelta(days=1))
    (said,) = await told(quick)
    assert "Lieu : La Filature" in said
    assert "Places : 40" in said


async def test_on_the_eve_a_change_is_told_at_night_too(quick: MemoryWorld) -> None:
    mine = await quick.direct("camille")
    await announce_meeting(quick)
    await record_answer(quick, "camille", "yes")
    await quick.wait_until_instant(datetime(2026, 12, 9, 21, tzinfo=PARIS))
    await change_meeting(quick, place="La Filature")
    await after_edits(quick, quick.clock.now() + HALF_AN_HOUR)
    assert any("Lieu : La Filature" in each for each in await told(quick))
    assert "Lieu : La Filature" in (await quick.reads(mine))[-1]
    await after_edits(quick, datetime(2026, 12, 10, 9, tzinfo=PARIS))
    assert len([each for each in await told(quick) if "La Filature" in each]) == 1


async def test_just_before_the_meeting_nothing_waits_for_more_changes(quick: MemoryWorld) -> None:
    await announce_meeting(quick)
    await quick.wait_until_instant(datetime(2026, 12, 10, 8, 40, tzinfo=PARIS))
    await change_meeting(quick, place="La Filature")
    await soon(quick)
    assert any("Lieu : La Filature" in each for each in await told(quick))


async def test_a_restart_in_between_tells_it_once(quick: MemoryWorld) -> None:
    await announce_meeting(quick)
    await change_meeting(quick, place="La Filature")
    await quick.stop()
    quick.clock.offset += timedelta(minutes=40)
    await quick.start()
    await quick.restart()
    await soon(quick)
    assert len(await told(quick)) == 1


async def test_those_who_come_and_talk_with_the_bot_learn_of_another_place_in_private(
    quick: MemoryWorld,
) -> None:
    mine, theirs = await quick.direct("camille"), await quick.direct("sacha")
    await announce_meeting(quick)
    await record_answer(quick, "camille", "yes")
    await record_answer(quick, "sacha", "no")
    await record_answer(quick, "claude", "yes")
    before = len(await quick.reads(theirs))
    await change_meeting(quick, place="La Filature", town="Wambrecourt")
    await after_edits(quick, quick.clock.now() + HALF_AN_HOUR)
    assert (await quick.reads(mine))[-1].split("\n")[1].startswith("Lieu : La Filature, Wambrecourt")
    assert len(await quick.reads(theirs)) == before


async def test_another_video_link_goes_in_private_to_those_who_follow_that_way(quick: MemoryWorld) -> None:
    mine = await quick.direct("camille")
    await announce_meeting(quick)
    await record_answer(quick, "camille", "remote")
    await change_meeting(quick, video="https://visio.example.org/autre")
    await after_edits(quick, quick.clock.now() + HALF_AN_HOUR)
    assert await told(quick) == []
    assert "https://visio.example.org/autre" in (await quick.reads(mine))[-1]


async def test_a_card_that_nobody_has_seen_changes_without_a_word(quick: MemoryWorld) -> None:
    tuesday = MONDAY + timedelta(days=1)
    await announce_meeting(quick, at=tuesday)
    await change_meeting(quick, place="La Filature")
    await after_edits(quick, tuesday)
    assert [line.text.split("\n")[0] for line in await quick.lines() if line.msgtype == "m.text"] == [
        "Rencontre du réseau – jeudi 10 décembre 2026, de 9 h 30 à 14 h"
    ]


async def cancelled(world: World, reason: str = "grève des transports") -> None:
    async with meeting_change(world, "$cancelled") as (uow, row):
        row.reason = reason
        await changes.cancel(uow, row, urgent=True)


async def test_a_cancelled_meeting_is_told_at_once_and_leaves_the_calendars(quick: MemoryWorld) -> None:
    mine = await quick.direct("camille")
    await announce_meeting(quick)
    first = await asked(quick, mine)
    await record_answer(quick, "camille", "yes")
    await change_meeting(quick, place="La Filature")
    await cancelled(quick)
    await soon(quick)
    assert await told(quick) == [
        "La rencontre du réseau est annulée : jeudi 10 décembre 2026, de 9 h 30 à 14 h\n"
        "Raison : grève des transports\n"
        "Vous n’avez rien à répondre. Pour votre agenda, le fichier à jour : `!rencontre 2026-T4`"
    ]
    card, line, *_ = await quick.reads()
    assert card.startswith("Rencontre annulée – jeudi 10 décembre 2026")
    assert line == "Réponses : la rencontre est annulée."
    assert (await quick.reads(mine))[-1].startswith("La rencontre du réseau est annulée")
    last = await asked(quick, mine)
    assert (last.vevent.status.value, last.vevent.uid.value) == ("CANCELLED", first.vevent.uid.value)
    assert int(last.vevent.sequence.value) > int(first.vevent.sequence.value)
    await after_edits(quick, quick.clock.now() + timedelta(hours=1))
    assert len(await told(quick)) == 1


async def test_what_is_cancelled_is_the_meeting_at_the_date_that_people_know(quick: MemoryWorld) -> None:
    await announce_meeting(quick)
    await change_meeting(quick, starts_at=MOVED, ends_at=MOVED_END)
    await cancelled(quick)
    await soon(quick)
    assert (await told(quick))[0].startswith(
        "La rencontre du réseau est annulée : jeudi 10 décembre 2026, de 9 h 30 à 14 h\n"
    )


async def test_who_reads_a_card_that_says_it_already_is_told_of_no_change(quick: MemoryWorld) -> None:
    await announce_meeting(quick)
    async with meeting_change(quick, "$opened") as (uow, row):
        await card.announce(
            uow, row, Announcement([quick.rooms["open"]], quick.clock.now() + timedelta(minutes=15))
        )
    await change_meeting(quick, place="La Filature")
    await after_edits(quick, quick.clock.now() + timedelta(minutes=15), "open")
    await after_edits(quick, quick.clock.now() + timedelta(minutes=20))
    assert len(await told(quick)) == 1
    assert not any(text.startswith("Changement") for text in await quick.reads("open"))


async def test_a_meeting_cancelled_before_its_announcement_is_never_announced(quick: MemoryWorld) -> None:
    await announce_meeting(quick, at=MONDAY + timedelta(days=1))
    await cancelled(quick)
    await after_edits(quick, MONDAY + timedelta(days=1))
    assert await quick.reads() == []

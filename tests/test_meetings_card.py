"""A meeting is announced once, takes answers with one tap, and counts them in one editable message."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.config import Config
from schedules.meetings import card, wording
from schedules.meetings.card import Announcement
from storage import outbox
from storage.meetings import messages
from storage.meetings.counts import Counts
from tests.support.config import configuration
from tests.support.meeting_fixture import (
    after_edits,
    announce_meeting,
    change_meeting,
    meeting_change,
    meeting_row,
    record_answer,
    without_links,
)
from tests.support.world import MONDAY, PARIS, MemoryWorld, World

CARD = """Rencontre du réseau – jeudi 10 décembre 2026, de 9 h 30 à 14 h
Participation des habitants : passer de la réunion au pouvoir d’agir

Où : Maison de quartier des Glacis, 12 rue des Tilleuls, Marquemont (plan) – ou en visioconférence
Programme : actualités (9 h 45), deux retours d’expérience (10 h 15)
Visite : le quartier des Glacis (11 h 15)
Moment convivial : déjeuner partagé (12 h 30)
Accès : gare à 8 minutes à pied, parking gratuit
Places : 30 – réponse souhaitée avant le jeudi 3 décembre
Interlocuteur : Gwen – `!contact`

Pour répondre, touchez un signe sous ce message (le salon voit qui touche quoi) :
✅ je viens
💻 je suivrai en visio
❔ peut-être
❌ je ne peux pas
Vous pouvez aussi écrire `!presence oui`, `!presence visio`, `!presence peut-être` ou `!presence non`.
Dans votre agenda : Google, Outlook ou, pour recevoir le fichier, `!rencontre 2026-T4`"""


async def taps(world: World, room: str = "network") -> list[str]:
    return [
        event["content"]["m.relates_to"]["key"]
        for event in await world.events(room)
        if event["type"] == "m.reaction"
    ]


async def test_a_meeting_is_announced_with_what_one_needs_to_come_and_to_answer(room: World) -> None:
    await announce_meeting(room)
    shown = await room.lines()
    assert [without_links(line.text) for line in shown] == [
        CARD,
        "Réponses : aucune pour l’instant – il reste 30 places.",
    ]
    assert [line.msgtype for line in shown] == ["m.text", "m.notice"]  # it rings once
    assert await taps(room) == ["✅", "💻", "❔", "❌"]
    await record_answer(room, "camille", "yes")
    await record_answer(room, "claude", "remote")
    heard = await after_edits(room, room.clock.now() + timedelta(seconds=5))
    assert heard[-1].startswith("Réponses au 23 novembre, 10 h")
    assert heard[-1].endswith(" : 1 sur place, 1 en visio – il reste 29 places.")
    assert len(await room.lines()) == 2


async def test_what_nobody_filled_in_is_not_said(quick: MemoryWorld) -> None:
    nothing: dict[str, Any] = {
        "title": "",
        "place": "",
        "town": "",
        "access": "",
        "video": "",
        "programme": [],
        "visit": "",
        "social": "",
        "capacity": None,
    }
    await announce_meeting(quick, answer_by=None, **nothing)
    shown, line = await quick.reads()
    assert without_links(shown).split("\n\n")[1].split("\n") == [
        "Où : le lieu sera précisé",
        "Interlocuteur : Gwen – `!contact`",
    ]
    assert "visio" not in without_links(shown)
    assert await taps(quick) == ["✅", "❔", "❌"]
    assert line == "Réponses : aucune pour l’instant."


def test_the_town_is_said_once_and_somebody_else_may_be_asked() -> None:
    row = meeting_row(place="Mairie de Marquemont", contact="Dominique", actors="bailleurs sociaux")
    text = card.text(row, configuration_here()).text().replace("\u00a0", " ")
    assert "Où : Mairie de Marquemont (plan) – ou" in without_links(text)
    assert "Interlocuteur : Dominique\n" in text
    assert "Aussi ouverte à : bailleurs sociaux\n" in text


def configuration_here() -> Config:
    return configuration(Path("."), "http://127.0.0.1:1")


NOW = datetime(2026, 11, 24, 11, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("counted", "now", "said"),
    [
        (
            Counts(seated=6, remote=2, maybe=3, no=2, answered=13, free=24),
            NOW,
            (
                "Réponses au 24 novembre, 11 h : 6 sur place, 2 en visio, 3 peut-être, 2 absences – il "
                "reste 24 places."
            ),
        ),
        (
            Counts(seated=29, no=1, free=1),
            NOW,
            "Réponses au 24 novembre, 11 h : 29 sur place, 1 absence – il reste une place.",
        ),
        (Counts(seated=4), NOW, "Réponses au 24 novembre, 11 h : 4 sur place."),
        (
            Counts(seated=30, waiting=4, free=0),
            NOW,
            "Réponses au 24 novembre, 11 h : 30 sur place, 4 personnes en liste d’attente – complet.",
        ),
        (
            Counts(seated=29, offered=1, waiting=1, free=0),
            NOW,
            (
                "Réponses au 24 novembre, 11 h : 29 sur place, une place proposée à la liste d’attente, "
                "une personne en liste d’attente – complet."
            ),
        ),
        (
            Counts(seated=29, waiting=4, free=1),
            datetime(2026, 12, 9, 12, 5, tzinfo=PARIS),
            "Réponses au 9 décembre, 12 h 05 : 29 sur place, 4 personnes en liste d’attente – une place "
            "libre, à prendre en écrivant `!presence oui`.",
        ),
        (
            Counts(seated=6, to_confirm=5, free=24),
            datetime(2026, 12, 1, 9, tzinfo=PARIS),
            (
                "Réponses au 1er décembre, 9 h : 6 sur place, dont 5 réponses à reconfirmer – il reste 24 "
                "places."
            ),
        ),
    ],
)
def test_the_line_of_counts_says_how_many_and_what_is_left(counted: Counts, now: datetime, said: str) -> None:
    text = wording.count_line(meeting_row(), counted, now, configuration_here()).text()
    assert text.replace("\u00a0", " ").replace("\u202f", " ") == said


async def test_a_card_that_waits_for_its_hour_goes_out_as_the_meeting_is_then(quick: MemoryWorld) -> None:
    tuesday = MONDAY + timedelta(days=1)
    await announce_meeting(quick, at=tuesday)
    moved = datetime(2026, 12, 15, 9, 30, tzinfo=PARIS)
    await change_meeting(
        quick, starts_at=moved, ends_at=moved + timedelta(hours=3), place="La Filature", town="Wambrecourt"
    )
    assert await quick.reads() == []
    await after_edits(quick, tuesday)
    shown, line = await quick.reads()
    assert shown.startswith("Rencontre du réseau – mardi 15 décembre 2026, de 9 h 30 à 12 h 30\n")
    assert line == "Réponses : aucune pour l’instant – il reste 30 places."


async def test_a_meeting_announced_once_more_goes_only_where_it_is_not(quick: MemoryWorld) -> None:
    await announce_meeting(quick)
    async with meeting_change(quick, "$opened") as (uow, row):
        await card.announce(
            uow,
            row,
            Announcement([quick.rooms["network"], quick.rooms["open"]], quick.clock.now(), urgent=True),
        )
    await quick.settle()
    assert len(await quick.reads()) == 2
    assert without_links((await quick.reads("open"))[0]) == CARD
    await record_answer(quick, "camille", "yes")
    await after_edits(quick, quick.clock.now() + timedelta(seconds=5))
    assert [(await quick.reads(each))[1].split(" : ")[1] for each in ("network", "open")] == [
        "1 sur place – il reste 29 places."
    ] * 2


async def test_a_card_that_was_taken_away_comes_back_only_when_it_is_announced_again(
    quick: MemoryWorld,
) -> None:
    await announce_meeting(quick)
    await quick.says("morgan", "!retirer", reply_to=(await quick.lines())[0].id)
    async with meeting_change(quick, "$refreshed") as (uow, row):
        await card.refresh(uow, row)
        assert (await outbox.versions(uow.db, messages.card_key(1), quick.rooms["network"]))[
            0
        ].status == outbox.REMOVED
    await after_edits(quick, quick.clock.now() + timedelta(seconds=5))
    assert CARD not in map(without_links, await quick.reads())
    async with meeting_change(quick, "$again") as (uow, row):
        await card.announce(uow, row, Announcement([quick.rooms["network"]], quick.clock.now(), urgent=True))
    await quick.settle()
    assert CARD in map(without_links, await quick.reads())


async def test_who_can_now_follow_by_video_has_it_to_tap(quick: MemoryWorld) -> None:
    await announce_meeting(quick, video="")
    await change_meeting(quick, video="https://visio.example.org/reseau-t4")
    await after_edits(quick, quick.clock.now() + timedelta(seconds=5))
    assert sorted(await taps(quick)) == sorted(["✅", "❔", "❌", "💻"])
    assert "💻 je suivrai en visio" in (await quick.reads())[0]

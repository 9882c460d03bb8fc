"""Rooms of the configuration that move, and who may call the bot into them:
their place follows what our server says only.
"""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.demo.cast import read
from bot.inbox import inbox
from bot.matrix.errors import TransientError
from bot.matrix.events import RoomUpdate
from storage import settings
from storage.backoff import Backoff
from storage.errors import DatabaseUnavailable
from tests.support.injected_events import MALLORY, inject, state_event
from tests.support.synapse_fixture import BOT
from tests.support.world import MemoryWorld, World, in_memory


async def successor(world: World) -> str:
    """A room that the bot is invited to, by the team."""
    room: str = await world.person("morgan").create_room("Nouveau salon")
    await world.person("morgan").invite(room, BOT)
    await world.settle()
    return room


async def upgraded(world: World, old: str, new: str) -> None:
    await world.person("morgan").set_state(
        old, "m.room.tombstone", {"replacement_room": new, "body": "Ce salon a déménagé"}
    )
    await world.settle()


# --- upgrades


async def test_the_bot_goes_on_in_the_room_that_replaces_its_own(room: World) -> None:
    new = await successor(room)
    await upgraded(room, room.rooms["network"], new)
    await room.restart()
    assert room.app.services.network.of_kind("network") == [new]
    await room.says("morgan", "!annonce Bienvenue dans le nouveau salon", room="team")
    await room.says("morgan", "oui", room="team")
    assert await room.reads(new) == ["Bienvenue dans le nouveau salon"]


async def test_an_upgrade_counts_even_when_its_transaction_had_to_be_taken_again(
    quick: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = await successor(quick)
    known, failures = settings.set_value, [DatabaseUnavailable("locked")]

    async def trouble(db: Any, name: str, value: str) -> None:
        if name == settings.SYNC_TOKEN and failures:
            raise failures.pop()
        await known(db, name, value)

    monkeypatch.setattr(settings, "set_value", trouble)
    monkeypatch.setattr(inbox, "BACKOFF", Backoff(timedelta(milliseconds=10), timedelta(milliseconds=10)))
    await upgraded(quick, quick.rooms["network"], new)
    await quick.restart()
    assert not failures
    assert quick.app.services.network.kind(new) == "network"


async def test_an_upgrade_told_by_the_state_of_a_room_alone_counts_too(quick: World) -> None:
    """After an absence the tombstone can be in what the timeline leaves out."""
    new, old = await successor(quick), quick.rooms["network"]
    stone = state_event(quick, old, "m.room.tombstone", {"replacement_room": new})
    await inject(quick, RoomUpdate(room=old, membership="join", state=(stone,), limited=True))
    assert quick.app.services.network.kind(new) == "network"


def test_a_room_that_moves_takes_no_other_room_s_place(
    quick: World, caplog: pytest.LogCaptureFixture
) -> None:
    network, team = quick.app.services.network, quick.rooms["team"]
    assert network.replace(quick.rooms["open"], team) is None
    assert network.kind(team) == "team"
    network.bind("#rencontres-ouvertes:reseau.example.org", team)
    assert network.kind(team) == "team"
    assert "are one room" in caplog.text


def test_a_room_moves_once(quick: World) -> None:
    network, old = quick.app.services.network, quick.rooms["network"]
    assert network.replace(old, "!new") == network.replace(old, "!new")
    assert network.replace(old, "!elsewhere") is None
    assert network.of_kind("network") == ["!new"]


# --- aliases and invitations

NEW = "#nouveau:reseau.example.org"


@pytest.fixture
async def waiting(tmp_path: Path) -> AsyncIterator[MemoryWorld]:
    """A bot with one room of its configuration that is not there yet."""
    places: list[dict[str, str]] = [
        {"room": f"#{place.alias}:reseau.example.org", "kind": place.kind} for place in read()[0]
    ]
    async with in_memory(tmp_path, rooms=[*places, {"room": NEW, "kind": "local"}]) as world:
        yield world


async def test_whoever_invites_to_a_configured_room_the_bot_comes(waiting: MemoryWorld) -> None:
    room = waiting.homeserver.create(MALLORY, "Nouveau", NEW)
    waiting.homeserver.member(room, BOT, "invite", by=MALLORY)
    await waiting.settle()
    await waiting.restart()
    assert waiting.homeserver.membership(room, BOT) == "join"
    assert waiting.app.services.network.kind(room) == "local"


async def test_a_room_that_merely_says_it_has_our_alias_is_a_stranger_s(waiting: MemoryWorld) -> None:
    room = waiting.homeserver.create(MALLORY, "Faux")
    waiting.homeserver.put(room, MALLORY, "m.room.canonical_alias", {"alias": NEW}, state_key="")
    waiting.homeserver.member(room, BOT, "invite", by=MALLORY)
    await waiting.settle()
    assert waiting.homeserver.membership(room, BOT) == "leave"


async def test_an_alias_that_leads_elsewhere_is_not_followed_and_told_once(quick: World) -> None:
    assert isinstance(quick, MemoryWorld)
    (alias,) = (name for name, room in quick.homeserver.aliases.items() if room == quick.rooms["open"])
    quick.homeserver.aliases[alias] = quick.homeserver.create(MALLORY, "Faux")
    for _ in range(2):
        await quick.restart()
        await quick.app.room_joiner.check_aliases()
        await quick.settle()
    assert quick.app.services.network.of_kind("open") == [quick.rooms["open"]]
    assert sum(alias in line for line in await quick.reads("team")) == 1


async def test_an_alias_that_stayed_on_the_upgraded_room_alarms_nobody(quick: World) -> None:
    await upgraded(quick, quick.rooms["open"], await successor(quick))
    await quick.app.room_joiner.check_aliases()
    await quick.settle()
    assert await quick.reads("team") == []


async def test_an_alias_whose_server_is_away_is_not_asked_at_each_turn(
    quick: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    async def away(alias: str) -> str:
        asked.append(alias)
        raise TransientError(None, "room", "502")

    monkeypatch.setattr(quick.app.services.matrix, "resolve", away)
    for _ in range(3):
        await quick.app.room_joiner.check_aliases()
    assert len(asked) == len(quick.rooms)
    quick.clock.offset += timedelta(minutes=11)
    await quick.app.room_joiner.check_aliases()
    assert len(asked) == 2 * len(quick.rooms)

"""How the bot looks: a name, a picture, a short text; in rooms a topic, its commands, the pinned card.
What people chose is kept.
"""

import base64
import hashlib
from typing import Any

import pytest

from bot.face.face import AGAIN
from bot.face.pins import merged
from bot.face.profile import BIOGRAPHY
from bot.face.room_state import COMMAND, PINNED, TOPIC, state_key
from bot.matrix.http import path
from tests.support.meeting_fixture import announce_meeting
from tests.support.synapse_fixture import BOT
from tests.support.world import MemoryWorld, World

ROUNDS = 12


async def shown(world: MemoryWorld, rounds: int = 1) -> dict[str, Any]:
    """Our profile, ten minutes later each round."""
    for _ in range(rounds):
        await world.wait_until_instant(world.clock.now() + AGAIN)
        await world.app.face.show()
    return world.homeserver.profile


async def state(world: MemoryWorld, type_: str, room: str = "network") -> dict[str, dict[str, Any]]:
    """Its contents by state key."""
    found = [event for event in await world.events(room) if event["type"] == type_]
    return {event["state_key"]: event["content"] for event in found}


async def empower(world: MemoryWorld) -> None:
    power = {"users": {BOT: 50}}
    await world.person("morgan").set_state(world.rooms["network"], "m.room.power_levels", power)
    await world.settle()


async def test_the_first_start_gives_a_name_a_picture_and_a_text(quick: MemoryWorld) -> None:
    profile = await shown(quick)
    assert profile["displayname"] == "Animatrice"
    assert quick.homeserver.files[profile["avatar_url"]].startswith(b"\x89PNG")
    assert "Écrivez-moi" in profile[BIOGRAPHY]["m.text"][0]["body"]
    await quick.restart()
    uploaded = len(quick.homeserver.files)
    await shown(quick)
    assert len(quick.homeserver.files) == uploaded  # once


@pytest.mark.real("profiles of any field, state under any key, and the rate of both")
async def test_a_server_takes_the_profile_and_the_state(room: World) -> None:
    network = room.rooms["network"]
    owner = room.person("animation")
    power = {"users": {BOT: 50}}
    await owner.set_state(network, "m.room.power_levels", power)
    await room.settle()
    await room.app.face.show()
    matrix = room.app.services.matrix
    profile = await matrix.call("GET", path("profile", BOT))
    assert profile["avatar_url"].startswith("mxc://")
    assert "Écrivez-moi" in profile[BIOGRAPHY]["m.text"][0]["body"]
    assert "!aide" in (await matrix.call("GET", path("rooms", network, "state", TOPIC, "")))["topic"]
    described = path("rooms", network, "state", COMMAND, state_key("presence", BOT))
    assert (await matrix.call("GET", described))["command"] == "presence"


async def test_what_somebody_chose_is_kept(quick: MemoryWorld) -> None:
    quick.homeserver.profile |= {"displayname": "Le robot", "avatar_url": "mxc://reseau/ours"}
    profile = await shown(quick)
    assert (profile["displayname"], profile["avatar_url"]) == ("Le robot", "mxc://reseau/ours")


async def test_what_somebody_changed_afterwards_is_kept(quick: MemoryWorld) -> None:
    await shown(quick)
    quick.homeserver.profile |= {"displayname": "Le robot", "avatar_url": "mxc://reseau/theirs"}
    await quick.restart()
    profile = await shown(quick)
    assert (profile["displayname"], profile["avatar_url"]) == ("Le robot", "mxc://reseau/theirs")


async def test_without_power_a_room_stays_as_it_is(quick: MemoryWorld) -> None:
    before = len(await quick.events())
    await shown(quick)
    assert len(await quick.events()) == before


async def test_a_room_without_a_topic_gets_one_and_one_that_has_keeps_it(quick: MemoryWorld) -> None:
    await empower(quick)
    await shown(quick)
    assert "!aide" in (await state(quick, TOPIC))[""]["topic"]
    await quick.person("morgan").set_state(quick.rooms["network"], TOPIC, {"topic": ""})
    await shown(quick, 2)
    assert (await state(quick, TOPIC))[""]["topic"] == ""  # they took it away


async def test_members_find_the_commands_in_their_client_and_the_team_s_are_not_among_them(
    quick: MemoryWorld,
) -> None:
    await empower(quick)
    await shown(quick, ROUNDS)
    described = await state(quick, COMMAND)
    names = {content["command"] for content in described.values()}
    assert {"presence", "agenda", "ressources", "contact"} <= names
    assert not names & {"annonce", "recap", "repas", "mesthemes"}
    presence = described[state_key("presence", BOT)]
    assert presence["description"] == {"m.text": [{"body": "dire si vous venez à la prochaine rencontre"}]}
    assert presence["parameters"][0]["schema"] == {"schema_type": "primitive", "type": "string"}
    before = len(await quick.events())
    await shown(quick, 2)
    assert len(await quick.events()) == before  # said once


async def test_the_card_of_a_meeting_is_pinned_beside_what_others_pinned(quick: MemoryWorld) -> None:
    await empower(quick)
    room = quick.rooms["network"]
    await quick.person("morgan").set_state(room, PINNED, {"pinned": ["$charter"]})
    await announce_meeting(quick)
    card = (await quick.lines())[0].id
    await shown(quick)
    assert (await state(quick, PINNED))[""]["pinned"] == ["$charter", card]
    await quick.person("morgan").set_state(room, PINNED, {"pinned": ["$charter"]})
    await shown(quick)
    assert (await state(quick, PINNED))[""]["pinned"] == ["$charter"]  # they took it off


def test_a_card_that_is_over_goes_and_nothing_else_does() -> None:
    assert merged(["$a", "$old", "$b"], ["$old"], ["$new"]) == ["$a", "$b", "$new"]
    assert merged(["$a"], ["$ours"], ["$ours"]) == ["$a"]


def test_the_state_key_is_the_one_that_clients_compute() -> None:
    digest = hashlib.sha256(b"echo@bot:example.org").digest()
    assert state_key("echo", "@bot:example.org") == base64.standard_b64encode(digest).decode()

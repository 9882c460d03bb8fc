"""Encrypted messages that cannot be read: nobody is left without a word, and nobody is asked twice a day."""

import pytest

from tests.support.world import World

BACK = "m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"}


async def encrypted(world: World, room: str = "network") -> None:
    world.homeserver.put(world.rooms[room], world.person("morgan").user_id, *BACK, state_key="")  # type: ignore[attr-defined]
    await world.settle()


async def writes(world: World, who: str, withheld: str = "") -> str:
    """An encrypted message whose key never comes."""
    event: str = await world.person(who).encrypts(world.rooms["network"], withheld=withheld)
    await world.settle()
    return event


async def test_who_cannot_be_read_is_asked_to_send_it_again_and_the_team_is_told(
    quick: World, caplog: pytest.LogCaptureFixture
) -> None:
    await encrypted(quick)
    await writes(quick, "camille")
    assert await quick.wait_until("10:05") == [], "its key may only be late"
    (asked,) = await quick.wait_until("10:15")
    assert asked == (
        "Camille : je n’ai pas pu lire ce que vous avez écrit (sa clé de chiffrement ne m’est pas parvenue). "
        "Pouvez-vous l’envoyer de nouveau ?"
    )
    (told,) = await quick.reads("team")
    assert told.startswith("Je n’ai pas pu lire un message chiffré (Camille).")
    assert "no key came" in caplog.text

    await writes(quick, "camille")
    assert await quick.wait_until("11:00") == [], "once a day"
    await writes(quick, "dominique")
    (asked,) = await quick.wait_until("11:30")
    assert asked.startswith("Dominique, Camille : "), "one line in the room, for all of that day"
    assert len(await quick.lines()) == len(await quick.lines("team")) == 1


async def test_the_reason_that_a_client_gives_is_said(quick: World, caplog: pytest.LogCaptureFixture) -> None:
    await encrypted(quick)
    await writes(quick, "camille", "m.unverified")
    (asked,) = await quick.wait_until("10:15")
    assert "votre messagerie ne donne ses clés qu’aux appareils vérifiés" in asked
    assert asked.endswith("Dites-le à l’équipe d’animation, s’il vous plaît.")
    assert "m.unverified" in caplog.text


async def test_who_has_a_private_room_is_asked_there(quick: World) -> None:
    await encrypted(quick)
    private = await quick.direct("camille")
    await writes(quick, "camille")
    assert await quick.wait_until("10:15") == []
    (asked,) = await quick.reads(private)
    assert asked.startswith("Je n’ai pas pu lire votre message dans « Réseau")


async def test_what_was_taken_back_is_not_asked_for(quick: World) -> None:
    await encrypted(quick)
    await quick.person("camille").redact(quick.rooms["network"], await writes(quick, "camille"))
    assert await quick.wait_until("10:15") == []


async def test_a_command_in_clear_in_an_encrypted_room_is_refused_with_a_word(quick: World) -> None:
    """Any server could have written it."""
    network = quick.rooms["network"]
    await encrypted(quick)
    (refused,) = await quick.says("camille", "!ping 1")
    assert refused.startswith("Ce salon est chiffré, mais votre message ne l’est pas")
    assert await quick.says("camille", "Bonjour à tous") == []
    await quick.person("camille").encrypts(network, "!ping 2")
    assert await quick._heard("network") == ["pong 2"]

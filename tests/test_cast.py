"""The fictive network gathers as membres.yaml says."""

import pytest

from bot.demo.cast import Cast, read
from bot.demo.homeserver import Homeserver


def test_the_file_has_four_rooms_and_people_of_every_role() -> None:
    places, characters = read()
    assert {place.kind: place.alias for place in places} == {
        "network": "reseau", "help": "entraide", "open": "rencontres-ouvertes", "team": "animation",
    }  # fmt: skip
    assert len(characters) == 14
    assert {who.role for who in characters} == {"animation", "referent", "operateur", "membre", "externe"}


async def test_everyone_is_where_they_belong() -> None:
    async with Homeserver() as homeserver:
        bot = await homeserver.register("animatrice", "secret", "Animatrice")
        names = {"camille", "referent", "stef.exterieur"}
        async with await Cast.gather(homeserver, names, invite=[bot.user_id], encrypted={"help"}) as cast:
            morgan = cast["animation"]
            present = {
                kind: {user[1:].split(":")[0] for user in await morgan.members(room)}
                for kind, room in cast.rooms.items()
            }
            assert present == {
                "network": {"animation", "camille", "referent"},
                "help": {"animation", "camille", "referent"},
                "open": {"animation", "camille", "referent", "stef.exterieur"},
                "team": {"animation", "referent"},
            }
            assert await cast["camille"].join("#reseau:reseau.example.org") == cast.rooms["network"]
            await cast["camille"].says(cast.rooms["help"], "Bonjour")
            (line,) = await cast["referent"].sees(cast.rooms["help"])
            assert (line.sender, line.text) == ("Camille [Marquemont]", "Bonjour")


@pytest.mark.long
async def test_a_whole_network_gathers_under_the_server_s_limits() -> None:
    async with Homeserver(rate_limits=True) as homeserver, await Cast.gather(homeserver) as cast:
        assert len(await cast["camille"].members(cast.rooms["network"])) == 13

"""Where members are from: as the configuration says, or as they said themselves."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.config import load
from bot.text import UserError
from commands.members import parse
from schedules.members import towns
from tests.support.world import PARIS, World, in_memory
from tests.test_config import GOOD, mistakes

CONFIGURED = [{"user": "@camille:reseau.example.org", "name": "Camille", "town": "Marquemont"}]


async def known(world: World) -> dict[str, str]:
    async with world.db.read() as db:
        return await towns(db, world.config)


async def test_a_member_says_their_town_and_may_take_it_back(quick: World) -> None:
    assert await quick.says("dominique", "!commune wambrecourt") == [
        "C’est noté : Wambrecourt. Pour l’effacer : `!commune non`"
    ]
    await quick.says("lou", "!commune WAMBRECOURT")
    assert await known(quick) == {
        "@dominique:reseau.example.org": "Wambrecourt",
        "@lou:reseau.example.org": "Wambrecourt",
    }
    private = await quick.direct("lou")
    (said,) = await quick.says("lou", "commune", room=private)
    assert said.startswith("Votre commune : Wambrecourt.")
    await quick.says("lou", "commune non", room=private)
    assert list(await known(quick)) == ["@dominique:reseau.example.org"]


async def test_a_town_is_forgotten_the_night_after_its_member_left(quick: World) -> None:
    await quick.says("dominique", "!commune Wambrecourt")
    await quick.person("dominique").leave(quick.rooms["network"])
    for room in ("help", "open"):
        if await quick._is_in(quick.person("dominique"), quick.rooms[room]):
            await quick.person("dominique").leave(quick.rooms[room])
    await quick.settle()
    await quick.wait_until_instant(datetime(2026, 11, 24, 4, 0, tzinfo=PARIS) + timedelta(hours=5))
    assert await known(quick) == {}


async def test_what_the_configuration_says_of_somebody_counts(tmp_path: Path) -> None:
    async with in_memory(tmp_path, members=CONFIGURED) as world:
        private = await world.direct("camille")
        (said,) = await world.says("camille", "commune Bruaville", room=private)
        assert said == "L’équipe vous connaît à Marquemont. Si ce n’est pas juste, dites-le-lui : `contact`"
        await world.says("dominique", "!commune marquemont")
        assert set((await known(world)).values()) == {"Marquemont"}


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("je travaille à la mairie de saint-éloi-en-artois", "Saint-Éloi-en-Artois"),
        ("pour la ville de Lille.", "Lille"),
        ("L’Isle-d’Abeau", "L’Isle-d’Abeau"),
        ("ravelines", "Ravelines"),
    ],
)
def test_a_town_is_read_as_people_write_it(typed: str, name: str) -> None:
    assert parse(typed, set()) == name


@pytest.mark.parametrize(
    "typed", ["https://example.org", "12", "<b>x</b>", "x" * 200, "@camille:example.org", "…"]
)
def test_what_can_be_no_town_is_refused(typed: str) -> None:
    with pytest.raises(UserError):
        parse(typed, set())


def test_the_members_are_a_list_or_a_file_of_their_own(tmp_path: Path) -> None:
    config, other = tmp_path / "config.yaml", tmp_path / "membres.yaml"
    config.write_text(GOOD + 'members: [{user: "@a:b.org", town: Lille}]\n', encoding="utf-8")
    assert [(each.user, each.town) for each in load(config, {}).members] == [("@a:b.org", "Lille")]
    config.write_text(GOOD + "members: membres.yaml\n", encoding="utf-8")
    other.write_text('members:\n  - {user: "@a:b.org", name: Camille, town: Lille}\n', encoding="utf-8")
    assert [(each.user, each.name) for each in load(config, {}).members] == [("@a:b.org", "Camille")]


def test_every_mistake_of_the_members_is_said_at_once_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "membres.yaml").write_text(
        'members:\n  - {user: camille}\n  - {user: "@a:b.org", ville: Lille}\n  - {user: "@a:b.org"}\n',
        encoding="utf-8",
    )
    told = mistakes(tmp_path / "config.yaml", GOOD + "members: membres.yaml\npolls: {open_for: 0}\n")
    assert [line.partition(" : ")[0] for line in sorted(told)] == [
        "`members[0].user` (membres.yaml, ligne 2)",
        "`members[1].ville` (membres.yaml, ligne 3)",
        "`members[2].user` (membres.yaml, ligne 4)",
        "`polls.open_for` (ligne 8)",
    ]
    assert mistakes(tmp_path / "config.yaml", GOOD + "members: absent.yaml\n") == [
        "`members` (ligne 7) : Le fichier `absent.yaml` n’existe pas."
    ]


async def test_a_town_may_be_called_aucun(quick: World) -> None:
    await quick.says("camille", "!commune Aucun")
    assert list((await known(quick)).values()) == ["Aucun"]
    await quick.says("camille", "!commune non.")
    assert await known(quick) == {}

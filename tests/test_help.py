"""Six lines of help, by role and place; one command in detail; a sign of life; a person to talk to."""

import re
from pathlib import Path

import pytest

from bot.app import load
from bot.command import Caller, Context, Found, Registry, Role, Scope, Suggestion
from bot.text import Say, UserError
from commands import help as helping
from commands.contact import contact
from commands.help import LINES, ping
from storage import migrate, rooms
from storage.db import Database
from storage.tables import Member, Room
from tests.support.command_context import GUEST, IN_PRIVATE, MEMBER, TEAM, context
from tests.support.vocabulary import whole_vocabulary

EVERYBODY = [Caller(role, place) for role in Role for place in (Scope.ROOM, Scope.DIRECT, Scope.IN_TEAM_ROOM)]


def read(say: Say | Suggestion) -> list[str]:
    assert isinstance(say, Say)
    return say.text("fr").replace("\u00a0", " ").replace("\u202f", " ").split("\n")


async def aide(caller: Caller, word: str = "", known: Registry | None = None) -> list[str]:
    return read(await helping.help(context(caller, commands=known), word=word))


@pytest.fixture(params=["built", "planned"])
def known(request: pytest.FixtureRequest) -> Registry:
    """The commands that exist, then the whole vocabulary as if it did."""
    return load().commands if request.param == "built" else whole_vocabulary()


def usable(known: Registry, caller: Caller) -> set[str]:
    return {each.name for each in known.commands if each.opened(context(caller))} - {"aide"}


def copied(line: str) -> list[str]:
    return re.findall(r"`([^`]+)`", line)


@pytest.mark.parametrize("caller", EVERYBODY, ids=str)
async def test_help_is_six_lines_at_most_of_what_this_person_may_do_here(
    caller: Caller, known: Registry
) -> None:
    lines = await aide(caller, known=known)
    assert 1 < len(lines) <= LINES == 6
    for example in [copied(line)[0] for line in lines[:-1]]:
        found = known.find(example.removeprefix("!"), caller)
        assert isinstance(found, Found)
        assert found.command.opened(context(caller))


@pytest.mark.parametrize("caller", EVERYBODY, ids=str)
async def test_help_names_every_command_this_person_may_use_here_and_no_other(
    caller: Caller, known: Registry
) -> None:
    *examples, last = await aide(caller, known=known)
    also = re.match(r"Aussi : (.*)\. Pour en savoir plus", last)
    offered = [copied(line)[0] for line in examples] + (also[1].split(", ") if also else [])
    found = [known.find(line.removeprefix("!"), caller) for line in offered]
    assert {each.command.name for each in found if isinstance(each, Found)} == usable(known, caller)


async def test_what_is_typed_has_an_exclamation_mark_in_a_room_and_none_in_private() -> None:
    assert all(line.startswith("!") for line in copied("\n".join(await aide(MEMBER))))
    assert not any(line.startswith("!") for line in copied("\n".join(await aide(IN_PRIVATE))))


async def test_what_is_made_for_a_place_comes_first_there() -> None:
    assert "meslectures" in (await aide(IN_PRIVATE, known=whole_vocabulary()))[0]
    assert "rencontre nouvelle" in (await aide(TEAM, known=whole_vocabulary()))[0]


async def test_what_is_seldom_needed_takes_no_line_of_the_help() -> None:
    examples = "\n".join((await aide(IN_PRIVATE))[:-1])
    assert all(f"`{each}" in examples for each in ("meslectures", "presence"))
    assert not any(f"`{each}" in examples for each in ("acces", "repas", "rappels"))


async def test_among_them_the_lowest_rank_comes_first() -> None:
    lines = "\n".join(await aide(TEAM))
    for each in load().commands.commands:
        lines = (
            lines.replace(f"!{each.name}", "") if " " in each.name else lines
        )  # !panorama preparer is another command than !panorama
    places = [
        len(re.split(rf"!{each.name}\b", lines)[0])
        for each in load().commands.open_to(TEAM)
        if each.where == Scope.ANYWHERE and each.name != "aide"
    ]
    assert places == sorted(places)
    assert [each.rank for each in load().commands.open_to(TEAM)] == sorted(
        each.rank for each in load().commands.open_to(TEAM)
    )


async def test_the_team_sees_its_commands_and_a_member_does_not() -> None:
    assert any("!annonce" in line for line in await aide(TEAM))
    assert not any("annonce" in line for line in await aide(MEMBER))


async def test_help_on_one_command_says_how_for_whom_and_by_which_other_names() -> None:
    assert await aide(MEMBER, "contact") == [
        "`!contact` – la personne à qui parler",
        "Par exemple : `!contact`",
        "Autres mots : interlocuteur, referent, who",
        "Pour tout le monde.",
    ]
    assert (await aide(MEMBER, "annonce"))[
        -1
    ] == "Pour l’équipe d’animation. Dans le salon de l’équipe seulement."


@pytest.mark.parametrize("word", ["ping", "!ping", "/ping", "PING", "pings", "ping ?"])
async def test_the_command_may_be_named_in_any_way(word: str) -> None:
    assert "`!ping`" in (await aide(MEMBER, word))[0]


async def test_a_slip_in_the_name_is_mended_by_a_tap() -> None:
    slip = await helping.help(context(MEMBER), word="contcat")
    assert slip == Suggestion("contcat", "aide contact")
    assert isinstance(load().commands.find("aide contact", MEMBER), Found)


async def test_an_unknown_word_gets_a_plain_sentence() -> None:
    assert await aide(MEMBER, "bicyclette **bleue**") == [
        "Je ne connais pas « bicyclette **bleue** ». Pour voir ce que je sais faire : `!aide`."
    ]
    assert len("\n".join(await aide(IN_PRIVATE, "b" * 60_000))) < 500


async def test_ping_says_the_word_back() -> None:
    assert read(await ping(context(GUEST), word="12")) == ["pong 12"]
    assert read(await ping(context(GUEST))) == ["pong"]
    assert read(await ping(context(GUEST), word="<b>**deux**\nlignes")) == ["pong <b>**deux** lignes"]


# -- the contact's card
# --------------------------------------------------------------------------------------------------------


async def test_the_card_says_what_the_configuration_knows() -> None:
    ctx = context(
        MEMBER,
        user="@referent:reseau.example.org",
        name="Gwen",
        role="Accompagnement des équipes projet",
        hours="du lundi au vendredi, de 9 h à 17 h",
        phone="03 00 00 00 00",
        email="gwen@reseau.example.org",
    )
    assert read(await contact(ctx)) == [
        "Votre interlocuteur : Gwen",
        "Accompagnement des équipes projet – du lundi au vendredi, de 9 h à 17 h",
        "Téléphone : 03 00 00 00 00",
        "Courriel : gwen@reseau.example.org",
        "Pour lui écrire ici : Gwen (@referent:reseau.example.org)",
    ]


async def test_the_contact_is_a_pill_with_a_name() -> None:
    said = await contact(context(MEMBER, user="@referent:reseau.example.org", name="<b>Gwen</b>"))
    pill = '<a href="https://matrix.to/#/@referent:reseau.example.org">&lt;b&gt;Gwen&lt;/b&gt;</a>'
    assert said.html().endswith(f"Pour lui écrire ici\u00a0: {pill}")


async def test_a_question_is_not_swallowed_in_silence() -> None:
    told = read(await contact(context(MEMBER, name="Gwen"), question="Peut-on financer une étude ?"))
    assert told == [
        "Votre interlocuteur : Gwen",
        "Je ne transmets pas les questions : posez-lui la vôtre directement.",
    ]


async def test_without_a_name_the_contact_has_the_one_shown_in_our_rooms(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/animatrice.sqlite")
    await migrate.upgrade(database)
    gwen = "@referent:reseau.example.org"
    async with database.write() as db:
        ctx: Context = context(MEMBER, db=db, user=gwen)
        assert read(await contact(ctx)) == [
            "Votre interlocuteur : referent",
            f"Pour lui écrire ici : referent ({gwen})",
        ]
        db.add(Room(room_id="!reseau"))
        await rooms.set_member(
            db, Member(room_id="!reseau", user_id=gwen, membership="join", name="Gwen [Centre de ressources]")
        )
        await db.flush()
        assert read(await contact(ctx))[0] == "Votre interlocuteur : Gwen"
    await database.close()


async def test_a_network_without_a_contact_says_so() -> None:
    with pytest.raises(UserError, match="interlocuteur"):
        await contact(context(MEMBER))

"""Help by subject, by role and place; one command in detail; a sign of life; a person to talk to."""

import re
from pathlib import Path

import pytest

from bot.app import load
from bot.command import Caller, Context, Found, Registry, Role, Scope, Suggestion
from bot.outbox.question import KEYCAPS
from bot.text import Say, UserError
from commands.contact import contact, contact_card
from commands.help import lookup, show
from commands.help.show import LINES, detail, overview, page, ping
from storage import migrate, rooms
from storage.db import Database
from storage.tables import Member, Room
from tests.support.command_context import GUEST, IN_PRIVATE, MEMBER, TEAM, context
from tests.support.meeting_fixture import announced_meeting
from tests.support.vocabulary import whole_vocabulary
from tests.support.world import World

EVERYBODY = [Caller(role, place) for role in Role for place in (Scope.ROOM, Scope.DIRECT, Scope.IN_TEAM_ROOM)]
KNOWN = {"meeting": "T4", "poll": "4", "card": "9"}


def read(say: Say | Suggestion | None, language: str = "fr") -> list[str]:
    assert isinstance(say, Say)
    return say.text(language).replace("\u00a0", " ").replace("\u202f", " ").split("\n")


def menu(caller: Caller, known: Registry | None = None) -> list[str]:
    ctx = context(caller, commands=known)
    return read(overview(ctx, lookup.by_subject(ctx), KNOWN))


def pages(caller: Caller, known: Registry | None = None, language: str = "fr") -> list[list[str]]:
    ctx = context(caller, commands=known)
    found = lookup.by_subject(ctx).items()
    return [read(page(ctx, subject, commands, KNOWN), language) for subject, commands in found]


def about(caller: Caller, name: str) -> list[str]:
    found = load().commands.named(name)
    assert found is not None
    return read(detail(context(caller), found, KNOWN))


@pytest.fixture(params=["built", "planned"])
def known(request: pytest.FixtureRequest) -> Registry:
    """The commands that exist, then the whole vocabulary as if it did."""
    return load().commands if request.param == "built" else whole_vocabulary()


def usable(known: Registry, caller: Caller) -> set[str]:
    return {each.name for each in known.commands if each.opened(context(caller))} - {"aide"}


def copied(line: str) -> list[str]:
    return re.findall(r"`([^`]+)`", line)


@pytest.mark.parametrize("caller", EVERYBODY, ids=str)
def test_help_is_never_a_wall(caller: Caller, known: Registry) -> None:
    for lines in (menu(caller, known), *pages(caller, known)):
        assert 1 < len(lines) <= LINES == 8


@pytest.mark.parametrize("caller", EVERYBODY, ids=str)
def test_the_pages_name_every_command_this_person_may_use_here_and_no_other(
    caller: Caller, known: Registry
) -> None:
    lines = [line for each in pages(caller, known) for line in "\n".join(each[:-1]).split("\n")]
    found = [known.find(line.removeprefix("!"), caller) for each in lines for line in copied(each)]
    assert {each.command.name for each in found if isinstance(each, Found)} == usable(known, caller)


def test_every_command_has_a_subject_people_would_look_under() -> None:
    others = {each.name for each in load().commands.commands if lookup.subject_of(each) is lookup.OTHERS}
    assert others == {"aide", "etat", "ping", "annonce", "prevu", "corriger", "retirer"} | {
        *("suspendre", "reprendre", "silence", "rattrapage")
    }


def test_every_example_is_of_its_own_command_and_understood_in_both_languages() -> None:
    assert lookup._examples().keys() == {each.name for each in load().commands.commands}
    for name, languages in lookup._examples().items():
        for line in (lookup._filled(each, KNOWN) for lines in languages.values() for each in lines):
            found = load().commands.find(line, TEAM)
            assert isinstance(found, Found)
            assert found.command.name == name


def test_what_is_typed_has_an_exclamation_mark_in_a_room_and_none_in_private() -> None:
    assert all(line.startswith("!") for line in copied("\n".join(menu(MEMBER))))
    assert not any(line.startswith("!") for line in copied("\n".join(menu(IN_PRIVATE))))


def test_the_team_sees_its_commands_and_a_member_does_not() -> None:
    assert any("!annonce" in line for line in menu(TEAM))
    assert not any("annonce" in line for line in menu(MEMBER))


def test_help_on_one_command_shows_two_lines_to_copy_and_no_english() -> None:
    assert about(MEMBER, "presence")[1:] == [
        "Par exemple : `!presence oui` ou `!presence non T4`",
        "Autres mots : jeviens, inscription, reponse",
        "Pour tout le monde.",
    ]
    assert about(MEMBER, "annonce")[-1] == "Pour l’équipe d’animation. Dans le salon de l’équipe seulement."


def test_in_english_the_help_is_english() -> None:
    french = {each.name for each in load().commands.commands}
    for lines in pages(TEAM, language="en"):
        names = {line.lstrip("!").partition(" ")[0] for each in lines for line in copied(each)}
        assert not names & (french - {"dates", "ping", "points", "tour", "vote", "contact"})


async def test_the_examples_are_of_this_room(quick: World) -> None:
    await announced_meeting(quick)
    (told,) = await quick.says("camille", "!aide rencontre")
    assert "`!rencontre T4`" in told


async def test_a_subject_opens_by_its_name_or_by_a_tap_on_its_number(quick: World) -> None:
    (asked,) = await quick.says("camille", "!aide rencontres")
    assert asked.startswith("Rencontres\n`!presence oui`")
    (menu,) = await quick.says("camille", "!aide")
    before = await quick.last()
    assert menu.startswith("1. Rencontres : ")
    assert await quick.taps("lou", KEYCAPS[1]) == []
    (opened,) = await quick.taps("camille", KEYCAPS[2])
    assert opened.startswith("Sondages et enquêtes\n")
    (again,) = await quick.taps("camille", KEYCAPS[0])
    assert again.startswith("Rencontres\n")
    assert (await quick.last()).id == before.id


async def test_the_list_becomes_the_subject_that_an_edit_asks_for(quick: World) -> None:
    asked = await quick.tells("camille", "!aide", "network")
    await quick.settle()
    menu = await quick.last()
    (page,) = await quick.says("camille", "!aide sondages", edit_of=asked)
    assert page.startswith("Sondages et enquêtes\n")
    assert (await quick.last()).id == menu.id


def test_surveys_come_first_for_who_asks_about_them() -> None:
    ctx = context(TEAM)
    subject = lookup.subject_named("enquêtes")
    assert subject is not None
    commands = lookup.asked_first(subject, lookup.by_subject(ctx)[subject], "enquêtes")
    lines = read(page(ctx, subject, commands, KNOWN))
    assert lines[0] == "Sondages et enquêtes"
    assert all(line.startswith("`!enquete") for line in lines[1:6])


async def test_a_slip_in_the_name_is_mended_by_a_tap() -> None:
    slip = await show.help(context(MEMBER), word="contcat")
    assert slip == Suggestion("contcat", "aide contact")


@pytest.mark.parametrize("word", ["ping", "!ping", "/ping", "PING", "pings", "ping ?"])
async def test_the_command_may_be_named_in_any_way(quick: World, word: str) -> None:
    assert "`!ping`" in (await quick.says("camille", f"!aide {word}"))[0]


async def test_an_unknown_word_gets_a_plain_sentence() -> None:
    assert read(await show.help(context(MEMBER), word="bicyclette **bleue**")) == [
        "Je ne connais pas « bicyclette **bleue** ». Pour voir ce que je sais faire : `!aide`."
    ]
    assert len("\n".join(read(await show.help(context(IN_PRIVATE), word="b" * 60_000)))) < 500


async def test_ping_says_the_word_back() -> None:
    assert read(await ping(context(GUEST), word="12")) == ["pong 12"]
    assert read(await ping(context(GUEST))) == ["pong"]
    assert read(await ping(context(GUEST), word="<b>**deux**\nlignes")) == ["pong <b>**deux** lignes"]


# -- the contact's card
# --------------------------------------------------------------------------------------------------------


async def card(ctx: Context) -> Say:
    assert ctx.config.network.contact is not None
    return await contact_card(ctx, ctx.config.network.contact)


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
    assert read(await card(ctx)) == [
        "Votre interlocuteur : Gwen",
        "Accompagnement des équipes projet – du lundi au vendredi, de 9 h à 17 h",
        "Téléphone : 03 00 00 00 00",
        "Courriel : gwen@reseau.example.org",
        "Pour lui écrire ici : Gwen (@referent:reseau.example.org)",
    ]


async def test_the_contact_is_a_pill_with_a_name() -> None:
    said = await card(context(MEMBER, user="@referent:reseau.example.org", name="<b>Gwen</b>"))
    pill = '<a href="https://matrix.to/#/@referent:reseau.example.org">&lt;b&gt;Gwen&lt;/b&gt;</a>'
    assert said.html().endswith(f"Pour lui écrire ici\u00a0: {pill}")


async def test_a_question_is_not_swallowed_in_silence() -> None:
    """Nobody is there to read it: no room of the team is known."""
    with pytest.raises(UserError, match="Je ne peux pas transmettre"):
        await contact(context(MEMBER, name="Gwen"), question="Peut-on financer une étude ?")


async def test_without_a_name_the_contact_has_the_one_shown_in_our_rooms(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/animatrice.sqlite")
    await migrate.upgrade(database)
    gwen = "@referent:reseau.example.org"
    async with database.write() as db:
        ctx: Context = context(MEMBER, db=db, user=gwen)
        assert read(await card(ctx)) == [
            "Votre interlocuteur : referent",
            f"Pour lui écrire ici : referent ({gwen})",
        ]
        db.add(Room(room_id="!reseau"))
        await rooms.set_member(
            db, Member(room_id="!reseau", user_id=gwen, membership="join", name="Gwen [Centre de ressources]")
        )
        await db.flush()
        assert read(await card(ctx))[0] == "Votre interlocuteur : Gwen"
    await database.close()


async def test_a_network_without_a_contact_says_so() -> None:
    with pytest.raises(UserError, match="interlocuteur"):
        await contact(context(MEMBER))

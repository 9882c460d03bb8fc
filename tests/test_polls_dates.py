"""Dates put to the network: each is read, said in full and flagged before anybody is asked;
the one that is kept is remembered.
"""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.text import UserError
from commands.polls.parse_dates import ParsedDates, begins, parse
from commands.polls.parse_deadline import Clock
from storage.polls import polls
from tests.support.world import MONDAY, PARIS, World
from tests.test_polls_wording import HOURS

CLOCK = Clock(MONDAY, HOURS, datetime(2026, 11, 26, 12, 0, tzinfo=PARIS))
REFERENCE = "!dates 23 février ; 9 mars ; 16 mars"
PLACE = "« Réseau des chefs de projet – salon principal »"


def reads(text: str) -> list[str]:
    return [each.localized("fr") for each in parse(text, CLOCK).slots]


def refused(text: str, language: str = "fr") -> tuple[str, str]:
    with pytest.raises(UserError) as error:
        parse(text, replace(CLOCK, language=language))
    said = error.value.say.text().replace("\u00a0", " ").replace("\u202f", " ")
    reason, line = re.split(r" (?:Par exemple|La ligne entière :) `", said)
    assert said.lower().count("par exemple") <= 1
    return reason, line.removesuffix("`.")


@pytest.mark.parametrize(
    "typed",
    [
        "9 mars ; 16 mars",
        "16/03 ; 9/03",
        "mardi 9 mars | mardi 16 mars",
        "9 mars\n16 mars\n",
        "9 mars, 16 mars",
        "9 mars et 16 mars",
        "Le 9 mars 2027;  le 16 mars 2027.",
    ],
)
def test_dates_are_read_however_they_are_parted_and_put_in_order(typed: str) -> None:
    assert reads(typed) == ["mardi 9 mars 2027", "mardi 16 mars 2027"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("9 mars matin", "mardi 9 mars 2027, matin"),
        ("mardi 9 mars au matin", "mardi 9 mars 2027, matin"),
        ("9 mars après-midi", "mardi 9 mars 2027, après-midi"),
        ("9 mars dans l’après midi", "mardi 9 mars 2027, après-midi"),
        ("9 mars soir", "mardi 9 mars 2027, soir"),
        ("9 mars en soirée", "mardi 9 mars 2027, soir"),
        ("9 mars toute la journée", "mardi 9 mars 2027"),
        ("9 mars 14 h", "mardi 9 mars 2027, 14 h"),
        ("9 mars, 9 h 30 - 12 h 30", "mardi 9 mars 2027, de 9 h 30 à 12 h 30"),
    ],
)
def test_parts_of_the_day_and_hours_are_kept(typed: str, said: str) -> None:
    assert reads(f"{typed} ; 16 mars")[0] == said
    assert reads(f"{said} ; 16 mars")[0] == said


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("Atelier de mars : 9 mars ; 16 mars", "Atelier de mars"),
        ("Atelier 14:30 : 9 mars ; 16 mars", "Atelier 14:30"),
        ("Atelier :\n9 mars\n16 mars", "Atelier"),
        ("Quand se voir ?\n9 mars\n16 mars", "Quand se voir ?"),
        ("9 mars ; 16 mars", ""),
        ("demain\n9 mars\n16 mars", ""),
        ("9 mars 9:30 ; 16 mars", ""),
    ],
)
def test_a_title_may_come_first(typed: str, title: str) -> None:
    assert parse(typed, CLOCK).title == title


def test_a_closing_and_members_only_may_be_said_among_them() -> None:
    said = parse("9 mars ; jusqu’à vendredi 12 h ; 16 mars ; membres seulement", CLOCK)
    assert len(said.slots) == 2
    assert said.closes_at == datetime(2026, 11, 27, 11, 0, tzinfo=UTC)
    assert said.members_only


@pytest.mark.parametrize(
    ("typed", "reason", "line"),
    [
        ("9 mars", "Il faut au moins deux dates.", "!dates jeudi 10 décembre 2026 ; mardi 9 mars 2027"),
        (
            "9 mars ; 09/03 ; 16 mars",
            "Cette date est là deux fois : mardi 9 mars 2027.",
            "!dates mardi 9 mars 2027 ; mardi 16 mars 2027",
        ),
        (
            "9 mars ; bientot peut-être ; 16 mars",
            "Je n’ai pas compris la date « bientot peut-être ».",
            "!dates mardi 9 mars 2027 ; mardi 16 mars 2027",
        ),
        (
            "aujourd’hui ; 9 mars ; 16 mars",
            "C’est trop tôt : lundi 23 novembre 2026. Laissez au moins un jour pour répondre.",
            "!dates mardi 9 mars 2027 ; mardi 16 mars 2027",
        ),
        (
            "lundi 9 mars ; 16 mars ; 17 mars",
            "Cette date est un mardi : écrivez « mardi 9 mars 2027 », ou changez la date.",
            "!dates mardi 16 mars 2027 ; mercredi 17 mars 2027",
        ),
        (
            "26 novembre ; 9 mars ; jusqu’à vendredi",
            "La clôture vient après la première des dates.",
            "!dates jeudi 26 novembre 2026 ; mardi 9 mars 2027",
        ),
        (
            "Atelier : 9 mars ; 16 mars ; discret",
            (
                "Un sondage de dates est visible, et chacun y répond à chaque date : il n’a pas d’autre "
                "réglage que sa clôture."
            ),
            "!dates Atelier : mardi 9 mars 2027 ; mardi 16 mars 2027",
        ),
    ],
)
def test_what_will_not_do_is_refused_with_the_same_line_put_right(typed: str, reason: str, line: str) -> None:
    assert refused(typed) == (reason, line)
    parse(line.removeprefix("!dates "), CLOCK)


def test_ten_dates_at_most() -> None:
    reason, line = refused(" ; ".join(f"{day} mars" for day in range(1, 13)))
    assert reason == "C’est trop : 12 dates, pour 10 au plus."
    assert len(reads(line.removeprefix("!dates "))) == 10


PIECES = st.one_of(
    st.sampled_from(
        [
            "9 mars",
            "mardi 9 mars matin",
            "16/03 14 h",
            "le 9 mars soir",
            "32 mars",
            "hier",
            "demain",
            "aujourd’hui",
            "Atelier : 9 mars",
        ]
    ),
    st.sampled_from(
        [
            "Atelier",
            "a : b",
            "jusqu’à vendredi",
            "clôture 1er juillet",
            "discret",
            "membres seulement",
            "max 2",
            "x" * 300,
            ":",
            "",
        ]
    ),
    st.text(max_size=20),
)


@given(st.lists(PIECES, min_size=1, max_size=14), st.sampled_from([" ; ", "\n", "|"]))
@example(["a : b : 9 mars", "x"], ";")
@example(["demain : x", "9 mars", "9 mars"], "\n")
@settings(max_examples=150)
def test_whatever_is_typed_is_taken_or_mended_into_what_is_taken(pieces: list[str], between: str) -> None:
    try:
        said = parse(between.join(pieces), CLOCK)
    except UserError:
        english = refused(between.join(pieces), "en")[1]
        line = refused(between.join(pieces))[1]
        assert (line.split(" ")[0], english.split(" ")[0]) == ("!dates", "!findate")
        said = parse(line.removeprefix("!dates "), CLOCK)
        assert parse(english.removeprefix("!findate "), CLOCK) == said
    assert isinstance(said, ParsedDates)
    assert 2 <= len(set(said.slots)) == len(said.slots) <= 10
    assert list(said.slots) == sorted(said.slots, key=begins)
    assert len(said.title) <= 200


async def test_holidays_are_flagged_and_may_be_left_out_by_a_word(quick: World) -> None:
    (listed,) = await quick.says("morgan", REFERENCE, room="team")
    assert listed == (
        "Dates proposées\n"
        "1. Mardi 23 février 2027 – déconseillé : vacances d’hiver (zone B)\n"
        "2. Mardi 9 mars 2027 – possible\n"
        "3. Mardi 16 mars 2027 – possible\n"
        "Publier le sondage de dates sans la première ? Répondez oui, ou « toutes »."
    )
    assert set((await quick.last("team")).reactions) == {"✅"}, "no sign without its word"
    (preview,) = await quick.says("morgan", "oui", room="team")
    assert preview.startswith(
        "Aperçu du sondage de dates n° 1\n"
        "« Quelles dates vous conviennent ? » – 2 dates – clôture : jeudi 26 novembre à 12 h\n"
        "1. Mardi 9 mars 2027 – possible\n"
        "2. Mardi 16 mars 2027 – possible\n"
        "Le salon peut voir qui vote quoi, sauf pour un vote écrit en message privé.\n"
        f"Publier maintenant dans {PLACE} ? Répondez oui, non, ou indiquez une heure.\n"
    )
    await quick.says("morgan", "oui", room="team")
    card, *boxes = await quick.reads()
    assert card.startswith("Sondage – Quelles dates vous conviennent ?\n")
    assert "1. Mardi 9 mars 2027\n2. Mardi 16 mars 2027\n" in card
    assert "23 février" not in card
    assert len(boxes) == 2


async def test_what_was_asked_is_answered_date_by_date(quick: World) -> None:
    await quick.says("morgan", "!dates 9 mars ; 16 mars matin", room="team")
    await quick.says("morgan", "oui", room="team")
    (said,) = [
        text
        for text in await quick.says("camille", "!vote 1 oui, 2 si besoin")
        if text.startswith("Vote noté")
    ]
    assert "9 mars 2027 : oui" in said.lower()
    assert "16 mars 2027, matin : si besoin" in said.lower()


async def test_all_of_them_may_be_put_too(quick: World) -> None:
    await quick.says("morgan", REFERENCE, room="team")
    (preview,) = await quick.says("morgan", "toutes", room="team")
    assert "\n« Quelles dates vous conviennent ? » – 3 dates – " in preview


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("25 décembre ; 9 mars ; 10 mars", "1. Vendredi 25 décembre 2026 – déconseillé : jour férié (Noël)"),
        ("6 mars ; 9 mars ; 10 mars", "1. Samedi 6 mars 2027 – hors des jours ouvrés"),
        ("9 mars ; 10 mars matin ; 11 mars", "2. Mercredi 10 mars 2027, matin – possible"),
    ],
)
async def test_each_date_says_whether_it_is_a_good_one(quick: World, typed: str, line: str) -> None:
    (said,) = await quick.says("morgan", f"!dates {typed}", room="team")
    assert f"\n{line}\n" in said


async def test_several_that_are_advised_against_are_left_out_together(quick: World) -> None:
    (said,) = await quick.says("morgan", "!dates 23 février ; 25 décembre ; 9 mars ; 16 mars", room="team")
    assert said.endswith(
        "\nPublier le sondage de dates sans les dates déconseillées ? Répondez oui, ou « toutes »."
    )
    (preview,) = await quick.says("morgan", "oui", room="team")
    assert "– 2 dates –" in preview


async def test_when_too_few_good_ones_would_be_left_all_are_shown_with_their_flags(quick: World) -> None:
    (preview,) = await quick.says("morgan", "!dates 23 février ; 9 mars", room="team")
    assert preview.startswith("Aperçu du sondage de dates n° 1\n")
    assert (
        "\n1. Mardi 23 février 2027 – déconseillé : vacances d’hiver (zone B)\n"
        "2. Mardi 9 mars 2027 – possible\n"
    ) in preview


async def test_answers_are_due_before_the_first_date(quick: World) -> None:
    (preview,) = await quick.says("morgan", "!dates mercredi ; jeudi", room="team")
    assert "clôture : mardi 24 novembre à 18 h\n" in preview


async def test_the_team_keeps_a_date_and_it_is_said_back(quick: World) -> None:
    await quick.says("morgan", "!dates 9 mars ; 16 mars matin", room="team")
    assert (await quick.says("morgan", "!dates retenir 1 2", room="team"))[0].startswith(
        "Je ne trouve pas de sondage de dates n° 1."
    )
    await quick.says("morgan", "oui", room="team", reply_to=(await quick.lines("team"))[0].id)
    (said,) = await quick.says("morgan", "!dates retenir 1 3", room="team")
    assert said == "Ce sondage va de la date 1 à la date 2. Par exemple : `!dates retenir 1 1`"
    (said,) = await quick.says("morgan", "!dates retenir 1 2", room="team")
    assert said == (
        "C’est noté : la date retenue est le mardi 16 mars 2027, matin (sondage n° 1).\n"
        "Le sondage reste ouvert jusqu’au jeudi 26 novembre à 12 h.\n"
        "Pour en faire une rencontre : `!rencontre nouvelle`"
    )
    async with quick.db.read() as db:
        row = await polls.poll(db, 1)
        assert row is not None
        assert row.kept_day == 1


async def test_members_may_have_dates_passed_on_to_the_team(quick: World) -> None:
    (said,) = await quick.says("camille", REFERENCE)
    assert said.startswith("Seule l’équipe d’animation peut faire cela.")

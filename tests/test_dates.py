"""The dates people type: each expression means one thing, is echoed in full, or is refused with a way out."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.time import Day, Hour, Hours, Instant, Moment, parse_moment, parse_prefix

PARIS = ZoneInfo("Europe/Paris")
MONDAY = datetime(2026, 11, 23, 9, 14, tzinfo=PARIS)


def echo(text: str, now: datetime = MONDAY, language: str = "fr") -> str | None:
    moment = parse_moment(text, now, PARIS)
    return None if moment is None else moment.localized(language)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("aujourd’hui", "lundi 23 novembre"),
        ("demain", "mardi 24 novembre"),
        ("après-demain", "mercredi 25 novembre"),
        ("15/12", "mardi 15 décembre"),
        ("15/12/2026", "mardi 15 décembre"),
        ("15-12-26", "mardi 15 décembre"),
        ("15 décembre", "mardi 15 décembre"),
        ("mardi 15", "mardi 15 décembre"),
        ("le 15", "mardi 15 décembre"),
        ("jusqu’au 15", "mardi 15 décembre"),
        ("1er mars", "lundi 1er mars 2027"),
        ("premier mars 2027", "lundi 1er mars 2027"),
        ("2026-12-10", "jeudi 10 décembre"),
        ("premier mardi de mars", "mardi 2 mars 2027"),
        ("2e mardi de mars 2027", "mardi 9 mars 2027"),
        ("dernier jeudi d’avril", "jeudi 29 avril 2027"),
        ("premier mardi du mois", "mardi 1er décembre"),
        ("dernier lundi du mois prochain", "lundi 28 décembre"),
        ("dans 3 jours", "jeudi 26 novembre"),
        ("dans deux semaines", "lundi 7 décembre"),
        ("dans un mois", "mercredi 23 décembre"),
        ("jeu.", "jeudi 26 novembre"),
        ("ven. 4 déc.", "vendredi 4 décembre"),
    ],
)
def test_a_day_is_read_as_people_type_it(typed: str, meant: str) -> None:
    assert echo(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ven 12:01", "vendredi 27 novembre à 12 h 01"),
        ("vendredi 12 h", "vendredi 27 novembre à 12 h"),
        ("mardi à 14h30", "mardi 24 novembre à 14 h 30"),
        ("demain, 14 heures", "mardi 24 novembre à 14 h"),
        ("à 14 h mardi", "mardi 24 novembre à 14 h"),
        ("mardi midi", "mardi 24 novembre à 12 h"),
        ("mardi midi et demi", "mardi 24 novembre à 12 h 30"),
        ("2026-12-10T14:00", "jeudi 10 décembre à 14 h"),
        ("mardi 3 h de l’après-midi", "mardi 24 novembre à 15 h"),
        ("demain soir à 19 h", "mardi 24 novembre à 19 h"),
        ("14 h 15 décembre", "mardi 15 décembre à 14 h"),
        ("14h 15/12", "mardi 15 décembre à 14 h"),
        ("dans 2 h", "lundi 23 novembre à 11 h 14"),
        ("dans 2h30", "lundi 23 novembre à 11 h 44"),
        ("dans une demi-heure", "lundi 23 novembre à 9 h 44"),
        ("mardi 16 mars, 9 h 30 – 12 h 30", "mardi 16 mars 2027, de 9 h 30 à 12 h 30"),
        ("16/03 9 h 30-12 h 30", "mardi 16 mars 2027, de 9 h 30 à 12 h 30"),
        ("mardi de 9 à 12 h", "mardi 24 novembre, de 9 h à 12 h"),
        ("mardi 9-12h", "mardi 24 novembre, de 9 h à 12 h"),
        ("mardi entre 9 h et midi", "mardi 24 novembre, de 9 h à 12 h"),
        ("mardi matin", "mardi 24 novembre, de 9 h à 12 h"),
        ("cet après-midi", "lundi 23 novembre, de 14 h à 17 h"),
    ],
)
def test_hours_and_half_days_follow_the_day(typed: str, meant: str) -> None:
    assert echo(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("today 5 pm", "lundi 23 novembre à 17 h"),
        ("tomorrow morning", "mardi 24 novembre, de 9 h à 12 h"),
        ("next Tuesday", "mardi 24 novembre"),
        ("on Friday at 9:30am", "vendredi 27 novembre à 9 h 30"),
        ("Tuesday, December 15", "mardi 15 décembre"),
        ("15th of December 2026 12 am", "mardi 15 décembre à 0 h"),
        ("first Tuesday of March", "mardi 2 mars 2027"),
        ("in 8 days", "mardi 1er décembre"),
    ],
)
def test_english_is_read_too(typed: str, meant: str) -> None:
    assert echo(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "Mardi 15 décembre 14 h",
        "MARDI 15 DECEMBRE 14H",
        "mardi 15 de\u0301cembre 14\u202fh",
        " le mardi\u00a015  décembre – 14 h. ",
        "\u200bmardi 15 décembre\u200b 14\u200bh",
    ],
)
def test_case_accents_spaces_and_dashes_do_not_matter(typed: str) -> None:
    assert echo(typed) == "mardi 15 décembre à 14 h"


@pytest.mark.parametrize("before", ["jusqu’à", "jusqu'à", "à", "le", "until"])
def test_a_small_word_may_come_before(before: str) -> None:
    assert echo(f"{before} vendredi 12 h") == "vendredi 27 novembre à 12 h"


def test_a_weekday_is_the_first_one_after_today() -> None:
    tuesday = MONDAY + timedelta(days=1)
    assert echo("mardi", MONDAY) == echo("mardi prochain", MONDAY) == "mardi 24 novembre"
    assert echo("mardi", tuesday) == echo("mardi prochain", tuesday) == "mardi 1er décembre"
    assert echo("ce mardi", tuesday) == "mardi 24 novembre"


def test_en_huit_is_one_week_later_and_en_quinze_two() -> None:
    assert echo("mardi en huit") == "mardi 1er décembre"
    assert echo("mardi en quinze") == "mardi 8 décembre"
    assert echo("lundi en huit") == "lundi 7 décembre"
    assert echo("demain en huit") == "mardi 1er décembre"
    sunday = datetime(2026, 11, 29, 12, tzinfo=PARIS)
    assert echo("mardi de la semaine prochaine", sunday) == "mardi 1er décembre"


def test_a_date_without_a_year_is_the_next_one_today_included() -> None:
    assert echo("23 novembre") == echo("lundi 23") == "lundi 23 novembre"
    assert echo("22 novembre") == "lundi 22 novembre 2027"
    assert echo("29 février") == "mardi 29 février 2028"


def test_a_day_without_an_hour_keeps_none() -> None:
    moment = parse_moment("15 décembre", MONDAY, PARIS)
    assert moment == Moment(date(2026, 12, 15), None, None, PARIS)
    assert moment.ends() is None
    assert moment.instant(time(9)) == datetime(2026, 12, 15, 8, tzinfo=UTC)


def test_an_hour_alone_is_the_next_such_hour() -> None:
    assert echo("14h") == "lundi 23 novembre à 14 h"
    assert echo("9h14") == "mardi 24 novembre à 9 h 14"
    assert echo("9h-12h") == "mardi 24 novembre, de 9 h à 12 h"
    assert echo("midi") == "lundi 23 novembre à 12 h"


def test_a_range_has_two_instants() -> None:
    moment = parse_moment("16/03/2027 9h30-12h30", MONDAY, PARIS)
    assert moment is not None
    assert moment.instant(time(0)) == datetime(2027, 3, 16, 8, 30, tzinfo=UTC)
    assert moment.ends() == datetime(2027, 3, 16, 11, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "typed",
    ["", " ", "oui", "la salle change", "mardi ou jeudi", "mardi prochain peut-être", "jeu de piste",
    "mer et littoral", "mon idée",
     "le 3 rue des Lilas", "marsouin",
     "midi-pyrénées", "dix heures", "mardi 10 h moins le quart", "14h12:30", "mardi 9 h et 10 h",
     "mardi" + 5_000 * " " + "la salle", "du 9 au 12 mars", "9 mars au 12 mars"],
)  # fmt: skip
def test_what_is_no_single_date_is_left_alone(typed: str) -> None:
    assert parse_moment(typed, MONDAY, PARIS) is None


@pytest.mark.parametrize(
    ("typed", "meant", "rest"),
    [
        (
            "mardi 9 h La salle change : au 3e étage.",
            "mardi 24 novembre à 9 h",
            "La salle change : au 3e étage.",
        ),
        ("Demain : réunion à 14 h", "mardi 24 novembre", "réunion à 14 h"),
        ("15/12 – La Filature", "mardi 15 décembre", "La Filature"),
        ("mardi 9 h\n- accueil\n- visite", "mardi 24 novembre à 9 h", "- accueil\n- visite"),
        ("mardi\n9 h 30 accueil", "mardi 24 novembre", "9 h 30 accueil"),
        ("14 h 3 salles", "lundi 23 novembre à 14 h", "3 salles"),
        ("vendredi 12 h", "vendredi 27 novembre à 12 h", ""),
        ("mardi\u00a09\u202fh\u00a0: l’été", "mardi 24 novembre à 9 h", "l’été"),
    ],
)
def test_the_date_at_the_start_leaves_the_rest_as_it_was_typed(typed: str, meant: str, rest: str) -> None:
    found = parse_prefix(typed, MONDAY, PARIS)
    assert found is not None
    assert (found[0].localized("fr"), found[1]) == (meant, rest)


@pytest.mark.parametrize(
    "typed",
    [
        "La salle change mardi",
        "Ce soir, la salle est fermée",
        "Mardi soir, la salle est fermée",
        "Mardi et jeudi, réunion",
        "Fin mars",
        "Jeu de piste",
        "Mon idée",
        "Sam dit 14 h",
    ],
)
def test_a_text_that_begins_otherwise_or_vaguely_has_no_date(typed: str) -> None:
    assert parse_prefix(typed, MONDAY, PARIS) is None


def test_of_two_hours_in_autumn_it_is_the_first() -> None:
    summer, winter = (datetime(2026, 10, 25, 2, 45, tzinfo=PARIS, fold=fold) for fold in (0, 1))
    moment = parse_moment("2h50", summer, PARIS)
    assert moment is not None
    assert moment.instant(time(0)) == datetime(2026, 10, 25, 0, 50, tzinfo=UTC)
    assert echo("2h50", winter) == "lundi 26 octobre à 2 h 50"


def test_a_moment_is_said_in_english_with_a_clock_of_24_hours() -> None:
    assert echo("16/03 9h30-12h30", language="en") == "Tuesday 16 March 2027, 9:30 to 12:30"
    assert echo("mardi 14h", language="en") == "Tuesday 24 November at 14:00"


def test_days_hours_and_instants_read_as_people_write_them() -> None:
    first = Day(date(2027, 3, 1), date(2026, 11, 23))
    assert (first.localized("fr"), first.localized("en")) == ("lundi 1er mars 2027", "Monday 1 March 2027")
    assert Day(date(2027, 3, 1), date(2027, 1, 1)).localized("fr") == "lundi 1er mars"
    assert [Hour(time(*at)).localized("fr") for at in ((0,), (9, 5), (14, 30))] == [
        "0 h",
        "9 h 05",
        "14 h 30",
    ]
    assert Hours(time(9), time(12, 30)).localized("fr") == "de 9 h à 12 h 30"
    new_year = datetime(2027, 1, 4, 8, tzinfo=UTC)
    assert Instant(new_year, MONDAY, PARIS).localized("fr") == "lundi 4 janvier 2027 à 9 h"
    assert Instant(new_year, MONDAY, PARIS).localized("en") == "Monday 4 January 2027 at 9:00"
    # The year is that of people's clocks, not of Greenwich.
    eve = datetime(2026, 12, 31, 23, 15, tzinfo=UTC)
    assert Instant(eve + timedelta(minutes=15), eve, PARIS).localized("fr") == "vendredi 1er janvier à 0 h 30"

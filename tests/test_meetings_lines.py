"""A meeting in one message: keys in French or English, in any order;
all that is wrong is said at once, with a line that will do.
"""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.text import UserError
from commands.meetings import fields, parse_lines
from commands.meetings.form import Clock, Draft
from commands.meetings.wizard import STEPS
from storage.meetings import meetings
from storage.text import key
from tests.support.world import MONDAY
from tests.test_polls_wording import HOURS

CLOCK = Clock(MONDAY, HOURS)
WHEN = "date : mardi 16 mars 2027, 9 h 30 – 12 h 30"
START, END = datetime(2027, 3, 16, 8, 30, tzinfo=UTC), datetime(2027, 3, 16, 11, 30, tzinfo=UTC)
KNOWN = Draft(starts_at=START, ends_at=END)


def reads(text: str, base: Draft = KNOWN) -> Draft:
    return parse_lines.parse(text, base, CLOCK, "!rencontre nouvelle")


def refused(text: str, base: Draft = KNOWN) -> tuple[list[str], str]:
    with pytest.raises(UserError) as error:
        reads(text, base)
    said = error.value.say.text().replace("\u00a0", " ").replace("\u202f", " ").splitlines()
    return [each.removeprefix("- ") for each in said[1:-1]], said[-1].removeprefix(
        "Par exemple `"
    ).removesuffix("`")


def test_a_whole_meeting_is_one_message() -> None:
    found = reads(
        "titre : Participation : passer au pouvoir d’agir\n"
        "lieu : La Filature, 3 quai du Canal, 59000 Wambrecourt\n"
        "DATE = 16/03 9h30-12h30\nFormat : thématique\nAccès : tram B ; plain-pied\n"
        "visio : https://visio.example.org/t1\n"
        "Programme :\n- 9 h 45 : actualités\n- 10 h 15 : ateliers\nvisite : le canal\n"
        "moment convivial : café\nnombre de places : 40 places\n"
        "réponse avant : 9 mars\ninterlocuteur : Gwen\nouverte à : bailleurs sociaux",
        Draft(),
    )
    assert found == Draft(
        title="Participation : passer au pouvoir d’agir",
        kind=meetings.THEMATIC,
        starts_at=START,
        ends_at=END,
        place="La Filature, 3 quai du Canal, 59000 Wambrecourt",
        town="Wambrecourt",
        access="tram B ; plain-pied",
        video="https://visio.example.org/t1",
        programme=("9 h 45 : actualités", "10 h 15 : ateliers"),
        visit="le canal",
        social="café",
        capacity=40,
        answer_by=datetime(2027, 3, 9, 17, 0, tzinfo=UTC),
        contact="Gwen",
        actors="bailleurs sociaux",
    )


@pytest.mark.parametrize(
    "typed",
    [
        "date : 16 mars 2027 | horaires : 9h30-12h30",
        "horaires : 9h30-12h30\ndate : 16/03",
        "when = 16/03, 9:30-12:30",
        "Quand : mardi 16 mars, de 9 h 30 à 12 h 30",
    ],
)
def test_a_date_and_its_hours_may_come_together_or_not(typed: str) -> None:
    found = reads(typed, Draft())
    assert (found.starts_at, found.ends_at) == (START, END)


@pytest.mark.parametrize(
    ("typed", "town"),
    [
        ("La Filature, à Wambrecourt", "Wambrecourt"),
        ("La Filature, Wambrecourt", "Wambrecourt"),
        ("Mairie de Wambrecourt, place Jean Jaurès", "Wambrecourt"),
        ("3 place Jean Jaurès, 59000 Lille Cedex 9", "Lille"),
        ("Hôtel de ville du Havre, salle 2", "Le Havre"),
        ("passer de la réunion au pouvoir d’agir", ""),
        ("La Filature", ""),
    ],
)
def test_the_town_is_the_end_of_the_place(typed: str, town: str) -> None:
    assert reads(f"lieu : {typed}").town == town


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        (
            "places : trente",
            "places : « trente » n’est pas un nombre de places : de 1 à 5000, ou « sans limite ».",
        ),
        ("places : 0", "places : « 0 » n’est pas un nombre de places : de 1 à 5000, ou « sans limite »."),
        (
            "visio : oui",
            (
                "visio : « oui » n’est pas un lien de visioconférence : collez l’adresse entière, ou "
                "écrivez « non »."
            ),
        ),
        (
            "visio : javascript:alert(1)",
            (
                "visio : « javascript:alert(1) » n’est pas un lien de visioconférence : collez l’adresse "
                "entière, ou écrivez « non »."
            ),
        ),
        (
            "format : festif",
            "format : Je n’ai pas compris « festif ». Répondez « généraliste », ou le thème : "
            "« thématique : festif ».",
        ),
        ("réponse avant : 17 mars", "réponse avant : La date limite de réponse vient après la rencontre."),
        (
            "date : mars peut-être",
            (
                "date : Je n’ai pas compris la date « mars peut-être ». Écrivez par exemple « vendredi 22 "
                "janvier 2027, de 9 h 30 à 12 h 30 »."
            ),
        ),
        (
            "date : 17 mars 9h30",
            "date : Il manque l’heure de fin, par exemple « mercredi 17 mars 2027, 9 h 30 – 12 h 30 ».",
        ),
        ("lieux communs : ici", "je n’ai pas compris « lieux communs : ici »."),
        ("horraire : 10h-12h", "je ne connais pas « horraire » : vouliez-vous dire « horaire » ?"),
        ("lieu : ici\nlieu : là", "« lieu » est là deux fois."),
    ],
)
def test_what_will_not_do_says_why_and_what_will(typed: str, reason: str) -> None:
    reasons, line = refused(f"{typed}\ntitre : Bilan")
    assert reason in reasons
    assert reads(line.removeprefix("!rencontre nouvelle ")).title == "Bilan"


def test_all_that_is_wrong_is_said_at_once() -> None:
    reasons, line = refused("titre : Bilan | places : trente | visio : oui | salle : bleue", Draft())
    assert len(reasons) == 4
    assert reasons[0] == "il manque la date et l’horaire."
    assert line.startswith(
        "!rencontre nouvelle date : vendredi 22 janvier 2027, de 9 h 30 à 12 h 30 | titre : Bilan | visio "
        ": non | places : 30"
    )


def test_a_date_without_hours_asks_for_them() -> None:
    assert refused("date : 16 mars", Draft())[0] == [
        "date : Il manque l’horaire, par exemple « mardi 16 mars 2027, 9 h 30 – 12 h 30 »."
    ]


def test_hours_without_a_day_ask_for_it() -> None:
    assert refused("horaires : 9h30-12h30", Draft())[0] == [
        "date : Il manque le jour. Écrivez par exemple « vendredi 22 janvier 2027, de 9 h 30 à 12 h 30 »."
    ]


def test_another_day_keeps_the_hours_and_the_time_to_answer() -> None:
    known = Draft(starts_at=START, ends_at=END, answer_by=datetime(2027, 3, 9, 17, 0, tzinfo=UTC))
    found = reads("date : 30 mars", known)  # past the change to summer time
    assert found.starts_at == datetime(2027, 3, 30, 7, 30, tzinfo=UTC)
    assert found.answer_by == datetime(2027, 3, 23, 17, 0, tzinfo=UTC)


def test_what_is_taken_away_is_gone() -> None:
    found = reads(
        "visite : aucune | ouverte à : non | places : sans limite | réponse avant : aucune",
        Draft(starts_at=START, ends_at=END, visit="x", actors="y", capacity=3),
    )
    assert (found.visit, found.actors, found.capacity, found.answer_by) == ("", "", None, None)


@pytest.mark.parametrize("field", fields.FIELDS, ids=lambda field: field.name)
def test_what_is_understood_reads_back_as_the_same(field: fields.Field) -> None:
    whole = reads(
        "format : thématique | titre : Bilan | lieu : Ici, Nord | accès : tram | visio : "
        "https://a.example.org | programme : a ; b | visite : c"
    )
    whole = reads(
        "convivial : d | places : 9 | réponse avant : 9 mars | contact : Gwen | ouverte à : e", whole
    )
    assert reads(f"{field.keys[0]} : {field.as_typed(whole, CLOCK)}", whole) == whole


def test_no_key_is_two_fields() -> None:
    names = [word for each in fields.FIELDS for word in each.keys] + list(fields.HOURS)
    assert len({key(word) for word in names}) == len(names)


ROUGH = st.sampled_from(
    [
        "",
        "30",
        "non",
        "16 mars",
        "16/03 9h-12h",
        "oui",
        "x" * 400,
        "a ; b ; c",
        "https://a.example.org",
        "thématique : x",
        "hier",
        "`|«",
        "a\u202eb",
        "12:30",
    ]
)
KEYS = st.sampled_from(
    [word for each in fields.FIELDS for word in each.keys] + [*fields.HOURS, "salle", "liue", "", "9 h 45"]
)


@given(
    st.lists(
        st.tuples(KEYS, st.sampled_from([":", "=", " : ", ""]), st.one_of(ROUGH, st.text(max_size=40))),
        min_size=1,
        max_size=6,
    )
)
@settings(max_examples=150)
def test_the_line_that_is_proposed_is_always_accepted(typed: list[tuple[str, str, str]]) -> None:
    text = "\n".join("".join(each) for each in typed)
    try:
        found = parse_lines.parse(text, Draft(), CLOCK, "!rencontre nouvelle")
    except UserError:
        found = reads(parse_lines.corrected(parse_lines.split(text), Draft(), CLOCK), Draft())
    assert found.starts_at is not None
    assert Draft.read(found.data()) == found


@pytest.mark.parametrize(
    ("typed", "capacity", "video"),
    [
        ("40", 40, ""),
        ("40 places", 40, ""),
        ("40, visio : https://a.example.org", 40, "https://a.example.org"),
        ("https://a.example.org et 40 places", 40, "https://a.example.org"),
        ("https://a.example.org", None, "https://a.example.org"),
        ("sans limite", None, ""),
    ],
)
def test_seats_and_a_video_link_are_one_answer(typed: str, capacity: int | None, video: str) -> None:
    found = STEPS["seats"].parse(typed, KNOWN, CLOCK)
    assert (found.capacity, found.video) == (capacity, video)


@pytest.mark.parametrize(
    "typed",
    [
        "La Filature, Nord\nTram B",
        "La Filature, Nord ; accès : Tram B",
        "La Filature, Nord. Accès : Tram B",
        "La Filature, Nord\naccès Tram B",
    ],
)
def test_how_to_come_may_be_said_with_the_place(typed: str) -> None:
    found = STEPS["place"].parse(typed, KNOWN, CLOCK)
    assert (found.place, found.town, found.access) == ("La Filature, Nord", "Nord", "Tram B")


def test_a_programme_is_one_message_with_what_has_a_name_of_its_own() -> None:
    found = STEPS["programme"].parse("9 h accueil\n10 h ateliers\nvisite : le canal", KNOWN, CLOCK)
    assert (found.title, found.programme, found.visit) == ("", ("9 h accueil", "10 h ateliers"), "le canal")


@pytest.mark.parametrize(
    ("step", "typed", "why"),
    [
        ("place", "Bilan et perspectives", "il manque peut-être l’adresse ou la commune"),
        ("place", "Bilan, actualités et perspectives", "il manque peut-être l’adresse ou la commune"),
        ("place", "3 quai du Canal", "il manque peut-être la commune"),
        ("place", "mardi 16 mars", "c’est une date"),
        ("place", "https://visio.example.org/t1", "c’est un lien"),
        ("place", "oui", "ce mot seul ne suffit pas"),
        ("title", "40", "c’est un nombre"),
        ("title", "La Filature, 3 quai du Canal, Wambrecourt", "c’est une adresse"),
        ("title", "Mairie de Wambrecourt, place Jean Jaurès", "c’est une adresse"),
        ("title", "rue des Tilleuls", "c’est une adresse"),
        ("place", "Wambrecourt", "il manque peut-être l’adresse ou la commune"),
        ("access", "10 h 15 ateliers", "cela commence par une heure, comme un programme"),
        ("programme", "40 places", "c’est un nombre"),
    ],
)
def test_what_looks_like_another_answer_is_doubted(step: str, typed: str, why: str) -> None:
    asked = STEPS[step]
    doubt = asked.doubt(typed, asked.parse(typed, KNOWN, CLOCK), CLOCK)
    assert doubt is not None
    assert doubt.text().replace("\u00a0", " ") == why


@pytest.mark.parametrize(
    ("step", "typed"),
    [
        ("place", "La Filature, 3 quai du Canal, Wambrecourt"),
        ("place", "Mairie de Wambrecourt, place Jean Jaurès"),
        ("place", "la filature, wambrecourt"),
        ("place", "à préciser"),
        ("title", "Participation des habitants : passer de la réunion au pouvoir d’agir"),
        ("title", "Contrats de ville 2024-2030 : la clause de revoyure"),
        ("programme", "9 h 45 accueil ; 10 h 15 ateliers"),
        ("access", "gare à 8 minutes à pied, parking gratuit"),
    ],
)
def test_what_answers_the_question_is_not_doubted(step: str, typed: str) -> None:
    asked = STEPS[step]
    assert asked.doubt(typed, asked.parse(typed, KNOWN, CLOCK), CLOCK) is None


@pytest.mark.parametrize(
    ("typed", "day", "contact"),
    [
        ("9 mars", 9, "Gwen"),
        ("9 mars, Camille", 9, "Camille"),
        ("Camille", 9, "Camille"),
        ("le 5 mars auprès de Lou", 5, "Lou"),
    ],
)
def test_a_date_and_a_name_end_it(typed: str, day: int, contact: str) -> None:
    found = STEPS["deadline"].parse(typed, Draft(starts_at=START, ends_at=END, contact="Gwen"), CLOCK)
    assert found.answer_by is not None
    assert (found.answer_by.day, found.contact) == (day, contact)

"""What a story's own words tell: its kind, one sentence, the day of an event."""

from datetime import UTC, datetime

import pytest

from schedules.news.entries import Entry
from schedules.news.extract import event_day, is_event, one_sentence, sentences, split_kind
from storage.tables import Story
from tests.support.world import PARIS

AT = datetime(2026, 11, 16, 9, tzinfo=UTC)


def story(title: str, summary: str = "", *tags: str) -> Story:
    return Story(
        link="",
        clean_link="",
        title=title,
        folded_title="",
        summary=summary,
        tags=list(tags),
        feed_id=1,
        published=AT,
        seen_at=AT,
    )


@pytest.mark.parametrize(
    ("title", "tag", "found"),
    [
        ("Retour d’expérience : un budget", "Retour d'expérience", ("Un budget", "retour d’expérience")),
        ("Webinaire\u00a0: santé", "Santé", ("Santé", "webinaire")),
        ("Emploi : « l’aller vers » gagne", "Emploi et insertion", ("Emploi : « l’aller vers » gagne", "")),
        ("Santé : le point", "Santé", ("Santé : le point", "")),  # a theme is no kind
        ("Outil :", "Outil", ("Outil :", "")),
        ("Contrats de ville : la clause", "Actualités", ("Contrats de ville : la clause", "")),
    ],
)
def test_the_word_of_its_kind_leaves_the_title(title: str, tag: str, found: tuple[str, str]) -> None:
    about = split_kind(story(title, "", tag))
    assert (about.title, about.kind) == found


def test_an_event_is_known_by_its_tags_or_its_kind() -> None:
    assert is_event(story("Rentrée", "", "Agenda"))
    assert is_event(story("Webinaire : santé"))
    assert is_event(story("Rentrée", "", "ÉVÉNEMENTS"))
    assert not is_event(story("Un agenda chargé", "", "Santé"))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Un. Deux ! Trois ? Quatre…", ["Un.", "Deux !", "Trois ?", "Quatre…"]),
        (
            "M. Durand et Mme. Dupont (J. Martin) sont venus. Puis partis.",
            ["M. Durand et Mme. Dupont (J. Martin) sont venus.", "Puis partis."],
        ),
        ("Voir l’art. 12. Il change.", ["Voir l’art. 12.", "Il change."]),
        ("La version 2.5 de l’outil, etc. sans fin", ["La version 2.5 de l’outil, etc. sans fin"]),
        ("Il a dit « Non. » Et il est parti.", ["Il a dit « Non. »", "Et il est parti."]),
        ("", []),
    ],
)
def test_sentences_end_where_people_end_them(text: str, parts: list[str]) -> None:
    assert list(sentences(text)) == parts


def test_one_sentence_sums_up_and_it_is_not_the_title_again() -> None:
    assert one_sentence(story("Le titre", "Le titre. La suite est ici. Et encore.")) == "La suite est ici."
    assert one_sentence(story("Le titre", "le titre")) == ""


def test_a_very_long_sentence_is_cut_at_a_word() -> None:
    said = one_sentence(story("Titre", "mot " * 200))
    assert said.endswith("mot …")
    assert len(said) <= 222


@pytest.mark.parametrize(
    ("title", "summary", "words"),
    [
        (
            "Webinaire : santé",
            "Jeudi 3 décembre de 13 h à 14 h. Format court.",
            "jeudi 3 décembre, de 13 h à 14 h",
        ),
        ("Rencontre le 10 décembre à Marquemont", "Inscription avant le 3 décembre.", "jeudi 10 décembre"),
        ("Rencontre", "Le 10 décembre. Inscription jusqu’au 3 décembre.", "jeudi 10 décembre"),
        ("Cœur de ville : le 12 décembre", "", "samedi 12 décembre"),
        ("Cycle", "Les 19 janvier, 2 février et 9 mars.", None),
        ("Cycle", "Du 5 au 12 décembre.", None),
        ("Cycle", "Du 5 décembre au 12 décembre.", None),
        ("Rencontre", "Mardi 3 décembre à 13 h.", None),  # it is a Thursday: somebody is wrong
        ("Retour sur la rencontre du 12 novembre", "", None),  # four days ago, not in a year
        ("Rencontre", "À 14 h, salle 3.", None),
        ("Rencontre", "Le 32 décembre.", None),
    ],
)
def test_the_day_of_an_event_is_told_only_when_it_is_sure(
    title: str, summary: str, words: str | None
) -> None:
    found = event_day(story(title, summary, "Agenda"), PARIS)
    assert (found.localized("fr") if found else None) == words


def test_the_sentence_that_only_tells_the_known_day_is_not_said_again() -> None:
    each = story("Webinaire : santé", "Jeudi 3 décembre de 13 h à 14 h. Format court.")
    assert one_sentence(each, event_day(each, PARIS)) == "Format court."


def test_a_story_without_a_page_offers_no_article() -> None:
    known = story("Une annonce", "Elle est ici.")
    assert (
        Entry(known, ("Journal",), AT.date(), PARIS)
        .detail(1)
        .text("fr")
        .splitlines()[-1]
        .endswith("Journal, 16\u00a0novembre 2026")
    )
    known.link = "https://example.org/1"
    assert "lire l’article" in Entry(known, ("Journal",), AT.date(), PARIS).detail(1).text("fr")

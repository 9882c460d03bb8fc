"""Words of the library: however they are typed, accented and ended, they are the same word;
what every sentence has is no word.
"""

from typing import Any

import pytest

from storage.resources import words
from storage.resources.index import ABOUT, MOST_TERMS, THEME, TITLE, WHY, terms
from storage.tables import Resource
from tests.support.world import MONDAY


@pytest.mark.parametrize(
    "spellings",
    [
        "évaluation Évaluations evaluation evaluer ÉVALUER évalué évaluée évaluées",
        "donnée données donnees DONNEES",
        "emploi emplois",
        "vidéo vidéos video",
        "journal journaux",
        "cartographie cartographier",
        "financement financier financer",
        "lieu lieux",
        "participation participatif participatives",
        "discrimination discriminations",
        "relogement relogements reloger",
        "QPV qpv Q.P.V. q.p.v",
        "GUSP gusp",
        "enquête enquêtes enquetes",
        "œuvre oeuvres",
        # the singular, the plural and the feminine
        *("élu élus élue élues elu elus", "revenu revenus", "exclu exclus exclue exclues"),
        *("individu individus", "contenu contenus", "vécu vécus vécues"),
        "financier financière financiers financieres",
        *("conseiller conseillère conseillers conseillere", "premier première premiers premieres"),
        *("étranger étrangère étrangers", "usager usagère usagers", "infirmier infirmières"),
        *("acteur actrice acteurs actrices", "directeur directrices"),
        *("médiateur médiatrice mediateurs", "auteur auteure autrice autrices"),
        *("chercheur chercheuse chercheuses chercheure", "ambassadeur ambassadrices"),
        *("nombreux nombreuse nombreuses", "dangereux dangereuse", "actif active actifs actives"),
        *("sportif sportives", "neuf neuve", "vif vives"),
        *("public publique publics publiques", "nouveau nouvelle nouveaux nouvelles", "blanc blanche"),
        *("français française francais", "précis précises"),
        *("divers diverse", "gros grosses", "bas basse", "doux douces", "faux fausses"),
        *("compris comprises", "inclus incluses", "petit petites"),
        *("local locale locaux locales", "travail travaux", "bail baux", "matériau matériaux"),
        *("enjeu enjeux", "cheffe chefs", "citoyen citoyennes"),
        *("habitant habitantes", "salarié salariées", "étudiant étudiante", "culturel culturelles"),
        *("majeur majeures", "supérieur supérieure"),
    ],
)
def test_the_spellings_of_one_word_are_one_word(spellings: str) -> None:
    assert len(set(words.stems(spellings))) == 1


OTHERS = [
    *("acte acteur", "mot moteur", "fleur fleuve", "secteur secte", "matière matin", "critère crise"),
    *("ministre ministère", "public publication"),
    *("bus but", "campus camp", "menu mener", "contenu contenir", "revenu revenir", "statut statue"),
    *("individu indivis", "colère col", "galère gala"),
    *("malaise mal", "petit pétition", "tarif tarir", "motif moteur", "chantier chanter"),
    *("métier mettre", "barre barrière", "bière bien", "vertu vert"),
    *("tribu tribunal", "frontière front", "misère mise", "entreprise entrepris", "jeu jeune"),
    *("lieu lien", "enjeu engin", "valeur val", "heure heureux"),
]


@pytest.mark.parametrize(
    "pair",
    [
        "ville village",
        "cadre carte",
        "emploi empreinte",
        "action activité",
        "ANRU ANCT",
        "2025 2026",
        *OTHERS,
    ],
)
def test_other_words_stay_others(pair: str) -> None:
    assert len(set(words.stems(pair))) == 2


def test_apostrophes_hyphens_and_small_words_do_not_count() -> None:
    assert words.stems("L’évaluation, à mi-parcours, d'un contrat de ville ?") == words.stems(
        "evaluation mi parcours contrat ville"
    )
    assert words.stems("qu’est-ce que c’est que les") == []


def test_a_text_without_end_is_bounded() -> None:
    assert max(map(len, words.words("a" * 100_000))) == words.LONGEST
    assert len(words.stems("mot " * 100_000)) <= words.MOST_CHARACTERS / 4 + 1


def resource(**values: Any) -> Resource:
    return Resource(
        event_id="$1",
        link="https://methodes.example.org/sante/marche%20exploratoire",
        clean_link="",
        at=MONDAY,
        next_check=MONDAY,
        **values,
    )


def test_a_word_weighs_what_it_weighs_where_it_stands_highest() -> None:
    found = terms(
        resource(
            title="La santé",
            why="La santé des jeunes",
            description="Des jeunes en santé à vélo",
            theme="sante",
            kind="guide",
            town="Marquemont",
        )
    )
    assert found == {
        "sant": TITLE,
        "jeun": WHY,
        "velo": 1,
        "#sante": THEME,
        "=guide": ABOUT,
        "@marquemont": ABOUT,
    }


def test_before_its_page_is_read_a_resource_is_found_by_its_address() -> None:
    assert terms(resource()) == dict.fromkeys(words.stems("santé marche exploratoire"), TITLE)


def test_a_page_of_ten_thousand_words_takes_the_place_of_a_few() -> None:
    assert (
        len(terms(resource(title="Titre", description=" ".join(f"mot{n}" for n in range(10_000)))))
        <= MOST_TERMS
    )

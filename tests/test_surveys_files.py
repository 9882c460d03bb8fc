"""A questionnaire is a file of the team's: read safely, judged as a whole, shown before it goes out."""

import pytest

from bot.text import UserError
from schedules.surveys.parse_questionnaire import LARGEST, built_in, parse
from tests.support.survey_fixture import QUESTIONS, a_survey, posts
from tests.support.world import World

WRONG = """enquete:
  titre: ""
  couleur: bleu
  questions:
    - {id: a, type: choix-unik, texte: "A ?", choix: ["x"]}
    - id: b
      type: choix-unique
      texte: "B ?"
      choix: [Oui, no]
      si: {zut: "Oui"}
    - {id: b, type: choix-multiple, texte: "C ?", choix: ["x", "y"]}
    - {id: d, type: texte-libre}
    - {id: e, type: texte-libre, texte: "E", si: {b: "Peut-être"}}
"""


def told(text: str | bytes) -> str:
    with pytest.raises(UserError) as refused:
        parse(text if isinstance(text, bytes) else text.encode())
    return refused.value.say.text().replace("\u00a0", " ").replace("\u202f", " ")


def test_every_mistake_is_told_at_once_with_its_line_and_what_to_write() -> None:
    said = told(WRONG)
    assert said.startswith("Ce questionnaire n’est pas encore prêt : 9 choses à corriger\n")
    for line in (
        "- `enquete.titre` (ligne 2) : Rien n’est écrit ici.",
        "- `enquete.couleur` (ligne 3) : Je ne connais pas cette clé.",
        "(choix-unique, choix-multiple, texte-libre, grille). Vouliez-vous dire `choix-unique` ?",
        "- `enquete.questions[1].choix[1]` (ligne 9) : Sans guillemets, YAML lit ici vrai ou faux",
        "- `enquete.questions[1].si` (ligne 10) : « zut » n’est pas une question à choix posée avant",
        "- `enquete.questions[2].id` (ligne 11) : « b » est déjà le nom d’une autre question.",
        "- `enquete.questions[2]` (ligne 11) : Dites combien de réponses au plus. Exemple : `max: 3`.",
        '- `enquete.questions[3].texte` (ligne 12) : Cette clé manque. Exemple : `texte: "Votre profil"`.',
        "(ligne 13) : « Peut-être » n’est pas un choix de « b ». Ses choix : x, y.",
    ):
        assert line in said, line


def test_a_file_that_is_a_trap_is_refused_before_anything_is_built() -> None:
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"
    assert "Ligne 2 : « *a » renvoie à une autre ligne" in told(bomb)
    assert "ce n’est plus un questionnaire" in told("[" * 1_000)
    assert "ce n’est plus un questionnaire" in told("- x\n" * 20_000)
    assert "dépasse 100 ko" in told(b"x" * (LARGEST + 1))
    assert "n’est pas du texte en UTF-8" in told(b"\xff\xfe\x00")
    assert "le YAML ne se lit pas" in told("a: !!python/object:os.system [x]")
    assert "« Peu »" not in told("enquete: 3")
    for tag in ("!!bool x", "!!timestamp x", "!!int x", "!!float x", "9" * 5_000, "2026-99-99"):
        assert "Ce fichier ne se lit pas comme du YAML." in told(f"enquete: {tag}"), tag


def test_a_condition_is_read_as_its_choice_is() -> None:
    text = """enquete:
  titre: "T"
  questions:
    - {id: a, type: choix-unique, texte: "A ?", choix: ["Oui ", "Non"]}
    - {id: b, type: texte-libre, texte: "B ?", si: {a: %s}}
"""
    for wanted in ('"Oui "', '"Oui"', '["Non", "Oui  "]'):
        assert 0 in parse((text % wanted).encode()).items[1].condition.choices  # type: ignore[union-attr]
    assert "Il manque le choix de « a ». Ses choix : Oui, Non." in told(text % "[]")


def test_the_shipped_questionnaire_is_that_of_the_network() -> None:
    items = built_in("mise-en-reseau").items
    assert items[-1].number == 13
    assert [item.number for item in items].count(8) == 7  # six lines and a comment
    assert next(item for item in items if item.id == "themes").choices[1] == "Participation des habitants"
    assert built_in("rencontre").items[-1].number == 3


async def test_the_teams_own_is_previewed_then_published_on_a_tap(quick: World) -> None:
    (shown,) = await posts(quick, QUESTIONS)
    assert shown.startswith(
        "Aperçu de l’enquête n° 1 – Le réseau\n4 questions, environ 2 minutes, sans votre nom"
    )
    assert "\n2. Pourquoi non ? (texte libre, si « Non » à la question 1)\n" in shown
    assert "\n4. Ces outils sont-ils opportuns ? (grille de 2 lignes)\n" in shown
    (later,) = await quick.says("morgan", "11 décembre 17 h", room="team")
    assert "jusqu’au vendredi 11 décembre à 17 h." in later
    assert await quick.taps("morgan", "✅", room="team")
    card = (await quick.reads())[-1]
    assert card.startswith(
        "Enquête – Le réseau\n4 questions, environ 2 minutes, sans votre nom, jusqu’au vendredi 11"
    )


async def test_a_wrong_file_is_answered_with_what_to_mend(quick: World) -> None:
    (said,) = await posts(quick, WRONG)
    assert said.startswith("Ce questionnaire n’est pas encore prêt : 9 choses à corriger")
    assert await quick.reads() == []


async def test_members_do_not_publish_surveys(quick: World) -> None:
    camille = await quick.direct("camille")
    assert "équipe" in (await quick.says("camille", "enquete nouvelle", room=camille))[-1]


async def test_a_survey_that_is_cancelled_is_erased_and_says_so(quick: World) -> None:
    asked = await a_survey(quick)
    await asked.says("camille", "enquete", "1")
    await quick.says("morgan", f"!enquete annuler {asked.number}", room="team")
    assert (await quick.reads())[-1] == "Enquête annulée – Le réseau\nLes réponses sont effacées."
    assert (await asked.row()).result == {}

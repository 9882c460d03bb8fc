"""What people write when they recommend:
the link, the theme and the reason are told apart, however they are typed.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web import meant
from schedules.resources import parse_recommendation
from schedules.resources.themes import likely_themes
from storage.db import Database
from storage.migrate import upgrade
from storage.resources import library
from storage.tables import Resource

NOBODY = cast(Any, None)  # a theme is read alike for everybody
PAGE = "https://example.org/page"


@pytest.mark.parametrize(
    ("text", "link", "theme", "why"),
    [
        (f"{PAGE} #santé pourquoi c'est utile", PAGE, "sante", "Pourquoi c'est utile."),
        (f"très utile ! {PAGE} #sante", PAGE, "sante", "Très utile !"),
        (f"#cadre de vie {PAGE} – une grille simple…", PAGE, "cadre-de-vie", "Une grille simple…"),
        (f"« le seul guide à jour » (voir {PAGE})", PAGE, "", "Le seul guide à jour."),
        (f"{PAGE} « le seul guide à jour »", PAGE, "", "Le seul guide à jour."),
        (f"[la grille]({PAGE}) de l’an dernier", PAGE, "", "La grille de l’an dernier."),
        (f"{PAGE}, à lire", PAGE, "", "À lire."),
        (f"{PAGE}_(homonymie) bien", f"{PAGE}_(homonymie)", "", "Bien."),
        (f"{PAGE}#partie-2 la partie 2", f"{PAGE}#partie-2", "", "La partie 2."),
        ("www.example.org/page bien", "https://www.example.org/page", "", "Bien."),
        ("example.org/page bien", PAGE, "", "Bien."),
        ("HTTPS://Example.org/page", "https://example.org/page", "", ""),
        (f"la fiche #3 du kit : {PAGE}", PAGE, "", "La fiche #3 du kit."),
        (f"{PAGE} https://example.org/2 va avec", PAGE, "", "https://example.org/2 va avec."),
        (f"#emploi #sante {PAGE} les deux", PAGE, "emploi", "#sante les deux."),
        ("voir le compte-rendu.pdf", None, "", "Voir le compte-rendu.pdf."),
        ("", None, "", ""),
    ],
)
def test_link_theme_and_reason_are_told_apart(text: str, link: str | None, theme: str, why: str) -> None:
    assert parse_recommendation.parse(text, NOBODY) == parse_recommendation.ParsedRecommendation(
        link, theme, why
    )


@pytest.mark.parametrize(
    "text",
    [
        *(
            f"{PAGE}.",
            f"{PAGE} !!!",
            f"{PAGE} ?",
            f"<{PAGE}>",
            f"« {PAGE} »",
            f"- {PAGE} -",
            f"|| {PAGE} ||",
            f"1. {PAGE}",
            f"{PAGE} 👍",
        ),
        *(
            f"voir {PAGE}",
            f"Lien : {PAGE}",
            f"{PAGE} svp",
            f"{PAGE} merci !",
            f"FYI {PAGE}",
            f"Je recommande {PAGE}",
        ),
        *(f"{PAGE}\nEnvoyé de mon iPhone", f"Bonjour,\n{PAGE}\nCordialement,\nNadia", f"\u200b{PAGE}\u200b"),
        *(
            f"[{PAGE}]({PAGE}).",
            f"-> {PAGE}",
            f"“ {PAGE} ” …",
            f"**<{PAGE}>**",
            f"({PAGE})",
            f"(voir {PAGE})",
            f"{PAGE} \u200b",
        ),
    ],
)
def test_what_is_left_of_a_message_without_its_link_is_a_reason_only_if_there_are_words_in_it(
    text: str,
) -> None:
    assert parse_recommendation.parse(text, NOBODY) == parse_recommendation.ParsedRecommendation(PAGE, "", "")


@pytest.mark.parametrize(
    "text",
    [
        *(
            f'"{PAGE}" utile',
            f"<{PAGE}> utile",
            f"<<{PAGE}>> utile",
            f"[{PAGE}]({PAGE}) utile",
            f"“{PAGE}”, utile",
            f"‹{PAGE}› utile",
        ),
        *(
            f"**{PAGE}** utile",
            f"`{PAGE}` utile",
            f"_{PAGE}_ : utile",
            f"'{PAGE}' utile",
            f"({PAGE}) – utile",
            f"[ {PAGE} ] utile",
        ),
        *(
            f"utile:{PAGE}",
            f"utile,{PAGE}!",
            f"utile ({PAGE}).",
            f"utile → {PAGE}",
            f"utile {PAGE}.",
            f"👉 {PAGE} utile",
            f"{PAGE}|utile",
        ),
        *(
            f"utile, cf. {PAGE}.",
            f"utile (voir {PAGE})",
            f"{PAGE}\nutile\n\nBien à vous,\nNadia\nBruaville",
            f"{PAGE}\u200butile",
        ),
        *(
            f"{PAGE} (utile)",
            f"({PAGE}, utile)",
            f"{PAGE}), utile",
            f"{PAGE} – – utile",
            f"* {PAGE} utile",
            f"2. {PAGE} utile",
        ),
    ],
)
def test_the_signs_around_a_link_go_with_it(text: str) -> None:
    assert parse_recommendation.parse(text, NOBODY) == parse_recommendation.ParsedRecommendation(
        PAGE, "", "Utile."
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (f"[Guide]({PAGE}) utile", "Guide : utile."),
        (f'[Kit d’animation]({PAGE} "Le site") très clair', "Kit d’animation : très clair."),
        (f"<{PAGE}|Guide> utile", "Guide : utile."),
        (f'<a href="{PAGE}">Guide</a> utile', "Guide : utile."),
        (f"[Guide]({PAGE}) pour les élus", "Guide pour les élus."),
        (f"[Guide]({PAGE}), utile", "Guide, utile."),
        (f"à lire : [Guide]({PAGE}), très utile", "À lire : Guide, très utile."),
        (f"[Guide]({PAGE})", "Guide."),
    ],
)
def test_the_name_that_somebody_gave_the_link_stays(text: str, why: str) -> None:
    assert parse_recommendation.parse(text, NOBODY) == parse_recommendation.ParsedRecommendation(
        PAGE, "", why
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (f"{PAGE} utile\nBonne journée d’étude à Lille", "Utile Bonne journée d’étude à Lille."),
        (f"à lire : {PAGE}, très utile", "À lire, très utile."),
        (f"voir {PAGE} : très utile", "Voir : très utile."),
        (f"très utile ! {PAGE} !", "Très utile !"),
        (f"{PAGE} : « super » outil", "« super » outil."),
        (f"utile [1] {PAGE}", "Utile [1]."),
    ],
)
def test_of_the_signs_on_both_sides_of_a_link_one_stays(text: str, why: str) -> None:
    assert parse_recommendation.parse(text, NOBODY).why == why


def test_another_link_in_the_reason_is_shown_as_the_page_that_is_meant() -> None:
    safe = (
        "https://eur03.safelinks.protection.outlook.com/?url=https%3A%2F%2Fexample.org%2F2&data="
        "05%7C02%7Cmaxime%40ville.example.org"
    )
    assert (
        parse_recommendation.parse(f"{PAGE} complète {safe}", NOBODY).why == "Complète https://example.org/2."
    )


@given(st.text(max_size=400))
def test_whatever_is_typed_a_reason_is_short_and_a_link_leads_to_a_page(text: str) -> None:
    assert len(parse_recommendation.reason(text)) <= library.LONGEST_WHY + 1
    for link in parse_recommendation.links(text):
        assert meant("", link) == link


def test_each_page_of_a_message_is_one_link() -> None:
    assert parse_recommendation.links(f"{PAGE} et {PAGE}?utm_source=mail, puis <{PAGE}/2>.") == [
        PAGE,
        f"{PAGE}/2",
    ]


async def test_likely_themes_are_named_by_the_address_by_the_reason_or_by_the_cards_of_the_same_site(
    tmp_path: Path,
) -> None:
    db = Database(f"sqlite:///{tmp_path}/library.sqlite")
    await upgrade(db)
    async with db.write() as session:
        for n in range(3):
            await library.add(session, _card(f"https://sante.example.net/{n}", theme="transition"))
        guesses = {
            "https://methodes.example.org/cadre-de-vie/diagnostic": "cadre-de-vie",
            "https://example.org/guide-egalite-femmes-hommes.pdf": "egalite",
            "https://sante.example.net/nouveau": "transition",
            "https://example.org/p?id=12": "transition",
        }
        for link, theme in guesses.items():
            assert (await likely_themes(session, _card(link)))[0].id == theme, link
        proposed = await likely_themes(
            session, _card("https://example.org/p", why="Clair sur l’accès aux droits et le non-recours.")
        )
        assert proposed[0].id == "droits"
        assert len(proposed) == 3
    await db.close()


def _card(link: str, **more: str) -> Resource:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    return Resource(event_id=link, link=link, clean_link=link, at=now, next_check=now, **more)  # type: ignore[arg-type]

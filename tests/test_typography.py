"""Spaces and signs as French readers expect them, whatever spaces people typed."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text import Say
from bot.text.typography import french_typography

NB, NN = "\u00a0", "\u202f"
TYPED = st.lists(
    st.sampled_from(
        [
            *" :;!?%«»'.h1230àé\n",
            NB,
            NN,
            " h ",
            "...",
            "14",
            "1 mars",
            "https://a.b/?c'd",
            "l'",
            "@a:b.c",
            "!vote",
        ]
    ),
    max_size=30,
).map("".join)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Quel jour ?", f"Quel jour{NN}?"),
        ("Merci ! Oui ; non", f"Merci{NN}! Oui{NN}; non"),
        ("Comment ?!", f"Comment{NN}?!"),
        ("Où : ici", f"Où{NB}: ici"),
        ("« mot »", f"«{NB}mot{NB}»"),
        ("«mot»", f"«{NB}mot{NB}»"),
        ("« Quel jour ? »", f"«{NB}Quel jour{NN}?{NB}»"),
        ("68,0 %", f"68,0{NB}%"),
        ("à 14 h 30, puis 9 h.", f"à 14{NB}h{NB}30, puis 9{NB}h."),
        ("de 9 h 30 à 12 h 30", f"de 9{NB}h{NB}30 à 12{NB}h{NB}30"),
        ("l'atelier d'été...", "l’atelier d’été…"),
        ("le 1 mars et le 11 mars", f"le 1er{NB}mars et le 11{NB}mars"),
        ("5 voix (83,3 %), 12 votes", f"5{NB}voix (83,3{NB}%), 12{NB}votes"),
        ("2 sur place, 1 en visio, 3 absences", f"2{NB}sur place, 1{NB}en visio, 3{NB}absences"),
    ],
)
def test_signs_are_set_as_in_print(typed: str, read: str) -> None:
    assert french_typography(typed) == read
    assert french_typography(typed.replace(" ", NB)).replace(NB, " ").replace(NN, " ") == read.replace(
        NB, " "
    ).replace(NN, " ")


@pytest.mark.parametrize(
    "typed",
    [
        "https://a.example/l'ete...?q=1;b!c:d%20",
        "voir https://a.example/x?y=1&z=«a»",
        "écrire à @l'ami:reseau.example.org",
        "à 14:00",
        "taper !vote 1",
        "rencontre-2026-12-10.ics",
        "3 habitants",
        "1,5 x",
        "....",
    ],
)
def test_what_is_no_french_sign_stays_as_it_was(typed: str) -> None:
    assert french_typography(typed) == typed


@given(TYPED)
def test_applied_twice_it_changes_nothing_more(typed: str) -> None:
    once = french_typography(typed)
    assert french_typography(once) == once


@given(TYPED)
def test_only_spaces_apostrophes_dots_and_first_days_are_touched(typed: str) -> None:
    def bare(text: str) -> str:
        return re.sub(rf"[ {NB}{NN}]", "", text).replace("’", "'").replace("…", "...").replace("1er", "1")

    assert bare(french_typography(typed)) == bare(typed)


@given(TYPED, TYPED)
def test_commands_and_addresses_are_never_retouched(code: str, tail: str) -> None:
    command = re.sub(r"\s+", " ", code).strip() or "x"
    address = "https://example.org/" + re.sub(r"[\s«»]", "", tail)
    say = Say("`{command}` : [ici]({address}) ; {address} !", command=command, address=address)
    assert say.text().startswith(f"`{command}`")
    assert f"({address})" in say.text()
    assert say.text().endswith(f"{address}{NN}!")


def test_signs_are_set_across_bold_and_values() -> None:
    say = Say("**{name}** : « *{name}* » – **{n}** % ?", name="l'Aa", n=3)
    assert say.html() == f"<strong>l’Aa</strong>{NB}: «{NB}<em>l’Aa</em>{NB}» – <strong>3</strong>{NB}%{NN}?"


def test_english_is_left_alone() -> None:
    assert Say("Why : {x} !", x="l'été...").text("en") == "Why : l'été... !"

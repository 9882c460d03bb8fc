"""The types of a resource are named as people name them."""

import pytest

from schedules.resources.kinds import KINDS, kind


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Outils", "outil"),
        ("#données", "donnees"),
        ("étude", "etude"),
        ("Retour d'expérience", "experience"),
        ("REX", "experience"),
        ("tool", "outil"),
    ],
)
def test_a_type_is_known_by_its_names(typed: str, found: str) -> None:
    named = kind(typed)
    assert named is not None
    assert named.id == found


@pytest.mark.parametrize("typed", ["", "machin", "#", "s", "x" * 5_000])
def test_what_is_no_type_is_none(typed: str) -> None:
    assert kind(typed) is None


def test_no_two_types_claim_one_name() -> None:
    for each in KINDS:
        for name in (each.id, each.label, each.english, *each.synonyms):
            assert kind(name) is each

"""The whole vocabulary planned, folded:
every name means one command, and the clashes there are were wanted.
"""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app import load
from bot.command import Found, Suggestion
from storage.text import fold, key
from tests.support.command_context import MEMBER, TEAM
from tests.support.vocabulary import planned_command, vocabulary, whole_vocabulary

VOCABULARY = whole_vocabulary()
NAMES = {name: command.name for command in VOCABULARY.commands for name in command.names}

# What is typed, and the command that wins: the exact name, never the plural of another one.
EXACT_BEFORE_PLURAL = {
    "rencontres": "agenda",  # not the plural of rencontre
    "ressources": "ressources",  # not of ressource
    "resources": "ressources",  # not of resource, which is ressource
    "retours": "bilan",  # not of retour, which is experience
    "besoins": "besoins",  # not of besoin
    "questions": "besoins",  # not of question, which is besoin
    "votes": "sondages",  # not of vote
    "sondages": "sondages",  # not of sondage
    "polls": "sondages",  # not of poll, which is sondage
    "actions": "actions",  # not of action
    "todos": "actions",  # not of todo, which is action
}
# What is typed, and the command that wins: the longest name, never a shorter one with an argument.
LONGEST_FIRST = {
    "rencontre nouvelle": "rencontre nouvelle",
    "rencontre annoncer": "rencontre annoncer",
    "rencontre modifier": "rencontre modifier",
    "rencontre annuler": "rencontre annuler",
    "rencontre ouvrir": "rencontre ouvrir",
    "meeting new": "rencontre nouvelle",
    "meeting announce": "rencontre annoncer",
    "meeting edit": "rencontre modifier",
    "meeting cancel": "rencontre annuler",
    "rencontre reporter": "rencontre reporter",
    "meeting move": "rencontre reporter",
    "rencontre dupliquer": "rencontre dupliquer",
    "meeting copy": "rencontre dupliquer",
    "meeting open": "rencontre ouvrir",
    "points retenir": "points retenir",
    "points take": "points retenir",
    "rythme eviter": "rythme eviter",
    "rhythm avoid": "rythme eviter",
    "dates retenir": "dates retenir",
    "dates keep": "dates retenir",
    "enquete nouvelle": "enquete nouvelle",
    "survey new": "enquete nouvelle",
    "enquete clore": "enquete clore",
    "survey close": "enquete clore",
    "enquete annuler": "enquete annuler",
    "survey cancel": "enquete annuler",
    "enquete resultats": "enquete resultats",
    "survey results": "enquete resultats",
    "enquete resultat": "enquete resultats",
    "enquete publier": "enquete publier",
    "survey publish": "enquete publier",
    "enquete textes": "enquete textes",
    "survey texts": "enquete textes",
    "enquete grouper": "enquete grouper",
    "survey group": "enquete grouper",
    "enquete montrer": "enquete montrer",
    "survey show": "enquete montrer",
    "enquete masquer": "enquete masquer",
    "survey hide": "enquete masquer",
    "sondage clore": "sondage clore",
    "poll close": "sondage clore",
    "sondage prolonger": "sondage prolonger",
    "poll extend": "sondage prolonger",
    "sondage annuler": "sondage annuler",
    "poll cancel": "sondage annuler",
    "sondage suite": "sondage suite",
    "poll outcome": "sondage suite",
    "panorama preparer": "panorama preparer",
    "panorama apercu": "panorama preparer",
    "digest preview": "panorama preparer",
    "gazette preparer": "gazette preparer",
    "gazette apercu": "gazette preparer",
    "gazette draft": "gazette preparer",
    "rsvp list": "recap",  # not rsvp, which is presence
    "dates-reseau": "agenda",  # also « dates réseau »: not dates
    "inscription-etat": "inscrits",  # also « inscription état »: not inscription, which is presence
    "reponse-a": "repondre",  # also « réponse à »: not reponse, which is presence
    "agenda abonnement": "agenda abonnement",
    "calendar subscription": "agenda abonnement",
    "file-envoi": "prevu",  # also « file envoi »: not file
}


def winner(typed: str) -> str | None:
    found = VOCABULARY.find(typed, MEMBER)
    return found.command.name if isinstance(found, Found) else None


def test_no_name_is_claimed_twice_once_folded() -> None:
    owners: dict[str, set[str]] = {}
    for name, command in NAMES.items():
        owners.setdefault(key(name), set()).add(command)
    assert {name: claimed for name, claimed in owners.items() if len(claimed) > 1} == {}
    assert len(VOCABULARY.commands) == len(vocabulary())


def test_the_plurals_that_are_names_of_their_own_are_listed() -> None:
    keys = {key(name): command for name, command in NAMES.items()}
    clashes = {name for name, command in keys.items() if keys.get(name.rstrip("sx"), command) != command}
    assert clashes == set(EXACT_BEFORE_PLURAL)


def test_the_names_that_begin_with_another_name_are_listed() -> None:
    keys = {key(name): command for name, command in NAMES.items()}

    def begins_with_another(name: str) -> bool:
        words = fold(name).replace("-", " ").split()
        beginnings = {"".join(words[:count]) for count in range(1, len(words))}
        return any(keys.get(beginning, NAMES[name]) != NAMES[name] for beginning in beginnings)

    assert {name for name in NAMES if begins_with_another(name)} == set(LONGEST_FIRST)


@pytest.mark.parametrize(("typed", "command"), [*EXACT_BEFORE_PLURAL.items(), *LONGEST_FIRST.items()])
def test_of_two_meanings_the_listed_one_wins(typed: str, command: str) -> None:
    assert winner(typed) == command
    assert winner(typed.replace("-", " ") + " 4") == command


@pytest.mark.parametrize("entry", vocabulary(), ids=lambda entry: entry["nom"])
def test_every_name_and_example_of_the_vocabulary_means_its_command(entry: dict[str, Any]) -> None:
    for typed in [*planned_command(entry).names, entry["exemple"].removeprefix("!")]:
        assert winner(typed) == entry["nom"], typed


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("Présence", "presence"),
        ("PANORAMA", "panorama"),
        ("mes lectures", "meslectures"),
        ("mes thèmes", "mesthemes"),
        ("Mes\u00a0données", "mesdonnees"),
        ("co-animer T1", "coanimer"),
        ("co–animer T1", "coanimer"),
        ("quoi de neuf ?", "rattrapage"),
        ("pause café", "cafe"),
        ("contacts", "contact"),
        ("rencontres nouvelles", "rencontre nouvelle"),
        ("plus3", "plus"),
        ("+3", "plus"),
        ("+ 3", "plus"),
        ("?", "aide"),
        ("aide ?", "aide"),
        ("aide…", "aide"),
        ("vote : 1", "vote"),
    ],
)
def test_accents_spaces_plurals_and_punctuation_do_not_matter(typed: str, command: str) -> None:
    assert winner(typed) == command


@pytest.mark.parametrize(
    ("typed", "rest"),
    [
        ("plus3", "3"),
        ("vote: 1 4", "1 4"),
        ("aide ?", ""),
        ("aide !", ""),
        ("presence\noui", "oui"),
        ("sigle  « C. U. » ?", "« C. U. » ?"),
    ],
)
def test_what_follows_the_name_is_left_as_typed(typed: str, rest: str) -> None:
    found = VOCABULARY.find(typed, MEMBER)
    assert isinstance(found, Found)
    assert found.rest == rest


def test_a_name_ends_with_its_line() -> None:
    found = VOCABULARY.find("sondage\nclore la séance\nla poursuivre", TEAM)
    assert isinstance(found, Found)
    assert (found.name, found.rest) == ("sondage", "clore la séance\nla poursuivre")


ACCENTS = {"a": "à\u00ad", "e": "é", "i": "î", "o": "ô", "u": "û", "c": "ç", "-": "—", " ": "\u202f"}


@given(st.sampled_from(sorted(NAMES)), st.data())
def test_a_name_is_found_however_it_is_capitalised_and_accented(name: str, data: st.DataObject) -> None:
    typed = "".join(
        data.draw(st.sampled_from([char, char.upper(), ACCENTS.get(char, char)])) for char in name
    )
    assert winner(typed) == NAMES[name]


@given(st.sampled_from(sorted(name for name in NAMES if len(key(name)) > 3)), st.data())
def test_two_letters_swapped_never_run_another_command(name: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(name) - 2))
    typed = name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    found = VOCABULARY.find(typed, MEMBER)
    assert (
        found is None
        or isinstance(found, Suggestion)
        or found.command.name == NAMES[name]
        or typed.split()[0] in NAMES
    )


def test_what_is_built_is_what_was_planned() -> None:
    plan = {entry["nom"]: planned_command(entry) for entry in vocabulary()}
    for built in load().commands.commands:
        wanted = plan[built.name]
        assert (set(built.names), built.allow, built.where) == (
            set(wanted.names),
            wanted.allow,
            wanted.where,
        ), built.name

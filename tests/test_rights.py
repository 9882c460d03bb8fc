"""Who may use a command, and where; the others are told why, and whom to ask."""

from bot.command import Caller, Found, Role, Scope, refusal
from bot.command.rights import allowed
from tests.support.command_context import GUEST, IN_PRIVATE, MEMBER, TEAM
from tests.support.vocabulary import whole_vocabulary

VOCABULARY = whole_vocabulary()


def told(caller: Caller, name: str) -> str | None:
    found = VOCABULARY.find(name, caller)
    assert isinstance(found, Found)
    reason = refusal(found.command, caller)
    return reason.text("fr").replace("\u00a0", " ").replace("\u202f", " ") if reason else None


def test_who_may_is_told_nothing() -> None:
    assert told(GUEST, "presence") is None
    assert told(MEMBER, "garder") is None
    assert told(IN_PRIVATE, "meslectures") is None
    assert told(TEAM, "annonce") is None
    assert told(Caller(Role.OPERATOR, Scope.IN_TEAM_ROOM), "annonce") is None


def test_who_may_not_is_told_why_and_whom_to_ask() -> None:
    assert told(GUEST, "garder") == (
        "Cette commande est réservée aux membres du réseau. Je peux vous indiquer une personne : `!contact`."
    )
    assert (
        told(IN_PRIVATE, "etat")
        == "Cette commande est réservée au service numérique. Je peux vous indiquer une personne : `contact`."
    )
    assert told(Caller(Role.MEMBER, Scope.IN_TEAM_ROOM), "annonce") is not None


def test_the_wrong_place_is_told_the_right_one() -> None:
    assert told(MEMBER, "oublier") == "Cela se passe en message privé : écrivez-moi directement `oublier`."
    assert (
        told(Caller(Role.TEAM, Scope.DIRECT), "annonce")
        == "Cela ne se fait pas ici. Dans le salon de l’équipe seulement."
    )
    assert (
        told(Caller(Role.TEAM, Scope.ROOM), "annonce")
        == "Cela ne se fait pas ici. Dans le salon de l’équipe seulement."
    )


def test_every_command_says_whom_it_is_for() -> None:
    assert all(allowed(command).text("fr").startswith("Pour ") for command in VOCABULARY.commands)

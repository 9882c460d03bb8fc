"""Who may use a command and where, in words: the refusal that says why not."""

from __future__ import annotations

from bot.command.access import Caller, Role, Scope
from bot.command.registry import Command, shown
from bot.text import Say

_FOR = {
    Role.STRANGER: Say("Pour tout le monde."),
    Role.GUEST: Say("Pour les personnes invitées et les membres du réseau."),
    Role.MEMBER: Say("Pour les membres du réseau."),
    Role.TEAM: Say("Pour l’équipe d’animation."),
    Role.OPERATOR: Say("Pour le service numérique."),
}
_REFUSED = {
    Role.GUEST: Say("Cette commande est réservée aux personnes invitées et aux membres du réseau."),
    Role.MEMBER: Say("Cette commande est réservée aux membres du réseau."),
    Role.TEAM: Say("Cette commande est réservée à l’équipe d’animation."),
    Role.OPERATOR: Say("Cette commande est réservée au service numérique."),
}


def allowed(command: Command) -> Say:
    """« Pour l’équipe d’animation, dans son salon. »"""
    place = _place(command.where)
    return Say("{who} {place}", who=_FOR[command.allow], place=place) if place else _FOR[command.allow]


def refusal(command: Command, caller: Caller) -> Say | None:
    """Why this person may not use it here, and the way out; None when they may."""
    if caller.role < command.allow:
        return Say(
            "{reason} Je peux vous indiquer une personne : `{line}`.",
            reason=_REFUSED[command.allow],
            line=shown("contact", caller),
        )
    if caller.place & command.where:
        return None
    if command.where is Scope.DIRECT:
        return Say("Cela se passe en message privé : écrivez-moi directement `{name}`.", name=command.name)
    return Say("Cela ne se fait pas ici. {place}", place=_place(command.where) or Say(""))


def _place(where: Scope) -> Say | None:
    if Scope.DIRECT in where:
        return Say("En message privé seulement.") if where is Scope.DIRECT else None
    return (
        Say("Dans un salon seulement.")
        if Scope.ROOM in where
        else Say("Dans le salon de l’équipe seulement.")
    )

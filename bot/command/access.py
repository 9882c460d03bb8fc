"""Who may do what, and where: a declaration on the command, a comparison here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Flag, IntEnum, auto

from bot.command.registry import Command, shown
from bot.text import Say


class Role(IntEnum):
    """What a person is to the network; each may all that the ones below may."""

    STRANGER = 0
    ANYONE = 0  # as written in a declaration: allow=Role.ANYONE
    GUEST = 1  # only in an open room
    MEMBER = 2  # in a network room
    TEAM = 3  # in the team room
    OPERATOR = 4  # listed in config.yaml


class Where(Flag):
    """Places. The team's room is a room too: it *is* `IN_TEAM_ROOM`, and a command *needs* `TEAM`."""

    ROOM = auto()
    DIRECT = auto()
    TEAM = auto()
    ANYWHERE = ROOM | DIRECT | TEAM
    IN_TEAM_ROOM = ROOM | TEAM


@dataclass(frozen=True, slots=True)
class Asker:
    """A person's role, and the place they write in (`ROOM`, `DIRECT` or `IN_TEAM_ROOM`)."""

    role: Role
    place: Where

    def may(self, allow: Role, where: Where) -> bool:
        return self.role >= allow and bool(self.place & where)


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


def refusal(command: Command, asker: Asker) -> Say | None:
    """Why this person may not use it here, and the way out; None when they may."""
    if asker.role < command.allow:
        return Say("{reason} Je peux vous indiquer une personne : `{line}`.", reason=_REFUSED[command.allow], line=shown("contact", asker))
    if asker.place & command.where:
        return None
    if command.where is Where.DIRECT:
        return Say("Cela se passe en message privé : écrivez-moi directement `{name}`.", name=command.name)
    return Say("Cela ne se fait pas ici. {place}", place=_place(command.where) or Say(""))


def _place(where: Where) -> Say | None:
    if Where.DIRECT in where:
        return Say("En message privé seulement.") if where is Where.DIRECT else None
    return Say("Dans un salon seulement.") if Where.ROOM in where else Say("Dans le salon de l’équipe seulement.")

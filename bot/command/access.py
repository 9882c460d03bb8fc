"""Who may do what, and where: a declaration on the command, a comparison here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Flag, IntEnum, auto


class Role(IntEnum):
    """What a person is to the network; each may all that the ones below may."""

    STRANGER = 0
    ANYONE = 0  # as written in a declaration: allow=Role.ANYONE
    GUEST = 1  # only in an open room
    MEMBER = 2  # in a network room
    TEAM = 3  # in the team room
    OPERATOR = 4  # listed in config.yaml


class Scope(Flag):
    """Places. The team's room is a room too: it *is* `IN_TEAM_ROOM`, and a command *needs* `TEAM`."""

    ROOM = auto()
    DIRECT = auto()
    TEAM = auto()
    ANYWHERE = ROOM | DIRECT | TEAM
    IN_TEAM_ROOM = ROOM | TEAM


@dataclass(frozen=True, slots=True)
class Caller:
    """A person's role, and the place they write in (`ROOM`, `DIRECT` or `IN_TEAM_ROOM`)."""

    role: Role
    place: Scope

    def may(self, allow: Role, where: Scope) -> bool:
        return self.role >= allow and bool(self.place & where)

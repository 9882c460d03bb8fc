"""A command's context, who asks and where: for tests of the pure parts, without a database behind it."""

from datetime import UTC, datetime
from typing import Any

from bot.app import load
from bot.command import Caller, Context, Person, Registry, ReplyTarget, Role, RoomView, Scope
from bot.network import Network
from bot.outbox import Cause, Outbox
from tests.support.config import minimal_config
from tests.support.synapse_fixture import BOT

NOW = datetime(2026, 11, 23, 8, 14, tzinfo=UTC)

MEMBER = Caller(Role.MEMBER, Scope.ROOM)
IN_PRIVATE = Caller(Role.MEMBER, Scope.DIRECT)
GUEST = Caller(Role.GUEST, Scope.ROOM)
TEAM = Caller(Role.TEAM, Scope.IN_TEAM_ROOM)


def outbox(**contact: str) -> Outbox:
    config = minimal_config(
        network={"name": "Réseau des chefs de projet", "school_zone": "B", "contact": contact or None}
    )
    return Outbox(Network(config, BOT))


def context(
    caller: Caller = MEMBER, *, db: Any = None, commands: Registry | None = None, **contact: str
) -> Context:
    kind = {Scope.DIRECT: None, Scope.IN_TEAM_ROOM: "team"}.get(caller.place, "network")
    return Context(
        db=db,
        now=NOW,
        event_id="$asked",
        room=RoomView(
            "!room", kind, "Réseau", encrypted=False, language="fr", direct=caller.place is Scope.DIRECT
        ),
        person=Person("@camille:reseau.example.org", "Camille", caller.role, "Camille [Marquemont]"),
        outbox=outbox(**contact),
        cause=Cause(id="$asked", at=NOW),
        target=ReplyTarget("$asked", "answer:$asked"),
        commands=commands or load().commands,
    )

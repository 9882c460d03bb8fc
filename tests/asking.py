"""Who asks, and where: a context for tests of the pure parts, without a database behind it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import yaml

from bot.app import load
from bot.command import Caller, Command, Context, Person, Registry, ReplyTarget, Role, RoomView, Scope
from bot.command.signature import parse_signature
from bot.config import Config
from bot.network import Network
from bot.outbox import Cause, Outbox
from bot.text import Say

NOW = datetime(2026, 11, 23, 8, 14, tzinfo=UTC)

MEMBER = Caller(Role.MEMBER, Scope.ROOM)
IN_PRIVATE = Caller(Role.MEMBER, Scope.DIRECT)
GUEST = Caller(Role.GUEST, Scope.ROOM)
TEAM = Caller(Role.TEAM, Scope.IN_TEAM_ROOM)

_ROLES = {
    "tous": Role.ANYONE,
    "externe": Role.GUEST,
    "membre": Role.MEMBER,
    "animation": Role.TEAM,
    "referent": Role.TEAM,
    "operateur": Role.OPERATOR,
}
_PLACES = {"salon": Scope.ROOM, "prive": Scope.DIRECT, "animation": Scope.TEAM, "partout": Scope.ANYWHERE}


def config(**contact: str) -> Config:
    return Config.model_validate(
        {
            "network": {"name": "Réseau des chefs de projet", "school_zone": "B", "contact": contact or None},
            "matrix": {"homeserver": "http://127.0.0.1:8008", "user_id": "@animatrice:reseau.example.org", "password": "secret"},
            "storage": {"url": "sqlite+aiosqlite:///:memory:"},
            "rooms": [{"room": "#reseau:reseau.example.org", "kind": "network"}],
        }
    )


def outbox(**contact: str) -> Outbox:
    network = Network(config(**contact), "@animatrice:reseau.example.org")
    return Outbox(network, network.hours)


def context(
    caller: Caller = MEMBER, *, db: Any = None, commands: Registry | None = None, **contact: str
) -> Context:
    kind = {Scope.DIRECT: None, Scope.IN_TEAM_ROOM: "team"}.get(caller.place, "network")
    return Context(
        db=db,
        now=NOW,
        event_id="$asked",
        room=RoomView("!room", kind, "Réseau", encrypted=False, language="fr", direct=caller.place is Scope.DIRECT),
        person=Person("@camille:reseau.example.org", "Camille", caller.role, "Camille [Marquemont]"),
        outbox=outbox(**contact),
        cause=Cause(id="$asked", at=NOW),
        target=ReplyTarget("$asked", "answer:$asked"),
        commands=commands or load().commands,
    )


def vocabulary() -> list[dict[str, Any]]:
    """The whole vocabulary planned, as its authors wrote it."""
    path = Path(__file__).parent / "data" / "vocabulaire.yaml"
    return cast(list[dict[str, Any]], yaml.safe_load(path.read_text(encoding="utf-8"))["commandes"])


async def _anything(ctx: Context, *, text: str = "") -> Say:
    return Say("entendu")


def planned(entry: dict[str, Any]) -> Command:
    """The command that an entry of the vocabulary will be."""
    return Command(
        name=entry["nom"],
        handler=_anything,
        parameters=parse_signature(_anything),
        usage=Say("{usage}", usage=entry["nom"]),
        example=entry["exemple"],
        help=Say("{help}", help=entry["reponse"]),
        aliases=entry["alias"],
        english=entry["en"],
        allow=_ROLES[entry["droits"]],
        where=_PLACES[entry["ou"]],
    )


def whole_vocabulary() -> Registry:
    registry = Registry()
    for entry in vocabulary():
        registry.add(planned(entry))
    return registry

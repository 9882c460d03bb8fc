"""The vocabulary: every command as its authors wrote it down, and a registry made of them."""

from pathlib import Path
from typing import Any, cast

import yaml

from bot.command import Command, Context, Registry, Role, Scope
from bot.command.signature import parse_signature
from bot.text import Say

_ROLES = {
    "tous": Role.ANYONE,
    "externe": Role.GUEST,
    "membre": Role.MEMBER,
    "animation": Role.TEAM,
    "referent": Role.TEAM,
    "operateur": Role.OPERATOR,
}
_PLACES = {"salon": Scope.ROOM, "prive": Scope.DIRECT, "animation": Scope.TEAM, "partout": Scope.ANYWHERE}


def vocabulary() -> list[dict[str, Any]]:
    """The whole vocabulary planned, as its authors wrote it."""
    path = Path(__file__).parents[1] / "data" / "vocabulaire.yaml"
    return cast(list[dict[str, Any]], yaml.safe_load(path.read_text(encoding="utf-8"))["commandes"])


async def _anything(ctx: Context, *, text: str = "") -> Say:
    return Say("entendu")


def planned_command(entry: dict[str, Any]) -> Command:
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
        registry.add(planned_command(entry))
    return registry

"""What is wrong with a config.yaml, and where: one line for each mistake, all of them at once."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

import yaml
from pydantic import BaseModel, ValidationError

from bot.config.values import Wrong, nearest
from bot.text import Count, Say

KeyPath = tuple[str | int, ...]


@dataclass(frozen=True)
class Mistake:
    path: KeyPath
    say: Say
    line: int | None = None  # where it is not the line of `path`


class ConfigError(Exception):
    """Everything that is wrong, one mistake a line, in the language the file asks for."""

    def __init__(self, file: str, language: str, lines: Iterable[Say]) -> None:
        says = list(lines)
        head = Say(
            "{file} : {count}",
            file=file,
            count=Count(len(says), "une chose à corriger", "{n} choses à corriger"),
        )
        self.lines = [say.text(language) for say in says]
        super().__init__("\n".join([head.text(language), *(f"  ✘ {line}" for line in self.lines)]))


def spelled(path: KeyPath) -> str:
    """`rooms[1].kind`"""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


@dataclass
class Places:
    """Where things stand: the line of each key, the environment's variable that gave it, or the other file
    that a whole section was read from.
    """

    lines: dict[KeyPath, int] = field(default_factory=dict)
    variables: dict[KeyPath, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)


def placed(mistake: Mistake, places: Places) -> Say:
    """The mistake with where it stands: the environment's variable, or the key and its line."""
    if not mistake.path:
        return mistake.say
    line, path = mistake.line or places.lines.get(mistake.path), spelled(mistake.path)
    if line and (file := places.files.get(str(mistake.path[0]))):
        return Say(
            "`{path}` ({file}, ligne {line}) : {what}", path=path, file=file, line=line, what=mistake.say
        )
    variable = next(
        (name for at, name in places.variables.items() if at[: len(mistake.path)] == mistake.path), None
    )
    if variable and not line:
        return Say("`{variable}` : {what}", variable=variable, what=mistake.say)
    if line:
        return Say("`{path}` (ligne {line}) : {what}", path=path, line=line, what=mistake.say)
    return Say("`{path}` : {what}", path=path, what=mistake.say)


_EXPECTED = {
    "string": Say("du texte"),
    "int": Say("un nombre entier"),
    "bool": Say("`true` ou `false`"),
    "model": Say("une suite de clés, comme `clé: valeur`"),
    "tuple": Say("une liste"),
    "path": Say("un chemin de fichier"),
}
_EXAMPLES = {
    "network": 'network: {name: "Réseau des chefs de projet"}',
    "network.name": 'name: "Réseau des chefs de projet"',
    "matrix": "matrix: {homeserver: …, user_id: …, password_file: …}",
    "matrix.homeserver": "homeserver: https://matrix.example.org",
    "matrix.user_id": 'user_id: "@animatrice:example.org"',
    "rooms": 'rooms: [{room: "#reseau:example.org", kind: network}]',
    "rooms[].room": 'room: "#reseau:example.org"',
    "rooms[].kind": "kind: network",
    "feeds[].url": "url: https://example.org/rss.xml",
    "members[].user": 'user: "@prenom:reseau.example.org"',
}
_SECRET = re.compile(r"password|token|url")


def told(
    error: ValidationError, model: type[BaseModel], examples: Mapping[str, str] = _EXAMPLES
) -> list[Mistake]:
    """`examples`: what to write, by the place of a key: « rooms[].kind »."""
    return [
        Mistake(tuple(found["loc"]), _sentence(found, model, examples))
        for found in error.errors(include_url=False)
    ]


def _sentence(error: Mapping[str, Any], model: type[BaseModel], examples: Mapping[str, str]) -> Say:
    kind, path = error["type"], tuple(error["loc"])
    context: dict[str, Any] = error.get("ctx", {})
    example = examples.get(re.sub(r"\d+", "", spelled(path)))
    if isinstance(wrong := context.get("error"), Wrong):
        return wrong.say
    if kind in ("extra_forbidden", "invalid_key"):
        return _unknown_key(path, model)
    if kind == "missing" and example:
        return Say("Cette clé manque. Exemple : `{example}`.", example=example)
    if kind == "too_short" and example:
        return Say("Il en faut au moins un. Exemple : `{example}`.", example=example)
    if kind == "literal_error":
        return _not_a_choice(error["input"], re.findall(r"'([^']*)'", context["expected"]))
    if kind == "greater_than_equal":
        return Say("Il faut au moins {n}.", n=context["ge"])
    if kind == "less_than_equal":
        return Say("Il faut au plus {n}.", n=context["le"])
    return _wrong_type(kind, error["input"], path)


def _unknown_key(path: KeyPath, model: type[BaseModel]) -> Say:
    name, keys = str(path[-1]), _keys(_section(model, path[:-1]))
    if near := nearest(name, keys):
        return Say("Je ne connais pas cette clé. Vouliez-vous dire `{near}` ?", near=near)
    for section in _keys(model):
        if name in _keys(_section(model, (section,))):
            return Say("Cette clé n’est pas à sa place : elle va sous `{section}`.", section=section)
    return Say("Je ne connais pas cette clé. Possibles ici : {keys}.", keys=", ".join(keys))


def _not_a_choice(value: object, choices: list[str]) -> Say:
    if isinstance(value, bool):
        return _yaml_bool(value)
    listed, near = ", ".join(choices), nearest(str(value), choices, cutoff=50)
    if near:
        return Say(
            "« {value} » n’est pas possible ici ({choices}). Vouliez-vous dire `{near}` ?",
            value=_shown(value),
            choices=listed,
            near=near,
        )
    return Say("« {value} » n’est pas possible ici. Choix : {choices}.", value=_shown(value), choices=listed)


def _wrong_type(kind: str, value: object, path: KeyPath) -> Say:
    wants_text = kind.startswith("string")
    if wants_text and isinstance(value, bool):
        return _yaml_bool(value)
    if wants_text and isinstance(value, int | float):
        return Say("YAML lit ici un nombre : mettez la valeur entre guillemets.")
    if value is None:
        return Say("Rien n’est écrit ici (ce qui commence par `#` ou `@` se met entre guillemets).")
    what = _EXPECTED.get(kind.split("_")[0], Say("une autre valeur"))
    if _SECRET.search(str(path[-1])) or isinstance(value, dict | list):
        return Say("Il faut ici {what}.", what=what)
    return Say("Il faut ici {what}, et non « {value} ».", what=what, value=_shown(value))


def _yaml_bool(value: bool) -> Say:
    meant = "yes, on, true" if value else "no, off, false"
    return Say(
        "Sans guillemets, YAML lit ici vrai ou faux ({meant}) : mettez la valeur entre guillemets.",
        meant=meant,
    )


def _shown(value: object) -> str:
    return (
        value
        if isinstance(value, str)
        else yaml.safe_dump(value, default_flow_style=True).removesuffix("...\n").strip()
    )


def _keys(model: type[BaseModel] | None) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()] if model else []


def _section(model: type[BaseModel], path: KeyPath) -> type[BaseModel] | None:
    """The model that stands at this place of the file."""
    found: type[BaseModel] | None = model
    for part in path:
        if isinstance(part, int) or found is None:
            continue
        field = next(
            (field for name, field in found.model_fields.items() if (field.alias or name) == part), None
        )
        found = _model_in(field.annotation) if field else None
    return found


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_model_in, get_args(annotation))), None)

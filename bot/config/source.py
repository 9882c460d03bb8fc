"""The raw text of config.yaml as plain values, with the line of each key, and what the environment puts over it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from bot.config.mistakes import Mistake, Path
from bot.text import Say

PREFIX = "ANIMATRICE_"
RESERVED = {"ANIMATRICE_CONFIG"}  # the command line's: which file to read
_LOGINS = {"password", "password_file", "access_token", "access_token_file"}
_LISTS = {"operators", "rooms", "feeds"}


@dataclass
class Source:
    """`data` is what the file and the environment say together; `lines` and `variables` say where."""

    data: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    variables: dict[Path, str] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)

    @property
    def language(self) -> str:
        said = self.data.get("language") if isinstance(self.data, dict) else None
        return said if said in ("fr", "en") else "fr"


def read(text: str) -> Source:
    """What the YAML says; duplicate keys, which YAML lets pass, are mistakes. After a syntax error only the language is known."""
    source = Source()
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        source.data = yaml.safe_load(text)
        _locate(source, root, ())
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # ValueError: a date that does not exist
        english = re.search(r"^language:\s*[\"']?en\b", text, re.MULTILINE)
        return Source({"language": "en"} if english else None, mistakes=[Mistake((), _syntax(error))])
    if root is None:
        source.mistakes.append(Mistake((), Say("Le fichier est vide. Partez de `config.example.yaml`.")))
    elif not isinstance(source.data, dict):
        source.mistakes.append(Mistake((), Say("Le fichier doit être une suite de clés, comme `language: fr`. Partez de `config.example.yaml`.")))
    return source


def _locate(source: Source, node: yaml.Node | None, path: Path) -> None:
    """Notes the line of everything, and the keys given twice."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            at, line = (*path, str(key.value)), key.start_mark.line + 1
            if at in source.lines:
                source.mistakes.append(Mistake(at, Say("Cette clé est déjà donnée à la ligne {line}.", line=source.lines[at]), line))
                continue
            source.lines[at] = line
            _locate(source, value, at)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            source.lines[*path, index] = value.start_mark.line + 1
            _locate(source, value, (*path, index))


def _syntax(error: Exception) -> Say:
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return Say("Ce fichier ne se lit pas comme du YAML.")
    problem, line, column = str(getattr(error, "problem", "")), mark.line + 1, mark.column + 1
    if "'@'" in problem or "'`'" in problem:
        return Say(
            'Ligne {line}, colonne {column} : un identifiant se met entre guillemets, comme `"@prenom:reseau.example.org"`.', line=line, column=column
        )
    if "'\\t'" in problem:
        return Say("Ligne {line}, colonne {column} : le décalage se fait avec des espaces, jamais avec une tabulation.", line=line, column=column)
    return Say(
        "Ligne {line}, colonne {column} : le YAML ne se lit pas (« {problem} »). Vérifiez décalages, guillemets et accolades juste au-dessus.",
        line=line,
        column=column,
        problem=problem,
    )


def overlay(source: Source, environ: Mapping[str, str]) -> None:
    """Puts ANIMATRICE_MATRIX__PASSWORD and its like over the file; two underscores go one level down."""
    for variable, value in sorted(environ.items()):
        if not variable.startswith(PREFIX) or variable in RESERVED or not value:
            continue
        path: Path = tuple(variable.removeprefix(PREFIX).lower().split("__"))
        source.variables[path] = variable
        _put(source, path, value)


def _put(source: Source, path: Path, value: str) -> None:
    section = source.data
    for part in path[:-1]:
        section = section.setdefault(part, {})
        if not isinstance(section, dict):
            return  # the file says something else than a section here: told as a wrong type
    name = path[-1]
    if name in _LOGINS and path[0] == "matrix":
        for other in _LOGINS:
            section.pop(other, None)
    section[name] = _flow(value) if name in _LISTS and len(path) == 1 else value


def _flow(value: str) -> Any:
    """A list given by the environment: YAML (or JSON) on one line; what does not read stays text, and is told as a wrong type."""
    try:
        return yaml.safe_load(value)
    except yaml.YAMLError:
        return value

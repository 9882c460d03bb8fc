"""From a path to a Config, or to every mistake of the file at once."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from sqlalchemy import URL

from bot.config.errors import ConfigError, KeyPath, Mistake, Places, placed, told
from bot.config.model import Config
from bot.config.values import unreadable
from bot.text import Say

PREFIX = "ANIMATRICE_"
RESERVED = {"ANIMATRICE_CONFIG"}  # the command line's: which file to read
_LOGINS = {"password", "password_file", "access_token", "access_token_file"}
_LISTS = {"operators", "rooms", "feeds", "members"}


@dataclass
class Source(Places):
    """`data` is what the file and the environment say together."""

    data: Any = None
    mistakes: list[Mistake] = field(default_factory=list)

    @property
    def language(self) -> str:
        language = self.data.get("language") if isinstance(self.data, dict) else None
        return language if language in ("fr", "en") else "fr"


START = Say("Partez de `config.example.yaml`.")


def read(text: str, start: Say = START) -> Source:
    """What the YAML says; duplicate keys, which YAML lets pass, are mistakes.
    After a syntax error only the language is known. `start`: what to begin with, when there is nothing.
    """
    source = Source()
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        source.data = yaml.safe_load(text)
        _locate(source, root, ())
    except (yaml.YAMLError, ValueError, LookupError, AttributeError, RecursionError) as error:  # « !!bool x »
        english = re.search(r"^language:\s*[\"']?en\b", text, re.MULTILINE)
        return Source(data={"language": "en"} if english else None, mistakes=[Mistake((), _syntax(error))])
    if root is None:
        source.mistakes.append(Mistake((), Say("Le fichier est vide. {start}", start=start)))
    elif not isinstance(source.data, dict):
        source.mistakes.append(
            Mistake(
                (),
                Say("Le fichier doit être une suite de clés, comme `clé: valeur`. {start}", start=start),
            )
        )
    return source


def _locate(source: Source, node: yaml.Node | None, path: KeyPath) -> None:
    """Notes the line of everything, and the keys given twice."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            at, line = (*path, str(key.value)), key.start_mark.line + 1
            if at in source.lines:
                source.mistakes.append(
                    Mistake(
                        at, Say("Cette clé est déjà donnée à la ligne {line}.", line=source.lines[at]), line
                    )
                )
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
            "Ligne {line}, colonne {column} : "
            'un identifiant se met entre guillemets, comme `"@prenom:reseau.example.org"`.',
            line=line,
            column=column,
        )
    if "'\\t'" in problem:
        return Say(
            "Ligne {line}, colonne {column} : "
            "le décalage se fait avec des espaces, jamais avec une tabulation.",
            line=line,
            column=column,
        )
    return Say(
        "Ligne {line}, colonne {column} : le YAML ne se lit pas (« {problem} »). Vérifiez décalages, "
        "guillemets et accolades juste au-dessus.",
        line=line,
        column=column,
        problem=problem,
    )


def overlay(source: Source, environ: Mapping[str, str]) -> None:
    """Puts ANIMATRICE_MATRIX__PASSWORD and its like over the file; two underscores go one level down."""
    for variable, value in sorted(environ.items()):
        if not variable.startswith(PREFIX) or variable in RESERVED or not value:
            continue
        path: KeyPath = tuple(variable.removeprefix(PREFIX).lower().split("__"))
        source.variables[path] = variable
        _put(source, path, value)


def _put(source: Source, path: KeyPath, value: str) -> None:
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
    """A list given by the environment: YAML (or JSON) on one line;
    what does not read stays text, and is told as a wrong type.
    """
    try:
        return yaml.safe_load(value)
    except yaml.YAMLError:
        return value


def load(path: Path, environ: Mapping[str, str]) -> Config:
    """The configuration in `path`, with ANIMATRICE_… of `environ` put over it;
    relative paths in it are relative to its folder.

    Raises ConfigError, whose text names every mistake, one a line.
    """
    try:
        source = read(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        start = Say(
            "{what} Partez de `config.example.yaml`, ou donnez un autre chemin avec `-c`.",
            what=unreadable(path, error),
        )
        source = Source(mistakes=[Mistake((), start)])
    config = _validated(source, path, environ) if isinstance(source.data, dict) else None
    if config is None or source.mistakes:
        raise _all_at_once(path, source)
    return config


def _validated(source: Source, path: Path, environ: Mapping[str, str]) -> Config | None:
    if not source.lines:
        return None  # a syntax error: only the language is known
    overlay(source, environ)
    _include_members(source, path.parent)
    _default_database(source.data)
    source.mistakes += _across(source.data)
    try:
        return Config.model_validate(source.data, context={"base": path.parent.resolve()})
    except ValidationError as error:
        source.mistakes += told(error, Config)
        return None


def _all_at_once(path: Path, source: Source) -> ConfigError:
    return ConfigError(str(path), source.language, in_order(source))


def in_order(source: Source) -> list[Say]:
    """Every mistake with where it stands, as they come in the file."""

    def line(mistake: Mistake) -> int:
        return mistake.line or next(
            (
                source.lines[mistake.path[:n]]
                for n in range(len(mistake.path), 0, -1)
                if mistake.path[:n] in source.lines
            ),
            0,
        )

    ordered = sorted(source.mistakes, key=line)
    return [placed(mistake, source) for mistake in ordered]


def _include_members(source: Source, folder: Path) -> None:
    """`members: membres.yaml`: the list is in a file of its own, under `members:` there too."""
    name = source.data.get("members")
    if not isinstance(name, str):
        return
    source.data["members"] = []
    try:
        file = read((folder / Path(name).expanduser()).read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        source.mistakes.append(Mistake(("members",), unreadable(Path(name), error)))
        return
    source.mistakes += [
        Mistake((), Say("`{file}` : {what}", file=name, what=placed(each, file))) for each in file.mistakes
    ]
    if isinstance(file.data, dict) and not file.mistakes and "members" not in file.data:
        say = Say("Le fichier `{file}` doit avoir une liste sous `members:`.", file=name)
        source.mistakes.append(Mistake(("members",), say))
    elif isinstance(file.data, dict) and file.lines:
        source.data["members"] = file.data.get("members", [])
        source.files["members"] = name
        source.lines |= {path: line for path, line in file.lines.items() if path[0] == "members"}


def _default_database(data: dict[str, Any]) -> None:
    storage = data.setdefault("storage", {})
    if isinstance(storage, dict):
        storage.setdefault("url", _sqlite(data.get("data_dir", "data")))


def _sqlite(folder: object) -> str:
    """The address of the database in a folder, whatever characters its name has."""
    return URL.create("sqlite", database=f"{folder}/animatrice.sqlite").render_as_string()


def _across(data: dict[str, Any]) -> list[Mistake]:
    """What no single key can know: one way to log in, each room and each person once, one team room.
    Read from the raw data, so that it is told with all the rest.
    """
    matrix, rooms, members = data.get("matrix"), _sections(data, "rooms"), _sections(data, "members")
    again = Say("Cette personne est déjà dans la liste.")
    users = [member.get("user") for member in members]
    return [
        *(_login(matrix) if isinstance(matrix, dict) else []),
        *_rooms(rooms),
        *(
            Mistake(("members", index, "user"), again)
            for index, user in enumerate(users)
            if user and user in users[:index]
        ),
    ]


def _sections(data: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """The entries of a list; one that is no section counts as empty, its type is told elsewhere."""
    found = data.get(name)
    return [each if isinstance(each, dict) else {} for each in found] if isinstance(found, list) else []


def _login(matrix: dict[str, Any]) -> list[Mistake]:
    given = [
        key for key in ("password", "password_file", "access_token", "access_token_file") if matrix.get(key)
    ]
    if not given:
        return [
            Mistake(
                ("matrix",),
                Say(
                    "Il manque le moyen de se connecter : "
                    "`password_file`, ou `access_token` avec `device_id`."
                ),
            )
        ]
    if len(given) > 1:
        return [
            Mistake(
                ("matrix", given[1]), Say("`{first}` est déjà donné : gardez l’un des deux.", first=given[0])
            )
        ]
    if given[0].startswith("access_token") and not matrix.get("device_id"):
        return [
            Mistake(
                ("matrix", given[0]),
                Say("Un jeton ne sert qu’avec l’appareil pour lequel il a été créé : ajoutez `device_id`."),
            )
        ]
    return []


def _rooms(rooms: list[dict[str, Any]]) -> list[Mistake]:
    names = [str(room.get("room")) for room in rooms]
    teams = [index for index, room in enumerate(rooms) if room.get("kind") == "team"]
    again = Say("Ce salon est déjà dans la liste.")
    one_team = Say("Il y a déjà un salon d’équipe : un seul est possible.")
    return [
        *(
            Mistake(("rooms", index, "room"), again)
            for index, room in enumerate(rooms)
            if "room" in room and names[index] in names[:index]
        ),
        *(Mistake(("rooms", index, "kind"), one_team) for index in teams[1:]),
    ]

"""From a path to a Config, or to every mistake of the file at once."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.config import source as sources
from bot.config.mistakes import ConfigError, Mistake, placed
from bot.config.model import Config
from bot.config.sentences import told
from bot.config.source import Source
from bot.config.values import unreadable
from bot.text import Say


def load(path: Path, environ: Mapping[str, str]) -> Config:
    """The configuration in `path`, with ANIMATRICE_… of `environ` put over it; relative paths in it are relative to its folder.

    Raises ConfigError, whose text names every mistake, one a line.
    """
    try:
        source = sources.read(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        start = Say("{what} Partez de `config.example.yaml`, ou donnez un autre chemin avec `-c`.", what=unreadable(path, error))
        source = Source(mistakes=[Mistake((), start)])
    config = _validated(source, path, environ) if isinstance(source.data, dict) else None
    if config is None or source.mistakes:
        raise _all_at_once(path, source)
    return config


def _validated(source: Source, path: Path, environ: Mapping[str, str]) -> Config | None:
    if not source.lines:
        return None  # a syntax error: only the language is known
    sources.overlay(source, environ)
    _default_database(source.data)
    source.mistakes += _across(source.data)
    try:
        return Config.model_validate(source.data, context={"base": path.parent.resolve()})
    except ValidationError as error:
        source.mistakes += told(error, Config)
        return None


def _all_at_once(path: Path, source: Source) -> ConfigError:
    def line(mistake: Mistake) -> int:
        return mistake.line or next((source.lines[mistake.path[:n]] for n in range(len(mistake.path), 0, -1) if mistake.path[:n] in source.lines), 0)

    ordered = sorted(source.mistakes, key=line)
    return ConfigError(str(path), source.language, [placed(mistake, source.lines, source.variables) for mistake in ordered])


def _default_database(data: dict[str, Any]) -> None:
    storage = data.setdefault("storage", {})
    if isinstance(storage, dict):
        storage.setdefault("url", f"sqlite+aiosqlite:///{data.get('data_dir', 'data')}/animatrice.sqlite")


def _across(data: dict[str, Any]) -> list[Mistake]:
    """What no single key can know: one way to log in, each room once, one team room. Read from the raw data, so that it is told with all the rest."""
    matrix, rooms = data.get("matrix"), data.get("rooms")
    mistakes = _login(matrix) if isinstance(matrix, dict) else []
    return mistakes + (_rooms([room if isinstance(room, dict) else {} for room in rooms]) if isinstance(rooms, list) else [])


def _login(matrix: dict[str, Any]) -> list[Mistake]:
    given = [key for key in ("password", "password_file", "access_token", "access_token_file") if matrix.get(key)]
    if not given:
        return [Mistake(("matrix",), Say("Il manque le moyen de se connecter : `password_file`, ou `access_token` avec `device_id`."))]
    if len(given) > 1:
        return [Mistake(("matrix", given[1]), Say("`{first}` est déjà donné : gardez l’un des deux.", first=given[0]))]
    if given[0].startswith("access_token") and not matrix.get("device_id"):
        return [Mistake(("matrix", given[0]), Say("Un jeton ne sert qu’avec l’appareil pour lequel il a été créé : ajoutez `device_id`."))]
    return []


def _rooms(rooms: list[dict[str, Any]]) -> list[Mistake]:
    names = [str(room.get("room")) for room in rooms]
    teams = [index for index, room in enumerate(rooms) if room.get("kind") == "team"]
    again = Say("Ce salon est déjà dans la liste.")
    one_team = Say("Il y a déjà un salon d’équipe : un seul est possible.")
    return [
        *(Mistake(("rooms", index, "room"), again) for index, room in enumerate(rooms) if "room" in room and names[index] in names[:index]),
        *(Mistake(("rooms", index, "kind"), one_team) for index in teams[1:]),
    ]

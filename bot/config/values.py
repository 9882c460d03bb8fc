"""The single values of config.yaml: what is accepted for each, and the sentence when it is not."""

import importlib.util
import re
from datetime import time
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator, ValidationInfo
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from bot.text import Say, UserError
from bot.time.monthly import MonthlyRule
from bot.time.recurrence import DAYS, Rule

_HOUR = re.compile(r"(\d{1,2})\s*(?:[:hH]\s*(\d{2})?)\s*")
_DATABASES = {"sqlite": "sqlite", "postgresql": "postgresql+asyncpg"}


class Wrong(ValueError):
    """A value that will not do: pydantic collects it, `say` is what the operator reads."""

    def __init__(self, say: Say) -> None:
        super().__init__()
        self.say = say


def nearest(word: str, among: list[str], *, cutoff: int = 65) -> str | None:
    """What was probably meant, or None when nothing is near."""
    from rapidfuzz import fuzz, process

    found = process.extractOne(
        word.casefold(), among, scorer=fuzz.ratio, processor=str.casefold, score_cutoff=cutoff
    )
    return found[0] if found else None


def unreadable(path: Path, error: Exception) -> Say:
    if isinstance(error, FileNotFoundError):
        return Say("Le fichier `{file}` n’existe pas.", file=str(path))
    if isinstance(error, PermissionError):
        return Say("Je n’ai pas le droit de lire le fichier `{file}`.", file=str(path))
    if isinstance(error, UnicodeDecodeError):
        return Say("Le fichier `{file}` n’est pas du texte en UTF-8.", file=str(path))
    return Say("Je ne peux pas lire le fichier `{file}` ({reason}).", file=str(path), reason=str(error))


def _hour(value: object) -> object:
    # YAML reads an unquoted 14:00 as base sixty: 840.
    if isinstance(value, int) and not isinstance(value, bool) and 60 <= value < 24 * 60:
        return time(*divmod(value, 60))
    if (
        isinstance(value, str)
        and (found := _HOUR.fullmatch(value))
        and int(found[1]) < 24
        and int(found[2] or 0) < 60
    ):
        return time(int(found[1]), int(found[2] or 0))
    if isinstance(value, time):
        return value
    raise Wrong(Say('Ce n’est pas une heure. Exemple : `"08:30"`.'))


def _days(value: object) -> object:
    if isinstance(value, list):
        value = ",".join(map(str, value))
    if not isinstance(value, str):
        return value
    days: list[int] = []
    for part in value.replace(" ", "").lower().split(","):
        first, _, last = part.partition("-")
        if first not in DAYS or (last or first) not in DAYS or DAYS.index(last or first) < DAYS.index(first):
            raise Wrong(Say("Je ne comprends pas ces jours. Exemples : `mon-fri`, `mon,tue,thu`."))
        days += range(DAYS.index(first), DAYS.index(last or first) + 1)
    return tuple(sorted(set(days)))


def _rhythm(text: str) -> str:
    try:
        Rule.parse(text)
    except ValueError:
        raise Wrong(
            Say(
                'Je ne comprends pas ce rythme. Exemples : `"mon 09:15"`, `"mon-fri 08:30"`, `"daily 02:30"`.'
            )
        ) from None
    return text


def _monthly(text: str) -> str:
    try:
        MonthlyRule.parse(text)
    except UserError as error:
        raise Wrong(error.say) from None
    return text


def _zone(name: str) -> str:
    if name in (known := available_timezones()):
        return name
    near = nearest(name, sorted(known)) or next(
        (zone for zone in sorted(known) if zone.lower().endswith("/" + name.lower())), None
    )
    if near:
        raise Wrong(
            Say("Je ne connais pas le fuseau « {name} ». Vouliez-vous dire `{near}` ?", name=name, near=near)
        )
    raise Wrong(Say("Je ne connais pas le fuseau « {name} ». Exemple : `Europe/Paris`.", name=name))


def _mxid(text: str) -> str:
    if re.fullmatch(r"@[^\s:]+:\S+", text):
        return text
    raise Wrong(Say('Ce n’est pas un identifiant Matrix. Exemple : `"@prenom:reseau.example.org"`.'))


def _room(text: str) -> str:
    # A room id of version 12 has no server part: it is never split.
    if re.fullmatch(r"#[^\s:]+:\S+|!\S+", text):
        return text
    raise Wrong(
        Say(
            "Ce n’est ni une adresse ni un identifiant de salon. Exemples : "
            '`"#reseau:reseau.example.org"`, `"!AbCd…"`.'
        )
    )


def _address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme in ("http", "https") and parts.hostname and not parts.username:
        return text
    raise Wrong(
        Say(
            "Ce n’est pas une adresse web complète. Vouliez-vous dire `{near}` ?",
            near=f"https://{text.rpartition('://')[2]}",
        )
    )


def _homeserver(text: str) -> str:
    return _address(text.rstrip("/"))


def _base(info: ValidationInfo) -> Path:
    return Path((info.context or {}).get("base", "."))


def _path(value: Path, info: ValidationInfo) -> Path:
    return _base(info) / value.expanduser()


def _secret_file(text: str, info: ValidationInfo) -> str:
    path = _path(Path(text), info)
    try:
        secret = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Wrong(unreadable(path, error)) from None
    if not secret:
        raise Wrong(Say("Le fichier `{file}` est vide.", file=str(path)))
    return secret


def _database(text: str, info: ValidationInfo) -> str:
    try:
        url = make_url(text)
    except ArgumentError:
        raise Wrong(
            Say(
                "Ce n’est pas une adresse de base. Exemple : `{url}`.",
                url="sqlite:///data/animatrice.sqlite",
            )
        ) from None
    if url.drivername == "sqlite+aiosqlite":  # as it was written until SQLite had a thread no longer
        url = url.set(drivername="sqlite")
    driver = _DATABASES.get(url.get_backend_name())
    if driver is None:
        raise Wrong(
            Say(
                "Bases possibles : `{first}` et `{second}`.",
                first="sqlite:///…",
                second="postgresql+asyncpg://…",
            )
        )
    if url.drivername != driver:
        raise Wrong(Say("Écrivez `{near}` au début de l’adresse.", near=f"{driver}://"))
    if driver.endswith("asyncpg") and importlib.util.find_spec("asyncpg") is None:
        raise Wrong(Say("PostgreSQL demande un module de plus : `pip install 'animatrice[postgres]'`."))
    if url.get_backend_name() == "sqlite":
        if not url.database or url.database == ":memory:":
            raise Wrong(Say("Une base en mémoire serait perdue à chaque arrêt : donnez-lui un fichier."))
        url = url.set(database=str(_base(info) / url.database))
    return url.render_as_string(hide_password=False)


Hour = Annotated[time, BeforeValidator(_hour)]
Days = Annotated[tuple[int, ...], BeforeValidator(_days)]  # 0 is Monday
Rhythm = Annotated[str, AfterValidator(_rhythm)]
MonthlyRhythm = Annotated[str, AfterValidator(_monthly)]
TimeZone = Annotated[str, AfterValidator(_zone)]
Mxid = Annotated[str, AfterValidator(_mxid)]
RoomName = Annotated[str, AfterValidator(_room)]  # alias or id
Homeserver = Annotated[str, AfterValidator(_homeserver)]
WebAddress = Annotated[str, AfterValidator(_address)]
Folder = Annotated[Path, AfterValidator(_path)]  # or a file; relative to config.yaml
SecretFile = Annotated[str, AfterValidator(_secret_file)]  # becomes what the file holds
DatabaseUrl = Annotated[str, AfterValidator(_database)]

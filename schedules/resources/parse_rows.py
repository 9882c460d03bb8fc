"""Validation of a row: a line of a file is a resource with what is known of it, or what is to be mended."""

import re
from dataclasses import dataclass
from datetime import date

from bot.text import Say, UserError
from bot.text.clean import clean_text
from bot.web import meant, site
from schedules.resources.fields import Line
from schedules.resources.kinds import kind
from schedules.themes import theme
from storage.resources.library import LONGEST_NAME, LONGEST_TITLE, LONGEST_WHY
from storage.text import key

MOST_MINUTES = 24 * 60
PERSON = re.compile(r"@[^\s:]{1,200}:\S{1,200}")
ACCESS = {
    "libre": "free",
    "free": "free",
    "gratuit": "free",
    "abonnement": "paid",
    "abonnes": "paid",
    "payant": "paid",
    "paid": "paid",
}


class NoSuchName(UserError):
    """A theme or a type that is none: one needs to know which there are."""

    def __init__(self, say: Say) -> None:
        super().__init__("{say}", say=say)


@dataclass(frozen=True)
class Entry:
    """A resource as a file gives it.
    `theme`, `kind`: ids, or ""; `more`: it has other themes, which are left out. `name`: as said in the open,
    or a Matrix id. `at`: when it was recommended.
    """

    number: int
    link: str
    title: str
    why: str
    theme: str
    more: bool
    kind: str
    minutes: int | None
    access: str
    name: str
    town: str
    at: date | None


def parse_row(line: Line, today: date) -> Entry:
    """Raises UserError for what must be mended."""
    if line.extra:
        raise UserError(
            "il y a plus de cases que de colonnes ; "
            "un texte qui contient le séparateur se met entre guillemets"
        )
    name, town = _by(line)
    return Entry(
        number=line.number,
        link=_link(line.cells.get("link", "")),
        title=clean_text(line.cells.get("title", ""), LONGEST_TITLE),
        why=clean_text(line.cells.get("why", ""), LONGEST_WHY),
        theme=_theme(line.cells.get("theme", "")),
        more=len(_parts(line.cells.get("theme", ""))) > 1,
        kind=_kind(line.cells.get("kind", "")),
        minutes=_minutes(line.cells.get("minutes", "")),
        access=_access(line.cells.get("access", "")),
        name=name,
        town=town,
        at=_day(line.cells.get("at", ""), today),
    )


def address(typed: str) -> str | None:
    """The page that is meant by what a person typed; a scheme may be missing. None: it is no web address."""
    typed = typed.strip().strip("<>")
    url = meant("", typed if "://" in typed else f"https://{typed}")
    return url if url and "." in site(url) and not re.search(r"\s", typed) else None


def _link(typed: str) -> str:
    if not typed:
        raise UserError("il manque le lien")
    found = address(typed)
    if found is None:
        raise UserError("ce n’est pas une adresse web : « {given} »", given=typed[:80])
    return found


def _theme(typed: str) -> str:
    """The first of those given: a resource has one."""
    first = _first(typed)
    found = theme(first) if first else None
    if first and found is None:
        raise NoSuchName(Say("je ne connais pas le thème « {given} »", given=first[:40]))
    return found.id if found else ""


def _kind(typed: str) -> str:
    first = _first(typed)
    found = kind(first) if first else None
    if first and found is None:
        raise NoSuchName(Say("je ne connais pas le type « {given} »", given=first[:40]))
    return found.id if found else ""


def _first(typed: str) -> str:
    return next(iter(_parts(typed)), "")


def _parts(typed: str) -> list[str]:
    return [part.strip() for part in re.split(r"[,;/|]", typed) if part.strip()]


def _minutes(typed: str) -> int | None:
    """« 12 », « 12 min », « 1 h 30 »; what is no duration is not worth a refusal: the page is read anyway."""
    found = re.match(r"(?:(\d{1,2})\s*h\s*)?(\d{1,4})?", typed, re.ASCII)
    if found is None:
        return None
    minutes = int(found[1] or 0) * 60 + int(found[2] or 0)
    return minutes if 0 < minutes <= MOST_MINUTES else None


def _access(typed: str) -> str:
    words = key(typed)
    return next((access for word, access in ACCESS.items() if word in words), "")


def _day(typed: str, today: date) -> date | None:
    """« 2026-06-18 », « 18/06/2026 »."""
    found = re.fullmatch(
        r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?|(\d{1,2})[/.](\d{1,2})[/.](\d{4})(?: .*)?", typed, re.ASCII
    )
    if not typed:
        return None
    try:
        if found is None:
            raise ValueError
        year, month, day = (found[1], found[2], found[3]) if found[1] else (found[6], found[5], found[4])
        read = date(int(year), int(month), int(day))
    except ValueError:
        raise UserError(
            "je ne lis pas la date « {given} » ; par exemple 2026-06-18", given=typed[:40]
        ) from None
    if read > today:
        raise UserError("la date « {given} » n’est pas encore passée", given=typed[:40])
    return read


def name_and_town(text: str) -> tuple[str, str]:
    """Name and town as said in the open:
    of « Maxime, Bruaville », « Maxime [Bruaville] », or of a name alone.
    """
    name, _, place = (
        text.partition(",") if "," in text else re.sub(r"[\])]", "", text).replace("(", "[").partition("[")
    )
    return clean_text(name, LONGEST_NAME), clean_text(place, LONGEST_NAME)


def _by(line: Line) -> tuple[str, str]:
    by, town = line.cells.get("by", ""), line.cells.get("town", "")
    if PERSON.fullmatch(by):
        return by, ""
    name, place = name_and_town(by)
    return name, clean_text(town, LONGEST_NAME) or place

"""Who was there: the rules over acts of checking in, and the counts, apart from rows and rooms."""

import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from storage.meetings.meetings import ANNOUNCED
from storage.tables import CheckIn, Meeting, RollCall
from storage.text import fold

WORD, TAP, TEAM = "word", "tap", "team"
NAMED = "name:"  # begins the key of who has no account
MOST_TRIES = 3  # wrong words: then the team adds them
# no 0 O 1 I L: read aloud, and typed from paper
_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_HALF = 4  # of a number: 40 bits in all


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Somebody checks in, or is added. `by`: who of the team adds them, or ""."""

    meeting: int
    person: str
    name: str
    at: datetime
    way: str
    event_id: str
    remote: bool = False
    by: str = ""


def check_in(known: CheckIn | None, act: Act) -> CheckIn:
    """What is known of somebody after an act of theirs, or of the team's.
    The first act that stands counts, then what they say of where they are; who was taken back by the team is
    added by the team alone.
    """
    if known is None:
        return CheckIn(
            meeting_id=act.meeting,
            person=act.person,
            name=act.name,
            at=act.at,
            way=act.way,
            remote=act.remote,
            by=act.by,
            event_id=act.event_id,
            number=new_number(),
        )
    if known.removed and act.way == TEAM:
        known.removed, known.way, known.by, known.event_id = False, act.way, act.by, act.event_id
        known.remote = act.remote
    if not known.removed and act.way != TEAM:
        known.remote = act.remote
    return known


def may_take_back(row: CheckIn) -> bool:
    """Whether the person who checked in may take it back: not what the team noted."""
    return not row.removed and row.way != TEAM


def there(rows: Iterable[CheckIn]) -> list[CheckIn]:
    """Who was there: those, and no others, have an attestation."""
    return [row for row in rows if not row.removed]


def new_number() -> str:
    """Of an attestation: nobody can guess one, nor tell anything from it."""
    return "-".join("".join(secrets.choice(_SIGNS) for _ in range(_HALF)) for _ in range(2))


def read_number(text: str) -> str | None:
    """As people type it: « k7qm 4xrt », « n° K7QM-4XRT »."""
    signs = "".join(char for char in text.upper().removeprefix("N°") if char.isalnum())
    known = len(signs) == 2 * _HALF and all(char in _SIGNS for char in signs)
    return f"{signs[:_HALF]}-{signs[_HALF:]}" if known else None


def key_of_name(name: str) -> str:
    """Of somebody without an account: the same name is the same person."""
    return f"{NAMED}{fold(name)}"


@dataclass(frozen=True, slots=True)
class Tally:
    """People. `missing`: expected and not there; `unexpected`: there, and had not said so."""

    on_site: int = 0
    remote: int = 0
    missing: int = 0
    unexpected: int = 0

    @property
    def there(self) -> int:
        return self.on_site + self.remote


def tally(rows: Iterable[CheckIn], expected: Collection[str]) -> Tally:
    """`expected`: who had a seat, or said that they follow from afar."""
    present = there(rows)
    people = {row.person for row in present}
    remote = sum(row.remote for row in present)
    return Tally(
        on_site=len(present) - remote,
        remote=remote,
        missing=len(set(expected) - people),
        unexpected=len(people - set(expected)),
    )


def is_open(roll: RollCall, now: datetime) -> bool:
    return roll.opened_at <= now < roll.closes_at


def was_held(roll: RollCall, row: Meeting, zone: ZoneInfo) -> bool:
    """Whether the meeting was held on the day of its roll call: neither cancelled nor moved since."""
    return row.status == ANNOUNCED and roll.day == row.starts_at.astimezone(zone).date()

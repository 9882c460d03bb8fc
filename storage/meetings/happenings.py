"""Seats as values: what somebody has, what may happen to it, what is then said to them. line.py has the rules."""

from dataclasses import dataclass
from datetime import datetime, timedelta

SEATED, OFFERED, WAITING = "seated", "offered", "waiting"
EXPIRED, REFUSED = "expired", "refused"
LAST_DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Place:
    """What somebody who wants to come has (the values of a row Seat)."""

    person: str
    party: int
    state: str
    since: datetime
    asked_by: str
    offered_at: datetime | None = None
    expires_at: datetime | None = None
    offers: int = 0


@dataclass(frozen=True, slots=True)
class Terms:
    """What is true when something happens. `now`: server time of the event, or the planned moment. `until`: when an offer made now expires;
    None: none is made now. `reachable`: who has a direct room."""

    now: datetime
    starts_at: datetime
    capacity: int | None
    until: datetime | None = None
    reachable: frozenset[str] = frozenset()

    @property
    def last_day(self) -> bool:
        return self.now >= self.starts_at - LAST_DAY


@dataclass(frozen=True, slots=True)
class Wants:
    """Somebody's answer is yes. `said`: by this event; else it is brought back, or seen again.
    `whole`: rather all together in the line than seated without the others."""

    person: str
    party: int
    event: str
    said: bool = True
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Leaves:
    """Their answer is something else, or there is none left."""

    person: str


@dataclass(frozen=True, slots=True)
class Gives:
    """« X me remplace »: what somebody has goes to somebody else, with their rank."""

    person: str
    to: str


@dataclass(frozen=True, slots=True)
class Looks:
    """Time has passed, or there are more seats or fewer."""


Happening = Wants | Leaves | Gives | Looks


@dataclass(frozen=True, slots=True)
class News:
    """To be said to somebody. `what`: SEATED, OFFERED (`until`), WAITING or EXPIRED (`rank`), REFUSED (that party does not fit: they keep `has`)."""

    person: str
    what: str
    party: int
    rank: int | None = None
    until: datetime | None = None
    has: int = 0

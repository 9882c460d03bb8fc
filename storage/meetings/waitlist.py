"""The waitlist: who has a seat, who is offered one, who waits;
pure rules over values, nothing here reads a clock or a database.

- First come, first served: whoever says yes has seats for their whole party if they are free and nobody
  waits; else they wait, by the instant at which they asked. Nobody is seated before those who wait, unless
  there are seats for all of them too.
- What is free is offered to the first in line who fits in it and can be reached, until an instant that is
  given. Who lets an offer pass keeps their rank, but is offered again only after the others, and at most
  twice: then it is for them to say yes.
- Who waits and says yes again has the seat at once, if one is free and nobody who fits in it comes before, or
  all who do find theirs.
- In the last day nothing is offered any more: the first to say yes has the seat, whoever waits.
- A party that grows passes through the same door as newcomers; a party that shrinks frees seats.
- Nobody loses a seat because there are fewer of them; with no limit, everybody is seated.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import takewhile

SEATED, OFFERED, WAITING = "seated", "offered", "waiting"
EXPIRED, REFUSED = "expired", "refused"
LAST_DAY = timedelta(hours=24)
MOST_OFFERS = 2


@dataclass(frozen=True, slots=True)
class Seat:
    """What somebody who wants to come has:
    a seat, an offer of one, or a rank (the values of a SeatRecord).
    """

    person: str
    party: int
    state: str
    since: datetime
    asked_by: str
    offered_at: datetime | None = None
    expires_at: datetime | None = None
    offers: int = 0


@dataclass(frozen=True, slots=True)
class Rules:
    """What is true when something happens.
    `now`: server time of the event, or the planned moment. `until`: when an offer made now expires; None:
    none is made now. `reachable`: who has a direct room.
    """

    now: datetime
    starts_at: datetime
    capacity: int | None
    until: datetime | None = None
    reachable: frozenset[str] = frozenset()

    @property
    def last_day(self) -> bool:
        return self.now >= self.starts_at - LAST_DAY


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody's answer is yes. `is_new`: by this event; else it is brought back, or seen again.
    `together`: rather all in the line than seated without the others."""

    person: str
    party: int
    event_id: str
    is_new: bool = True
    together: bool = False


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Their answer is something else, or there is none left."""

    person: str


@dataclass(frozen=True, slots=True)
class Transfer:
    """« X me remplace »: what somebody has goes to somebody else, with their rank."""

    person: str
    to: str


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed, or there are more seats or fewer."""


WaitlistEvent = Request | Withdraw | Transfer | Tick


@dataclass(frozen=True, slots=True)
class Notice:
    """To be said to somebody. `kind`:
    SEATED, OFFERED (`until`), WAITING or EXPIRED (`rank`), REFUSED (it does not fit: they keep `has`).
    """

    person: str
    kind: str
    party: int
    rank: int | None = None
    until: datetime | None = None
    has: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """`unreachable`: who would have been offered a seat, and cannot be told."""

    seats: tuple[Seat, ...]
    notices: tuple[Notice, ...]
    unreachable: tuple[str, ...]

    def of(self, person: str) -> Seat | None:
        return next((seat for seat in self.seats if seat.person == person), None)


def allocate(seats: Iterable[Seat], event: WaitlistEvent, rules: Rules) -> Outcome:
    """Everybody's seat once this has happened, and what is to be said.
    The same thing again changes nothing more.
    """
    allocation = _Allocation(seats, rules)
    match event:
        case Request(person):
            allocation.offer(before=person)
            allocation.request(event)
        case Withdraw(person):
            allocation.seats.pop(person, None)
        case Transfer(person, to):
            allocation.transfer(person, to)
        case Tick():
            allocation.expire()
    allocation.offer()
    return Outcome(
        tuple(sorted(allocation.seats.values(), key=_by_request)),
        tuple(allocation.notices),
        tuple(dict.fromkeys(allocation.unreachable)),
    )


def free_seats(seats: Iterable[Seat], capacity: int | None) -> int | None:
    """Seats that nobody has or is offered; None: there is no limit."""
    if capacity is None:
        return None
    return max(0, capacity - sum(seat.party for seat in seats if seat.state != WAITING))


def rank(seats: Iterable[Seat], person: str) -> int | None:
    """From 1, among those who wait; None: this one does not."""
    waiting = [seat.person for seat in sorted(seats, key=_by_request) if seat.state == WAITING]
    return waiting.index(person) + 1 if person in waiting else None


def _by_request(seat: Seat) -> tuple[datetime, str, str]:
    return seat.since, seat.asked_by, seat.person


def _by_turn(seat: Seat) -> tuple[int, datetime, str, str]:
    """The order in which those who wait are served."""
    return seat.offers, *_by_request(seat)


def _is_better(one: Seat, other: Seat) -> bool:
    """Whether who has the one gains nothing by the other."""
    return one.state != WAITING or (other.state == WAITING and _by_turn(one) < _by_turn(other))


class _Allocation:
    """The seats while one thing happens."""

    def __init__(self, seats: Iterable[Seat], rules: Rules) -> None:
        self.seats = {seat.person: seat for seat in seats}
        self.rules = rules
        self.notices: list[Notice] = []
        self.unreachable: list[str] = []

    def request(self, request: Request) -> None:
        current = self.seats.get(request.person)
        if current is None:
            self._join(request)
        elif current.asked_by == request.event_id:
            return  # taken already
        elif request.party > current.party:
            self._grow(current, request)
        else:
            self._put(replace(current, party=request.party))
            self._claim(request)

    def transfer(self, person: str, to: str) -> None:
        current, theirs = self.seats.pop(person, None), self.seats.get(to)
        if current is None or (theirs and _is_better(theirs, current)):
            return
        self._put(replace(current, person=to))
        if current.state == OFFERED:
            self._claim(Request(to, current.party, ""))
        if to not in {notice.person for notice in self.notices}:
            self._notify(to)

    def expire(self) -> None:
        """What was offered and not taken goes back to the line."""
        for seat in self._in_state(OFFERED):
            if seat.expires_at and seat.expires_at < self.rules.now:
                self._expire(seat)
                self._notify(seat.person, EXPIRED)

    def offer(self, before: str = "") -> None:
        """Serves those who wait, in their turn.
        `before`: only those who come before this person, who speaks for themself.
        """
        if self.rules.capacity is None:
            for seat in sorted(self.seats.values(), key=_by_request):
                self._seat(seat)
        elif self.rules.until and self.rules.until > self.rules.now and not self.rules.last_day:
            in_turn = sorted(self._in_state(WAITING), key=_by_turn)
            for seat in takewhile(lambda each: each.person != before, in_turn):
                self._offer(seat, min(self.rules.until, self.rules.starts_at - LAST_DAY))

    def _join(self, request: Request) -> None:
        current = Seat(request.person, request.party, WAITING, self.rules.now, request.event_id)
        self._put(replace(current, state=SEATED) if self._may_enter(request.party) else current)
        self._notify(request.person)

    def _grow(self, current: Seat, request: Request) -> None:
        if request.together:
            del self.seats[request.person]
            self._join(request)
        elif self._may_grow(current, request.party):
            self._put(replace(current, party=request.party))
            self._claim(request)
        else:
            self.notices.append(Notice(request.person, REFUSED, request.party, has=current.party))

    def _may_grow(self, current: Seat, party: int) -> bool:
        if current.state == WAITING:
            return self._in_state(WAITING)[-1] == current or (self.rules.last_day and self._fits(party))
        return self._may_enter(party - current.party)

    def _may_enter(self, people: int) -> bool:
        """The door: whether that many newcomers find seats, and all those who wait too."""
        seats = self.rules.capacity
        # more will never be seated
        waiting = sum(seat.party for seat in self._in_state(WAITING) if seats is None or seat.party <= seats)
        return self._fits(people) and (self.rules.last_day or self._fits(people + waiting))

    def _claim(self, request: Request) -> None:
        """They say yes to what they are offered, or to what is free."""
        current, now = self.seats[request.person], self.rules.now
        said_before = current.offered_at is not None and now <= current.offered_at
        if current.state == SEATED or not request.is_new or said_before:
            return
        if current.state == OFFERED and current.expires_at and current.expires_at < now:
            current = self._expire(current)
        may_sit = self._fits(current.party) and (self.rules.last_day or self._is_first(current))
        if current.state == OFFERED or may_sit:
            self._seat(current)

    def _is_first(self, current: Seat) -> bool:
        """Whether nobody who fits in what is free comes before, or there is room for all of them."""
        before = [seat.party for seat in self._in_state(WAITING) if _by_turn(seat) < _by_turn(current)]
        return not any(self._fits(party) for party in before) or self._fits(sum(before) + current.party)

    def _fits(self, party: int) -> bool:
        free = free_seats(self.seats.values(), self.rules.capacity)
        return free is None or party <= free

    def _in_state(self, state: str) -> list[Seat]:
        return sorted((seat for seat in self.seats.values() if seat.state == state), key=_by_request)

    def _offer(self, seat: Seat, until: datetime) -> None:
        if seat.offers >= MOST_OFFERS or not self._fits(seat.party):
            return
        if seat.person not in self.rules.reachable:
            self.unreachable.append(seat.person)
            return
        self._put(replace(seat, state=OFFERED, offered_at=self.rules.now, expires_at=until))
        self.notices.append(Notice(seat.person, OFFERED, seat.party, until=until))

    def _expire(self, seat: Seat) -> Seat:
        back = replace(seat, state=WAITING, offered_at=None, expires_at=None, offers=seat.offers + 1)
        return self._put(back)

    def _seat(self, seat: Seat) -> None:
        if seat.state != SEATED:
            self._put(replace(seat, state=SEATED, offered_at=None, expires_at=None))
            self._notify(seat.person)

    def _put(self, seat: Seat) -> Seat:
        self.seats[seat.person] = seat
        return seat

    def _notify(self, person: str, kind: str = "") -> None:
        current = self.seats[person]
        place = rank(self.seats.values(), person)
        self.notices.append(Notice(person, kind or current.state, current.party, place))

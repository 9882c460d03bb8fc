"""The waitlist: who has a seat, who is offered one, who waits; pure rules over values, nothing here reads a clock or a database.

- First come, first served: whoever says yes has seats for their whole party if they are free and nobody waits; else they wait, by the instant
  at which they asked. Nobody is seated before those who wait, unless there are seats for all of them too.
- What is free is offered to the first in line who fits in it and can be reached, until an instant that is given. Who lets an offer pass keeps
  their rank, but is offered again only after the others, and at most twice: then it is for them to say yes.
- Who waits and says yes again has the seat at once, if one is free and nobody who fits in it comes before, or all who do find theirs.
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
class Rules:
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
class Request:
    """Somebody's answer is yes. `said`: by this event; else it is brought back, or seen again.
    `whole`: rather all together in the line than seated without the others."""

    person: str
    party: int
    event: str
    said: bool = True
    whole: bool = False


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
    """To be said to somebody. `what`: SEATED, OFFERED (`until`), WAITING or EXPIRED (`rank`), REFUSED (that party does not fit: they keep `has`)."""

    person: str
    what: str
    party: int
    rank: int | None = None
    until: datetime | None = None
    has: int = 0


MOST_OFFERS = 2


@dataclass(frozen=True, slots=True)
class Outcome:
    """`skipped`: who would have been offered a seat, and cannot be reached."""

    places: tuple[Place, ...]
    news: tuple[Notice, ...]
    skipped: tuple[str, ...]

    def of(self, person: str) -> Place | None:
        return next((place for place in self.places if place.person == person), None)


def after(places: Iterable[Place], happened: WaitlistEvent, terms: Rules) -> Outcome:
    """Everybody's place once this has happened, and what is to be said. The same thing again changes nothing more."""
    allocation = _Allocation(places, terms)
    match happened:
        case Request(person):
            allocation.offer(before=person)
            allocation.wants(happened)
        case Withdraw(person):
            allocation.by_person.pop(person, None)
        case Transfer(person, to):
            allocation.gives(person, to)
        case Tick():
            allocation.expire()
    allocation.offer()
    return Outcome(tuple(sorted(allocation.by_person.values(), key=_asked)), tuple(allocation.news), tuple(dict.fromkeys(allocation.skipped)))


def free(places: Iterable[Place], capacity: int | None) -> int | None:
    """Seats that nobody has or is offered; None: there is no limit."""
    return None if capacity is None else max(0, capacity - sum(place.party for place in places if place.state != WAITING))


def rank(places: Iterable[Place], person: str) -> int | None:
    """From 1, among those who wait; None: this one does not."""
    waiting = [place.person for place in sorted(places, key=_asked) if place.state == WAITING]
    return waiting.index(person) + 1 if person in waiting else None


def _asked(place: Place) -> tuple[datetime, str, str]:
    return place.since, place.asked_by, place.person


def _turn(place: Place) -> tuple[int, datetime, str, str]:
    """The order in which those who wait are served."""
    return place.offers, *_asked(place)


class _Allocation:
    """The places while one thing happens."""

    def __init__(self, places: Iterable[Place], terms: Rules) -> None:
        self.by_person = {place.person: place for place in places}
        self.terms = terms
        self.news: list[Notice] = []
        self.skipped: list[str] = []

    def wants(self, wish: Request) -> None:
        mine = self.by_person.get(wish.person)
        if mine is None:
            self._ask(wish)
        elif mine.asked_by == wish.event:
            return  # heard already
        elif wish.party > mine.party:
            self._grow(mine, wish)
        else:
            self._put(replace(mine, party=wish.party))
            self._again(wish)

    def gives(self, person: str, to: str) -> None:
        mine, theirs = self.by_person.pop(person, None), self.by_person.get(to)
        if mine is None or (theirs and (theirs.state != WAITING or (mine.state == WAITING and _turn(theirs) < _turn(mine)))):
            return
        self._put(replace(mine, person=to))
        if mine.state == OFFERED:
            self._again(Request(to, mine.party, ""))
        if to not in {news.person for news in self.news}:
            self._tell(to)

    def expire(self) -> None:
        """What was offered and not taken goes back to the line."""
        for place in self._ordered(OFFERED):
            if place.expires_at and place.expires_at < self.terms.now:
                self._expire(place)
                self._tell(place.person, EXPIRED)

    def offer(self, before: str = "") -> None:
        """Serves those who wait, in their turn. `before`: only those who come before this person, who speaks for themself."""
        if self.terms.capacity is None:
            for place in sorted(self.by_person.values(), key=_asked):
                self._seat(place)
        elif self.terms.until and self.terms.until > self.terms.now and not self.terms.last_day:
            for place in takewhile(lambda each: each.person != before, sorted(self._ordered(WAITING), key=_turn)):
                self._offer(place, min(self.terms.until, self.terms.starts_at - LAST_DAY))

    def _ask(self, wish: Request) -> None:
        mine = Place(wish.person, wish.party, WAITING, self.terms.now, wish.event)
        self._put(replace(mine, state=SEATED) if self._enters(wish.party) else mine)
        self._tell(wish.person)

    def _grow(self, mine: Place, wish: Request) -> None:
        if wish.whole:
            del self.by_person[wish.person]
            self._ask(wish)
        elif self._may_grow(mine, wish.party):
            self._put(replace(mine, party=wish.party))
            self._again(wish)
        else:
            self.news.append(Notice(wish.person, REFUSED, wish.party, has=mine.party))

    def _may_grow(self, mine: Place, party: int) -> bool:
        if mine.state == WAITING:
            return self._ordered(WAITING)[-1] == mine or (self.terms.last_day and self._fits(party))
        return self._enters(party - mine.party)

    def _enters(self, people: int) -> bool:
        """The door: whether that many newcomers find seats, and all those who wait too."""
        seats = self.terms.capacity
        waiting = sum(place.party for place in self._ordered(WAITING) if seats is None or place.party <= seats)  # more will never be seated
        return self._fits(people) and (self.terms.last_day or self._fits(people + waiting))

    def _again(self, wish: Request) -> None:
        """They say yes to what they are offered, or to what is free."""
        mine, now = self.by_person[wish.person], self.terms.now
        if mine.state == SEATED or not wish.said or (mine.offered_at and now <= mine.offered_at):
            return
        if mine.state == OFFERED and mine.expires_at and mine.expires_at < now:
            mine = self._expire(mine)
        if mine.state == OFFERED or (self._fits(mine.party) and (self.terms.last_day or self._first(mine))):
            self._seat(mine)

    def _first(self, mine: Place) -> bool:
        """Whether nobody who fits in what is free comes before, or there is room for all of them."""
        before = [place.party for place in self._ordered(WAITING) if _turn(place) < _turn(mine)]
        return not any(self._fits(party) for party in before) or self._fits(sum(before) + mine.party)

    def _fits(self, party: int) -> bool:
        room = free(self.by_person.values(), self.terms.capacity)
        return room is None or party <= room

    def _ordered(self, state: str) -> list[Place]:
        return sorted((place for place in self.by_person.values() if place.state == state), key=_asked)

    def _offer(self, place: Place, until: datetime) -> None:
        if place.offers >= MOST_OFFERS or not self._fits(place.party):
            return
        if place.person not in self.terms.reachable:
            self.skipped.append(place.person)
            return
        self._put(replace(place, state=OFFERED, offered_at=self.terms.now, expires_at=until))
        self.news.append(Notice(place.person, OFFERED, place.party, until=until))

    def _expire(self, place: Place) -> Place:
        return self._put(replace(place, state=WAITING, offered_at=None, expires_at=None, offers=place.offers + 1))

    def _seat(self, place: Place) -> None:
        if place.state != SEATED:
            self._put(replace(place, state=SEATED, offered_at=None, expires_at=None))
            self._tell(place.person)

    def _put(self, place: Place) -> Place:
        self.by_person[place.person] = place
        return place

    def _tell(self, person: str, what: str = "") -> None:
        mine = self.by_person[person]
        self.news.append(Notice(person, what or mine.state, mine.party, rank(self.by_person.values(), person)))

"""Whatever people do, in whichever order it is heard:
no seat is promised twice, nobody is overtaken, the counts are those of the acts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from storage.meetings import answers, counts, waitlist
from storage.meetings.waitlist import (
    EXPIRED,
    LAST_DAY,
    OFFERED,
    REFUSED,
    SEATED,
    WAITING,
    Notice,
    Request,
    Rules,
    Seat,
    Tick,
    Transfer,
    WaitlistEvent,
    Withdraw,
)
from storage.tables import Attendance, Meeting

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
START = datetime(2026, 12, 10, 8, 30, tzinfo=UTC)
EVERYBODY = frozenset({"alix", "camille", "dominique", "lou", "sacha"})
PEOPLE = sorted(EVERYBODY)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass
class Deed:
    """One thing that happens; `who` and `other` are numbers of people, or of acts."""

    what: str
    who: int = 0
    other: int = 0
    party: int = 1
    way: str = answers.TEXT
    whole: bool = False
    hours: float = 0
    reachable: frozenset[str] = frozenset()
    offers: bool = False  # whether offers may be made at that moment
    capacity: int | None = None


@dataclass
class Life:
    """A meeting, and all that was done about it:
    the acts that stand, and the places that followed from them.
    """

    capacity: int | None
    now: datetime = START - 4 * DAY
    acts: dict[str, Attendance] = field(default_factory=dict)
    places: tuple[Seat, ...] = ()
    events: int = 0

    def terms(self, deed: Deed, now: datetime | None = None) -> Rules:
        now = now or self.now
        return Rules(now, START, self.capacity, now + 8 * HOUR if deed.offers else None, deed.reachable)

    def does(self, deed: Deed) -> None:
        """Checks what changed, and that it changes once."""
        self.now += timedelta(hours=deed.hours) + timedelta(seconds=1)
        self.events += 1
        acts, event = dict(self.acts), f"${self.events:03}"
        for happened, terms in getattr(self, f"_{deed.what}")(deed, event):
            after = waitlist.allocate(self.places, happened, terms)
            check(self.places, after.seats, happened, terms)
            said_to(after.notices, after.seats)
            assert waitlist.allocate(after.seats, happened, terms).seats == after.seats
            if any(news.kind == REFUSED for news in after.notices) and getattr(happened, "said", False):
                self.acts = acts  # the handler refuses: nothing of it stays
                return
            self.places = after.seats

    def _answer(self, event: str, person: str, answer: str, deed: Deed) -> Attendance:
        return Attendance(
            event_id=event,
            meeting_id=1,
            person=person,
            at=self.now,
            way=deed.way,
            answer=answer,
            party=deed.party,
        )

    def _settled(
        self, deed: Deed, person: str, event: str, now: datetime | None = None
    ) -> tuple[WaitlistEvent, Rules]:
        wanted = answers.current(act for act in self.acts.values() if act.person == person)
        if wanted is None or wanted.answer != answers.YES:
            return Withdraw(person), self.terms(deed, now)
        return Request(
            person, wanted.party, event, is_new=wanted.event_id == event, together=deed.whole
        ), self.terms(deed, now)

    def _says(self, deed: Deed, event: str) -> list[tuple[WaitlistEvent, Rules]]:
        person = PEOPLE[deed.who % 5]
        answer = (answers.YES, answers.YES, answers.YES, answers.NO, answers.REMOTE, answers.MAYBE)[
            deed.other % 6
        ]
        self.acts[event] = self._answer(event, person, answer, deed)
        return [self._settled(deed, person, event)]

    def _takes_back(self, deed: Deed, event: str) -> list[tuple[WaitlistEvent, Rules]]:
        if not self.acts:
            return []
        gone = self.acts.pop(sorted(self.acts)[deed.who % len(self.acts)])
        return [self._settled(deed, gone.person, event)]

    def _heard_again(self, deed: Deed, event: str) -> list[tuple[WaitlistEvent, Rules]]:
        """An old act comes once more, with its own time."""
        if not self.acts:
            return []
        old = self.acts[sorted(self.acts)[deed.who % len(self.acts)]]
        return [self._settled(deed, old.person, old.event_id, old.at)]

    def _replaced(self, deed: Deed, event: str) -> list[tuple[WaitlistEvent, Rules]]:
        giver, to = PEOPLE[deed.who % 5], PEOPLE[deed.other % 5]
        mine = next((place for place in self.places if place.person == giver), None)
        if mine is None or giver == to:
            return []
        self.acts[event] = self._answer(event, giver, answers.NO, deed)
        self.acts[event + "+"] = self._answer(event + "+", to, answers.YES, replace(deed, party=mine.party))
        return [(Transfer(giver, to), self.terms(deed))]

    def _seats(self, deed: Deed, event: str) -> list[tuple[WaitlistEvent, Rules]]:
        self.capacity = deed.capacity
        return [(Tick(), self.terms(deed))]

    def _looks(self, deed: Deed, event: str) -> list[tuple[WaitlistEvent, Rules]]:
        return [(Tick(), self.terms(deed))]


def taken(places: Sequence[Seat]) -> int:
    return sum(place.party for place in places if place.state != WAITING)


def turn(place: Seat) -> tuple[int, datetime, str]:
    return place.offers, place.since, place.asked_by


def check(before: Sequence[Seat], after: Sequence[Seat], happened: WaitlistEvent, terms: Rules) -> None:
    was, now = {each.person: each for each in before}, {each.person: each for each in after}
    assert len(now) == len(after)
    if terms.capacity is not None:
        assert taken(after) <= max(terms.capacity, taken(before))
    mover = getattr(happened, "person", "")
    for person, mine in was.items():
        if person in {mover, getattr(happened, "to", "")}:
            continue
        kept = now[person]
        assert (kept.party, kept.since, kept.asked_by) == (mine.party, mine.since, mine.asked_by)
        assert mine.state != SEATED or kept.state == SEATED
        if mine.state == OFFERED and (
            not isinstance(happened, Tick) or (mine.expires_at or NOW) >= terms.now
        ):
            assert kept.state == (SEATED if terms.capacity is None else OFFERED)
    for person, mine in now.items():
        if mine.state == SEATED and person not in {each.person for each in before if each.state == SEATED}:
            assert isinstance(happened, Transfer) or may_be_seated(person, before, after, terms)
    if terms.capacity is not None:
        offered_in_order(before, after, terms)


def may_be_seated(person: str, before: Sequence[Seat], after: Sequence[Seat], terms: Rules) -> bool:
    """Whether nobody was overtaken."""
    mine = next((each for each in before if each.person == person), None)
    if terms.capacity is None or terms.last_day:
        return True
    if mine and mine.state == OFFERED and (mine.expires_at or NOW) >= terms.now:
        return True
    still = [each for each in after if each.state == WAITING and each.person != person]
    left = terms.capacity - taken(after)
    if mine is None:
        # more than there are seats keep nobody waiting
        return sum(each.party for each in still if each.party <= terms.capacity) <= left
    room = terms.capacity - taken([each for each in after if each.person != person])
    mine = replace(mine, offers=mine.offers + (mine.state == OFFERED))
    ahead = [each for each in still if turn(each) < turn(mine)]
    return not any(each.party <= room for each in ahead) or sum(each.party for each in ahead) <= left


def offered_in_order(before: Sequence[Seat], after: Sequence[Seat], terms: Rules) -> None:
    old = {(each.person, each.offered_at) for each in before}
    new = [each for each in after if each.state == OFFERED and (each.person, each.offered_at) not in old]
    assert not new or (terms.until and not terms.last_day)
    for each in new:
        assert each.person in terms.reachable
        assert each.offers < waitlist.MOST_OFFERS
        assert terms.now < (each.expires_at or NOW) <= START - LAST_DAY
    waiting = [
        each
        for each in after
        if each.state == WAITING and each.person in terms.reachable and each.offers < waitlist.MOST_OFFERS
    ]
    if terms.until is None or terms.last_day or terms.capacity is None:
        return
    left = max(0, terms.capacity - taken(after))
    for each in waiting:
        later = [offer for offer in new if turn(offer) > turn(each)]
        assert each.party > left + sum(offer.party for offer in later) or taken(after) > terms.capacity


def said_to(news: Sequence[Notice], after: Sequence[Seat]) -> None:
    """What is said is true: of what somebody is told, the last is what they have."""
    last = {each.person: each for each in news if each.kind != REFUSED}
    places = {each.person: each for each in after}
    for person, each in last.items():
        assert each.kind == places[person].state or (each.kind == EXPIRED and places[person].state == WAITING)
        assert each.party == places[person].party
        assert each.until == (places[person].expires_at if each.kind == OFFERED else None)


def recount(life: Life) -> dict[str, str]:
    """What each one wants, by following what they did by hand."""
    wanted: dict[str, str] = {}
    for event in sorted(life.acts, key=lambda each: (life.acts[each].at, each)):
        wanted[life.acts[event].person] = life.acts[event].answer
    return wanted


ways = st.sampled_from([answers.TAP, answers.TEXT, answers.TEAM])
deeds = st.builds(
    Deed,
    what=st.sampled_from(
        ["says"] * 6 + ["takes_back", "heard_again", "replaced", "seats", "looks", "looks", "looks"]
    ),
    who=st.integers(0, 30),
    other=st.integers(0, 30),
    party=st.sampled_from([1, 1, 1, 2, 3]),
    way=ways,
    whole=st.booleans(),
    hours=st.sampled_from([0, 0, 0, 1, 5, 9, 30]),
    reachable=st.sampled_from(
        [EVERYBODY, EVERYBODY, frozenset(), frozenset(PEOPLE[:2]), frozenset(PEOPLE[2:])]
    ),
    offers=st.booleans(),
    capacity=st.sampled_from([0, 1, 2, 3, 4, None]),
)


@settings(max_examples=300)
@given(st.sampled_from([0, 1, 2, 3, 4, 5, None]), st.lists(deeds, max_size=40))
def test_no_seat_is_promised_twice_nobody_is_overtaken_and_the_counts_are_those_of_the_acts(
    capacity: int | None, done: list[Deed]
) -> None:
    life = Life(capacity)
    for deed in done:
        life.does(deed)
        wanted = recount(life)
        assert {place.person for place in life.places} == {
            person for person, answer in wanted.items() if answer == answers.YES
        }
    row = Meeting(
        id=1,
        event_id="$",
        name="2026-T4",
        uid="",
        starts_at=START,
        ends_at=START,
        author="",
        capacity=life.capacity,
    )
    found = counts.count(row, life.acts.values(), life.places)
    said = list(recount(life).values())
    assert (found.remote, found.maybe, found.no) == (
        said.count(answers.REMOTE),
        said.count(answers.MAYBE),
        said.count(answers.NO),
    )
    assert found.answered == len(said)
    assert found.seated + found.offered + found.waiting == sum(place.party for place in life.places)
    assert found.free == (
        None if life.capacity is None else max(0, life.capacity - found.seated - found.offered)
    )

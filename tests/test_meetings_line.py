"""Seats are never promised twice and the line keeps its order, whatever people do and however the bot is stopped."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.meetings import answers, counts, line
from storage.meetings.happenings import (
    EXPIRED,
    LAST_DAY,
    OFFERED,
    REFUSED,
    SEATED,
    WAITING,
    Gives,
    Happening,
    Leaves,
    Looks,
    News,
    Place,
    Terms,
    Wants,
)
from storage.tables import Attendance, Meeting

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
START = datetime(2026, 12, 10, 8, 30, tzinfo=UTC)
EVERYBODY = frozenset({"alix", "camille", "dominique", "lou", "sacha"})
PEOPLE = sorted(EVERYBODY)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Hall:
    """A meeting to which things happen, a minute after each other; offers last a day."""

    def __init__(self, capacity: int | None, reachable: frozenset[str] = EVERYBODY) -> None:
        self.capacity, self.reachable, self.now = capacity, reachable, NOW
        self.places: tuple[Place, ...] = ()
        self.skipped: tuple[str, ...] = ()
        self.events = 0

    def happens(self, happened: Happening, *, tick: bool = False) -> list[tuple[str, str]]:
        """What is said, to whom."""
        self.now += timedelta(minutes=1)
        after = line.after(self.places, happened, Terms(self.now, START, self.capacity, self.now + DAY if tick else None, self.reachable))
        self.places, self.skipped = after.places, after.skipped
        return [(news.person, news.what) for news in after.news]

    def yes(self, person: str, party: int = 1, *, whole: bool = False) -> list[tuple[str, str]]:
        self.events += 1
        return self.happens(Wants(person, party, f"${self.events}", whole=whole))

    def no(self, person: str) -> list[tuple[str, str]]:
        return self.happens(Leaves(person))

    def tick(self, later: timedelta = HOUR) -> list[tuple[str, str]]:
        self.now += later
        return self.happens(Looks(), tick=True)

    def states(self) -> dict[str, str]:
        return {place.person: place.state for place in self.places}

    def ranks(self) -> list[str]:
        return sorted((each for each in self.states() if line.rank(self.places, each)), key=lambda each: line.rank(self.places, each) or 0)


def full(capacity: int = 1, *waiting: str, reachable: frozenset[str] = EVERYBODY) -> Hall:
    hall = Hall(capacity, reachable)
    for number in range(capacity):
        hall.yes(f"guest {number}")
    for person in waiting:
        hall.yes(person)
    return hall


def test_while_there_are_seats_who_says_yes_has_one_then_the_others_wait_in_their_order() -> None:
    hall = Hall(2)
    assert hall.yes("alix") == [("alix", SEATED)]
    assert hall.yes("lou") == [("lou", SEATED)]
    assert hall.yes("sacha") == [("sacha", WAITING)]
    assert hall.yes("camille") == [("camille", WAITING)]
    assert hall.ranks() == ["sacha", "camille"]


def test_with_no_limit_everybody_has_a_seat() -> None:
    hall = Hall(None)
    assert hall.yes("alix", 40) == [("alix", SEATED)]
    assert line.free(hall.places, None) is None


def test_companions_need_seats_too() -> None:
    hall = Hall(3)
    hall.yes("alix", 2)
    assert hall.yes("lou", 2) == [("lou", WAITING)]
    assert line.free(hall.places, 3) == 1


def test_nobody_overtakes_those_who_wait_even_where_they_alone_would_fit() -> None:
    hall = Hall(2)
    hall.yes("alix")
    hall.yes("lou", 2)
    assert hall.yes("sacha") == [("sacha", WAITING)]


def test_of_two_who_asked_in_the_same_millisecond_one_is_always_before() -> None:
    terms = Terms(NOW, START, 0)
    first = line.after(line.after((), Wants("lou", 1, "$a"), terms).places, Wants("alix", 1, "$b"), terms).places
    second = line.after(line.after((), Wants("alix", 1, "$b"), terms).places, Wants("lou", 1, "$a"), terms).places
    assert first == second
    assert line.rank(first, "lou") == 1


def test_a_yes_heard_late_takes_the_place_in_the_line_of_when_it_was_said() -> None:
    hall = full(1, "lou")
    hall.places = line.after(hall.places, Wants("alix", 1, "$late"), Terms(NOW, START, 1)).places
    assert hall.ranks() == ["alix", "lou"]


def test_saying_yes_again_keeps_the_rank_and_saying_no_loses_it() -> None:
    hall = full(1, "alix", "lou")
    assert hall.yes("alix") == []
    assert hall.ranks() == ["alix", "lou"]
    hall.no("alix")
    hall.yes("alix")
    assert hall.ranks() == ["lou", "alix"]


def test_a_freed_seat_is_offered_to_the_first_who_can_be_reached() -> None:
    hall = full(1, "alix", "lou", reachable=frozenset({"lou"}))
    assert hall.no("guest 0") == []
    assert hall.tick() == [("lou", OFFERED)]
    assert hall.skipped == ("alix",)
    assert hall.ranks() == ["alix"]


def test_a_freed_seat_is_offered_to_the_first_who_fits_in_it() -> None:
    hall = full(2)
    hall.yes("alix", 2)
    hall.yes("lou")
    hall.no("guest 0")
    assert hall.tick() == [("lou", OFFERED)]


def test_who_is_offered_a_seat_says_yes_and_has_it() -> None:
    hall = full(1, "alix", "lou")
    hall.no("guest 0")
    hall.tick()
    assert hall.yes("lou") == []
    assert hall.yes("alix") == [("alix", SEATED)]


def test_an_answer_given_before_the_offer_expired_counts_though_it_is_heard_afterwards() -> None:
    hall = full(1, "alix", "lou")
    hall.no("guest 0")
    hall.tick()
    hall.now += DAY - timedelta(minutes=1)  # the last moment
    assert hall.yes("alix") == [("alix", SEATED)]
    assert hall.tick(DAY) == []


def test_an_offer_let_pass_goes_to_the_next_and_comes_back_after_the_others_once() -> None:
    hall = full(1, "alix", "lou")
    hall.no("guest 0")
    assert hall.tick() == [("alix", OFFERED)]
    assert hall.tick(DAY) == [("alix", EXPIRED), ("lou", OFFERED)]
    assert hall.ranks() == ["alix"]
    assert hall.tick(DAY) == [("lou", EXPIRED), ("alix", OFFERED)]
    assert hall.tick(DAY) == [("alix", EXPIRED), ("lou", OFFERED)]
    assert hall.tick(DAY) == [("lou", EXPIRED)]
    assert hall.tick(DAY) == []
    assert hall.yes("lou") == []  # alix is before
    assert hall.yes("alix") == [("alix", SEATED)]


def test_who_says_yes_after_the_offer_expired_has_the_seat_if_nobody_comes_before() -> None:
    alone, followed = full(1, "alix"), full(1, "alix", "lou")
    for hall in (alone, followed):
        hall.no("guest 0")
        hall.tick()
        hall.now += DAY
    assert alone.yes("alix") == [("alix", SEATED)]
    assert followed.yes("alix") == []
    assert followed.tick(HOUR) == [("lou", OFFERED)]


def test_an_old_yes_heard_after_the_offer_does_not_accept_it() -> None:
    hall = full(1, "alix")
    hall.no("guest 0")
    hall.tick()
    after = line.after(hall.places, Wants("alix", 1, "$old"), Terms(NOW, START, 1))
    assert after.places == hall.places


def test_a_yes_brought_back_does_not_accept_an_offer() -> None:
    hall = full(1, "alix")
    hall.no("guest 0")
    hall.tick()
    assert hall.happens(Wants("alix", 1, "$back", said=False)) == []
    assert hall.states() == {"alix": OFFERED}


def test_who_waits_and_cannot_be_reached_takes_the_free_seat_by_saying_yes_again() -> None:
    hall = full(1, "alix", "lou", reachable=frozenset())
    hall.no("guest 0")
    assert hall.tick() == []
    assert hall.skipped == ("alix", "lou")
    assert hall.yes("lou") == []
    assert hall.yes("alix") == [("alix", SEATED)]


def test_in_the_last_day_nothing_is_offered_and_the_first_to_say_yes_has_the_seat() -> None:
    hall = full(1, "alix", "lou")
    hall.no("guest 0")
    assert hall.tick(START - LAST_DAY - hall.now) == []
    assert hall.yes("lou") == [("lou", SEATED)]
    assert hall.yes("alix") == []
    hall.no("lou")
    assert hall.yes("sacha") == [("sacha", SEATED)]


def test_who_says_yes_while_offers_are_made_comes_after_those_before_and_is_seated_not_offered() -> None:
    hall = full(2, "alix", "lou")
    hall.no("guest 0")
    hall.no("guest 1")
    after = line.after(hall.places, Wants("lou", 1, "$again"), Terms(hall.now + HOUR, START, 2, hall.now + DAY, EVERYBODY))
    assert [(news.person, news.what) for news in after.news] == [("alix", OFFERED), ("lou", SEATED)]


def test_who_says_yes_too_late_while_offers_are_made_lets_the_others_go_first() -> None:
    hall = full(2, "lou", "alix")
    hall.no("guest 0")
    hall.tick()
    hall.no("guest 1")
    after = line.after(hall.places, Wants("lou", 1, "$late"), Terms(hall.now + 2 * DAY, START, 2, hall.now + 3 * DAY, EVERYBODY))
    assert [(news.person, news.what) for news in after.news] == [("alix", OFFERED), ("lou", SEATED)]


def test_the_yes_that_led_to_an_offer_does_not_accept_it_when_heard_twice() -> None:
    hall = full(1, "alix", "lou")
    hall.no("guest 0")
    terms = Terms(hall.now + HOUR, START, 1, hall.now + DAY, frozenset({"lou"}))
    once = line.after(hall.places, Wants("lou", 1, "$again"), terms)
    assert [(news.person, news.what) for news in once.news] == [("lou", OFFERED)]
    assert line.after(once.places, Wants("lou", 1, "$again"), terms).places == once.places


def test_an_offer_stands_until_its_last_moment() -> None:
    hall = full(1, "alix")
    hall.no("guest 0")
    hall.tick()
    until = hall.places[0].expires_at or NOW
    assert not line.after(hall.places, Looks(), Terms(until, START, 1)).news
    assert line.after(hall.places, Looks(), Terms(until + timedelta(seconds=1), START, 1)).news


def test_nothing_is_offered_that_would_have_expired_already() -> None:
    hall = full(1, "alix")
    hall.no("guest 0")
    assert not line.after(hall.places, Looks(), Terms(hall.now, START, 1, hall.now, EVERYBODY)).news


def test_no_offer_lasts_into_the_last_day() -> None:
    hall = full(1, "alix")
    hall.no("guest 0")
    hall.tick(START - LAST_DAY - HOUR - hall.now)
    assert hall.places[0].expires_at == START - LAST_DAY


def test_more_seats_are_offered_and_fewer_take_none_away() -> None:
    hall = full(2, "alix", "lou")
    hall.capacity = 3
    assert hall.tick() == [("alix", OFFERED)]
    hall.capacity = 1
    assert hall.tick() == []
    assert hall.states() == {"guest 0": SEATED, "guest 1": SEATED, "alix": OFFERED, "lou": WAITING}
    assert line.free(hall.places, 1) == 0
    assert hall.yes("alix") == [("alix", SEATED)]
    hall.no("guest 0")
    hall.no("guest 1")
    assert hall.tick() == []


def test_once_there_is_no_limit_any_more_those_who_wait_have_their_seats() -> None:
    hall = full(1, "alix", "lou")
    hall.capacity = None
    assert hall.happens(Looks()) == [("alix", SEATED), ("lou", SEATED)]


def test_a_party_that_grows_has_the_seats_that_are_free_and_else_keeps_what_it_has() -> None:
    hall = Hall(3)
    hall.yes("alix")
    assert hall.yes("alix", 2) == []
    hall.yes("lou")
    assert hall.yes("alix", 3) == [("alix", REFUSED)]
    assert [(place.person, place.party, place.state) for place in hall.places] == [("alix", 2, SEATED), ("lou", 1, SEATED)]


def test_a_party_that_does_not_fit_may_wait_all_together_and_leaves_its_seat() -> None:
    hall = full(1)
    hall.yes("lou")
    assert hall.yes("guest 0", 2, whole=True) == [("guest 0", WAITING)]
    assert hall.ranks() == ["lou", "guest 0"]
    assert hall.tick() == [("lou", OFFERED)]


def test_a_party_does_not_grow_in_the_line_before_those_who_asked_in_between() -> None:
    hall = full(2, "lou", "alix")
    assert hall.yes("lou", 2) == [("lou", REFUSED)]
    assert hall.yes("alix", 2) == []
    hall.yes("lou", 2, whole=True)
    assert hall.ranks() == ["alix", "lou"]


def test_in_the_last_day_who_waits_may_come_with_others_if_there_are_seats() -> None:
    hall = full(2, "lou", "alix")
    hall.now = START - LAST_DAY
    hall.no("guest 0")
    assert hall.yes("lou", 2) == [("lou", REFUSED)]
    hall.no("guest 1")
    assert hall.yes("lou", 2) == [("lou", SEATED)]


def test_a_party_that_shrinks_frees_seats() -> None:
    hall = Hall(2)
    hall.yes("alix", 2)
    hall.yes("lou")
    assert hall.yes("alix") == []
    assert hall.tick() == [("lou", OFFERED)]


@pytest.mark.parametrize(("giver", "gets"), [("guest 0", SEATED), ("alix", WAITING)])
def test_who_replaces_somebody_has_their_seat_or_their_rank(giver: str, gets: str) -> None:
    hall = full(1, "alix", "lou", "sacha")
    assert hall.happens(Gives(giver, "sacha")) == [("sacha", gets)]
    assert giver not in hall.states()
    assert hall.ranks() == (["alix", "lou"] if gets == SEATED else ["sacha", "lou"])


def test_who_replaces_somebody_and_has_a_better_rank_keeps_it() -> None:
    hall = full(1, "alix", "lou", "sacha")
    hall.happens(Gives("sacha", "alix"))
    assert hall.ranks() == ["alix", "lou"]


def test_who_has_a_seat_and_replaces_somebody_leaves_theirs_free() -> None:
    hall = full(2, "alix")
    hall.happens(Gives("guest 0", "guest 1"))
    assert hall.tick() == [("alix", OFFERED)]


def test_who_has_a_seat_and_replaces_somebody_keeps_their_own_companions() -> None:
    hall = Hall(3)
    hall.yes("alix")
    hall.yes("lou", 2)
    hall.happens(Gives("alix", "lou"))
    assert [(place.person, place.party) for place in hall.places] == [("lou", 2)]


def test_who_replaces_somebody_takes_what_was_offered_to_them() -> None:
    hall = full(1, "alix")
    hall.no("guest 0")
    hall.tick()
    assert hall.happens(Gives("alix", "sacha")) == [("sacha", SEATED)]


# --- whatever happens


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
    """A meeting, and all that was done about it: the acts that stand, and the places that followed from them."""

    capacity: int | None
    now: datetime = START - 4 * DAY
    acts: dict[str, Attendance] = field(default_factory=dict)
    places: tuple[Place, ...] = ()
    events: int = 0

    def terms(self, deed: Deed, now: datetime | None = None) -> Terms:
        now = now or self.now
        return Terms(now, START, self.capacity, now + 8 * HOUR if deed.offers else None, deed.reachable)

    def does(self, deed: Deed) -> None:
        """Checks what changed, and that it changes once."""
        self.now += timedelta(hours=deed.hours) + timedelta(seconds=1)
        self.events += 1
        acts, event = dict(self.acts), f"${self.events:03}"
        for happened, terms in getattr(self, f"_{deed.what}")(deed, event):
            after = line.after(self.places, happened, terms)
            check(self.places, after.places, happened, terms)
            said_to(after.news, after.places)
            assert line.after(after.places, happened, terms).places == after.places
            if any(news.what == REFUSED for news in after.news) and getattr(happened, "said", False):
                self.acts = acts  # the handler refuses: nothing of it stays
                return
            self.places = after.places

    def _answer(self, event: str, person: str, answer: str, deed: Deed) -> Attendance:
        return Attendance(event_id=event, meeting_id=1, person=person, at=self.now, way=deed.way, answer=answer, party=deed.party)

    def _settled(self, deed: Deed, person: str, event: str, now: datetime | None = None) -> tuple[Happening, Terms]:
        wanted = answers.standing(act for act in self.acts.values() if act.person == person)
        if wanted is None or wanted.answer != answers.YES:
            return Leaves(person), self.terms(deed, now)
        return Wants(person, wanted.party, event, said=wanted.event_id == event, whole=deed.whole), self.terms(deed, now)

    def _says(self, deed: Deed, event: str) -> list[tuple[Happening, Terms]]:
        person = PEOPLE[deed.who % 5]
        answer = (answers.YES, answers.YES, answers.YES, answers.NO, answers.REMOTE, answers.MAYBE)[deed.other % 6]
        self.acts[event] = self._answer(event, person, answer, deed)
        return [self._settled(deed, person, event)]

    def _takes_back(self, deed: Deed, event: str) -> list[tuple[Happening, Terms]]:
        if not self.acts:
            return []
        gone = self.acts.pop(sorted(self.acts)[deed.who % len(self.acts)])
        return [self._settled(deed, gone.person, event)]

    def _heard_again(self, deed: Deed, event: str) -> list[tuple[Happening, Terms]]:
        """An old act comes once more, with its own time."""
        if not self.acts:
            return []
        old = self.acts[sorted(self.acts)[deed.who % len(self.acts)]]
        return [self._settled(deed, old.person, old.event_id, old.at)]

    def _replaced(self, deed: Deed, event: str) -> list[tuple[Happening, Terms]]:
        giver, to = PEOPLE[deed.who % 5], PEOPLE[deed.other % 5]
        mine = next((place for place in self.places if place.person == giver), None)
        if mine is None or giver == to:
            return []
        self.acts[event] = self._answer(event, giver, answers.NO, deed)
        self.acts[event + "+"] = self._answer(event + "+", to, answers.YES, replace(deed, party=mine.party))
        return [(Gives(giver, to), self.terms(deed))]

    def _seats(self, deed: Deed, event: str) -> list[tuple[Happening, Terms]]:
        self.capacity = deed.capacity
        return [(Looks(), self.terms(deed))]

    def _looks(self, deed: Deed, event: str) -> list[tuple[Happening, Terms]]:
        return [(Looks(), self.terms(deed))]


def taken(places: Sequence[Place]) -> int:
    return sum(place.party for place in places if place.state != WAITING)


def turn(place: Place) -> tuple[int, datetime, str]:
    return place.offers, place.since, place.asked_by


def check(before: Sequence[Place], after: Sequence[Place], happened: Happening, terms: Terms) -> None:
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
        if mine.state == OFFERED and (not isinstance(happened, Looks) or (mine.expires_at or NOW) >= terms.now):
            assert kept.state == (SEATED if terms.capacity is None else OFFERED)
    for person, mine in now.items():
        if mine.state == SEATED and person not in {each.person for each in before if each.state == SEATED}:
            assert isinstance(happened, Gives) or may_be_seated(person, before, after, terms)
    if terms.capacity is not None:
        offered_in_order(before, after, terms)


def may_be_seated(person: str, before: Sequence[Place], after: Sequence[Place], terms: Terms) -> bool:
    """Whether nobody was overtaken."""
    mine = next((each for each in before if each.person == person), None)
    if terms.capacity is None or terms.last_day:
        return True
    if mine and mine.state == OFFERED and (mine.expires_at or NOW) >= terms.now:
        return True
    still = [each for each in after if each.state == WAITING and each.person != person]
    if mine is None:
        return not still
    room = terms.capacity - taken([each for each in after if each.person != person])
    mine = replace(mine, offers=mine.offers + (mine.state == OFFERED))
    return not any(turn(each) < turn(mine) for each in still if each.party <= room)


def offered_in_order(before: Sequence[Place], after: Sequence[Place], terms: Terms) -> None:
    old = {(each.person, each.offered_at) for each in before}
    new = [each for each in after if each.state == OFFERED and (each.person, each.offered_at) not in old]
    assert not new or (terms.until and not terms.last_day)
    for each in new:
        assert each.person in terms.reachable
        assert each.offers < line.MOST_OFFERS
        assert terms.now < (each.expires_at or NOW) <= START - LAST_DAY
    waiting = [each for each in after if each.state == WAITING and each.person in terms.reachable and each.offers < line.MOST_OFFERS]
    if terms.until is None or terms.last_day or terms.capacity is None:
        return
    left = max(0, terms.capacity - taken(after))
    for each in waiting:
        later = [offer for offer in new if turn(offer) > turn(each)]
        assert each.party > left + sum(offer.party for offer in later) or taken(after) > terms.capacity


def said_to(news: Sequence[News], after: Sequence[Place]) -> None:
    """What is said is true: of what somebody is told, the last is what they have."""
    last = {each.person: each for each in news if each.what != REFUSED}
    places = {each.person: each for each in after}
    for person, each in last.items():
        assert each.what == places[person].state or (each.what == EXPIRED and places[person].state == WAITING)
        assert each.party == places[person].party
        assert each.until == (places[person].expires_at if each.what == OFFERED else None)


def recount(life: Life) -> dict[str, str]:
    """What each one wants, by following what they did by hand."""
    wanted: dict[str, str] = {}
    for event in sorted(life.acts, key=lambda each: (life.acts[each].at, each)):
        wanted[life.acts[event].person] = life.acts[event].answer
    return wanted


ways = st.sampled_from([answers.TAP, answers.TEXT, answers.TEAM])
deeds = st.builds(
    Deed,
    what=st.sampled_from(["says"] * 6 + ["takes_back", "heard_again", "replaced", "seats", "looks", "looks", "looks"]),
    who=st.integers(0, 30),
    other=st.integers(0, 30),
    party=st.sampled_from([1, 1, 1, 2, 3]),
    way=ways,
    whole=st.booleans(),
    hours=st.sampled_from([0, 0, 0, 1, 5, 9, 30]),
    reachable=st.sampled_from([EVERYBODY, EVERYBODY, frozenset(), frozenset(PEOPLE[:2]), frozenset(PEOPLE[2:])]),
    offers=st.booleans(),
    capacity=st.sampled_from([0, 1, 2, 3, 4, None]),
)


@settings(max_examples=300)
@given(st.sampled_from([0, 1, 2, 3, 4, 5, None]), st.lists(deeds, max_size=40))
def test_no_seat_is_promised_twice_nobody_is_overtaken_and_the_counts_are_those_of_the_acts(capacity: int | None, done: list[Deed]) -> None:
    life = Life(capacity)
    for deed in done:
        life.does(deed)
        wanted = recount(life)
        assert {place.person for place in life.places} == {person for person, answer in wanted.items() if answer == answers.YES}
    row = Meeting(id=1, event_id="$", name="2026-T4", uid="", starts_at=START, ends_at=START, author="", capacity=life.capacity)
    found = counts.counted(row, life.acts.values(), life.places)
    said = list(recount(life).values())
    assert (found.remote, found.maybe, found.no) == (said.count(answers.REMOTE), said.count(answers.MAYBE), said.count(answers.NO))
    assert found.answered == len(said)
    assert found.seated + found.offered + found.waiting == sum(place.party for place in life.places)
    assert found.free == (None if life.capacity is None else max(0, life.capacity - found.seated - found.offered))

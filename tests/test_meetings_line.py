"""First come, first served: who has a seat, who waits, to whom a freed seat is offered."""

from datetime import UTC, datetime, timedelta

import pytest

from storage.meetings import waitlist
from storage.meetings.waitlist import (
    EXPIRED,
    LAST_DAY,
    OFFERED,
    REFUSED,
    SEATED,
    WAITING,
    Request,
    Rules,
    Seat,
    Tick,
    Transfer,
    WaitlistEvent,
    Withdraw,
)

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
START = datetime(2026, 12, 10, 8, 30, tzinfo=UTC)
EVERYBODY = frozenset({"alix", "camille", "dominique", "lou", "sacha"})
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Hall:
    """A meeting to which things happen, a minute after each other; offers last a day."""

    def __init__(self, capacity: int | None, reachable: frozenset[str] = EVERYBODY) -> None:
        self.capacity, self.reachable, self.now = capacity, reachable, NOW
        self.places: tuple[Seat, ...] = ()
        self.skipped: tuple[str, ...] = ()
        self.events = 0

    def happens(self, happened: WaitlistEvent, *, tick: bool = False) -> list[tuple[str, str]]:
        """What is said, to whom."""
        self.now += timedelta(minutes=1)
        after = waitlist.allocate(
            self.places,
            happened,
            Rules(self.now, START, self.capacity, self.now + DAY if tick else None, self.reachable),
        )
        self.places, self.skipped = after.seats, after.unreachable
        return [(news.person, news.kind) for news in after.notices]

    def yes(self, person: str, party: int = 1, *, whole: bool = False) -> list[tuple[str, str]]:
        self.events += 1
        return self.happens(Request(person, party, f"${self.events}", together=whole))

    def no(self, person: str) -> list[tuple[str, str]]:
        return self.happens(Withdraw(person))

    def tick(self, later: timedelta = HOUR) -> list[tuple[str, str]]:
        self.now += later
        return self.happens(Tick(), tick=True)

    def states(self) -> dict[str, str]:
        return {place.person: place.state for place in self.places}

    def ranks(self) -> list[str]:
        return sorted(
            (each for each in self.states() if waitlist.rank(self.places, each)),
            key=lambda each: waitlist.rank(self.places, each) or 0,
        )


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
    assert waitlist.free_seats(hall.places, None) is None


def test_companions_need_seats_too() -> None:
    hall = Hall(3)
    hall.yes("alix", 2)
    assert hall.yes("lou", 2) == [("lou", WAITING)]
    assert waitlist.free_seats(hall.places, 3) == 1


def test_nobody_overtakes_those_who_wait_even_where_they_alone_would_fit() -> None:
    hall = Hall(2)
    hall.yes("alix")
    hall.yes("lou", 2)
    assert hall.yes("sacha") == [("sacha", WAITING)]


def test_where_there_are_seats_for_all_who_wait_too_nobody_else_is_kept_waiting() -> None:
    hall = full(1, "alix", "lou", reachable=frozenset())
    hall.capacity = 4
    assert hall.tick() == []
    assert hall.yes("sacha") == [("sacha", SEATED)]
    assert hall.yes("camille") == [("camille", WAITING)]
    assert hall.yes("lou") == [("lou", SEATED)]
    assert hall.yes("camille") == []
    assert hall.yes("alix") == [("alix", SEATED)]


def test_of_two_who_asked_in_the_same_millisecond_one_is_always_before() -> None:
    terms = Rules(NOW, START, 0)
    first = waitlist.allocate(
        waitlist.allocate((), Request("lou", 1, "$a"), terms).seats, Request("alix", 1, "$b"), terms
    ).seats
    second = waitlist.allocate(
        waitlist.allocate((), Request("alix", 1, "$b"), terms).seats, Request("lou", 1, "$a"), terms
    ).seats
    assert first == second
    assert waitlist.rank(first, "lou") == 1


def test_a_yes_heard_late_takes_the_place_in_the_line_of_when_it_was_said() -> None:
    hall = full(1, "lou")
    hall.places = waitlist.allocate(hall.places, Request("alix", 1, "$late"), Rules(NOW, START, 1)).seats
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
    after = waitlist.allocate(hall.places, Request("alix", 1, "$old"), Rules(NOW, START, 1))
    assert after.seats == hall.places


def test_a_yes_brought_back_does_not_accept_an_offer() -> None:
    hall = full(1, "alix")
    hall.no("guest 0")
    hall.tick()
    assert hall.happens(Request("alix", 1, "$back", is_new=False)) == []
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
    after = waitlist.allocate(
        hall.places, Request("lou", 1, "$again"), Rules(hall.now + HOUR, START, 2, hall.now + DAY, EVERYBODY)
    )
    assert [(news.person, news.kind) for news in after.notices] == [("alix", OFFERED), ("lou", SEATED)]


def test_who_says_yes_too_late_while_offers_are_made_lets_the_others_go_first() -> None:
    hall = full(2, "lou", "alix")
    hall.no("guest 0")
    hall.tick()
    hall.no("guest 1")
    after = waitlist.allocate(
        hall.places,
        Request("lou", 1, "$late"),
        Rules(hall.now + 2 * DAY, START, 2, hall.now + 3 * DAY, EVERYBODY),
    )
    assert [(news.person, news.kind) for news in after.notices] == [("alix", OFFERED), ("lou", SEATED)]


def test_the_yes_that_led_to_an_offer_does_not_accept_it_when_heard_twice() -> None:
    hall = full(1, "alix", "lou")
    hall.no("guest 0")
    terms = Rules(hall.now + HOUR, START, 1, hall.now + DAY, frozenset({"lou"}))
    once = waitlist.allocate(hall.places, Request("lou", 1, "$again"), terms)
    assert [(news.person, news.kind) for news in once.notices] == [("lou", OFFERED)]
    assert waitlist.allocate(once.seats, Request("lou", 1, "$again"), terms).seats == once.seats


def test_an_offer_stands_until_its_last_moment() -> None:
    hall = full(1, "alix")
    hall.no("guest 0")
    hall.tick()
    until = hall.places[0].expires_at or NOW
    assert not waitlist.allocate(hall.places, Tick(), Rules(until, START, 1)).notices
    assert waitlist.allocate(hall.places, Tick(), Rules(until + timedelta(seconds=1), START, 1)).notices


def test_nothing_is_offered_that_would_have_expired_already() -> None:
    hall = full(1, "alix")
    hall.no("guest 0")
    assert not waitlist.allocate(hall.places, Tick(), Rules(hall.now, START, 1, hall.now, EVERYBODY)).notices


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
    assert waitlist.free_seats(hall.places, 1) == 0
    assert hall.yes("alix") == [("alix", SEATED)]
    hall.no("guest 0")
    hall.no("guest 1")
    assert hall.tick() == []


def test_once_there_is_no_limit_any_more_those_who_wait_have_their_seats() -> None:
    hall = full(1, "alix", "lou")
    hall.capacity = None
    assert hall.happens(Tick()) == [("alix", SEATED), ("lou", SEATED)]


def test_a_party_that_grows_has_the_seats_that_are_free_and_else_keeps_what_it_has() -> None:
    hall = Hall(3)
    hall.yes("alix")
    assert hall.yes("alix", 2) == []
    hall.yes("lou")
    assert hall.yes("alix", 3) == [("alix", REFUSED)]
    assert [(place.person, place.party, place.state) for place in hall.places] == [
        ("alix", 2, SEATED),
        ("lou", 1, SEATED),
    ]


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
    assert hall.happens(Transfer(giver, "sacha")) == [("sacha", gets)]
    assert giver not in hall.states()
    assert hall.ranks() == (["alix", "lou"] if gets == SEATED else ["sacha", "lou"])


def test_who_replaces_somebody_and_has_a_better_rank_keeps_it() -> None:
    hall = full(1, "alix", "lou", "sacha")
    hall.happens(Transfer("sacha", "alix"))
    assert hall.ranks() == ["alix", "lou"]


def test_who_has_a_seat_and_replaces_somebody_leaves_theirs_free() -> None:
    hall = full(2, "alix")
    hall.happens(Transfer("guest 0", "guest 1"))
    assert hall.tick() == [("alix", OFFERED)]


def test_who_has_a_seat_and_replaces_somebody_keeps_their_own_companions() -> None:
    hall = Hall(3)
    hall.yes("alix")
    hall.yes("lou", 2)
    hall.happens(Transfer("alix", "lou"))
    assert [(place.person, place.party) for place in hall.places] == [("lou", 2)]


def test_who_replaces_somebody_takes_what_was_offered_to_them() -> None:
    hall = full(1, "alix")
    hall.no("guest 0")
    hall.tick()
    assert hall.happens(Transfer("alix", "sacha")) == [("sacha", SEATED)]


def test_a_party_larger_than_the_meeting_keeps_nobody_waiting() -> None:
    hall = Hall(3)
    hall.yes("lou", 4)
    hall.yes("alix")
    assert hall.states() == {"lou": WAITING, "alix": SEATED}

"""Which stories make an edition: priority, freshness, several sources, what was liked;
never two thirds of one theme; events apart.
"""

from datetime import UTC, date, datetime, timedelta

from storage.news.ranking import Candidate, Taste, liked, retained
from storage.tables import Opinion, Story
from tests.support.world import PARIS

MONDAY = date(2026, 11, 23)
THURSDAY = datetime(2026, 11, 19, 11, tzinfo=UTC)
NEUTRAL = Taste(MONDAY, PARIS, ("actualites", "participation"), {})


def about(theme: str, at: datetime = THURSDAY, pinned: bool = False) -> Story:
    return Story(
        link="",
        clean_link="",
        title=theme,
        folded_title="",
        theme=theme,
        feed_id=1,
        published=at,
        seen_at=at,
        pinned=pinned,
    )


def story(theme: str, at: datetime = THURSDAY, told_by: int = 1) -> Candidate:
    return Candidate(about(theme, at), told_by)


def event(day: date | None, title: str = "sante") -> Candidate:
    return Candidate(about(title), event=True, day=day)


def themes(found: list[Candidate]) -> list[str]:
    return [each.story.theme for each in found]


def test_a_theme_of_priority_goes_before_a_fresher_one() -> None:
    early = THURSDAY - timedelta(days=3)
    assert themes(retained([story("sante"), story("participation", early)], NEUTRAL, 1)) == ["participation"]


def test_the_fresher_of_two_is_retained() -> None:
    early = story("sante", THURSDAY - timedelta(days=2))
    assert themes(retained([early, story("emploi")], NEUTRAL, 1)) == ["emploi"]


def test_what_several_tell_is_retained() -> None:
    assert themes(
        retained([story("sante"), story("emploi", THURSDAY + timedelta(hours=1), told_by=2)], NEUTRAL, 1)
    ) == ["emploi"]


def test_what_was_liked_before_is_retained_and_what_was_not_is_not() -> None:
    candidates = [story("sante"), story("emploi"), story("droits")]
    taste = Taste(MONDAY, PARIS, (), {"droits": 0.5, "sante": -0.5})
    assert themes(retained(candidates, taste, 2)) == ["droits", "emploi"]


def test_of_two_that_are_worth_the_same_the_one_told_first_comes_first_whatever_the_order_of_rows() -> None:
    first, second = story("sante", THURSDAY), story("sante", THURSDAY + timedelta(hours=2))
    assert retained([first, second], NEUTRAL, 2) == retained([second, first], NEUTRAL, 2) == [first, second]


def test_one_theme_takes_a_third_of_the_places_while_others_have_something_to_say() -> None:
    many = [story("participation", THURSDAY + timedelta(minutes=n)) for n in range(6)]
    found = themes(retained([*many, *(story(f"t{n}") for n in range(5))], NEUTRAL, 6))
    assert found.count("participation") == 2
    assert len(found) == 6
    assert themes(retained(many, NEUTRAL, 6)) == ["participation"] * 6


def test_groups_are_themes_of_priority_in_their_order_then_others_then_none_then_events() -> None:
    candidates = [
        event(None),
        story(""),
        story("sante", told_by=3),
        story("participation", told_by=3),
        story("actualites"),
    ]
    assert themes(retained(candidates, NEUTRAL, 8)) == ["actualites", "participation", "sante", "", "sante"]


def test_events_have_a_quarter_of_the_places_the_soonest_first() -> None:
    days = [date(2026, 12, 10), date(2026, 12, 3), date(2027, 1, 7)]
    news = [story(f"t{n}") for n in range(9)]
    found = retained([*map(event, days), *news], NEUTRAL, 8)
    assert [each.day for each in found if each.event] == sorted(days)[:2]
    assert len(found) == 8


def test_events_take_the_places_that_news_leaves_and_news_those_of_events() -> None:
    days = [date(2026, 12, number) for number in range(1, 9)]
    assert len(retained([*map(event, days), story("sante")], NEUTRAL, 8)) == 8
    assert len(retained([story(f"t{n}") for n in range(9)], NEUTRAL, 8)) == 8


def test_an_event_that_is_over_has_no_place() -> None:
    assert retained([event(MONDAY - timedelta(days=1))], NEUTRAL, 8) == []
    assert len(retained([event(MONDAY)], NEUTRAL, 8)) == 1


def test_what_is_pinned_is_in_and_first_and_its_theme_with_it() -> None:
    pinned = Candidate(about("numerique", THURSDAY - timedelta(days=3), pinned=True))
    found = retained([story("actualites"), story("participation"), pinned, story("numerique")], NEUTRAL, 3)
    assert found[0] is pinned
    assert len(found) == 3


def test_the_day_of_a_story_is_that_of_people_not_that_of_greenwich() -> None:
    late_sunday = story("sante", datetime(2026, 11, 21, 23, 30, tzinfo=UTC))  # Sunday, half past midnight
    saturday = story("emploi", datetime(2026, 11, 21, 22, 30, tzinfo=UTC))
    assert NEUTRAL.worth(late_sunday) > NEUTRAL.worth(saturday)


def opinion(person: str, value: int, edition: str = "2026-W47", event_id: str = "") -> Opinion:
    return Opinion(
        event_id=event_id or f"${person}{value}", person=person, edition=edition, value=value, at=THURSDAY
    )


def test_a_tap_moves_every_theme_of_its_edition_and_a_follower_moves_theirs() -> None:
    found = liked([opinion("camille", 1)], {"2026-W47": ["sante", "emploi"]}, {"droits": 2})
    assert found["sante"] == found["emploi"] > 0
    assert found["droits"] > found["sante"]


def test_the_last_word_of_a_person_on_an_edition_counts_alone() -> None:
    found = liked([opinion("camille", 1), opinion("camille", -1)], {"2026-W47": ["sante"]}, {})
    assert found["sante"] < 0


def test_a_thousand_taps_never_outweigh_a_theme_of_priority() -> None:
    found = liked([opinion(str(n), 1) for n in range(1000)], {"2026-W47": ["sante"]}, {})
    assert 0.9 < found["sante"] < 1
    assert themes(
        retained([story("sante"), story("participation")], Taste(MONDAY, PARIS, ("participation",), found), 1)
    ) == ["participation"]

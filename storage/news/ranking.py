"""Ranking: which stories make an edition, and in which order.
Pure rules: the same rows always give the same edition.

Each story is worth: 3 if its theme is one of priority; up to 2 for freshness (that of the day before; a
seventh of it less each day); 1 for each other source that tells it, 2 at most; from -1 to 1 for how its theme
was received before (`taste`). The best are retained, at most a third of them of one theme as long as others
have something to say. A quarter of the places is for events to come, which are judged by their date instead,
the soonest first. What the team pinned is always in, and first. They are then grouped by theme: where
something is pinned, themes of priority, the theme with the best story, no theme, events.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from storage.tables import Opinion, Story

PRIORITY, FRESHNESS, TOLD_BY_MORE, TOLD_BY_MOST = 3.0, 2.0, 1.0, 2.0
FRESH_DAYS = 7
HALF_WAY = 5  # as many people's word moves a theme half of what it can be moved
NO_LONGER_EXPECTED = date.max  # of an event whose date is not known


@dataclass(frozen=True)
class Candidate:
    """A story with what is known about it.
    `told_by`: how many sources; `event`: it announces one, on `day` if that is known.
    """

    story: Story
    told_by: int = 1
    event: bool = False
    day: date | None = None

    @property
    def group(self) -> str | None:
        """Under which theme it stands; None: among the events."""
        return None if self.event else self.story.theme


@dataclass(frozen=True)
class Taste:
    """`today`: the day of the edition, in its zone; `priorities`: ids of themes, in their order; `liked`:
    from -1 to 1 by theme.
    """

    today: date
    zone: ZoneInfo
    priorities: Sequence[str]
    liked: Mapping[str, float]

    def worth(self, candidate: Candidate) -> float:
        theme = candidate.story.theme
        age = max(1, (self.today - candidate.story.published.astimezone(self.zone).date()).days)
        fresh = FRESHNESS * max(0, FRESH_DAYS + 1 - age) / FRESH_DAYS
        echo = min(TOLD_BY_MOST, TOLD_BY_MORE * (candidate.told_by - 1))
        return PRIORITY * (theme in self.priorities) + fresh + echo + self.liked.get(theme, 0.0)


def liked(
    opinions: Iterable[Opinion], themes: Mapping[str, Collection[str]], followers: Mapping[str, int]
) -> dict[str, float]:
    """How themes were received, from -1 to 1.
    `opinions`: oldest first; `themes`: of each edition; who follows a theme likes it.

    A person's last word on an edition counts, shared out among its themes.
    """
    words = {(each.person, each.edition): each for each in opinions}
    net: dict[str, float] = {theme: float(count) for theme, count in followers.items()}
    for word in words.values():
        of_edition = themes.get(word.edition, ())
        for theme in of_edition:
            net[theme] = net.get(theme, 0.0) + word.value / len(of_edition)
    return {theme: value / (abs(value) + HALF_WAY) for theme, value in net.items()}


def retained(candidates: Sequence[Candidate], taste: Taste, places: int) -> list[Candidate]:
    """At most `places` of them, in the order of their numbers.
    An event that is over has no place, unless it is pinned.
    """
    ranked = sorted(candidates, key=lambda each: _rank(each, taste))
    pinned = [each for each in ranked if each.story.pinned]
    others = [each for each in ranked if not each.story.pinned and not _over(each, taste.today)]
    events = [each for each in others if each.event]
    free = max(0, places - len(pinned))
    share = min(len(events), -(-places // 4) if places > 1 else 0, free)
    news = _varied([each for each in others if not each.event], free - share, -(-places // 3))
    chosen = [*pinned, *news, *events[: free - len(news)]][:places]
    return _grouped(sorted(chosen, key=lambda each: _rank(each, taste)), taste)


def _over(candidate: Candidate, today: date) -> bool:
    return candidate.event and candidate.day is not None and candidate.day < today


def _rank(candidate: Candidate, taste: Taste) -> tuple[object, ...]:
    """Small is first. Of two that are worth the same, the one told first."""
    story = candidate.story
    soon = (candidate.day or NO_LONGER_EXPECTED) if candidate.event else date.min
    return (not story.pinned, soon, -taste.worth(candidate), story.published, story.id)


def _varied(ranked: Sequence[Candidate], places: int, of_one_theme: int) -> list[Candidate]:
    """The first ones, then, if places are left, those that came after enough of their theme."""
    chosen: list[Candidate] = []
    spare: list[Candidate] = []
    count: dict[str, int] = {}
    for each in ranked:
        theme = each.story.theme
        count[theme] = count.get(theme, 0) + 1
        (chosen if count[theme] <= of_one_theme else spare).append(each)
    return [*chosen, *spare][:places]


def _grouped(chosen: Sequence[Candidate], taste: Taste) -> list[Candidate]:
    groups: dict[str | None, list[Candidate]] = {}
    for each in chosen:
        groups.setdefault(each.group, []).append(each)

    def place(theme: str | None) -> tuple[object, ...]:
        first = groups[theme][0]
        kind = 3 if theme is None else 2 if theme == "" else 0 if theme in taste.priorities else 1
        order = taste.priorities.index(theme) if kind == 0 and theme else 0
        return (not first.story.pinned, kind, order, _rank(first, taste))

    return [each for theme in sorted(groups, key=place) for each in groups[theme]]

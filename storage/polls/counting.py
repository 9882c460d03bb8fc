"""Counting of votes. Pure rules over the acts that stand (those taken
back are not there), ordered by server time, then by event id.

Of one person and one part (the poll itself, or one of its dates):
- the latest whole act, native or text, replaces everything before it; a spoiled one counts for nothing, and
  so does an empty one (MSC3381);
- it counts for its first `most` choices (MSC3381);
- taps that stand since then replace it: the `most` tapped last.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from storage.polls.ballots import TAP
from storage.polls.polls import DATES
from storage.tables import Ballot, Poll, SecretBallot

ANSWERS_TO_A_DATE = 3


@dataclass(frozen=True, slots=True)
class Outcome:
    """`voters`: people with a choice that counts. `answers`: their choices, all together.

    `counts`: of each choice; of dates, how many said yes. `days`: of dates, (yes, if need be, no) for each;
    else empty.
    """

    voters: int
    answers: int
    counts: tuple[int, ...]
    days: tuple[tuple[int, int, int], ...] = ()


def native_choices(row: Poll, answers: Sequence[str] | None) -> list[int] | None:
    """Choices, from 0, of a native ballot with these ids ("1", "2", …):
    [] withdraws, None is spoiled, as any unknown id makes it (MSC3381).
    """
    if answers is None:
        return None
    ids = [str(number) for number in range(1, answers_to(row) + 1)]
    return [ids.index(each) for each in dict.fromkeys(answers)] if set(answers) <= set(ids) else None


def answers_to(row: Poll) -> int:
    """How many answers a native poll of it has."""
    return ANSWERS_TO_A_DATE if row.kind == DATES else len(row.choices)


def most(row: Poll) -> int:
    """How many of them one person may choose."""
    return 1 if row.kind == DATES else row.most


def choices_of_person(row: Poll, entries: Iterable[Ballot]) -> dict[int, tuple[int, ...]]:
    """What one person wants, from all their acts: by part, the choices that count;
    a part without any is not there.
    """
    parts: dict[int, list[Ballot]] = {}
    for entry in entries:
        parts.setdefault(entry.part, []).append(entry)
    found = {part: _choices(each, most(row)) for part, each in sorted(parts.items())}
    return {part: choices for part, choices in found.items() if choices}


def outcome(row: Poll, entries: Iterable[Ballot]) -> Outcome:
    """What everybody wants, of a poll that is not secret."""
    by_person = groupby(sorted(entries, key=lambda entry: entry.person), key=lambda entry: entry.person)
    wanted = [ballot for _, each in by_person if (ballot := choices_of_person(row, each))]
    if row.kind != DATES:
        return _tallied(row, [ballot[0] for ballot in wanted if 0 in ballot])
    answers = [[ballot[part][0] for ballot in wanted if part in ballot] for part in range(len(row.days))]
    days = tuple((each.count(0), each.count(1), each.count(2)) for each in answers)
    return Outcome(len(wanted), sum(map(sum, days)), tuple(day[0] for day in days), days)


def secret_outcome(row: Poll, ballots: Iterable[SecretBallot]) -> Outcome:
    return _tallied(row, [tuple(each.choices) for each in ballots if each.choices])


def _choices(entries: list[Ballot], limit: int) -> tuple[int, ...]:
    entries.sort(key=lambda entry: (entry.at, entry.event_id))
    whole = max((place for place, entry in enumerate(entries) if entry.way != TAP), default=-1)
    tapped = [choice for entry in reversed(entries[whole + 1 :]) for choice in entry.choices or ()]
    if tapped:
        return tuple(sorted(list(dict.fromkeys(tapped))[:limit]))
    return tuple(sorted((entries[whole].choices or [])[:limit])) if whole >= 0 else ()


def _tallied(row: Poll, ballots: Sequence[Sequence[int]]) -> Outcome:
    counts = tuple(sum(number in ballot for ballot in ballots) for number in range(len(row.choices)))
    return Outcome(len(ballots), sum(counts), counts)

"""What a closed poll says: sorted, with the share of the people who voted, ties told as ties; nothing detailed where too few voted in secret.

Everything here is read from Poll.result, which holds counts only: it reads the same long after the ballots are erased.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.text import Count, Say
from schedules.polls.wording import Slot, labels
from storage.polls import polls
from storage.polls.counting import Outcome
from storage.tables import Poll

FEW = 5  # voters of a secret poll below which no detail is given


@dataclass(frozen=True)
class Line:
    """A choice with its votes. `rank` is shared by a tie; `tied` says that it is."""

    rank: int
    label: str | Slot
    votes: int
    tied: bool


def kept(poll: Poll, outcome: Outcome, unreadable: int = 0) -> dict[str, Any]:
    """What is kept of a count in Poll.result: no more than may be said. `unreadable`: votes that could not be decrypted."""
    if hidden(poll, outcome.voters):
        return {"voters": outcome.voters}
    return {
        "voters": outcome.voters,
        "answers": outcome.answers,
        "counts": list(outcome.counts),
        "days": [list(day) for day in outcome.days],
        "unreadable": unreadable,
    }


def text(poll: Poll) -> Say:
    """The result of a closed poll."""
    voters, unreadable = int(poll.result.get("voters", 0)), int(poll.result.get("unreadable", 0))
    return Say.lines(
        _title(poll, voters),
        counts(poll, poll.result),
        _lost(unreadable) if unreadable else None,
        _thanks(poll, voters),
    )


def counts(poll: Poll, result: Mapping[str, Any]) -> Say:
    """The lines of a count in the form of `kept`, most votes first; dates in their order."""
    voters = int(result.get("voters", 0))
    if not voters:
        return Say("Personne n’a voté.")
    if hidden(poll, voters):
        return Say("Moins de cinq votes : pour que chaque vote reste confidentiel, aucun détail n’est donné.")
    if poll.kind == polls.DATES:
        return Say.lines(*(_day(n, label, result["days"][n - 1]) for n, label in enumerate(labels(poll, capital=True), 1)))
    return Say.lines(*(_line(each, voters) for each in ranked(poll, result["counts"])))


def hidden(poll: Poll, voters: int) -> bool:
    return poll.mode == polls.SECRET and voters < FEW


def best_day(poll: Poll) -> int | None:
    """Of dates, from 0: most people say yes, then yes or if need be, then the earliest; None when nobody could come to any."""
    days = [(yes, yes + maybe, -n) for n, (yes, maybe, _) in enumerate(poll.result.get("days", ()))]
    best = max(days, default=(0, 0, 0))
    return -best[2] if best[1] else None


def share(votes: int, voters: int) -> float:
    """Per cent of the people who voted; 0 when nobody did."""
    return 100 * votes / voters if voters else 0.0


def ranked(poll: Poll, votes: Sequence[int]) -> list[Line]:
    """Most votes first; equal ones share their rank, in the order in which they were proposed."""
    order = sorted(zip(labels(poll, capital=True), votes, strict=True), key=lambda pair: -pair[1])
    return [Line(1 + sum(other > count for other in votes), label, count, list(votes).count(count) > 1) for label, count in order]


def _title(poll: Poll, voters: int) -> Say:
    count = Count(voters, "1 vote", "{n} votes", zero="aucun vote")
    answers = int(poll.result.get("answers", 0))
    if poll.most == 1 or poll.kind == polls.DATES or hidden(poll, voters) or not voters:
        return Say("**Résultat – {question}** ({votes})", question=poll.question, votes=count)
    given = Count(answers, "1 réponse", "{n} réponses")
    return Say("**Résultat – {question}** ({votes}, {answers})", question=poll.question, votes=count, answers=given)


def _line(line: Line, voters: int) -> Say:
    votes = Count(line.votes, "1 voix", "{n} voix", zero="0 voix")
    percent = share(line.votes, voters)
    if line.tied and line.votes:
        return Say("{n}. {label} – {votes} ({percent} %), à égalité", n=line.rank, label=line.label, votes=votes, percent=percent)
    return Say("{n}. {label} – {votes} ({percent} %)", n=line.rank, label=line.label, votes=votes, percent=percent)


def _day(n: int, label: str | Slot, votes: Sequence[int]) -> Say:
    yes, maybe, no = votes
    return Say("{n}. {label} – {yes} oui, {maybe} si besoin, {no} non", n=n, label=label, yes=yes, maybe=maybe, no=no)


def _lost(count: int) -> Say:
    said = Count(
        count,
        "Un vote n’a pas pu être déchiffré : il n’est pas compté.",
        "{n} votes n’ont pas pu être déchiffrés : ils ne sont pas comptés.",
    )
    return Say("{said}", said=said)


def _thanks(poll: Poll, voters: int) -> Say | None:
    if poll.follow_up:
        return Say("Merci à toutes et à tous. Suite donnée : {text}", text=poll.follow_up)
    return Say("Merci à toutes et à tous.") if voters else None

"""The result of a poll: what it says, as a file too, and what a closing leaves:
the counts, no ballot, the result posted once, the card edited to say that it is over, and for dates a
question to who asked.

Sorted, with the share of the people who voted, ties told as ties; nothing detailed where too few voted in
secret. It is read from Poll.result, which holds counts only: it reads the same long after the ballots are
erased.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.outbox import Post, Rank, UnitOfWork
from bot.outbox.question import YES, Ask
from bot.readers.spreadsheet import as_csv
from bot.text import Count, Say
from bot.text.numbering import share
from schedules.announcements import beginning
from schedules.polls import card
from schedules.polls.wording import ANSWERS, Slot, labels
from storage import outbox, pause, rooms
from storage.polls import ballots, polls
from storage.polls.counting import Outcome
from storage.tables import Poll
from storage.transaction import truncate_log

FEW = 5  # voters of a secret poll below which no detail is given
TO_ANSWER = timedelta(days=14)


@dataclass(frozen=True)
class Line:
    """A choice with its votes. `rank` is shared by a tie; `tied` says that it is."""

    rank: int
    label: str | Slot
    votes: int
    tied: bool


def stored_counts(poll: Poll, outcome: Outcome, unreadable: int = 0) -> dict[str, Any]:
    """What is kept of a count in Poll.result: no more than may be said.
    `unreadable`: votes that could not be decrypted.
    """
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
    """The lines of a count in the form of `stored_counts`, most votes first; dates in their order."""
    voters = int(result.get("voters", 0))
    if not voters:
        return Say("Personne n’a voté.")
    if hidden(poll, voters):
        return Say("Moins de cinq votes : pour que chaque vote reste confidentiel, aucun détail n’est donné.")
    if poll.kind == polls.DATES:
        return Say.lines(
            *(_day(n, label, result["days"][n - 1]) for n, label in enumerate(labels(poll, capital=True), 1))
        )
    return Say.lines(*(_line(each, voters) for each in ranked(poll, result["counts"])))


def hidden(poll: Poll, voters: int) -> bool:
    return poll.mode == polls.SECRET and voters < FEW


def best_day(poll: Poll) -> int | None:
    """Of dates, from 0: most people say yes, then yes or if need be, then the earliest;
    None when nobody could come to any.
    """
    days = [(yes, yes + maybe, -n) for n, (yes, maybe, _) in enumerate(poll.result.get("days", ()))]
    best = max(days, default=(0, 0, 0))
    return -best[2] if best[1] else None


def ranked(poll: Poll, votes: Sequence[int]) -> list[Line]:
    """Most votes first; equal ones share their rank, in the order in which they were proposed."""
    order = sorted(zip(labels(poll, capital=True), votes, strict=True), key=lambda pair: -pair[1])
    return [
        Line(1 + sum(other > count for other in votes), label, count, list(votes).count(count) > 1)
        for label, count in order
    ]


def _title(poll: Poll, voters: int) -> Say:
    count = Count(voters, "1 vote", "{n} votes", zero="aucun vote")
    answers = int(poll.result.get("answers", 0))
    if poll.most == 1 or poll.kind == polls.DATES or hidden(poll, voters) or not voters:
        return Say("**Résultat – {question}** ({votes})", question=poll.question, votes=count)
    given = Count(answers, "1 réponse", "{n} réponses")
    return Say(
        "**Résultat – {question}** ({votes}, {answers})", question=poll.question, votes=count, answers=given
    )


def _line(line: Line, voters: int) -> Say:
    votes = Count(line.votes, "1 voix", "{n} voix", zero="0 voix")
    percent = share(line.votes, voters)
    if line.tied and line.votes:
        return Say(
            "{n}. {label} – {votes} ({percent} %), à égalité",
            n=line.rank,
            label=line.label,
            votes=votes,
            percent=percent,
        )
    return Say(
        "{n}. {label} – {votes} ({percent} %)", n=line.rank, label=line.label, votes=votes, percent=percent
    )


def _day(n: int, label: str | Slot, votes: Sequence[int]) -> Say:
    yes, maybe, no = votes
    return Say(
        "{n}. {label} – {yes} oui, {maybe} si besoin, {no} non", n=n, label=label, yes=yes, maybe=maybe, no=no
    )


def _lost(count: int) -> Say:
    say = Count(
        count,
        "Un vote n’a pas pu être déchiffré : il n’est pas compté.",
        "{n} votes n’ont pas pu être déchiffrés : ils ne sont pas comptés.",
    )
    return Say("{said}", said=say)


def _thanks(poll: Poll, voters: int) -> Say | None:
    if poll.follow_up:
        return Say("Merci à toutes et à tous. Suite donnée : {text}", text=poll.follow_up)
    return Say("Merci à toutes et à tous.") if voters else None


def csv_of(poll: Poll, kept: Mapping[str, Any], language: str) -> bytes:
    """For a spreadsheet: in French with semicolons and decimal commas,
    as one opens it there with a double click. `kept`: see `stored_counts`.
    """
    return as_csv(_rows(poll, kept, language), language)


def _rows(poll: Poll, kept: Mapping[str, Any], language: str) -> list[list[str]]:
    names = [Say("{label}", label=label).text(language) for label in labels(poll)]
    if poll.kind == polls.DATES:
        head = [Say("Date").text(language), *(answer.text(language) for answer in ANSWERS)]
        return [head, *([name, *map(str, day)] for name, day in zip(names, kept["days"], strict=True))]
    head = [each.text(language) for each in (Say("Choix"), Say("Voix"), Say("Pourcentage des votants"))]
    shares = [f"{share(votes, kept['voters']):.1f}" for votes in kept["counts"]]
    decimal = "," if language == "fr" else "."
    return [
        head,
        *(
            [name, str(votes), part.replace(".", decimal)]
            for name, votes, part in zip(names, kept["counts"], shares, strict=True)
        ),
    ]


async def close(uow: UnitOfWork, row: Poll, counted: Mapping[str, Any]) -> None:
    """Closes it with these counts (`stored_counts`), in one transaction with what is then said of it."""
    urgent = bool(row.result.get("asked"))
    row.status, row.result, row.next_try = polls.CLOSED, dict(counted), None
    uow.db.add(row)
    if row.kind != polls.DATES:
        await ballots.erase(uow.db, row.id)
        truncate_log(uow.db)
    # The result first: whatever the card's edit becomes, it has the same transaction id when all of this is
    # done again after a restore.
    if await still_shown(uow.db, row):
        await _announce(uow, row, urgent=urgent)
    if await outbox.versions(uow.db, polls.card_key(row.id), row.room_id):
        say = card.over(row, await card.comes_at(uow, row))
        post = Post(room=row.room_id, say=say, key=polls.card_key(row.id), rank=Rank.ANSWER)
        await uow.post(post)  # at once, be it night: an edit rings nobody's bell, and the box is gone
    await _offer_best_day(uow, row)


async def still_shown(db: AsyncSession, row: Poll) -> bool:
    """Whether the card or a native poll is still to be seen."""
    shown = [*await polls.cards(db, row), *(box for _, box in await polls.boxes(db, row))]
    return any(entry.status != outbox.REMOVED for entry in shown)


async def _announce(uow: UnitOfWork, row: Poll, *, urgent: bool) -> None:
    """The result notifies; while the team has suspended what
    goes out by itself, it waits, unless they asked for it.
    """
    held = await pause.held_until(uow.db) if not urgent and await pause.held(uow.db, uow.now) else None
    title = f"« Résultat – {beginning(row.question)} »"
    key = polls.result_key(row.id)
    await uow.post(Post(room=row.room_id, say=text(row), key=key, at=held, urgent=urgent, title=title))


async def _offer_best_day(uow: UnitOfWork, row: Poll) -> None:
    """Who asked for dates is offered the best one, where they asked."""
    found = best_day(row)
    if found is None:
        return
    yes, maybe, no = row.result["days"][found]
    lost = Count(
        no,
        "1 personne ne pourrait pas venir",
        "{n} personnes ne pourraient pas venir",
        zero="personne n’a répondu non",
    )
    say = Say(
        "**Sondage de dates n° {number}** – {day} : {yes} oui, {maybe} si besoin ; {lost}. "
        "Pour retenir cette date, touchez ✅ sous ce message, ou écrivez `!dates retenir {number} {n}`.",
        number=row.id,
        day=labels(row)[found],
        n=found + 1,
        yes=yes,
        maybe=maybe,
        lost=lost,
    )
    ask = Ask(say, then="poll.keep", choices=(YES,), data={"poll": row.id, "day": found}, within=TO_ANSWER)
    moved = await rooms.successor(uow.db, row.asked_in)
    room = moved.room_id if moved else row.asked_in
    await uow.post(Post(room=room, ask=ask, asked_to=row.author, rank=Rank.BOOKKEEPING))


async def refresh(uow: UnitOfWork, row: Poll) -> None:
    """The result says itself anew; one that is not there is not posted for that."""
    key = polls.result_key(row.id)
    if await outbox.versions(uow.db, key, row.room_id):
        await uow.post(Post(room=row.room_id, say=text(row), key=key, rank=Rank.BOOKKEEPING))

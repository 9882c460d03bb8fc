"""Native polls (MSC3381) of a poll: the boxes that clients draw, and what becomes of them.

A box counts its own votes only: neither `!vote` nor a tap. So that no room shows two results, it never shows
one of its own: it is undisclosed (Element, Tchap, FluffyChat then show no number before the end; Cinny draws
no box), and at the close it ends where the numbers that clients then draw are those of the result; else, or
when somebody ends it early, or when the poll is cancelled, it is redacted. An edit would not do: Element X
ignores it after the end, and the votes stay.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.matrix.events import Event
from bot.matrix.polls import BALLOTS, END, answers
from bot.outbox import Child, Post, Rank, UnitOfWork
from bot.text import Say
from bot.text.content import mentions
from schedules.polls.wording import ANSWERS, Slot, labels
from storage import outbox
from storage.polls import ballots, counting, polls
from storage.tables import Ballot, OutboxEntry, Poll

START = "org.matrix.msc3381.poll.start"  # the form that every client renders (MSC3381, unstable)
TEXT = "org.matrix.msc1767.text"


def boxes(poll: Poll, language: str) -> tuple[Child, ...]:
    """The native polls: one, or one for each date; none when votes are secret."""
    number = poll.id
    if poll.mode == polls.SECRET:
        return ()
    if poll.kind == polls.DATES:
        slots = [slot for slot in labels(poll, capital=True) if isinstance(slot, Slot)]
        asked = [Say("{day} : pouvez-vous venir ?", day=slot).text(language) for slot in slots]
        choices = [each.text(language) for each in ANSWERS]
        return tuple(
            Child(type=START, content=_start(poll, question, choices), key=polls.box_key(number, n))
            for n, question in enumerate(asked)
        )
    texts = [Say("{text}", text=text).text(language) for text in (poll.question, *poll.choices)]
    return (Child(type=START, content=_start(poll, texts[0], texts[1:]), key=polls.box_key(number)),)


def _start(poll: Poll, question: str, choices: list[str]) -> dict[str, Any]:
    """MSC3381; the ids of the answers are their numbers."""
    return {
        TEXT: "\n".join([question, *(f"{n}. {answer}" for n, answer in enumerate(choices, 1))]),
        START: {
            "kind": "org.matrix.msc3381.poll.undisclosed",
            "max_selections": 1 if poll.kind == polls.DATES else poll.most,
            "question": {TEXT: question},
            "answers": [{"id": str(n), TEXT: answer} for n, answer in enumerate(choices, 1)],
        },
        "m.mentions": mentions(()),
    }


def ballot(row: Poll, part: int, event: Event) -> Ballot:
    """A vote as the server has it, as one of ours."""
    return Ballot(
        event_id=event.id,
        part=part,
        poll_id=row.id,
        person=event.sender,
        at=event.at,
        way=ballots.NATIVE,
        choices=counting.native_choices(row, answers(event)),
    )


def agrees(row: Poll, part: int, events: Iterable[Event], result: counting.Outcome) -> bool:
    """Whether clients would draw this result from these events about a box: they take all the votes until its
    end, be they late or somebody's who may not vote, and say the choices of one person as so many votes.
    """
    about = list(events)
    drawn = counting.outcome(row, [ballot(row, part, event) for event in about if event.type in BALLOTS])
    if any(event.unreadable for event in about):
        return False
    if row.kind == polls.DATES:
        return drawn.days[part] == result.days[part]
    return (drawn.counts, drawn.answers) == (result.counts, result.voters)


async def close(
    uow: UnitOfWork, row: Poll, events: Mapping[int, Sequence[Event]], result: counting.Outcome
) -> None:
    """Ends the boxes that show what the result says and takes the others away; at once, be it night:
    neither rings anybody's bell. `events`: by part, what the server has about them; a part that it did not
    tell is not there.
    """
    for part, entry in await polls.boxes(uow.db, row):
        if entry.room_id != row.room_id:  # nobody votes in a room that was replaced
            continue
        known = part in events and part not in row.result.get(polls.LATE, ())
        if known and entry.status == outbox.SENT and agrees(row, part, events[part], result):
            await _end(uow, row, entry)
        else:
            await take_away(uow, entry)


async def _end(uow: UnitOfWork, row: Poll, entry: OutboxEntry) -> None:
    say = Say("Ce sondage est clos.").text(uow.network.language(row.room_id))
    content = {END: {}, TEXT: say, "m.mentions": mentions(())}
    key = polls.end_key(entry.message_key or "")
    await uow.post(
        Post(
            room=row.room_id,
            references=entry.message_key,
            type=END,
            content=content,
            rank=Rank.ANSWER,
            key=key,
        )
    )


async def take_away_all(uow: UnitOfWork, row: Poll, *parts: int) -> None:
    """Of a poll that is cancelled, or these parts of one."""
    for part, entry in await polls.boxes(uow.db, row):
        if not parts or part in parts:
            await take_away(uow, entry)


async def take_away(uow: UnitOfWork, entry: OutboxEntry) -> None:
    """What is not out yet stays away; what may be out is redacted once one knows."""
    if entry.status == outbox.WAITING:
        entry.status = outbox.WITHDRAWN
        uow.db.add(entry)
    elif entry.status == outbox.TRIED:
        await uow.outbox.redact(uow.db, entry, uow.cause)
    elif entry.status == outbox.SENT:
        await uow.remove(entry)


async def came_too_late(uow: UnitOfWork, row: Poll, part: int) -> None:
    """A vote that does not count was sent when the poll was closed already: clients draw it all the same
    where it is older than the end of the box (MSC3381), which then says something else than the result.
    """
    if row.status == polls.CLOSING:  # the votes may have been read before this one
        row.result = {**row.result, polls.LATE: [*row.result.get(polls.LATE, ()), part]}
        uow.db.add(row)
    if row.status != polls.CLOSED:
        return
    for each, entry in await polls.boxes(uow.db, row):
        ends = await outbox.versions(uow.db, polls.end_key(entry.message_key or ""), entry.room_id)
        if each == part and ends and (ends[0].sent_at is None or uow.now <= ends[0].sent_at):
            await take_away(uow, entry)

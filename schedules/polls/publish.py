"""A poll goes out to its room: the card, which notifies, and the native polls below it, in one post."""

from typing import Any

from bot.outbox import Child, Post, UnitOfWork
from bot.text import Say
from bot.text.content import mentions
from schedules.announcements import beginning
from schedules.polls import card
from schedules.polls.wording import ANSWERS, Slot, labels
from storage.polls import polls, secrets
from storage.tables import Poll

START = "org.matrix.msc3381.poll.start"  # the form that every client renders (MSC3381, unstable)
TEXT = "org.matrix.msc1767.text"


async def publish(uow: UnitOfWork, poll: Poll, urgent: bool) -> None:
    """Once its room, its hour and its closing are settled. `urgent`: somebody asked for it just now."""
    poll.status = polls.PUBLISHED
    uow.db.add(poll)
    config, number = uow.network.config, poll.id
    if poll.mode == polls.SECRET:
        secrets.make_key(config.data_dir, number)
    await uow.post(shown(poll, card.text(poll, 0, config), uow.network.language(poll.room_id), urgent=urgent))


def shown(poll: Poll, text: Say, language: str, *, urgent: bool) -> Post:
    """The card and what is below it, in its room, whose language it is."""
    return Post(
        room=poll.room_id,
        say=text,
        key=polls.card_key(poll.id),
        at=poll.opens_at,
        until=poll.closes_at,
        urgent=urgent,
        title=f"« Sondage – {beginning(poll.question)} »",
        children=boxes(poll, language),
    )


def boxes(poll: Poll, language: str) -> tuple[Child, ...]:
    """The native polls: one, or one for each date; none when votes are secret."""
    number = poll.id
    if poll.mode == polls.SECRET:
        return ()
    if poll.kind == polls.DATES:
        slots = [slot for slot in labels(poll, capital=True) if isinstance(slot, Slot)]
        asked = [Say("{day} : pouvez-vous venir ?", day=slot).text(language) for slot in slots]
        answers = [each.text(language) for each in ANSWERS]
        return tuple(Child(type=START, content=_start(poll, question, answers), key=polls.box_key(number, n)) for n, question in enumerate(asked))
    texts = [Say("{text}", text=text).text(language) for text in (poll.question, *poll.choices)]
    return (Child(type=START, content=_start(poll, texts[0], texts[1:]), key=polls.box_key(number)),)


def _start(poll: Poll, question: str, answers: list[str]) -> dict[str, Any]:
    """MSC3381; the ids of the answers are their numbers."""
    kind = "undisclosed" if poll.mode == polls.DISCREET else "disclosed"
    return {
        TEXT: "\n".join([question, *(f"{n}. {answer}" for n, answer in enumerate(answers, 1))]),
        START: {
            "kind": f"org.matrix.msc3381.poll.{kind}",
            "max_selections": 1 if poll.kind == polls.DATES else poll.most,
            "question": {TEXT: question},
            "answers": [{"id": str(n), TEXT: answer} for n, answer in enumerate(answers, 1)],
        },
        "m.mentions": mentions(()),
    }

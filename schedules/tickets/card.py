"""Rendering of a ticket: its card, an editable message in each room that may answer it."""

from collections.abc import Sequence

from bot.outbox import Post, Rank, UnitOfWork
from bot.text import Count, Long, Say
from bot.text.clean import shortened
from bot.time.format import Day
from schedules.resources.card import InSentence
from schedules.themes import theme
from schedules.tickets.contact import on_duty
from storage.tables import Ticket, TicketMessage
from storage.tickets import tickets

LONGEST = 1_500  # characters of a question or of an answer
IN_CARD = 400  # of an answer, there
SHOWN = 5  # answers
TO_CONTACT = 3  # the step from which a question to the network is the contact's too


def key(row: Ticket) -> str:
    return f"{tickets.CARD}{row.id}"


def number(message_key: str) -> int | None:
    """Of the ticket that a message shows or asks about: « ticket:7 », « ticket-ask:7:@camille:… »."""
    part = message_key.partition(":")[2].partition(":")[0]
    return int(part) if part.isascii() and part.isdigit() else None


def rooms_of(uow: UnitOfWork, row: Ticket) -> list[str]:
    """Where its card is: the team's room for what the contact answers, and that of the network."""
    team = uow.network.team if row.kind == tickets.CONTACT or row.step >= TO_CONTACT else None
    return list(dict.fromkeys(room for room in (team, row.room_id) if room))


async def show(uow: UnitOfWork, row: Ticket, *, rank: Rank = Rank.BOOKKEEPING) -> None:
    """Posts its cards, or brings them up to date."""
    for room in rooms_of(uow, row):
        called = await contacts(uow) if room == uow.network.team else ()
        say = await card(uow, row, team=room == uow.network.team)
        await uow.post(Post(room=room, say=say, key=key(row), rank=rank, mentions=called))


async def contacts(uow: UnitOfWork) -> tuple[str, ...]:
    """Whom a question to the contact calls: who stands in, while they are away."""
    found = (await on_duty(uow)).user
    return (found,) if found else ()


async def card(uow: UnitOfWork, row: Ticket, *, team: bool) -> Say:
    """`team`: as the team reads it; the network never reads who asked the contact."""
    if row.status == tickets.WITHDRAWN:
        return Say("**{what}** – retirée par la personne qui l’a posée.", what=_title(row, team=team))
    answers = await tickets.messages(uow.db, row.id)
    notes = await tickets.messages(uow.db, row.id, tickets.NOTE)
    text = Say("« {text} »", text=Long(row.text))
    closed = row.status == tickets.CLOSED
    return Say.lines(
        _heading(row, team=team),
        text,
        *(Say("Précision : « {text} »", text=Long(note.text)) for note in notes if note.post_at is None),
        *_answers(answers),
        _state(uow, row) if team else None,
        Say("Résolue, merci à toutes et à tous.") if closed and not team else None,
        None if closed else _way(row, team=team),
    )


def _heading(row: Ticket, *, team: bool) -> Say:
    who = author(row) if team or row.kind == tickets.HELP else Say("sans nom")
    found = theme(row.theme) if row.theme else None
    title = Say("**{what}** – {who}", what=_title(row, team=team), who=who)
    return Say("{title} – thème : {theme}", title=title, theme=InSentence(found)) if found else title


def _title(row: Ticket, *, team: bool) -> Say:
    if team and row.kind == tickets.CONTACT:
        return Say("Demande n° {n}", n=row.id)
    return Say("Question n° {n}", n=row.id)


def author(row: Ticket) -> Say:
    if row.anonymous or not row.name:
        return Say("sans nom")
    return Say("{name}, {town}", name=row.name, town=row.town) if row.town else Say("{name}", name=row.name)


def _answers(answers: Sequence[TicketMessage]) -> list[Say]:
    more = len(answers) - SHOWN
    lines = [Say("… et {count} avant.", count=Count(more, "une réponse", "{n} réponses"))] if more > 0 else []
    return lines + [
        Say("- {name} : « {text} »", name=each.name, text=shortened(each.text, IN_CARD).replace("\n", " "))
        for each in answers[-SHOWN:]
    ]


def _state(uow: UnitOfWork, row: Ticket) -> Say:
    zone = uow.config.zone
    day = Day(row.promised_at.astimezone(zone).date(), uow.now.astimezone(zone).date())
    if row.status == tickets.CLOSED:
        return Say("Close.")
    if row.status == tickets.ANSWERED:
        return Say("Réponse donnée. Pour la clore : `!clore {n}`", n=row.id)
    if row.assignee:
        return Say("Suivie par {name}. Réponse promise pour le {day}.", name=row.assignee_name, day=day)
    return Say("Réponse promise pour le {day}.", day=day)


def _way(row: Ticket, *, team: bool) -> Say:
    if team:
        return Say("`!prendre {n}` – `!repondre {n}` suivi de votre réponse", n=row.id)
    return Say("Pour répondre : répondez à ce message, ou `!repondre {n}` et votre réponse.", n=row.id)

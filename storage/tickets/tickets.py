"""Tickets: which there are, what was answered, what is due of them, how long an answer takes."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import delete
from sqlalchemy import select as columns
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import SealedMail, Solicitation, Ticket, TicketMessage

CONTACT, HELP = "contact", "help"
OPEN, ANSWERED, CLOSED, WITHDRAWN = "open", "answered", "closed", "withdrawn"
STANDING = (OPEN, ANSWERED)
ANSWER, NOTE = "answer", "note"
CARD = "ticket:"  # then the number: the key of its card, the same in each room


async def ticket(db: AsyncSession, number: int) -> Ticket | None:
    return await db.get(Ticket, number)


async def by_event(db: AsyncSession, *events: str) -> Ticket | None:
    """`events`: the id of the message that asks, and its digest."""
    return (await db.exec(select(Ticket).where(col(Ticket.event_id).in_(events)))).first()


async def add(db: AsyncSession, row: Ticket) -> Ticket:
    """Gives it its number."""
    db.add(row)
    await db.flush()
    return row


async def standing(db: AsyncSession, *kinds: str) -> Sequence[Ticket]:
    """Those of these kinds that are not closed, the oldest first."""
    query = select(Ticket).where(col(Ticket.kind).in_(kinds), col(Ticket.status).in_(STANDING))
    return (await db.exec(query.order_by(col(Ticket.id)))).all()


async def message(db: AsyncSession, number: int) -> TicketMessage | None:
    return await db.get(TicketMessage, number)


async def message_of(db: AsyncSession, *events: str) -> TicketMessage | None:
    query = select(TicketMessage).where(col(TicketMessage.event_id).in_(events))
    return (await db.exec(query)).first()


async def messages(db: AsyncSession, number: int, kind: str = ANSWER) -> Sequence[TicketMessage]:
    """What stands of a ticket, in the order in which it was said."""
    query = select(TicketMessage).where(
        TicketMessage.ticket_id == number, TicketMessage.kind == kind, TicketMessage.text != ""
    )
    return (await db.exec(query.order_by(col(TicketMessage.id)))).all()


async def answered(db: AsyncSession) -> Sequence[tuple[Ticket, TicketMessage]]:
    """Each question to the network with its answers, the latest first."""
    query = (
        select(Ticket, TicketMessage)
        .join(TicketMessage, col(TicketMessage.ticket_id) == col(Ticket.id))
        .where(Ticket.kind == HELP, Ticket.status != WITHDRAWN)
        .where(TicketMessage.kind == ANSWER, TicketMessage.text != "")
    )
    return (await db.exec(query.order_by(col(Ticket.id).desc(), col(TicketMessage.id)))).all()


async def cards_due(db: AsyncSession, upto: datetime) -> Sequence[Ticket]:
    return (await db.exec(select(Ticket).where(col(Ticket.post_at) <= upto).order_by(col(Ticket.id)))).all()


async def publications_due(db: AsyncSession, upto: datetime) -> Sequence[Ticket]:
    query = select(Ticket).where(col(Ticket.publish_at) <= upto)
    return (await db.exec(query.order_by(col(Ticket.id)))).all()


async def notes_due(db: AsyncSession, upto: datetime) -> Sequence[TicketMessage]:
    query = select(TicketMessage).where(col(TicketMessage.post_at) <= upto)
    return (await db.exec(query.order_by(col(TicketMessage.id)))).all()


async def steps_due(db: AsyncSession, upto: datetime) -> Sequence[Ticket]:
    """Those that nobody has answered and that go further by then."""
    query = select(Ticket).where(col(Ticket.next_step) <= upto, Ticket.status == OPEN)
    return (await db.exec(query.order_by(col(Ticket.id)))).all()


async def mail_due(db: AsyncSession, upto: datetime) -> Sequence[SealedMail]:
    query = select(SealedMail).where(col(SealedMail.due_at) <= upto)
    return (await db.exec(query.order_by(col(SealedMail.id)))).all()


async def median_delay(db: AsyncSession, since: datetime) -> timedelta | None:
    """From question to first answer, of those asked since with a name: of the others only the day is known.
    None: there are none.
    """
    query = select(Ticket.asked_at, Ticket.answered_at).where(
        Ticket.kind == CONTACT, Ticket.asked_at >= since, col(Ticket.anonymous).is_(False)
    )
    found = [(at - asked).total_seconds() for asked, at in (await db.exec(query)).all() if at is not None]
    return timedelta(seconds=median(found)) if found else None


async def recurring_themes(db: AsyncSession, since: datetime, least: int = 3) -> list[tuple[str, int]]:
    """What the network asks itself again and again: ids of themes, the most asked first, each at least so
    often.
    """
    query = select(Ticket.theme).where(
        Ticket.kind == HELP, Ticket.theme != "", Ticket.asked_at >= since, Ticket.status != WITHDRAWN
    )
    counts = Counter((await db.exec(query)).all())
    return sorted(
        ((theme, count) for theme, count in counts.items() if count >= least),
        key=lambda each: (-each[1], each[0]),
    )


async def forget(db: AsyncSession, before: datetime) -> None:
    """Those asked before, with all that was said of them."""
    old = columns(col(Ticket.id)).where(col(Ticket.asked_at) < before)
    for table in (TicketMessage, Solicitation):
        await db.exec(delete(table).where(col(table.ticket_id).in_(old)))
    await db.exec(delete(Ticket).where(col(Ticket.asked_at) < before))

"""Relay of tickets: cards and notes appear, answers are published, in open hours;
of what has no name, on the full hour.
"""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.outbox import Post, Rank
from bot.schedule.jobs import Run, due
from bot.text import Long, Say
from bot.time.recurrence import Occurrence
from schedules.tickets import card, publish
from storage import outbox
from storage.tables import Ticket, TicketMessage
from storage.tickets import tickets


async def waiting(db: AsyncSession, upto: datetime) -> list[Occurrence]:
    cards = [(row.post_at, f"card {row.id}") for row in await tickets.cards_due(db, upto)]
    notes = [(row.post_at, f"note {row.id}") for row in await tickets.notes_due(db, upto)]
    publications = [(row.publish_at, f"publish {row.id}") for row in await tickets.publications_due(db, upto)]
    due_rows = (*cards, *notes, *publications)
    return [Occurrence(f"{name} {at.isoformat()}", at) for at, name in due_rows if at is not None]


@due("ticket relay", rows=waiting)
async def relay(run: Run) -> None:
    kind, number, _ = run.name.split(" ", 2)
    if kind == "note":
        if (message := await tickets.message(run.db, int(number))) is not None:
            await _note(run, message)
    elif (row := await tickets.ticket(run.db, int(number))) is not None:
        await (_card(run, row) if kind == "card" else publish.publish(run, row))


async def _card(run: Run, row: Ticket) -> None:
    row.post_at = None
    run.db.add(row)
    seen = any([await outbox.versions(run.db, card.key(row), room) for room in card.rooms_of(run, row)])
    if row.status != tickets.WITHDRAWN or seen:
        await card.show(run, row)
    if row.kind == tickets.HELP and row.status == tickets.OPEN and not seen:
        row.next_step = run.now  # those who know may be asked


async def _note(run: Run, message: TicketMessage) -> None:
    """The card has it; where somebody is to answer it, a line of its own rings."""
    message.post_at = None
    run.db.add(message)
    row = await tickets.ticket(run.db, message.ticket_id)
    if row is None or not message.text:
        return
    await run.db.flush()
    await card.show(run, row)
    for room in card.rooms_of(run, row):
        say = Say("**Précision, n° {n}** : « {text} »", n=row.id, text=Long(message.text))
        team = room == run.network.team
        called = await card.contacts(run) if team else ()
        note = f"ticket-note:{row.id}:{message.id}"
        await run.post(Post(room=room, say=say, key=note, rank=Rank.BOOKKEEPING, mentions=called))

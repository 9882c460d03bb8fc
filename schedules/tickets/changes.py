"""Changes of a ticket: asked, added to, taken, answered, closed, taken back; each once."""

from dataclasses import dataclass

from bot.command import Context
from bot.outbox import UnitOfWork
from bot.text import Say, UserError
from bot.text.clean import clean_text
from bot.text.names import first_name
from bot.time.recurrence import instant
from schedules.members import towns
from schedules.resources.themes import mentioned_themes
from schedules.tickets import card, mail
from schedules.tickets.identity import (
    both_names,
    full_name,
    is_nameless,
    kept_asker,
    kept_event,
    noted_at,
    promise,
    refuse_own_name,
    relayed_at,
    town_of,
)
from schedules.tickets.mail import Letter
from storage.resources.library import LONGEST_NAME
from storage.tables import Ticket, TicketMessage
from storage.tickets import tickets


@dataclass(frozen=True)
class NewTicket:
    """`kind`: of storage.tickets.tickets; `room`: where its card is for the network, or ""."""

    kind: str
    text: str
    anonymous: bool = False
    room: str = ""


def checked(typed: str) -> str:
    """What is passed on, cleaned. Raises UserError for what is too long: nothing is cut without a word."""
    text = clean_text(typed, len(typed) + 1, lines=True)
    if len(text) > card.LONGEST:
        raise UserError(
            "Votre texte est trop long, il n’est pas transmis : {n} signes au plus. Vous pouvez corriger "
            "votre message.",
            n=card.LONGEST,
        )
    return text


async def ask(ctx: Context, new: NewTicket) -> Ticket:
    """The ticket of this message: a new one, or the one it was before it was edited.
    Raises UserError when a text without a name has it.
    """
    full = await full_name(ctx)
    text = checked(new.text)
    row = await tickets.by_event(ctx.db, *both_names(ctx, ctx.event_id))
    if new.anonymous or (row is not None and is_nameless(row)):
        refuse_own_name(text, ctx.person.id, full)
    if row is not None:
        return await _asked_again(ctx, row, text)
    row = _row(ctx, new, text, full)
    if not new.anonymous:
        known = await towns(ctx.db, ctx.config)
        row.town = clean_text(known.get(ctx.person.id, row.town), LONGEST_NAME)
    return await tickets.add(ctx.db, row)


def _row(ctx: Context, new: NewTicket, text: str, full: str) -> Ticket:
    themes, promised = mentioned_themes(text), promise(ctx)
    morning = instant(promised.astimezone(ctx.config.zone).date(), ctx.hours.start, ctx.config.zone)
    return Ticket(
        event_id=kept_event(ctx, ctx.event_id, anonymous=new.anonymous),
        kind=new.kind,
        text=text,
        asker=kept_asker(ctx, ctx.person.id, anonymous=new.anonymous),
        anonymous=new.anonymous,
        name="" if new.anonymous else clean_text(first_name(full), LONGEST_NAME),
        town="" if new.anonymous else town_of(full),
        theme=themes[0].id if themes else "",
        room_id=new.room,
        asked_at=noted_at(ctx, anonymous=new.anonymous),
        post_at=relayed_at(ctx.now, anonymous=new.anonymous),
        promised_at=promised,
        next_step=morning if new.kind == tickets.CONTACT else None,
    )


async def _asked_again(ctx: Context, row: Ticket, text: str) -> Ticket:
    """The same question in other words: its number stays, its card follows."""
    row.text = text
    if row.status == tickets.WITHDRAWN:
        row.status = tickets.ANSWERED if row.answered_at else tickets.OPEN
        row.asker = kept_asker(ctx, ctx.person.id, anonymous=row.anonymous)
    row.post_at = relayed_at(ctx.now, anonymous=row.anonymous)
    ctx.db.add(row)
    return row


async def withdraw(ctx: Context, event_id: str) -> None:
    """The asker deleted the question, or is saying it otherwise. Nothing of its text stays."""
    row = await tickets.by_event(ctx.db, *both_names(ctx, event_id))
    if row is None or row.status in (tickets.CLOSED, tickets.WITHDRAWN):
        return
    row.status, row.text = tickets.WITHDRAWN, ""
    await by_asker(ctx, row)


async def by_asker(uow: UnitOfWork, row: Ticket) -> None:
    """Its card shows what its asker changed: at once, or with what else leaves without a name: an entry of
    the outbox names the event that caused it.
    """
    uow.db.add(row)
    await uow.db.flush()
    if row.anonymous:
        row.post_at = relayed_at(uow.now, anonymous=True)
    elif row.post_at is None:
        await card.show(uow, row)


async def add_note(ctx: Context, row: Ticket, text: str) -> None:
    """More from the asker: whoever is to answer reads it, and the question is open again."""
    note = TicketMessage(
        ticket_id=row.id,
        event_id=kept_event(ctx, ctx.event_id, anonymous=row.anonymous),
        kind=tickets.NOTE,
        name=row.name,
        text=checked(text),
        at=noted_at(ctx, anonymous=row.anonymous),
        post_at=relayed_at(ctx.now, anonymous=row.anonymous),
    )
    if is_nameless(row):
        refuse_own_name(note.text, ctx.person.id, await full_name(ctx))
    ctx.db.add(note)
    await reopen(ctx, row)


async def reopen(ctx: Context, row: Ticket) -> None:
    """It waits for an answer again; nobody is asked anew, the contact is reminded."""
    row.status = tickets.OPEN
    row.promised_at = promise(ctx)
    row.next_step = row.promised_at if row.kind == tickets.CONTACT else None
    ctx.db.add(row)
    await ctx.db.flush()


async def answer(ctx: Context, row: Ticket, text: str) -> TicketMessage:
    """Somebody's answer, or the same in other words: attached, and on its way to the asker."""
    text = checked(text)
    message = await tickets.message_of(ctx.db, ctx.event_id)
    if message is None:
        message = TicketMessage(
            ticket_id=row.id,
            event_id=ctx.event_id,
            kind=tickets.ANSWER,
            person=ctx.person.id,
            name=clean_text(first_name(await full_name(ctx)), LONGEST_NAME),
            at=ctx.now,
        )
    message.text = text
    ctx.db.add(message)
    if row.status == tickets.OPEN:
        row.status, row.next_step = tickets.ANSWERED, None
        row.answered_at = row.answered_at or ctx.now
        ctx.db.add(row)
    await ctx.db.flush()
    if not await mail.send(ctx, row, Letter(row.id, mail.ANSWER, message.id)):
        say = Say(
            "Je ne peux plus joindre la personne qui a posé la question n° {n} : la clé des questions sans "
            "nom manque.",
            n=row.id,
        )
        await ctx.tell_team(say)
    await card.show(ctx, row)
    return message


async def take_back(ctx: Context, event_id: str) -> None:
    """An answer was deleted, or is being said otherwise."""
    message = await tickets.message_of(ctx.db, event_id)
    row = await tickets.ticket(ctx.db, message.ticket_id) if message else None
    if message is None or row is None:
        return
    message.text = ""
    ctx.db.add(message)
    await ctx.db.flush()
    if row.status == tickets.ANSWERED and not await tickets.messages(ctx.db, row.id):
        await reopen(ctx, row)
    await mail.send(ctx, row, Letter(row.id, mail.ANSWER, message.id))
    await card.show(ctx, row)


async def take(ctx: Context, row: Ticket) -> None:
    row.assignee, row.assignee_name = ctx.person.id, first_name(await full_name(ctx))
    ctx.db.add(row)
    await mail.send(ctx, row, Letter(row.id, mail.TAKEN))
    await card.show(ctx, row)


async def close(uow: UnitOfWork, row: Ticket, *, tell: bool) -> None:
    """`tell`: the asker, who has not closed it. From then on, who asked without a name is nobody."""
    row.status, row.next_step = tickets.CLOSED, None
    if tell:
        await mail.send(uow, row, Letter(row.id, mail.CLOSED))
    row.asker = "" if row.anonymous else row.asker
    if tell:
        uow.db.add(row)
        await card.show(uow, row)
    else:
        await by_asker(uow, row)

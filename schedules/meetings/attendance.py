"""Attendance: who comes to a meeting. Takes an answer and settles what depends on it: seats, the line of counts, offers, the receipt.

To be called for each act of answering, whatever its way; done again, it changes nothing.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

from bot.command import Context, Role
from bot.inbox.context import first_name
from bot.outbox import UnitOfWork
from bot.text import Say
from schedules.meetings import card, private_messages, receipts
from schedules.meetings.receipts import AttendanceStatus, Audience
from storage import rooms
from storage.meetings import answers, meetings, seats, waitlist
from storage.meetings.answers import REMOTE, TEXT
from storage.meetings.seats import Cause
from storage.meetings.waitlist import REFUSED, Notice
from storage.tables import Attendance, Meeting

WITH_US = (answers.YES, answers.REMOTE, answers.MAYBE)


async def coming(uow: UnitOfWork, row: Meeting, said: Collection[str] = WITH_US) -> list[str]:
    """Those whose answer is one of these, who are still in a room where it is announced, and who can be reached."""
    near = await within_reach(uow) & await invited(uow, row)
    found = await answers.answers(uow.db, row.id)
    return sorted(person for person, answer in found.items() if answer.answer in said and person in near)


async def within_reach(uow: UnitOfWork) -> frozenset[str]:
    """Those who have opened a private room with the bot."""
    return await rooms.within_reach(uow.db, uow.network.me, uow.network.configured)


async def invited(uow: UnitOfWork, row: Meeting) -> set[str]:
    """Everybody in the rooms where it is announced, the bot aside."""
    found = [each for room in row.rooms for each in await rooms.members(uow.db, room)]
    return {each.user_id for each in found if each.membership == "join"} - {uow.network.me}


@dataclass(frozen=True)
class Participant:
    """Whose answer it is. `full_name`: as displayed; `by`: who of the team answers in their place."""

    id: str
    full_name: str
    by: str = ""

    @property
    def name(self) -> str:
        return first_name(self.full_name)


@dataclass(frozen=True)
class NewAnswer:
    """What they answer. `whole`: all together in the line rather than without the others."""

    answer: str
    way: str = TEXT
    party: int = 1
    others: str = ""
    whole: bool = False


@dataclass(frozen=True)
class Recorded:
    """What became of it. `refused`: their party does not fit, nothing has changed. `latest`: it is what counts now."""

    standing: AttendanceStatus
    refused: Notice | None = None
    latest: bool = True


def oneself(ctx: Context) -> Participant:
    return Participant(ctx.person.id, ctx.person.full_name)


async def author(ctx: Context, row: Meeting) -> Participant:
    """Who wrote or tapped, as displayed in the rooms of the meeting: in a room of the two, people often have no name."""
    for room in row.rooms:
        member = await rooms.member(ctx.db, room, ctx.person.id)
        if member is not None and member.name:
            return Participant(ctx.person.id, member.name)
    return oneself(ctx)


async def record(ctx: Context, row: Meeting, who: Participant, wish: NewAnswer) -> Recorded:
    number = row.id
    before = await answers.act(ctx.db, ctx.event_id)
    other = (before.meeting_id, before.person) if before and (before.meeting_id, before.person) != (number, who.id) else None
    entry = Attendance(
        event_id=ctx.event_id,
        meeting_id=number,
        person=who.id,
        name=who.full_name,
        at=ctx.now,
        way=wish.way,
        answer=wish.answer,
        party=wish.party,
        others=wish.others,
        revision=row.revision,
        by=who.by,
    )
    await answers.record(ctx.db, entry)
    if other is not None:
        await _settle_other(ctx, *other)
    # A message edited keeps its id: what it says now is another wish.
    event_id = f"{ctx.event_id} {ctx.now.isoformat()}" if before else ctx.event_id
    after = await settle(ctx, row, Cause(who.id, event_id, wish.whole))
    refused = next((news for news in after.news if news.what == REFUSED and news.person == who.id), None)
    if refused is not None:
        await answers.take_back(ctx.db, ctx.event_id)
    stands = await receipts.standing_in(ctx, row, who.id, after.places)
    return Recorded(stands, refused, latest=stands.answer is not None and stands.answer.event_id == ctx.event_id)


async def _settle_other(ctx: Context, number: int, person: str) -> None:
    """A message that was edited answers for another meeting, or another person, than before."""
    row = await meetings.meeting(ctx.db, number)
    if row is not None:
        await settle(ctx, row, Cause(person, ctx.event_id))


async def settle(uow: UnitOfWork, row: Meeting, cause: Cause) -> waitlist.Outcome:
    """Seats, counts and offers as they are now that this person's answer looks different."""
    after = await seats.settle(uow.db, row, cause, seats.terms(row, uow.now))
    await card.refresh_counts(uow, row)
    await private_messages.close_offers(uow, row, cause.person, after.of(cause.person))
    return after


async def reader(ctx: Context, row: Meeting, who: Participant, *, private: bool) -> Audience:
    """`private`: it is said to them alone."""
    reachable = await ctx.private_room(who.id) is not None
    guest = ctx.person.role < Role.MEMBER and who.id == ctx.person.id
    return Audience(who.name, ctx.now, private=private, reachable=reachable, guest=guest)


async def said(ctx: Context, row: Meeting, who: Participant, done: Recorded) -> Say:
    """What is answered where they wrote."""
    reads = await reader(ctx, row, who, private=ctx.room.direct and who.id == ctx.person.id)
    if not done.latest:
        return Say("Vous avez répondu de nouveau depuis, {name} : c’est votre dernière réponse qui compte.", name=who.name)
    if done.standing.answer and done.standing.answer.answer == REMOTE and row.video and not ctx.room.direct:
        await _sent(ctx, row, who, done.standing)
        reads = replace(reads, reachable=True)
    return receipts.confirmation(row, done.standing, reads, ctx.config)


async def send_privately(ctx: Context, row: Meeting, who: Participant, stands: AttendanceStatus) -> None:
    """A receipt, where a room of the two exists."""
    if await ctx.private_room(who.id):
        await _sent(ctx, row, who, stands)


async def _sent(ctx: Context, row: Meeting, who: Participant, stands: AttendanceStatus) -> None:
    """A receipt, in a room of the two that is opened if need be: what they asked for in words, as the link that reminders promise."""
    reads = await reader(ctx, row, who, private=True)
    say = receipts.confirmation(row, stands, reads, ctx.config) if stands.answer else withdrawn(ctx, row, who)
    await private_messages.send_receipt(ctx, row, who.id, say)


def withdrawn(ctx: Context, row: Meeting, who: Participant) -> Say:
    return Say(
        "Votre réponse pour le {day} est retirée, {name}. Pour répondre de nouveau : `!presence oui`, `!presence visio` ou `!presence non`.",
        day=receipts.day(row, ctx.now, ctx.config),
        name=who.name,
    )


def over(uow: UnitOfWork, row: Meeting) -> bool:
    """What was answered stays as it was once the meeting is behind."""
    return uow.now > row.ends_at


async def refusal(ctx: Context, row: Meeting) -> Say | None:
    """None: it counts."""
    day = receipts.day(row, ctx.now, ctx.config)
    if row.status == meetings.CANCELLED:
        return Say("{name}, la rencontre du {day} est annulée : il n’y a plus rien à répondre.", name=ctx.person.name, day=day)
    if over(ctx, row):
        return Say("{name}, la rencontre du {day} a eu lieu : votre réponse n’a pas été prise en compte.", name=ctx.person.name, day=day)
    if row.status != meetings.ANNOUNCED or not set(row.rooms) & await rooms.rooms_of(ctx.db, ctx.person.id):
        return Say(
            "{name}, cette rencontre est annoncée dans un salon où vous n’êtes pas : votre réponse n’a pas été prise en compte.", name=ctx.person.name
        )
    return None

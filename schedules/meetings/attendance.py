"""Attendance: who comes to a meeting (RSVP).
Takes an answer and brings in line what depends on it: seats, counts, offers, the receipt.

Each act of answering passes here, whatever its way; passed again, it changes nothing.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

from bot.command import Context, Role
from bot.outbox import UnitOfWork, chips
from bot.text import Say
from bot.text.names import first_name
from schedules.meetings import card, private_messages, receipts, wording
from schedules.meetings.receipts import AttendanceStatus, Audience
from storage import rooms
from storage.meetings import answers, meetings, seats, waitlist
from storage.meetings.answers import REMOTE, TAP, TEXT
from storage.meetings.seats import AnswerChange
from storage.meetings.waitlist import REFUSED, Notice
from storage.tables import Attendance, Meeting

ATTENDING = (answers.YES, answers.REMOTE, answers.MAYBE)


async def recipients(uow: UnitOfWork, row: Meeting, answered: Collection[str] = ATTENDING) -> list[str]:
    """Those whose answer is one of these, who are still in a room where it is announced,
    and who can be reached.
    """
    present = await reachable(uow) & await invited(uow, row)
    current = await answers.of_everybody(uow.db, row.id)
    return sorted(
        person for person, answer in current.items() if answer.answer in answered and person in present
    )


async def reachable(uow: UnitOfWork) -> frozenset[str]:
    """Those who have opened a private room with the bot."""
    return await rooms.within_reach(uow.db, uow.network.me, uow.network.configured)


async def invited(uow: UnitOfWork, row: Meeting) -> set[str]:
    """Everybody in the rooms where it is announced, the bot aside."""
    members = [each for room in row.rooms for each in await rooms.members(uow.db, room)]
    return {each.user_id for each in members if each.membership == "join"} - {uow.network.me}


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
    """What they answer. `together`: rather all in the line than seated without the others."""

    answer: str
    way: str = TEXT
    party: int = 1
    others: str = ""
    together: bool = False


@dataclass(frozen=True)
class Recorded:
    """What became of it. `refused`: their party does not fit, nothing has changed.
    `latest`: it is what counts now.
    """

    status: AttendanceStatus
    refused: Notice | None = None
    latest: bool = True


def participant(ctx: Context) -> Participant:
    return Participant(ctx.person.id, ctx.person.full_name)


async def author(ctx: Context, row: Meeting) -> Participant:
    """Who wrote or tapped, as displayed in the rooms of the meeting:
    in a private room people often have no name.
    """
    for room in row.rooms:
        member = await rooms.member(ctx.db, room, ctx.person.id)
        if member is not None and member.name:
            return Participant(ctx.person.id, member.name)
    return participant(ctx)


async def record(ctx: Context, row: Meeting, who: Participant, new: NewAnswer) -> Recorded:
    number = row.id
    previous = await answers.of_event(ctx.db, ctx.event_id)
    other = (
        (previous.meeting_id, previous.person)
        if previous and (previous.meeting_id, previous.person) != (number, who.id)
        else None
    )
    await answers.record(ctx.db, _entry(ctx, row, who, new))
    if other is not None:
        await _reallocate_other(ctx, *other)
    # A message edited keeps its id: what it says now is another request.
    event_id = f"{ctx.event_id} {ctx.now.isoformat()}" if previous else ctx.event_id
    outcome = await reallocate(ctx, row, AnswerChange(who.id, event_id, new.together))
    refused = next(
        (notice for notice in outcome.notices if notice.kind == REFUSED and notice.person == who.id), None
    )
    if refused is not None:
        await answers.take_back(ctx.db, ctx.event_id)
    status = await receipts.status_among(ctx, row, who.id, outcome.seats)
    return Recorded(
        status, refused, latest=status.answer is not None and status.answer.event_id == ctx.event_id
    )


def _entry(ctx: Context, row: Meeting, who: Participant, new: NewAnswer) -> Attendance:
    return Attendance(
        event_id=ctx.event_id,
        meeting_id=row.id,
        person=who.id,
        name=who.full_name,
        at=ctx.now,
        way=new.way,
        answer=new.answer,
        party=new.party,
        others=new.others,
        revision=row.revision,
        by=who.by,
    )


async def _reallocate_other(ctx: Context, number: int, person: str) -> None:
    """A message that was edited answers for another meeting, or another person, than before."""
    row = await meetings.meeting(ctx.db, number)
    if row is not None:
        await reallocate(ctx, row, AnswerChange(person, ctx.event_id))


async def reallocate(uow: UnitOfWork, row: Meeting, change: AnswerChange) -> waitlist.Outcome:
    """Seats, counts and offers as they are now that this person's answer looks different."""
    outcome = await seats.reallocate(uow.db, row, change, seats.rules(row, uow.now))
    acts = await answers.of_person(uow.db, row.id, change.person)
    now = answers.current(acts)
    tapped = {act.event_id: now is not None and act.answer == now.answer for act in acts if act.way == TAP}
    await chips.judge(uow, tapped)
    await card.refresh_counts(uow, row)
    await private_messages.close_offers(uow, row, change.person, outcome.of(change.person))
    return outcome


async def audience_of(ctx: Context, row: Meeting, who: Participant, *, private: bool) -> Audience:
    """`private`: it is said to them alone."""
    reachable = await ctx.private_room(who.id) is not None
    guest = ctx.person.role < Role.MEMBER and who.id == ctx.person.id
    return Audience(who.name, ctx.now, private=private, reachable=reachable, guest=guest)


async def response(ctx: Context, row: Meeting, who: Participant, recorded: Recorded) -> Say:
    audience = await audience_of(ctx, row, who, private=ctx.room.direct and who.id == ctx.person.id)
    if not recorded.latest:
        return Say(
            "Vous avez répondu de nouveau depuis, {name} : c’est votre dernière réponse qui compte.",
            name=who.name,
        )
    if (
        recorded.status.answer
        and recorded.status.answer.answer == REMOTE
        and row.video
        and not ctx.room.direct
    ):
        await _send_receipt(ctx, row, who, recorded.status)
        audience = replace(audience, reachable=True)
    return receipts.confirmation(row, recorded.status, audience, ctx.config)


async def send_privately(ctx: Context, row: Meeting, who: Participant, status: AttendanceStatus) -> None:
    """A receipt, if they have a private room."""
    if await ctx.private_room(who.id):
        await _send_receipt(ctx, row, who, status)


async def _send_receipt(ctx: Context, row: Meeting, who: Participant, status: AttendanceStatus) -> None:
    """Opens a private room if need be: what they asked for in words, as the link that reminders promise."""
    audience = await audience_of(ctx, row, who, private=True)
    say = (
        receipts.confirmation(row, status, audience, ctx.config)
        if status.answer
        else withdrawal_notice(ctx, row, who)
    )
    await private_messages.send_receipt(ctx, row, who.id, say)


def withdrawal_notice(ctx: Context, row: Meeting, who: Participant) -> Say:
    return Say(
        "Votre réponse pour le {day} est retirée, {name}. Pour répondre de nouveau : `!presence oui`, "
        "`!presence visio` ou `!presence non`.",
        day=wording.day(row, ctx.config, ctx.now),
        name=who.name,
    )


def is_over(uow: UnitOfWork, row: Meeting) -> bool:
    """Then answers stay as they are."""
    return uow.now > row.ends_at


async def refusal(ctx: Context, row: Meeting) -> Say | None:
    """Why an answer does not count; None: it does."""
    day = wording.day(row, ctx.config, ctx.now)
    if row.status == meetings.CANCELLED:
        return Say(
            "{name}, la rencontre du {day} est annulée : vous n’avez plus à répondre.",
            name=ctx.person.name,
            day=day,
        )
    if is_over(ctx, row):
        return Say(
            "{name}, la rencontre du {day} a eu lieu : votre réponse n’a pas été prise en compte.",
            name=ctx.person.name,
            day=day,
        )
    if row.status != meetings.ANNOUNCED or not set(row.rooms) & await rooms.rooms_of(ctx.db, ctx.person.id):
        return Say(
            "{name}, cette rencontre est annoncée dans un salon où vous n’êtes pas : votre réponse n’a pas "
            "été prise en compte.",
            name=ctx.person.name,
        )
    return None

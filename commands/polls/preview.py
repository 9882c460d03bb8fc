"""Preview of a poll before it goes out: shown in the team's room, changed by a word, published by « oui »;
in another room, published at once.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.command import Context, Role
from bot.command.handlers import on_answer
from bot.network import Kind
from bot.outbox.question import NO, YES, Ask, Choice, Reply, numbered
from bot.text import Count, Say, UserError
from bot.time import OfficeHours
from commands import publish
from commands.polls import parse_deadline
from commands.polls.options import MODES
from commands.polls.parse_deadline import SOONEST
from commands.publish import HOUR, NOW, Proposal
from schedules.polls import card
from schedules.polls.wording import Slot, advice_against
from schedules.polls.wording import numbered as numbered_choices
from storage.polls import polls
from storage.tables import Poll

# where a poll may be; the first room of the first kind is proposed
KINDS: tuple[Kind, ...] = ("network", "local", "help", "open")
_FEW = 20  # characters
SILENT_NO = replace(NO, tap="")  # under a question that does not say « non », ❌ would have no word beside it
_MODES = tuple(Choice(mode, "", words) for mode, words in MODES.items())


def targets(ctx: Context) -> list[str]:
    """UserError when there is no room to ask in."""
    found = [room for kind in KINDS for room in ctx.network.of_kind(kind)]
    if not found:
        raise UserError(
            "Je ne suis encore dans aucun salon du réseau. Le service numérique peut m’y inviter."
        )
    return found


async def preview_or_publish(ctx: Context, poll: Poll, *, free: bool) -> Say | Ask | None:
    """A poll that was just asked: shown first in the team's room, published in any other.
    `free`: its closing is ours to propose.
    """
    if ctx.room.kind != "team":
        return await _at_once(ctx, poll, free=free)
    poll.room_id = targets(ctx)[0]
    return await preview(ctx, poll, None, {"free": free, "rooms": targets(ctx)})


async def preview(ctx: Context, poll: Poll, wanted: datetime | None, data: dict[str, Any]) -> Ask:
    """What will be asked, where, when and who will see the votes; nothing counts before « oui ».
    `wanted`: None for now.
    """
    proposal = await publish.propose(ctx, [poll.room_id], wanted)
    _schedule(ctx, poll, proposal, free=data["free"])
    late = poll.closes_at < proposal.at + SOONEST
    if late and proposal.reason is None:
        raise UserError(
            "Ce serait après la clôture, le {when}. Indiquez une heure plus tôt.",
            when=publish.instant(ctx, poll.closes_at),
        )
    ask = (
        _too_late(ctx, proposal)
        if late
        else publish.question(ctx, proposal, await publish.names(ctx, [poll.room_id]))
    )
    return Ask(
        Say.lines(_summary(ctx, poll), ask, await _elsewhere(ctx, data["rooms"])),
        then="poll.confirm",
        choices=(
            *(() if late else (YES,)),
            SILENT_NO if proposal.reason else NO,
            NOW,
            *_others(poll, len(data["rooms"])),
        ),
        data={**data, "poll": poll.id, "at": proposal.at.isoformat(), "now": proposal.now},
        accepts="moment",
    )


async def _elsewhere(ctx: Context, rooms: Sequence[str]) -> Say | None:
    if len(rooms) < 2:
        return None
    listed = await publish.numbers(ctx, rooms)
    return Say("Pour un autre salon, répondez par son numéro : {list}.", list=listed)


def _others(poll: Poll, rooms: int) -> list[Choice]:
    """What else may be said: another room, and for a poll that is not of dates another way to vote."""
    places = [Choice(each.value, "", each.words) for each in numbered(rooms)] if rooms > 1 else []
    return places if poll.kind == polls.DATES else [*_MODES, *places]


def _schedule(ctx: Context, poll: Poll, proposal: Proposal, *, free: bool) -> None:
    poll.opens_at = proposal.at
    if free:
        poll.closes_at = _usual(ctx, poll)
    ctx.db.add(poll)


def _usual(ctx: Context, poll: Poll) -> datetime:
    """Of dates, before the first of them."""
    hours = ctx.hours
    first = [parse_deadline.evening_before(Slot.read(row).day, hours) for row in poll.days]
    return min([parse_deadline.default_closing(poll.opens_at, ctx.config.polls.open_for, hours), *first])


def _too_late(ctx: Context, proposal: Proposal) -> Say:
    return Say(
        "{reason} Le prochain bon moment, le {when}, vient après la clôture. "
        "Écrivez « maintenant » si c’est urgent, ou reposez la question avec une clôture plus tardive.",
        reason=proposal.reason or Say(""),
        when=publish.instant(ctx, proposal.at),
    )


def _summary(ctx: Context, poll: Poll) -> Say:
    number, when = poll.id, publish.instant(ctx, poll.closes_at)
    if poll.kind == polls.DATES:
        title = Say("**Aperçu du sondage de dates n° {number}**", number=number)
        what = Say(
            "« {question} » – {dates} – clôture : {when}",
            question=poll.question,
            dates=_dates(len(poll.days)),
            when=when,
        )
    else:
        title = Say("**Aperçu du sondage n° {number}**", number=number)
        what = Say(
            "« {question} » – {choices} – clôture : {when}",
            question=poll.question,
            choices=_choices(poll),
            when=when,
        )
    members = Say("Sondage réservé aux membres du réseau.") if poll.members_only else None
    choices = numbered_choices(poll) if poll.kind == polls.CHOICES else None
    return Say.lines(title, what, choices, *advice_lines(poll, ctx.hours), members, _who_sees(ctx, poll))


def _dates(count: int) -> Count:
    return Count(count, "{n} date", "{n} dates")


def _choices(poll: Poll) -> Say:
    """« 4 choix, 2 réponses au plus »; two short ones are said: « Oui ou Non »."""
    if len(poll.choices) == 2 and poll.most == 1 and sum(map(len, poll.choices)) <= _FEW:
        first, second = poll.choices
        return Say("{first} ou {second}", first=first, second=second)
    count = Count(len(poll.choices), "{n} choix", "{n} choix")
    return Say(
        "{choices}, {answers}",
        choices=count,
        answers=Count(poll.most, "une seule réponse", "{n} réponses au plus"),
    )


def _who_sees(ctx: Context, poll: Poll) -> Say:
    say = card.who_sees(poll, ctx.config)
    if poll.mode == polls.SECRET or poll.kind == polls.DATES:
        return say
    return Say("{said} Pour un vote confidentiel, ajoutez « confidentiel ».", said=say)


@on_answer("poll.confirm")
async def confirm(ctx: Context, reply: Reply) -> Say | Ask:
    poll = await polls.poll(ctx.db, int(reply.data["poll"]))
    if poll is None or poll.status != polls.DRAFT:
        raise UserError(
            "Ce sondage n’attend plus de réponse. Pour un autre : `!sondage` suivi de la question."
        )
    if reply.choice == "no":
        poll.status = polls.CANCELLED
        ctx.db.add(poll)
        return Say("C’est abandonné, rien ne partira.")
    if reply.choice == "now":
        return await _publish(ctx, poll, ctx.now, reply)
    if reply.moment is not None:
        return await preview(ctx, poll, reply.moment.instant(HOUR), dict(reply.data))
    if reply.choice != "yes":
        return await _changed(ctx, poll, reply)
    at = datetime.fromisoformat(reply.data["at"])
    # no good moment any more
    if at <= ctx.now and (await publish.propose(ctx, [poll.room_id], None)).reason is not None:
        return await preview(ctx, poll, None, dict(reply.data))
    return await _publish(ctx, poll, max(at, ctx.now), reply)


async def _changed(ctx: Context, poll: Poll, reply: Reply) -> Ask:
    """Another room, or another way to vote: shown again, for the same moment."""
    if reply.choice in MODES:
        poll.mode = reply.choice
    else:
        poll.room_id = reply.data["rooms"][int(reply.choice or 1) - 1]
    wanted = None if reply.data["now"] else datetime.fromisoformat(reply.data["at"])
    return await preview(ctx, poll, wanted if wanted and wanted > ctx.now else None, dict(reply.data))


async def _publish(ctx: Context, poll: Poll, at: datetime, reply: Reply) -> Say:
    """Its closing is the one that was shown, whenever it goes out."""
    parse_deadline.check(poll.closes_at, at)
    poll.opens_at = at
    await card.publish(ctx, poll, reply.choice == "now" or bool(reply.data["now"]))
    return publish.planned(ctx, at, await publish.names(ctx, [poll.room_id]))


async def publish_agreed(ctx: Context, poll: Poll) -> Say:
    """A poll that was shown in full and agreed to: it goes out at the next good moment."""
    proposal = await publish.propose(ctx, [poll.room_id], None)
    _schedule(ctx, poll, proposal, free=True)
    parse_deadline.check(poll.closes_at, poll.opens_at)
    await card.publish(ctx, poll, proposal.now)
    return publish.planned(ctx, proposal.at, await publish.names(ctx, [poll.room_id]))


async def _at_once(ctx: Context, poll: Poll, *, free: bool) -> Say | None:
    """In the room where it was asked; nothing is said beside the card unless it has to wait."""
    poll.room_id = ctx.room.id
    proposal = await publish.propose(ctx, [poll.room_id], None)
    _schedule(ctx, poll, proposal, free=free)
    if poll.closes_at < proposal.at + SOONEST:
        raise UserError(
            "{reason} Le prochain bon moment, le {when}, vient après la clôture. Donnez-en une plus "
            "tardive, par exemple « jusqu’au {until} ».",
            reason=proposal.reason or Say(""),
            when=publish.instant(ctx, proposal.at),
            until=publish.instant(ctx, _usual(ctx, poll)),
        )
    await card.publish(ctx, poll, proposal.now)
    if proposal.now:
        return None
    return Say(
        "{reason} Le sondage n° {number} paraîtra le {when}. Pour l’annuler : `!sondage annuler {number}`",
        reason=proposal.reason or Say(""),
        number=poll.id,
        when=publish.instant(ctx, proposal.at),
    )


def advice_lines(poll: Poll, hours: OfficeHours) -> list[Say]:
    """The dates of a poll, each with what is to be said of it; none for a poll of another kind."""
    slots = [replace(Slot.read(row), capital=True) for row in poll.days]
    found = [(each, advice_against(each.day, hours) or Say("possible")) for each in slots]
    return [
        Say("{n}. {day} – {advice}", n=n, day=day, advice=advice) for n, (day, advice) in enumerate(found, 1)
    ]


def may_ask(ctx: Context) -> bool:
    """Whether this person may ask in the room where they write, which is not the team's."""
    enough = Role.MEMBER if ctx.config.polls.members_may_ask else Role.TEAM
    return ctx.room.kind in KINDS and ctx.person.role >= enough

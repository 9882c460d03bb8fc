"""Decide on a proposal: a tap of somebody of the team does the step, or leaves it out this time."""

from collections.abc import Awaitable, Callable
from typing import Any

from bot.command import Context, Result, Role
from bot.command.handlers import Reaction, on_reaction
from bot.outbox import Post, Rank, chips
from bot.text import Say, UserError
from commands.meetings.announce import announce_agreed
from commands.meetings.create import NEEDED, usual_contact
from commands.meetings.enter import ask
from commands.meetings.form import Draft, Progress
from commands.meetings.lookup import MeetingName
from commands.polls.preview import publish_agreed, targets
from schedules.members import name_of
from schedules.polls.wording import Slot
from schedules.quarter import proposals, rounds, wording
from schedules.quarter.propose import ANSWERS, DO, SKIP, shown
from schedules.quarter.rounds import Round
from storage import outbox
from storage.polls import polls
from storage.quarter import steps
from storage.quarter.steps import ANNOUNCE, DATES, ENTRY, KEY, THEME
from storage.tables import Poll, QuarterStep


@on_reaction(KEY)
async def decided(ctx: Context, reaction: Reaction) -> Result:
    row = await _row(ctx, reaction.message_key)
    tapped = chips.bare(reaction.key or "")
    if row is None or tapped not in (DO, SKIP) or ctx.person.role < Role.TEAM:
        return None
    found = next(
        (each for each in await rounds.load(ctx.db, ctx.config, ctx.now) if each.name == row.round), None
    )
    today = ctx.now.astimezone(ctx.config.zone).date()
    if found is None or found.cancelled or found.anchor < today:
        raise UserError("Cette proposition n’est plus d’actualité. Où en est le trimestre : `!trimestre`")
    status = next(each for each in found.states(today, ctx.hours) if each.step == row.step).status
    if status == "done":
        raise UserError("C’est déjà fait. Où en est le trimestre : `!trimestre`")
    if tapped == SKIP:
        await _skip(ctx, found, row)
        return None
    return await DOERS[row.step](ctx, found, row)


async def _row(ctx: Context, message_key: str) -> QuarterStep | None:
    name, _, step = message_key.removeprefix(KEY).partition(":")
    return await steps.step(ctx.db, name, step) if step in steps.STEPS else None


async def _skip(ctx: Context, found: Round, row: QuarterStep) -> None:
    row.status, row.person = steps.SKIPPED, ctx.person.id
    ctx.db.add(row)
    how = wording.by_hand(row.step, found.meeting.name if found.meeting else "")
    await _show(ctx, found, row, Say("Pas cette fois, c’est noté. Si vous changez d’avis : {how}", how=how))


async def _show(ctx: Context, found: Round, row: QuarterStep, what: Say) -> None:
    """The proposal becomes what was decided; nothing is left to tap."""
    key = steps.key(row.round, row.step)
    for entry in (await outbox.versions(ctx.db, key, ctx.room.id))[:1]:
        await chips.clear(ctx, entry.id)
    who = Say("Décidé par {name}.", name=await name_of(ctx, ctx.person.id))
    say = Say.lines(wording.title(found, wording.NAMES[row.step]), what, who)
    await ctx.post(Post(room=ctx.room.id, say=say, key=key, rank=Rank.ANSWER))


async def _publish(ctx: Context, found: Round, row: QuarterStep, poll: Poll) -> None:
    """Shown in full already: one tap is enough."""
    poll.room_id = targets(ctx)[0]
    ctx.db.add(poll)
    await ctx.db.flush()
    told = await publish_agreed(ctx, poll)
    row.status, row.person, row.poll_id = steps.DONE, ctx.person.id, poll.id
    ctx.db.add(row)
    await _show(ctx, found, row, Say("Sondage n° {number}. {told}", number=poll.id, told=told))


async def _ask_dates(ctx: Context, found: Round, row: QuarterStep) -> None:
    today = ctx.now.astimezone(ctx.config.zone).date()
    days = [Slot.read(each) for each in row.data["days"]]
    if any(each.day < today + proposals.SOON for each in days):  # answered late: what can still be prepared
        days = [
            each.slot
            for each in await proposals.days(ctx.db, ctx.config, found, today)
            if each.against is None
        ]
    if len(days) < proposals.FEWEST:
        raise UserError("Ces dates sont trop proches. Pour en proposer d’autres : `!dates 9 mars ; 16 mars`")
    title = Say("Quelles dates vous conviennent ?").text(ctx.network.language(targets(ctx)[0]))
    poll = _poll(ctx, question=title, kind=polls.DATES, days=[each.row() for each in days])
    await _publish(ctx, found, row, poll)


async def _ask_theme(ctx: Context, found: Round, row: QuarterStep) -> None:
    question = Say("Quels thèmes pour la rencontre {month} ?", month=wording.OfMonth(found.day))
    language = ctx.network.language(targets(ctx)[0])
    poll = _poll(ctx, question=question.text(language), choices=list(row.data["choices"]), most=ANSWERS)
    await _publish(ctx, found, row, poll)


def _poll(ctx: Context, **values: Any) -> Poll:
    return Poll(
        event_id=ctx.event_id,
        author=ctx.person.id,
        asked_in=ctx.room.id,
        opens_at=ctx.now,
        closes_at=ctx.now,
        **values,
    )


async def _enter(ctx: Context, found: Round, row: QuarterStep) -> Result:
    """What is not known is asked for, and everything is said back before it counts."""
    known = await proposals.known(ctx.db, ctx.config, found)
    if known.poll is not None and known.best is not None:
        known.poll.kept_day = known.best
        ctx.db.add(known.poll)
    draft = Draft(
        title=known.title,
        kind=known.kind,
        starts_at=known.starts_at,
        ends_at=known.ends_at,
        place=known.place,
        town=known.town,
        access=known.access,
        capacity=known.capacity,
        contact=usual_contact(ctx),
        poll_id=known.poll.id if known.poll else None,
    )
    return await ask(ctx, Progress(draft, "", NEEDED).onward(), None)


async def _announce(ctx: Context, found: Round, row: QuarterStep) -> Result:
    """As it was shown, at once; if it has changed since, it is shown again."""
    assert found.meeting is not None
    if shown(found.meeting, ctx.config) != row.data["shown"]:
        return await ctx.run("rencontre annoncer", called=MeetingName(found.meeting.name), when=None)
    told = await announce_agreed(ctx, found.meeting)
    row.status, row.person = steps.DONE, ctx.person.id
    ctx.db.add(row)
    await _show(ctx, found, row, told)
    return None


Doer = Callable[[Context, Round, QuarterStep], Awaitable[Result]]
DOERS: dict[str, Doer] = {DATES: _ask_dates, THEME: _ask_theme, ENTRY: _enter, ANNOUNCE: _announce}

"""Whether somebody's vote counts at that moment, and what to tell them when it does not."""

from bot.command import Context, Role
from bot.text import Say
from bot.time import Instant
from storage import inbox, rooms
from storage.polls import polls
from storage.tables import Poll


async def refusal(ctx: Context, row: Poll) -> Say | None:
    """Why this act of voting does not count; None: it does. Judged by the server's time of the act, whenever it is heard."""
    if row.status == polls.CANCELLED:
        return Say("{name}, le sondage n° {number} est annulé : votre vote n’a pas été compté.", name=ctx.person.name, number=row.id)
    if not await _in_room(ctx, row):
        return Say("{name}, ce sondage est celui d’un salon où vous n’êtes pas : votre vote n’a pas été compté.", name=ctx.person.name)
    if row.members_only and ctx.person.role < Role.MEMBER:
        return Say(
            "{name}, ce sondage est réservé aux membres du réseau : votre vote n’a pas été compté. Je peux vous indiquer une personne : `!contact`.",
            name=ctx.person.name,
        )
    return None if await polls.takes_votes(ctx.db, row, ctx.now) else await late(ctx, row)


async def late(ctx: Context, row: Poll) -> Say:
    """An edit keeps the id of its message, which is heard of already: what that one did, in its time, stands."""
    when = Instant(row.closes_at, ctx.now, ctx.config.zone)
    before = await inbox.processed(ctx.db, ctx.event_id)
    if before is not None and before.at <= row.closes_at < ctx.now:
        return Say(
            "{name}, le sondage n° {number} est clos depuis le {when} : cette modification n’a pas été prise en compte.",
            name=ctx.person.name,
            number=row.id,
            when=when,
        )
    return Say(
        "{name}, le sondage n° {number} est clos depuis le {when} : votre vote n’a pas été compté.",
        name=ctx.person.name,
        number=row.id,
        when=when,
    )


async def _in_room(ctx: Context, row: Poll) -> bool:
    """Or in the one that its room has replaced, as long as they vote there."""
    member = await rooms.member(ctx.db, row.room_id, ctx.person.id)  # asked at each ballot: mostly that is all
    if member is not None and member.membership == "join":
        return True
    before = {entry.room_id for entry in await polls.cards(ctx.db, row)}
    return bool(before & await rooms.rooms_of(ctx.db, ctx.person.id))

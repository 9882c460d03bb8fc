"""Whether somebody's answer counts at that moment, and what to tell them when it does not. Judged by the server's time of the act."""

from bot.command import Context
from bot.text import Say
from schedules.meetings import receipts
from storage import rooms
from storage.meetings import meetings
from storage.tables import Meeting


def over(ctx: Context, row: Meeting) -> bool:
    """What was answered stays as it was once the meeting is behind."""
    return ctx.now > row.ends_at


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

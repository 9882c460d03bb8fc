"""Silence, `!silence`: nothing in private until a date, in any subject (`bot/outbox/policy.py` holds it);
what somebody asks is answered all the same.
"""

from datetime import datetime
from typing import Literal

from bot.command import Context, Role, Scope, command
from bot.text import Say, UserError
from bot.time import Instant, Moment
from bot.time.recurrence import instant
from commands.parse_span import Span
from storage import silence as silences

Ending = Literal["fin", "stop", "terminé", "off", "end"]


@command(
    "silence",
    aliases=("sourdine", "conges"),
    english=("mute", "snooze"),
    usage=Say("`silence`, `silence jusqu’au 4 janvier`, `silence 15 jours` ou `silence fin`"),
    example="!silence jusqu’au 4 janvier",
    help=Say("ne plus rien recevoir de moi en privé, jusqu’à une date"),
    allow=Role.MEMBER,
    where=Scope.DIRECT,
    rank=63,
)
async def silence(ctx: Context, ending: Ending | None, span: Span | None, until: Moment | None) -> Say:
    if ending:
        return await _end(ctx)
    end = _end_of(ctx, span, until)
    await silences.keep(ctx.db, ctx.person.id, ctx.now, end)
    return Say.lines(
        Say(
            "C’est noté, {name} : je ne vous écris plus en privé jusqu’au {when}. Ce qui attend vous "
            "parviendra alors, si c’est encore utile.",
            name=ctx.person.name,
            when=Instant(end, ctx.now, ctx.config.zone),
        )
        if end
        else Say(
            "C’est noté, {name} : je ne vous écris plus en privé, sans date de fin.", name=ctx.person.name
        ),
        Say("Si vous me demandez quelque chose, je réponds. Pour arrêter ce silence : `silence fin`"),
    )


def _end_of(ctx: Context, span: Span | None, until: Moment | None) -> datetime | None:
    """When the offices open that day, if no hour was said: nothing rings on a Sunday."""
    opening = ctx.config.office_hours.start
    if span is not None:
        today = ctx.now.astimezone(ctx.config.zone).date()
        return ctx.hours.next_open(instant(today + span.length, opening, ctx.config.zone))
    end = until.instant(opening) if until else None
    if end is not None and end <= ctx.now:
        raise UserError("Jusqu’à quand ? Par exemple `silence jusqu’à vendredi`.")
    return ctx.hours.next_open(end) if end else None


async def _end(ctx: Context) -> Say:
    if ctx.person.id not in await silences.silent(ctx.db, ctx.now):
        return Say("Aucun silence n’est en cours : je peux vous écrire en privé.")
    await silences.end(ctx.db, ctx.person.id, ctx.now)
    return Say("C’est noté, {name} : je peux de nouveau vous écrire en privé.", name=ctx.person.name)

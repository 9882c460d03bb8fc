"""Which meeting people mean: « T4 », « 2026-T4 », "Q4", or the next one when they name none."""

import re
from dataclasses import dataclass

from bot.command import Context, Role
from bot.command.signature import register_parser
from bot.text import UserError
from storage import rooms
from storage.meetings import meetings
from storage.tables import Meeting

MOST_NAMED = 4
AHEAD = (meetings.PLANNED, meetings.ANNOUNCED)
_NAME = re.compile(
    r"(?:(?:la\s+)?(?:rencontre|r[ée]union|meeting)\s+(?:du\s+)?)?"
    r"(?:(?P<year>20\d\d)\s?-?\s?)?[tq]\s?(?P<quarter>[1-4])(?:\s?-\s?(?P<place>[1-9]\d?))?(?![\w-])[\s:,;]*",
    re.ASCII | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Called:
    """A meeting as somebody named it, in our spelling: "2026-T4", "T4", "T4-2"."""

    name: str


def leading(text: str) -> tuple[Called, str] | None:
    """The name at the start of a text, and what follows it."""
    found = _NAME.match(text)
    if found is None:
        return None
    parts = [found["year"], f"T{found['quarter']}", found["place"]]
    return Called("-".join(part for part in parts if part)), text[found.end() :]


register_parser(Called, lambda text, ctx: leading(text))


async def one(ctx: Context, called: Called | None, *statuses: str) -> Meeting:
    """The meeting of these statuses that is named, or the next one, among those that this person may see from here.

    Raises UserError when there is none, with the names that there are.
    """
    statuses = statuses or (meetings.ANNOUNCED,)
    if called is None:
        found = [row for row in await meetings.ahead(ctx.db, ctx.now, statuses) if await visible(ctx, row)]
        if not found:
            raise await _none(ctx)
        return found[0]
    row = await meetings.called(ctx.db, called.name, ctx.now)
    if row is None or not await visible(ctx, row):
        raise await _unknown(ctx, called)
    if row.status not in statuses:
        raise _otherwise(ctx, row, await short(ctx, row))
    return row


async def visible(ctx: Context, row: Meeting) -> bool:
    """What is not announced, or not out yet, is the team's, in its own room or in private; the rest is for who is where it is announced.

    In the open room only what is announced there: guests read along.
    """
    if ctx.person.role >= Role.TEAM and (ctx.room.kind == "team" or ctx.room.direct):
        return True
    seen = {ctx.room.id} if ctx.room.kind == "open" else await rooms.rooms_of(ctx.db, ctx.person.id)
    known = row.status in (meetings.ANNOUNCED, meetings.CANCELLED) and bool(set(row.rooms) & seen)
    return known and await meetings.appeared(ctx.db, row)


async def out(ctx: Context, row: Meeting) -> bool:
    """Whether people know of it: announced, and not only for later."""
    return row.status == meetings.ANNOUNCED and await meetings.appeared(ctx.db, row)


async def short(ctx: Context, row: Meeting) -> str:
    """« T4 » when that is enough to find it, else « 2026-T4 »."""
    brief = row.name.partition("-")[2]
    found = await meetings.called(ctx.db, brief, ctx.now)
    return brief if found is not None and found.id == row.id else row.name


async def _none(ctx: Context) -> UserError:
    if ctx.room.kind == "team":
        return UserError("Aucune rencontre n’est prévue. Pour en entrer une : `!rencontre nouvelle`")
    return UserError("Aucune rencontre n’est annoncée pour l’instant. Dès qu’une date est fixée, elle paraît dans le salon.")


async def _unknown(ctx: Context, called: Called) -> UserError:
    known = [row for row in await meetings.ahead(ctx.db, ctx.now, AHEAD) if await visible(ctx, row)][:MOST_NAMED]
    if not known:
        return await _none(ctx)
    names = ", ".join([await short(ctx, row) for row in known])
    return UserError("Je ne connais pas de rencontre {name}. Celles qui viennent : {names}.", name=called.name, names=names)


def _otherwise(ctx: Context, row: Meeting, name: str) -> UserError:
    team = ctx.room.kind == "team"
    if row.status == meetings.CANCELLED:
        if team:
            return UserError("La rencontre {name} est annulée. Pour en faire une autre : `!rencontre dupliquer {name} date`", name=name)
        return UserError("La rencontre {name} est annulée.", name=name)
    if row.status == meetings.PLANNED and team:
        return UserError("La rencontre {name} n’est pas encore annoncée : `!rencontre annoncer {name}`", name=name)
    return UserError("Ce n’est pas possible pour la rencontre {name}.", name=name)

"""Lookup of the ticket that people mean, and whether it is theirs to answer or to close."""

import re
from typing import NamedTuple

from bot.command import Context, Role, shown
from bot.text import UserError
from bot.text.clean import shortened
from bot.text.numbering import SIGN
from schedules.tickets.identity import asker_of, is_nameless
from storage.tables import Ticket
from storage.tickets import tickets

_NUMBERED = re.compile(rf"\s*{SIGN}?\s*(\d{{1,9}})\b[\s.,:;–-]*(.*)", re.DOTALL | re.IGNORECASE)
_NAMELESS = re.compile(
    r"\s*(?:sans\s+(?:mon\s+)?nom|anonyme(?:ment)?|without\s+(?:my\s+)?name|anonymously)\b[\s.,:;–-]*",
    re.IGNORECASE,
)


class Numbered(NamedTuple):
    number: int
    text: str


def numbered(typed: str) -> Numbered | None:
    """« n° 7 Voir la fiche 9. »: the number at the start, and what follows it."""
    found = _NUMBERED.fullmatch(typed)
    return Numbered(int(found[1]), found[2].strip()) if found else None


def nameless(typed: str) -> tuple[bool, str]:
    """Whether a question is to go without its author's name, and the question."""
    found = _NAMELESS.match(typed)
    return (True, typed[found.end() :]) if found else (False, typed)


async def find(ctx: Context, typed: str, example: str) -> tuple[Ticket, str]:
    """The ticket named at the start, and the rest. Raises UserError, with a line to copy."""
    found = numbered(typed)
    row = await tickets.ticket(ctx.db, found.number) if found else None
    if found is None:
        raise UserError(
            "Il me manque le numéro de la question. Par exemple : `{line}`", line=shown(example, ctx.caller)
        )
    if row is None or row.status == tickets.WITHDRAWN or not may_see(ctx, row):
        if ctx.person.role < Role.MEMBER:
            raise UserError("Je ne trouve pas cette question parmi les vôtres.")
        raise UserError(
            "Je ne trouve pas cette question. Celles qui sont ouvertes : `{line}`",
            line=shown("file" if ctx.person.role >= Role.TEAM else "besoins", ctx.caller),
        )
    return row, found.text


def may_see(ctx: Context, row: Ticket) -> bool:
    """What was asked of the contact is for the team; and for the network once its asker agreed.
    A guest sees their own.
    """
    shared = row.kind == tickets.HELP or row.room_id != ""
    return (shared and ctx.person.role >= Role.MEMBER) or ctx.person.role >= Role.TEAM or is_asker(ctx, row)


def is_asker(ctx: Context, row: Ticket) -> bool:
    return asker_of(ctx, row) == ctx.person.id


def acts_as_asker(ctx: Context, row: Ticket) -> bool:
    """Whether they asked it and may be answered as such here: in a room that would tell whose question
    without a name it is.
    """
    return is_asker(ctx, row) and (ctx.room.direct or not is_nameless(row))


async def own(ctx: Context, number: int) -> Ticket:
    """The person's own ticket, still standing. Raises UserError."""
    row = await tickets.ticket(ctx.db, number)
    if row is None or row.status not in tickets.STANDING:
        raise UserError("Cette question est déjà close. Pour en poser une autre : `contact`.")
    return row


def help_room(ctx: Context) -> str:
    """Where questions to the network are. Raises UserError when there is no such room."""
    network = ctx.network
    found = [*network.of_kind("help"), *network.of_kind("network"), *network.of_kind("local")]
    if not found:
        raise UserError("Aucun salon du réseau ne peut recevoir de question. Écrivez à l’équipe : `contact`.")
    return found[0]


def beginning(text: str) -> str:
    return shortened(" ".join(text.split()), 80)

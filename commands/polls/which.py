"""Which poll a command of its author or of the team is about: the one it names, the one it replies to, else the only one there is."""

import re
from collections.abc import Sequence

from bot.command import Context, Role
from bot.text import Say, UserError
from bot.text.numbers import CALLED
from storage.polls import polls
from storage.tables import Poll

MOST_NAMED = 8
_NUMBER = re.compile(r"(?:(?:sondage|poll)\s+)?(?:n\s?[°ºo]\s?|#)?(\d{1,9})(?![\d/])[\s:,;.–-]*", re.ASCII | re.IGNORECASE)
_ALONE = re.compile(rf"{CALLED}(\d{{1,9}})[\s.!]*", re.ASCII | re.IGNORECASE)
_QUESTION = re.compile(r"[|?\n]")


def numbered(text: str) -> tuple[int | None, str]:
    """« 4 lundi 12 h » is the number of a poll and the rest."""
    found = _ALONE.fullmatch(text) or _NUMBER.match(text)
    return (int(found[1]), text[found.end() :]) if found else (None, text)


def question(ctx: Context, text: str) -> str | None:
    """« !sondage Annuler la sortie ? | Oui | Non » asks something after all: the question, as it was typed; None when it is none."""
    whole = ctx.text.partition(" ")[2].strip()
    return whole if _QUESTION.search(text) and whole.endswith(text.strip()) and whole != text.strip() else None


async def one(ctx: Context, number: int | None, line: str, *statuses: str) -> Poll:
    """`line`: the command with {n} for the number, to be copied. Raises UserError when it is none, several, or somebody else's."""
    replied = await polls.of_event(ctx.db, ctx.reply_to) if ctx.reply_to and number is None else None
    row = await polls.poll(ctx.db, number) if number is not None else replied or await _only(ctx, line, statuses)
    if row is None or row.status == polls.DRAFT or not (ctx.room.kind == "team" or row.room_id == ctx.room.id):
        raise UserError("Je ne trouve pas ici de sondage n° {number}. Ceux qui sont en cours : `!sondages`.", number=number or 0)
    if ctx.person.role < Role.TEAM and row.author != ctx.person.id:
        raise UserError("Seule l’équipe d’animation, ou la personne qui a posé ce sondage, peut faire cela. Pour le lui demander : `!contact`.")
    return row


async def _only(ctx: Context, line: str, statuses: Sequence[str]) -> Poll:
    here = None if ctx.room.kind == "team" else {ctx.room.id}
    found = await polls.having(ctx.db, statuses, here)
    if not found:
        raise UserError("Il n’y a pas de sondage dans ce cas. Ceux qui sont en cours : `!sondages`.")
    if len(found) > 1:
        lines = [Say("- `{line}` – {question}", line=line.format(n=row.id), question=row.question) for row in found[:MOST_NAMED]]
        raise UserError("{say}", say=Say.lines(Say("De quel sondage s’agit-il ?"), *lines))
    return found[0]

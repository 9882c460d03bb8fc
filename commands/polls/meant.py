"""Which poll a vote is for: the one it replies to, the one it names, else the only one that is open here."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from bot.command import Answer, Context, shown
from bot.text import Say, UserError
from commands.polls.admission import late
from storage import rooms
from storage.polls import polls
from storage.tables import Poll

REMEMBERED = timedelta(days=7)  # since a close: who votes without a number means that poll
MOST_NAMED = 9
_NAMED = re.compile(
    r"(?:(?P<poll>(?:(?:le|du|au)\s+)?(?:sondage|poll)\s+)(?:n\s?[°ºo]\s?|#)?|n\s?[°º]\s?|no\s)(?P<number>\d{1,9})(?!\d)[\s:,;.–-]*",
    re.ASCII | re.IGNORECASE,
)


@dataclass(frozen=True)
class Meant:
    """`text`: what is left for the answer; `prefix`: how the poll was named, to be said again in a line to copy."""

    poll: Poll
    text: Answer
    prefix: str = ""

    def line(self, ctx: Context, answer: str) -> str:
        """`!vote n° 4 1 2`, as this person would type it here."""
        return shown(f"vote {self.prefix}{answer}", ctx.caller)


async def meant(ctx: Context, text: Answer) -> Meant:
    """Raises UserError when there is none, or several."""
    theirs = await rooms.rooms_of(ctx.db, ctx.person.id)
    replied = await polls.of_event(ctx.db, ctx.reply_to) if ctx.reply_to else None
    if replied is not None and replied.room_id in theirs:
        return Meant(replied, text)
    places = theirs if ctx.room.direct else {ctx.room.id}
    named = _NAMED.match(text)
    if named is not None and not await _a_choice(ctx, named, places):
        row, rest = await polls.poll(ctx.db, int(named["number"])), text[named.end() :]
        if row is not None and row.room_id in theirs and await polls.appeared(ctx.db, row):
            again = _NAMED.match(text.typed)
            return Meant(row, Answer(rest, text.typed[again.end() :] if again else rest), f"n° {row.id} ")
        if rest:
            raise UserError("Je ne trouve pas ce sondage dans vos salons. Sans numéro de sondage : `!vote 1`.")  # « n° 2 » may be a choice
    return Meant(await _only_one(ctx, places, text), text)


async def _a_choice(ctx: Context, named: re.Match[str], places: Collection[str]) -> bool:
    """« n° 2 » and no more: of the only poll that is open, whose votes anybody may see, its choice."""
    if named["poll"] or named.end() < len(named.string):
        return False
    found = await polls.open_in(ctx.db, places, ctx.now)
    return len(found) == 1 and found[0].mode == polls.VISIBLE and 1 <= int(named["number"]) <= len(found[0].choices or found[0].days)


async def _only_one(ctx: Context, places: Collection[str], text: str) -> Poll:
    found = await polls.open_in(ctx.db, places, ctx.now)
    if len(found) > 1:
        raise UserError("{say}", say=_several(ctx, found[:MOST_NAMED], text))
    if found:
        return found[0]
    last = await polls.closed_last(ctx.db, places, ctx.now - REMEMBERED)
    if last is not None and (last.status != polls.PUBLISHED or last.closes_at < ctx.now):
        raise UserError("{say}", say=await late(ctx, last))
    if ctx.room.direct:
        raise UserError("Il n’y a pas de sondage en cours dans vos salons.")
    raise UserError("Il n’y a pas de sondage en cours dans ce salon.")


def _several(ctx: Context, found: Collection[Poll], text: str) -> Say:
    """Their own numbers are said again only where everybody may see them."""
    open_ones = all(row.mode == polls.VISIBLE for row in found)
    answer = text if open_ones and re.fullmatch(r"[\d ]{1,40}", text, re.ASCII) else "1"
    lines = [_way(ctx, row, answer) for row in found]
    return Say.lines(Say("Plusieurs sondages sont en cours. Duquel s’agit-il ? Votre vote n’est pas encore enregistré."), *lines)


def _way(ctx: Context, row: Poll, answer: str) -> Say:
    """One line is to be copied, if words count there."""
    if row.mode == polls.DISCREET:
        return Say("- {question} – on vote dans l’encadré", question=row.question)
    return Say("- `{line}` – {question}", line=shown(f"vote n° {row.id} {answer}", ctx.caller), question=row.question)

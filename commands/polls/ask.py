"""Creating a poll, `!sondage`: a question to a room, written by the team;
by members in their own room where the configuration says so.
"""

import re

from bot.command import Context, Role, Scope, command
from bot.outbox.question import Ask
from bot.text import Say
from bot.text.numbering import SIGN
from commands.polls import parse_question
from commands.polls.lookup import vote_instead
from commands.polls.parse_deadline import clock
from commands.polls.parse_question import ParsedQuestion
from commands.polls.preview import may_ask, preview_or_publish
from storage.tables import Poll

_NUMBERS = re.compile(rf"\S+\s*{SIGN}?[\d\s,;:./-]*\d[\s.]*", re.IGNORECASE)


def looks_like_vote(ctx: Context) -> bool:
    """« sondage 4 2 », in private: no question, but surely a vote.
    It is neither repeated nor passed on to the team.
    """
    return ctx.room.direct and _NUMBERS.fullmatch(ctx.text[:200]) is not None


def _opened(ctx: Context) -> bool:
    return may_ask(ctx) or looks_like_vote(ctx)


@command(
    "sondage",
    aliases=("quiz",),
    english=("poll",),
    usage=Say("`!sondage question | choix | choix`"),
    example="!sondage Quel thème en mars ? | Emploi | Santé | Numérique | max 2 | jusqu’à vendredi 12 h",
    help=Say("poser une question à un salon"),
    allow=Role.TEAM,
    where=Scope.TEAM,
    rank=9,
    also_allowed_if=_opened,
)
async def sondage(ctx: Context, *, text: str) -> Say | Ask | None:
    if looks_like_vote(ctx):
        raise vote_instead(ctx)
    parsed = parse_question.parse(text, clock(ctx))
    poll = _poll(ctx, parsed)
    ctx.db.add(poll)
    await ctx.db.flush()
    return await preview_or_publish(ctx, poll, free=parsed.closes_at is None)


def _poll(ctx: Context, parsed: ParsedQuestion) -> Poll:
    """The words « Oui » and « Non » are those of the room where it is asked."""
    yes_or_no = [each.text(ctx.room.language) for each in (Say("Oui"), Say("Non"))]
    return Poll(
        event_id=ctx.event_id,
        question=parsed.question,
        choices=list(parsed.choices) or yes_or_no,
        most=parsed.most,
        mode=parsed.mode,
        members_only=parsed.members_only,
        author=ctx.person.id,
        asked_in=ctx.room.id,
        opens_at=ctx.now,
        closes_at=parsed.closes_at or ctx.now,
    )

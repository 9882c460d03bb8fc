"""Ways out offered instead of a bare refusal:
a slip mended by a tap, the team asked in somebody's place, what was heard too late.
"""

from datetime import datetime

from bot.command import Context, Found, RunCommand, Suggestion, shown
from bot.command.handlers import on_answer
from bot.outbox import Post, Rank
from bot.outbox.question import LINK, NEXT_MESSAGE, YES, Ask, Reply
from bot.text import Say, UserError
from bot.time import Instant
from storage.tables import Question

# Were the team's room open, anybody could make themselves the team.
OPEN_TEAM = Say(
    "Ce salon n’est pas sur invitation : n’importe qui pourrait y entrer et se faire passer pour l’équipe. "
    "Réglez-le sur invitation, et je vous reconnaîtrai."
)


async def without_confidential_text(slip: Suggestion, ctx: Context) -> Suggestion:
    """A slip of a command, without what followed its name where nothing may keep that."""
    suggested = ctx.commands.find(slip.line, ctx.caller)
    if not isinstance(suggested, Found) or suggested.command.is_confidential is None:
        return slip
    return Suggestion(slip.typed, suggested.name) if await suggested.command.is_confidential(ctx) else slip


async def is_command_instead(words: str, question: Question, ctx: Context) -> bool:
    """Whether they are a command, though a question waits for words;
    a reply to the question itself answers it.

    Not every line that begins like one is: reasons do (« Ressource utile aux équipes »). What takes a link
    and has one is; where only a link is waited for, nothing else. So is what has no word after its name
    (« utile 9 »), and what comes ten minutes later, from somebody who is back for something else; not where
    people write at length.
    """
    found = ctx.commands.find(words, ctx.caller) if ctx.text else None
    if question.accepts == "prose":
        return isinstance(found, Found) and not found.rest
    if await _private(found, words, ctx):
        return True
    if not isinstance(found, Found) or ctx.reply_to is not None:
        return False
    if LINK.search(found.rest) and LINK.search(found.command.example):
        return True
    return question.accepts != "link" and (
        ctx.now > question.asked_at + NEXT_MESSAGE or not any(char.isalpha() for char in found.rest)
    )


async def _private(found: Found | Suggestion | None, words: str, ctx: Context) -> bool:
    """Of a private command, what follows it is never shown to others.
    Of a slip (« vtoe 1 », but « Votre guide »), when nothing but numbers does.
    """
    if not ctx.room.direct:
        return False
    command = found.command if isinstance(found, Found) else ctx.commands.named(found.line) if found else None
    rest = words.partition(" ")[2].strip()
    is_command = isinstance(found, Found) or (rest != "" and not any(char.isalpha() for char in rest))
    return (
        is_command
        and command is not None
        and command.is_confidential is not None
        and await command.is_confidential(ctx)
    )


def suggestion(slip: Suggestion, ctx: Context) -> Ask:
    """« Vouliez-vous dire … ? »: ✅ runs it."""
    return Ask(slip.question(ctx.caller), then="command.meant", choices=(YES,), data={"line": slip.line})


@on_answer("command.meant")
async def run_suggested(ctx: Context, reply: Reply) -> RunCommand:
    line = str(reply.data["line"])
    found = ctx.commands.find(line, ctx.caller)
    if not isinstance(found, Found):
        raise UserError("Cette commande n’existe plus. Écrivez `!aide` pour voir ce que je sais faire.")
    return RunCommand(found, line)


def forward_question(found: Found, ctx: Context) -> Ask:
    """A member asked for what only the team may do."""
    say = Say(
        "Seule l’équipe d’animation peut faire cela. "
        "Vous souhaitez qu’elle le fasse ? Touchez ✅ et je la préviens."
    )
    return Ask(
        say,
        then="command.forward",
        choices=(YES,),
        data={"line": f"!{found.command.name} {found.rest}"[:200].strip()},
    )


@on_answer("command.forward")
async def forward(ctx: Context, reply: Reply) -> Say:
    say = Say(
        "{person} aimerait que vous fassiez ceci : `{line}`",
        person=ctx.person.full_name,
        line=str(reply.data["line"]),
    )
    await ctx.tell_team(say)
    return Say("C’est transmis à l’équipe d’animation.")


def stale_notice(ctx: Context, line: str, now: datetime) -> Post:
    """One line a day for what somebody asked while we were away, in open hours."""
    hours = ctx.hours
    when = Instant(ctx.now, now, hours.zone)
    say = Say(
        "{person}, je n’étais pas en ligne le {when} quand vous avez écrit « {line} ». Écrivez-le de "
        "nouveau si c’est toujours utile.",
        person=ctx.person.name,
        when=when,
        line=shown(line[:60], ctx.caller),
    )
    key = f"late:{ctx.room.id}:{ctx.person.id}:{ctx.now.date().isoformat()}"
    person = ctx.person.id if ctx.room.direct else None
    return Post(
        room=ctx.room.id, person=person, say=say, rank=Rank.BOOKKEEPING, key=key, at=hours.next_open(now)
    )

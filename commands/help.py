"""Help and ping: what one can ask here, in six lines; one command in detail; and a sign of life."""

from bot.command import Caller, Command, Context, Found, Scope, Suggestion, allowed, command, shown
from bot.text import Long, Say
from bot.text.courtesy import plain

LINES = 6
_EXAMPLES = LINES - 1  # the last line says where the rest is
_SELDOM = 60  # the rank from which a command is found by its name only


@command(
    "aide",
    aliases=("menu", "?"),
    english=("help",),
    usage=Say("`!aide` ou `!aide commande`"),
    example="!aide contact",
    help=Say("ce que je sais faire, ou le détail d’une commande"),
    rank=90,
)
async def help(ctx: Context, *, word: str = "") -> Say | Suggestion:
    caller = ctx.caller
    if not word:
        return _overview(ctx)
    found = ctx.commands.find((plain(word) or word).lstrip("!/ "), caller)
    if isinstance(found, Found):
        return _detail(found.command, ctx)
    if isinstance(found, Suggestion):
        return Suggestion(found.typed, f"aide {found.line}")
    return Say(
        "Je ne connais pas « {word} ». Pour voir ce que je sais faire : `{line}`.",
        word=word,
        line=shown("aide", caller),
    )


@command(
    "ping",
    usage=Say("`!ping` ou `!ping mot`"),
    example="!ping 12",
    help=Say("vérifier que je suis là"),
    rank=99,
)
async def ping(ctx: Context, *, word: str = "") -> Say:
    return Say("pong {word}", word=word) if word else Say("pong")


def _overview(ctx: Context) -> Say:
    """What is made for this place first, unless it is seldom needed:
    the rest is a name, to be asked about.
    """
    caller = ctx.caller
    usable = [each for each in ctx.commands.commands if each.opened(ctx) and each.name != "aide"]
    usable.sort(
        key=lambda each: (
            each.where == Scope.ANYWHERE or not each.open_to(caller) or each.rank > _SELDOM,
            each.rank,
        )
    )
    first, others = usable[:_EXAMPLES], usable[_EXAMPLES:]
    lines = [Say("`{line}` – {help}", line=shown(each.example, caller), help=each.help) for each in first]
    return Say.lines(*lines, _way_on(others, caller))


def _way_on(others: list[Command], caller: Caller) -> Say:
    more = Say("Pour en savoir plus sur une commande : `{line}`.", line=shown("aide contact", caller))
    if not others:
        return more
    names = ", ".join(shown(each.name, caller) for each in others)
    return Say("Aussi : {names}. {more}", names=Long(names), more=more)


def _detail(about: Command, ctx: Context) -> Say:
    others, caller = about.names[1:], ctx.caller
    return Say.lines(
        Say("{usage} – {help}", usage=about.usage, help=about.help),
        Say("Par exemple : `{line}`", line=shown(about.example, caller)),
        Say("Autres mots : {names}", names=", ".join(others)) if others else None,
        None if about.opened(ctx) and not about.open_to(caller) else allowed(about),
    )

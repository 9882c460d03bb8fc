"""Help and ping: what one can ask here, by subject; a subject, or one command, in detail; a sign of life."""

from collections.abc import Mapping, Sequence
from functools import reduce

from bot.command import Command, Context, Found, Suggestion, allowed, command, shown
from bot.command.handlers import Reaction, on_reaction
from bot.outbox import Post, Rank, answer_key, chips
from bot.outbox.question import KEYCAPS
from bot.text import Long, Say
from bot.text.courtesy import plain
from commands.help.lookup import Subject, asked_first, by_subject, examples, known_here, subject_named
from storage import outbox

LINES = 8
_EXAMPLES = LINES - 3  # besides the title, the other names and the way on
_SHOWN = 3  # examples of a subject
_KEY = "help:"


async def edited(ctx: Context, event_id: str) -> None:
    """« !aide » edited into « !aide rencontres »: the page takes the place of the list."""
    key = _menu_key(ctx.person.id, event_id)
    for entry in (await outbox.versions(ctx.db, key, ctx.room.id))[:1]:
        await chips.clear(ctx, entry.id)
        await outbox.rename(ctx.db, entry.id, answer_key(event_id))


@command(
    "aide",
    aliases=("menu", "?"),
    english=("help",),
    usage=Say("`!aide`, `!aide rencontres` ou `!aide presence`"),
    example="!aide contact",
    help=Say("ce que je sais faire, par sujet, ou le détail d’une commande"),
    rank=90,
    undo=edited,
)
async def help(ctx: Context, *, word: str = "") -> Say | Suggestion | None:
    if not word:
        await _menu(ctx)
        return None
    asked = (plain(word) or word).lstrip("!/ ")
    subjects = by_subject(ctx)
    if (subject := subject_named(asked)) in subjects and subject is not None:
        return page(ctx, subject, asked_first(subject, subjects[subject], asked), await known_here(ctx))
    found = ctx.commands.find(asked, ctx.caller)
    if isinstance(found, Found):
        return detail(ctx, found.command, await known_here(ctx))
    if isinstance(found, Suggestion):
        return Suggestion(found.typed, f"aide {found.line}")
    return Say(
        "Je ne connais pas « {word} ». Pour voir ce que je sais faire : `{line}`.",
        word=word,
        line=shown("aide", ctx.caller),
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


@on_reaction(_KEY)
async def turn_page(ctx: Context, reaction: Reaction) -> None:
    """A number opens its subject, in the same message, for who asked for the help."""
    subjects = by_subject(ctx)
    taps = dict(zip(KEYCAPS, subjects, strict=False))
    subject = taps.get(reaction.key or "")
    if subject is None or not reaction.message_key.startswith(_menu_key(ctx.person.id, "")):
        return
    say = page(ctx, subject, subjects[subject], await known_here(ctx), tapped=True)
    await ctx.post(Post(room=ctx.room.id, say=say, rank=Rank.ANSWER, key=reaction.message_key))


async def _menu(ctx: Context) -> None:
    subjects = by_subject(ctx)
    await ctx.post(
        Post(
            room=ctx.room.id,
            person=ctx.person.id if ctx.room.direct else None,
            say=overview(ctx, subjects, await known_here(ctx)),
            rank=Rank.ANSWER,
            key=_menu_key(ctx.person.id, ctx.event_id),
            reply_to=ctx.event_id,
            thread=ctx.target.thread,
            reactions=KEYCAPS[: min(len(subjects), LINES - 1)],
        )
    )


def _menu_key(person: str, event_id: str) -> str:
    return f"{_KEY}{person}:{event_id}"


def overview(ctx: Context, subjects: Mapping[Subject, Sequence[Command]], known: Mapping[str, str]) -> Say:
    """The subjects, each with what is asked most; what is seldom asked (`OTHERS`) where there is room."""
    lines = [
        Say(
            "{n}. **{subject}** : {examples}", n=n, subject=subject.name, examples=_some(ctx, commands, known)
        )
        for n, (subject, commands) in enumerate(list(subjects.items())[: LINES - 1], 1)
    ]
    first = next(iter(subjects)).words
    word = first[-1] if ctx.room.language == "en" else first[0]
    more = Say(
        "Pour en voir un, touchez son numéro, ou écrivez `{line}`.", line=shown(f"aide {word}", ctx.caller)
    )
    return Say.lines(*lines, more)


def _some(ctx: Context, commands: Sequence[Command], known: Mapping[str, str]) -> Say:
    """The shortest example of the first ones: it must fit on a line."""
    lines = [min(examples(each, ctx, known), key=len) for each in commands[:_SHOWN]]
    return _listed(lines)


def _listed(lines: Sequence[str]) -> Say:
    first, *others = (Say("`{line}`", line=line) for line in lines)
    return reduce(lambda before, each: Say("{before}, {next}", before=before, next=each), others, first)


def page(
    ctx: Context,
    subject: Subject,
    commands: Sequence[Command],
    known: Mapping[str, str],
    *,
    tapped: bool = False,
) -> Say:
    """One subject: at most eight lines. `tapped`: the numbers of the others are under the message."""
    first, others = commands[:_EXAMPLES], commands[_EXAMPLES:]
    return Say.lines(
        Say("**{subject}**", subject=subject.name),
        *(Say("`{line}` – {help}", line=examples(each, ctx, known)[0], help=each.help) for each in first),
        Say("Aussi : {names}.", names=_listed([shown(each.name, ctx.caller) for each in others]))
        if others
        else None,
        Say("Un autre sujet ? Touchez son numéro.")
        if tapped
        else Say(
            "Pour en savoir plus sur une commande : `{line}`.",
            line=shown(f"aide {first[0].name}", ctx.caller),
        ),
    )


def detail(ctx: Context, about: Command, known: Mapping[str, str]) -> Say:
    """How it is written, two lines to copy, its other names in the language of the room, whose it is."""
    first, *more = examples(about, ctx, known)[:2]
    english = ctx.room.language == "en"
    others = about.english[1:] if english else about.aliases
    return Say.lines(
        Say("{usage} – {help}", usage=about.usage, help=about.help),
        Say("Par exemple : `{line}` ou `{other}`", line=first, other=more[0])
        if more
        else Say("Par exemple : `{line}`", line=first),
        Say("Autres mots : {names}", names=Long(", ".join(others))) if others else None,
        None if about.opened(ctx) and not about.open_to(ctx.caller) else allowed(about),
    )

"""The answer to everyday words: the command that shows what is asked, else one line;
to what is not understood, three examples; in private, a welcome the first time.
"""

from collections.abc import Callable, Mapping

from bot.command import Context, Found, Result, RunCommand, shown
from bot.command.handlers import on_talk
from bot.outbox import Post, Rank
from bot.text import Say
from commands.help.lookup import examples
from commands.talk.intents import Understood, understood
from schedules import glossary
from storage import outbox, questions, welcome
from storage.meetings import messages

EXAMPLES = ("agenda", "ressources", "contact", "panorama")  # in this order, those that may be used here
_ABOUT_A_MEETING = ("where", "when", "link", "programme", "attendance")


@on_talk(lambda text: understood(text) is not None)
async def talk(ctx: Context) -> Result:
    found = understood(ctx.text)
    if found is not None and found.name == "meaning" and not await _is_acronym(ctx, found.tail):
        found = None
    first = await _welcome(ctx)
    if found is not None and found.line:
        if first is not None:
            await ctx.post(Post(room=ctx.room.id, person=ctx.person.id, say=first, rank=Rank.ANSWER))
        return _run(ctx, await _command_line(ctx, found))
    if found is None:
        return Say.lines(Say("Je n’ai pas compris votre message."), first) if first else _lost(ctx)
    if found.name == "ok" and await questions.open_for(ctx.db, ctx.person.id, ctx.room.id) is not None:
        return Say(
            "À quoi répondez-vous ? Touchez une réponse sous ma question, ou répondez à ce message-là."
        )
    return first if first and found.name == "hello" else Say.lines(first, _SAID[found.name](ctx))


async def _is_acronym(ctx: Context, name: str) -> bool:
    return glossary.folded(name) in await glossary.entries(ctx.db)


async def _command_line(ctx: Context, found: Understood) -> str:
    """Under the card of a meeting, it is that one which is meant."""
    line = found.line.format(tail=found.tail)
    if found.name in _ABOUT_A_MEETING and ctx.reply_to:
        row = await messages.of_message(ctx.db, ctx.reply_to)
        return f"{line} {row.name}" if row is not None else line
    return line


def _run(ctx: Context, line: str) -> Result:
    found = ctx.commands.find(line, ctx.caller)
    assert isinstance(found, Found), line
    return RunCommand(found, line)


async def _welcome(ctx: Context) -> Say | None:
    """Once a person, at the first word in private: not to somebody whom we have talked with there."""
    if (
        not ctx.room.direct
        or await outbox.has_spoken(ctx.db, ctx.room.id)
        or await welcome.status(ctx.db, ctx.person.id) == welcome.GREETED
    ):
        return None
    await welcome.record(ctx.db, ctx.person.id, welcome.GREETED, ctx.now)
    return Say.lines(
        Say(
            "Bonjour {name}. Je suis l’Animatrice du réseau {network} : un programme, pas une personne.",
            name=ctx.person.name,
            network=ctx.config.network.name,
        ),
        Say("Écrivez-moi avec vos mots, ou un seul mot. Par exemple :"),
        *(
            Say("- `{line}` – {help}", line=examples(each, ctx, {})[0], help=each.help)
            for each in (ctx.commands.named(name) for name in EXAMPLES)
            if each is not None and each.opened(ctx)
        ),
        Say(
            "Je ne garde pas le texte de vos messages. "
            "Ce que je garde : `mes données`. Tout le reste : `aide`."
        ),
    )


def _lost(ctx: Context) -> Say:
    known = (ctx.commands.named(name) for name in EXAMPLES)
    first, second = [examples(each, ctx, {})[0] for each in known if each and each.opened(ctx)][:2]
    return Say(
        "Je n’ai pas compris. Essayez par exemple `{first}`, `{second}` ou `{help}`.",
        first=first,
        second=second,
        help=shown("aide", ctx.caller),
    )


def _line(ctx: Context, text: str) -> str:
    return shown(text, ctx.caller)


# What needs no command; and what would act: then the line to copy.
_SAID: Mapping[str, Callable[[Context], Say]] = {
    "hello": lambda ctx: Say(
        "Bonjour {name}. Que puis-je faire ? `{line}`", name=ctx.person.name, line=_line(ctx, "aide")
    ),
    "thanks": lambda ctx: Say("Avec plaisir, {name}.", name=ctx.person.name),
    "ok": lambda ctx: Say("D’accord. Je n’attends pas de réponse de votre part."),
    "bye": lambda ctx: Say("À bientôt, {name}.", name=ctx.person.name),
    "stop": lambda ctx: Say(
        "Je n’attends pas de réponse de votre part. "
        "Pour ne plus recevoir de rappel en privé, écrivez-moi en privé : `rappels non`"
    ),
    "quiet": lambda ctx: Say(
        "Pour que je ne vous écrive plus en privé, écrivez-moi en privé : `silence`. Pour les rappels "
        "seulement : `rappels non`"
    ),
    "who": lambda ctx: Say(
        "Je suis l’Animatrice du réseau {network} : un programme, pas une personne. "
        "Ce que je sais faire : `{help}`. Pour parler à une personne : `{contact}`",
        network=ctx.config.network.name,
        help=_line(ctx, "aide"),
        contact=_line(ctx, "contact"),
    ),
    "mine": lambda ctx: Say(
        "Pour relire votre réponse à la prochaine rencontre, écrivez-moi en privé : `presence`"
    ),
    "attend": lambda ctx: Say(
        "Vous venez : `{yes}`. Vous ne venez pas : `{no}`.",
        yes=_line(ctx, "presence oui"),
        no=_line(ctx, "presence non"),
    ),
    "recommend": lambda ctx: Say(
        "Écrivez le lien et pourquoi il est utile : `{line}`",
        line=_line(ctx, "recommander https://… très utile pour une première réunion"),
    ),
    "data": lambda ctx: _data(_line(ctx, "contact")),
}


def _data(contact: str) -> Say:
    return Say.lines(
        Say(
            "Je garde votre nom affiché, vos réponses aux rencontres (douze mois), vos votes jusqu’à la "
            "clôture (pour des dates, trente jours de plus), vos fiches, vos lectures et vos thèmes. "
            "Je ne garde pas le texte de vos conversations."
        ),
        Say(
            "Pour voir ces données ou les faire effacer, demandez à votre interlocuteur : `{line}`",
            line=contact,
        ),
    )

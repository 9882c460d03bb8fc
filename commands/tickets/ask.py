"""Asking: `!contact` with a question, `!besoin` of the network, with one's first name or without a name."""

from dataclasses import replace
from typing import Any

from bot.command import Context, Role, command, shown
from bot.command.handlers import on_answer
from bot.outbox.question import NO, Ask, Choice, Reply
from bot.text import Say, UserError
from bot.time.format import Day
from commands.tickets.lookup import help_room, nameless, own
from schedules.tickets import changes, search
from schedules.tickets.changes import NewTicket
from schedules.tickets.contact import on_duty
from schedules.tickets.identity import both_names, full_name, refuse_own_name, relayed_at, sealed, unsealed
from storage.tables import Ticket
from storage.tickets import tickets

WITH_NAME = Choice("name", "🙂", ("avec mon prénom", "avec mon nom", "prénom", "prenom", "nom", "name", "🙂"))
WITHOUT = Choice("anonymous", "✅", ("oui", "o", "ok", "sans nom", "sans mon nom", "yes", "y", "✅"))


async def ask_contact(ctx: Context, typed: str) -> Say | Ask | None:
    """Passed on to the team's room, in open hours; the answer comes back in private."""
    if not ctx.network.team:
        raise UserError("Je ne peux pas transmettre de question : écrivez directement à cette personne.")
    anonymous, text = nameless(typed)
    if anonymous and not ctx.room.direct:
        raise UserError(
            "Ici, tout le salon voit que c’est vous. Écrivez-moi en message privé : "
            "`contact sans nom` suivi de votre question."
        )
    if not any(char.isalpha() for char in text):
        raise UserError("Il me manque votre question. Écrivez `contact`, puis la question à la suite.")
    row = await changes.ask(ctx, NewTicket(tickets.CONTACT, text, anonymous))
    answer = await _received(ctx, row)
    if not anonymous:
        return answer
    await ctx.reply(answer, sealed=True)
    return None


async def _received(ctx: Context, row: Ticket) -> Say | Ask:
    """The number, what is promised, and whether the network may be asked too, without the name."""
    zone = ctx.config.zone
    day = Day(row.promised_at.astimezone(zone).date(), ctx.now.astimezone(zone).date())
    say = Say.lines(
        Say(
            "Bien reçu. Votre question porte le **n° {n}**. {name} vous répond au plus tard le {day}, ici, "
            "en message privé.",
            n=row.id,
            name=(await on_duty(ctx)).name,
            day=day,
        ),
        Say("Elle part sans votre nom, à la prochaine heure pleine. Supprimez votre message pour la retirer.")
        if row.anonymous
        else Say("Elle part avec votre prénom. Supprimez votre message pour la retirer."),
    )
    if not ctx.room.direct or not ctx.network.of_kind("help") or ctx.person.role < Role.MEMBER:
        return say
    more = Say("Faut-il la proposer aussi au salon d’entraide, sans votre nom ? Répondez oui ou non.")
    return Ask(Say.lines(say, more), then="ticket.share", data=sealed(ctx, {"ticket": row.id}))


@on_answer("ticket.share")
async def shared(ctx: Context, reply: Reply) -> None:
    """The card of the room names nobody; that of the team stays as it is."""
    row = await own(ctx, int(unsealed(ctx, reply.data)["ticket"]))
    if reply.choice != "yes":
        return await _sealed(ctx, row, Say("C’est noté : la question n° {n} reste entre nous.", n=row.id))
    row.room_id = help_room(ctx)
    refuse_own_name(row.text, ctx.person.id, await full_name(ctx))
    row.post_at = relayed_at(ctx.now, anonymous=True)
    ctx.db.add(row)
    say = Say("C’est noté : la question n° {n} va aussi dans le salon d’entraide, sans votre nom.", n=row.id)
    return await _sealed(ctx, row, say)


async def _sealed(ctx: Context, row: Ticket, say: Say) -> None:
    await ctx.reply(say, sealed=row.anonymous or row.room_id != "")


async def private(ctx: Context) -> bool:
    return ctx.room.direct


@command(
    "besoin",
    aliases=("question", "coupdemain"),
    english=("ask", "need"),
    usage=Say("`!besoin` suivi de votre question"),
    example="!besoin Qui a un modèle de convention de GUSP ?",
    help=Say("demander de l’aide au réseau ; en message privé, sans nom"),
    allow=Role.MEMBER,
    rank=24,
    run_when_stale=True,
    undo=changes.withdraw,
    is_confidential=private,
)
async def besoin(ctx: Context, *, question: str) -> Say | Ask | None:
    text = changes.checked(nameless(question)[1])
    found = await search.fitting(ctx, text)
    if not ctx.room.direct and (found is None or await _known(ctx)):
        return await _publish(ctx, text, anonymous=False)
    if not ctx.room.direct:
        say = Say.lines(found, Say("La poser quand même au réseau ? Répondez oui ou non."))
        data = {"text": text, "event": ctx.event_id}
        return Ask(say, then="ticket.publish", data=sealed(ctx, data))
    await ctx.reply(await _how(ctx, text, found), sealed=True)
    return None


async def _known(ctx: Context) -> bool:
    """The question was out already, and is said otherwise."""
    return await tickets.by_event(ctx.db, *both_names(ctx, ctx.event_id)) is not None


async def _how(ctx: Context, text: str, found: Say | None) -> Ask:
    """What is known already, then whether to ask, and as whom."""
    say = Say.lines(
        found,
        Say("Votre question au réseau : « {text} »", text=text),
        Say(
            "Je la publie dans le salon d’entraide ? Touchez ✅ (oui, sans votre nom), 🙂 (oui, avec votre "
            "prénom) ou ❌ (non). Vous pouvez aussi l’écrire : oui, avec mon prénom, non."
        ),
    )
    data = {"text": text, "event": ctx.event_id}
    return Ask(say, then="ticket.publish", choices=(WITHOUT, WITH_NAME, NO), data=sealed(ctx, data))


@on_answer("ticket.publish")
async def publish(ctx: Context, reply: Reply) -> Say | None:
    asked: dict[str, Any] = unsealed(ctx, reply.data)
    if reply.choice == "no":
        return Say("D’accord, rien n’est publié.")
    anonymous = reply.choice == WITHOUT.value
    return await _publish(_of(ctx, asked["event"]), asked["text"], anonymous=anonymous)


def _of(ctx: Context, event: str) -> Context:
    """As if said by the message that asked: its deletion takes the question back."""
    return replace(ctx, event_id=event)


async def _publish(ctx: Context, text: str, *, anonymous: bool) -> Say | None:
    room = help_room(ctx)
    row = await changes.ask(ctx, NewTicket(tickets.HELP, text, anonymous, room))
    say = _published(ctx, row)
    if not ctx.room.direct:
        return say
    await ctx.reply(say, sealed=True)
    return None


def _published(ctx: Context, row: Ticket) -> Say:
    close = shown(f"clore {row.id}", ctx.caller)
    if row.anonymous:
        return Say(
            "C’est noté : votre question porte le **n° {n}**. Elle paraît sans votre nom, à la prochaine "
            "heure pleine. Les réponses viennent ici. Pour la clore : `{line}`",
            n=row.id,
            line=close,
        )
    return Say(
        "C’est noté, {name} : votre question porte le **n° {n}**. Je vous dis en message privé quand on y "
        "répond. Pour la clore : ✅ sous sa carte, ou `{line}`",
        name=ctx.person.name,
        n=row.id,
        line=close,
    )


@command(
    "besoins",
    aliases=("entraide", "questions"),
    english=("requests",),
    usage=Say("`!besoins`"),
    example="!besoins",
    help=Say("les questions ouvertes du réseau"),
    allow=Role.MEMBER,
    rank=25,
)
async def besoins(ctx: Context) -> Say:
    return await search.open_questions(ctx)

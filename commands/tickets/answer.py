"""Answering a ticket, `!repondre 12`: also in reply to its card or in its thread, and what becomes of it."""

from bot.command import Context, Role, Scope, command
from bot.command.handlers import Reaction, on_answer, on_reaction, on_reply
from bot.outbox.question import NO, YES, Ask, Reply
from bot.text import Say, UserError
from bot.text.assent import only_polite
from commands.tickets.lookup import acts_as_asker, find, own
from schedules.tickets import card, changes, escalate, publish
from schedules.tickets.identity import unsealed
from storage.resources.words import words
from storage.tables import Ticket
from storage.tickets import tickets

_CONTENT = (
    "merci",
    "super",
    "parfait",
    "parfaitement",
    "nickel",
    "top",
    "genial",
    "thanks",
    "thank",
    "great",
)
_THANKS = 8  # words


@command(
    "repondre",
    aliases=("reponse-a",),
    english=("answer", "reply"),
    usage=Say("`!repondre numéro réponse`"),
    example="!repondre 12 Voir la fiche 9.",
    help=Say("répondre à une question du réseau"),
    allow=Role.MEMBER,
    rank=26,
    run_when_stale=True,
    undo=changes.take_back,
)
async def repondre(ctx: Context, *, answer: str) -> Say | Ask | None:
    row, text = await find(ctx, answer, "repondre 12 Voir la fiche 9.")
    if row.kind == tickets.CONTACT and not row.room_id and ctx.person.role < Role.TEAM:
        raise UserError("Seule l’équipe d’animation répond à cette demande.")
    if row.kind == tickets.CONTACT and ctx.room.place is Scope.ROOM and ctx.room.id != row.room_id:
        raise UserError("Cette demande n’est pas pour ce salon : répondez-y dans le salon de l’équipe.")
    if not any(char.isalnum() for char in text):
        raise UserError("Il me manque votre réponse. Écrivez-la à la suite : `!repondre {n} …`", n=row.id)
    if row.status == tickets.CLOSED:
        raise UserError("La question n° {n} est déjà close. Votre réponse n’est pas partie.", n=row.id)
    if acts_as_asker(ctx, row):
        await ctx.reply(await _more(ctx, row, text), sealed=True)
        return None
    await changes.answer(ctx, row, text)
    return await _passed_on(ctx, row)


async def _passed_on(ctx: Context, row: Ticket) -> Say | Ask | None:
    """In reply to the card a ✅ is enough; the team is asked whether all may profit by it."""
    if ctx.person.role >= Role.TEAM and ctx.room.place is not Scope.ROOM and row.kind == tickets.CONTACT:
        return await publish.offer(ctx, row)
    if ctx.target.thread is not None or ctx.reply_to is not None:
        await ctx.acknowledge(ctx.room.id, ctx.event_id)
        return None
    return Say(
        "Merci, {name}. Votre réponse est jointe à la question n° {n} ; la personne qui l’a posée la reçoit "
        "aux heures de bureau.",
        name=ctx.person.name,
        n=row.id,
    )


@on_reply(tickets.CARD, threads=True)
async def replied(ctx: Context, key: str) -> str | None:
    """« merci » under a card is no answer; the asker's own words are no answer either."""
    row = await tickets.ticket(ctx.db, card.number(key) or 0)
    if row is None or row.status not in tickets.STANDING or only_polite(ctx.text):
        return None
    return f"repondre {row.id} {ctx.text}"


@on_reaction(tickets.CARD)
async def tapped(ctx: Context, reaction: Reaction) -> None:
    """✅ by the asker closes it."""
    row = await tickets.ticket(ctx.db, card.number(reaction.message_key) or 0)
    if reaction.key != "✅" or row is None or row.status not in tickets.STANDING:
        return
    if not acts_as_asker(ctx, row):
        return
    await changes.close(ctx, row, tell=False)


@on_answer("ticket.solicited", undo_command="repondre")
async def solicited(ctx: Context, reply: Reply) -> Say:
    row = await tickets.ticket(ctx.db, int(reply.data["ticket"]))
    if reply.choice == escalate.PASS.value:
        return Say("C’est noté, merci. Je ne vous redemande pas pour cette question.")
    if row is None or row.status not in tickets.STANDING:
        raise UserError("Cette question a eu sa réponse entre-temps. Merci quand même.")
    await changes.answer(ctx, row, reply.text)
    return Say(
        "Merci, {name}. Votre réponse est jointe à la question n° {n}, avec votre prénom. Pour la retirer, "
        "supprimez votre message.",
        name=ctx.person.name,
        n=row.id,
    )


@on_answer("ticket.satisfied")
async def satisfied(ctx: Context, reply: Reply) -> Say | Ask | None:
    row = await own(ctx, int(unsealed(ctx, reply.data)["ticket"]))
    answer: Say | Ask
    if reply.choice == YES.value or _is_content(reply.text):
        await changes.close(ctx, row, tell=False)
        answer = Say("Merci de l’avoir dit : la question n° {n} est close.", n=row.id)
    elif reply.choice == NO.value:
        await changes.reopen(ctx, row)
        await changes.by_asker(ctx, row)
        say = Say("La question n° {n} reste ouverte. Que manque-t-il ? Écrivez-le ici.", n=row.id)
        answer = Ask(say, then="ticket.more", choices=(), accepts="text", data=dict(reply.data))
    else:
        answer = await _more(ctx, row, reply.text)
    await ctx.reply(answer, sealed=True)
    return None


def _is_content(text: str) -> bool:
    """« Parfait, merci beaucoup ! », and no more than that."""
    said = words(text)
    return 0 < len(said) <= _THANKS and said[0] in _CONTENT and "mais" not in said and "?" not in text


@on_answer("ticket.more")
async def more(ctx: Context, reply: Reply) -> None:
    row = await own(ctx, int(unsealed(ctx, reply.data)["ticket"]))
    await ctx.reply(await _more(ctx, row, reply.text), sealed=True)


async def _more(ctx: Context, row: Ticket, text: str) -> Say:
    await changes.add_note(ctx, row, text)
    return Say("C’est noté : votre précision est jointe à la question n° {n}.", n=row.id)


@on_answer("ticket.useful")
async def useful(ctx: Context, reply: Reply) -> Say:
    """The team would like to keep an answer for all: the asker is asked."""
    row = await tickets.ticket(ctx.db, int(reply.data["ticket"]))
    if reply.choice == NO.value or row is None:
        return Say("D’accord, cela reste entre vous.")
    way = str(reply.data["acronym"]) if reply.choice == publish.GLOSSARY else ""
    if not await publish.ask_consent(ctx, row, way):
        return Say("La personne n’est plus joignable : sa question est close. Rien n’est publié.")
    return Say("Je demande son accord à la personne qui a posé la question, puis je vous dis.")


@on_answer("ticket.consent")
async def consented(ctx: Context, reply: Reply) -> None:
    about = unsealed(ctx, reply.data)
    row = await tickets.ticket(ctx.db, int(about["ticket"]))
    if reply.choice == NO.value or row is None:
        return await _say(ctx, Say("C’est noté : rien n’est publié."))
    await publish.leave(ctx, row, about["way"])
    return await _say(ctx, Say("Merci : la réponse sera utile à d’autres, sans votre nom."))


async def _say(ctx: Context, say: Say) -> None:
    await ctx.reply(say, sealed=True)

"""`!contact`: the one clearly identified person to talk to,
which is what the members of the network asked for; followed by a question, it is passed on to them.
"""

from bot.command import Context, Role, command
from bot.command.handlers import on_answer
from bot.config import Contact
from bot.outbox.question import Ask, Reply
from bot.text import Pill, Say, UserError
from bot.time.format import Day
from commands.tickets.ask import ask_contact, private
from schedules.tickets import changes
from schedules.tickets.contact import contact_name
from storage.tickets import absences

SHORTEST = 3  # words of a question that is not said to be one


@command(
    "contact",
    aliases=("interlocuteur", "referent"),
    english=("who",),
    usage=Say("`!contact`, ou `!contact` suivi de votre question"),
    example="!contact J’ai une question sur ma programmation",
    help=Say("la personne à qui parler, et lui poser une question"),
    rank=20,
    run_when_stale=True,
    undo=changes.withdraw,
    is_confidential=private,
)
async def contact(ctx: Context, *, question: str = "") -> Say | Ask | None:
    card: Contact | None = ctx.config.network.contact
    if question and ctx.person.role >= Role.GUEST:
        return await ask_contact(ctx, question)
    if card is None:
        raise UserError(
            "Aucune personne n’est encore indiquée comme interlocuteur. L’équipe d’animation du réseau "
            "peut vous répondre."
        )
    say = Say.lines(await contact_card(ctx, card), await _away(ctx))
    if not ctx.room.direct or not ctx.network.team or ctx.person.role < Role.GUEST:
        return say
    more = Say(
        "Pour une question, écrivez-la simplement à la suite : je la transmets et je vous donne un numéro "
        "de suivi. Sans votre nom : `contact sans nom` suivi de la question."
    )
    return Ask(Say.lines(say, more), then="contact.question", choices=(), accepts="text")


@on_answer("contact.question", undo_command="contact")
async def asked(ctx: Context, reply: Reply) -> Say | Ask | None:
    if len(reply.text.split()) < SHORTEST and "?" not in reply.text:
        raise UserError(
            "Pour poser une question à cette personne, écrivez-la en une phrase : je la transmets."
        )
    return await ask_contact(ctx, reply.text)


async def contact_card(ctx: Context, card: Contact) -> Say:
    name = await contact_name(ctx, card)
    return Say.lines(
        Say("**Votre interlocuteur : {name}**", name=name),
        _joined(card.role, card.hours),
        Say("Téléphone : {phone}", phone=card.phone) if card.phone else None,
        Say("Courriel : {email}", email=card.email) if card.email else None,
        Say("Pour lui écrire ici : {person}", person=Pill(name, card.user)) if card.user else None,
    )


async def _away(ctx: Context) -> Say | None:
    today = ctx.now.astimezone(ctx.config.zone).date()
    row = await absences.on(ctx.db, today)
    if row is None:
        return None
    last = Day(row.last, today)
    if row.relay_name:
        return Say("En son absence, jusqu’au {day} : {name}", day=last, name=row.relay_name)
    return Say("Absence jusqu’au {day}", day=last)


def _joined(role: str | None, hours: str | None) -> Say | None:
    if role and hours:
        return Say("{role} – {hours}", role=role, hours=hours)
    return Say("{said}", said=role or hours or "") if role or hours else None

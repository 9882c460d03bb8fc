"""`!contact`: the one clearly identified person to talk to,
which is what the members of the network asked for.
"""

from bot.command import Context, command
from bot.config import Contact
from bot.text import Pill, Say, UserError
from bot.text.names import first_name
from storage import rooms


@command(
    "contact",
    aliases=("interlocuteur", "referent"),
    english=("who",),
    usage=Say("`!contact`"),
    example="!contact",
    help=Say("la personne à qui parler"),
    rank=20,
)
async def contact(ctx: Context, *, question: str = "") -> Say:
    card: Contact | None = ctx.config.network.contact
    if card is None:
        raise UserError(
            "Aucune personne n’est encore indiquée comme interlocuteur. L’équipe d’animation du réseau "
            "peut vous répondre."
        )
    kept = Say("Je ne transmets pas les questions : posez-lui la vôtre directement.") if question else None
    name = await _name(ctx, card)
    return Say.lines(
        Say("**Votre interlocuteur : {name}**", name=name),
        _joined(card.role, card.hours),
        Say("Téléphone : {phone}", phone=card.phone) if card.phone else None,
        Say("Courriel : {email}", email=card.email) if card.email else None,
        Say("Pour lui écrire ici : {person}", person=Pill(name, card.user)) if card.user else None,
        kept,
    )


async def _name(ctx: Context, card: Contact) -> str:
    """As configured, else as displayed in one of our rooms, else the local part of the id."""
    if card.name or not card.user:
        return card.name or ctx.config.network.name
    for room in sorted(await rooms.rooms_of(ctx.db, card.user)):
        found = await rooms.member(ctx.db, room, card.user)
        if found is not None and found.name:
            return first_name(found.name)
    return card.user.removeprefix("@").partition(":")[0]


def _joined(role: str | None, hours: str | None) -> Say | None:
    if role and hours:
        return Say("{role} – {hours}", role=role, hours=hours)
    return Say("{said}", said=role or hours or "") if role or hours else None

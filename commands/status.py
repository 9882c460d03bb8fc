"""The bot's own health, `!etat`: for the operator, in the team's room."""

from datetime import timedelta
from importlib.metadata import version

from bot.command import Context, Role, Scope, command
from bot.text import Count, Say
from storage import rooms, settings, unreadable
from storage.tickets import tickets

RECENTLY = timedelta(days=1)
QUARTER = timedelta(days=92)


@command(
    "etat",
    aliases=("sante-robot",),
    english=("status", "health"),
    usage=Say("`!etat`"),
    example="!etat",
    help=Say("mon état : connexion, chiffrement, salons"),
    allow=Role.OPERATOR,
    where=Scope.TEAM,
    rank=95,
)
async def etat(ctx: Context) -> Say:
    in_rooms, people = await rooms.count(ctx.db, ctx.network.configured)
    return Say.lines(
        Say("**État de l’Animatrice – version {version}**", version=version("animatrice")),
        Say("Connexion : établie"),
        await _encryption(ctx),
        await _unreadable(ctx),
        Say("Salons : {rooms} – Membres connus : {people}", rooms=in_rooms, people=max(0, people - 1)),
        await _answers(ctx),
    )


async def _answers(ctx: Context) -> Say | None:
    """How long the contact takes to answer."""
    delay = await tickets.median_delay(ctx.db, ctx.now - QUARTER)
    if delay is None:
        return None
    hours = round(delay.total_seconds() / 3600)
    return Say(
        "Réponses de l’interlocuteur depuis trois mois : {time} (médiane)",
        time=Count(hours, "une heure", "{n} heures", zero="moins d’une heure"),
    )


async def _encryption(ctx: Context) -> Say:
    if await settings.value(ctx.db, settings.DEVICE_TRUST) == "signed":
        return Say("Chiffrement : actif, appareil signé")
    return Say(
        "Chiffrement : actif, mais mon appareil n’est pas signé : des personnes peuvent ne pas me lire. "
        "Sur la machine, `animatrice check` dit quoi faire."
    )


async def _unreadable(ctx: Context) -> Say | None:
    unread = await unreadable.count(ctx.db, ctx.now - RECENTLY, but=ctx.network.me)
    if not unread:
        return None
    return Say(
        "Depuis hier, {count}.",
        count=Count(
            unread, "un message chiffré est resté illisible", "{n} messages chiffrés sont restés illisibles"
        ),
    )

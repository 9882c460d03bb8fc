"""Tips, each said once a person: several changes in one message; in private, what concerns one person."""

from datetime import timedelta

from bot.command import Context
from bot.command.handlers import tip
from bot.text import Say
from storage import rooms

CROWD = 20  # who read what one person asks for in a room


@tip("several changes", "rencontre modifier", times=3, within=timedelta(minutes=15))
async def several_changes(ctx: Context) -> Say:
    return Say(
        "Plusieurs changements tiennent en un seul message : "
        "`!rencontre modifier T4 lieu = Mairie de Bruaville | places = 40`"
    )


@tip(
    "in private",
    *("agenda", "rencontre", "inscrits", "plus", "garder", "glossaire", "sondages"),
    *("ressources", "ressource"),
    times=2,
    within=timedelta(days=1),
)
async def in_private(ctx: Context) -> Say | None:
    crowd = len(await rooms.member_ids(ctx.db, ctx.room.id)) >= CROWD
    if ctx.room.kind not in ("network", "local", "help") or not crowd:
        return None
    return Say(
        "{name}, cela marche aussi en message privé, sans que tout le salon le lise : "
        "ouvrez une conversation avec moi depuis ma fiche.",
        name=ctx.person.name,
    )

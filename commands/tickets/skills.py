"""Skills, `!jesais évaluation, GUSP`: what somebody may be asked about, in private, now and then."""

from bot.command import Context, Role, command, shown
from bot.text import Say
from schedules.tickets.themes import label, typed_topics
from storage.tickets import skills

NOTHING = ("rien", "retirer", "plus rien", "nothing", "none")


@command(
    "jesais",
    aliases=("je sais", "competences"),
    english=("iknow", "skills"),
    usage=Say("`!jesais thèmes ou sigles`"),
    example="!jesais évaluation, GUSP",
    help=Say("dire sur quoi vous pouvez aider, de temps en temps"),
    allow=Role.MEMBER,
    rank=28,
)
async def jesais(ctx: Context, *, topics: str = "") -> Say:
    if topics.strip().lower() in NOTHING:
        await skills.replace(ctx.db, ctx.person.id, (), ctx.now)
        return Say("C’est noté : je ne vous demande plus d’aide.")
    if topics:
        await skills.replace(ctx.db, ctx.person.id, await typed_topics(ctx.db, topics), ctx.now)
    return await _standing(ctx)


async def _standing(ctx: Context) -> Say:
    own = await skills.of_person(ctx.db, ctx.person.id)
    if not own:
        return Say(
            "Vous n’avez rien indiqué. Par exemple : `{line}`. Quand une question en parle, je vous la "
            "montre en message privé, à tour de rôle.",
            line=shown("jesais évaluation, GUSP", ctx.caller),
        )
    names = ", ".join([await label(ctx.db, each, ctx.room.language) for each in own])
    here = None if await ctx.private_room(ctx.person.id) else _write_me()
    return Say.lines(
        Say("C’est noté, vous pouvez aider sur : {names}.", names=names),
        Say(
            "Je vous demande en message privé, à tour de rôle, aux heures de bureau, jamais pendant les "
            "vacances. Pour arrêter : `{line}`",
            line=shown("jesais rien", ctx.caller),
        ),
        here,
    )


def _write_me() -> Say:
    return Say("Pour que je le puisse, écrivez-moi un mot en message privé.")

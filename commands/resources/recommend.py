"""Recommending, `!recommander`: a link and why; what is missing is asked for once.
In reply to a message, the link is the one it holds.
"""

from bot.command import Context, Role, command
from bot.command.handlers import on_answer
from bot.outbox import Post, Rank
from bot.outbox.question import Ask, Reply
from bot.text import Say, UserError
from commands.resources.lookup import answered_card
from schedules.resources.card import USEFUL, InSentence, card, key
from schedules.resources.edit import save
from schedules.resources.parse_recommendation import ParsedRecommendation, parse
from schedules.resources.recommend import SKIP, Recommendation, question, recommend, request
from schedules.themes import theme
from storage import rooms
from storage.resources import library
from storage.tables import Resource

PUBLIC = ("network", "local", "help")  # rooms where a card is seen by those it is for


@command(
    "recommander",
    aliases=("reco", "conseiller"),
    english=("recommend", "share"),
    usage=Say("`!recommander lien #thème pourquoi`"),
    example="!recommander https://example.org/page #participation très utile pour une première réunion",
    help=Say("recommander une ressource : un lien, et pourquoi"),
    allow=Role.MEMBER,
    rank=30,
)
async def recommander(ctx: Context, *, what: str = "") -> None:
    typed = parse(what, ctx)
    given = await _recommendation(ctx, typed)
    if typed.link is not None:
        return await recommend(ctx, given, typed.link)
    if ctx.reply_to is None:
        raise UserError(
            "Je n’ai pas trouvé de lien dans votre message. "
            "Exemple : `!recommander https://example.org/page #santé pourquoi c’est utile`."
        )
    known = await answered_card(ctx)
    if known is not None:
        return await recommend(ctx, given, known.link)
    ctx.db.add(request(given, ctx.reply_to))
    return None


async def _recommendation(ctx: Context, typed: ParsedRecommendation) -> Recommendation:
    """Signed as the network knows the person, wherever they say it."""
    network = next(iter(ctx.network.of_kind("network")), "")
    known = await rooms.member(ctx.db, network, ctx.person.id)
    return Recommendation(
        cause=ctx.cause.id,
        room=ctx.room.id,
        direct=ctx.room.direct,
        person=ctx.person.id,
        full_name=known.name if known and known.name else ctx.person.full_name,
        at=ctx.now,
        today=ctx.now.date(),
        offered="" if ctx.room.kind in PUBLIC else network,
        why=typed.why,
        theme=typed.theme,
        thread=ctx.cause.thread,
    )


@on_answer("resource.why")
async def why(ctx: Context, reply: Reply) -> None:
    row = await _asked_about(ctx, reply)
    if reply.choice != SKIP.value and not row.why:
        typed = parse(reply.text, ctx)
        row.why, row.theme = typed.why, row.theme or typed.theme
        await save(ctx, row, Rank.ANSWER)
    noted = (
        Say("C’est noté sur la fiche {n}.", n=row.id)
        if row.why
        else Say("D’accord. La fiche {n} est enregistrée.", n=row.id)
    )
    await _go_on(ctx, reply, noted, await _next(ctx, row, reply, "why"))


@on_answer("resource.theme")
async def which_theme(ctx: Context, reply: Reply) -> Ask | None:
    row = await _asked_about(ctx, reply)
    found = theme(reply.choice or "") if reply.choice != SKIP.value else None
    if found is not None:
        row.theme = found.id
        await save(ctx, row, Rank.ANSWER)
    await _go_on(
        ctx,
        reply,
        Say("Thème : {theme}.", theme=InSentence(found))
        if found
        else Say("D’accord. La fiche {n} est enregistrée.", n=row.id),
    )
    return await _next(ctx, row, reply, "theme")


@on_answer("resource.show")
async def show(ctx: Context, reply: Reply) -> Say:
    row = await _asked_about(ctx, reply)
    if reply.choice == "no":
        return Say("D’accord. On pourra la trouver avec `!ressources`.")
    place = str(reply.data["offered"])
    room = await rooms.room(ctx.db, place)
    row.room_id = place
    ctx.db.add(row)
    await ctx.post(
        Post(
            room=place, say=await card(ctx.db, row), rank=Rank.BOOKKEEPING, key=key(row), reactions=(USEFUL,)
        )
    )
    return Say("C’est fait : la fiche {n} est dans « {room} ».", n=row.id, room=room.name if room else "")


async def _asked_about(ctx: Context, reply: Reply) -> Resource:
    row = await library.active(ctx.db, int(reply.data["n"]))
    if row is None:
        raise UserError("Cette fiche n’est plus dans la bibliothèque : il n’y a rien à y ajouter.")
    return row


async def _next(ctx: Context, row: Resource, reply: Reply, asked: str) -> Ask | None:
    return await question(ctx.db, row, reply.data, after=asked)


async def _go_on(ctx: Context, reply: Reply, noted: Say, ask: Ask | None = None) -> None:
    """The question makes room for what became of it, or for the next one: one message for both."""
    await ctx.correct_reply(str(reply.data["cause"]), ask or noted)

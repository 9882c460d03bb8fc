"""Editing the draft of the panorama, `!panorama preparer`, `!ecarter`, `!epingler`, `!publier`:
the team sorts the next edition. Numbers are those of its draft.
"""

from bot.command import Context, Role, Scope, command
from bot.command.handlers import on_answer
from bot.outbox import Post, Rank
from bot.outbox.question import NO, YES, Ask, Choice, Reply
from bot.text import Count, Say, UserError
from bot.time.recurrence import Occurrence
from schedules.news import calendar
from schedules.news.edition import DRAFT_KEY, Contents, draft_text, full_text, gather, publish, save_draft
from schedules.news.entries import entries
from storage.news import editions
from storage.tables import Story

BACK = Choice("back", "↩️", ("annuler", "remettre", "undo"))


@command(
    "panorama preparer",
    aliases=("panorama apercu",),
    english=("digest preview",),
    usage=Say("`!panorama preparer`"),
    example="!panorama preparer",
    help=Say("voir et trier le prochain panorama"),
    allow=Role.TEAM,
    where=Scope.TEAM,
    rank=12,
)
async def preparer(ctx: Context) -> Say | None:
    occurrence = await _next_occurrence(ctx)
    row, contents = await save_draft(ctx, occurrence)
    if contents is None:
        return Say("Rien de nouveau pour l’instant : le prochain panorama n’a encore aucun titre.")
    row.draft = f"{DRAFT_KEY}{occurrence.name}:{ctx.event_id}"
    say = await draft_text(ctx, contents, occurrence)
    await ctx.post(Post(room=ctx.room.id, say=say, key=row.draft, rank=Rank.ANSWER, reply_to=ctx.event_id))
    return None


@command(
    "ecarter",
    english=("skip",),
    usage=Say("`!ecarter numéro`"),
    example="!ecarter 4",
    help=Say("écarter un titre du prochain panorama"),
    allow=Role.TEAM,
    where=Scope.TEAM,
    rank=13,
)
async def ecarter(ctx: Context, number: int) -> Ask:
    story = await _story(ctx, number)
    story.skipped, story.pinned = True, False
    await _redraw(ctx, story)
    say = Say(
        "Écarté : « {title} ». Le brouillon est renuméroté. Pour le remettre, touchez ↩️.",
        title=await _title(ctx, story),
    )
    return Ask(say, then="panorama.back", choices=(BACK,), data={"story": story.id})


@on_answer("panorama.back")
async def back(ctx: Context, reply: Reply) -> Say:
    story = await ctx.db.get(Story, int(reply.data["story"]))
    if story is None or story.edition is not None:
        raise UserError("Le panorama est déjà paru.")
    story.skipped = False
    await _redraw(ctx, story)
    return Say("Remis : « {title} ».", title=await _title(ctx, story))


@command(
    "epingler",
    english=("pin",),
    usage=Say("`!epingler numéro`"),
    example="!epingler 2",
    help=Say("mettre un titre en tête du prochain panorama"),
    allow=Role.TEAM,
    where=Scope.TEAM,
    rank=14,
)
async def epingler(ctx: Context, number: int) -> Say:
    story = await _story(ctx, number)
    story.pinned = True
    await _redraw(ctx, story)
    return Say("En tête : « {title} ». Le brouillon est renuméroté.", title=await _title(ctx, story))


@command(
    "publier",
    english=("publish",),
    usage=Say("`!publier`"),
    example="!publier",
    help=Say("faire paraître le panorama sans attendre"),
    allow=Role.TEAM,
    where=Scope.TEAM,
    rank=15,
)
async def publier(ctx: Context) -> Ask:
    return await _preview(ctx)


async def _preview(ctx: Context, changed: Say | None = None) -> Ask:
    """What « oui » will publish: these stories and no others."""
    occurrence = await _next_occurrence(ctx)
    contents = await _drawn(ctx, occurrence)
    rooms = len(ctx.network.of_kind("network", "local"))
    if contents is None:
        raise UserError("Rien de nouveau pour l’instant : le prochain panorama n’a encore aucun titre.")
    closed = ctx.hours.why_closed(ctx.now)
    where = Count(rooms, "un salon", "{n} salons")
    ask = Say("Publier maintenant, dans {where} ? Répondez oui ou non.", where=where)
    body = await full_text(ctx, contents, ctx.now)
    say = Say.lines(changed, Say("**Aperçu**"), body, Say(""), closed, ask)
    return Ask(
        say,
        then="panorama.publish",
        choices=(YES, NO),
        data={"name": occurrence.name, "stories": _ids(contents)},
    )


def _ids(contents: Contents) -> list[int]:
    return [each.story.id for each in contents.entries]


@on_answer("panorama.publish")
async def confirm(ctx: Context, reply: Reply) -> Say | Ask:
    name = str(reply.data["name"])
    if reply.choice == "no":
        return Say("D’accord, le panorama paraîtra à l’heure prévue.")
    found = await editions.edition(ctx.db, name)
    contents = await gather(ctx, name)
    if contents is None or (found and found.status == editions.PUBLISHED):
        raise UserError("Le panorama est déjà paru.")
    if _ids(contents) != reply.data["stories"]:
        return await _preview(ctx, Say("Le panorama a changé depuis cet aperçu."))
    if not await publish(ctx, contents, urgent=True):
        raise UserError(
            "Je ne suis encore dans aucun salon du réseau. Le service numérique peut m’y inviter."
        )
    return Say("Le panorama paraît maintenant.")


async def _next_occurrence(ctx: Context) -> Occurrence:
    occurrence = await calendar.upcoming(ctx)
    if occurrence is None:
        raise UserError(
            "Le prochain panorama est déjà paru. Le suivant se prépare à partir de la semaine prochaine."
        )
    return occurrence


async def _story(ctx: Context, number: int) -> Story:
    """The one of this number in the draft."""
    occurrence = await _next_occurrence(ctx)
    row = await editions.edition(ctx.db, occurrence.name)
    if row is None or not row.draft or not row.stories:
        raise UserError("Il n’y a pas de brouillon du panorama. Pour en voir un : `!panorama preparer`")
    if not 1 <= number <= len(row.stories):
        raise UserError(
            "Le brouillon va de 1 à {last} : il n’a pas de n° {number}.", last=len(row.stories), number=number
        )
    (story,) = await editions.stories(ctx.db, [row.stories[number - 1]])
    return story


async def _redraw(ctx: Context, story: Story) -> None:
    """The draft that the team sees, once this story has another place."""
    ctx.db.add(story)
    await ctx.db.flush()
    await _drawn(ctx, await _next_occurrence(ctx))


async def _drawn(ctx: Context, occurrence: Occurrence) -> Contents | None:
    """The edition as it stands; its numbers are those of the draft that the team sees, from now on."""
    row, contents = await save_draft(ctx, occurrence)
    if row.draft:
        say = await draft_text(ctx, contents, occurrence)
        await ctx.post(Post(room=ctx.room.id, say=say, key=row.draft, rank=Rank.ANSWER))
    return contents


async def _title(ctx: Context, story: Story) -> str:
    (found,) = await entries(ctx.db, [story], ctx.now.date(), ctx.config.zone)
    return found.title

"""Managing surveys, for the team: `!enquete nouvelle`, `clore`, `annuler`."""

import re
from datetime import datetime, timedelta

from bot.command import NOTHING, Answer, Context, Role, Scope, command
from bot.command.handlers import on_answer
from bot.outbox import Asker, File
from bot.outbox.question import Ask, Reply
from bot.text import Say, UserError
from bot.time import parse_moment
from schedules.surveys import card, close, preview
from schedules.surveys.parse_questionnaire import built_in, source_of
from storage.surveys import surveys
from storage.tables import Survey, SurveyRequest

SHIPPED = "mise-en-reseau"
SOONEST, LATEST = timedelta(hours=1), timedelta(days=90)
_UNTIL = re.compile(r"(?:jusqu[’']?\s*(?:à|au|a)?|cl[ôo]ture(?:\s*:|\s+le)?|until)\s+", re.IGNORECASE)


@command(
    "enquete nouvelle",
    aliases=("nouvelle enquete",),
    english=("survey new",),
    usage=Say("`!enquete nouvelle`, en réponse à un fichier YAML ou sans fichier"),
    example="!enquete nouvelle jusqu’au 18 décembre",
    help=Say("préparer une enquête : la vôtre, ou celle qui est fournie"),
    allow=Role.TEAM,
    where=Scope.TEAM,
    rank=30,
)
async def nouvelle(ctx: Context, *, until: Answer = NOTHING) -> Say | Ask | None:
    closes_at = _closing(ctx, until.typed) if until else None
    asked = SurveyRequest(
        event_id=ctx.cause.id,
        file_event=ctx.file or "",
        room_id=ctx.room.id,
        person=ctx.person.id,
        at=ctx.now,
    )
    asked.closes_at = closes_at
    if ctx.file is not None:
        ctx.db.add(asked)
        return Say("Je lis ce fichier, un instant…")
    shown = await preview.prepared(ctx, built_in(SHIPPED), asked, closes_at)
    model = File(name=f"{SHIPPED}.yaml", data=source_of(SHIPPED), mimetype="application/yaml")
    own = Say(
        "Voici le questionnaire fourni. Pour le vôtre, modifiez ce fichier, postez-le ici, puis répondez-lui "
        "`!enquete nouvelle`."
    )
    await ctx.reply(own, files=(model,))
    asker = Asker(person=ctx.person.id, room=ctx.room.id, reply_to=ctx.event_id)
    await ctx.post_answer(asker, shown, f"survey-preview:{ctx.event_id}")
    return None


def _closing(ctx: Context, typed: str) -> datetime:
    moment = parse_moment(_UNTIL.sub("", typed, count=1), ctx.now, ctx.hours.zone)
    if moment is None:
        raise UserError(
            "Je n’ai pas compris la date de clôture. Par exemple : `!enquete nouvelle jusqu’au 18 décembre`"
        )
    return _checked(ctx, moment.ends() or moment.instant(ctx.hours.end))


def _checked(ctx: Context, at: datetime) -> datetime:
    if at < ctx.now + SOONEST:
        raise UserError("La clôture est trop proche : laissez au moins une heure pour répondre.")
    if at > ctx.now + LATEST:
        raise UserError("La clôture est trop lointaine : une enquête dure quatre-vingt-dix jours au plus.")
    return at


@on_answer(preview.CONFIRM)
async def confirmed(ctx: Context, reply: Reply) -> Say | Ask:
    row = await surveys.survey(ctx.db, int(reply.data["survey"]))
    if row is None or row.status != surveys.DRAFT:
        raise UserError("Cette enquête n’attend plus de réponse. Pour une autre : `!enquete nouvelle`")
    ctx.db.add(row)
    if reply.moment is not None:
        row.closes_at = _checked(ctx, reply.moment.ends() or reply.moment.instant(ctx.hours.end))
        return await preview.shown(ctx, row)
    if reply.choice != "yes":
        row.status = surveys.CANCELLED
        return Say("C’est abandonné, rien ne partira.")
    _checked(ctx, row.closes_at)
    row.opens_at = ctx.now
    await card.opened(ctx, row)
    await card.announce(ctx, row)
    return Say(
        "C’est parti : l’enquête n° {number} est annoncée aux heures d’ouverture. "
        "Pour l’arrêter avant l’heure : `!enquete clore {number}`",
        number=row.id,
    )


@command(
    "enquete clore",
    english=("survey close",),
    usage=Say("`!enquete clore numéro`"),
    example="!enquete clore 2",
    help=Say("clore une enquête avant l’heure"),
    allow=Role.TEAM,
    where=Scope.TEAM,
    rank=31,
)
async def clore(ctx: Context, number: int) -> None:
    await close.close_survey(ctx, await _open(ctx, number))


@command(
    "enquete annuler",
    english=("survey cancel",),
    usage=Say("`!enquete annuler numéro`"),
    example="!enquete annuler 2",
    help=Say("annuler une enquête et effacer ses réponses"),
    allow=Role.TEAM,
    where=Scope.TEAM,
    rank=32,
)
async def annuler(ctx: Context, number: int) -> Say:
    row = await _open(ctx, number)
    await close.cancel(ctx, row)
    return Say("L’enquête n° {number} est annulée, ses réponses sont effacées.", number=number)


async def _open(ctx: Context, number: int) -> Survey:
    row = await surveys.survey(ctx.db, number)
    if row is None or row.status != surveys.OPEN:
        raise UserError("Il n’y a pas d’enquête n° {number} en cours.", number=number)
    return row

"""Results of surveys, for the team: `!enquete resultats`, `publier`."""

from bot.command import Context, Role, Scope, command
from bot.command.handlers import on_answer
from bot.outbox.question import NO, YES, Ask, Reply
from bot.text import Say, UserError
from commands import publish
from schedules.surveys import result
from schedules.surveys.result import result_of
from storage.surveys import requests, surveys, texts
from storage.surveys.items import items_of, questions
from storage.tables import Survey, SurveyRequest

PUBLISH = "survey.publish"


@command(
    "enquete resultats",
    aliases=("enquete resultat",),
    english=("survey results",),
    usage=Say("`!enquete resultats numéro question`"),
    example="!enquete resultats 2 10",
    help=Say("les résultats d’une enquête close, ou d’une de ses questions"),
    allow=Role.TEAM,
    where=Scope.TEAM,
    rank=33,
)
async def resultats(ctx: Context, number: int | None = None, question: int | None = None) -> Say:
    row = await closed(ctx, number)
    ctx.db.add(await _request(ctx, row, question, requests.REPORT))
    return Say("Je compose les résultats, un instant…")


@command(
    "enquete publier",
    english=("survey publish",),
    usage=Say("`!enquete publier numéro question`"),
    example="!enquete publier 2",
    help=Say("publier les résultats d’une enquête, ou d’une de ses questions"),
    allow=Role.TEAM,
    where=Scope.TEAM,
    rank=34,
)
async def publier(ctx: Context, number: int | None = None, question: int | None = None) -> Ask:
    row = await closed(ctx, number)
    if row.room_id is None:
        raise UserError("Cette enquête n’était pas celle du réseau : ses résultats ne se publient pas.")
    asked = await _request(ctx, row, question, requests.PUBLICATION)
    found = result_of(row, await texts.of_survey(ctx.db, row.id))
    hidden = sum(not text.shown for text in found.texts)
    say = Say.lines(
        result.head(found),
        result.question(found, asked.question) if asked.question else None,
        Say("{n} textes ne seront pas montrés. Pour les relire : `!enquete textes`", n=hidden)
        if hidden and not asked.question
        else None,
        Say("Publier dans {places} ? Répondez oui ou non.", places=await publish.names(ctx, [row.room_id])),
    )
    return Ask(say, then=PUBLISH, choices=(YES, NO), data={"survey": row.id, "question": asked.question})


@on_answer(PUBLISH)
async def agreed(ctx: Context, reply: Reply) -> Say:
    if reply.choice != "yes":
        return Say("C’est abandonné, rien ne partira.")
    row = await closed(ctx, int(reply.data["survey"]))
    ctx.db.add(await _request(ctx, row, int(reply.data["question"]), requests.PUBLICATION))
    return Say("Je compose les résultats ; ils paraissent aux heures d’ouverture.")


async def closed(ctx: Context, number: int | None) -> Survey:
    """The one of this number, or the network's latest; raises UserError."""
    row = await surveys.survey(ctx.db, number) if number else await surveys.closed_last(ctx.db)
    if row is not None and row.status == surveys.OPEN:
        raise UserError(
            "L’enquête n° {number} est en cours : ses résultats ne sont connus de personne avant la clôture. "
            "Pour la clore maintenant : `!enquete clore {number}`",
            number=row.id,
        )
    if row is None or row.status != surveys.CLOSED:
        raise UserError("Je ne trouve pas d’enquête close. Pour en préparer une : `!enquete nouvelle`")
    return row


async def _request(ctx: Context, row: Survey, question: int | None, kind: str) -> SurveyRequest:
    last = questions(items_of(row))
    if question is not None and not 0 <= question <= last:
        raise UserError("Cette enquête va de la question 1 à la question {last}.", last=last)
    return SurveyRequest(
        event_id=ctx.cause.id,
        kind=kind,
        survey_id=row.id,
        question=question or 0,
        language=ctx.network.language(row.room_id) if kind == requests.PUBLICATION else ctx.room.language,
        publisher=ctx.config.network.name,
        room_id=ctx.room.id,
        person=ctx.person.id,
        at=ctx.now,
    )

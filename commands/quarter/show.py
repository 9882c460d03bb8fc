"""Show the rhythm and how far the next meetings are: `!rythme`, `!trimestre`."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import reduce

from bot.command import NOTHING, Answer, Context, Role, Scope, command
from bot.command.handlers import on_answer
from bot.outbox.question import Ask, Reply
from bot.text import Long, Say, UserError
from bot.text.assent import says_none
from bot.text.clean import clean_text
from bot.time import Day, Moment
from bot.time.monthly import EXAMPLE, MonthlyRule
from schedules.quarter import rounds, wording
from schedules.quarter.rounds import Round
from storage.quarter import steps

A_YEAR = timedelta(days=365)
MOST_ROUNDS, MOST_DAYS, MOST_AVOIDED = 2, 4, 8


@command(
    "trimestre",
    aliases=("preparation",),
    english=("quarter",),
    usage=Say("`!trimestre`"),
    example="!trimestre",
    help=Say("où en est la préparation des prochaines rencontres"),
    allow=Role.TEAM,
    where=Scope.TEAM,
    rank=20,
)
async def trimestre(ctx: Context) -> Say:
    today = ctx.now.astimezone(ctx.config.zone).date()
    found = rounds.upcoming(await rounds.load(ctx.db, ctx.config, ctx.now), today)
    if not found:
        raise _no_rhythm()
    return Say.lines(*(line for each in found[:MOST_ROUNDS] for line in _round(ctx, each, today)))


def _round(ctx: Context, found: Round, today: date) -> list[Say]:
    name = found.meeting.name if found.meeting else ""
    states = found.states(today, ctx.hours)
    return [
        wording.title(found, Say("{day}", day=Day(found.anchor, today))),
        *(wording.state(each, name, today) for each in states),
    ]


def _no_rhythm() -> UserError:
    return UserError("Aucun rythme n’est fixé. Pour en donner un : `!rythme {example}`", example=EXAMPLE)


@command(
    "rythme",
    english=("rhythm",),
    usage=Say("`!rythme [quand]`"),
    example=f"!rythme {EXAMPLE}",
    help=Say("quand le réseau se réunit ; je propose chaque étape à son heure"),
    allow=Role.TEAM,
    where=Scope.TEAM,
    rank=21,
)
async def rythme(ctx: Context, *, text: Answer = NOTHING) -> Say | Ask:
    if not text:
        return await _shown(ctx)
    if says_none(text):
        await steps.set_rhythm(ctx.db, "")
        return Say(
            "C’est arrêté : je ne propose plus rien par moi-même. Pour reprendre : `!rythme 2e mardi de …`"
        )
    rule = MonthlyRule.parse(text)
    say = Say.lines(
        Say("**Rythme : {rule}**", rule=rule),
        _days(ctx, rule),
        Say("Je proposerai ici chaque étape : date (75 jours avant), thème (60), fiche (45), annonce (30)."),
        Say("D’accord ? Répondez oui ou non."),
    )
    return Ask(say, then="quarter.rhythm", data={"text": rule.localized("fr")})


@on_answer("quarter.rhythm")
async def agreed(ctx: Context, reply: Reply) -> Say:
    if reply.choice != "yes":
        return Say("D’accord, rien ne change.")
    await steps.set_rhythm(ctx.db, str(reply.data["text"]))
    return Say(
        "C’est noté : {rule}. Où en est chaque étape : `!trimestre`",
        rule=MonthlyRule.parse(reply.data["text"]),
    )


async def _shown(ctx: Context) -> Say:
    rule = await rounds.rule(ctx.db, ctx.config)
    if rule is None:
        raise _no_rhythm()
    avoided = list(await steps.avoided(ctx.db))[:MOST_AVOIDED]
    return Say.lines(
        Say("**Rythme : {rule}**", rule=rule),
        _days(ctx, rule),
        Say("Jours à éviter : {days}.", days=_listed(avoided)) if avoided else None,
        Say("Pour changer : `!rythme 1er jeudi de …` – Pour arrêter : `!rythme non`"),
    )


def _days(ctx: Context, rule: MonthlyRule) -> Say:
    today = ctx.now.astimezone(ctx.config.zone).date()
    return Say("Prochaines dates : {days}.", days=_listed(list(rule.days(today, today + A_YEAR))[:MOST_DAYS]))


def _listed(days: Sequence[date]) -> Say:
    return reduce(
        lambda before, day: Say("{before}, {next}", before=before, next=day),
        (Say("{day}", day=Day(day)) for day in days),
    )


@command(
    "rythme eviter",
    english=("rhythm avoid",),
    usage=Say("`!rythme eviter jour raison`"),
    example="!rythme eviter 16 mars rencontre du réseau des bailleurs",
    help=Say("signaler un jour déjà pris par un autre réseau"),
    allow=Role.TEAM,
    where=Scope.TEAM,
    rank=22,
)
async def eviter(ctx: Context, day: Moment, *, why: str = "") -> Say:
    reason = clean_text(why, 100).strip(" ,;:.") or Say("un autre réseau se réunit").text(ctx.room.language)
    await steps.avoid(ctx.db, day.day, reason)
    return Say("C’est noté : le {day} sera déconseillé ({why}).", day=Day(day.day), why=Long(reason))

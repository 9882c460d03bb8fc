"""Managing a poll, `!sondage clore`, `prolonger`, `annuler`, `suite`:
what the team, or whoever asked, decides of a poll that is there.
"""

from contextlib import suppress
from datetime import datetime

from bot import time
from bot.command import Context, Result, Role, Scope, command
from bot.command.handlers import on_answer
from bot.outbox.question import NO, YES, Ask, Reply
from bot.text import Count, Say, UserError
from bot.time import Instant, Moment
from commands.polls import preview
from commands.polls.lookup import one, question, split_number
from commands.polls.parse_deadline import LATEST, NOON, SOONEST
from schedules.polls import box, card, result
from storage import outbox
from storage.polls import ballots, polls, secrets
from storage.tables import Poll
from storage.transaction import truncate_log

LONGEST = 300  # characters of a follow-up
RUNNING = (polls.PUBLISHED, polls.CLOSING)


@command(
    "sondage clore",
    aliases=("cloturer",),
    english=("poll close",),
    usage=Say("`!sondage clore numéro`"),
    example="!sondage clore 4",
    help=Say("clore un sondage et publier son résultat"),
    allow=Role.TEAM,
    where=Scope.TEAM,
    rank=20,
    also_allowed_if=preview.may_ask,
)
async def clore(ctx: Context, *, text: str = "") -> Result:
    number, rest = split_number(text)
    if rest.strip():
        return await _asked_instead(ctx, text, "!sondage clore {n}")
    row = await one(ctx, number, "!sondage clore {n}", polls.PUBLISHED)
    _still_open(ctx, row)
    if not await polls.appeared(ctx.db, row):
        raise UserError(
            "Le sondage n° {number} n’est pas encore publié. Pour l’annuler : `!sondage annuler {number}`.",
            number=row.id,
        )
    row.closes_at, row.result = ctx.now, {**row.result, "asked": True}
    ctx.db.add(row)
    return Say("Le sondage n° {number} est clos : je publie son résultat.", number=row.id)


@command(
    "sondage prolonger",
    english=("poll extend",),
    usage=Say("`!sondage prolonger numéro date`"),
    example="!sondage prolonger 4 lundi 12 h",
    help=Say("laisser un sondage ouvert plus longtemps"),
    allow=Role.TEAM,
    where=Scope.TEAM,
    rank=21,
    also_allowed_if=preview.may_ask,
)
async def prolonger(ctx: Context, *, text: str = "") -> Result:
    number, until = _number_and_date(ctx, text)
    if until is None:
        return await _asked_instead(ctx, text, "!sondage prolonger {n} lundi 12 h")
    row = await one(ctx, number, f"!sondage prolonger {{n}} {until.localized('fr')}", polls.PUBLISHED)
    _still_open(ctx, row)
    row.closes_at = closes_at = _later(ctx, row, until)
    ctx.db.add(row)
    await _wait_longer(ctx, row)
    card.refresh(ctx, row)
    when = Instant(closes_at, ctx.now, ctx.config.zone)
    return Say(
        "Le sondage n° {number} est ouvert jusqu’au {when}. Son message est modifié, sans notification.",
        number=row.id,
        when=when,
    )


def _later(ctx: Context, row: Poll, until: Moment) -> datetime:
    closes_at = until.instant(NOON)
    if not ctx.now + SOONEST <= closes_at <= ctx.now + LATEST:
        raise UserError(
            "Un sondage se clôt dans dix minutes au plus tôt, dans soixante jours au plus tard. "
            "Par exemple `!sondage prolonger {number} lundi 12 h`.",
            number=row.id,
        )
    if closes_at <= row.closes_at:
        was = Instant(row.closes_at, ctx.now, ctx.config.zone)
        raise UserError(
            "Le sondage n° {number} est déjà ouvert jusqu’au {when}. Donnez une date plus tardive, ou "
            "écrivez `!sondage clore {number}`.",
            number=row.id,
            when=was,
        )
    return closes_at


def _number_and_date(ctx: Context, text: str) -> tuple[int | None, Moment | None]:
    """« 4 décembre » is a date, « 4 lundi » a poll and a date. Raises UserError for a date that cannot be."""
    number, rest = split_number(text)
    if number is None or not rest:
        return None, time.parse_moment(text, ctx.now, ctx.config.zone)
    with suppress(UserError):
        if (moment := time.parse_moment(text, ctx.now, ctx.config.zone)) is not None:
            return None, moment
    return number, time.parse_moment(rest, ctx.now, ctx.config.zone)


async def _wait_longer(ctx: Context, row: Poll) -> None:
    """A card that still waits for its hour is of use until the new close."""
    first = await polls.card(ctx.db, row)
    if first is not None and first.status in outbox.OPEN:
        first.until = row.closes_at
        ctx.db.add(first)


@command(
    "sondage annuler",
    english=("poll cancel",),
    usage=Say("`!sondage annuler numéro`"),
    example="!sondage annuler 4",
    help=Say("annuler un sondage et effacer ses votes"),
    allow=Role.TEAM,
    where=Scope.TEAM,
    run_when_stale=True,
    rank=22,
    also_allowed_if=preview.may_ask,
)
async def annuler(ctx: Context, *, text: str = "") -> Result:
    number, rest = split_number(text)
    if rest.strip():
        return await _asked_instead(ctx, text, "!sondage annuler {n}")
    row = await one(ctx, number, "!sondage annuler {n}", *RUNNING)
    if row.status not in RUNNING:
        raise UserError(
            "Le sondage n° {number} n’est plus en cours : il n’y a rien à annuler.", number=row.id
        )
    votes = Count(
        await ballots.voters(ctx.db, row.id),
        "1 vote sera effacé",
        "{n} votes seront effacés",
        zero="aucun vote n’est encore arrivé",
    )
    say = Say(
        "Annuler le sondage n° {number}, « {question} » ({votes}) ? Répondez oui ou non.",
        number=row.id,
        question=row.question,
        votes=votes,
    )
    return Ask(say, then="poll.cancel", choices=(YES, NO), data={"poll": row.id})


@on_answer("poll.cancel")
async def cancelled(ctx: Context, reply: Reply) -> Say:
    row = await polls.poll(ctx.db, int(reply.data["poll"]))
    if row is None or row.status not in RUNNING:
        raise UserError("Ce sondage n’est plus en cours : il n’y a rien à annuler.")
    if reply.choice == "no":
        return Say("D’accord, le sondage n° {number} continue.", number=row.id)
    if await _withdrawn(ctx, row):
        return Say("Le sondage n° {number} est annulé : il ne sera pas publié.", number=row.id)
    return Say("Le sondage n° {number} est annulé, les votes sont effacés.", number=row.id)


async def _withdrawn(ctx: Context, row: Poll) -> bool:
    """Cancels it; whether its card had not left yet.
    What was seen says that it is cancelled, and its native polls go.
    """
    first = await polls.card(ctx.db, row)
    waiting = first is not None and first.status == outbox.WAITING
    row.status = polls.CANCELLED
    ctx.db.add(row)
    if first is not None and waiting:
        first.status = outbox.WITHDRAWN
        ctx.db.add(first)
    else:
        await box.take_away_all(ctx, row)
        card.refresh(ctx, row)
    await ballots.erase(ctx.db, row.id)
    if row.mode == polls.SECRET:
        secrets.destroy_key(ctx.config.data_dir, row.id)
        truncate_log(ctx.db)
    return waiting


@command(
    "sondage suite",
    english=("poll outcome",),
    usage=Say("`!sondage suite numéro texte`"),
    example="!sondage suite 4 la rencontre de mars aura un atelier « emploi ».",
    help=Say("dire, sous un résultat, la suite qui lui est donnée"),
    allow=Role.TEAM,
    where=Scope.TEAM,
    rank=23,
    also_allowed_if=preview.may_ask,
)
async def suite(ctx: Context, *, text: str = "") -> Result:
    number, follow_up = split_number(text)
    if number is None or not follow_up:
        return await _asked_instead(
            ctx, text, "!sondage suite {n} la rencontre de mars aura un atelier « emploi »"
        )
    row = await one(ctx, number, "!sondage suite {n}", polls.CLOSED)
    if row.status != polls.CLOSED:
        raise UserError(
            "Le sondage n° {number} n’a pas encore de résultat. Pour le clore : `!sondage clore {number}`.",
            number=row.id,
        )
    if len(follow_up) > LONGEST:
        raise UserError(
            "C’est trop long : {size} signes, pour {most} au plus. Raccourcissez, ou donnez un lien.",
            size=len(follow_up),
            most=LONGEST,
        )
    row.follow_up = follow_up
    ctx.db.add(row)
    await result.refresh(ctx, row)
    return Say("C’est ajouté au résultat du sondage n° {number}, sans notification.", number=row.id)


def _still_open(ctx: Context, row: Poll) -> None:
    if row.status != polls.PUBLISHED or ctx.now > row.closes_at:
        raise UserError(
            "Le sondage n° {number} n’est plus ouvert. Ceux qui le sont : `!sondages`.", number=row.id
        )


async def _asked_instead(ctx: Context, text: str, example: str) -> Result:
    """The question of a new poll may begin with the name of one of these commands.
    `example`: with {n} for the number of a poll.
    """
    asked = question(ctx, text)
    if asked is not None:
        return await ctx.run("sondage", text=asked)
    number, rest = split_number(text)
    line = example.format(n=number or 4)
    if not rest.strip():
        raise UserError("Il me manque une précision. Par exemple `{example}`.", example=line)
    raise UserError(
        "Je n’ai pas compris « {text} ». Par exemple `{example}`.",
        text=text.partition("\n")[0][:60],
        example=line,
    )

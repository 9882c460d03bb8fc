"""Date polls, `!dates`: which dates suit the network, holidays flagged before they are proposed;
`!dates retenir`: the one that is kept.
"""

from bot.command import Context, Role, Scope, command
from bot.command.handlers import on_answer
from bot.outbox.question import YES, Ask, Choice, Reply
from bot.text import Say, UserError
from commands import publish
from commands.polls import parse_dates
from commands.polls.parse_dates import FEWEST, ParsedDates
from commands.polls.parse_deadline import clock
from commands.polls.preview import SILENT_NO, advice_lines, preview, targets
from schedules.polls.wording import Slot, advice_against
from storage.polls import polls
from storage.tables import Poll

ALL = Choice("all", "", ("toutes", "toutes les dates", "all"))
_WITHOUT = (
    Say("la première"),
    Say("la deuxième"),
    Say("la troisième"),
    Say("la quatrième"),
    Say("la cinquième"),
    Say("la sixième"),
    Say("la septième"),
    Say("la huitième"),
    Say("la neuvième"),
    Say("la dixième"),
)


@command(
    "dates",
    aliases=("date", "trouverdate"),
    english=("findate",),
    usage=Say("`!dates jour ; jour ; jour`"),
    example="!dates 9 mars ; 11 mars ; 16 mars",
    help=Say("demander au réseau quelles dates conviennent"),
    allow=Role.TEAM,
    where=Scope.TEAM,
    rank=10,
)
async def dates(ctx: Context, *, text: str) -> Ask:
    parsed = parse_dates.parse(text, clock(ctx))
    poll = _poll(ctx, parsed)
    poll.room_id = targets(ctx)[0]
    ctx.db.add(poll)
    await ctx.db.flush()
    data = {"poll": poll.id, "free": parsed.closes_at is None, "rooms": targets(ctx)}
    bad = [n for n, each in enumerate(parsed.slots) if advice_against(each.day, ctx.hours)]
    if not bad or len(parsed.slots) - len(bad) < FEWEST:
        return await preview(ctx, poll, None, data)
    which = _WITHOUT[bad[0]] if len(bad) == 1 else Say("les dates déconseillées")
    ask = Say("Publier le sondage de dates sans {which} ? Répondez oui, ou « toutes ».", which=which)
    lines = Say.lines(Say("**Dates proposées**"), *advice_lines(poll, ctx.hours), ask)
    return Ask(lines, then="poll.dates", choices=(YES, SILENT_NO, ALL), data={**data, "without": bad})


def _poll(ctx: Context, parsed: ParsedDates) -> Poll:
    title = parsed.title or Say("Quelles dates vous conviennent ?").text(ctx.room.language)
    return Poll(
        event_id=ctx.event_id,
        kind=polls.DATES,
        question=title,
        days=[each.row() for each in parsed.slots],
        members_only=parsed.members_only,
        author=ctx.person.id,
        asked_in=ctx.room.id,
        opens_at=ctx.now,
        closes_at=parsed.closes_at or ctx.now,
    )


@on_answer("poll.dates")
async def chosen(ctx: Context, reply: Reply) -> Say | Ask:
    """Without the dates that are advised against, or with them; then as any poll."""
    poll = await polls.poll(ctx.db, int(reply.data["poll"]))
    if poll is None or poll.status != polls.DRAFT:
        raise UserError("Ce sondage n’attend plus de réponse. Pour un autre : `!dates` suivi des dates.")
    if reply.choice == "no":
        poll.status = polls.CANCELLED
        ctx.db.add(poll)
        return Say("C’est abandonné, rien ne partira.")
    if reply.choice == "yes":
        poll.days = [row for n, row in enumerate(poll.days) if n not in reply.data["without"]]
    return await preview(ctx, poll, None, {name: reply.data[name] for name in ("poll", "free", "rooms")})


@command(
    "dates retenir",
    english=("dates keep",),
    usage=Say("`!dates retenir sondage date`"),
    example="!dates retenir 5 2",
    help=Say("retenir l’une des dates d’un sondage"),
    allow=Role.TEAM,
    where=Scope.TEAM,
    rank=24,
)
async def retenir(ctx: Context, number: int, date: int) -> Say:
    poll = await polls.poll(ctx.db, number)
    if (
        poll is None
        or poll.kind != polls.DATES
        or poll.status not in (polls.PUBLISHED, polls.CLOSING, polls.CLOSED)
    ):
        raise UserError(
            "Je ne trouve pas de sondage de dates n° {number}. "
            "Pour en proposer un : `!dates` suivi des dates.",
            number=number,
        )
    if not 1 <= date <= len(poll.days):
        raise UserError(
            "Ce sondage va de la date 1 à la date {last}. Par exemple : `!dates retenir {number} 1`",
            last=len(poll.days),
            number=number,
        )
    still = (
        Say("Le sondage reste ouvert jusqu’au {when}.", when=publish.instant(ctx, poll.closes_at))
        if poll.status != polls.CLOSED
        else None
    )
    return _settle_date(ctx, poll, date - 1, still)


@on_answer("poll.keep")
async def keep(ctx: Context, reply: Reply) -> Say:
    """The best date, offered with the result."""
    row = await polls.poll(ctx.db, int(reply.data["poll"]))
    day = int(reply.data["day"])
    if row is None or day >= len(row.days):
        raise UserError("Ce sondage n’est plus là. Ceux qui sont en cours : `!sondages`.")
    return _settle_date(ctx, row, day)


def _settle_date(ctx: Context, row: Poll, day: int, still: Say | None = None) -> Say:
    row.kept_day = day
    ctx.db.add(row)
    kept = Say(
        "C’est noté : la date retenue est le **{day}** (sondage n° {number}).",
        day=Slot.read(row.days[day]),
        number=row.id,
    )
    return Say.lines(kept, still, Say("Pour en faire une rencontre : `!rencontre nouvelle`"))

"""Absence of the contact, `!absence du 3 au 14 mars, relais Claude`: who stands in, on the card and in the
queue.
"""

import re
from datetime import date

from bot.command import Context, Role, Scope, command, shown
from bot.text import Say, UserError
from bot.text.clean import clean_text
from bot.text.names import first_name
from bot.time import parse_moment
from bot.time.format import Day
from storage import rooms
from storage.resources.library import LONGEST_NAME
from storage.tables import Absence, Member
from storage.text import fold
from storage.tickets import absences

_SPAN = re.compile(
    r"\s*(?:(?:du|le|from)\s+)?(?P<first>[^,;]+?)(?:\s+(?:au|jusqu['’]au|to|until)\s+(?P<last>[^,;]+?))?"
    r"\s*(?:[,;]\s*(?:(?:relais|relay|remplac\w*)\s*:?\s+)?(?P<relay>.+))?",
    re.IGNORECASE | re.DOTALL,
)
_BARE_DAY = re.compile(r"\d{1,2}(?:er)?")
_MONTH = re.compile(r"[^\W\d_]{3,}.*", re.DOTALL)
OVER = ("fin", "terminee", "annuler", "retour", "over", "back", "cancel")


@command(
    "absence",
    aliases=("remplacement",),
    english=("away",),
    usage=Say("`!absence du … au …, relais prénom`"),
    example="!absence du 21 au 31 décembre, relais Morgan",
    help=Say("dire quand l’interlocuteur est absent, et qui prend le relais"),
    allow=Role.TEAM,
    where=Scope.TEAM,
    rank=20,
)
async def absence(ctx: Context, *, when: str = "") -> Say:
    today = ctx.now.astimezone(ctx.config.zone).date()
    if not when:
        return _planned(await absences.following(ctx.db, today), today, ctx)
    if fold(when).strip(" .!") in OVER:
        await absences.replace(ctx.db, None, today)
        return Say("C’est noté : plus d’absence prévue.")
    first, last, name = _read(ctx, when)
    if last < today or last < first:
        raise _misread(ctx)
    member = await _team_member(ctx, name) if name else None
    if name and member is None:
        raise UserError(
            "Je ne trouve pas « {name} » dans l’équipe d’animation. Écrivez son prénom.", name=name
        )
    relay = first_name(member.name) if member else ""
    row = Absence(first=first, last=last, relay=member.user_id if member else "", relay_name=relay)
    await absences.replace(ctx.db, row, today)
    return _planned(row, today, ctx)


def _planned(row: Absence | None, today: date, ctx: Context) -> Say:
    if row is None:
        line = shown("absence du 21 au 31 décembre, relais Morgan", ctx.caller)
        return Say("Aucune absence n’est prévue. Pour en noter une : `{line}`", line=line)
    first, last = Day(row.first, today), Day(row.last, today)
    if row.relay_name:
        return Say(
            "C’est noté : absence du {first} au {last}, relais {name}. La carte de `!contact` le dit, et "
            "les demandes vont à {name}. Retour plus tôt ? `!absence fin`",
            first=first,
            last=last,
            name=row.relay_name,
        )
    return Say(
        "C’est noté : absence du {first} au {last}, sans relais. La carte de `!contact` le dit. Retour plus "
        "tôt ? `!absence fin`",
        first=first,
        last=last,
    )


def _read(ctx: Context, when: str) -> tuple[date, date, str]:
    """« du 3 au 14 mars »: the first day is of the month of the last."""
    found = _SPAN.fullmatch(when)
    if found is None:
        raise _misread(ctx)
    last = found["last"] or found["first"]
    month = _MONTH.search(last)
    first = (
        f"{found['first']} {month[0]}" if _BARE_DAY.fullmatch(found["first"]) and month else found["first"]
    )
    days = [parse_moment(text, ctx.now, ctx.config.zone) for text in (first, last)]
    if days[0] is None or days[1] is None:
        raise _misread(ctx)
    return days[0].day, days[1].day, clean_text(found["relay"] or "", LONGEST_NAME)


def _misread(ctx: Context) -> UserError:
    line = shown("absence du 21 au 31 décembre, relais Morgan", ctx.caller)
    return UserError("Je n’ai pas compris ces dates. Par exemple : `{line}`", line=line)


async def _team_member(ctx: Context, name: str) -> Member | None:
    team = await rooms.members(ctx.db, ctx.network.team) if ctx.network.team else ()
    wanted = fold(name).strip(" .")
    return next((each for each in team if wanted in (fold(first_name(each.name)), fold(each.name))), None)

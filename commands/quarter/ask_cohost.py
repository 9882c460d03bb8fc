"""Ask for co-animation, `!coanimation`: the team sees who would, and asks one person at a time in private."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.command import Context, Role, Scope, command
from bot.command.handlers import on_answer
from bot.outbox.question import Ask, Reply, numbered
from bot.text import Count, Say, UserError
from bot.time import Day
from commands.meetings import lookup
from commands.meetings.lookup import UPCOMING, MeetingName
from schedules.meetings import wording as meeting_wording
from schedules.meetings.attendance import reachable
from schedules.members import name_of
from schedules.quarter import wording
from schedules.quarter.remind_cohosts import ask
from storage import rooms, silence
from storage.meetings import meetings
from storage.quarter import cohosts
from storage.tables import CoHost, Meeting

A_YEAR = timedelta(days=365)
MOST = 6


@dataclass(frozen=True)
class Candidate:
    """`times`: how many meetings in twelve months; `asked`: whether ever."""

    person: str
    name: str
    what: Say
    times: int
    asked: bool


@command(
    "coanimation",
    aliases=("coanimateurs",),
    english=("cohosting",),
    usage=Say("`!coanimation [T1]`"),
    example="!coanimation T1",
    help=Say("qui pourrait co-animer, et le demander à une personne"),
    allow=Role.TEAM,
    where=Scope.TEAM,
    rank=23,
)
async def coanimation(ctx: Context, called: MeetingName | None) -> Say | Ask:
    row = await lookup.find(ctx, called, *UPCOMING)
    known = await cohosts.of_meeting(ctx.db, row.id)
    candidates = (await _candidates(ctx, {each.person for each in known}))[:MOST]
    waiting = next((each for each in known if each.state == cohosts.ASKED), None)
    say = Say.lines(
        Say("**Co-animation – rencontre du {day}**", day=meeting_wording.day(row, ctx.config, ctx.now)),
        *(_known(ctx, each) for each in known),
        Say("Qui le pourrait, d’abord les personnes à qui rien n’a été demandé :") if candidates else None,
        *(_line(n, each) for n, each in enumerate(candidates, 1)),
        await _never_asked(ctx),
        _how(candidates, waiting),
    )
    if waiting or not candidates:
        return say
    people = [[each.person, each.name] for each in candidates]
    data = {"meeting": row.id, "people": people}
    return Ask(say, then="cohost.choice", choices=numbered(len(people)), data=data)


def _known(ctx: Context, row: CoHost) -> Say:
    today = ctx.now.astimezone(ctx.config.zone).date()
    when = Day(row.at.astimezone(ctx.config.zone).date(), today)
    match row.state:
        case cohosts.VOLUNTEER:
            return Say("- {name} : se propose", name=row.name)
        case cohosts.ACCEPTED:
            return Say("- {name} : a accepté", name=row.name)
        case cohosts.ASKED:
            return Say(
                "- {name} : demande envoyée le {when}, pas encore de réponse", name=row.name, when=when
            )
        case cohosts.DECLINED:
            return Say("- {name} : ne peut pas cette fois", name=row.name)
    return Say("- {name} : pas de réponse", name=row.name)


def _line(n: int, each: Candidate) -> Say:
    if not each.asked:
        return Say("{n}. {name} – {what} – encore aucune demande", n=n, name=each.name, what=each.what)
    times = Count(
        each.times, "une fois en douze mois", "{n} fois en douze mois", zero="aucune fois en douze mois"
    )
    return Say("{n}. {name} – {what} – {times}", n=n, name=each.name, what=each.what, times=times)


def _how(candidates: Sequence[Candidate], waiting: CoHost | None) -> Say:
    if waiting:
        return Say("J’attends la réponse de {name} avant toute autre demande.", name=waiting.name)
    if not candidates:
        return Say("Les membres le proposent avec `!coanimer T1`, ou `!disponible 2 heures par mois`.")
    return Say("Pour écrire à une personne en privé, touchez son numéro.")


async def _candidates(ctx: Context, taken: set[str]) -> list[Candidate]:
    """Who said that they have time, and who has done it before; of those who can be reached in private."""
    often = await cohosts.how_often(ctx.db, ctx.now - A_YEAR)
    asked = await cohosts.ever_asked(ctx.db)
    free = await reachable(ctx) - await silence.silent(ctx.db, ctx.now) - taken
    names = await _names(ctx)
    available = {each.person: each for each in await cohosts.available(ctx.db)}
    people = dict.fromkeys((*available, *sorted(often)))
    found = [
        Candidate(
            person,
            names[person],
            wording.time(available[person]) if person in available else Say("a déjà co-animé"),
            often.get(person, 0),
            person in asked,
        )
        for person in people
        if person in free and person in names
    ]
    return sorted(found, key=lambda each: (each.asked, each.times))


async def _names(ctx: Context) -> dict[str, str]:
    """Of the members, as said in the open; the team's own people are not asked."""
    team = {
        each.user_id for room in ctx.network.of_kind("team") for each in await rooms.members(ctx.db, room)
    }
    return {
        each.user_id: await name_of(ctx, each.user_id)
        for room in ctx.network.of_kind("network", "local")
        for each in await rooms.members(ctx.db, room)
        if each.membership == "join" and each.user_id not in team
    }


async def _never_asked(ctx: Context) -> Say | None:
    asked = await cohosts.ever_asked(ctx.db)
    count = len((await _names(ctx)).keys() - asked - {ctx.network.me})
    if not count:
        return None
    people = Count(count, "un membre n’a", "{n} membres n’ont")
    return Say("Parmi tout le réseau, {people} jamais eu de demande.", people=people)


@on_answer("cohost.choice")
async def chosen(ctx: Context, reply: Reply) -> Say:
    row = await meetings.meeting(ctx.db, int(reply.data["meeting"]))
    person, name = reply.data["people"][int(reply.choice or 1) - 1]
    if row is None or row.status not in UPCOMING or row.starts_at <= ctx.now:
        raise UserError("Cette rencontre n’est plus à venir. Les prochaines : `!agenda`")
    if await _is_taken(ctx, row, person):
        raise UserError("Une demande attend déjà sa réponse. Où l’on en est : `!coanimation`")
    room = await ctx.private_room(person)
    if room is None:
        raise UserError("Je ne peux plus écrire en privé à {name} : parlez-lui directement.", name=name)
    known = CoHost(meeting_id=row.id, person=person, name=name, state=cohosts.ASKED, at=ctx.now)
    ctx.db.add(known)
    await ask(ctx, row, known, room)
    return Say(
        "J’écris en privé à {name}. Sans réponse dans trois jours, je redemande une fois ; je vous dirai ce "
        "qu’il en est.",
        name=name,
    )


async def _is_taken(ctx: Context, row: Meeting, person: str) -> bool:
    known = await cohosts.of_meeting(ctx.db, row.id)
    return any(each.state == cohosts.ASKED or each.person == person for each in known)


@on_answer("cohost.answer")
async def answered(ctx: Context, reply: Reply) -> Say:
    row = await meetings.meeting(ctx.db, int(reply.data["meeting"]))
    known = await cohosts.cohost(ctx.db, int(reply.data["meeting"]), ctx.person.id)
    if row is None or known is None or row.status not in UPCOMING or row.starts_at <= ctx.now:
        raise UserError(
            "Cette rencontre n’est plus à venir. Merci d’avoir répondu ! Les prochaines : `agenda`"
        )
    day = meeting_wording.day(row, ctx.config, ctx.now)
    known.state = cohosts.ACCEPTED if reply.choice == "yes" else cohosts.DECLINED
    ctx.db.add(known)
    if reply.choice == "yes":
        await ctx.tell_team(
            Say("{name} accepte de co-animer la rencontre du {day}.", name=known.name, day=day)
        )
        return Say(
            "Merci ! C’est noté : vous co-animez la rencontre du {day}. L’équipe vous écrira.", day=day
        )
    await ctx.tell_team(
        Say(
            "{name} ne peut pas co-animer la rencontre du {day}. Pour demander à une autre personne : "
            "`!coanimation {meeting}`",
            name=known.name,
            day=day,
            meeting=row.name,
        )
    )
    return Say("C’est noté, merci d’avoir répondu. Une autre fois peut-être : `coanimer`")

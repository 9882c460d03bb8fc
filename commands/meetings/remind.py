"""Follow-ups (`!relancer`: asked once, after the team has
seen whom and what) and reminder preferences (`!rappels`).
"""

from datetime import datetime, timedelta
from typing import Literal

from bot.command import Context, Role, Scope, command
from bot.command.handlers import on_answer
from bot.outbox.question import NO, YES, Ask, Reply
from bot.text import Count, Say, UserError
from commands import publish
from commands.meetings import lookup
from commands.meetings.lookup import MeetingName
from commands.publish import HOUR, NOW
from schedules.meetings import followup
from schedules.meetings.followup import NonResponders
from schedules.meetings.wording import listed
from storage.meetings import meetings, preferences
from storage.tables import Meeting


@command(
    "relancer",
    aliases=("relance",),
    english=("nudge",),
    usage=Say("`!relancer [T4]`"),
    example="!relancer T4",
    help=Say("demander leur réponse aux personnes qui n’ont pas répondu"),
    allow=Role.TEAM,
    where=Scope.TEAM,
    rank=19,
)
async def relancer(ctx: Context, called: MeetingName | None) -> Ask:
    row = await lookup.find(ctx, called)
    if row.starts_at <= ctx.now:
        raise UserError("Cette rencontre a déjà commencé : il est trop tard pour relancer.")
    planned = await preferences.next_followup(ctx.db, row.id, ctx.now)
    if planned is not None:
        say = Say(
            "Une relance est déjà programmée le {when}. L’annuler ? Répondez oui ou non.",
            when=publish.instant(ctx, planned),
        )
        return Ask(say, then="meeting.relaunch.cancel", data={"meeting": row.id})
    return await _propose(ctx, row, None)


async def _propose(ctx: Context, row: Meeting, wanted: datetime | None) -> Ask:
    silent = await followup.nonresponders(ctx, row)
    if not silent.left:
        raise await _nobody(ctx, row, silent)
    at = await _moment(ctx, row, wanted)
    say = Say.lines(
        _whom_to_ask(silent),
        Say("« {text} »", text=followup.text(row, ctx.config, at)),
        Say(
            "Envoi : {when}. D’accord ? Répondez oui, non, ou indiquez une autre date.",
            when=publish.instant(ctx, at),
        ),
    )
    return Ask(
        say,
        then="meeting.relaunch",
        choices=(YES, NO, NOW),
        data={"meeting": row.id, "at": at.isoformat()},
        accepts="moment",
    )


async def _moment(ctx: Context, row: Meeting, wanted: datetime | None) -> datetime:
    """As asked for, in open hours; else the next good morning,
    or now when that would be after the meeting.
    """
    tomorrow = datetime.combine(
        ctx.now.astimezone(ctx.config.zone).date() + timedelta(days=1), HOUR, ctx.config.zone
    )
    at: datetime = (await publish.propose(ctx, [], wanted or tomorrow)).at
    if at < row.starts_at:
        return at
    soonest: datetime = ctx.hours.next_open(ctx.now)
    if wanted is not None or soonest >= row.starts_at:
        raise UserError(
            "Le prochain bon moment, le {when}, vient après la rencontre.", when=publish.instant(ctx, at)
        )
    return soonest


def _whom_to_ask(silent: NonResponders) -> Say:
    """« 28 personnes n’ont pas répondu ; 3 ont choisi de ne pas recevoir de rappel.
    Message proposé aux 25 autres : »
    """
    left, everybody = len(silent.left), len(silent.everybody)
    apart = left < everybody
    return Say.lines(
        Say(
            "{count}.",
            count=Count(everybody, "Une personne n’a pas répondu", "{n} personnes n’ont pas répondu"),
        ),
        *_left_out(silent),
        Say(
            "Message proposé {to} :",
            to=Count(left, "à l’autre", "aux {n} autres")
            if apart
            else Count(left, "à cette personne", "à ces {n} personnes"),
        ),
    )


def _left_out(silent: NonResponders) -> list[Say]:
    counts = [
        Count(
            len(silent.unwilling),
            "une a choisi de ne pas recevoir de rappel",
            "{n} ont choisi de ne pas recevoir de rappel",
        ),
        Count(len(silent.asked), "une a déjà été relancée", "{n} ont déjà été relancées"),
        Count(
            len(silent.away),
            "une ne souhaite rien recevoir en privé en ce moment",
            "{n} ne souhaitent rien recevoir en privé en ce moment",
        ),
        Count(
            len(silent.unreachable),
            "une n’a pas de conversation privée avec moi",
            "{n} n’ont pas de conversation privée avec moi",
        ),
    ]
    return [Say("- {count}", count=count) for count in counts if count.n]


async def _nobody(ctx: Context, row: Meeting, silent: NonResponders) -> UserError:
    if not silent.everybody:
        return UserError(
            "Tout le monde a répondu : il n’y a personne à relancer. Les réponses : `!inscrits {name}`",
            name=await lookup.short_name(ctx, row),
        )
    reasons = Say.lines(*_left_out(silent))
    count = Count(len(silent.everybody), "Une personne n’a pas répondu", "{n} personnes n’ont pas répondu")
    return UserError(
        "{count}, mais je ne peux relancer personne :\n{reasons}\n"
        "Pour un mot dans le salon : `!annonce` suivi du texte.",
        count=count,
        reasons=reasons,
    )


@on_answer("meeting.relaunch")
async def confirmed(ctx: Context, reply: Reply) -> Say | Ask:
    row = await meetings.meeting(ctx.db, int(reply.data["meeting"]))
    if row is None or row.status != meetings.ANNOUNCED or row.starts_at <= ctx.now:
        raise UserError("Cette rencontre n’attend plus de réponse : personne n’est relancé.")
    if reply.choice == "no":
        return Say("D’accord, personne n’est relancé.")
    if reply.moment is not None:
        return await _propose(ctx, row, reply.moment.instant(HOUR))
    at = ctx.now if reply.choice == "now" else max(ctx.now, datetime.fromisoformat(reply.data["at"]))
    silent = await followup.nonresponders(ctx, row)
    for person in silent.left:
        await preferences.plan_followup(ctx.db, row.id, person, at)
    if not silent.left:
        raise await _nobody(ctx, row, silent)
    return Say("C’est programmé. Une seule relance sera envoyée à chaque personne.")


@on_answer("meeting.relaunch.cancel")
async def cancelled(ctx: Context, reply: Reply) -> Say:
    number = int(reply.data["meeting"])
    planned = await preferences.next_followup(ctx.db, number, ctx.now)
    if reply.choice == "no" or planned is None:
        return Say("D’accord, rien ne change.")
    for each in await preferences.followups_at(ctx.db, number, planned):
        await ctx.db.delete(each)
    return Say("C’est annulé : personne n’est relancé.")


ReminderChoice = Literal[
    "oui",
    "yes",
    "la veille",
    "veille",
    "la veille seulement",
    "eve",
    "the day before",
    "non",
    "no",
    "aucun",
    "stop",
]
PREFERENCES = {
    "oui": preferences.YES,
    "yes": preferences.YES,
    **dict.fromkeys(("non", "no", "aucun", "stop"), preferences.NO),
}


@command(
    "rappels",
    aliases=("rappel",),
    english=("reminders",),
    usage=Say("`rappels oui`, `rappels la veille` ou `rappels non`"),
    example="!rappels la veille",
    help=Say("choisir les rappels que je vous envoie en privé"),
    allow=Role.MEMBER,
    where=Scope.DIRECT,
    rank=62,
)
async def rappels(ctx: Context, wanted: ReminderChoice | None) -> Say:
    if wanted is None:
        current = await preferences.reminders_of(ctx.db, ctx.person.id)
        return Say.lines(
            _reminders_text(ctx, current),
            Say("Pour changer : `rappels oui`, `rappels la veille` ou `rappels non`"),
        )
    choice = PREFERENCES.get(wanted, preferences.EVE)
    await preferences.set_reminders(ctx.db, ctx.person.id, choice, ctx.now)
    return Say.lines(Say("C’est noté, {name}.", name=ctx.person.name), _reminders_text(ctx, choice))


def _reminders_text(ctx: Context, choice: str | None) -> Say:
    """Reminders in the rooms are for everybody: this is about private ones."""
    if choice is None:
        return Say("Vous n’avez encore rien choisi : je ne vous envoie pas de rappel en privé.")
    if choice == preferences.NO:
        return Say("Je ne vous envoie ni rappel ni relance en privé.")
    days = sorted(set(ctx.config.meetings.reminders), reverse=True)
    if choice == preferences.EVE:
        days = [day for day in days if day == 1]
    if not days:
        return Say("Aucun rappel n’est prévu dans ce réseau pour l’instant.")
    when = listed([Say("{when}", when=Count(day, "la veille", "{n} jours avant")) for day in days])
    return Say("Je vous rappelle en privé les rencontres où vous venez : {when}.", when=when)

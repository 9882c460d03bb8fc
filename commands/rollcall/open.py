"""The roll call, `!pointage`, for the team: opens it on the day, shows who is there, adds and takes back."""

import re
from datetime import datetime, time, timedelta

from bot.command import NOTHING, Answer, Context, Role, Scope, command
from bot.command.handlers import on_answer
from bot.outbox.question import Ask, Reply
from bot.text import Say, UserError
from bot.text.clean import clean_text
from bot.time.recurrence import instant
from commands.meetings import lookup
from commands.meetings.lookup import MeetingName
from commands.rollcall.lookup import attendee_called
from schedules.meetings.wording import day
from schedules.rollcall import attendance, wording
from schedules.rollcall.attendance import undo
from schedules.rollcall.close import tell_closed
from storage.meetings import meetings
from storage.rollcall import presence, rollcalls, words
from storage.rollcall.presence import key_of_name
from storage.tables import Meeting, RollCall

LONGEST_NAME = 80
_CHANGE = re.compile(
    r"(?P<verb>ajouter|ajoute|add|retirer|retire|enlever|remove|fermer|clore|close)\b[\s:]*(?P<name>.*)",
    re.IGNORECASE | re.DOTALL,
)
_ADD, _CLOSE = ("ajouter", "ajoute", "add"), ("fermer", "clore", "close")


async def undo_word(ctx: Context, event_id: str) -> None:
    """The message that said the word was removed."""
    if await undo(ctx, event_id) is not None:
        await ctx.correct_reply(event_id, Say("Votre message est retiré : votre présence n’est plus notée."))


@command(
    "pointage",
    aliases=("pointer", "emargement"),
    english=("roll call", "check in"),
    usage=Say("`!pointage [T4]`, puis `ajouter` ou `retirer` et un nom"),
    example="!pointage T4",
    help=Say("le jour de la rencontre : qui est là"),
    allow=Role.TEAM,
    where=Scope.TEAM,
    rank=19,
    undo=undo_word,
)
async def pointage(ctx: Context, called: MeetingName | None, *, change: Answer = NOTHING) -> Say | Ask:
    row = await find_held(ctx, called)
    found = _CHANGE.fullmatch(change)
    if change and found is None:
        raise UserError(
            "Je n’ai pas compris « {text} ». Par exemple `!pointage {name} ajouter Prénom Nom`.",
            text=change[:60],
            name=row.name,
        )
    if found is None:
        return await _open(ctx, row)
    verb, name = found["verb"].casefold(), clean_text(found["name"], LONGEST_NAME)
    if verb in _CLOSE:
        return await _close(ctx, row)
    if len(name) < 2:
        raise UserError(
            "Il me manque le nom. Par exemple `!pointage {name} ajouter Prénom Nom`.", name=row.name
        )
    return await _add(ctx, row, name) if verb in _ADD else await _remove(ctx, row, name)


async def find_held(ctx: Context, called: MeetingName | None) -> Meeting:
    """The meeting that is named; else the last one that has begun, today's included.
    Raises UserError before its day.
    """
    today = ctx.now.astimezone(ctx.config.zone).date()
    if called is not None:
        row = await lookup.find(ctx, called)
    else:
        tonight = instant(today + timedelta(days=1), time(), ctx.config.zone)
        last = await rollcalls.last_begun(ctx.db, tonight)
        row = last or await lookup.find(ctx, None)
    if today < row.starts_at.astimezone(ctx.config.zone).date():
        raise UserError(
            "Le pointage s’ouvre le jour de la rencontre : {day}.", day=day(row, ctx.config, ctx.now)
        )
    if row.counts:
        raise UserError("Cette rencontre date de plus d’un an : qui était là est effacé.")
    return row


async def _open(ctx: Context, row: Meeting) -> Say:
    roll = await rollcalls.of_meeting(ctx.db, row.id)
    end = _end_of_day(ctx, row)
    if not await _was_opened(ctx, row) and ctx.now < end:
        roll = await _new(ctx, row, end)
        await attendance.post_cards(ctx, row, roll)
    if roll is None:
        raise UserError(
            "Le pointage de cette rencontre n’a pas été ouvert ce jour-là. "
            "Vous pouvez ajouter les personnes : `!pointage {name} ajouter Prénom Nom`",
            name=row.name,
        )
    people = await rollcalls.everybody(ctx.db, row.id)
    return Say.lines(
        wording.for_team(row, roll, await rollcalls.tally(ctx.db, roll), ctx.now, ctx.config),
        *wording.names(people),
        wording.how_to_change(row.name),
    )


async def _was_opened(ctx: Context, row: Meeting) -> bool:
    """On its day, be it closed since. Not one that only holds whom the team added."""
    roll = await rollcalls.of_meeting(ctx.db, row.id)
    return roll is not None and roll.opened_at < roll.closes_at and _is_held(ctx, roll, row)


def _is_held(ctx: Context, roll: RollCall, row: Meeting) -> bool:
    return presence.was_held(roll, row, ctx.config.zone)


def _end_of_day(ctx: Context, row: Meeting) -> datetime:
    last = row.ends_at.astimezone(ctx.config.zone).date()
    return instant(last + timedelta(days=1), time(), ctx.config.zone)


async def _new(ctx: Context, row: Meeting, closes_at: datetime) -> RollCall:
    """Opened, or, after its day, closed already. Whoever was noted for another day was not there."""
    known = await rollcalls.of_meeting(ctx.db, row.id)
    if known is not None and not _is_held(ctx, known, row):
        await rollcalls.restart(ctx.db, row.id)
    taken = {each for roll, _ in await rollcalls.open_at(ctx.db, ctx.now) for each in roll.choices}
    word, shown = words.draw(taken)
    roll = await ctx.db.merge(
        RollCall(
            meeting_id=row.id,
            day=row.starts_at.astimezone(ctx.config.zone).date(),
            word=word,
            choices=list(shown),
            opened_at=ctx.now,
            closes_at=closes_at,
            told=closes_at <= ctx.now,
        )
    )
    await ctx.db.flush()
    return roll


async def _close(ctx: Context, row: Meeting) -> Say:
    roll = await rollcalls.of_meeting(ctx.db, row.id)
    if roll is None or not presence.is_open(roll, ctx.now):
        raise UserError("Le pointage de cette rencontre n’est pas ouvert.")
    roll.closes_at = ctx.now
    await tell_closed(ctx, roll, row)
    return Say("C’est fait : le pointage est clos.")


async def _add(ctx: Context, row: Meeting, name: str) -> Say | Ask:
    who = await lookup.participant_called(ctx, row, name)
    if who is not None:
        return await _added(ctx, row, who.id, who.full_name)
    say = Say(
        "Je ne trouve pas « {name} » dans le salon. L’ajouter par son nom, sans compte de messagerie ?",
        name=name,
    )
    return Ask(say, then="rollcall.add", data={"meeting": row.id, "name": name})


@on_answer("rollcall.add")
async def add_by_name(ctx: Context, reply: Reply) -> Say:
    if reply.choice != "yes":
        return Say("D’accord, je n’ajoute personne.")
    row = await meetings.meeting(ctx.db, int(reply.data["meeting"]))
    if row is None or row.status != meetings.ANNOUNCED:
        raise UserError("Cette rencontre n’est plus annoncée.")
    name = str(reply.data["name"])
    return await _added(ctx, row, key_of_name(name), name)


async def _added(ctx: Context, row: Meeting, person: str, name: str) -> Say:
    roll = await rollcalls.of_meeting(ctx.db, row.id)
    if roll is None or not _is_held(ctx, roll, row):
        roll = await _new(ctx, row, min(_end_of_day(ctx, row), ctx.now))
    await attendance.add(ctx, row, person, name)
    return Say.lines(
        Say("C’est noté : {name} était là.", name=name),
        wording.counts(await rollcalls.tally(ctx.db, roll)),
        Say("Son attestation : `!attestation {meeting} {name}`", meeting=row.name, name=name)
        if person.startswith(presence.NAMED)
        else None,
    )


async def _remove(ctx: Context, row: Meeting, name: str) -> Say:
    """They stay removed, whatever they tap: the team has the last word."""
    roll = await rollcalls.of_meeting(ctx.db, row.id)
    found = await attendee_called(ctx, row, name)
    if roll is None:
        raise UserError("Personne de ce nom n’est noté : « {name} ».", name=name)
    found.removed = True
    ctx.db.add(found)
    await ctx.db.flush()
    return Say.lines(
        Say("C’est retiré : {name}. Son attestation ne vaut plus.", name=found.name),
        wording.counts(await rollcalls.tally(ctx.db, roll)),
    )

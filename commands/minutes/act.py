"""Actions decided at a meeting: `!action` gives one to somebody, `!actions` lists them; a tap settles one."""

import re

from bot.command import Context, Role, Scope, command
from bot.command.handlers import Reaction, on_reaction
from bot.outbox import Post, Rank
from bot.text import Count, Say, UserError
from commands.meetings import lookup
from commands.meetings.lookup import MeetingName
from commands.minutes.parse_action import ParsedAction, parse
from schedules.meetings.wording import one_line
from schedules.minutes import remind, wording
from schedules.minutes.remind import KEY, next_reminder
from storage.minutes import actions
from storage.rollcall import rollcalls
from storage.tables import Action, Meeting

MOST = 8  # in a list
_SETTLE = re.compile(
    r"(?P<what>faite?|termin[ée]e?|done|abandonner|abandonn[ée]e?|drop)\s+(?:l[’']action\s+)?(?:n°\s*)?(?P<n>\d{1,9})[\s.!]*",
    re.IGNORECASE,
)
_DONE = ("fait", "term", "done")


async def undo_action(ctx: Context, event_id: str) -> None:
    """The message that gave it, or that said it was over, was removed."""
    row = await actions.of_event(ctx.db, event_id)
    if row is not None and row.status == actions.OPEN:
        await actions.settle(ctx.db, row, actions.DROPPED, ctx.now, ctx.event_id)
        await ctx.correct_reply(event_id, Say("Cette action est retirée."))
    elif await actions.reopen(ctx.db, event_id) is not None:
        await ctx.correct_reply(event_id, Say("Cette action est de nouveau à faire."))


@command(
    "action",
    aliases=("afaire",),
    english=("todo",),
    usage=Say("`!action [T4] Prénom : quoi faire, avant le jour`"),
    example="!action T4 Gwen : envoyer la grille, avant le 15 mars",
    help=Say("confier une action décidée à une rencontre ; je la rappelle"),
    allow=Role.TEAM,
    where=Scope.TEAM,
    rank=21,
    undo=undo_action,
)
async def action(ctx: Context, called: MeetingName | None, *, what: str) -> Say:
    if settled := _SETTLE.fullmatch(what.strip()):
        return await _settle(ctx, int(settled["n"]), done=settled["what"].lower().startswith(_DONE))
    parsed = parse(what, ctx.now, ctx.config.zone)
    if parsed is None:
        raise UserError(
            "Écrivez qui, puis « : », puis quoi faire. Par exemple "
            "`!action T4 Gwen : envoyer la grille, avant le 15 mars`."
        )
    row = await lookup.find(ctx, called) if called else await rollcalls.last_begun(ctx.db, ctx.now)
    if row is None:
        raise UserError("Aucune rencontre n’a encore eu lieu : dites laquelle, par exemple `!action T4 …`.")
    return await _give(ctx, row, parsed)


async def _give(ctx: Context, row: Meeting, parsed: ParsedAction) -> Say:
    among = [*row.rooms, *ctx.network.of_kind("team")]
    who = await lookup.member_called(ctx, among, parsed.name)
    made = Action(
        event_id=ctx.event_id,
        meeting_id=row.id,
        person=who.id if who else "",
        name=who.name if who else parsed.name,
        text=parsed.text,
        before=parsed.before,
        at=ctx.now,
        next_at=next_reminder(parsed.before, ctx.now, ctx.config.zone),
    )
    ctx.db.add(made)
    await ctx.db.flush()
    told = await remind.tell(ctx, made)
    said = wording.action(made, ctx.now.astimezone(ctx.config.zone).date())
    return Say.lines(
        Say("**Action n° {n}**, {name} : {said}", n=made.id, name=one_line(made.name), said=said),
        Say("Je le lui dis en privé, et je le lui rappelle jusqu’à ce que ce soit fait.")
        if told
        else Say("Je ne peux pas lui écrire en privé : à vous de le lui dire. Les rappels viendront ici."),
        Say("Fait : `!action fait {n}` – Abandonner : `!action abandonner {n}`", n=made.id),
    )


async def _settle(ctx: Context, number: int, *, done: bool) -> Say:
    row = await actions.action(ctx.db, number)
    if row is None or row.status != actions.OPEN:
        raise UserError("Aucune action en cours n’a le numéro {n}. La liste : `!actions`", n=number)
    await actions.settle(ctx.db, row, actions.DONE if done else actions.DROPPED, ctx.now, ctx.event_id)
    return wording.settled(row, done=done)


@on_reaction(KEY)
async def on_tap(ctx: Context, reaction: Reaction) -> Say | None:
    """One tap, by who has it, in private."""
    if reaction.key is None:
        await actions.reopen(ctx.db, reaction.event_id)
        return None
    number, key = remind.number_of_key(reaction.message_key), reaction.key.replace("\ufe0f", "")
    row = await actions.action(ctx.db, number) if number is not None else None
    if row is None or row.person != ctx.person.id or key not in (remind.DONE, remind.DROPPED):
        return None
    if row.status != actions.OPEN:
        raise UserError("Cette action n’est plus en cours. La liste des vôtres : `actions`")
    done = key == remind.DONE
    await actions.settle(ctx.db, row, actions.DONE if done else actions.DROPPED, ctx.now, reaction.event_id)
    say = wording.settled(row, done=done)
    await ctx.post(
        Post(room=ctx.room.id, person=ctx.person.id, say=say, key=reaction.message_key, rank=Rank.ANSWER)
    )
    await ctx.tell_team(Say("Action n° {n}, {name} – {said}", n=row.id, name=one_line(row.name), said=say))
    return None


@command(
    "actions",
    aliases=("mesactions",),
    english=("todos",),
    usage=Say("`!actions`"),
    example="!actions",
    help=Say("les actions en cours ; en message privé, les vôtres"),
    allow=Role.MEMBER,
    rank=22,
)
async def list_actions(ctx: Context) -> Say:
    """Of everybody in the team's room; in private one's own."""
    mine = ctx.room.kind != "team"
    if mine and not ctx.room.direct:
        raise UserError("Je donne les actions en message privé seulement : écrivez-moi `actions`.")
    rows = await actions.open_ones(ctx.db, ctx.person.id if mine else None)
    if not rows:
        return Say("Aucune action n’est en cours.")
    today = ctx.now.astimezone(ctx.config.zone).date()
    lines = [
        Say("- n° {n} : {said}", n=row.id, said=wording.action(row, today))
        if mine
        else Say(
            "- n° {n}, {name} : {said}", n=row.id, name=one_line(row.name), said=wording.action(row, today)
        )
        for row in rows[:MOST]
    ]
    left = len(rows) - MOST
    return Say.lines(
        Say("**{count}**", count=Count(len(rows), "Une action en cours", "{n} actions en cours")),
        *lines,
        Say("Et {count}.", count=Count(left, "une autre", "{n} autres")) if left > 0 else None,
        None if mine else Say("Fait : `!action fait 3` – Abandonner : `!action abandonner 3`"),
    )

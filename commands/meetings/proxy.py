"""Answers that are somebody else's: the team answers for who cannot write, and « X me remplace » hands a seat over, if X wants it."""

import re
from datetime import timedelta

from bot.command import Context, Role
from bot.command.handlers import on_answer
from bot.inbox.context import first_name
from bot.outbox import Post, Rank
from bot.outbox.question import YES as CONFIRM
from bot.outbox.question import Ask, Reply
from bot.text import Say, UserError
from bot.time import Day
from commands.meetings.answer import check, give
from commands.meetings.parse_answer import Said
from schedules.meetings import attendance, leavers, private_messages, receipts
from schedules.meetings.attendance import NewAnswer, Participant, Recorded, author, over, refusal
from storage import inbox, rooms
from storage.meetings import answers as acts
from storage.meetings import meetings, seats
from storage.meetings.answers import MAYBE, NO, REMOTE, TEAM, YES, Answer
from storage.meetings.seats import Cause
from storage.meetings.waitlist import SEATED, Transfer
from storage.tables import Attendance, Meeting
from storage.text import fold

A_WEEKEND = timedelta(days=4)


async def for_somebody(ctx: Context, row: Meeting, said: Said) -> Say:
    """The team's own room, or the room of the two: names are for the team only."""
    if ctx.person.role < Role.TEAM:
        raise UserError(
            "Seule l’équipe d’animation peut répondre pour une autre personne. {name} peut écrire `!presence oui` ; "
            "si vous venez ensemble : `!presence oui +1 {name}`",
            name=said.whom,
        )
    if ctx.room.kind != "team" and not ctx.room.direct:
        raise UserError("Pour répondre au nom d’une personne, écrivez-le dans le salon de l’équipe d’animation.")
    if row.status != meetings.ANNOUNCED or over(ctx, row):
        raise UserError(
            "La rencontre du {day} est annulée ou a eu lieu : ses réponses ne changent plus. Pour les lire : `!recap {meeting}`",
            day=receipts.day(row, ctx.now, ctx.config),
            meeting=row.name,
        )
    found = await meant(ctx, row, said)
    if found is None:
        raise UserError(
            "Je ne trouve pas « {name} » dans les salons où la rencontre est annoncée. Écrivez son nom tel qu’il s’affiche, "
            "ou comptez cette personne avec vous : `!presence oui +1 {name}`",
            name=said.whom,
        )
    wish = NewAnswer(said.answer or YES, way=TEAM, party=said.party, others=said.others)
    check(row, wish)
    who = Participant(found.id, found.full_name, by=ctx.person.id)
    return _noted(ctx, row, who, await _recorded(ctx, row, who, wish))


async def _recorded(ctx: Context, row: Meeting, who: Participant, wish: NewAnswer) -> Recorded:
    done = await attendance.record(ctx, row, who, wish)
    if done.refused is not None:
        raise UserError(
            "Il n’y a pas assez de places pour {party} personnes : {name} garde {has}. Rien n’a changé.",
            party=wish.party,
            name=who.name,
            has=done.refused.has,
        )
    if await ctx.private_room(who.id):
        reads = await attendance.reader(ctx, row, who, private=True)
        told = Say.lines(
            Say("L’équipe d’animation a noté une réponse pour vous."),
            receipts.answer_reminder(row, done.standing, reads, ctx.config),
        )
        await private_messages.send_receipt(ctx, row, who.id, told)
    return done


def _noted(ctx: Context, row: Meeting, who: Participant, done: Recorded) -> Say:
    day, stands = receipts.day(row, ctx.now, ctx.config), done.standing
    said = stands.answer.answer if stands.answer else NO
    if not done.latest:
        return Say("{name} a répondu depuis : c’est sa réponse qui compte.", name=who.full_name)
    if said == REMOTE:
        return Say("C’est noté pour {name}, le {day} : en visio.", name=who.full_name, day=day)
    if said == MAYBE:
        return Say("C’est noté pour {name}, le {day} : peut-être.", name=who.full_name, day=day)
    if said == NO:
        return Say("C’est noté pour {name}, le {day} : absence.", name=who.full_name, day=day)
    place = stands.place
    if place is not None and place.state != SEATED:
        return Say("C’est complet : {name} est n° {rank} sur la liste d’attente du {day}.", name=who.full_name, rank=stands.rank or 1, day=day)
    if place is not None and place.party > 1:
        others = receipts.companions(place.party - 1, stands.answer.others if stands.answer else "")
        return Say("C’est noté pour {name}, le {day} : sur place, avec {others}.", name=who.full_name, day=day, others=others)
    return Say("C’est noté pour {name}, le {day} : sur place.", name=who.full_name, day=day)


async def replaced(ctx: Context, row: Meeting, name: str) -> Say | Ask | None:
    """Nobody is made to come: X is asked. Who has no account comes in the giver's own place."""
    if (reason := await refusal(ctx, row)) is not None:
        raise UserError.of(reason)
    mine = await acts.answer_of(ctx.db, row.id, ctx.person.id)
    if mine is None or mine.answer != YES or mine.unconfirmed:
        raise UserError(
            "Vous n’avez pas de place à transmettre pour le {day}. {name} peut en demander une avec `!presence oui`.",
            day=receipts.day(row, ctx.now, ctx.config),
            name=name,
        )
    found = await named(ctx, row, name)
    if found is None:
        return await _in_my_name(ctx, row, mine, name)
    if found.id == ctx.person.id:
        raise UserError("C’est votre propre nom. Écrivez celui de la personne qui vous remplace : `!presence Camille me remplace`")
    return await _offer(ctx, row, found)


async def _in_my_name(ctx: Context, row: Meeting, mine: Answer, name: str) -> Say | Ask:
    others = Say("à ma place : {name}", name=name).text(ctx.room.language)
    if mine.party > 1 and mine.others:
        others = f"{others}, {mine.others}"
    said = await give(ctx, row, NewAnswer(YES, party=mine.party, others=others))
    if isinstance(said, Ask):
        return said
    person = (await author(ctx, row)).name
    if not await _seated(ctx, row):
        return Say(
            "C’est noté, {person} : {name} viendra à votre place si une place se libère. Je garde le rang à votre nom.", person=person, name=name
        )
    return Say("C’est noté, {person} : {name} vient à votre place. Je garde la place à votre nom.", person=person, name=name)


async def _seated(ctx: Context, row: Meeting) -> bool:
    mine = await seats.place(ctx.db, row.id, ctx.person.id)
    return mine is not None and mine.state == SEATED


def _given(name: str, to: str, day: Day, *, seated: bool) -> Say:
    """Who waits has a rank to give, and no seat."""
    if seated:
        return Say("{to}, {name} vous transmet sa place pour le {day}. Pour la prendre, touchez ✅ sous ce message.", to=to, name=name, day=day)
    return Say(
        "{to}, {name} vous transmet son rang sur la liste d’attente du {day}. Pour le prendre, touchez ✅ sous ce message.", to=to, name=name, day=day
    )


async def _offer(ctx: Context, row: Meeting, to: Participant) -> Say | None:
    giver = await author(ctx, row)
    ask = Ask(
        _given(giver.name, to.name, receipts.day(row, ctx.now, ctx.config), seated=await _seated(ctx, row)),
        then="meeting.replaces",
        choices=(CONFIRM,),
        within=A_WEEKEND,
        data={"meeting": row.id, "giver": ctx.person.id, "name": giver.full_name, "event": ctx.event_id},
    )
    member = await rooms.member(ctx.db, ctx.room.id, to.id)
    if not ctx.room.direct and member is not None and member.membership == "join":
        await ctx.post(Post(room=ctx.room.id, ask=ask, asked_to=to.id, mentions=(to.id,), rank=Rank.ANSWER, reply_to=ctx.event_id))
        return None
    there = await ctx.private_room(to.id)
    if there is None:
        raise UserError(
            "Je ne peux pas écrire à {name} en privé. Écrivez dans le salon de la rencontre : `!presence {name} me remplace`, "
            "et {name} pourra confirmer d’un geste.",
            name=to.name,
        )
    await ctx.post(Post(room=there, person=to.id, ask=ask, asked_to=to.id, rank=Rank.ANSWER))
    return Say("C’est proposé à {name}. Jusqu’à sa confirmation, rien ne change pour vous.", name=to.name)


@on_answer("meeting.replaces", undo_command="presence")
async def replaces(ctx: Context, reply: Reply) -> Say | Ask:
    row = await meetings.meeting(ctx.db, int(reply.data["meeting"]))
    if row is None:
        raise UserError("Cette rencontre n’existe plus. Celles qui viennent paraissent dans le salon.")
    if (reason := await refusal(ctx, row)) is not None:
        raise UserError.of(reason)
    giver = Participant(str(reply.data["giver"]), str(reply.data["name"]))
    theirs = await acts.answer_of(ctx.db, row.id, giver.id)
    said = await inbox.processed(ctx.db, str(reply.data["event"]))
    if theirs is None or theirs.answer != YES or (said is not None and said.outcome == "removed"):
        raise UserError("{name} a changé d’avis depuis. Pour demander une place vous-même : `!presence oui`", name=giver.name)
    wish = await _taken(ctx, row, theirs)
    await seats.apply(ctx.db, row.id, Transfer(giver.id, ctx.person.id), seats.terms(row, ctx.now))
    await _withdraws(ctx, row, giver, str(reply.data["event"]))
    return await give(ctx, row, wish)


async def _taken(ctx: Context, row: Meeting, theirs: Answer) -> NewAnswer:
    """Who comes already goes on coming with the same people."""
    mine = await acts.answer_of(ctx.db, row.id, ctx.person.id) if await _seated(ctx, row) else None
    kept = mine or theirs
    return NewAnswer(YES, party=kept.party, others=kept.others)


async def _withdraws(ctx: Context, row: Meeting, giver: Participant, event_id: str) -> None:
    """Under the message in which they said so: taking that one back brings back what they had answered before."""
    entry = Attendance(
        event_id=event_id, meeting_id=row.id, person=giver.id, name=giver.full_name, at=ctx.now, way=acts.TEXT, answer=NO, revision=row.revision
    )
    await acts.record(ctx.db, entry)
    await attendance.settle(ctx, row, Cause(giver.id, event_id))
    if await ctx.private_room(giver.id):
        taker = await author(ctx, row)
        say = Say("{name} a pris votre place pour le {day}.", name=taker.name, day=receipts.day(row, ctx.now, ctx.config))
        await private_messages.send_receipt(ctx, row, giver.id, say)


_ID = re.compile(r"@[^\s:()/?]+:[^\s()?]+")


async def meant(ctx: Context, row: Meeting, said: Said) -> Participant | None:
    """Who comes back under another account has the same name; the seat is still that of the one before."""
    gone = await _departed(ctx, row, said.whom) if said.answer == NO else None
    found = await named(ctx, row, said.whom)
    if gone and found:
        raise UserError(
            "Plusieurs personnes s’appellent « {name} », dont une n’est plus dans les salons de la rencontre. Pour celle-ci : `{line}`",
            name=said.whom,
            line=f"!presence non {row.name} pour {gone.id}",
        )
    return gone or found


async def named(ctx: Context, row: Meeting, name: str) -> Participant | None:
    """Who is meant, among the people of the rooms where the meeting is announced. Raises UserError when there are several."""
    said = _ID.search(name)
    wanted, found = fold(name.removeprefix("@")).strip(), {}
    for room in row.rooms:
        for member in await rooms.members(ctx.db, room):
            full = member.name or member.user_id.removeprefix("@").partition(":")[0]
            known = {fold(full), fold(first_name(full)), fold(member.user_id.removeprefix("@").partition(":")[0])}
            meant = member.user_id == said[0] if said else wanted in known
            if meant and member.membership == "join" and member.user_id != ctx.network.me:
                found[member.user_id] = Participant(member.user_id, full)
    if len(found) > 1:
        raise _several(name)
    return next(iter(found.values()), None)


async def _departed(ctx: Context, row: Meeting, name: str) -> Participant | None:
    """Somebody who has left and whose seat the team frees. None: nobody is called so, or several are."""
    wanted = fold(name.strip())
    gone = await leavers.gone(ctx, row)
    meant = [each for each in gone if wanted in (fold(each.name), fold(first_name(each.name)), fold(each.person))]
    return Participant(meant[0].person, meant[0].name) if len(meant) == 1 else None


def _several(name: str) -> UserError:
    return UserError(
        "Plusieurs personnes s’appellent « {name} » : écrivez son nom complet, tel qu’il s’affiche dans le salon, ou son identifiant (@nom:serveur).",
        name=name,
    )

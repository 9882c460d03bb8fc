"""Proxy answers: the team answers for who cannot write;
« X me remplace » hands a seat over, if X wants it.
"""

from dataclasses import replace
from datetime import timedelta

from bot.command import Context, Role
from bot.command.handlers import on_answer
from bot.outbox import Post, Rank
from bot.outbox.question import YES as CONFIRM
from bot.outbox.question import Ask, Reply
from bot.text import Say, UserError
from bot.time import Day
from commands.meetings.answer import check_party, take_answer
from commands.meetings.lookup import find_participant, participant_called
from commands.meetings.parse_answer import ParsedAnswer
from schedules.meetings import attendance, private_messages, receipts, wording
from schedules.meetings.attendance import NewAnswer, Participant, Recorded, author, is_over, refusal
from storage import inbox, rooms
from storage.meetings import answers, meetings, seats
from storage.meetings.answers import MAYBE, NO, REMOTE, TEAM, YES, Answer
from storage.meetings.seats import AnswerChange
from storage.meetings.waitlist import SEATED, Transfer
from storage.tables import Attendance, Meeting

A_WEEKEND = timedelta(days=4)


async def answer_for(ctx: Context, row: Meeting, parsed: ParsedAnswer) -> Say:
    """The team's own room, or the room of the two: names are for the team only."""
    _check_may_answer(ctx, row, parsed.in_place_of)
    found = await find_participant(ctx, row, parsed.in_place_of, leaving=parsed.answer == NO)
    if found is None:
        raise UserError(
            "Je ne trouve pas « {name} » dans les salons où la rencontre est annoncée. Écrivez son "
            "nom tel qu’il s’affiche, ou comptez cette personne avec vous : `!presence oui +1 {name}`",
            name=parsed.in_place_of,
        )
    new = NewAnswer(parsed.answer or YES, way=TEAM, party=parsed.party, others=parsed.others)
    check_party(row, new)
    who = Participant(found.id, found.full_name, by=ctx.person.id)
    return _confirmation(ctx, row, who, await _record_and_tell(ctx, row, who, new))


def _check_may_answer(ctx: Context, row: Meeting, name: str) -> None:
    """`name`: as they were named."""
    if ctx.person.role < Role.TEAM:
        raise UserError(
            "Seule l’équipe d’animation peut répondre pour une autre personne. {name} peut écrire "
            "`!presence oui` ; "
            "si vous venez ensemble : `!presence oui +1 {name}`",
            name=name,
        )
    if ctx.room.kind != "team" and not ctx.room.direct:
        raise UserError(
            "Pour répondre au nom d’une personne, écrivez-le dans le salon de l’équipe d’animation."
        )
    if row.status != meetings.ANNOUNCED or is_over(ctx, row):
        raise UserError(
            "La rencontre du {day} est annulée ou a eu lieu : ses réponses ne changent plus. "
            "Pour les lire : `!recap {meeting}`",
            day=wording.day(row, ctx.config, ctx.now),
            meeting=row.name,
        )


async def _record_and_tell(ctx: Context, row: Meeting, who: Participant, new: NewAnswer) -> Recorded:
    recorded = await attendance.record(ctx, row, who, new)
    if recorded.refused is not None:
        raise UserError(
            "Il n’y a pas assez de places pour {party} personnes : {name} garde {has}. Rien n’a changé.",
            party=new.party,
            name=who.name,
            has=recorded.refused.has,
        )
    if await ctx.private_room(who.id):
        audience = await attendance.audience_of(ctx, row, who, private=True)
        say = Say.lines(
            Say("L’équipe d’animation a noté une réponse pour vous."),
            receipts.answer_reminder(row, recorded.status, audience, ctx.config),
        )
        await private_messages.send_receipt(ctx, row, who.id, say)
    return recorded


def _confirmation(ctx: Context, row: Meeting, who: Participant, recorded: Recorded) -> Say:
    day, status = wording.day(row, ctx.config, ctx.now), recorded.status
    answer = status.answer.answer if status.answer else NO
    if not recorded.latest:
        return Say("{name} a répondu depuis : c’est sa réponse qui compte.", name=who.full_name)
    if answer == REMOTE:
        return Say("C’est noté pour {name}, le {day} : en visio.", name=who.full_name, day=day)
    if answer == MAYBE:
        return Say("C’est noté pour {name}, le {day} : peut-être.", name=who.full_name, day=day)
    if answer == NO:
        return Say("C’est noté pour {name}, le {day} : absence.", name=who.full_name, day=day)
    seat = status.seat
    if seat is not None and seat.state != SEATED:
        return Say(
            "C’est complet : {name} est n° {rank} sur la liste d’attente du {day}.",
            name=who.full_name,
            rank=status.rank or 1,
            day=day,
        )
    if seat is not None and seat.party > 1:
        others = receipts.companions(seat.party - 1, status.answer.others if status.answer else "")
        return Say(
            "C’est noté pour {name}, le {day} : sur place, avec {others}.",
            name=who.full_name,
            day=day,
            others=others,
        )
    return Say("C’est noté pour {name}, le {day} : sur place.", name=who.full_name, day=day)


async def hand_over(ctx: Context, row: Meeting, name: str) -> Say | Ask | None:
    """Nobody is made to come: X is asked. Who has no account comes in the giver's own place."""
    if (reason := await refusal(ctx, row)) is not None:
        raise UserError.of(reason)
    own = await answers.answer_of(ctx.db, row.id, ctx.person.id)
    if own is None or own.answer != YES or own.unconfirmed:
        raise UserError(
            "Vous n’avez pas de place à transmettre pour le {day}. {name} peut en demander une avec "
            "`!presence oui`.",
            day=wording.day(row, ctx.config, ctx.now),
            name=name,
        )
    taker = await participant_called(ctx, row, name)
    if taker is None:
        return await _keep_own_seat(ctx, row, own, name)
    if taker.id == ctx.person.id:
        raise UserError(
            "C’est votre propre nom. "
            "Écrivez celui de la personne qui vous remplace : `!presence Camille me remplace`"
        )
    return await _ask_replacement(ctx, row, taker)


async def _keep_own_seat(ctx: Context, row: Meeting, own: Answer, name: str) -> Say | Ask:
    others = Say("à ma place : {name}", name=name).text(ctx.room.language)
    if own.party > 1 and own.others:
        others = f"{others}, {own.others}"
    response = await take_answer(ctx, row, NewAnswer(YES, party=own.party, others=others))
    if isinstance(response, Ask):
        return response
    person = (await author(ctx, row)).name
    if not await _has_seat(ctx, row):
        return Say(
            "C’est noté, {person} : {name} viendra à votre place si une place se libère. Je garde le rang "
            "à votre nom.",
            person=person,
            name=name,
        )
    return Say(
        "C’est noté, {person} : {name} vient à votre place. Je garde la place à votre nom.",
        person=person,
        name=name,
    )


async def _has_seat(ctx: Context, row: Meeting) -> bool:
    own = await seats.of_person(ctx.db, row.id, ctx.person.id)
    return own is not None and own.state == SEATED


def _hand_over_text(name: str, to: str, day: Day, *, seated: bool) -> Say:
    """Who waits has a rank to give, and no seat."""
    if seated:
        return Say(
            "{to}, {name} vous transmet sa place pour le {day}. Pour la prendre, touchez ✅ sous ce message.",
            to=to,
            name=name,
            day=day,
        )
    return Say(
        "{to}, {name} vous transmet son rang sur la liste d’attente du {day}. Pour le prendre, touchez ✅ "
        "sous ce message.",
        to=to,
        name=name,
        day=day,
    )


async def _ask_replacement(ctx: Context, row: Meeting, to: Participant) -> Say | None:
    giver = await author(ctx, row)
    ask = Ask(
        _hand_over_text(
            giver.name, to.name, wording.day(row, ctx.config, ctx.now), seated=await _has_seat(ctx, row)
        ),
        then="meeting.replaces",
        choices=(CONFIRM,),
        within=A_WEEKEND,
        data={"meeting": row.id, "giver": ctx.person.id, "name": giver.full_name, "event": ctx.event_id},
    )
    if await _is_here(ctx, to.id):
        here = Post(room=ctx.room.id, ask=ask, asked_to=to.id, mentions=(to.id,), rank=Rank.ANSWER)
        await ctx.post(replace(here, reply_to=ctx.event_id))
        return None
    private_room = await ctx.private_room(to.id)
    if private_room is None:
        raise UserError(
            "Je ne peux pas écrire à {name} en privé. Écrivez dans le salon de la rencontre : `!presence "
            "{name} me remplace`, et {name} pourra confirmer en touchant ✅.",
            name=to.name,
        )
    await ctx.post(Post(room=private_room, person=to.id, ask=ask, asked_to=to.id, rank=Rank.ANSWER))
    return Say("C’est proposé à {name}. Jusqu’à sa confirmation, rien ne change pour vous.", name=to.name)


async def _is_here(ctx: Context, person: str) -> bool:
    """Whether they read what is said in this room, which is not a private one."""
    member = await rooms.member(ctx.db, ctx.room.id, person)
    return not ctx.room.direct and member is not None and member.membership == "join"


@on_answer("meeting.replaces", undo_command="presence")
async def replacement_confirmed(ctx: Context, reply: Reply) -> Say | Ask:
    row = await meetings.meeting(ctx.db, int(reply.data["meeting"]))
    if row is None:
        raise UserError("Cette rencontre n’existe plus. Celles qui viennent paraissent dans le salon.")
    if (reason := await refusal(ctx, row)) is not None:
        raise UserError.of(reason)
    giver = Participant(str(reply.data["giver"]), str(reply.data["name"]))
    theirs = await answers.answer_of(ctx.db, row.id, giver.id)
    event = await inbox.processed(ctx.db, str(reply.data["event"]))
    if theirs is None or theirs.answer != YES or (event is not None and event.outcome == "removed"):
        raise UserError(
            "{name} a changé d’avis depuis. Pour demander une place vous-même : `!presence oui`",
            name=giver.name,
        )
    new = await _answer_of_replacement(ctx, row, theirs)
    await seats.apply(ctx.db, row.id, Transfer(giver.id, ctx.person.id), seats.rules(row, ctx.now))
    await _withdraw_giver(ctx, row, giver, str(reply.data["event"]))
    return await take_answer(ctx, row, new)


async def _answer_of_replacement(ctx: Context, row: Meeting, theirs: Answer) -> NewAnswer:
    """Who comes already goes on coming with the same people."""
    own = await answers.answer_of(ctx.db, row.id, ctx.person.id) if await _has_seat(ctx, row) else None
    basis = own or theirs
    return NewAnswer(YES, party=basis.party, others=basis.others)


async def _withdraw_giver(ctx: Context, row: Meeting, giver: Participant, event_id: str) -> None:
    """Under the message in which they said so:
    taking that one back brings back what they had answered before.
    """
    entry = Attendance(
        event_id=event_id,
        meeting_id=row.id,
        person=giver.id,
        name=giver.full_name,
        at=ctx.now,
        way=answers.TEXT,
        answer=NO,
        revision=row.revision,
    )
    await answers.record(ctx.db, entry)
    await attendance.reallocate(ctx, row, AnswerChange(giver.id, event_id))
    if await ctx.private_room(giver.id):
        taker = await author(ctx, row)
        say = Say(
            "{name} a pris votre place pour le {day}.",
            name=taker.name,
            day=wording.day(row, ctx.config, ctx.now),
        )
        await private_messages.send_receipt(ctx, row, giver.id, say)

"""Deadlines and escalation: a question that nobody answers goes further, from three people who know to three
others, to the contact, to the team.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.outbox import Post, Rank
from bot.outbox.question import Ask, Choice
from bot.schedule.jobs import Run, due
from bot.text import Long, Say
from bot.time.recurrence import Occurrence
from schedules.tickets import card
from schedules.tickets.contact import on_duty
from schedules.tickets.identity import PROMISED, asker_of
from schedules.tickets.themes import label, topics_of
from storage import rooms, silence
from storage.tables import Ticket
from storage.tickets import skills, tickets

_A_WEEK = timedelta(days=7)  # how long their answer is waited for
ASKED = 3  # people at a time
KEY = "ticket-ask:"  # then the ticket's number and the person
PASS = Choice("pass", "❌", ("non", "je passe", "passe", "passer", "no", "pass", "je ne sais pas", "❌"))
REMINDED, ESCALATED = 1, 2  # steps of a question to the contact


async def waiting(db: AsyncSession, upto: datetime) -> list[Occurrence]:
    return [
        Occurrence(f"{row.id} {row.step} {at.isoformat()}", at)
        for row in await tickets.steps_due(db, upto)
        if (at := row.next_step) is not None
    ]


@due("ticket deadlines", rows=waiting)
async def escalate(run: Run) -> None:
    row = await tickets.ticket(run.db, int(run.name.partition(" ")[0]))
    if row is None or row.status != tickets.OPEN or row.next_step is None:
        return
    run.db.add(row)
    if row.kind == tickets.CONTACT:
        await _remind(run, row)
    elif row.step < card.TO_CONTACT - 1 and not run.hours.good(run.now):
        row.next_step = run.hours.next_good(run.now)  # nobody is asked in holidays
    else:
        await _route(run, row)


async def _remind(run: Run, row: Ticket) -> None:
    """The contact, on the morning of the day promised; the team, once it is over."""
    if not run.network.team:
        row.next_step = None
        return
    if row.step == 0 and run.now < row.promised_at:
        row.step, row.next_step = REMINDED, row.promised_at
        say = Say("Rappel : la demande n° {n} attend une réponse, promise pour ce soir.", n=row.id)
    else:
        row.step, row.next_step = ESCALATED, None
        say = Say(
            "La demande n° {n} n’a pas eu de réponse dans le délai promis. Qui peut la prendre ? "
            "`!prendre {n}`",
            n=row.id,
        )
    called = (row.assignee,) if row.assignee else await card.contacts(run)
    key = f"ticket-reminder:{row.id}:{row.step}"
    await run.post(Post(room=run.network.team, say=say, key=key, rank=Rank.BOOKKEEPING, mentions=called))


async def _route(run: Run, row: Ticket) -> None:
    """Three who say they know, then three others; with nobody left, the contact."""
    people = await _next(run, row) if row.step < card.TO_CONTACT - 1 else []
    if row.step == 0 or people:
        row.step += 1
        row.next_step = run.hours.after_open(run.now, run.hours.open_days(PROMISED))
        await skills.solicit(run.db, row.id, people, run.now)
        for person in people:
            await _solicit(run, row, person)
        return
    row.step, row.next_step = card.TO_CONTACT, None
    await card.show(run, row)
    if run.network.team:
        who = (await on_duty(run)).name
        say = Say(
            "La question n° {n} de l’entraide est restée sans réponse : elle est maintenant dans la file "
            "de {who}. `!repondre {n}` suivi de votre réponse",
            n=row.id,
            who=who,
        )
        key = f"ticket-reminder:{row.id}:{row.step}"
        await run.post(Post(room=run.network.team, say=say, key=key, rank=Rank.BOOKKEEPING))


async def _next(run: Run, row: Ticket) -> Sequence[str]:
    """Members who know, can be reached in private, and were not asked of this one; who was asked longest ago
    first.
    """
    topics = await topics_of(run.db, row.text)
    members = {
        each.user_id
        for room in run.network.of_kind("network", "local", "help")
        for each in await rooms.members(run.db, room)
        if each.membership == "join"
    }
    known = await skills.who_knows(run.db, topics) & members
    known &= await rooms.within_reach(run.db, run.network.me, run.network.configured)
    known -= await skills.solicited(run.db, row.id)
    known -= await silence.silent(run.db, run.now)
    return (await skills.in_turn(run.db, known - {asker_of(run, row) or ""}))[:ASKED]


async def _solicit(run: Run, row: Ticket, person: str) -> None:
    room = await run.private_room(person)
    if room is None:
        return
    own = await skills.of_person(run.db, person)
    shared = [each for each in await topics_of(run.db, row.text) if each in own]
    language = run.network.language(room)
    known = await label(run.db, shared[0], language) if shared else ""
    say = Say.lines(
        Say("**Question n° {n}** – {who} : « {text} »", n=row.id, who=card.author(row), text=Long(row.text)),
        Say(
            "Vous avez indiqué connaître « {topic} ». Pouvez-vous aider ? Écrivez votre réponse ici, ou "
            "touchez ❌ (je passe).",
            topic=known,
        ),
    )
    data = {"ticket": row.id}
    ask = Ask(say, then="ticket.solicited", choices=(PASS,), accepts="text", data=data, within=_A_WEEK)
    key = f"{KEY}{row.id}:{person}"
    await run.post(Post(room=room, person=person, ask=ask, asked_to=person, key=key, urgent=True))

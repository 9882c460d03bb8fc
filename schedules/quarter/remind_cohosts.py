"""Remind who was asked to co-animate, once, after three days; after a week the team hears of no answer."""

from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.outbox import Post, UnitOfWork
from bot.outbox.question import NO, YES, Ask
from bot.schedule.jobs import Run, due
from bot.text import Say
from bot.time.recurrence import Occurrence
from schedules.meetings import wording
from storage.meetings import meetings
from storage.quarter import cohosts
from storage.tables import CoHost, Meeting

REMINDED, ENDED = timedelta(days=3), timedelta(days=7)
WITHIN = timedelta(days=30)
_REMINDER, _END = "reminder", "end"


async def ask(uow: UnitOfWork, row: Meeting, known: CoHost, room: str, *, again: bool = False) -> None:
    """In private; one tap answers."""
    day, where = wording.day(row, uow.config, uow.now), wording.where(row)
    say = Say.lines(
        Say("**Petit rappel : voulez-vous co-animer une rencontre ?**")
        if again
        else Say("**Voulez-vous co-animer une rencontre ?**"),
        Say("C’est celle du {day} : {title}.", day=day, title=row.title)
        if row.title
        else Say("C’est celle du {day}.", day=day),
        Say("Où : {where}", where=where) if where else None,
        Say("L’équipe la prépare avec vous. Vous pouvez refuser sans donner de raison."),
        Say("✅ d’accord"),
        Say("❌ pas cette fois"),
        Say("Vous pouvez aussi répondre oui ou non."),
    )
    question = Ask(say, then="cohost.answer", choices=(YES, NO), data={"meeting": row.id}, within=WITHIN)
    await uow.post(
        Post(room=room, person=known.person, ask=question, asked_to=known.person, until=row.starts_at)
    )


async def pending(db: AsyncSession, upto: datetime) -> list[Occurrence]:
    """A reminder, then an end, of each that has no answer; no reminder that the end would follow at once."""
    return [
        Occurrence(f"{known.meeting_id} {known.person} {known.at:%Y-%m-%d} {what}", known.at + after)
        for known in await cohosts.asked(db)
        for what, after in ((_REMINDER, REMINDED), (_END, ENDED))
        if not (what == _REMINDER and (known.reminded or known.at + ENDED <= upto))
    ]


async def later(db: AsyncSession, now: datetime) -> list[datetime]:
    moments = (known.at + after for known in await cohosts.asked(db) for after in (REMINDED, ENDED))
    return [moment for moment in moments if moment > now]


@due("quarter cohosts", rows=pending, at_once=True, changes_at=later)
async def remind(run: Run) -> None:
    number, person, _, what = run.name.split(" ")
    known = await cohosts.cohost(run.db, int(number), person)
    row = await meetings.meeting(run.db, int(number))
    if known is None or row is None or known.state != cohosts.ASKED:
        return
    over = row.status == meetings.CANCELLED or row.starts_at <= run.planned
    room = await run.private_room(person)
    if what == _REMINDER and room is not None and not over:
        known.reminded = True
        run.db.add(known)
        await ask(run, row, known, room, again=True)
    elif what == _END or over:
        known.state = cohosts.SILENT
        run.db.add(known)
        if not over:
            await run.tell_team(_no_answer(run, row, known))


def _no_answer(run: Run, row: Meeting, known: CoHost) -> Say:
    return Say(
        "{name} n’a pas répondu pour la co-animation du {day}. Pour demander à une autre personne : "
        "`!coanimation {meeting}`",
        name=known.name,
        day=wording.day(row, run.config, run.planned),
        meeting=row.name,
    )

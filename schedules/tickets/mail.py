"""Mail to askers: what they are told in private of their question, in open hours, whoever they are.

It waits as a sealed row, and is posted sealed: neither the outbox nor a backup tells whom it is about.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.outbox import Post, UnitOfWork
from bot.outbox.question import NO, YES, Ask
from bot.schedule.jobs import Run, due
from bot.text import Long, Say
from bot.time.recurrence import Occurrence
from schedules.tickets.identity import asker_of, relayed_at, sealed
from storage import sealing, silence
from storage.tables import SealedMail, Ticket
from storage.tickets import tickets

KEY = "ticket-mail:"  # then the digest of what it is about: said again, it is an edit
A_DAY = timedelta(days=1)
A_WEEK = timedelta(days=7)  # how long an answer to it is waited for
ANSWER, TAKEN, CLOSED, CONSENT = "answer", "taken", "closed", "consent"


@dataclass(frozen=True)
class Letter:
    """`kind`: ANSWER (`message`: which), TAKEN, CLOSED or CONSENT (`way`: how it is to be published)."""

    ticket: int
    kind: str
    message: int = 0
    way: str = ""


async def send(uow: UnitOfWork, row: Ticket, letter: Letter) -> bool:
    """Leaves it for the job; False when nobody can tell who asked."""
    person, folder = asker_of(uow, row), uow.config.data_dir
    if person is None:
        return False
    about = {"ticket": row.id, "kind": letter.kind, "message": letter.message, "way": letter.way}
    mail = SealedMail(
        id=sealing.digest(folder, f"{row.id} {letter.kind} {letter.message}"),
        due_at=relayed_at(uow.now, anonymous=row.anonymous),
        content=sealing.seal(folder, {"person": person, **about}),
    )
    await uow.db.merge(mail)
    return True


async def waiting(db: AsyncSession, upto: datetime) -> list[Occurrence]:
    return [_occurrence(row) for row in await tickets.mail_due(db, upto)]


def _occurrence(row: SealedMail) -> Occurrence:
    return Occurrence(f"{row.id} {row.due_at.isoformat()}", row.due_at)


@due("ticket mail", rows=waiting)
async def deliver(run: Run) -> None:
    row = await run.db.get(SealedMail, run.name.partition(" ")[0])
    if row is None:
        return
    found = sealing.unseal(run.config.data_dir, row.content)
    ticket = await tickets.ticket(run.db, int(found["ticket"])) if found else None
    if ticket is not None and (later := await held_until(run, found["person"])):
        row.due_at = later
        run.db.add(row)
        return
    await run.db.delete(row)
    said = await _said(run, ticket, found) if ticket is not None else None
    if said is not None:
        await _post(run, found["person"], said, f"{KEY}{row.id}")


async def held_until(run: Run, person: str) -> datetime | None:
    """When somebody who wants nothing in private now may be written to, or looked at again: an answer is not
    to expire meanwhile. None: now.
    """
    ends = await silence.ends(run.db)
    end = ends.get(person)
    if person not in ends or (end is not None and end <= run.now):
        return None
    return end or run.now + A_DAY


async def _post(run: Run, person: str, said: Say | Ask, key: str) -> None:
    """A question where their private room is known; else what it says. It rings, whatever the budget."""
    room = await run.private_room(person)
    ask = said if isinstance(said, Ask) and room else None
    say = said.say if isinstance(said, Ask) else said
    await run.post(
        Post(
            room=room if ask else None,
            person=person,
            say=None if ask else say,
            ask=ask,
            asked_to=person,
            key=key,
            urgent=True,
            sealed=True,
        )
    )


async def _said(run: Run, row: Ticket, letter: dict[str, Any]) -> Say | Ask | None:
    if letter["kind"] == TAKEN:
        return Say("**Demande n° {n}** : {name} s’en occupe.", n=row.id, name=row.assignee_name)
    if letter["kind"] == CLOSED:
        return Say(
            "**Demande n° {n}** : elle est close. Une autre question ? `contact` suivi de votre question.",
            n=row.id,
        )
    if letter["kind"] == CONSENT:
        return await consent(run, row, letter["way"])
    return await _answer(run, row, int(letter["message"]))


async def _answer(run: Run, row: Ticket, number: int) -> Say | Ask | None:
    message = await tickets.message(run.db, number)
    if message is None:
        return None
    if not message.text:
        return Say(
            "**Question n° {n}** : {name} a retiré sa réponse, qui était ici.", n=row.id, name=message.name
        )
    say = Say.lines(
        Say("**Réponse de {name} à votre question n° {n}** :", name=message.name, n=row.id),
        Say("« {text} »", text=Long(message.text)),
        Say("Cela répond-il à votre question ? Répondez oui, non, ou écrivez une précision."),
    )
    return Ask(
        say,
        then="ticket.satisfied",
        choices=(YES, NO),
        accepts="text",
        data=sealed(run, {"ticket": row.id}),
        within=A_WEEK,
    )


async def consent(uow: UnitOfWork, row: Ticket, way: str) -> Ask:
    """Whether the question and its answer may be read by all, without the name of who asked."""
    where = Say("le glossaire") if way else Say("la bibliothèque")
    say = Say(
        "**Question n° {n}** : l’équipe aimerait garder cette réponse pour tout le réseau, dans {where}, "
        "sans votre nom. D’accord ? Répondez oui ou non.",
        n=row.id,
        where=where,
    )
    data = sealed(uow, {"ticket": row.id, "way": way})
    return Ask(say, then="ticket.consent", choices=(YES, NO), data=data, within=A_WEEK)

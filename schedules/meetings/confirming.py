"""Who said yes to the date in a poll is asked in private, once it is a meeting, to say so of the meeting: one tap."""

from bot.outbox import Post, UnitOfWork
from bot.text import Say
from schedules.meetings import card, wording
from schedules.meetings.attendance import invited, within_reach
from storage.meetings import answers, meetings
from storage.tables import Meeting


async def ask(uow: UnitOfWork, row: Meeting, outing: card.Outing) -> int:
    """When it goes out for the first time; how many are asked. Who cannot be reached in private has the card, as everybody."""
    if row.revision:  # it is on another day than theirs
        return 0
    found = await answers.answers(uow.db, row.id)
    near = await within_reach(uow) & await invited(uow, row)
    people = [each.person for each in found.values() if each.unconfirmed and each.person in near]
    for person in people:
        await uow.post(_question(uow, row, outing, person))
    return len(people)


def _question(uow: UnitOfWork, row: Meeting, outing: card.Outing, person: str) -> Post:
    """Under a key of the meeting: taps on it are answers."""
    day = wording.day(row, uow.network.config, outing.at)
    say = Say.lines(
        Say("Vous aviez répondu oui pour le {day} : c’est la date de la rencontre du réseau. Venez-vous ?", day=day),
        Say("✅ je viens"),
        Say("💻 je suivrai en visio") if row.video else None,
        Say("❔ peut-être"),
        Say("❌ je ne peux pas"),
    )
    key = meetings.reminder_key(row.id, f"poll:{person}")
    return Post(person=person, say=say, key=key, reactions=card.seeds(row), at=outing.at, until=row.starts_at, urgent=outing.urgent)

"""The contact: the one clearly identified person to talk to, or who stands in."""

from dataclasses import dataclass

from bot.config import Contact
from bot.outbox import UnitOfWork
from bot.text.names import first_name
from storage import rooms
from storage.tables import Absence
from storage.tickets import absences


@dataclass(frozen=True)
class OnDuty:
    """Who answers today. `absence`: why it is not the contact."""

    name: str
    user: str = ""
    absence: Absence | None = None


async def on_duty(uow: UnitOfWork) -> OnDuty:
    contact = uow.config.network.contact
    today = uow.now.astimezone(uow.config.zone).date()
    absence = await absences.on(uow.db, today)
    if absence is not None and absence.relay_name:
        return OnDuty(absence.relay_name, absence.relay, absence)
    if contact is None:
        return OnDuty(uow.config.network.name, absence=absence)
    return OnDuty(await contact_name(uow, contact), contact.user or "", absence)


async def contact_name(uow: UnitOfWork, contact: Contact) -> str:
    """As configured, else as displayed in one of our rooms, else the local part of the id."""
    if contact.name or not contact.user:
        return contact.name or uow.config.network.name
    for room in sorted(await rooms.rooms_of(uow.db, contact.user)):
        found = await rooms.member(uow.db, room, contact.user)
        if found is not None and found.name:
            return first_name(found.name)
    return contact.user.removeprefix("@").partition(":")[0]

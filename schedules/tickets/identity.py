"""Identity of askers: who asked, and as whom they are relayed.

Of a ticket without a name, whatever is stored tells it only to who has the key (storage.sealing), and what is
relayed leaves on the full hour, so that no instant of the one is found again in the other.
"""

import re
from datetime import datetime, time, timedelta
from typing import Any

from bot.command import Context
from bot.outbox import UnitOfWork
from bot.text import UserError
from bot.text.clean import clean_text
from bot.text.names import first_name
from bot.time.recurrence import instant
from storage import rooms, sealing
from storage.resources.library import LONGEST_NAME
from storage.tables import Ticket
from storage.text import fold
from storage.tickets import tickets

PROMISED = 2  # open days
HOUR = timedelta(hours=1)
_TOWN = re.compile(r"[\[(]\s*([^\])]+?)\s*[\])]")
_WORD = re.compile(r"\w+")
_SHORTEST = 3  # letters of a name that is looked for


def asker_of(uow: UnitOfWork, row: Ticket) -> str | None:
    """Their Matrix id; None when nobody can tell any more."""
    if not row.anonymous or not row.asker:
        return row.asker or None
    found = sealing.unseal(uow.config.data_dir, row.asker)
    return found if isinstance(found, str) else None


def is_nameless(row: Ticket) -> bool:
    """Whether the network is not to read who asked: neither of one asked so, nor of one that was asked of the
    contact and is shared.
    """
    return row.anonymous or (row.kind == tickets.CONTACT and row.room_id != "")


def kept_asker(uow: UnitOfWork, person: str, *, anonymous: bool) -> str:
    return sealing.seal(uow.config.data_dir, person) if anonymous else person


def kept_event(uow: UnitOfWork, event_id: str, *, anonymous: bool) -> str:
    return sealing.digest(uow.config.data_dir, event_id) if anonymous else event_id


def both_names(uow: UnitOfWork, event_id: str) -> tuple[str, str]:
    """The id of a message as it is kept, with a name and without."""
    return event_id, kept_event(uow, event_id, anonymous=True)


def sealed(uow: UnitOfWork, value: Any) -> dict[str, str]:
    """What a question to somebody remembers, that nobody else may read."""
    return {"sealed": sealing.seal(uow.config.data_dir, value)}


def unsealed(uow: UnitOfWork, data: Any) -> Any:
    """Raises UserError when the key is gone."""
    found = sealing.unseal(uow.config.data_dir, str(data["sealed"]))
    if found is None:
        raise UserError("Je ne retrouve plus cette question. Écrivez-la-moi de nouveau, s’il vous plaît.")
    return found


def relayed_at(now: datetime, *, anonymous: bool) -> datetime:
    """When it goes on to others; the job waits for open hours besides."""
    if not anonymous:
        return now
    return now.replace(minute=0, second=0, microsecond=0) + HOUR


def noted_at(uow: UnitOfWork, *, anonymous: bool) -> datetime:
    """When it was asked, as it is kept: of one without a name, the day."""
    zone = uow.config.zone
    local = uow.now.astimezone(zone).date()
    return instant(local, time(0), zone) if anonymous else uow.now


def promise(uow: UnitOfWork, days: int = PROMISED) -> datetime:
    """The end of the day by which an answer is promised: so many open days from now."""
    hours = uow.hours
    last = hours.after_open(uow.now, hours.open_days(days)).astimezone(hours.zone).date()
    return instant(last, hours.end, hours.zone)


async def full_name(ctx: Context) -> str:
    """As the network knows them, wherever they write."""
    network = next(iter(ctx.network.of_kind("network")), "")
    return await rooms.name_of(ctx.db, network, ctx.person.id) or ctx.person.full_name


def town_of(full: str) -> str:
    """« Bruaville » of « Maxime [Bruaville] »."""
    found = _TOWN.search(full)
    return clean_text(found[1], LONGEST_NAME) if found else ""


def refuse_own_name(text: str, person: str, full: str) -> None:
    """Raises UserError when a text that is to go without a name has its author's in it."""
    known = {fold(word) for word in _WORD.findall(first_name(full))}
    known |= {fold(person.removeprefix("@").partition(":")[0])}
    for word in _WORD.findall(text):
        if len(word) >= _SHORTEST and fold(word) in known:
            raise UserError(
                "Votre message contient votre nom (« {word} ») : rien n’est parti. "
                "Écrivez-le sans votre nom, ou envoyez-le avec votre prénom.",
                word=word,
            )

"""Private messages to one participant: a receipt, an offer of a seat, and what became of it."""

from datetime import datetime

from bot.config import Config
from bot.outbox import Post, Rank, UnitOfWork, chips
from bot.text import Say
from bot.time import Instant
from schedules.meetings import wording
from storage.meetings import messages
from storage.meetings.waitlist import LAST_DAY, OFFERED, SEATED, Seat
from storage.tables import Meeting

TAKE, LEAVE = "✅", "❌"


async def send_receipt(uow: UnitOfWork, row: Meeting, person: str, say: Say) -> None:
    """One message a person, meeting and day: what they change within a day is said in the same place."""
    key = messages.receipt_key(row.id, person, uow.now.astimezone(uow.config.zone).date())
    await uow.post(Post(person=person, say=say, key=key, rank=Rank.ANSWER))


async def offer_seat(uow: UnitOfWork, row: Meeting, seat: Seat) -> None:
    """It rings, in office hours; once it has expired there is nothing left to send."""
    title = Say("« Place libérée, rencontre du {day} »", day=wording.day(row, uow.config, uow.now))
    offer = Post(
        person=seat.person,
        say=_offered(uow, row, seat),
        key=messages.offer_key(row.id, seat.person, seat.offered_at or uow.now),
        until=seat.expires_at,
        reactions=(TAKE, LEAVE),
        title=title.text(uow.config.language),
    )
    await uow.post(offer)


def _offered(uow: UnitOfWork, row: Meeting, seat: Seat) -> Say:
    day, until = (
        wording.day(row, uow.config, uow.now),
        Instant(seat.expires_at or uow.now, uow.now, uow.config.zone),
    )
    return Say.lines(
        Say("**Une place se libère pour la rencontre du {day}.**", day=day)
        if seat.party == 1
        else Say("**{n} places se libèrent pour la rencontre du {day}.**", n=seat.party, day=day),
        Say("Touchez ✅ pour venir, ou ❌ pour la laisser. Vous pouvez aussi répondre oui ou non.")
        if seat.party == 1
        else Say("Touchez ✅ pour venir, ou ❌ pour les laisser. Vous pouvez aussi répondre oui ou non."),
        Say(
            "J’attends votre réponse jusqu’au {until} ; ensuite je la propose à la personne suivante.",
            until=until,
        ),
    )


async def close_offers(uow: UnitOfWork, row: Meeting, person: str, seat: Seat | None) -> bool:
    """Their offers that are over say so, in place; whether there are any. `seat`: what they have now."""
    open_offer = seat and seat.state == OFFERED and seat.offered_at
    standing = messages.offer_key(row.id, person, open_offer) if open_offer else ""
    closed = [
        entry for entry in await messages.offers(uow.db, row.id, person) if entry.message_key != standing
    ]
    for entry in closed:
        say = _closed(row, seat, uow.now, uow.config)
        await chips.clear(uow, entry.id)
        await uow.post(
            Post(room=entry.room_id, person=person, say=say, key=entry.message_key, rank=Rank.ANSWER)
        )
    return bool(closed)


def _closed(row: Meeting, seat: Seat | None, now: datetime, config: Config) -> Say:
    day = wording.day(row, config, now)
    if seat is not None and seat.state == SEATED:
        return Say(
            "**La place est à vous : vous venez le {day}.** Vous ne pouvez plus venir ? `presence non "
            "{name}`",
            day=day,
            name=row.name,
        )
    if seat is not None and now >= row.starts_at - LAST_DAY:
        return Say(
            "**La place du {day} n’a pas été prise à temps.** La rencontre est proche : une place libre "
            "est pour la première personne qui écrit `presence oui {name}`.",
            day=day,
            name=row.name,
        )
    if seat is not None:
        return Say(
            "**La place du {day} n’a pas été prise à temps : elle va à la personne suivante, s’il y en a "
            "une.** Vous gardez votre rang. Pour prendre une place libre : `presence oui {name}`",
            day=day,
            name=row.name,
        )
    return Say(
        "**Cette place du {day} est laissée à une autre personne.** Pour en demander une de nouveau : "
        "`presence oui {name}`",
        day=day,
        name=row.name,
    )

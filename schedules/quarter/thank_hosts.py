"""Thank hosts: whose offer a meeting took is thanked, who offered that month is told of the other place. An
offer is free again when its meeting is cancelled or moves elsewhere, and its host is told.

In private; the team hears of those who cannot be reached so.
"""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.outbox import Post
from bot.schedule.jobs import Run, due
from bot.text import Say
from bot.time.recurrence import Occurrence
from schedules.meetings import wording
from schedules.quarter import places
from storage.meetings import meetings
from storage.quarter import hosts
from storage.tables import HostOffer, Meeting


async def to_tell(db: AsyncSession, upto: datetime) -> list[Occurrence]:
    """Each offer once a meeting; one for any month hears only that it is taken."""
    offers = await hosts.open_offers(db)
    return [
        Occurrence(f"{row.event_id} {offer.id}", offer.at)
        for row in await hosts.placed(db, upto)
        for offer in offers
        if places.matches(offer, row) or offer.month == row.starts_at.month
    ]


@due("quarter hosts", rows=to_tell, missed="catch up")
async def tell(run: Run) -> None:
    event, _, number = run.name.rpartition(" ")
    offer, row = await run.db.get(HostOffer, int(number)), await meetings.entered_by(run.db, event)
    if offer is None or row is None or offer.status != hosts.OPEN:
        return
    taken = places.matches(offer, row)
    if taken:
        offer.status, offer.meeting_id = hosts.TAKEN, row.id
        run.db.add(offer)
    room = await run.private_room(offer.person)
    if room is None:
        await run.tell_team(_to_pass_on(run, offer, row, taken=taken))
        return
    await run.post(Post(room=room, person=offer.person, say=_text(run, offer, row, taken=taken)))


def _text(run: Run, offer: HostOffer, row: Meeting, *, taken: bool) -> Say:
    day, town = wording.day(row, run.config, run.planned), row.town or row.place
    if taken:
        return Say(
            "Merci, {name} : la rencontre du {day} se tient chez vous, à {town}. L’équipe vous écrira pour "
            "l’organiser ; une question : `contact`",
            name=offer.name,
            day=day,
            town=town,
        )
    return Say(
        "La rencontre du {day} se tient à {town}. Merci de votre proposition, {name} : elle reste notée pour "
        "une autre fois. Pour la retirer : `accueillir non`",
        day=day,
        town=town,
        name=offer.name,
    )


def _to_pass_on(run: Run, offer: HostOffer, row: Meeting, *, taken: bool) -> Say:
    day = wording.day(row, run.config, run.planned)
    if taken:
        return Say(
            "{name} accueille la rencontre du {day}. Je ne peux pas lui écrire en privé : pensez à "
            "l’en remercier.",
            name=offer.name,
            day=day,
        )
    return Say(
        "{name} avait proposé un lieu pour la rencontre du {day}, qui se tient ailleurs. Je ne peux pas lui "
        "écrire en privé : pensez à le lui dire.",
        name=offer.name,
        day=day,
    )


async def to_free(db: AsyncSession, upto: datetime) -> list[Occurrence]:
    """Each time by its version of the meeting: it may move away, come back, and move away again."""
    return [
        Occurrence(f"{offer.id} {row.id} {row.sequence}", offer.at)
        for offer, row in await hosts.hosted(db, upto)
        if _left(offer, row)
    ]


def _left(offer: HostOffer, row: Meeting) -> bool:
    return row.status == meetings.CANCELLED or not places.matches(offer, row)


@due("quarter hosts freed", rows=to_free, missed="catch up")
async def free(run: Run) -> None:
    number, meeting = map(int, run.name.split(" ")[:2])
    offer, row = await run.db.get(HostOffer, number), await meetings.meeting(run.db, meeting)
    if offer is None or row is None or offer.status != hosts.TAKEN or not _left(offer, row):
        return
    offer.status, offer.meeting_id = hosts.OPEN, None
    run.db.add(offer)
    day = wording.day(row, run.config, run.planned)
    room = await run.private_room(offer.person)
    if room is None:
        say = Say(
            "{name} n’accueille plus la rencontre du {day}. Je ne peux pas lui écrire en privé : pensez à "
            "le lui dire.",
            name=offer.name,
            day=day,
        )
        await run.tell_team(say)
        return
    say = Say(
        "La rencontre du {day} ne se tient plus chez vous. Merci, {name} : votre proposition reste notée "
        "pour une autre fois. Pour la retirer : `accueillir non`",
        day=day,
        name=offer.name,
    )
    await run.post(Post(room=room, person=offer.person, say=say))

"""What is told to one person in private, where they talk with us already: a receipt, an offer of a seat, and what became of it."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.config import Config
from bot.network import Network
from bot.outbox import Post, Rank
from bot.text import Say
from bot.text.content import content
from bot.time import Instant
from schedules.meetings import receipts
from storage import outbox, rooms
from storage.meetings import messages
from storage.meetings.waitlist import LAST_DAY, OFFERED, SEATED, Place
from storage.tables import Meeting, OutboxEntry

TAKE, LEAVE = "✅", "❌"


async def joined(db: AsyncSession, network: Network, person: str) -> str | None:
    """The room of the two that they have joined."""
    for room in await rooms.direct_with(db, network.me, person, network.configured):
        member = await rooms.member(db, room.room_id, person)
        if member is not None and member.membership == "join":
            return room.room_id
    return None


async def reachable(db: AsyncSession, network: Network, person: str) -> bool:
    """Whether they have joined a room of the two."""
    return await joined(db, network, person) is not None


def receipt(row: Meeting, person: str, said: tuple[Say, datetime], config: Config) -> Post:
    """One message a person, meeting and day: what they change within a day is said in the same place. For who is reachable only."""
    say, now = said
    key = messages.receipt_key(row.id, person, now.astimezone(config.zone).date())
    return Post(person=person, say=say, key=key, rank=Rank.ANSWER)


def offer(row: Meeting, place: Place, now: datetime, config: Config) -> Post:
    """It rings, in office hours; once it has expired there is nothing left to send."""
    title = Say("« Place libérée, rencontre du {day} »", day=receipts.day(row, now, config)).text(config.language)
    return Post(
        person=place.person,
        say=_offered(row, place, now, config),
        key=messages.offer_key(row.id, place.person, place.offered_at or now),
        until=place.expires_at,
        reactions=(TAKE, LEAVE),
        title=title,
    )


def _offered(row: Meeting, place: Place, now: datetime, config: Config) -> Say:
    day, until = receipts.day(row, now, config), Instant(place.expires_at or now, now, config.zone)
    return Say.lines(
        Say("**Une place se libère pour la rencontre du {day}.**", day=day)
        if place.party == 1
        else Say("**{n} places se libèrent pour la rencontre du {day}.**", n=place.party, day=day),
        Say("Touchez ✅ pour venir, ou ❌ pour la laisser. Vous pouvez aussi répondre oui ou non.")
        if place.party == 1
        else Say("Touchez ✅ pour venir, ou ❌ pour les laisser. Vous pouvez aussi répondre oui ou non."),
        Say("J’attends votre réponse jusqu’au {until} ; ensuite je la propose à la personne suivante.", until=until),
    )


async def settled(db: AsyncSession, network: Network, row: Meeting, who: tuple[str, Place | None, datetime]) -> list[Post]:
    """Their offers that are over say so, in place. `who`: the person, what they have now, and the moment."""
    person, place, now = who
    posts = []
    standing = messages.offer_key(row.id, person, place.offered_at) if place and place.state == OFFERED and place.offered_at else ""
    say = _over(row, place, now, network.config)
    for entry in await messages.offers(db, row.id, person):
        if entry.message_key != standing and not await reads(db, network, entry, say):
            posts.append(Post(room=entry.room_id, person=person, say=say, key=entry.message_key, rank=Rank.ANSWER))
    return posts


def _over(row: Meeting, place: Place | None, now: datetime, config: Config) -> Say:
    day = receipts.day(row, now, config)
    if place is not None and place.state == SEATED:
        return Say("**La place est à vous : vous venez le {day}.** Un empêchement ? `presence non {name}`", day=day, name=row.name)
    if place is not None and now >= row.starts_at - LAST_DAY:
        return Say(
            "**La place du {day} n’a pas été prise à temps.** "
            "La rencontre est proche : une place libre est à qui écrit en premier `presence oui {name}`.",
            day=day,
            name=row.name,
        )
    if place is not None:
        return Say(
            "**La place du {day} n’a pas été prise à temps : elle va à la personne suivante, s’il y en a une.** Vous gardez votre rang. "
            "Pour saisir une place qui serait libre : `presence oui {name}`",
            day=day,
            name=row.name,
        )
    return Say(
        "**Cette place du {day} est laissée à une autre personne.** Pour en demander une de nouveau : `presence oui {name}`", day=day, name=row.name
    )


async def reads(db: AsyncSession, network: Network, entry: OutboxEntry, say: Say) -> bool:
    """Whether its latest version says so already."""
    versions = await outbox.versions(db, entry.message_key or "", entry.room_id)
    body = content(say, network.language(entry.room_id), notice=not entry.announcement)["body"]
    return bool(versions and versions[-1].content.get("body") == body)

"""The library of resources: which there are, who finds them useful, which most in a span of time,
who put them aside, which the team pinned.

A resource is known to people by its number, which is its row's id: it never becomes another's. One that is
retired keeps its row: it may be recommended again.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, distinct, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import KeptResource, OutboxEntry, Redirect, Resource, Voice

ACTIVE, RETIRED = "active", "retired"
RECOMMENDED, SAID, TAPPED = "recommended", "said", "tap"  # ways of giving one's voice
# then the number: the key of the editable message that is its card; « resource:9:$event » of an answer that
# shows it
CARD = "resource:"
FIRST_CHECK = timedelta(days=7)  # after it came
LONGEST_TITLE, LONGEST_WHY, LONGEST_NAME = 160, 300, 60  # characters; the last one of a person and of a town


async def resource(db: AsyncSession, n: int) -> Resource | None:
    """The one of this number, a retired one too."""
    return await db.get(Resource, n)


async def active(db: AsyncSession, n: int) -> Resource | None:
    row = await resource(db, n)
    return row if row and row.status == ACTIVE else None


async def latest(db: AsyncSession) -> int | None:
    """The number of the latest card that stands."""
    return (await db.exec(select(func.max(col(Resource.id))).where(Resource.status == ACTIVE))).one()


async def resolve(db: AsyncSession, n: int) -> Resource | None:
    """The active one that people mean by this number:
    itself, or the one that it turned out to be a second card of.
    """
    row = await resource(db, n)
    if row is None or row.status == ACTIVE:
        return row
    other = await by_link(db, row.clean_link)
    return other if other and other.status == ACTIVE else None


async def by_link(db: AsyncSession, clean_link: str) -> Resource | None:
    """The one at this address (bot.web.canonical_url), retired ones too;
    where the address leads for good counts first.
    """
    moved = await db.get(Redirect, clean_link)
    if moved is not None:
        return await resource(db, moved.resource_id)
    return (await db.exec(select(Resource).where(Resource.clean_link == clean_link))).first()


async def add(db: AsyncSession, row: Resource) -> Resource:
    """Gives it its number."""
    db.add(row)
    await db.flush()
    return row


async def voices(db: AsyncSession, n: int) -> int:
    """How many people find it useful, whoever recommended it included."""
    return (await voices_of(db, [n])).get(n, 0)


async def voices_of(db: AsyncSession, numbers: Collection[int]) -> dict[int, int]:
    """The same of several; those without a voice are not there."""
    query = select(Voice.resource_id, func.count(distinct(col(Voice.person)))).where(
        col(Voice.resource_id).in_(numbers)
    )
    return dict((await db.exec(query.group_by(col(Voice.resource_id)))).all())


async def finds_useful(db: AsyncSession, n: int, person: str) -> bool:
    return (
        await db.exec(select(Voice.event_id).where(Voice.resource_id == n, Voice.person == person).limit(1))
    ).first() is not None


async def add_voice(db: AsyncSession, voice: Voice) -> None:
    """An act that stands until it is taken back.
    Several of one person are one voice; the same act twice is one act.
    """
    await db.merge(voice)
    await db.flush()


async def withdraw_voice(db: AsyncSession, event_id: str) -> int | None:
    """The act of this event no longer stands; the number of the resource that it was for."""
    voice = await db.get(Voice, event_id)
    if voice is None:
        return None
    await db.delete(voice)
    await db.flush()
    return voice.resource_id


async def themes(db: AsyncSession, start: str = "") -> dict[str, int]:
    """How many are filed under each theme, by id, the most first, of those whose link begins so."""
    count = func.count()
    query = select(Resource.theme, count).where(Resource.theme != "", Resource.status == ACTIVE)
    if start:
        query = query.where(col(Resource.link).startswith(start, autoescape=True))
    return dict(
        (await db.exec(query.group_by(col(Resource.theme)).order_by(count.desc(), col(Resource.theme)))).all()
    )


def number(message_key: str | None) -> int | None:
    """Of the resource that an editable message shows."""
    return (
        int(message_key.removeprefix(CARD).partition(":")[0])
        if message_key and message_key.startswith(CARD)
        else None
    )


async def shown_in(db: AsyncSession, n: int) -> Sequence[str]:
    """The rooms where its card was posted."""
    query = (
        select(OutboxEntry.room_id)
        .where(OutboxEntry.message_key == f"{CARD}{n}", col(OutboxEntry.room_id).is_not(None))
        .distinct()
    )
    return sorted(room for room in (await db.exec(query)).all() if room)


async def shown_since(db: AsyncSession, n: int, room: str, since: datetime) -> bool:
    """Whether its card was posted in this room after an instant; its edits do not count."""
    shown = (col(OutboxEntry.message_key) == f"{CARD}{n}") | col(OutboxEntry.message_key).startswith(
        f"{CARD}{n}:"
    )
    query = select(OutboxEntry.id).where(
        shown, OutboxEntry.room_id == room, OutboxEntry.version == 0, col(OutboxEntry.sent_at) > since
    )
    return (await db.exec(query.limit(1))).first() is not None


async def bookmark(db: AsyncSession, person: str, n: int, at: datetime) -> None:
    """Twice is once."""
    if await db.get(KeptResource, (person, n)) is None:
        db.add(KeptResource(person=person, resource_id=n, at=at))


async def bookmarked(db: AsyncSession, person: str) -> Sequence[Resource]:
    """Latest first, without what was retired since."""
    query = select(Resource).join(KeptResource, col(KeptResource.resource_id) == col(Resource.id))
    query = query.where(KeptResource.person == person, Resource.status == ACTIVE)
    return (await db.exec(query.order_by(col(KeptResource.at).desc(), col(Resource.id)))).all()


async def clear_bookmarks(db: AsyncSession, person: str) -> None:
    """Nothing is put aside any more."""
    await db.exec(delete(KeptResource).where(col(KeptResource.person) == person))


async def most_useful(db: AsyncSession, since: datetime, until: datetime, most: int) -> Sequence[Resource]:
    """By how many people said so from `since` on and before `until`; of equals, the latest.
    Neither retired ones nor dead links.
    """
    people = func.count(distinct(col(Voice.person)))
    votes = (
        select(Voice.resource_id, people.label("people"))
        .where(Voice.at >= since, Voice.at < until)
        .group_by(col(Voice.resource_id))
        .subquery()
    )
    query = (
        select(Resource)
        .join(votes, votes.c.resource_id == Resource.id)
        .where(Resource.status == ACTIVE, ~col(Resource.dead))
    )
    return (await db.exec(query.order_by(votes.c.people.desc(), col(Resource.id).desc()).limit(most))).all()


async def pinned(db: AsyncSession) -> Sequence[Resource]:
    """Those that the team put first, by number; neither retired ones nor dead links."""
    query = select(Resource).where(col(Resource.pinned), Resource.status == ACTIVE, ~col(Resource.dead))
    return (await db.exec(query.order_by(col(Resource.id)))).all()

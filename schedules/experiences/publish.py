"""Publication: an experience becomes a card of the library, in the room of the network, with its files."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.matrix.errors import FileUnavailable
from bot.matrix.parse import mapping, string
from bot.outbox import File, Post, Rank, UnitOfWork
from bot.schedule.tasks import task
from bot.text.clean import clean_text
from bot.web import Web
from schedules.experiences import wording
from schedules.resources.card import USEFUL, card, key
from schedules.resources.publish import OwnText, add_text
from schedules.resources.themes import mentioned_themes
from storage.experiences import experiences
from storage.tables import Experience, Resource

LARGEST = 5_000_000  # bytes of a file
MOST_FILES = 3
CAUSE = "experience:"  # then its number: what its card comes of
_LONGEST_NAME = 80


async def publish(uow: UnitOfWork, row: Experience) -> Resource:
    """The card is there at once; where people see it, when its files have been read."""
    answers = "\n".join(row.answers)
    themes = mentioned_themes(answers)
    found = await add_text(
        uow,
        OwnText(
            cause=f"{CAUSE}{row.id}",
            kind="experience",
            title=wording.title(row),
            text=wording.text(row).text(uow.config.language),
            theme=themes[0].id if themes else "",
            person=row.person,
            name=row.name,
            town=row.town,
        ),
    )
    row.resource_id = found.id
    row.status = experiences.FILES if row.files else experiences.PUBLISHED
    uow.db.add(row)
    if not row.files:
        await _show(uow, found, ())
    return found


async def _show(uow: UnitOfWork, row: Resource, files: Sequence[File]) -> None:
    """Where everybody is, in open hours."""
    room = next(iter(uow.network.of_kind("network")), None)
    if room is None:
        return
    row.room_id = room
    uow.db.add(row)
    await uow.post(
        Post(
            room=room,
            say=await card(uow.db, row),
            rank=Rank.BOOKKEEPING,
            key=key(row),
            at=uow.hours.next_open(uow.now),
            reactions=(USEFUL,),
            files=tuple(files),
        )
    )


@dataclass(frozen=True)
class DueFiles:
    """`cause`: what it is known by to the scheduler of tasks."""

    number: int
    room: str
    events: tuple[str, ...]

    @property
    def cause(self) -> str:
        return f"{CAUSE}{self.number}"


async def due(db: AsyncSession, now: datetime) -> Sequence[DueFiles]:
    found = await experiences.with_status(db, experiences.FILES)
    return [DueFiles(row.id, row.room_id, tuple(row.files)) for row in found]


async def fetch(due: DueFiles, web: Web) -> list[File]:
    """Those that can be had."""
    return [file for event in due.events if (file := await _file(due.room, event, web)) is not None]


async def _file(room: str, event_id: str, web: Web) -> File | None:
    try:
        data = await web.rooms.download(room, event_id, LARGEST)
    except FileUnavailable as error:
        if error.why == "away":
            raise
        return None
    event = await web.rooms.event(room, event_id)
    content = event.content if event else {}
    name = clean_text(string(content, "filename") or string(content, "body"), _LONGEST_NAME) or "fichier"
    mimetype = string(mapping(content.get("info")), "mimetype") or "application/octet-stream"
    return File(name=name, data=data, mimetype=mimetype)


async def record(uow: UnitOfWork, due: DueFiles, files: list[File]) -> None:
    row = await experiences.experience(uow.db, due.number)
    found = await uow.db.get(Resource, row.resource_id) if row and row.resource_id else None
    if row is None or found is None or row.status != experiences.FILES:
        return
    row.status = experiences.PUBLISHED
    uow.db.add(row)
    await _show(uow, found, files)


EXPERIENCE_FILES = task("experience files", due=due, do=fetch, done=record)

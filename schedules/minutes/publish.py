"""Minutes, said to the rooms of their meeting: a link, or a file that the team posted, fetched by a task."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.matrix.errors import FileUnavailable, Lack
from bot.outbox import Asker, File, Post, UnitOfWork, answer_key
from bot.schedule.tasks import task
from bot.text import Say
from bot.text.clean import clean_text
from bot.web import Web
from schedules.meetings.wording import day
from schedules.minutes import wording
from storage import rooms
from storage.meetings import meetings
from storage.minutes import minutes
from storage.rollcall import papers
from storage.rollcall.papers import DuePaper
from storage.tables import Meeting, Minutes

LARGEST = 5_000_000  # bytes
LONGEST_NAME = 80
MIMETYPES = {
    ".pdf": "application/pdf",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".txt": "text/plain",
}
LACKING: dict[Lack, Say] = {
    "no file": Say(
        "Le message auquel vous répondez n’est pas un fichier. "
        "Répondez au fichier lui-même, ou donnez un lien."
    ),
    "gone": Say("Ce fichier n’est plus là. Postez-le de nouveau, puis répondez-lui `!compterendu`."),
    "away": Say("Le serveur ne me donne pas ce fichier pour l’instant. Réessayez dans une heure."),
    "too big": Say("Ce fichier dépasse 5 Mo. Donnez plutôt un lien."),
    "unreadable": Say(
        "Je n’ai pas pu déchiffrer ce fichier. Postez-le de nouveau, puis répondez-lui `!compterendu`."
    ),
}
WRONG_KIND = Say("Je publie un fichier PDF, ODT, DOCX ou TXT. Pour une autre forme, donnez un lien.")


@dataclass(frozen=True)
class Found:
    name: str
    data: bytes


async def publish(
    uow: UnitOfWork, row: Meeting, *, link: str = "", file: File | None = None, key: str = ""
) -> Say:
    """In office hours. A link again is an edit of the message; returns what to tell the team."""
    name = file.name if file else ""
    say = wording.minutes(row, link, name, uow.now, uow.config)
    for room in row.rooms:
        await uow.post(
            Post(
                room=room,
                say=say,
                key=f"minutes:{row.id}{key}",
                files=(file,) if file else (),
                title=Say("« Compte rendu »").text(uow.config.language),
            )
        )
    await minutes.record(uow.db, Minutes(meeting_id=row.id, link=link, file=name, at=uow.now))
    names = [found.name for room in row.rooms if (found := await rooms.room(uow.db, room))]
    return Say(
        "Le compte rendu de la rencontre du {day} part dans « {rooms} ».",
        day=day(row, uow.config, uow.now),
        rooms=" », « ".join(names),
    )


async def due(db: AsyncSession, now: datetime) -> Sequence[DuePaper]:
    return await papers.pending(db, papers.MINUTES)


async def fetch(paper: DuePaper, web: Web) -> Found | Say:
    """The file, or why it cannot be had."""
    told: dict[str, Any] = paper.content
    try:
        event = await web.rooms.event(told["room"], told["event"])
        content = event.content if event else {}
        name = clean_text(
            PurePath(str(content.get("filename") or content.get("body") or "")).name, LONGEST_NAME
        )
        data = await web.rooms.download(told["room"], told["event"], LARGEST)
    except FileUnavailable as error:
        return LACKING[error.why]
    return Found(name, data) if PurePath(name).suffix.lower() in MIMETYPES else WRONG_KIND


async def say_file(uow: UnitOfWork, paper: DuePaper, found: Found | Say) -> None:
    asked = await papers.take(uow.db, paper.cause)
    row = await meetings.meeting(uow.db, asked.meeting_id) if asked else None
    if asked is None or row is None:
        return
    if isinstance(found, Say):
        said = found
    else:
        mimetype = MIMETYPES[PurePath(found.name).suffix.lower()]
        file = File(name=found.name, data=found.data, mimetype=mimetype)
        said = await publish(uow, row, file=file, key=f":{asked.event_id}")
    asker = Asker(person=asked.person, room=asked.room_id, direct=asked.direct, reply_to=asked.event_id)
    await uow.post_answer(asker, said, answer_key(asked.event_id))


MINUTES_FILES = task("minutes files", due, fetch, say_file)

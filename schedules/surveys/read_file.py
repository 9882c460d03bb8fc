"""Reading a questionnaire that the team posted as a file: a task, which answers with its preview,
or with everything that is to be mended.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.matrix.errors import FileUnavailable, Lack
from bot.outbox import Asker, UnitOfWork, answer_key
from bot.schedule.tasks import task
from bot.text import Say, UserError
from bot.web import Web
from schedules.surveys import preview
from schedules.surveys.parse_questionnaire import LARGEST, Questionnaire, parse
from storage.surveys import requests

LACKING: dict[Lack, Say] = {
    "no file": Say(
        "Le message auquel vous répondez n’est pas un fichier. Répondez `!enquete nouvelle` au fichier YAML "
        "lui-même."
    ),
    "gone": Say("Ce fichier n’est plus là. Postez-le de nouveau, puis répondez-lui `!enquete nouvelle`."),
    "away": Say(
        "Le serveur ne me donne pas ce fichier pour l’instant. Réessayez `!enquete nouvelle` dans une heure."
    ),
    "too big": Say("Ce fichier est trop gros : un questionnaire tient en 100 ko."),
    "unreadable": Say(
        "Je n’ai pas pu déchiffrer ce fichier. Postez-le de nouveau, puis répondez-lui `!enquete nouvelle`."
    ),
}


@dataclass(frozen=True)
class DueFile:
    cause: str
    room: str
    file: str


async def due(db: AsyncSession, now: datetime) -> Sequence[DueFile]:
    return [
        DueFile(row.event_id, row.room_id, row.file_event)
        for row in await requests.pending(db, requests.FILE)
    ]


async def fetch(asked: DueFile, web: Web) -> Questionnaire | Say:
    try:
        data = await web.rooms.download(asked.room, asked.file, LARGEST)
        return await asyncio.to_thread(parse, data)
    except FileUnavailable as error:
        return LACKING[error.why]
    except UserError as error:
        return error.say


async def report(uow: UnitOfWork, asked: DueFile, found: Questionnaire | Say) -> None:
    row = await requests.request(uow.db, asked.cause)
    if row is None or row.status != requests.ASKED:
        return
    row.status = requests.SEEN
    uow.db.add(row)
    asker = Asker(person=row.person, room=row.room_id, reply_to=row.event_id)
    # what is asked is judged at the moment of the command
    at = replace(uow, now=row.at)
    answer = found if isinstance(found, Say) else await preview.prepared(at, found, row, row.closes_at)
    await uow.post_answer(asker, answer, answer_key(row.event_id))


SURVEY_FILES = task("survey files", due, fetch, report)

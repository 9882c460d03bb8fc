"""Attestations: the PDF that says that somebody was there, for them alone; typeset by a task (PDF/UA-1).

It exists exactly for who was there: what was taken back while it was typeset is not sent.
"""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot import documents
from bot.config import Config
from bot.documents import Document, DocumentError, Paragraph
from bot.outbox import Asker, File, Post, Rank, UnitOfWork, answer_key
from bot.schedule.tasks import task
from bot.text import Say
from bot.time import Day
from bot.time.format import When
from bot.web import Web
from schedules.meetings import wording
from storage.meetings import meetings
from storage.rollcall import papers, presence, rollcalls
from storage.rollcall.papers import ATTESTATION, DuePaper
from storage.tables import CheckIn, Meeting, PaperRequest

log = logging.getLogger(__name__)

MIMETYPE = "application/pdf"
LARGEST_LOGO = 1_000_000  # bytes
FAILED = Say("Je n’ai pas pu préparer l’attestation. Réessayez dans un moment : `attestation`.")
NOT_THERE = Say(
    "Je n’ai pas votre nom parmi les personnes présentes. L’équipe peut vous ajouter : demandez-le-lui."
)

NOT_NOTED = Say("Cette personne n’est plus notée présente : elle n’a pas d’attestation.")


def content(row: Meeting, checkin: CheckIn, config: Config, now: datetime) -> dict[str, Any]:
    """What is typeset: text, and where the logo is. "for" may be added: whose it is, when the team asks."""
    language = config.language
    return {
        "title": Say("Attestation de présence").text(language),
        "author": config.network.name,
        "language": language,
        "at": now.isoformat(),
        "logo": str(config.network.logo or ""),
        "paragraphs": [say.text(language) for say in _says(row, checkin, config, now)],
    }


def _says(row: Meeting, checkin: CheckIn, config: Config, now: datetime) -> list[Say]:
    name, network = wording.one_line(checkin.name), wording.one_line(config.network.name)
    place, title = wording.where(row), wording.one_line(row.title)
    said = (
        Say(
            "{network} atteste que {name} a suivi en visioconférence la rencontre du réseau :",
            network=network,
            name=name,
        )
        if checkin.remote
        else Say(
            "{network} atteste que {name} a participé sur place à la rencontre du réseau :",
            network=network,
            name=name,
        )
    )
    meeting = [
        Say("{when}", when=When(row.starts_at, row.ends_at, config.zone)),
        Say("« {title} »", title=title) if row.title else None,
        Say("{place}", place=wording.one_line(place)) if place else None,
    ]
    return [said, *(each for each in meeting if each is not None), *_foot(checkin, config, now)]


def _foot(checkin: CheckIn, config: Config, now: datetime) -> list[Say]:
    return [
        Say("Établie le {day}.", day=Day(now.astimezone(config.zone).date())),
        Say("Attestation n° {number}", number=checkin.number),
        Say(
            "Pour la vérifier, une personne du réseau écrit à l’Animatrice : verifier {number}, "
            "dans les douze mois qui suivent la rencontre.",
            number=checkin.number,
        ),
    ]


async def due(db: AsyncSession, now: datetime) -> Sequence[DuePaper]:
    return await papers.pending(db, ATTESTATION)


async def typeset(paper: DuePaper, web: Web) -> bytes | None:
    """None: it could not be; the log says why."""
    told: dict[str, Any] = paper.content
    logo = await asyncio.to_thread(_read_logo, told["logo"])
    try:
        return await documents.pdf(_document(told, logo))
    except DocumentError as error:
        log.warning("rollcall: an attestation could not be typeset: %s", error)
    if not logo:
        return None
    try:
        return await documents.pdf(_document(told, b""))  # the logo is decoration
    except DocumentError:
        return None


def _document(told: dict[str, Any], logo: bytes) -> Document:
    return Document(
        title=told["title"],
        author=told["author"],
        language=told["language"],
        at=datetime.fromisoformat(told["at"]),
        blocks=tuple(Paragraph(text) for text in told["paragraphs"]),
        logo=logo,
    )


def _read_logo(path: str) -> bytes:
    """Empty: there is none, or it cannot be read, which the log says."""
    if not path:
        return b""
    try:
        with Path(path).open("rb") as file:
            found = file.read(LARGEST_LOGO + 1)
    except OSError as error:
        log.warning("rollcall: the logo cannot be read: %s", error)
        return b""
    return found if len(found) <= LARGEST_LOGO else b""


async def send(uow: UnitOfWork, paper: DuePaper, made: bytes | None) -> None:
    asked = await papers.take(uow.db, paper.cause)
    if asked is None:
        return
    row = await meetings.meeting(uow.db, asked.meeting_id)
    named = str(asked.content.get("for", ""))
    checkin = await rollcalls.of_person(uow.db, asked.meeting_id, named or asked.person)
    roll = await rollcalls.of_meeting(uow.db, asked.meeting_id)
    if (
        row is None
        or roll is None
        or checkin is None
        or checkin.removed
        or not presence.was_held(roll, row, uow.config.zone)
    ):
        await _answer(uow, asked, NOT_NOTED if named else NOT_THERE)
    elif made is None:
        await _answer(uow, asked, FAILED)
    else:
        said = sent_with(row, uow.config, uow.now, wording.one_line(checkin.name) if named else "")
        await _answer(uow, asked, said, _file(row, made, uow.config.language))


def sent_with(row: Meeting, config: Config, now: datetime, name: str) -> Say:
    """`name`: of who cannot ask for it, so that the team does."""
    if name:
        day = wording.day(row, config, now)
        return Say("Attestation de {name} pour la rencontre du {day} :", name=name, day=day)
    return Say("Votre attestation pour la rencontre du {day} :", day=wording.day(row, config, now))


def _file(row: Meeting, made: bytes, language: str) -> File:
    name = Say("attestation-{name}.pdf", name=row.name).text(language)
    return File(name=name, data=made, mimetype=MIMETYPE)


async def _answer(uow: UnitOfWork, asked: PaperRequest, say: Say, *files: File) -> None:
    """In private, wherever it was asked; in the team's room for who has no account."""
    if asked.direct or "for" in asked.content:
        asker = Asker(person=asked.person, room=asked.room_id, direct=asked.direct, reply_to=asked.event_id)
        await uow.post_answer(asker, say, answer_key(asked.event_id), files=files)
    else:
        await uow.post(Post(person=asked.person, say=say, rank=Rank.ANSWER, files=files))


ATTESTATIONS = task("attestations", due, typeset, send)

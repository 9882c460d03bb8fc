"""The report of a meeting: attendance against answers, the evaluation, and the trend over four meetings, as
text and as a picture (drawn by a task).

Of the evaluation only what its close kept is shown, as the surveys show it: nothing before, nothing
below five answers, nor what would tell it by difference.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot import documents
from bot.config import Config
from bot.documents import Bar, Bars, Picture
from bot.outbox import Asker, File, UnitOfWork, answer_key
from bot.schedule.tasks import task
from bot.text import Count, Say
from bot.time import Instant
from bot.web import Web
from schedules.evaluation.ask import subject
from schedules.meetings import wording
from schedules.rollcall.wording import against_answers
from schedules.rollcall.wording import counts as counts_line
from schedules.surveys.result import RULE, question, result_of
from storage.meetings import counts, meetings
from storage.rollcall import papers, presence, rollcalls
from storage.rollcall.papers import DuePaper
from storage.rollcall.presence import Tally
from storage.surveys import surveys, texts
from storage.surveys.disclosure import shown
from storage.surveys.items import items_of, questions
from storage.tables import Meeting

MEETINGS = 4  # in the trend
USEFUL = 2  # of the choices of the first question, those that say so


@dataclass(frozen=True)
class Point:
    """One meeting of the trend. `useful`: percent of who answered; None: not known."""

    label: str
    tally: Tally
    useful: int | None


async def text(uow: UnitOfWork, row: Meeting) -> Say:
    return Say.lines(
        Say("**Bilan de la rencontre du {day}**", day=wording.day(row, uow.config)),
        *await _attendance(uow, row),
        *await _evaluation(uow, row),
        *_trend(await trend(uow.db, row)),
    )


async def _attendance(uow: UnitOfWork, row: Meeting) -> list[Say]:
    known = await counts.of_meeting(uow.db, row)
    expected = Say(
        "Annoncé avant : {site} sur place, {remote} en visio", site=known.seated, remote=known.remote
    )
    roll = await rollcalls.of_meeting(uow.db, row.id)
    if roll is None or not presence.was_held(roll, row, uow.config.zone):
        return [expected, Say("Le pointage n’a pas été ouvert : je ne sais pas qui était là.")]
    tally = await rollcalls.tally(uow.db, roll)
    return [counts_line(tally), expected, against_answers(tally)]


async def _evaluation(uow: UnitOfWork, row: Meeting) -> list[Say]:
    survey = await surveys.by_subject(uow.db, subject(row.id))
    if survey is None:
        return [
            Say(
                "Évaluation : elle part le lendemain, si au moins cinq personnes présentes "
                "me parlent en privé."
            )
        ]
    if survey.status != surveys.CLOSED:
        until = Instant(survey.closes_at, uow.now, uow.config.zone)
        return [Say("Évaluation : ouverte jusqu’au {until}. Rien n’en est montré avant.", until=until)]
    found = result_of(survey, await texts.of_survey(uow.db, survey.id))
    answered = Say(
        "**Évaluation : {count} sur {asked}**",
        count=Count(found.people, "une réponse", "{n} réponses", zero="aucune réponse"),
        asked=int(survey.result["asked"]),
    )
    if found.hidden:
        return [answered, Say("C’est moins de cinq : rien n’est détaillé.")]
    numbers = range(1, questions(found.items) + 1)
    return [answered, *(question(found, number) for number in numbers), RULE]


async def trend(db: AsyncSession, row: Meeting) -> list[Point]:
    return [
        Point(each.name, await rollcalls.tally(db, roll), await _useful(db, each.id))
        for roll, each in await rollcalls.latest(db, row, MEETINGS)
    ]


async def _useful(db: AsyncSession, number: int) -> int | None:
    """Where both counts may be told: see storage/surveys/disclosure.py."""
    survey = await surveys.by_subject(db, subject(number))
    if survey is None or survey.status != surveys.CLOSED:
        return None
    items = items_of(survey)
    told = shown(items, survey.result)[items[0].id]
    useful = [cell.count for cell in told.cells[:USEFUL] if cell.count is not None]
    return round(100 * sum(useful) / told.answered) if told.answered and len(useful) == USEFUL else None


def _trend(points: Sequence[Point]) -> list[Say]:
    if len(points) < 2:
        return []
    return [Say("**D’une rencontre à l’autre**"), *(Say("- {point}", point=_point(each)) for each in points)]


def _point(point: Point) -> Say:
    said = Say("{name} : {counts}", name=point.label, counts=counts_line(point.tally))
    if point.useful is None:
        return said
    return Say("{said}, utile pour {percent} % des réponses", said=said, percent=point.useful)


def chart(points: Sequence[Point], config: Config) -> dict[str, Any]:
    """What the task draws: how many were there at each."""
    language, longest = config.language, max(point.tally.there for point in points) or 1
    alt = Say.lines(Say("Présence aux dernières rencontres."), *map(_point, points)).text(language)
    return {
        "title": Say("Présence aux dernières rencontres").text(language),
        "bars": [[point.label, point.tally.there / longest, str(point.tally.there)] for point in points],
        "alt": alt,
        "language": language,
    }


async def due(db: AsyncSession, now: datetime) -> Sequence[DuePaper]:
    return await papers.pending(db, papers.REPORT)


async def draw(paper: DuePaper, web: Web) -> Picture | None:
    told: dict[str, Any] = paper.content
    bars = tuple(Bar(label, share, figure) for label, share, figure in told["bars"])
    return await documents.bars(
        Bars(title=told["title"], bars=bars, alt=told["alt"], language=told["language"])
    )


async def say_report(uow: UnitOfWork, paper: DuePaper, picture: Picture | None) -> None:
    """The text says all that the picture shows."""
    asked = await papers.take(uow.db, paper.cause)
    row = await meetings.meeting(uow.db, asked.meeting_id) if asked else None
    if asked is None or row is None:
        return
    asker = Asker(person=asked.person, room=asked.room_id, direct=asked.direct, reply_to=asked.event_id)
    files = (_file(row, picture, uow.config.language),) if picture else ()
    await uow.post_answer(asker, await text(uow, row), answer_key(asked.event_id), files=files)


def _file(row: Meeting, picture: Picture, language: str) -> File:
    return File(
        name=Say("bilan-{name}.png", name=row.name).text(language),
        data=picture.data,
        mimetype="image/png",
        alt=picture.alt,
        width=picture.width,
        height=picture.height,
    )


REPORTS = task("meeting reports", due, draw, say_report)

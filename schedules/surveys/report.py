"""Reports: the results of a survey typeset by a task, for the team or for the network:
the whole as a tagged PDF, one question as a picture, with the same in words.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot import documents
from bot.outbox import Asker, File, Post, UnitOfWork, answer_key
from bot.schedule.tasks import task
from bot.text import Say
from bot.web import Web
from schedules.announcements import beginning
from schedules.surveys import result
from schedules.surveys.result import Result, result_of
from storage.surveys import requests, surveys, texts
from storage.surveys.disclosure import Cell
from storage.surveys.items import Item
from storage.tables import SurveyRequest

RESULT = "survey-result:"
EMPTY = Say("Ces résultats ne sont plus là.")


@dataclass(frozen=True)
class DueReport:
    """All that is needed to typeset it, read beforehand."""

    cause: str
    found: Result | None
    question: int
    language: str
    publisher: str
    at: datetime


@dataclass(frozen=True)
class Typeset:
    files: tuple[File, ...] = ()
    lacking: bool = False


async def due(db: AsyncSession, now: datetime) -> list[DueReport]:
    found = []
    for row in await requests.pending(db, requests.REPORT, requests.PUBLICATION):
        survey = await surveys.survey(db, row.survey_id or 0)
        of_it = result_of(survey, await texts.of_survey(db, survey.id)) if survey else None
        found.append(DueReport(row.event_id, of_it, row.question, row.language, row.publisher, row.at))
    return found


async def typeset(asked: DueReport, web: Web) -> Typeset:
    found = asked.found
    if found is None or found.hidden:
        return Typeset()
    if asked.question:
        return await _pictures(found, asked)
    try:
        data = await documents.pdf(_document(found, asked))
    except documents.DocumentError:
        return Typeset(lacking=True)
    name = Say("enquete-{number}.pdf", number=found.survey.id).text(asked.language)
    return Typeset((File(name=name, data=data, mimetype="application/pdf"),))


async def _pictures(found: Result, asked: DueReport) -> Typeset:
    number = asked.question
    charts = [chart for item in found.of_question(number) if (chart := _bars(item, found, asked.language))]
    made = [await documents.bars(chart) for chart in charts]
    files = tuple(
        File(
            name=Say(
                "enquete-{number}-question-{question}-{n}.png", number=found.survey.id, question=number, n=n
            ).text(asked.language),
            data=each.data,
            mimetype="image/png",
            alt=each.alt,
            width=each.width,
            height=each.height,
        )
        for n, each in enumerate(made, 1)
        if each is not None
    )
    return Typeset(files, lacking=len(files) < len(charts))


def _document(found: Result, asked: DueReport) -> documents.Document:
    return documents.Document(
        title=Say("Enquête – {title}", title=found.survey.title).text(asked.language),
        author=asked.publisher,
        language=asked.language,
        at=asked.at,
        blocks=tuple(_blocks(found, asked.language)),
    )


def _blocks(found: Result, language: str) -> Iterator[documents.Block]:
    for line in result.head(found).text(language).splitlines()[1:]:
        yield documents.Paragraph(line)
    section = ""
    for item in found.items:
        if item.section and item.section != section:
            section = item.section
            yield documents.Heading(section)
        if item.place[0] == 1:
            yield documents.Heading(f"{item.number}. {item.text}", 2 if section else 1)
        if (chart := _bars(item, found, language)) is not None:
            yield replace(chart, title=item.row)
        else:
            yield from [documents.Paragraph(item.row, strong=True)] if item.row else []
            yield documents.Paragraph(result.answers(found.shown[item.id]).text(language))
        yield from _quotes(found, item, language)
    yield documents.Paragraph(result.RULE.text(language))


def _quotes(found: Result, item: Item, language: str) -> Iterator[documents.Block]:
    for theme, theirs in result.grouped(found, item):
        if theme:
            yield documents.Paragraph(theme.text(language), strong=True)
        if theirs:
            yield documents.Items(tuple(f"« {text.text} »" for text in theirs))


def _bars(item: Item, found: Result, language: str) -> documents.Bars | None:
    counted = found.shown[item.id]
    if not counted.cells:
        return None
    figures = [result.figure(cell, counted).text(language) for cell in counted.cells]
    bars = tuple(
        documents.Bar(label, _length(cell, counted.answered or 0), figure)
        for label, cell, figure in zip(item.choices, counted.cells, figures, strict=True)
    )
    alt = "\n".join(f"{label} : {figure}" for label, figure in zip(item.choices, figures, strict=True))
    title = item.row or item.text
    note = result.answers(counted).text(language)
    return documents.Bars(
        title=title, bars=bars, alt=f"{title} ({note})\n{alt}", note=note, language=language
    )


def _length(cell: Cell, answered: int) -> float:
    """What is masked has no bar."""
    count = cell.count if cell.count is not None else cell.least
    return count / answered if answered else 0.0


async def done(uow: UnitOfWork, asked: DueReport, made: Typeset) -> None:
    row = await requests.request(uow.db, asked.cause)
    if row is None or row.status != requests.ASKED:
        return
    row.status = requests.SEEN
    uow.db.add(row)
    if asked.found is None:
        await _answer(uow, row, EMPTY, ())
    elif row.kind == requests.PUBLICATION:
        await _publish(uow, asked.found, asked.question, made)
    else:
        await _answer(uow, row, _text(asked.found, asked.question, made), _files(uow, asked.found, row, made))


def _files(uow: UnitOfWork, found: Result, row: SurveyRequest, made: Typeset) -> tuple[File, ...]:
    """For the team, the counts as a file too."""
    if row.question or found.hidden:
        return made.files
    language = uow.network.language(row.room_id)
    name = Say("enquete-{number}.csv", number=found.survey.id).text(language)
    return (*made.files, File(name=name, data=result.csv_of(found, language), mimetype="text/csv"))


def _text(found: Result, number: int, made: Typeset) -> Say:
    lacking = (
        Say("Le graphique n’a pas pu être dessiné.") if number else Say("Le PDF n’a pas pu être composé.")
    )
    say = Say.lines(result.head(found), result.question(found, number)) if number else result.whole(found)
    return Say.lines(say, lacking if made.lacking else None)


async def _answer(uow: UnitOfWork, row: SurveyRequest, say: Say, files: Sequence[File]) -> None:
    asker = Asker(person=row.person, room=row.room_id, reply_to=row.event_id)
    await uow.post_answer(asker, say, answer_key(row.event_id), files=tuple(files))


async def _publish(uow: UnitOfWork, found: Result, number: int, made: Typeset) -> None:
    """Once in its room: published again, it is another message only if it is another question."""
    survey = found.survey
    say = Say.lines(
        result.head(found),
        result.question(found, number) if number else None,
        Say("Tous les résultats sont dans le document joint.") if made.files and not number else None,
        Say("Merci à toutes et à tous."),
    )
    key = f"{RESULT}{survey.id}" + (f":{number}" if number else "")
    title = f"« Résultats – {beginning(survey.title)} »"
    await uow.post(Post(room=survey.room_id, say=say, key=key, files=made.files, title=title))


SURVEY_REPORTS = task("survey reports", due, typeset, done)

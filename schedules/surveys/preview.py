"""Preview of a survey, in the team's room: what will be asked, until when; published on a tap."""

from datetime import date, datetime, time, timedelta

from bot.outbox import UnitOfWork
from bot.outbox.question import NO, YES, Ask
from bot.text import Count, Long, Say
from bot.text.clean import shortened
from bot.time.recurrence import instant
from schedules.surveys import card
from schedules.surveys.parse_questionnaire import Questionnaire
from storage import rooms
from storage.surveys.items import Item, items_of
from storage.tables import Survey, SurveyRequest

CONFIRM = "survey.confirm"
USUAL = timedelta(days=14)
NOON = time(12)
SHOWN = 160  # characters of a question


def usual_closing(uow: UnitOfWork) -> datetime:
    """At noon, two weeks later, or of the next open day."""
    day: date = (uow.now + USUAL).astimezone(uow.config.zone).date()
    at = instant(day, NOON, uow.config.zone)
    while not uow.hours.good(at):
        day += timedelta(days=1)
        at = instant(day, NOON, uow.config.zone)
    return at


async def prepared(
    uow: UnitOfWork, questionnaire: Questionnaire, asked: SurveyRequest, closes_at: datetime | None
) -> Ask | Say:
    """A draft of it, shown. `uow.now`: when it was asked for."""
    found = uow.network.of_kind("network")
    if not found:
        return Say("Je ne suis pas encore dans le salon du réseau. Le service numérique peut m’y inviter.")
    row = card.draft(questionnaire, asked.event_id, asked.person)
    row.room_id, row.opens_at, row.closes_at = found[0], uow.now, closes_at or usual_closing(uow)
    uow.db.add(row)
    await uow.db.flush()
    return await shown(uow, row)


async def shown(uow: UnitOfWork, row: Survey) -> Ask:
    room = await rooms.room(uow.db, row.room_id or "")
    say = Say.lines(
        Say("**Aperçu de l’enquête n° {number} – {title}**", number=row.id, title=row.title),
        Say("{introduction}", introduction=Long(row.introduction)) if row.introduction else None,
        card.when(uow, row),
        *_questions(items_of(row)),
        Say(
            "Elle sera annoncée dans « {room} », et on y répond en privé. "
            "Personne n’en voit le résultat avant la clôture, pas même l’équipe.",
            room=room.name if room else "",
        ),
        Say("La publier ? Répondez oui, non, ou indiquez une autre date de clôture."),
    )
    return Ask(say, then=CONFIRM, choices=(YES, NO), data={"survey": row.id}, accepts="moment")


def _questions(items: tuple[Item, ...]) -> list[Say]:
    """A line for each question, be it a grid."""
    grids = {item.number: item.place[1] for item in items if item.row}
    first = {item.number: item for item in reversed(items)}
    return [
        Say(
            "{n}. {text} ({kind})",
            n=number,
            text=shortened(item.text, SHOWN),
            kind=_if(item, items, _kind(item, grids.get(number, 0))),
        )
        for number, item in sorted(first.items())
    ]


def _kind(item: Item, lines: int) -> Say:
    if lines:
        return Say("grille de {lines}", lines=Count(lines, "une ligne", "{n} lignes"))
    if item.kind == "text":
        return Say("texte libre")
    choices = Count(len(item.choices), "un choix", "{n} choix")
    if item.most == 1:
        return Say("{choices}", choices=choices)
    return Say("{choices}, {n} réponses au plus", choices=choices, n=item.most)


def _if(item: Item, items: tuple[Item, ...], kind: Say) -> Say:
    if item.condition is None:
        return kind
    asked = next(each for each in items if each.id == item.condition.item)
    labels = ", ".join(asked.choices[choice] for choice in item.condition.choices)
    return Say("{kind}, si « {labels} » à la question {n}", kind=kind, labels=labels, n=asked.number)

"""Closing of a survey, at the announced time, with all that was said before and nothing that was said after.

The key is destroyed first: not even a crash before the end leaves a way from a person to an answer. Then what
may be said is counted and kept, the texts are mixed, and the answers go, in one transaction.
"""

import secrets as chance
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.outbox import UnitOfWork
from bot.schedule.jobs import Run, due
from bot.text import Say
from bot.time.recurrence import Occurrence
from schedules.surveys import card
from storage import rooms, secret_key
from storage.surveys import counting, disclosure, secrets, surveys
from storage.surveys.disclosure import FEW
from storage.surveys.items import OTHER, items_of
from storage.tables import Survey, SurveyText
from storage.transaction import truncate_log


async def over(db: AsyncSession, upto: datetime) -> list[Occurrence]:
    return [Occurrence(row.event_id, row.closes_at) for row in await surveys.to_close(db, upto)]


# However late, at whatever hour: the time was announced.
@due("survey closing", rows=over, missed="catch up", at_any_hour=True)
async def close(run: Run) -> None:
    row = await surveys.by_event(run.db, run.name)
    if row is not None and row.status == surveys.OPEN:
        await close_survey(run, row)


async def close_survey(uow: UnitOfWork, row: Survey) -> None:
    """Counted once and for all: there is no result before, nor another one after, to be held against it."""
    secret_key.destroy(secrets.key_file(uow.config.data_dir, row.id))
    items = items_of(row)
    outcome = counting.outcome(items, await secrets.everything(uow.db, row.id))
    row.result = {
        "people": await secrets.people(uow.db, row.id),
        "asked": len(row.audience) or await members(uow),
        "items": {
            item: {"answered": tally.answered, "counts": tally.counts}
            for item, tally in outcome.tallies.items()
            if tally.answered >= FEW
        },
    }
    _keep_texts(uow, row, outcome.texts)
    row.status, row.audience, row.closes_at = surveys.CLOSED, [], min(row.closes_at, uow.now)
    uow.db.add(row)
    await _forget(uow, row)
    await card.show_over(uow, row)
    await _tell_team(uow, row)


def _keep_texts(uow: UnitOfWork, row: Survey, texts: Mapping[str, Sequence[str]]) -> None:
    """Mixed, and numbered as they lie then, item after item; those that may not be read go."""
    items = items_of(row)
    shown = disclosure.shown(items, row.result)
    kept = {item for item, found in texts.items() if len(found) >= FEW}
    kept = {item for item in kept if disclosure.may_be_read(item, items, shown)}
    mixed = [(item, text) for item in kept for text in texts[item]]
    chance.SystemRandom().shuffle(mixed)
    places = {
        item: n
        for n, item in enumerate(name for each in items_of(row) for name in (each.id, each.id + OTHER))
    }
    mixed.sort(key=lambda each: places[each[0]])
    uow.db.add_all(SurveyText(survey_id=row.id, item=item, text=text) for item, text in mixed)


async def cancel(uow: UnitOfWork, row: Survey) -> None:
    """Everything that was answered goes."""
    secret_key.destroy(secrets.key_file(uow.config.data_dir, row.id))
    row.status, row.audience = surveys.CANCELLED, []
    uow.db.add(row)
    await _forget(uow, row)
    await card.show_over(uow, row)


async def _forget(uow: UnitOfWork, row: Survey) -> None:
    await secrets.erase(uow.db, row.id)
    await surveys.forget_asked(uow.db, row.id)
    truncate_log(uow.db)


async def members(uow: UnitOfWork) -> int:
    return len(await member_ids(uow))


async def member_ids(uow: UnitOfWork) -> set[str]:
    """Who is asked when a survey is everybody's."""
    return {
        each.user_id
        for room in uow.network.of_kind("network", "local")
        for each in await rooms.members(uow.db, room)
        if each.membership == "join" and each.user_id != uow.network.me
    }


async def _tell_team(uow: UnitOfWork, row: Survey) -> None:
    people = int(row.result["people"])
    await uow.tell_team(
        Say(
            "**Enquête n° {number} close – {title}** : {people}, sur {asked}. Les résultats : "
            "`!enquete resultats {number}`",
            number=row.id,
            title=row.title,
            people=card.people(people),
            asked=row.result["asked"],
        )
    )

"""Cards without a page: what the network itself wrote, an experience or an answer, kept in the library."""

from dataclasses import dataclass
from datetime import UTC, datetime

from bot.outbox import UnitOfWork
from bot.text.clean import shortened
from schedules.resources.edit import save
from storage.resources import library
from storage.tables import Resource

NEVER = datetime(9999, 1, 1, tzinfo=UTC)  # it has no link to be looked after


@dataclass(frozen=True, kw_only=True)
class OwnText:
    """`cause`: what it comes of, by which it is one card however often it is added."""

    cause: str
    kind: str
    title: str
    text: str
    theme: str = ""
    person: str = ""
    name: str = ""
    town: str = ""


async def add_text(uow: UnitOfWork, written: OwnText) -> Resource:
    """The card, new or as it was; nothing is posted."""
    known = await library.by_link(uow.db, written.cause)
    row = known or await library.add(
        uow.db,
        Resource(
            event_id=written.cause,
            link="",
            clean_link=written.cause,
            kind=written.kind,
            theme=written.theme,
            title_given=True,
            person=written.person,
            name=written.name,
            town=written.town,
            at=uow.now,
            read_at=uow.now,
            next_check=NEVER,
            access="free",
        ),
    )
    row.title, row.description = shortened(written.title, library.LONGEST_TITLE), written.text
    await save(uow, row)
    return row

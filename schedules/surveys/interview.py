"""Interview: a survey asked to one person in private, one item at a time.

Where they are is in the survey's own rows, under a digest; the question that waits for their words only knows
which survey it is of. What they are asked and told is erased here once it is sent.
"""

from datetime import timedelta

from bot.outbox import UnitOfWork
from bot.outbox.question import Ask, Choice
from bot.text import Say
from schedules.surveys import wording
from storage import secret_key
from storage.surveys import secrets, surveys
from storage.surveys.items import Item, before, concerns, items_of
from storage.surveys.secrets import Respondent, given_by
from storage.tables import Survey

BACK = Choice("back", "", ("retour", "précédent", "back"))
SKIP = Choice("skip", "", ("passer", "suivant", "skip"))
STOP = Choice("stop", "", ("stop", "arrêter", "arrêt"))


async def respondent(uow: UnitOfWork, row: Survey, person: str) -> Respondent | None:
    """None: the key was lost since somebody began, as after a restore:
    nobody's answers could be told from another's, so that one person could have two.
    """
    file = secrets.key_file(uow.config.data_dir, row.id)
    if secret_key.read(file) is None and await secrets.anybody(uow.db, row.id):
        return None
    return Respondent(row.id, secret_key.make(file), person)


async def resume(uow: UnitOfWork, row: Survey, who: Respondent) -> Ask:
    """Where they are: the first item, the one they left, or the end."""
    began = await who.progress(uow.db) is not None
    echo = Say("**Enquête – {title}** – nous reprenons.", title=row.title) if began else None
    return await ask_next(uow, row, who, echo or wording.opening(uow, row))


async def ask_next(uow: UnitOfWork, row: Survey, who: Respondent, echo: Say | None) -> Ask:
    """The first item that concerns them and has no answer. `echo`: what was understood."""
    items = items_of(row)
    answers = await who.answered(uow.db, items)
    given = given_by(answers)
    item = next((each for each in items if each.id not in answers and concerns(each, items, given)), None)
    if item is None:
        await who.move(uow.db, "", finished=True)
        until = wording.closing(uow, row)
        return _ask(uow, row, wording.finished(row, echo, until), (BACK,), accepts=False)
    return await ask_item(uow, row, who, item, echo)


async def ask_item(uow: UnitOfWork, row: Survey, who: Respondent, item: Item, echo: Say | None) -> Ask:
    await who.move(uow.db, item.id)
    question = wording.question(item, items_of(row), await who.answer(uow.db, item.id))
    return _ask(uow, row, Say.lines(echo, question), (SKIP, BACK, STOP), accepts=True)


async def ask_before(uow: UnitOfWork, row: Survey, who: Respondent) -> Ask | None:
    """None: they are at the first one."""
    progress, items = await who.progress(uow.db), items_of(row)
    answers = await who.answered(uow.db, items)
    given = given_by(answers)
    if progress is None or not progress.at:
        item = next((each for each in reversed(items) if concerns(each, items, given)), None)
    else:
        item = before(current(row, progress.at), items, given)
    return await ask_item(uow, row, who, item, None) if item else None


def current(row: Survey, at: str) -> Item:
    return next(item for item in items_of(row) if item.id == at)


def _ask(uow: UnitOfWork, row: Survey, say: Say, choices: tuple[Choice, ...], *, accepts: bool) -> Ask:
    return Ask(
        say,
        then=surveys.THEN,
        choices=choices,
        data={"survey": row.id},
        accepts="text" if accepts else "",
        within=max(row.closes_at - uow.now, timedelta(0)) + timedelta(days=1),
        confidential=True,
    )

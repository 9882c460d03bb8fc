"""Topics: what a question is about, in the words of the network: themes and acronyms. What comes back often
is a theme for a meeting.
"""

from datetime import timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.outbox import UnitOfWork
from bot.text import UserError
from schedules.glossary import entries, folded
from schedules.resources.themes import mentioned_themes
from schedules.themes import Theme, all_themes, theme
from storage.resources.words import words
from storage.tickets import tickets

ACRONYM = "sigle:"  # how the topic of an acronym begins; what follows is its folded name
MOST = 8  # topics of one person
SEASON = timedelta(days=92)


async def topics_of(db: AsyncSession, text: str) -> list[str]:
    """The acronyms in a text, then the themes it names, the likeliest first."""
    known = await entries(db)
    found = [ACRONYM + name for name in dict.fromkeys(map(folded, words(text))) if name in known]
    return [*found, *(each.id for each in mentioned_themes(text))]


async def typed_topics(db: AsyncSession, typed: str) -> list[str]:
    """« évaluation, GUSP ». Raises UserError, with the themes, for what is neither."""
    known = await entries(db)
    found = []
    for part in filter(None, (each.strip() for each in typed.replace(";", ",").split(","))):
        name = folded(part)
        if name in known:
            found.append(ACRONYM + name)
        elif (named := theme(part)) is not None:
            found.append(named.id)
        else:
            raise UserError(
                "Je ne connais pas « {word} ». Écrivez des thèmes ou des sigles, séparés par des virgules : "
                "`jesais évaluation, GUSP`. Les thèmes : {names}.",
                word=part[:40],
                names=", ".join(each.id for each in all_themes()),
            )
    return list(dict.fromkeys(found))[:MOST]


async def label(db: AsyncSession, topic: str, language: str) -> str:
    """« GUSP », « Observation et évaluation »."""
    if topic.startswith(ACRONYM):
        entry = (await entries(db)).get(topic.removeprefix(ACRONYM))
        return entry.name if entry else topic.removeprefix(ACRONYM)
    found = theme(topic)
    return found.localized(language) if found else topic


async def recurring(uow: UnitOfWork) -> list[Theme]:
    """The themes that members asked about at least three times in a quarter: what to offer for the next
    meeting, the most asked first.
    """
    found = await tickets.recurring_themes(uow.db, uow.now - SEASON)
    return [named for each, _ in found if (named := theme(each)) is not None]

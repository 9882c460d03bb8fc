"""The draft of the next panorama: what the team sees before, sorts, and may publish earlier."""

from datetime import timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.config import Config
from bot.outbox import Post
from bot.schedule.jobs import Run, every
from bot.text import Say
from bot.time import Instant
from bot.time.recurrence import Occurrence, first_day
from schedules.news import weeks
from schedules.news.digest import DRAFT_KEY, Issue, complete, gather, record
from storage import pause
from storage.tables import Edition


async def draft(db: AsyncSession, config: Config, turn: Occurrence) -> tuple[Edition, Issue | None]:
    """The draft of this edition as it stands: its numbers are those of the row."""
    issue = await gather(db, config, turn.name)
    empty = Issue(turn.name, first_day(turn.name) - timedelta(days=7), (), 0)
    return await record(db, issue or empty, turn.planned), issue


async def shown(db: AsyncSession, config: Config, issue: Issue | None, turn: Occurrence) -> Say:
    """The draft with what can be done about it."""
    if issue is None:
        return Say("Il n’y a plus rien dans ce brouillon : sans autre titre d’ici là, le panorama ne paraîtra pas.")
    when = Instant(turn.planned, turn.planned, config.zone)
    if await weeks.left_out(db, config, turn):
        fate = Say("**Brouillon** – rien ne paraîtra tout seul le {when} : ces titres seront dans le panorama suivant.", when=when)
    else:
        fate = Say("**Brouillon** – il paraîtra le {when}, avec ce qui arrivera d’ici là.", when=when)
    return Say.lines(
        fate,
        await complete(db, config, issue, turn.planned),
        Say(""),
        Say("Écarter un titre : `!ecarter {n}` – Le mettre en tête : `!epingler {n}` – Ne pas attendre : `!publier`", n=len(issue.entries)),
    )


async def too_late(run: Run) -> list[Post]:
    """A draft is of no use after its hour; the digest itself tells what became of it."""
    return []


@every(weeks.draft_rule, name="panorama draft", missed="drop", grace=timedelta(hours=12), dropped=too_late)
async def show_draft(run: Run) -> list[Post]:
    """The evening before, unless nothing is to appear in the days after, or the team has suspended what is sent by itself."""
    turn = await weeks.upcoming(run.db, run.config, run.planned)
    if not run.network.team or turn is None or turn.planned - run.planned > timedelta(days=6):
        return []
    if await pause.held(run.db, run.planned) or await weeks.left_out(run.db, run.config, turn):
        return []
    row, issue = await draft(run.db, run.config, turn)
    if issue is None:
        return []
    row.draft = f"{DRAFT_KEY}{turn.name}"
    return [Post(room=run.network.team, say=await shown(run.db, run.config, issue, turn), key=row.draft)]

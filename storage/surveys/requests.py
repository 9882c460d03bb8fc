"""What is left for a task: files that the team posted, to be read; results, to be typeset."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import SurveyRequest

ASKED, SEEN = "asked", "seen"
FILE, REPORT, PUBLICATION = "file", "report", "publication"


async def pending(db: AsyncSession, *kinds: str) -> Sequence[SurveyRequest]:
    """Oldest first."""
    query = select(SurveyRequest).where(SurveyRequest.status == ASKED, col(SurveyRequest.kind).in_(kinds))
    return (await db.exec(query.order_by(col(SurveyRequest.at)))).all()


async def request(db: AsyncSession, event_id: str) -> SurveyRequest | None:
    return await db.get(SurveyRequest, event_id)


async def purge(db: AsyncSession, before: datetime) -> None:
    await db.exec(delete(SurveyRequest).where(col(SurveyRequest.at) < before))

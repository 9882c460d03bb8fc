"""Texts of surveys that are closed, by number: read and grouped by the team before they are shown."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import Survey, SurveyText


async def of_survey(db: AsyncSession, number: int) -> Sequence[SurveyText]:
    """In the order of their numbers, which says nothing of when they came."""
    query = select(SurveyText).where(SurveyText.survey_id == number)
    return (await db.exec(query.order_by(col(SurveyText.id)))).all()


async def numbered(db: AsyncSession, numbers: Collection[int]) -> Sequence[SurveyText]:
    return (await db.exec(select(SurveyText).where(col(SurveyText.id).in_(numbers)))).all()


async def purge(db: AsyncSession, closed: datetime) -> None:
    """Forgets those of surveys that closed before an instant."""
    old = select(Survey.id).where(Survey.closes_at < closed)
    await db.exec(delete(SurveyText).where(col(SurveyText.survey_id).in_(old)))

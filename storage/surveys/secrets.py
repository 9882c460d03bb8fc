"""Secret answers: one a person and item, under a digest of both, whose key is a file while the survey is open
(storage/secret_key.py). Without the key, not even two answers of the same person have anything in common.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import delete, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage import secret_key
from storage.surveys.items import Given, Item, concerns
from storage.tables import SurveyAnswer, SurveyProgress


def key_file(data_dir: Path, number: int) -> Path:
    return data_dir / secret_key.FOLDER / f"survey-{number}"


@dataclass(frozen=True)
class Respondent:
    """One person in one survey, by its key."""

    survey: int
    key: bytes
    person: str

    def digest(self, *what: str) -> str:
        return secret_key.digest(self.key, *what, self.person)

    def receipt(self, event_id: str) -> str:
        return secret_key.digest(self.key, event_id)

    async def progress(self, db: AsyncSession) -> SurveyProgress | None:
        return await db.get(SurveyProgress, (self.survey, self.digest()))

    async def answer(self, db: AsyncSession, item: str) -> SurveyAnswer | None:
        return await db.get(SurveyAnswer, (self.survey, self.digest(item)))

    async def answered(self, db: AsyncSession, items: Sequence[Item]) -> dict[str, SurveyAnswer]:
        """What they have answered, or passed over, by item."""
        digests = {self.digest(item.id): item.id for item in items}
        query = select(SurveyAnswer).where(
            SurveyAnswer.survey_id == self.survey, col(SurveyAnswer.digest).in_(digests)
        )
        return {digests[row.digest]: row for row in (await db.exec(query)).all()}

    async def said_by(self, db: AsyncSession, event_id: str) -> SurveyAnswer | None:
        """The answer that this message of theirs gave, if it still stands."""
        query = select(SurveyAnswer).where(
            SurveyAnswer.survey_id == self.survey, SurveyAnswer.receipt == self.receipt(event_id)
        )
        return (await db.exec(query)).first()

    async def put(
        self, db: AsyncSession, item: str, event_id: str, *, choices: Sequence[int] = (), text: str = ""
    ) -> None:
        """Takes the place of what they answered before; the order of the choices says nothing."""
        row = SurveyAnswer(
            survey_id=self.survey, digest=self.digest(item), item=item, choices=sorted(choices)
        )
        row.text, row.receipt = text, self.receipt(event_id)
        await db.merge(row)
        await db.flush()

    async def drop(self, db: AsyncSession, *items: str) -> None:
        digests = [self.digest(item) for item in items]
        mine = (col(SurveyAnswer.survey_id) == self.survey) & col(SurveyAnswer.digest).in_(digests)
        await db.exec(delete(SurveyAnswer).where(mine))

    async def drop_unconcerned(self, db: AsyncSession, items: Sequence[Item]) -> None:
        """What they answered to what they would no longer be asked goes, after a change of mind."""
        given = given_by(await self.answered(db, items))
        gone = [item for item in items if not concerns(item, items, given)]
        await self.drop(db, *(name for item in gone for name in (item.id, item.other_id)))

    async def move(
        self, db: AsyncSession, at: str, *, answered: bool = False, finished: bool = False
    ) -> None:
        before = await self.progress(db)
        row = SurveyProgress(survey_id=self.survey, digest=self.digest(), at=at)
        row.answered = answered or bool(before and before.answered)
        row.finished = finished or bool(before and before.finished)
        await db.merge(row)
        await db.flush()


def given_by(answers: dict[str, SurveyAnswer]) -> Given:
    return {item: row.choices for item, row in answers.items()}


async def everything(db: AsyncSession, number: int) -> Sequence[SurveyAnswer]:
    return (await db.exec(select(SurveyAnswer).where(SurveyAnswer.survey_id == number))).all()


async def people(db: AsyncSession, number: int) -> int:
    """How many have answered something."""
    query = select(func.count()).where(
        col(SurveyProgress.survey_id) == number, col(SurveyProgress.answered).is_(True)
    )
    return (await db.exec(query)).one()


async def anybody(db: AsyncSession, number: int) -> bool:
    """Whether somebody has begun."""
    query = select(func.count()).where(col(SurveyProgress.survey_id) == number)
    return (await db.exec(query)).one() > 0


async def erase(db: AsyncSession, number: int) -> None:
    await db.exec(delete(SurveyAnswer).where(col(SurveyAnswer.survey_id) == number))
    await db.exec(delete(SurveyProgress).where(col(SurveyProgress.survey_id) == number))

"""What people need to come, or to eat there: how it is asked and shown, and for how long it is known."""

from datetime import datetime, time, timedelta

from bot.config import Config
from bot.outbox import Post
from bot.schedule.jobs import Run
from bot.text import Say
from bot.time import Day
from bot.time.recurrence import instant
from schedules.meetings.wording import one_line
from storage import outbox
from storage.meetings import meetings, needs
from storage.meetings.needs import MEAL
from storage.tables import Meeting

KEPT = timedelta(days=7)  # after the end of the meeting
_RECAP = "meeting-recap:"


def recap_key(row: Meeting, cause: str) -> str:
    """Of what the team was told with the needs in it."""
    return f"{_RECAP}{row.id}:{cause}"


async def forget(run: Run) -> None:
    """In the night of the day that was said, they go from our tables, and what showed them from the team's room."""
    ended = instant(run.planned.astimezone(run.config.zone).date() - KEPT + timedelta(days=1), time(), run.config.zone)
    await needs.forget(run.db, ended)
    for entry in await outbox.standing(run.db, _RECAP):
        row = await meetings.meeting(run.db, int((entry.message_key or "").split(":")[1]))
        if row is None or row.ends_at <= ended:
            await run.post(Post(room=entry.room_id, key=entry.message_key, delete=True))


def asked() -> Say:
    """To be said where only they read it, to those who come. It is no question: a « non » would be an answer to the meeting."""
    return Say("Si vous avez un besoin pour venir ou pour le repas : par exemple `acces place adaptée` ou `repas végétarien`.")


def label(kind: str, what: str) -> Say:
    if kind == MEAL:
        return Say("Repas : {what}", what=one_line(what))
    return Say("Accès : {what}", what=one_line(what))


def erased_on(row: Meeting, now: datetime, config: Config) -> Day:
    return Day((row.ends_at + KEPT).astimezone(config.zone).date(), now.astimezone(config.zone).date())

"""Who is asked, when, and how often: one nudge before the close, and other subjects' own surveys."""

from datetime import datetime, timedelta

from bot.outbox import Cause, UnitOfWork
from schedules.surveys.card import About, open_about
from schedules.surveys.parse_questionnaire import built_in
from storage.surveys import surveys
from storage.tables import Survey
from tests.support.survey_fixture import a_survey
from tests.support.world import PARIS, World

NUDGED = "Enquête – Le réseau – elle se termine"


async def test_one_nudge_two_days_before_the_close_to_who_has_not_finished_and_wants_reminders(
    quick: World,
) -> None:
    asked = await a_survey(quick)
    await asked.says("camille", "enquete", "1", "passer", "1", "1")  # has finished
    await asked.says("lou", "enquete", "1")  # has begun
    await asked.says("alix", "rappels non")
    await asked.says("maxime", "bonjour")
    for day in ("mer 2 décembre 14:00", "jeu 3 décembre 14:00"):
        await quick.wait_until(day)
    nudges = {
        who: [text for text in await quick.reads(room) if text.startswith(NUDGED)]
        for who, room in asked.rooms.items()
    }
    assert {who: len(texts) for who, texts in nudges.items()} == {
        "camille": 0,
        "lou": 1,
        "alix": 0,
        "maxime": 1,
    }
    assert "et vous l’avez commencée" in nudges["lou"][0]
    assert "Comptez environ 2 minutes, sans votre nom." in nudges["maxime"][0]
    await quick.taps("maxime", "✅", room=asked.rooms["maxime"])
    assert "Question 1 sur 4" in (await quick.last(asked.rooms["maxime"])).text


async def test_another_subject_asks_some_people_about_something_of_theirs_once(quick: World) -> None:
    """As a meeting does of who was there."""
    rooms = {who: await quick.direct(who) for who in ("camille", "lou")}
    people = [quick.person(who).user_id for who in ("camille", "alix")]
    closes_at = datetime(2026, 11, 30, 12, tzinfo=PARIS)
    about = About(
        "meeting:12", people, closes_at, quick.person("morgan").user_id, title="La rencontre du 10 décembre"
    )

    async def opened() -> Survey:
        now = quick.clock.now()
        async with quick.db.write() as db:
            uow = UnitOfWork(
                db=db, outbox=quick.app.outbox, cause=Cause(id="evaluation/2026-T4", at=now), now=now
            )
            return await open_about(uow, built_in("rencontre"), about)

    number = (await opened()).id
    quick.app.sender.wake()
    await quick.settle()
    assert (await opened()).id == number
    (invited,) = [text for text in await quick.reads(rooms["camille"]) if text.startswith("La rencontre")]
    assert f"Pour commencer, touchez ✅ ou écrivez `enquete {number}`." in invited
    assert "Question 1 sur 3" in (await quick.says("camille", "enquete", room=rooms["camille"]))[-1]
    assert "pas d’enquête en cours" in (await quick.says("lou", "enquete", room=rooms["lou"]))[-1]
    await quick.wait_until_instant(closes_at + timedelta(minutes=1))
    async with quick.db.read() as db:
        row = await surveys.by_subject(db, "meeting:12")
    assert row is not None
    assert (row.status, row.audience) == (surveys.CLOSED, [])


async def test_a_person_in_two_surveys_says_which(quick: World) -> None:
    first, second = await a_survey(quick), await a_survey(quick)
    said = await first.says("camille", "enquete")
    assert said.startswith(
        "Enquêtes en cours\n- n° 1 : Le réseau – jusqu’au vendredi 4 décembre à 12 h\n- n° 2"
    )
    assert "Question 1 sur 4" in await first.says("camille", f"enquete {second.number}")

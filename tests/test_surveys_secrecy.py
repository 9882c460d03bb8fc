"""Who answered what in a survey is nowhere once it is closed: not in the database's bytes, nor the logs;
and while it is open, nothing that a backup holds tells it.
"""

import logging
from datetime import timedelta

import pytest

from storage import secret_key
from storage.surveys import secrets
from storage.surveys.secrets import Respondent
from tests.support.survey_fixture import Asked, a_survey
from tests.support.world import World
from tests.test_polls_secrecy import files, holding, rows

PEOPLE = ("camille", "lou", "alix", "maxime", "sacha")
TYPED = (
    "QuandLeTempsManque",
    "TropLoinDeChezMoi",
    "PersonneNeMeRépond",
    "JeNeSaisPasEncore",
    "LesTrainsSontRares",
)


async def everybody_answers(asked: Asked) -> list[str]:
    """One part after another; the digests of who they are."""
    key = secret_key.read(secrets.key_file(asked.world.config.data_dir, asked.number))
    assert key is not None
    for who, text in zip(PEOPLE, TYPED, strict=True):
        await asked.says(who, "enquete", "2", text, "1 4 leCovoiturage", "1", "2")
    people = [Respondent(asked.number, key, asked.world.person(who).user_id) for who in PEOPLE]
    return [each.digest(*of) for each in people for of in ((), ("reseau",), ("pourquoi",), ("besoins",))]


async def test_while_it_is_open_answers_lie_under_digests_that_have_nothing_in_common(quick: World) -> None:
    asked = await a_survey(quick)
    digests = await everybody_answers(asked)
    assert len(set(digests)) == len(digests)
    assert all(holding(quick, digest) for digest in digests)
    people = {*(quick.person(who).user_id for who in PEOPLE), *asked.rooms.values()}
    for table, text in rows(quick):  # all that a backup would hold
        if table == "surveyanswer" or any(each in text for each in TYPED):
            assert table == "surveyanswer"
            assert not any(each in text for each in people)


async def test_once_closed_nothing_tells_who_said_what_and_the_texts_lie_mixed(
    quick: World, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("bot", "commands", "schedules", "storage"):
        caplog.set_level(logging.DEBUG, logger=name)
    asked = await a_survey(quick)
    digests = await everybody_answers(asked)
    row = await asked.row()
    await quick.wait_until_instant(row.closes_at + timedelta(minutes=1), "team")
    assert (await asked.row()).result["people"] == len(PEOPLE)
    assert [name for digest in digests for name in holding(quick, digest)] == []
    assert not [name for name in files(quick) if "poll-keys" in name]
    for table, text in rows(quick):
        assert table not in ("surveyanswer", "surveyprogress")
        if any(each in text for each in TYPED):
            assert table == "surveytext"
    for text in TYPED:
        assert text not in caplog.text
    # of the five people each has one question left, whichever way they went
    questions = [text for table, text in rows(quick) if table == "question" and "survey.answer" in text]
    assert len(questions) == len(PEOPLE)
    assert all('{"survey": 1}' in each and "pourquoi" not in each for each in questions)


async def test_a_key_that_is_lost_takes_no_more_answers_and_the_team_is_told(quick: World) -> None:
    asked = await a_survey(quick)
    await asked.says("camille", "enquete", "1")
    secret_key.destroy(secrets.key_file(quick.config.data_dir, asked.number))
    said = await asked.says("camille", "1")
    assert said.startswith("Je ne peux plus enregistrer de réponse à cette enquête")
    assert (await quick.reads("team"))[-1].startswith("La clé de l’enquête n° 1 manque")

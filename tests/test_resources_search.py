"""A resource is found in the French that people type: accents or none, plurals, slips, acronyms, synonyms;
the best one comes first.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import pytest
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.text import UserError
from schedules.resources.reindex import reindex
from schedules.resources.search import parse_query
from storage.db import Database
from storage.migrate import upgrade
from storage.resources.did_you_mean import nearest
from storage.resources.index import index, unindex
from storage.resources.search import last_listing, purge_listings, remember_listing, search, vocabulary
from storage.tables import Acronym, Listing, Resource, Term
from tests.support.resources_fixture import add_resource, add_sample_resources, sample_searches
from tests.support.world import MONDAY

SEARCHES = sample_searches()


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a full library, to be read by many."""
    path: Path = tmp_path_factory.mktemp("library") / "library.sqlite"
    asyncio.run(_filled(path))
    return path


async def _filled(path: Path) -> None:
    database = Database(f"sqlite:///{path}")
    await upgrade(database)
    async with database.write() as session:
        await add_sample_resources(session)
    await database.close()


@pytest.fixture
async def full(library: Path) -> AsyncIterator[AsyncSession]:
    """What is changed there is gone after the test."""
    database = Database(f"sqlite:///{library}")
    async with database.read() as session:
        yield session
    await database.close()


async def found(db: AsyncSession, typed: str) -> list[int]:
    asked = await parse_query(db, typed, MONDAY)
    return list((await search(db, asked.query)).numbers)


@pytest.mark.parametrize("case", SEARCHES, ids=lambda case: case["tape"])
async def test_what_people_type_brings_first_what_they_want(full: AsyncSession, case: dict[str, Any]) -> None:
    numbers = await found(full, case["tape"])
    first, among = case.get("puis", []), case.get("parmi", [])
    assert numbers[: len(first)] == first
    assert set(numbers[: len(among)]) == set(among)
    if case.get("seules"):
        assert len(numbers) == len(first or among)


async def test_a_page_numbers_what_is_worth_the_same_in_rising_order(full: AsyncSession) -> None:
    asked = await parse_query(full, "", MONDAY)
    everything = await search(full, asked.query)
    page = everything.page(0, 5)
    assert set(page) == set(everything.numbers[:5]), "the best ones"
    for before, after in pairwise(page):
        assert before < after or everything.worth[before] < everything.worth[after]


async def test_an_acronym_does_not_seek_whatever_has_one_of_its_words(full: AsyncSession) -> None:
    full.add(
        Acronym(
            folded="ahlf",
            name="AHLF",
            text="Agence des habitants lointains du fleuve",
            person="@a:b",
            at=MONDAY,
        )
    )
    await full.flush()
    assert await found(full, "habitants lointains") != []
    assert await found(full, "AHLF") == []


def test_there_are_as_many_searches_as_promised() -> None:
    assert len(SEARCHES) >= 40


async def test_those_that_have_every_word_come_before_those_that_have_the_rarest(full: AsyncSession) -> None:
    asked = await parse_query(full, "modèle de convention de jardins", MONDAY)
    result = await search(full, asked.query)
    assert result.whole == 0
    asked = await parse_query(full, "réunion habitants", MONDAY)
    result = await search(full, asked.query)
    assert (result.numbers[0], result.whole) == (1, 1)
    assert 47 in result.numbers[1:]


async def test_of_two_that_have_one_word_each_the_rarer_word_counts_more(full: AsyncSession) -> None:
    await add_resource(full, {"id": 101, "titre": "Ludothèque"})
    assert (await found(full, "ludothèque guide"))[0] == 101


async def test_the_words_of_asking_are_not_sought_unless_there_are_no_others(full: AsyncSession) -> None:
    polite = await parse_query(full, "Bonjour, je cherche des ressources sur la santé, svp", MONDAY)
    assert polite.query == (await parse_query(full, "santé", MONDAY)).query
    assert polite.replaced == ()
    assert 48 in await found(full, "ressources")


def test_the_whole_word_may_be_nearer_than_its_beginning() -> None:
    assert nearest("diagnotic", ["diagnost", "diagnostic"]) == ["diagnostic"]


async def test_of_two_that_say_it_alike_the_one_useful_to_more_people_comes_first_then_the_fresher(
    full: AsyncSession,
) -> None:
    for number, more in (
        (101, {"voix": 1}),
        (102, {"voix": 3}),
        (103, {"voix": 1, "epinglee": True}),
        (104, {"voix": 3, "mort": True}),
    ):
        await add_resource(full, {"id": number, "titre": "Ludothèque", **more})
    await add_resource(
        full, {"id": 105, "titre": "Ludothèques", "voix": 1, "le": (MONDAY - timedelta(days=1)).date()}
    )
    assert await found(full, "ludothèque") == [103, 102, 105, 101, 104]


async def test_a_title_weighs_more_than_a_reason_and_a_reason_more_than_the_page(full: AsyncSession) -> None:
    await add_resource(full, {"id": 101, "page": "Une ludothèque.", "voix": 9})
    await add_resource(full, {"id": 102, "pourquoi": "Une ludothèque.", "voix": 5})
    await add_resource(full, {"id": 103, "titre": "Une ludothèque"})
    assert await found(full, "ludothèque") == [103, 102, 101]


async def test_what_is_retired_is_found_no_more_and_what_is_corrected_at_once(full: AsyncSession) -> None:
    row = await full.get(Resource, 9)
    assert row is not None
    row.title = "Balade urbaine commentée"
    await index(full, row)
    assert await found(full, "balade urbaine") == [
        9,
        *[number for number in await found(full, "balade urbaine") if number != 9],
    ]
    row.status = "retired"
    await index(full, row)
    assert 9 not in await found(full, "balade")
    assert 9 not in await found(full, "#cadre-de-vie")
    assert (await full.exec(select(Term).where(Term.resource_id == 9))).all() == []


async def test_one_that_nobody_may_see_yet_is_not_found(full: AsyncSession) -> None:
    await add_resource(full, {"id": 101, "titre": "Ludothèque", "etat": "asked"})
    assert await found(full, "ludothèque") == []


async def test_a_slip_is_forgiven_only_where_there_is_nothing_else(full: AsyncSession) -> None:
    assert (await parse_query(full, "relogemnt", MONDAY)).replaced == (("relogemnt", ("relog",)),)
    assert (await parse_query(full, "relogement", MONDAY)).replaced == ()
    await add_resource(full, {"id": 101, "titre": "Relogemnt"})
    assert await found(full, "relogemnt") == [101]
    row = await full.get(Resource, 101)
    assert row is not None
    await unindex(full, row)
    assert set((await found(full, "relogemnt"))[:2]) == {3, 42}


async def test_a_word_that_is_near_nothing_brings_nothing(full: AsyncSession) -> None:
    assert await found(full, "xylophone") == []
    assert (await parse_query(full, "xylophone", MONDAY)).replaced == (("xylophone", ()),)
    asked = await parse_query(full, "xylophone diagnostic marchant", MONDAY)
    result = await search(full, asked.query)
    assert (result.numbers[0], result.whole) == (9, 1)


async def test_an_acronym_that_the_team_adds_finds_what_was_there_before(full: AsyncSession) -> None:
    assert await found(full, "marche exploratoire de femmes")
    before = await found(full, "MEF")
    full.add(
        Acronym(folded="mef", name="MEF", text="Marche exploratoire de femmes.", person="@morgan", at=MONDAY)
    )
    await full.flush()
    assert (await found(full, "MEF"))[0] == 24
    assert before != await found(full, "MEF")


@pytest.mark.parametrize("typed", ["#licorne", "type:licorne", "thème:licorne évaluation"])
async def test_a_filter_that_is_none_is_refused_with_those_there_are(full: AsyncSession, typed: str) -> None:
    with pytest.raises(UserError) as refusal:
        await found(full, typed)
    assert "« licorne »" in refusal.value.say.text().replace("\u00a0", " ")


@pytest.mark.parametrize(
    "typed",
    [
        "depuis toujours",
        "depuis 12",
        "depuis 9999",
        "#« cadre de vie »",
        "type:« guide »",
        "#!!!",
        "de",
        "d’",
        "#",
        "type:",
        "de de de de",
        "« » ?!",
        "%_'\"--",
        "\u202e" * 300,
    ],
)
async def test_whatever_is_typed_is_only_words(full: AsyncSession, typed: str) -> None:
    await found(full, typed)


async def test_a_filter_may_be_quoted_and_a_month_said_in_many_ways(full: AsyncSession) -> None:
    assert set(await found(full, "#« cadre de vie »")) == {9, 13, 14, 15}
    for typed in (
        "depuis octobre",
        "depuis octobre dernier",
        "depuis le 1er octobre 2026",
        "depuis Octobre 2026 #evaluation",
        "type : données",
    ):
        assert 36 in await found(full, typed), typed
    assert await found(full, "depuis décembre fiche de poste") == await found(
        full, "depuis de\u0301cembre 2025 fiche de poste"
    )
    assert 16 in await found(full, "depuis décembre fiche de poste")
    assert 30 not in await found(full, "fiche de poste depuis décembre")


async def test_what_narrows_a_search_may_be_said_in_english(full: AsyncSession) -> None:
    for french, english in (
        ("depuis octobre", "since October"),
        ("charte de Marquemont", "charte from Marquemont"),
        ("type:guide", "type:guides"),
    ):
        assert await found(full, english) == await found(full, french)
    assert await found(full, "since October") != await found(full, "")


async def test_nothing_asked_brings_everything_the_most_useful_first(full: AsyncSession) -> None:
    assert (await found(full, ""))[:3] == [6, 9, 1]
    assert len(await found(full, "")) == 52


async def test_a_question_without_end_is_bounded(full: AsyncSession) -> None:
    asked = await parse_query(full, "évaluation " * 20_000, MONDAY)
    assert len(asked.text) <= 200
    assert len(asked.query.wants) == 1
    many = await parse_query(full, " ".join(f"m{n}" for n in range(10_000)), MONDAY)
    assert len(many.query.wants) < 100


async def test_themes_kinds_and_towns_are_no_words_of_the_vocabulary_that_a_slip_can_meet(
    full: AsyncSession,
) -> None:
    there = await vocabulary(full)
    assert "#sante" in there
    assert not any(
        each[0] in "#=@"
        for _, near in (await parse_query(full, "santx outix", MONDAY)).replaced
        for each in near
    )


async def test_what_somebody_looked_for_is_kept_a_day(full: AsyncSession) -> None:
    for name, at in (("@camille", MONDAY), ("@lou", MONDAY - timedelta(days=2))):
        await remember_listing(full, Listing(person=name, room_id="!room", query="santé", shown=5, at=at))
    await purge_listings(full, MONDAY - timedelta(days=1))
    assert await last_listing(full, "@camille", "!room") is not None
    assert await last_listing(full, "@lou", "!room") is None


async def test_a_library_of_another_version_is_found_by_the_words_and_the_addresses_of_this_one(
    tmp_path: Path,
) -> None:
    db = Database(f"sqlite:///{tmp_path}/old.sqlite")
    await upgrade(db)
    wrapped = "https://www.google.com/url?q=https%3A%2F%2Fmethodes.example.org%2Felus%3Futm_source%3Dx"
    async with db.write() as session:
        for n, link in ((1, wrapped), (2, "https://youtu.be/x"), (3, "https://www.youtube.com/watch?v=x")):
            session.add(
                Resource(
                    id=n,
                    event_id=f"${n}",
                    link=link,
                    clean_link=link,
                    title="Former les élus",
                    at=MONDAY,
                    next_check=MONDAY,
                )
            )
        await session.flush()
        session.add(Term(stem="elus", resource_id=1, weight=5))
    for _ in range(2):  # the second start has nothing to do
        async with db.write() as session:
            await reindex(session, cast(Any, None), MONDAY)
    async with db.read() as session:
        found = await search(session, (await parse_query(session, "élue", MONDAY)).query)
        assert sorted(found.numbers) == [1, 2, 3]
        assert "elus" not in await vocabulary(session)
        rows = (await session.exec(select(Resource).order_by(col(Resource.id)))).all()
        assert [(row.link, row.clean_link) for row in rows] == [
            ("https://methodes.example.org/elus", "https://methodes.example.org/elus"),
            ("https://www.youtube.com/watch?v=x", "https://youtube.com/watch?v=x"),
            # two cards that people have answered stay two
            ("https://www.youtube.com/watch?v=x", "https://www.youtube.com/watch?v=x"),
        ]
    await db.close()

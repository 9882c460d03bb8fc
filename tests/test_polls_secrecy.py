"""Who voted what in a confidential poll is nowhere once it is closed:
not in the database's bytes, nor the logs, nor a room that others read.
"""

import json
import logging
import re
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from bot.demo.chat import Line
from schedules.polls import result
from storage.polls import polls, secrets
from tests.support.world import MemoryWorld, World
from tests.test_polls_closing import TUESDAY, at
from tests.test_polls_voting import Published, a_poll, counted, redacts, votes

FRUIT = ("pomme", "poirier", "cerisier", "framboise")
# Everybody writes in a manner of their own, to be searched for: cases and blanks are all the same to who
# counts.
PEOPLE = ("camille", "lou", "alix", "maxime", "sacha")


class Killed(BaseException):
    """Stands for SIGKILL at one place of the code."""


@dataclass
class Secrets:
    """What would tell of a person's choice: `typed` by them, whatever became of it;
    `digests` of who they are.
    """

    world: World
    poll: Published
    direct: dict[str, str] = field(default_factory=dict)
    typed: list[str] = field(default_factory=list)
    digests: list[str] = field(default_factory=list)
    events: set[str] = field(default_factory=set)
    last: str = ""

    async def says(self, who: str, text: str, room: str = "", **manner: Any) -> list[str]:
        await self.tells(who, text, room, **manner)
        return await self.world._heard(room or self.direct[who])

    async def tells(self, who: str, text: str, room: str = "", **manner: Any) -> None:
        """What follows the first word must not be found again, if it is written in a manner of its own:
        with a capital inside, or odd blanks.
        """
        place = room or await self._room_of_the_two(who)
        typed = text.partition(" ")[2]
        if typed[1:] != typed[1:].lower() or "  " in typed:
            self.typed.append(typed)
        self.last = await self.world.tells(who, text, place, **manner)
        self.events.add(self.last)

    async def _room_of_the_two(self, who: str) -> str:
        if who not in self.direct:
            self.direct[who] = await self.world.direct(who)
            key = secrets.key(self.world.config.data_dir, self.poll.number)
            assert key is not None
            self.digests.append(secrets.digest(key, self.world.person(who).user_id))
        return self.direct[who]


async def confidential(world: World) -> Secrets:
    return Secrets(world, await a_poll(world, mode="secret", choices=list(FRUIT), most=2, closes_at=TUESDAY))


async def everybody_votes(said: Secrets, among: tuple[str, ...] = PEOPLE) -> None:
    for number, who in enumerate(among):
        choice = FRUIT[number % 4]
        answer = await said.says(who, f"vote {choice[: number // 4 + 1]}{choice[number // 4 + 1 :].upper()}")
        assert answer[-1].startswith("Votre vote est enregistré")


def files(world: World) -> dict[str, bytes]:
    return {
        str(path.relative_to(world.config.data_dir)): path.read_bytes()
        for path in world.config.data_dir.rglob("*")
        if path.is_file()
    }


def holding(world: World, needle: str) -> list[str]:
    """Names of the bot's files where a text is, in any of the forms in which it could be written."""
    forms = [needle.encode(), needle.encode("utf-16-le"), json.dumps(needle)[1:-1].encode()]
    with_bytes = [*forms, bytes.fromhex(needle)] if len(needle) == 64 else forms
    return [name for name, data in files(world).items() if any(form in data for form in with_bytes)]


def rows(world: World) -> Iterator[tuple[str, str]]:
    """Every row of the database, as one text, with the name of its table."""
    with closing(sqlite3.connect(f"file:{world.config.data_dir}/animatrice.sqlite?mode=ro", uri=True)) as db:
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            for row in db.execute(f"SELECT * FROM {table}"):
                yield (
                    table,
                    "\n".join(
                        bytes(each).decode(errors="replace") if isinstance(each, bytes) else str(each)
                        for each in row
                    ),
                )


def tells(text: str) -> bool:
    """Whether it names some choices and not the others: a list of all of them tells nothing of anybody."""
    named = sum(choice in text.lower() for choice in FRUIT)
    return 0 < named < len(FRUIT) or re.search(r"\[\d(, \d)*\]", text) is not None


async def nothing_is_left(said: Secrets, logged: str, *, detail: bool = True) -> None:
    """`detail`: whether the counts may be known."""
    world = said.world
    people = [world.person(who).user_id for who in PEOPLE]
    for needle in (*said.typed, *said.digests):
        assert holding(world, needle) == [], needle
        assert needle not in logged
    assert not [name for name in files(world) if "poll-keys" in name]
    for table, text in rows(world):
        assert table not in ("ballot", "secretballot"), text
        if any(each in text for each in (*people, *said.direct.values(), *said.events)):
            assert not tells(text), f"{table}: {text}"
        if not detail and table == "poll":
            assert "counts" not in text
    for room in world.rooms:
        for line in await world.lines(room):
            await _reads_harmless(said, room, line)


async def _reads_harmless(said: Secrets, room: str, line: Line) -> None:
    shown = f"{line.text}\n{json.dumps(line.content, ensure_ascii=False)}"
    assert not [needle for needle in said.typed if needle in shown], f"{room}: {shown}"
    if any(
        said.world.person(who).name.split()[0] in shown or said.world.person(who).user_id in shown
        for who in PEOPLE
    ):
        assert not tells(shown), f"{room}: {shown}"


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """All that the bot writes when it is asked to say the most."""
    for name in ("bot", "commands", "schedules", "storage"):
        caplog.set_level(logging.DEBUG, logger=name)
    return caplog


async def test_while_the_poll_is_open_the_search_finds_what_it_is_to_find(quick: World) -> None:
    said = await confidential(quick)
    await everybody_votes(said)
    assert {name for digest in said.digests for name in holding(quick, digest)} == {"animatrice.sqlite-wal"}
    assert f"poll-keys/{said.poll.number}" in files(quick)
    assert [text for table, text in rows(quick) if table == "secretballot"]


async def test_once_closed_nothing_tells_who_voted_what(
    quick: World, logged: pytest.LogCaptureFixture
) -> None:
    said = await confidential(quick)
    await everybody_votes(said)
    result = (await at(quick, TUESDAY))[-1]
    assert result.startswith("Résultat – Quels thèmes ? (5 votes, 5 réponses)\n1. pomme – 2 voix (40,0 %)\n")
    await nothing_is_left(said, logged.text)
    await quick.restart()
    await said.says("camille", "vote FRAMBOISE")
    await said.says("lou", "vtoe FRAMBOise")
    await said.says("lou", "!vote FRAMboise", room="network")
    await nothing_is_left(said, logged.text)


async def test_nor_do_changes_of_mind_slips_refusals_and_what_was_typed_in_the_room(
    quick: World, logged: pytest.LogCaptureFixture
) -> None:
    said = await confidential(quick)
    await everybody_votes(said)
    await said.tells("camille", "vote n° 1 Framboise ;  Pomme")  # changed
    await said.tells("lou", "vote Retirer")
    await said.tells("alix", "vtoe CeriSier")
    await said.tells("alix", "vtoe Framboise poirier", room="network")  # nobody's command
    await said.tells("alix", "!vtoe CERisier", room="network")
    await said.tells("maxime", "vote FraMboise, poirier, pomme")  # too many
    await said.tells("maxime", "vote FramboiZier")
    for typed in ("sondage 1  ,2", "sondage n° 1  : 3", "votes ,4  ", "poll  , 3"):  # not the word for it
        assert (await said.says("maxime", typed))[
            -1
        ] == "Pour répondre à un sondage, écrivez `vote 1`. Ceux qui sont en cours : `sondages`."
    await said.tells("maxime", "!vote PoiRier", room="network")
    await said.tells("maxime", "!vote n° 1 FramBoise", room="network")
    await said.tells("maxime", "vote n° 77 FrambOise")
    await quick.settle()
    await quick.taps("sacha", "4️⃣", on=said.poll.card)
    await said.tells("sacha", "vote PoMme")
    await redacts(quick, "sacha", said.last, said.direct["sacha"])
    await said.tells("alix", "vote POirier")
    await said.tells("alix", "vote CERISIER", edit_of=said.last)
    outcome = await counted(quick, said.poll)
    assert (outcome.voters, outcome.counts) == (3, (1, 0, 1, 2))
    await said.tells("lou", "vote PomMe")
    await at(quick, TUESDAY)
    await nothing_is_left(said, logged.text)


async def test_nor_does_a_question_that_waits_for_words_take_the_vote_for_its_answer(
    quick: World, logged: pytest.LogCaptureFixture
) -> None:
    said = await confidential(quick)
    await everybody_votes(said)
    asked = await said.says("camille", "recommander https://example.org/guide")
    assert "Pourquoi la recommander" in asked[-1]
    await said.says("camille", "vote FraMboise")
    assert asked[-1] in await quick.reads(said.direct["camille"]), "it has had no answer"
    why = next(line.id for line in await quick.lines(said.direct["camille"]) if line.text == asked[-1])
    await said.says("camille", "un guide clair", reply_to=why)
    assert any("« Un guide clair. »" in text for text in await quick.reads(said.direct["camille"]))
    await said.says("lou", "recommander https://example.org/autre")
    await said.says("lou", "vtoe 4  ,")
    await at(quick, TUESDAY)
    await nothing_is_left(said, logged.text)


async def test_a_reason_that_only_looks_like_a_vote_is_still_a_reason(quick: World) -> None:
    direct = await quick.direct("camille")
    await quick.says("camille", "recommander https://example.org/choix", direct)
    await quick.says("camille", "Choix raisonné, quand personne ne vote", direct)
    await a_poll(quick, mode="secret")
    await quick.says("camille", "recommander https://example.org/guide", direct)
    await quick.says("camille", "Votre guide préféré, à 2 pas", direct)
    read = "\n".join(await quick.reads(direct))
    assert "« Choix raisonné, quand personne ne vote. »" in read
    assert "« Votre guide préféré, à 2 pas. »" in read


@asynccontextmanager
async def killed_at(world: MemoryWorld, place: Any, name: str, *, after: bool) -> AsyncIterator[None]:
    """Dies the first time that a function is called, before or after it has done its work."""
    original = getattr(place, name)

    async def dies(*args: Any, **kwargs: Any) -> Any:
        if after:
            await original(*args, **kwargs)
        raise Killed

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(place, name, dies)
        yield


@pytest.mark.parametrize("moment", ["before it is committed", "before it is scrubbed"])
async def test_nor_does_a_kill_around_the_close(
    quick: MemoryWorld, logged: pytest.LogCaptureFixture, moment: str
) -> None:
    said = await confidential(quick)
    await everybody_votes(said)
    await at(quick, TUESDAY - timedelta(minutes=1))  # the night's housekeeping is behind us: it scrubs too
    place, name, after = {
        "before it is committed": (result, "close", True),
        "before it is scrubbed": (quick.db, "truncate_log", False),
    }[moment]
    async with killed_at(quick, place, name, after=after):
        with pytest.raises(Killed):
            await at(quick, TUESDAY)
        await quick.kill()
    await quick.start()
    await quick.settle()
    results = [text for text in await quick.reads() if text.startswith("Résultat – Quels thèmes ? (5 votes")]
    assert len(results) == 1
    await nothing_is_left(said, logged.text)


async def test_nor_does_a_poll_that_is_cancelled(quick: World, logged: pytest.LogCaptureFixture) -> None:
    said = await confidential(quick)
    await everybody_votes(said)
    await quick.says("morgan", "!sondage annuler 1", room="team")
    await quick.says("morgan", "oui", room="team")
    await said.says("camille", "vote PoirieR")  # too late
    await nothing_is_left(said, logged.text, detail=False)


async def test_below_five_votes_nothing_is_detailed_anywhere(
    quick: World, logged: pytest.LogCaptureFixture
) -> None:
    said = await confidential(quick)
    await everybody_votes(said, PEOPLE[:4])
    early = await quick.says("morgan", "!resultats 1", room="team")
    assert early[-1].startswith("Les résultats du sondage n° 1 ne sont connus qu’à la clôture")
    await at(quick, TUESDAY)
    asked = await quick.says("morgan", "!resultats 1", room="team")
    assert "Moins de cinq votes" in asked[-1]
    await quick.says("morgan", "!sondage suite 1 merci", room="team")
    for room in quick.rooms:
        for line in await quick.lines(room):
            assert "voix" not in line.text
            assert line.file is None
    assert "voix" not in "\n".join(text for _, text in rows(quick))
    await nothing_is_left(said, logged.text, detail=False)


# --- discreet


async def test_a_discreet_poll_shows_no_count_before_its_close_whoever_asks(quick: World) -> None:
    poll = await a_poll(quick, mode="discreet", choices=list(FRUIT), closes_at=TUESDAY)
    for who in PEOPLE:
        await votes(quick, who, poll, "2")
    (box,) = [event for event in await quick.events() if event["event_id"] == poll.boxes[0]]
    assert box["content"]["org.matrix.msc3381.poll.start"]["kind"] == "org.matrix.msc3381.poll.undisclosed"
    for line in (
        "!sondages",
        "!resultats",
        "!resultats 1",
        "!vote",
        "!vote n° 1",
        "!sondage prolonger 1 jeudi 12 h",
        "!prevu",
    ):
        for who, room in (("morgan", "team"), ("camille", "network"), ("morgan", "network")):
            await quick.tells(who, line, room=room)
    direct = await quick.direct("camille")
    for line in ("vote", "sondages", "resultats 1", "vote 2"):
        await quick.tells("camille", line, direct)
    await quick.settle()
    for room in (*quick.rooms, direct):
        for text in await quick.reads(room):
            # but to themselves, in private
            assert not tells(text.replace("Votre vote :\n2. poirier", "") if room == direct else text), text
            assert "voix" not in text
    async with quick.db.read() as db:
        row = await polls.poll(db, poll.number)
        assert row is not None
        assert row.result == {}

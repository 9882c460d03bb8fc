"""Polls in process-level tests, what these do and read:
a poll asked in a room, its result as people see it, the ballots that are left.
"""

import re
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass

from bot.demo.chat import Line
from tests.support.process_stage import TIMEOUT, ProcessStage
from tests.support.synapse_fixture import BOT

BOX = "org.matrix.msc3381.poll.start"


@dataclass(frozen=True)
class OpenPoll:
    """A poll that is open: its number, and the events that show it."""

    number: int
    card: str
    box: str


async def ask_poll(
    stage: ProcessStage, kind: str, question: str, choices: Sequence[str], until: str, *more: str
) -> OpenPoll:
    """By Morgan in the room itself. `until`: as people type it; `more`: other options."""
    room = stage.room(kind)
    before = {line.id for line in await stage.reads(kind)}
    await stage.says(
        "animation", kind, " | ".join((f"!sondage {question}", *choices, *more, f"jusqu’à {until}"))
    )

    def fresh(lines: Iterable[Line]) -> list[Line]:
        return [line for line in lines if line.id not in before and line.sender_id == BOT]

    lines = await stage.morgan.wait_for(
        room, lambda lines: [line for line in fresh(lines) if line.msgtype == BOX], TIMEOUT
    )
    card, box = fresh(lines)
    assert plain(card.text).startswith(f"Sondage – {question}")
    return OpenPoll(number_of(stage, card.id), card.id, box.id)


def number_of(stage: ProcessStage, card: str) -> int:
    with closing(sqlite3.connect(f"file:{stage.bot.database}?mode=ro", uri=True)) as database:
        ((living,),) = database.execute("SELECT living FROM act WHERE event_id = ?", (card,)).fetchall()
    return int(living.removeprefix("poll:"))


def results(lines: Iterable[Line], question: str) -> list[Line]:
    """Messages of their own, not the card that has become one."""
    return [
        line
        for line in lines
        if line.sender_id == BOT and line.text.startswith(f"Résultat – {question}") and not line.edited
    ]


def parse_counts(text: str) -> tuple[int, dict[str, int]]:
    """People and votes as a result says them."""
    text = plain(text)
    found = re.search(r"\((?:(\d+) votes?|aucun vote)(?:, (\d+) réponses?)?\)", text)
    assert found, text
    votes = {label: int(number) for label, number in re.findall(r"\d+\. (\S+) – (\d+) voix", text)}
    if found[2]:
        assert sum(votes.values()) == int(found[2])
    return int(found[1] or 0), votes


def plain(text: str) -> str:
    return re.sub(r"\s", " ", text)


def ballots_left(stage: ProcessStage, of: Sequence[int] = ()) -> int:
    """How many acts of voting the database still holds, of these polls or of all."""
    some = f" WHERE poll_id IN ({', '.join(map(str, of))})" if of else ""
    with closing(sqlite3.connect(f"file:{stage.bot.database}?mode=ro", uri=True)) as database:
        found = [
            database.execute(f"SELECT COUNT(*) FROM {table}{some}").fetchone()[0]
            for table in ("ballot", "secretballot")
        ]
    return sum(found)

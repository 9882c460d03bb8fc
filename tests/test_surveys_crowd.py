"""A network that answers all at once, a bot that is killed on the way and around the close:
the figures are those of an independent count, nothing is lost or counted twice, one answer a person.
"""

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from schedules.surveys import close
from schedules.surveys.parse_questionnaire import source_of
from storage.surveys.items import OTHER
from tests.support.fake_homeserver import FakePerson
from tests.support.survey_fixture import QUESTIONS, Asked, a_survey
from tests.support.synapse_fixture import BOT
from tests.support.world import MemoryWorld
from tests.test_polls_secrecy import Killed, files, killed_at

NOT = "Non"


@dataclass
class Respondent:
    """Somebody who answers as people do, and what a pencil would note of it."""

    person: FakePerson
    room: str
    wanted: dict[str, tuple[int, ...] | str] = field(default_factory=dict)


async def a_crowd(world: MemoryWorld, people: int) -> list[Respondent]:
    """Members, then in private with the bot, which speaks to no stranger."""
    names = [(f"@v{number}:reseau.example.org", f"Voisin {number}") for number in range(people)]
    crowd = [FakePerson(world.homeserver, *name) for name in names]
    for person in crowd:
        await person.join(world.rooms["network"])
    await world.settle()
    found = [Respondent(person, await person.dm(BOT)) for person in crowd]
    await world.settle()
    return found


async def answers(asked: Asked, who: Respondent, chance: random.Random) -> None:
    """One question after another, some passed over, some answered twice; without waiting for the bot."""
    items = (await asked.row()).items
    await who.person.says(who.room, f"enquete {asked.number}")
    for item in items:
        condition = item["condition"]
        if condition and not set(who.wanted.get(condition["item"], ())) & set(condition["choices"]):
            continue
        if chance.random() < 0.1:
            await who.person.says(who.room, "passer")
            continue
        if chance.random() < 0.1 and item is not items[0] and who.wanted:
            await who.person.says(who.room, "?!")  # refused
        if item["kind"] == "text":
            who.wanted[item["id"]] = f"Mots de {chance.randrange(10**9)}"
            await who.person.says(who.room, str(who.wanted[item["id"]]))
            continue
        chosen = tuple(sorted(chance.sample(range(len(item["choices"])), chance.randint(1, item["most"]))))
        who.wanted[item["id"]] = chosen
        words = (
            f"et {len(item['choices'])} autre chose"
            if item["other"] and chosen[-1] == len(item["choices"]) - 1
            else ""
        )
        numbers = [n + 1 for n in (chosen[:-1] if words else chosen)]
        await who.person.says(who.room, f"{' '.join(map(str, numbers))} {words}".strip().removeprefix("et "))
        if words:
            who.wanted[item["id"] + OTHER] = "autre chose"


def independent(people: list[Respondent]) -> tuple[dict[str, int], dict[str, Counter[int]]]:
    answered: Counter[str] = Counter()
    counts: dict[str, Counter[int]] = {}
    for who in people:
        for item, value in who.wanted.items():
            answered[item] += 1
            counts.setdefault(item, Counter()).update(value if isinstance(value, tuple) else ())
    return answered, counts


@pytest.mark.parametrize(
    ("people", "text"),
    [
        pytest.param(14, QUESTIONS, id="smaller"),
        pytest.param(110, source_of("mise-en-reseau").decode(), id="2000 answers", marks=pytest.mark.long),
    ],
)
async def test_killed_among_the_answers_and_around_the_close_the_figures_are_those_of_a_pencil(
    quick: MemoryWorld, chance: random.Random, people: int, text: str
) -> None:
    asked = await a_survey(quick, text)
    crowd = await a_crowd(quick, people)
    for who in chance.sample(crowd, people):
        await answers(asked, who, chance)
        if chance.random() < 3 / people:
            await quick.app.turn(0)
            await quick.kill()
            await quick.start()
    await quick.settle()
    row = await asked.row()
    async with killed_at(quick, close, chance.choice(("_forget", "_tell_team")), after=False):
        with pytest.raises(Killed):
            await quick.wait_until_instant(row.closes_at + timedelta(seconds=1))
        await quick.kill()
    await quick.start()
    await quick.settle()
    answered, counts = independent(crowd)
    result = (await asked.row()).result
    assert result["people"] == sum(bool(who.wanted) for who in crowd)
    for item in (await asked.row()).items:
        if answered[item["id"]] >= 5:
            assert result["items"][item["id"]] == {
                "answered": answered[item["id"]],
                "counts": [counts[item["id"]][n] for n in range(len(item["choices"]))],
            }
        else:
            assert item["id"] not in result["items"]
    assert not [name for name in files(quick) if "poll-keys" in name]
    assert sum(text.startswith("Enquête n° 1 close") for text in await quick.reads("team")) == 1

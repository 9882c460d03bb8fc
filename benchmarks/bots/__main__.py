"""One command, on any machine: Synapse, the floor, maubot and a minimal matrix-nio bot beside Animatrice,
in turn.

python -m benchmarks.bots --help
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import click

from benchmarks.bots import own, report, subjects
from benchmarks.bots.people import Observer, Speaker
from benchmarks.bots.results import Results
from benchmarks.bots.scenarios import BUSY_ROOMS, QUIET, Bench, Sizes
from benchmarks.bots.subjects import Animatrice, Subject
from bot.demo.homeserver import Homeserver

# Rounds of each, by what one takes: all of them are under 15 minutes on two cores. In this order.
SCENARIOS = {
    "latency": 3,
    "burst": 1,
    "killed": 1,
    "away": 1,
    "reactions": 1,
    "start": 3,
    "memory": 1,
    "search": 3,
    "statements": 1,
    "feeds": 3,
}
OWN = {"search": own.search, "statements": own.statements}
PEOPLE = 10
PASSWORD = "a password of a bench"


@dataclass(frozen=True)
class Plan:
    """`rounds`: of each scenario that is played."""

    kinds: Sequence[type[Subject]]
    rounds: dict[str, int]
    sizes: Sizes


async def gathered(server: Homeserver, plan: Plan, folder: Path) -> tuple[Bench, list[Subject]]:
    """The people in the rooms of each subject, which are its own."""
    accounts = [await server.register(f"personne{number}", PASSWORD) for number in range(PEOPLE)]
    speakers = tuple(Speaker(server.url, account) for account in accounts)
    observer = Observer(server.url, await server.register("observatrice", PASSWORD))
    found = []
    for kind in plan.kinds:
        _say(f"rooms of {kind.name}")
        account = await server.register(kind.name, PASSWORD)
        subject = kind(server.url, account, PASSWORD, folder / kind.name)
        subject.folder.mkdir()
        await _settle(subject, speakers, observer)
        subject.prepare()
        found.append(subject)
    return Bench(speakers, observer, {kind.name: Results() for kind in plan.kinds}, plan.sizes), found


async def _settle(subject: Subject, speakers: tuple[Speaker, ...], observer: Observer) -> None:
    guests = [who.user_id for who in (*speakers[1:], observer)]
    bot = Speaker(subject.url, subject.account)
    for number in range(BUSY_ROOMS + 1):
        alias = f"{subject.name}-{number}"
        room = await speakers[0].create(alias, alias, [*guests, subject.account.user_id])
        for who in (*speakers[1:], observer, bot):
            await who.join(room)
        subject.rooms += (room,)
        subject.aliases += (f"#{alias}:reseau.example.org",)
    await bot.close()


async def run(plan: Plan) -> dict[str, Results]:
    results = {kind.name: Results() for kind in plan.kinds}
    if set(plan.rounds) != {"feeds"}:
        results = await _beside(plan)
    if "feeds" in plan.rounds and Animatrice in plan.kinds:
        _say("feeds")
        await own.feeds(results, plan.sizes.feeds, plan.rounds["feeds"])
    return results


async def _beside(plan: Plan) -> dict[str, Results]:
    """All but the feeds, on one Synapse."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = await stack.enter_async_context(Homeserver())
        bench, everyone = await gathered(server, plan, folder)
        await stack.enter_async_context(bench.observer)
        for who in bench.speakers:
            stack.push_async_callback(who.close)
        for subject in everyone:
            stack.push_async_callback(subject.end)
            _say(f"first start of {subject.name}")
            await subject.start()
        for number in range(max(plan.rounds.values())):
            for scenario in (each for each, rounds in plan.rounds.items() if number < rounds):
                for subject in everyone:
                    _say(f"round {number + 1}: {scenario}, {subject.name}")
                    await _play(bench, scenario, subject)
        return bench.results


async def _play(bench: Bench, scenario: str, subject: Subject) -> None:
    if scenario not in OWN:
        await getattr(bench, scenario)(subject)
    elif isinstance(subject, Animatrice):
        await OWN[scenario](bench, subject)
    await asyncio.sleep(QUIET)


def _say(what: str) -> None:
    sys.stderr.write(f"{time.monotonic() - BEGAN:4.0f} s  {what}…\n")


BEGAN = time.monotonic()


def _names(context: click.Context, parameter: click.Parameter, value: str) -> list[str]:
    known = SCENARIOS if parameter.name == "only" else [each.name for each in subjects.ALL]
    names = [name.strip() for name in value.split(",") if name.strip()]
    if unknown := [name for name in names if name not in known]:
        raise click.BadParameter(f"{', '.join(unknown)}: not one of {', '.join(known)}.")
    return [name for name in known if name in names] or list(known)


@click.command()
@click.option("--only", default="", callback=_names, help="Scenarios: latency,burst…  [default: all]")
@click.option(
    "--bots", default="", callback=_names, help="Beside the floor: maubot,animatrice  [default: all]"
)
@click.option(
    "--rounds", type=click.IntRange(1), help="Of each scenario.  [default: 1 or 3, by what it takes]"
)
@click.option("--small", is_flag=True, help="A tenth of everything, to see that it works.")
@click.option("--picture", type=click.Path(path_type=Path), default="bench.png", show_default=True)
def main(only: list[str], bots: list[str], rounds: int | None, small: bool, picture: Path) -> None:
    """Measures Animatrice beside other bots on a Synapse of its own: one table, one picture."""
    kinds = [each for each in subjects.ALL if each.name in (*bots, "floor")]
    played = {name: rounds or SCENARIOS[name] for name in only}
    results = asyncio.run(run(Plan(kinds, played, Sizes.small() if small else Sizes())))
    sys.stdout.write(report.table(results))
    if report.picture(results, picture):
        _say(f"drawn in {picture}")


if __name__ == "__main__":
    main()

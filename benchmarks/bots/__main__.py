"""One command, on any machine: Synapse, the floor, maubot and a minimal matrix-nio bot beside Animatrice,
in turn.

python -m benchmarks.bots --help
"""

import asyncio
import sys
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

import click

from benchmarks.bots import report, subjects
from benchmarks.bots.people import Observer, Speaker
from benchmarks.bots.scenarios import BUSY_ROOMS, Bench, Results
from benchmarks.bots.subjects import Animatrice, Subject
from bot.demo.homeserver import Homeserver

SCENARIOS = ("latency", "burst", "killed", "reactions")
PEOPLE = 10
PASSWORD = "a password of a bench"


async def gathered(
    url: str, server: Homeserver, kinds: list[type[Subject]], folder: Path
) -> tuple[Bench, list[Subject]]:
    """The people in the rooms of each subject, which are its own."""
    accounts = [await server.register(f"personne{number}", PASSWORD) for number in range(PEOPLE)]
    speakers = tuple(Speaker(url, account) for account in accounts)
    observer = Observer(url, await server.register("observatrice", PASSWORD))
    found = []
    for kind in kinds:
        subject = kind(url, await server.register(kind.name, PASSWORD), PASSWORD, folder / kind.name)
        subject.folder.mkdir()
        await _settle(subject, speakers, observer)
        subject.prepare()
        found.append(subject)
    return Bench(speakers, observer, {kind.name: Results() for kind in kinds}), found


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


async def run(kinds: list[type[Subject]], scenarios: list[str], rounds: int) -> dict[str, Results]:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = await stack.enter_async_context(Homeserver())
        bench, everyone = await gathered(server.url, server, kinds, folder)
        await stack.enter_async_context(bench.observer)
        for who in bench.speakers:
            stack.push_async_callback(who.close)
        for subject in everyone:
            stack.push_async_callback(subject.end)
            bench.results[subject.name].start.append(await subject.start())
        for number in range(rounds):
            for scenario in scenarios:
                for subject in everyone:
                    sys.stderr.write(f"round {number + 1} of {rounds}: {scenario}, {subject.name}…\n")
                    await getattr(bench, scenario)(subject)
        for subject in everyone:
            if isinstance(subject, Animatrice):
                await bench.statements(subject)
        return bench.results


@click.command()
@click.option(
    "--rounds", default=3, show_default=True, help="How often each scenario is played, subjects in turn."
)
@click.option("--scenario", "scenarios", multiple=True, type=click.Choice(SCENARIOS), help="Only these.")
@click.option(
    "--bot",
    "bots",
    multiple=True,
    type=click.Choice([each.name for each in subjects.ALL]),
    help="Only these, beside the floor.",
)
@click.option("--picture", type=click.Path(path_type=Path), help="A PNG of the measures.")
def main(rounds: int, scenarios: tuple[str, ...], bots: tuple[str, ...], picture: Path | None) -> None:
    """Measures Animatrice beside other bots on a Synapse of its own, and prints one table."""
    kinds = [each for each in subjects.ALL if not bots or each.name in (*bots, "floor")]
    results = asyncio.run(run(kinds, list(scenarios or SCENARIOS), rounds))
    sys.stdout.write(report.table(results))
    if picture:
        report.picture(results, picture)


if __name__ == "__main__":
    main()

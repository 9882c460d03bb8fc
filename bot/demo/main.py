"""`animatrice demo`: a throw-away homeserver, its people, the real bot, the scenes of a play,
and the verdict; all it starts, it stops.
"""

import asyncio
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.demo.bot_process import NAME, USER, BotProcess
from bot.demo.cast import Cast
from bot.demo.chat import Line
from bot.demo.homeserver import OpenHomeserver
from bot.demo.runner import Play, Runner
from bot.demo.sites import AT_FIRST, FakeSites
from bot.demo.terminal import Terminal
from bot.time.format import Day, at_hour

PRESENT = (
    "referent",
    "operateur",
    "camille",
    "lou",
    "alix",
    "dominique",
    "claude",
    "noa",
    "maxime",
    "charlie",
    "stef.exterieur",
)


def main(play: Play, *, keep: bool) -> int:
    """Plays it all; 0 when all that should have been said was said, once.
    `keep`: stays up afterwards, until Ctrl-C.
    """
    terminal = Terminal.of_the_terminal()
    folder = Path(tempfile.mkdtemp(prefix="animatrice-demo-"))
    try:
        good = asyncio.run(_demo(terminal, folder, play, keep))
        trouble = "" if good else "Tout n’a pas été dit comme il fallait."
    except (KeyboardInterrupt, asyncio.CancelledError):
        trouble = "La démonstration est interrompue."
    except Exception as error:  # noqa: BLE001  # whatever it was, the audience reads a sentence, and where the logs are
        trouble = f"La démonstration s’est arrêtée : {str(error) or type(error).__name__}"
    if not trouble:
        shutil.rmtree(folder, ignore_errors=True)
        return 0
    _say_what_happened(terminal, trouble, folder)
    return 1


def _say_what_happened(terminal: Terminal, trouble: str, folder: Path) -> None:
    try:
        terminal.plain()
        terminal.verdict(False, trouble)
        terminal.plain(f"  Journaux : {folder}")
    except OSError:  # nobody reads any more: the terminal or the pipe is closed
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


async def _demo(terminal: Terminal, folder: Path, play: Play, keep: bool) -> bool:
    task = asyncio.current_task()
    assert task
    for number in (signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    began = time.monotonic()
    async with FakeSites() as sites, _network(terminal, folder, sites, play.opening) as (server, runner):
        for scene in play.scenes:
            await scene(runner)
        good = await judge(runner, time.monotonic() - began)
        if keep:
            await stay(runner, server)
    return good


@asynccontextmanager
async def _network(
    terminal: Terminal, folder: Path, sites: FakeSites, opening: str
) -> AsyncIterator[tuple[OpenHomeserver, Runner]]:
    """The homeserver, the cast in its rooms, the bot among them."""
    terminal.title("L’Animatrice, démonstration", "tout se passe sur cette machine, rien n’en sort")
    server = OpenHomeserver(folder / "synapse")
    bot = BotProcess(
        folder / "animatrice", server.url, server.password, [sites.url(name) for name in AT_FIRST]
    )
    try:
        terminal.progress("Un serveur Matrix jetable (Synapse)")
        await server.start()
        terminal.done(server.url)
        terminal.progress("Quatre salons et leurs membres")
        account = await server.register(USER, server.password, NAME)
        async with await Cast.gather(server, PRESENT, invite=[account.user_id]) as cast:
            terminal.done(f"{len(cast.people)} personnes")
            runner = Runner(terminal, cast, bot, sites)
            terminal.progress("L’Animatrice, dans son propre processus")
            bot.start(opening)
            for room in cast.rooms:
                await runner.present(room)
            terminal.done("elle est dans les quatre salons")
            yield server, runner
    finally:
        await bot.kill()
        await server.kill()


async def judge(runner: Runner, seconds: float) -> bool:
    """Ends the bot cleanly, so that it says all it still had to say;
    then reads every room and tells what was found.
    """
    terminal = runner.terminal
    stopped = await runner.bot.stop()
    terminal.title("Le salon principal, tel qu’on le relit", Day(runner.bot.now().date()).localized("fr"))
    for line in await runner.cast["camille"].sees(runner.cast.rooms["network"]):
        terminal.line("", _name(line), _as_it_reads(line))
    faults = runner.expectations.faults(await runner.reads())
    if stopped != 0:
        faults.append(("", f"L’Animatrice ne s’est pas arrêtée proprement (code {stopped})."))
    faults += [("", f"Dans son journal : {line}") for line in runner.bot.errors()]
    _summary(runner, faults, seconds)
    return not faults


def _name(line: Line) -> str:
    return line.sender.partition(" [")[0]


def _as_it_reads(line: Line) -> str:
    if line.removed:
        return "(message supprimé)"
    first = line.text.splitlines()[0]
    return f"{first if len(first) <= 66 else first[:65] + '…'}{' (modifié)' if line.edited else ''}"


def _summary(runner: Runner, faults: list[tuple[str, str]], seconds: float) -> None:
    terminal, expectations = runner.terminal, runner.expectations
    terminal.title("Bilan", f"joué en {seconds:.0f} secondes")
    for scene in runner.scenes:
        wrong = [fault for where, fault in faults if where == scene]
        terminal.verdict(
            not wrong, f"{scene} : {_counted(expectations.messages[scene], expectations.changes[scene])}"
        )
        for fault in wrong:
            terminal.verdict(False, fault)
    for fault in (fault for where, fault in faults if not where):
        terminal.verdict(False, fault)
    terminal.plain()
    if not faults:
        terminal.verdict(
            True,
            f"Tout a été dit ({expectations.messages.total()} messages), une seule fois, et rien d’autre.",
        )


def _counted(messages: int, changes: int) -> str:
    parts = [f"{messages} messages attendus, lus une fois chacun"] if messages else []
    if changes:
        parts.append(
            "1 réaction ou correction vue" if changes == 1 else f"{changes} réactions ou corrections vues"
        )
    return " ; ".join(parts)


async def stay(runner: Runner, server: OpenHomeserver) -> None:
    """Until Ctrl-C or SIGTERM, with the bot running again."""
    runner.bot.start(runner.bot.now().isoformat(timespec="seconds"))
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    _how_to_come_in(runner, server)
    await stop.wait()


def _how_to_come_in(runner: Runner, server: OpenHomeserver) -> None:
    terminal, now = runner.terminal, runner.bot.now()
    terminal.title("Le réseau reste ouvert", "Ctrl-C pour tout arrêter et tout effacer")
    terminal.plain(f"""
  Avec un client Matrix, par exemple Element (de bureau, ou https://app.element.io) :
  « Se connecter », puis modifier le serveur d’accueil.

    Serveur       {server.url}
    Mot de passe  {server.password}  (le même pour chaque compte)
""")
    for localpart in runner.cast.people:
        terminal.plain(f"    {localpart:<16} {runner.cast[localpart].name}")
    terminal.plain(f"""
  L’Animatrice ({runner.bot.user_id}) est dans les quatre salons, et répond en message privé.
  Pour elle, nous sommes le {at_hour(Day(now.date()), now.time(), "fr")}.
  Votre client, lui, montre l’heure de cette machine.
  Son journal : {runner.bot.log}""")

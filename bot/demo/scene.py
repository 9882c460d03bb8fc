"""`animatrice demo`: a throw-away homeserver, its people, the real bot, and the scenes of bot/demo/play; everything it starts, it stops."""

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

from bot.demo import summary
from bot.demo.bot_process import NAME, USER, BotProcess
from bot.demo.cast import Cast
from bot.demo.homeserver import OpenHomeserver
from bot.demo.play import OPENING, SCENES
from bot.demo.runner import Runner
from bot.demo.sites import AT_FIRST, FakeSites
from bot.demo.terminal import Terminal

PRESENT = ("referent", "operateur", "camille", "lou", "alix", "dominique", "claude", "noa", "maxime", "stef.exterieur")


def main(keep: bool) -> int:
    """Plays it all; 0 when all that should have been said was said, once. `keep`: stays up afterwards, until Ctrl-C."""
    stage = Terminal.of_the_terminal()
    folder = Path(tempfile.mkdtemp(prefix="animatrice-demo-"))
    try:
        good = asyncio.run(_demo(stage, folder, keep))
        trouble = "" if good else "Tout n’a pas été dit comme il fallait."
    except (KeyboardInterrupt, asyncio.CancelledError):
        trouble = "La démonstration est interrompue."
    except Exception as error:  # noqa: BLE001  # whatever it was, the audience reads a sentence, and where the logs are
        trouble = f"La démonstration s’est arrêtée : {str(error) or type(error).__name__}"
    if not trouble:
        shutil.rmtree(folder, ignore_errors=True)
        return 0
    _say_what_happened(stage, trouble, folder)
    return 1


def _say_what_happened(stage: Terminal, trouble: str, folder: Path) -> None:
    try:
        stage.plain()
        stage.verdict(False, trouble)
        stage.plain(f"  Journaux : {folder}")
    except OSError:  # nobody reads any more: the terminal or the pipe is closed
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


async def _demo(stage: Terminal, folder: Path, keep: bool) -> bool:
    task = asyncio.current_task()
    assert task
    for number in (signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    began = time.monotonic()
    async with FakeSites() as press, _network(stage, folder, press) as (server, performance):
        for play in SCENES:
            await play(performance)
        good = await summary.judge(performance, time.monotonic() - began)
        if keep:
            await summary.stay(performance, server)
    return good


@asynccontextmanager
async def _network(stage: Terminal, folder: Path, press: FakeSites) -> AsyncIterator[tuple[OpenHomeserver, Runner]]:
    """The homeserver, the cast in its rooms, the bot among them."""
    stage.title("L’Animatrice, démonstration", "tout se passe sur cette machine, rien n’en sort")
    server = OpenHomeserver(folder / "synapse")
    robot = BotProcess(folder / "animatrice", server.url, server.password, [press.url(name) for name in AT_FIRST])
    try:
        stage.progress("Un serveur Matrix jetable (Synapse)")
        await server.start()
        stage.done(server.url)
        stage.progress("Quatre salons et leurs membres")
        account = await server.register(USER, server.password, NAME)
        async with await Cast.gather(server, PRESENT, invite=[account.user_id]) as cast:
            stage.done(f"{len(cast.people)} personnes")
            performance = Runner(stage, cast, robot, press)
            stage.progress("L’Animatrice, dans son propre processus")
            robot.start(OPENING)
            for room in cast.rooms:
                await performance.present(room)
            stage.done("elle est dans les quatre salons")
            yield server, performance
    finally:
        await robot.kill()
        await server.kill()

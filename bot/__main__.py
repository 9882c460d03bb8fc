"""The command line: `animatrice run`, `check`, `demo`; the same as `python -m bot`.

Exit codes: 0 all is well; 1 stopped by an error, or `check` found something; 2 wrong usage or configuration.
"""

import importlib.util
import logging
import os
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, NoReturn

import click

from bot import logs

# The rest is imported where it is needed: --help and a wrong configuration wait for nothing.
if TYPE_CHECKING:
    from bot.config import Config

log = logging.getLogger("bot")
Decorated = Callable[..., Any]

FAILED, MISUSED = 1, 2

_config_option = click.option(
    "-c",
    "--config",
    "file",
    type=click.Path(path_type=Path),
    default="config.yaml",
    envvar="ANIMATRICE_CONFIG",
    show_default=True,
    help="Le fichier de configuration.",
)


def _logs_options(command: Decorated) -> Decorated:
    verbose = click.option("--verbose", is_flag=True, help="Journal détaillé.")
    style = click.option(
        "--log-format",
        "style",
        type=click.Choice(["text", "json"]),
        default="text",
        show_default=True,
        help="Forme du journal (sortie d’erreur).",
    )
    return verbose(style(command))


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="animatrice", prog_name="animatrice", message="%(prog)s %(version)s")
def main() -> None:
    """L’Animatrice anime un réseau professionnel dans ses salons Matrix.

    Pour commencer : copiez config.example.yaml en config.yaml, adaptez-le, lancez « animatrice check », puis
    « animatrice run ». Pour voir sans rien installer de plus : « animatrice demo ».
    """
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # a terminal that has no ✔ must not stop us


@main.command(short_help="Faire vivre le réseau.")
@_config_option
@click.option(
    "--clock",
    "moment",
    type=click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]),
    metavar="2026-11-23T09:14",
    help="Faire comme s’il était cette heure, à l’horloge du réseau (démonstration, tests).",
)
@_logs_options
def run(file: Path, moment: datetime | None, style: logs.Style, verbose: bool) -> None:
    """Fait vivre le réseau, jusqu’à SIGTERM ou Ctrl-C."""
    config = _loaded(file)
    logs.setup(style, sys.stderr, os.environ, verbose=verbose)
    logs.hide(config.matrix.password, config.matrix.access_token, config.encryption.recovery_key)
    _net_for_the_unexpected()
    import asyncio
    from importlib.metadata import version

    from bot import app
    from bot.lock import DataDirError
    from bot.text import Say
    from bot.time.clock import Clock
    from storage.migrate import NewerDatabase

    clock = Clock.starting_at(moment.replace(tzinfo=config.zone)) if moment else Clock()
    log.info(
        "animatrice %s, %s at %s", version("animatrice"), config.matrix.user_id, config.matrix.homeserver
    )
    try:
        sys.exit(asyncio.run(app.run(config, clock)))
    except DataDirError as error:
        _stop(error.say.text(config.language), FAILED)
    except NewerDatabase:
        newer = Say(
            "La base a été écrite par une version plus récente de l’Animatrice : remettez cette version, "
            "ou une sauvegarde d’avant."
        )
        _stop(newer.text(config.language), FAILED)


@main.command(short_help="Vérifier configuration, serveur, salons, machine.")
@_config_option
@_logs_options
def check(file: Path, style: logs.Style, verbose: bool) -> None:
    """Vérifie la configuration, le serveur, les salons et la machine, une ligne chacun.
    Rien n’est publié dans les salons.
    """
    config = _loaded(file)
    logs.setup(style, sys.stderr, os.environ, verbose=verbose)
    logs.hide(config.matrix.password, config.matrix.access_token, config.encryption.recovery_key)
    if not verbose:
        logging.getLogger("bot").setLevel(logging.ERROR)  # the lines of the check say it better
    import asyncio

    from bot import app
    from bot import check as checks

    sys.exit(asyncio.run(checks.run(config, app.load().checks)))


@main.command(short_help="Jouer une scène complète sur cette machine.")
@click.option(
    "--keep",
    is_flag=True,
    help="Laisser le serveur et le robot en marche à la fin, et dire comment les rejoindre.",
)
def demo(keep: bool) -> None:
    """Joue une scène complète sur cette machine :
    un serveur jetable, quatre salons, des membres, le vrai robot.
    """
    if importlib.util.find_spec("synapse") is None:
        _stop("La démonstration demande le serveur Synapse : pip install 'animatrice[demo]'", MISUSED)
    from bot.demo.main import main as perform
    from bot.demo.play import PLAY

    sys.exit(perform(PLAY, keep=keep))


def _loaded(file: Path) -> "Config":
    from bot.config import ConfigError, load

    try:
        return load(file, os.environ)
    except ConfigError as error:
        _stop(str(error), MISUSED)


def _stop(message: str, code: int) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(code)


def _net_for_the_unexpected() -> None:
    """Even our end is told by the logs, which quote nobody;
    so is that of a library's thread, which Python would print as it is.
    """

    def crashed(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        log.critical("stopped by an error", exc_info=(kind, error, trace))

    def thread_crashed(failed: threading.ExceptHookArgs) -> None:
        log.error("a thread stopped by an error", exc_info=failed.exc_value)

    sys.excepthook = crashed
    threading.excepthook = thread_crashed


if __name__ == "__main__":
    main(prog_name="animatrice")

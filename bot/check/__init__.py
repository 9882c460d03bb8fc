"""`animatrice check`: before the first start, and whenever something seems wrong;
one line each, nothing said in people's rooms.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack

import click

from bot.check import encryption, rate, rooms, server
from bot.check.finding import Check, Finding, describe
from bot.config import Config
from bot.lock import Busy, DataDirError, hold
from bot.matrix.errors import PermanentError, TransientError, UnknownToken
from bot.matrix.http import Http
from bot.matrix.session import enter
from bot.text import Count, Say


async def run(config: Config, checks: Sequence[Check]) -> int:
    """`checks`: the subjects' own. Prints each finding as it comes;
    0 when all is well, 1 when something has to be mended.
    """
    wrong = 0
    async for finding in examine(config, checks):
        wrong += not finding.ok
        click.echo(finding.line().text(config.language))
    last = (
        Say("Il reste {count}.", count=Count(wrong, "un point à régler", "{n} points à régler"))
        if wrong
        else Say("Tout est en ordre.")
    )
    click.echo(last.text(config.language))
    return 1 if wrong else 0


async def examine(config: Config, checks: Sequence[Check] = ()) -> AsyncIterator[Finding]:
    """All findings, in the order in which they are worth mending;
    what depends on something broken is left out.
    """
    yield Finding(
        True, Say("Configuration : {rooms}.", rooms=Count(len(config.rooms), "un salon", "{n} salons"))
    )
    with ExitStack() as ours:
        running = False
        try:
            ours.enter_context(hold(config.data_dir))
        except Busy:
            running = True
        except DataDirError as error:
            yield Finding(False, error.say)
            return
        for finding in server.examine_machine(config.data_dir, running=running):
            yield finding
        found = await server.examine(config.matrix.homeserver)
        for finding in found:
            yield finding
        if found[0].ok:
            async for finding in _with_account(config, running=running):
                yield finding
        for check in checks:
            async for finding in check(config):
                yield finding


async def _with_account(config: Config, *, running: bool) -> AsyncIterator[Finding]:
    """The findings that need our account; the session that `run` keeps is taken up, or made for it."""
    http, me = Http(config.matrix.homeserver), config.matrix.user_id
    try:
        session = await enter(http, config.matrix, config.data_dir / "session.json")
        yield Finding(True, Say("Connexion : {me}, appareil {device}.", me=me, device=session.device_id))
        yield await encryption.examine(http, me, session.device_id, config)
        async for finding in rooms.examine(http, me, config.rooms):
            yield finding
        if running:
            yield Finding(True, Say("Débit : non mesuré tant que l’Animatrice travaille."))
            return
        for finding in await rate.examine(http, me, len(config.rooms)):
            yield finding
    except (PermanentError, TransientError, UnknownToken) as error:
        yield Finding(False, Say("Connexion : {why}. {mend}", why=describe(error), mend=_mend(error)))
    finally:
        await http.close()


def _mend(error: PermanentError | TransientError | UnknownToken) -> Say:
    if isinstance(error, TransientError):
        return Say("Réessayez dans une minute.")
    return Say("Vérifiez `matrix.user_id` et le mot de passe (ou le jeton et son appareil).")

"""Whether the homeserver answers, is one, and agrees with us on what time it is."""

import shutil
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import aiohttp

from bot.check.finding import Finding
from bot.matrix import parse
from bot.text import Say

TIMEOUT = aiohttp.ClientTimeout(total=10)
MOST_APART = 5.0  # seconds: beyond, "in ten minutes" and "until 12:00" begin to mean something else for us


async def examine(homeserver: str) -> list[Finding]:
    """When the first finding is not ok, nothing else of the server can be asked."""
    async with aiohttp.ClientSession(timeout=TIMEOUT) as http:
        try:
            before = datetime.now(UTC)
            async with http.get(f"{homeserver}/_matrix/client/versions") as answer:
                between = before + (datetime.now(UTC) - before) / 2
                versions = _versions(await _json(answer))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return [Finding(False, Say("Serveur : `{url}` {why}.", url=homeserver, why=_why(error)))]
        if not versions:
            return [Finding(False, await _another(http, homeserver))]
    found = Say("Serveur : `{url}` répond (Matrix {version}).", url=homeserver, version=versions[-1])
    return [Finding(True, found), _clock(answer.headers.get("Date"), between)]


async def _json(answer: aiohttp.ClientResponse) -> Any:
    """None for what is not JSON: a web page, an error in words."""
    try:
        return await answer.json(content_type=None)
    except ValueError:
        return None


def _versions(body: Any) -> list[str]:
    return [
        version for version in parse.listing(parse.mapping(body).get("versions")) if isinstance(version, str)
    ]


def _why(error: Exception) -> Say:
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return Say("est une adresse inconnue : vérifiez `matrix.homeserver`")
    if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError):
        return Say("présente un certificat que cette machine n’accepte pas")
    if isinstance(error, TimeoutError):
        return Say("ne répond pas en dix secondes")
    return Say("ne répond pas : vérifiez `matrix.homeserver`, et que le serveur est en marche")


async def _another(http: aiohttp.ClientSession, homeserver: str) -> Say:
    """A web server answers there: the name of a domain, whose homeserver lives elsewhere (spec:
    server discovery).
    """
    try:
        async with http.get(f"{homeserver}/.well-known/matrix/client") as answer:
            found = await _json(answer)
    except (aiohttp.ClientError, TimeoutError, OSError):
        found = None
    url = parse.mapping(parse.mapping(found).get("m.homeserver")).get("base_url")
    if isinstance(url, str):
        return Say(
            "Serveur : `{url}` n’est pas le serveur lui-même. Écrivez `{other}` dans `matrix.homeserver`.",
            url=homeserver,
            other=url.rstrip("/"),
        )
    return Say(
        "Serveur : `{url}` répond, mais ce n’est pas un serveur Matrix : vérifiez `matrix.homeserver`.",
        url=homeserver,
    )


def _clock(date: str | None, now: datetime) -> Finding:
    """The header has whole seconds: half a second is its middle."""
    try:
        apart = (now - parsedate_to_datetime(date or "")).total_seconds() - 0.5
    except (TypeError, ValueError):
        return Finding(
            True, Say("Horloge : le serveur ne donne pas son heure, la comparaison est impossible.")
        )
    if abs(apart) <= MOST_APART:
        return Finding(True, Say("Horloge : {seconds} s d’écart avec le serveur.", seconds=abs(apart)))
    late = Say("retarde") if apart < 0 else Say("avance")
    mend = Say("Activez la mise à l’heure automatique (`timedatectl set-ntp true`).")
    return Finding(
        False,
        Say(
            "Horloge : cette machine {late} de {seconds} s sur le serveur. {mend}",
            late=late,
            seconds=round(abs(apart)),
            mend=mend,
        ),
    )


LEAST_FREE = 500_000_000  # bytes: a year of a network of fifty is a tenth of it, backups included
GIGA = 1_000_000_000


def examine_machine(data_dir: Path, *, running: bool) -> Iterator[Finding]:
    folder = str(data_dir)
    if running:
        yield Finding(True, Say("Dossier `{folder}` : l’Animatrice y travaille en ce moment.", folder=folder))
    else:
        yield Finding(True, Say("Dossier `{folder}` : libre, on peut y écrire.", folder=folder))
    free = shutil.disk_usage(data_dir).free
    if free < LEAST_FREE:
        yield Finding(
            False,
            Say(
                "Disque : {free} Go libres. Il en faut au moins {least} : faites de la place.",
                free=free / GIGA,
                least=LEAST_FREE / GIGA,
            ),
        )
    else:
        yield Finding(True, Say("Disque : {free} Go libres.", free=free / GIGA))

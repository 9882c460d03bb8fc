"""What this machine offers: a directory of our own, and room on its disk."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from bot.check.finding import Finding
from bot.text import Say

LEAST_FREE = 500_000_000  # bytes: a year of a network of fifty is a tenth of it, backups included
GIGA = 1_000_000_000


def examine(data_dir: Path, *, running: bool) -> Iterator[Finding]:
    folder = str(data_dir)
    if running:
        yield Finding(True, Say("Dossier `{folder}` : l’Animatrice y travaille en ce moment.", folder=folder))
    else:
        yield Finding(True, Say("Dossier `{folder}` : libre, on peut y écrire.", folder=folder))
    free = shutil.disk_usage(data_dir).free
    if free < LEAST_FREE:
        yield Finding(
            False, Say("Disque : {free} Go libres. Il en faut au moins {least} : faites de la place.", free=free / GIGA, least=LEAST_FREE / GIGA)
        )
    else:
        yield Finding(True, Say("Disque : {free} Go libres.", free=free / GIGA))

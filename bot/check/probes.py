"""What the subjects have checked besides; they declare it when they are imported.

@probe
async def examine(config: Config) -> AsyncIterator[Finding]: ...
"""

from collections.abc import AsyncIterator, Callable

from bot.check.finding import Finding
from bot.config import Config

Probe = Callable[[Config], AsyncIterator[Finding]]

PROBES: list[Probe] = []


def probe(examine: Probe) -> Probe:
    PROBES.append(examine)
    return examine

"""Exponential back-off: how long to leave alone what has failed, longer each time.
The one rule, whatever it is that failed.
"""

import random
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_MOST_DOUBLINGS = 30  # beyond, any longest pause is reached


@dataclass(frozen=True, slots=True)
class Backoff:
    """`first`: after one failure; doubled with each further one, up to `longest`."""

    first: timedelta
    longest: timedelta

    def after(self, failures: int) -> timedelta:
        """`failures`: how many in a row, one at least."""
        return min(self.longest, self.first * (1 << min(max(failures, 1) - 1, _MOST_DOUBLINGS)))

    def jittered(self, failures: int) -> float:
        """Seconds, with some chance in them, so that all bots of a server don't come back at once."""
        return self.after(failures).total_seconds() * random.uniform(0.5, 1.0)


RETRY = Backoff(timedelta(seconds=30), timedelta(hours=1))
NEVER_FAILED = datetime.min.replace(tzinfo=UTC)


class Retries:
    """When what has failed may be tried again, by key. In memory: a restart tries again at once."""

    def __init__(self) -> None:
        self._failed: dict[Hashable, tuple[int, datetime]] = {}

    def failed(self, key: Hashable, now: datetime) -> None:
        failures = self._failed.get(key, (0, now))[0] + 1
        self._failed[key] = (failures, now + RETRY.after(failures))

    def succeeded(self, key: Hashable) -> None:
        self._failed.pop(key, None)

    def ready_at(self, key: Hashable) -> datetime:
        """Not before this moment; long past for what has not failed."""
        return self._failed.get(key, (0, NEVER_FAILED))[1]

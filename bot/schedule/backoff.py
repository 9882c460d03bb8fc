"""How long to leave alone what has failed: longer each time. In memory: a restart tries again at once."""

from collections.abc import Hashable
from datetime import UTC, datetime, timedelta

FIRST = timedelta(seconds=30)
LONGEST = timedelta(hours=1)
NEVER = datetime.min.replace(tzinfo=UTC)


class Backoff:
    def __init__(self) -> None:
        self._held: dict[Hashable, tuple[timedelta, datetime]] = {}

    def failed(self, key: Hashable, now: datetime) -> None:
        """The delay doubles with each failure."""
        before, _ = self._held.get(key, (FIRST / 2, now))
        delay = min(before * 2, LONGEST)
        self._held[key] = (delay, now + delay)

    def succeeded(self, key: Hashable) -> None:
        self._held.pop(key, None)

    def ready_at(self, key: Hashable) -> datetime:
        """Not before this moment; long past for what has not failed."""
        return self._held.get(key, (FIRST, NEVER))[1]

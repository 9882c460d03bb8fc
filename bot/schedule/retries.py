"""Back-off by key: when what has failed may be tried again. In memory: a restart tries again at once."""

from collections.abc import Hashable
from datetime import UTC, datetime, timedelta

from storage.backoff import Backoff

BACKOFF = Backoff(timedelta(seconds=30), timedelta(hours=1))
NEVER_FAILED = datetime.min.replace(tzinfo=UTC)


class Retries:
    def __init__(self) -> None:
        self._failed: dict[Hashable, tuple[int, datetime]] = {}

    def failed(self, key: Hashable, now: datetime) -> None:
        failures = self._failed.get(key, (0, now))[0] + 1
        self._failed[key] = (failures, now + BACKOFF.after(failures))

    def succeeded(self, key: Hashable) -> None:
        self._failed.pop(key, None)

    def ready_at(self, key: Hashable) -> datetime:
        """Not before this moment; long past for what has not failed."""
        return self._failed.get(key, (0, NEVER_FAILED))[1]

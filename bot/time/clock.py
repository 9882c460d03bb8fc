"""What time it is for this process: the homeserver's time and one offset.

Nothing else reads a clock. What people do is dated by their homeserver, and so are deadlines: where the
machine's clock is wrong by more than a few seconds, the server's holds. The offset serves the demo and the
tests (`--clock`); it is applied to the server's times too, so that a message sent "now" is also heard now.
"""

import logging
from datetime import UTC, datetime, timedelta

log = logging.getLogger(__name__)

EXACT = timedelta(seconds=3)  # a Date header counts whole seconds, and takes its time to come
MOST = timedelta(hours=1)  # beyond, the server's own clock is the one to doubt


class Clock:
    def __init__(self, offset: timedelta = timedelta(0)) -> None:
        self.offset = offset
        self.lag = timedelta(0)  # of the machine's clock behind the server's

    @classmethod
    def starting_at(cls, instant: datetime) -> "Clock":
        """A clock that shows `instant` (aware) now and runs on from there."""
        return cls(instant - datetime.now(UTC))

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset + self.lag

    def machine(self, at: datetime) -> datetime:
        """What the machine's own clock shows at this moment, for what waits by it."""
        return at - self.offset - self.lag

    def heard(self, server: datetime) -> None:
        """The homeserver's own time, said just now."""
        lag = server - datetime.now(UTC)
        if abs(lag - self.lag) <= EXACT:
            return
        if abs(lag) > MOST:
            log.error("the server's clock and ours are %s apart: ours is kept, have both checked", abs(lag))
            return
        self.lag = lag if abs(lag) > EXACT else timedelta(0)
        log.warning(
            "this machine's clock is %+.0f s from the server's, which is used", -self.lag.total_seconds()
        )

    def at(self, milliseconds: int) -> datetime:
        """A server time (milliseconds since 1970), shifted by the offset, never later than now:
        a server's clock may be wrong.
        """
        try:
            instant = datetime.fromtimestamp(milliseconds / 1000, UTC) + self.offset
        except (OverflowError, OSError, ValueError):
            return self.now()
        return min(instant, self.now())

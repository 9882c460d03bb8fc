"""What time it is for this process: the machine's clock and one offset.

Nothing else reads a clock. The offset serves the demo and the tests (`--clock`); it is applied to the server's times too, so that a message
sent "now" is also heard now.
"""

from datetime import UTC, datetime, timedelta


class Clock:
    def __init__(self, offset: timedelta = timedelta(0)) -> None:
        self.offset = offset

    @classmethod
    def starting_at(cls, instant: datetime) -> "Clock":
        """A clock that shows `instant` (aware) now and runs on from there."""
        return cls(instant - datetime.now(UTC))

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset

    def at(self, milliseconds: int) -> datetime:
        """A server time (milliseconds since 1970), shifted by the offset, never later than now: a server's clock may be wrong."""
        try:
            instant = datetime.fromtimestamp(milliseconds / 1000, UTC) + self.offset
        except (OverflowError, OSError, ValueError):
            return self.now()
        return min(instant, self.now())

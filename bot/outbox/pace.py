"""How fast we may send: as fast as the server lets us, learnt from what it refuses.

Synapse lets an ordinary account send 10 events at once, then one every 5 seconds; it says how long to wait, and every refusal costs a
request. After one, we keep that pace until there has been silence long enough for the allowance to grow back.
"""

REST = 60.0  # seconds of silence after which the allowance is full again


class Pace:
    """Times are seconds of the monotonic clock, passed in."""

    def __init__(self) -> None:
        self._interval = 0.0
        self._ready = 0.0
        self._last = 0.0
        self._failures = 0

    def wait(self, now: float) -> float:
        """Seconds until the next request may start."""
        return max(0.0, self._ready - now)

    def started(self, now: float) -> None:
        if now - self._last > REST:
            self._interval = 0.0
        self._last = now
        self._ready = max(self._ready, now + self._interval)

    def succeeded(self) -> None:
        self._failures = 0

    def limited(self, now: float, after: float) -> None:
        """The server asked for `after` seconds of patience: all requests keep that distance from now on."""
        self._interval = max(self._interval, min(after, 30.0))
        self._ready = max(self._ready, now + after)

    def failed(self, now: float, jitter: float) -> None:
        """The server is not there: 1, 2, 4 … 60 seconds, times `jitter` (0.5 to 1)."""
        self._failures = min(self._failures + 1, 7)
        self._ready = max(self._ready, now + min(60.0, 2.0 ** (self._failures - 1)) * jitter)

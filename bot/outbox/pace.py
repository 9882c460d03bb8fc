"""How fast we may send: as fast as the server lets us, learnt from what it refuses.

Synapse lets an ordinary account send 10 events at once, then one every 5 seconds; it says how long to wait, and every refusal costs a
request. After one, we count as the server does: an allowance that grows back with time. Once it is whole again, what was learnt is forgotten.
"""

ALLOWANCE = 10.0  # requests at once: Synapse's default; a smaller one is found out again by one refusal
LONGEST = 30.0  # seconds between two requests, whatever was asked once


class Pace:
    """Times are seconds of the monotonic clock, passed in."""

    def __init__(self) -> None:
        self._interval = 0.0  # seconds for one request of the allowance to grow back; 0: no limit is known
        self._left = ALLOWANCE
        self._counted = 0.0
        self._ready = 0.0
        self._failures = 0

    def wait(self, now: float) -> float:
        """Seconds until the next request may start."""
        return max(0.0, self._ready - now)

    def started(self, now: float) -> None:
        self._count(now)
        if self._interval:
            self._left -= 1
            self._ready = max(self._ready, now + (1 - self._left) * self._interval) if self._left < 1 else self._ready

    def succeeded(self) -> None:
        self._failures = 0

    def limited(self, now: float, after: float) -> None:
        """The server asked for `after` seconds of patience: that is how fast it lets us, and nothing is left for now."""
        self._interval = max(self._interval, min(after, LONGEST))
        self._left = 1 - after / self._interval if self._interval else ALLOWANCE
        self._counted = now
        self._ready = max(self._ready, now + after)

    def failed(self, now: float, jitter: float, after: float = 0.0) -> None:
        """The server is not there: 1, 2, 4 … 60 seconds, times `jitter` (0.5 to 1); at least the `after` seconds it asked for."""
        self._failures = min(self._failures + 1, 7)
        self._ready = max(self._ready, now + max(after, min(60.0, 2.0 ** (self._failures - 1)) * jitter))

    def _count(self, now: float) -> None:
        """The allowance as it has grown back."""
        if self._interval:
            self._left = min(ALLOWANCE, self._left + (now - self._counted) / self._interval)
            self._interval = 0.0 if self._left >= ALLOWANCE else self._interval
        self._counted = now

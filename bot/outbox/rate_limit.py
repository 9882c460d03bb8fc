"""How fast we may send: as fast as the server lets us, learnt from what it refuses.

Synapse lets an ordinary account send 10 events at once, then one every 5 seconds; it says how long to wait,
and every refusal costs a request. After one, we count as the server does: an allowance that grows back with
time. Once it is whole again, what was learnt is forgotten.
"""

ALLOWANCE = 10.0  # requests at once: Synapse's default; a smaller one is found out again by one refusal
LONGEST = 30.0  # seconds between two requests, whatever was asked once
MARGIN = 1.05  # asking a moment too early would be refused each time


class RateLimiter:
    """Times are seconds of the monotonic clock, passed in."""

    def __init__(self) -> None:
        self._interval = 0.0  # seconds for one request of the allowance to grow back; 0: no limit is known
        self._left = ALLOWANCE  # of the allowance, at the moment `_counted`
        self._counted = 0.0
        self._accepted = 0  # since the last refusal
        # the moment from which the last refusal let us ask again: the server then had one request for us
        self._refused = 0.0
        self._ready = 0.0
        self._failures = 0

    def wait(self, now: float) -> float:
        """Seconds until the next request may start."""
        return max(0.0, self._ready - now)

    def started(self, now: float) -> None:
        if not self._interval:
            return
        self._left += max(0.0, now - self._counted) / self._interval
        self._counted = now
        if self._left >= ALLOWANCE:
            self._interval = 0.0
            return
        self._left -= 1
        if self._left < 1:
            self._ready = max(self._ready, now + (1 - self._left) * self._interval)

    def succeeded(self) -> None:
        self._failures = 0
        self._accepted += 1

    def limited(self, now: float, after: float) -> None:
        """The server asked for `after` seconds of patience."""
        again = now + after
        # Between two refusals we spent what grew back, neither more nor less; the first one only tells the
        # least it can be.
        known = self._interval and self._accepted
        self._interval = min(
            LONGEST,
            (again - self._refused) / self._accepted * MARGIN if known else max(self._interval, after),
        )
        self._refused, self._accepted = again, 0
        self._left, self._counted = 1.0, again
        self._ready = max(self._ready, again)

    def failed(self, now: float, jitter: float, after: float = 0.0) -> None:
        """The server is not there: 1, 2, 4 … 60 seconds, times `jitter` (0.5 to 1);
        at least the `after` seconds it asked for.
        """
        self._failures = min(self._failures + 1, 7)
        self._ready = max(self._ready, now + max(after, min(60.0, 2.0 ** (self._failures - 1)) * jitter))

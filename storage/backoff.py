"""Exponential back-off: how long to leave alone what has failed, longer each time. The one rule, whatever it is that failed."""

import random
from dataclasses import dataclass
from datetime import timedelta

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

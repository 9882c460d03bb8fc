"""How fast the bot sends: a limit is learnt by few refusals, kept to, and forgotten in time."""

from bot.outbox.rate_limit import RateLimiter


class Bucket:
    """A server that limits as Synapse does: `burst` at once, then `rate` a second."""

    def __init__(self, rate: float, burst: int) -> None:
        self.rate, self.burst = rate, burst
        self.left, self.at, self.refused = float(burst), 0.0, 0

    def ask(self, now: float) -> float | None:
        """None: accepted; else the seconds to wait."""
        self.left = min(self.burst, self.left + (now - self.at) * self.rate)
        self.at = now
        if self.left >= 1:
            self.left -= 1
            return None
        self.refused += 1
        return (1 - self.left) / self.rate


def send(pace: RateLimiter, server: Bucket, count: int, now: float) -> float:
    """Sends as fast as the pace allows; returns when the last one was accepted."""
    while count:
        now += pace.wait(now)
        pace.started(now)
        wait = server.ask(now)
        if wait is None:
            pace.succeeded()
            count -= 1
        else:
            pace.limited(now, wait)
    return now


def test_without_a_limit_nothing_waits() -> None:
    assert send(RateLimiter(), Bucket(1e9, 10**9), 1000, 0.0) == 0.0


def test_a_limit_costs_one_refusal_and_is_used_in_full() -> None:
    server = Bucket(0.2, 10)
    assert send(RateLimiter(), server, 40, 0.0) == 150.0
    assert server.refused == 1


def test_a_limit_met_halfway_is_found_out_by_few_refusals() -> None:
    for left in range(1, 100):
        server = Bucket(0.2, 10)
        server.left = left / 10
        assert send(RateLimiter(), server, 40, 0.0) < 220
        assert server.refused <= 3


def test_after_a_silence_all_of_the_allowance_is_used_at_once() -> None:
    pace, server = RateLimiter(), Bucket(0.2, 10)
    end = send(pace, server, 20, 0.0)
    assert send(pace, server, 10, end + 60) == end + 60
    assert server.refused == 1


def test_a_little_traffic_lets_the_allowance_grow_back_too() -> None:
    pace, server = RateLimiter(), Bucket(0.2, 10)
    now = send(pace, server, 20, 0.0)
    for _ in range(3):
        now = send(pace, server, 1, now + 30)
    assert send(pace, server, 9, now) == now
    assert server.refused == 1


def test_a_smaller_allowance_than_ours_costs_a_refusal_for_each_burst() -> None:
    pace, server = RateLimiter(), Bucket(0.2, 2)
    now = send(pace, server, 10, 0.0)
    now = send(pace, server, 10, now + 100)
    assert server.refused == 2


def test_a_server_that_fails_is_asked_less_and_less_often() -> None:
    pace, now, asked = RateLimiter(), 0.0, 0
    while now < 600:
        now += pace.wait(now)
        asked += 1
        pace.failed(now, 1.0)
    assert asked < 20


def test_a_pause_that_was_asked_for_is_kept() -> None:
    pace = RateLimiter()
    pace.limited(0.0, 3600.0)
    assert pace.wait(1.0) == 3599.0
    pace.failed(0.0, 1.0, 7200.0)
    assert pace.wait(1.0) == 7199.0

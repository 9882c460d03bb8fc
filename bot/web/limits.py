"""How much of our time and of a host's patience one fetch may cost."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Seconds, and requests. Waiting for one's turn is counted apart; both together stay under a task's minute."""

    total: float = 20.0  # on the network, redirects included
    idle: float = 8.0  # without a byte
    patience: float = 30.0  # waiting for one's turn
    pause: float = 1.0  # between two requests to the same host
    at_once: int = 8  # requests to all hosts; to one host it is always one


USUAL = Limits()

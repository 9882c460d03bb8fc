"""What happens besides commands: somebody taps under one of our messages, votes, takes it back, or arrives. Handlers of the same shape.

@reaction("panorama:")
async def liked(ctx: Context, tap: Tap) -> None: ...
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.command.context import Context


@dataclass(frozen=True, slots=True)
class Tap:
    """A reaction that stands (`key` is what was tapped), or one that was taken back (`key` is None).

    `event_id` is the reaction's own, in both cases; `living` the key of the message it is under.
    """

    event_id: str
    living: str
    key: str | None


@dataclass(frozen=True, slots=True)
class Ballot:
    """A vote in a native poll of ours, the latest of which counts, or one that was taken back.

    `answers`: the ids as they were sent; () is a vote withdrawn, None one that is malformed. `living`: the key of the poll; "" when taken back.
    """

    event_id: str
    living: str
    answers: tuple[str, ...] | None
    taken_back: bool = False


OnTap = Callable[[Context, Tap], Awaitable[Any]]
OnBallot = Callable[[Context, Ballot], Awaitable[Any]]
OnArrival = Callable[[Context], Awaitable[Any]]

reactions: dict[str, OnTap] = {}
ballots: dict[str, OnBallot] = {}
arrivals: list[OnArrival] = []

H = TypeVar("H", OnTap, OnBallot)


def reaction(prefix: str) -> Callable[[OnTap], OnTap]:
    """Taps under our living messages whose key begins with `prefix`."""

    return _under(prefix, reactions)


def ballot(prefix: str) -> Callable[[OnBallot], OnBallot]:
    """Votes in our native polls whose key begins with `prefix` (MSC3381, both forms)."""
    return _under(prefix, ballots)


def arrival(handler: OnArrival) -> OnArrival:
    """Somebody joins a configured room: `ctx.person`, `ctx.room`."""
    arrivals.append(handler)
    return handler


def prefix_of(living: str, handlers: Mapping[str, Any]) -> str | None:
    """Under which prefix one of these handlers wants what is done to this living message."""
    return next((prefix for prefix in handlers if living.startswith(prefix)), None)


def _under(prefix: str, handlers: dict[str, H]) -> Callable[[H], H]:
    def register(handler: H) -> H:
        if any(prefix.startswith(other) or other.startswith(prefix) for other in handlers):
            raise ValueError(f"two handlers take what is done to {prefix}")
        handlers[prefix] = handler
        return handler

    return register

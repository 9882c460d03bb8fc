"""What happens besides commands: somebody taps under one of our messages, takes it back, or arrives. Handlers of the same shape.

@reaction("panorama:")
async def liked(ctx: Context, tap: Tap) -> None: ...
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bot.command.context import Context


@dataclass(frozen=True, slots=True)
class Tap:
    """A reaction that stands (`key` is what was tapped), or one that was taken back (`key` is None).

    `event_id` is the reaction's own, in both cases; `living` the key of the message it is under.
    """

    event_id: str
    living: str
    key: str | None


OnTap = Callable[[Context, Tap], Awaitable[Any]]
OnArrival = Callable[[Context], Awaitable[Any]]

reactions: dict[str, OnTap] = {}
arrivals: list[OnArrival] = []


def reaction(prefix: str) -> Callable[[OnTap], OnTap]:
    """Taps under our living messages whose key begins with `prefix`."""

    def register(handler: OnTap) -> OnTap:
        if any(prefix.startswith(other) or other.startswith(prefix) for other in reactions):
            raise ValueError(f"two handlers take the reactions to {prefix}")
        reactions[prefix] = handler
        return handler

    return register


def arrival(handler: OnArrival) -> OnArrival:
    """Somebody joins a configured room: `ctx.person`, `ctx.room`."""
    arrivals.append(handler)
    return handler


def prefix_of(living: str) -> str | None:
    """Under which prefix a handler wants the taps on this living message."""
    return next((prefix for prefix in reactions if living.startswith(prefix)), None)

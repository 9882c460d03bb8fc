"""What happens besides commands: somebody taps under one of our messages, votes, takes it back, arrives, or says in their own words what a
subject understands. Handlers of the same shape.

@reaction("panorama:")
async def liked(ctx: Context, tap: Tap) -> None: ...
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.command.context import Context


@dataclass(frozen=True, slots=True)
class Reaction:
    """A reaction that stands (`key` is what was tapped), or one that was taken back (`key` is None).

    `event_id` is the reaction's own, in both cases; `living` the key of the message it is under.
    """

    event_id: str
    message_key: str
    key: str | None


@dataclass(frozen=True, slots=True)
class Ballot:
    """A vote in a native poll of ours, the latest of which counts, or one that was taken back.

    `answers`: the ids as they were sent; () is a vote withdrawn, None one that is malformed. `living`: the key of the poll; "" when taken back.
    """

    event_id: str
    message_key: str
    answers: tuple[str, ...] | None
    taken_back: bool = False


@dataclass(frozen=True, slots=True)
class Listener:
    """`like`: whether these words (untrusted, as long as a message) may be for the subject; asked of everything that is said, so it costs little.

    `undone_by`: the command that takes back what the handler did, when the message is deleted or edited.
    """

    like: Callable[[str], bool]
    handler: Callable[[Context], Awaitable[Any]]
    undone_by: str


@dataclass(frozen=True, slots=True)
class End:
    """A native poll of ours that somebody who may has ended. `message_key`: the key of the poll."""

    event_id: str
    message_key: str


OnTap = Callable[[Context, Reaction], Awaitable[Any]]
OnBallot = Callable[[Context, Ballot], Awaitable[Any]]
OnEnd = Callable[[Context, End], Awaitable[Any]]
OnReply = Callable[[Context, str], Awaitable[str | None]]
OnArrival = Callable[[Context], Awaitable[Any]]
OnWords = Callable[[Context], Awaitable[Any]]

reactions: dict[str, OnTap] = {}
ballots: dict[str, OnBallot] = {}
endings: dict[str, OnEnd] = {}
replies: dict[str, OnReply] = {}
arrivals: list[OnArrival] = []
listeners: list[Listener] = []

H = TypeVar("H", OnTap, OnBallot, OnEnd, OnReply)


def on_reaction(prefix: str) -> Callable[[OnTap], OnTap]:
    """Taps under our living messages whose key begins with `prefix`."""

    return _under(prefix, reactions)


def on_ballot(prefix: str) -> Callable[[OnBallot], OnBallot]:
    """Votes in our native polls whose key begins with `prefix` (MSC3381, both forms)."""
    return _under(prefix, ballots)


def on_poll_end(prefix: str) -> Callable[[OnEnd], OnEnd]:
    """The end of our native polls whose key begins with `prefix`, by somebody else who may: their votes can be given no more in a client."""
    return _under(prefix, endings)


def on_reply(prefix: str) -> Callable[[OnReply], OnReply]:
    """Words (`ctx.text`) in reply to our message_key messages whose key begins with `prefix`: the line of the command that they stand for, or None."""
    return _under(prefix, replies)


def on_join(handler: OnArrival) -> OnArrival:
    """Somebody joins a configured room: `ctx.person`, `ctx.room`."""
    arrivals.append(handler)
    return handler


def on_message(like: Callable[[str], bool], *, undone_by: str = "") -> Callable[[OnWords], OnWords]:
    """Words (`ctx.text`) that are no command and no answer to a question, be they said to us or, within the hour, to the room.

    In a room, what is not said to us is only ever answered with a question.
    """

    def register(handler: OnWords) -> OnWords:
        listeners.append(Listener(like, handler, undone_by))
        return handler

    return register


def matching_listener(text: str) -> Listener | None:
    """Who takes these words."""
    return next((each for each in listeners if each.like(text)), None)


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

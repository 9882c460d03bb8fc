"""What happens besides commands:
somebody taps under one of our messages, votes, takes it back, arrives, or says in their own words what a
subject understands. Handlers of the same shape.

    @on_reaction("panorama:")
    async def liked(ctx: Context, reaction: Reaction) -> None: ...
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, TypeVar

from bot.command.context import Context
from bot.command.registry import Result
from bot.declare import declare
from bot.outbox.question import Reply
from bot.text import Say


@dataclass(frozen=True, slots=True)
class Reaction:
    """A reaction that stands (`key` is what was tapped), or one that was taken back (`key` is None).

    `event_id` is the reaction's own, in both cases; `message_key` the key of the message it is under.
    """

    event_id: str
    message_key: str
    key: str | None


@dataclass(frozen=True, slots=True)
class Ballot:
    """A vote in a native poll of ours, the latest of which counts, or one that was taken back.

    `answers`: the ids as they were sent; () is a vote withdrawn, None one that is malformed. `message_key`:
    the key of the poll; "" when taken back.
    """

    event_id: str
    message_key: str
    answers: tuple[str, ...] | None
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Listener:
    """`matches`: whether these words (untrusted, as long as a message) may be for the subject;
    asked of everything that is said, so it costs little.

    `undo_command`: the command that takes back what the handler did, when the message is deleted or edited.
    `claims`: whether these words (`ctx.text`) are for the subject now, though a question of another waits.
    """

    matches: Callable[[str], bool]
    handler: Callable[[Context], Awaitable[Result]]
    undo_command: str
    claims: Callable[[Context], Awaitable[bool]] | None = None


@dataclass(frozen=True, slots=True)
class Tip:
    """What would have helped somebody who has used some `commands` so often `within` a time:
    said once a person, never again. `handler`: None when it would not help here.
    """

    name: str
    commands: tuple[str, ...]
    times: int
    within: timedelta
    handler: Callable[[Context], Awaitable[Say | None]]


@dataclass(frozen=True, slots=True)
class Conversation:
    """Everyday words said to the bot. `matches`: whether it surely understands these (untrusted), without
    their being a command; `handler` answers them; it is given the others too, which nothing understood.
    """

    matches: Callable[[str], bool]
    handler: Callable[[Context], Awaitable[Result]]


@dataclass(frozen=True, slots=True)
class PollEnd:
    """A native poll of ours that somebody who may has ended. `message_key`: the key of the poll."""

    event_id: str
    message_key: str


OnReaction = Callable[[Context, Reaction], Awaitable[Result]]
OnBallot = Callable[[Context, Ballot], Awaitable[Result]]
OnPollEnd = Callable[[Context, PollEnd], Awaitable[Result]]
OnReply = Callable[[Context, str], Awaitable[str | None]]
OnJoin = Callable[[Context], Awaitable[Result]]
OnMessage = Callable[[Context], Awaitable[Result]]
OnTip = Callable[[Context], Awaitable[Say | None]]
OnAnswer = Callable[[Context, Reply], Awaitable[Result]]

Gesture = Reaction | Ballot | PollEnd
H = TypeVar("H", OnReaction, OnBallot, OnPollEnd)
Kind = Literal["reaction", "ballot", "poll end"]


@dataclass(frozen=True, slots=True)
class GestureHandler:
    """A handler of what is done to our messages whose key begins with `prefix`."""

    kind: Kind
    prefix: str
    handler: Callable[..., Awaitable[Result]]


@dataclass(frozen=True, slots=True)
class ReplyHandler:
    """Reads words in reply to our messages whose key begins with `prefix`; `threads`: in threads too."""

    prefix: str
    handler: OnReply
    threads: bool = False


@dataclass(frozen=True, slots=True)
class JoinHandler:
    handler: OnJoin


@dataclass(frozen=True, slots=True)
class AnswerHandler:
    """Takes the answers to the questions whose rows have its name.
    `undo_command`: whose `undo` undoes what the answer did.
    """

    name: str
    handler: OnAnswer
    undo_command: str


def on_reaction(prefix: str) -> Callable[[OnReaction], OnReaction]:
    """Reactions under our messages whose key begins with `prefix`."""
    return _gesture("reaction", prefix)


def on_ballot(prefix: str) -> Callable[[OnBallot], OnBallot]:
    """Votes in our native polls whose key begins with `prefix` (MSC3381, both forms)."""
    return _gesture("ballot", prefix)


def on_poll_end(prefix: str) -> Callable[[OnPollEnd], OnPollEnd]:
    """The end of our native polls whose key begins with `prefix`, by somebody else who may:
    their votes can be given no more in a client.
    """
    return _gesture("poll end", prefix)


def on_reply(prefix: str, *, threads: bool = False) -> Callable[[OnReply], OnReply]:
    """Words (`ctx.text`) in reply to our messages whose key begins with `prefix`:
    the line of the command that they stand for, or None. `threads`: whatever is said in their threads, too.
    """
    return lambda handler: declare(handler, ReplyHandler(prefix, handler, threads))


def on_join(handler: OnJoin) -> OnJoin:
    """Somebody joins a configured room: `ctx.person`, `ctx.room`."""
    return declare(handler, JoinHandler(handler))


def on_message(
    matches: Callable[[str], bool],
    *,
    undo_command: str = "",
    claims: Callable[[Context], Awaitable[bool]] | None = None,
) -> Callable[[OnMessage], OnMessage]:
    """Words (`ctx.text`) that are no command and no answer to a question (but those that it `claims`),
    be they addressed to the bot or, within the hour, to the room.

    In a room, what is not addressed to it is only ever answered with a question.
    """
    return lambda handler: declare(handler, Listener(matches, handler, undo_command, claims))


def on_talk(matches: Callable[[str], bool]) -> Callable[[OnMessage], OnMessage]:
    """Everyday words (`ctx.text`) said to the bot itself: one function for all of them, understood or not."""
    return lambda handler: declare(handler, Conversation(matches, handler))


def tip(name: str, *commands: str, times: int, within: timedelta) -> Callable[[OnTip], OnTip]:
    """A tip after the last of `times` uses: rows remember the name, so it must not change lightly."""
    return lambda handler: declare(handler, Tip(name, commands, times, within, handler))


def on_answer(name: str, *, undo_command: str = "") -> Callable[[OnAnswer], OnAnswer]:
    """Takes the answer to a question: rows remember the name, so it must not change lightly.
    Returns what a command returns.
    """
    return lambda handler: declare(handler, AnswerHandler(name, handler, undo_command))


def _gesture(kind: Kind, prefix: str) -> Callable[[H], H]:
    return lambda handler: declare(handler, GestureHandler(kind, prefix, handler))

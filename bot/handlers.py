"""The registry: every handler, command, job, task, startup hook and
check there is, collected from the modules that declare them.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, fields
from types import ModuleType
from typing import Any, TypeVar

from bot.check.finding import Check, CheckHook
from bot.command.handlers import (
    AnswerHandler,
    Conversation,
    GestureHandler,
    JoinHandler,
    Kind,
    Listener,
    OnReply,
    ReplyHandler,
    Tip,
)
from bot.command.registry import Command, Registry, Result
from bot.declare import declarations, declared
from bot.face import Pins
from bot.schedule.jobs import Job, Jobs, Startup, StartupHook
from bot.schedule.tasks import Task

T = TypeVar("T")


@dataclass
class Handlers:
    """What the machine calls. Made by `bot.app.load`; a test makes its own with `of`, or adds to a copy."""

    commands: Registry = field(default_factory=Registry)
    gestures: dict[Kind, dict[str, Callable[..., Awaitable[Result]]]] = field(default_factory=dict)
    replies: dict[str, ReplyHandler] = field(default_factory=dict)
    joins: list[JoinHandler] = field(default_factory=list)
    listeners: list[Listener] = field(default_factory=list)
    conversation: Conversation | None = None
    tips: list[Tip] = field(default_factory=list)
    answers: dict[str, AnswerHandler] = field(default_factory=dict)
    jobs: Jobs = field(default_factory=Jobs)
    tasks: dict[str, Task[Any, Any]] = field(default_factory=dict)
    startup: list[Startup] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    pins: list[Pins] = field(default_factory=list)

    @classmethod
    def of(cls, modules: Iterable[ModuleType]) -> "Handlers":
        """Raises ValueError where two of them claim one name, prefix or job."""
        made = cls()
        for module in modules:
            for declaration in declarations(module):
                made.add(declaration)
            for value in vars(module).values():
                if isinstance(value, Task):
                    made.add(value)
        return made

    def copy(self) -> "Handlers":
        """One to add to, which leaves this one as it is: what holds declarations is copied, not these."""
        return Handlers(**{each.name: _copied(getattr(self, each.name)) for each in fields(self)})

    def register(self, *functions: Callable[..., Any]) -> "Handlers":
        """Adds what these functions declare."""
        for function in functions:
            for declaration in declared(function):
                self.add(declaration)
        return self

    def add(self, declaration: object) -> None:
        match declaration:
            case Command():
                self.commands.add(declaration)
            case GestureHandler():
                known = self.gestures.setdefault(declaration.kind, {})
                _add_under(known, declaration.prefix, declaration.handler)
            case ReplyHandler():
                _add_under(self.replies, declaration.prefix, declaration)
            case JoinHandler() | Listener() | Tip():
                self._append(declaration)
            case Conversation():
                self._converse(declaration)
            case AnswerHandler():
                _add_once(self.answers, declaration.name, declaration)
            case Job():
                self.jobs.add(declaration)
            case Task():
                _add_once(self.tasks, declaration.name, declaration)
            case StartupHook():
                self.startup.append(declaration.hook)
            case CheckHook():
                self.checks.append(declaration.check)
            case Pins():
                self.pins.append(declaration)
            case _:
                raise TypeError(f"nobody collects {declaration!r}")

    def _append(self, declaration: JoinHandler | Listener | Tip) -> None:
        match declaration:
            case JoinHandler():
                self.joins.append(declaration)
            case Listener():
                self.listeners.append(declaration)
            case Tip():
                self.tips.append(declaration)

    def _converse(self, declaration: Conversation) -> None:
        if (self.conversation or declaration) is not declaration:
            raise ValueError("two functions take what is said to the bot")
        self.conversation = declaration

    def prefix_of(self, kind: Kind, message_key: str) -> str | None:
        """Under which prefix a handler of this kind wants what is done to the message of this key."""
        return next(
            (prefix for prefix in self.gestures.get(kind, {}) if message_key.startswith(prefix)), None
        )

    def reply_handler(self, message_key: str, *, thread: bool = False) -> OnReply | None:
        """Who reads words in reply to the message of this key, or in its thread."""
        under = (each for prefix, each in self.replies.items() if message_key.startswith(prefix))
        return next((each.handler for each in under if each.threads or not thread), None)

    def understands(self, text: str) -> bool:
        """Whether these are everyday words, said to the bot itself."""
        return self.conversation is not None and self.conversation.matches(text)

    def listener(self, text: str) -> Listener | None:
        """Who takes these words."""
        return next((each for each in self.listeners if each.matches(text)), None)


def _copied(holder: Any) -> Any:
    match holder:
        case dict():
            return {name: _copied(value) for name, value in holder.items()}
        case list():
            return list(holder)
        case Registry() | Jobs():
            return holder.copy()
        case _:
            return holder


def _add_once(known: dict[str, T], name: str, declaration: T) -> None:
    if known.setdefault(name, declaration) is not declaration:
        raise ValueError(f"two are named {name}")


def _add_under(known: dict[str, T], prefix: str, handler: T) -> None:
    if any(prefix.startswith(other) or other.startswith(prefix) for other in known):
        raise ValueError(f"two handlers take what is done to {prefix}")
    known[prefix] = handler

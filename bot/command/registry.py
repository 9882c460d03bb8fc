"""Every command there is, and which one a line means.

Commands are declared on their functions and collected by bot.app.load. A name that two of them claim stops
the start: in a room it would be a coin toss.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Required, TypedDict, TypeVar, Unpack

from bot.command.access import Caller, Role, Scope
from bot.command.signature import Parameter, parse_signature
from bot.command.suggest import nearest
from bot.declare import declare
from bot.outbox.question import Ask
from bot.text import Say
from bot.text.clean import shortened
from bot.text.courtesy import after_greeting
from storage.text import fold, key

if TYPE_CHECKING:
    from bot.command.context import Context

Handler = Callable[..., Awaitable["Result"]]
Undo = Callable[["Context", str], Awaitable[None]]
AlsoAllowed = Callable[["Context"], bool]
IsConfidential = Callable[["Context"], Awaitable[bool]]
H = TypeVar("H", bound=Handler)

_MOST_WORDS = 4  # in a name as typed: « quoi de neuf »
_LONGEST_NAME = 60  # as typed, one word
_WORD = re.compile(r"\S+")
_STOPS = ".,;:!?"
_AFTER_NAME = re.compile(r"\s*(?:[:,](?=\s))?\s*")
_STUCK_NUMBER = re.compile(r"([^\W\d]+|\+)(\d.*)", re.DOTALL)

# Clients take these for themselves (iOS by their beginning).
_TAKEN = {"me", "invite", "op", "msg", "query"}
_TAKEN_BEGINNINGS = ("part", "join", "nick", "topic")


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command as declared: see `command`."""

    name: str
    handler: Handler
    parameters: tuple[Parameter, ...]
    usage: Say
    example: str
    help: Say
    aliases: Sequence[str] = ()
    english: Sequence[str] = ()
    allow: Role = Role.ANYONE
    where: Scope = Scope.ANYWHERE
    run_when_stale: bool = False
    rank: int = 50
    undo: Undo | None = None
    also_allowed_if: AlsoAllowed | None = None
    is_confidential: IsConfidential | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Every name it answers to, its own first, each once."""
        return tuple(dict.fromkeys((self.name, *self.aliases, *self.english)))

    def open_to(self, caller: Caller) -> bool:
        return caller.may(self.allow, self.where)

    def opened(self, ctx: Context) -> bool:
        """Whether the person of this context may use it here, be it by what opens it wider."""
        return self.open_to(ctx.caller) or (self.also_allowed_if is not None and self.also_allowed_if(ctx))


@dataclass(frozen=True, slots=True)
class Found:
    """`name`: the one that was used, as declared; `rest`: what follows it."""

    command: Command
    rest: str
    name: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A slip: `typed` is the person's (untrusted), `line` what to run instead:
    the name put right, the rest untouched, no prefix.
    """

    typed: str
    line: str

    def question(self, caller: Caller) -> Say:
        """« Vouliez-vous dire … ? », to be confirmed by a tap."""
        line = shown(shortened(self.line.partition("\n")[0], 80), caller)
        return Say(
            "Je ne connais pas « {word} ». Vouliez-vous dire `{line}` ? Touchez ✅ si c’est cela.",
            word=self.typed,
            line=line,
        )


@dataclass(frozen=True)
class RunCommand:
    """The command that a tap confirmed, to be run as if it had been typed."""

    found: Found
    line: str


# what a handler returns: what to say or to ask, or what to run instead
Result = Say | Ask | Suggestion | RunCommand | None


def shown(line: str, caller: Caller) -> str:
    """A command line, given with or without its !, as this person would type it here:
    bare in private, with ! in a room.
    """
    return line.removeprefix("!") if caller.place is Scope.DIRECT else f"!{line.removeprefix('!')}"


@dataclass
class Registry:
    """Commands by name."""

    commands: list[Command] = field(default_factory=list)
    _by_key: dict[str, tuple[Command, str]] = field(default_factory=dict)

    def copy(self) -> Registry:
        return Registry(list(self.commands), dict(self._by_key))

    def add(self, command: Command) -> None:
        """Raises ValueError for a name that another command has, or that clients keep for themselves."""
        for name in command.names:
            _refuse_taken(name)
            other, _ = self._by_key.setdefault(key(name), (command, name))
            if other is not command:
                raise ValueError(f"« {name} » is claimed by {other.name} and {command.name}")
        self.commands.append(command)

    def named(self, name: str) -> Command | None:
        """The command of exactly this name."""
        found = self._by_key.get(key(name))
        return found and found[0]

    def find(self, text: str, caller: Caller) -> Found | Suggestion | None:
        """The command at the start of `text`; or the one this person may use here and nearly typed; or None.

        Whether they may use the one that is found is the caller's to check: `rights.refusal` says why not.
        """
        words = _words(text)
        found = self._exact(text, words) or self._stuck_number(text, words)
        if found is None and (bare := after_greeting(text)) != text:
            found = self._exact(bare, _words(bare))
        return found or self._near(text, words, caller)

    def open_to(self, caller: Caller) -> list[Command]:
        """What this person may use here, by rank."""
        return sorted((each for each in self.commands if each.open_to(caller)), key=lambda each: each.rank)

    def _exact(self, text: str, words: Sequence[re.Match[str]]) -> Found | None:
        """The longest name wins; of one length, the exact name before the plural."""
        for count in range(len(words), 0, -1):
            for spelling in _spellings([word[0] for word in words[:count]]):
                if (found := self._by_key.get(spelling)) is not None:
                    return Found(found[0], _rest(text[words[count - 1].end() :]), found[1])
        return None

    def _stuck_number(self, text: str, words: Sequence[re.Match[str]]) -> Found | None:
        """« !plus3 » is « !plus 3 »."""
        stuck = _STUCK_NUMBER.match(text, words[0].start()) if words else None
        found = self._by_key.get(key(stuck[1][:_LONGEST_NAME])) if stuck else None
        return Found(found[0], _rest(stuck[2]), found[1]) if stuck and found else None

    def _near(self, text: str, words: Sequence[re.Match[str]], caller: Caller) -> Suggestion | None:
        names = [name for command in self.open_to(caller) for name in command.names]
        typed = [word[0][:_LONGEST_NAME].rstrip(_STOPS + "…") for word in words]
        found = nearest(typed, names)
        if found is None:
            return None
        end = words[found.words - 1].end()
        suggested = self.named(found.name)
        rest = "" if suggested and suggested.is_confidential and caller.place is Scope.DIRECT else text[end:]
        return Suggestion(text[words[0].start() : end].rstrip(_STOPS + "…"), found.name + rest)


def _words(text: str) -> Sequence[re.Match[str]]:
    """Those that may be the name of a command."""
    return list(islice(_WORD.finditer(text.partition("\n")[0]), _MOST_WORDS))


def _spellings(words: Sequence[str]) -> Iterator[str]:
    """The keys under which these words may be known: as typed, without final punctuation, in the singular."""
    if any(len(word) > _LONGEST_NAME for word in words):
        return
    folded = [fold(word) for word in words]
    yield key("".join(folded))
    folded[-1] = folded[-1].rstrip(_STOPS)
    yield key("".join(folded))
    yield key("".join(word[:-1] if len(word) > 3 and word[-1] in "sx" else word for word in folded))


def _rest(text: str) -> str:
    return _AFTER_NAME.sub("", text, count=1).rstrip()


def _refuse_taken(name: str) -> None:
    if key(name) in _TAKEN or key(name).startswith(_TAKEN_BEGINNINGS):
        raise ValueError(f"« {name} » is a command of Matrix clients")


class Declared(TypedDict, total=False):
    """`usage`: « `!vote numéro` »; `example`: one line ready to copy, « !vote 1 »; `help`:
    what it is for, in one line.

    `rank`: its place in the help, small first; `run_when_stale`: runs even when heard more than an hour late.
    `undo(ctx, event_id)`: undoes what the message of that id did, when it is deleted, or edited and then read
    anew; without it, what took effect stays. `also_allowed_if(ctx)`: whether this person may use it here
    besides what `allow` and `where` say, as when a setting opens it to members. `is_confidential(ctx)`:
    whether what follows its name in this room is repeated nowhere, so that nothing keeps it (a vote): a slip
    of that name is offered without it, in a private room always; there it is not taken for the free answer to
    a question either.
    """

    usage: Required[Say]
    example: Required[str]
    help: Required[Say]
    aliases: Sequence[str]
    english: Sequence[str]
    allow: Role
    where: Scope
    run_when_stale: bool
    rank: int
    undo: Undo
    also_allowed_if: AlsoAllowed
    is_confidential: IsConfidential


def command(name: str, /, **declared: Unpack[Declared]) -> Callable[[H], H]:
    """Declares `async def handler(ctx, …) -> Result` as the command `name`.
    Its signature is its grammar (`signature.py`).
    """

    def decorate(handler: H) -> H:
        return declare(
            handler, Command(name=name, handler=handler, parameters=parse_signature(handler), **declared)
        )

    return decorate

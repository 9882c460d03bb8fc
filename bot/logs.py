"""What the operator reads: one line an event, as text or JSON, never what people wrote, never a secret.

Our own code logs ids, types and counts only. This is the last net below it: tokens and the configured secrets
are struck out wherever they appear; an exception whose message could quote a text shows its type and place
only; libraries get one short line, and bot/matrix silences nio.
"""

import json
import logging
import re
import traceback
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Literal, TextIO

Style = Literal["text", "json"]
OURS = ("bot", "commands", "schedules", "storage")

# Their messages speak of code, files and connections; a ValueError or a KeyError may quote what somebody
# typed.
_SPEAKABLE = (OSError, AttributeError, TypeError, NameError, ImportError, RuntimeError)
_TOKEN = re.compile(
    r"\b(?:syt|syr|mat|mct|mcr)_[\w.~-]{6,}|(?<=access_token=)[^\s&\"']+|(?<=Bearer )[^\s\"']+"
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_COLOURS = {logging.DEBUG: "2", logging.WARNING: "33", logging.ERROR: "31", logging.CRITICAL: "31;1"}
_LONGEST = 2_000

_hidden: set[str] = set()


def setup(style: Style, stream: TextIO, environ: Mapping[str, str], *, verbose: bool = False) -> None:
    """Sends all logs to `stream`, in colours when it is a terminal and NO_COLOR isn't set;
    `verbose` shows our own debugging.
    """
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        Json() if style == "json" else Text(colours=stream.isatty() and not environ.get("NO_COLOR"))
    )
    logging.root.handlers[:] = [handler]
    logging.root.setLevel(logging.WARNING)
    for name in OURS:
        logging.getLogger(name).setLevel(logging.DEBUG if verbose else logging.INFO)


def hide(*secrets: str | None) -> None:
    """From now on these are struck out of every line."""
    _hidden.update(secret for secret in secrets if secret and len(secret) >= 4)


class Text(logging.Formatter):
    def __init__(self, *, colours: bool) -> None:
        super().__init__()
        self._colours = colours

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).astimezone().isoformat(" ", "seconds")
        line = f"{at} {record.levelname.lower():<8}{record.name}: {message(record)}"
        if self._colours and (colour := _COLOURS.get(record.levelno)):
            line = f"\x1b[{colour}m{line}\x1b[0m"
        return "\n".join([line, *(f"  {part}" for part in failure(record))])


class Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {
            "time": at,
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": message(record),
        }
        if trace := list(failure(record)):
            line["failure"] = "\n".join(trace)
        return json.dumps(line, ensure_ascii=False)


def message(record: logging.LogRecord) -> str:
    """On one line and of a bearable length, whoever wrote it."""
    said = record.getMessage()
    if record.name.partition(".")[0] not in OURS:
        said = said.partition("\n")[0]  # asyncio goes on with the repr of a task, exception and all
    return _CONTROL.sub("�", _without_secrets(said))[:_LONGEST]


def failure(record: logging.LogRecord) -> Iterator[str]:
    """The exception of a record, causes first,
    as Python prints it but for the messages that could quote somebody.
    """
    error = record.exc_info[1] if record.exc_info else None
    for each in reversed(list(_chain(error))):
        for frame in traceback.format_tb(each.__traceback__):
            yield from _without_secrets(frame).rstrip("\n").split("\n")
        name = f"{type(each).__module__}.{type(each).__qualname__}".removeprefix("builtins.")
        first = _CONTROL.sub("�", _without_secrets(str(each)).partition("\n")[0])[:_LONGEST]
        yield f"{name}: {first}" if _speakable(each) and first else name


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        if isinstance(error, BaseExceptionGroup):
            for inner in error.exceptions:
                yield from _chain(inner)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _speakable(error: BaseException) -> bool:
    modules = {kind.__module__ for kind in type(error).__mro__}
    ours = type(error).__module__.partition(".")[0] in OURS
    return isinstance(error, _SPEAKABLE) or "sqlalchemy.exc" in modules or ours


def _without_secrets(text: str) -> str:
    for secret in _hidden:
        text = text.replace(secret, "…")
    return _TOKEN.sub("…", text)

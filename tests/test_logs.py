"""Logs tell what happened, never what people wrote and never a secret."""

import io
import json
import logging
from collections.abc import Callable, Iterator

import pytest

import bot.matrix  # noqa: F401  (it silences nio)
from bot import logs

Reader = Callable[[], str]
ours = logging.getLogger("bot.somewhere")
TYPED = "un mot privé"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def restored(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    root, handlers = logging.root.level, logging.root.handlers[:]
    levels = {name: logging.getLogger(name).level for name in logs.OURS}
    monkeypatch.setattr(logs, "_hidden", set())
    yield
    logging.root.handlers[:] = handlers
    logging.root.setLevel(root)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


@pytest.fixture
def text() -> Reader:
    stream = io.StringIO()
    logs.setup("text", stream, {})
    return stream.getvalue


def failing(error: Exception) -> None:
    try:
        raise error
    except type(error):
        ours.exception("handler failed on %s", "$event")


def test_a_line_says_when_how_bad_where_and_what(text: Reader) -> None:
    ours.info("sent %d posts", 3)
    assert text().splitlines()[0].endswith("info    bot.somewhere: sent 3 posts")


def test_json_is_one_object_a_line() -> None:
    stream = io.StringIO()
    logs.setup("json", stream, {})
    ours.info("sent %d posts", 3)
    failing(ZeroDivisionError())
    first, second = map(json.loads, stream.getvalue().splitlines())
    assert (first["level"], first["logger"], first["message"]) == ("info", "bot.somewhere", "sent 3 posts")
    assert first["time"].endswith("+00:00")
    assert "raise error" in second["failure"]
    assert "ZeroDivisionError" in second["failure"]


def test_debugging_shows_only_when_asked_and_only_ours(text: Reader) -> None:
    ours.debug("details")
    assert text() == ""

    stream = io.StringIO()
    logs.setup("text", stream, {}, verbose=True)
    ours.debug("details")
    logging.getLogger("peewee").debug("INSERT a key")
    assert "details" in stream.getvalue()
    assert "INSERT" not in stream.getvalue()


def test_colours_are_for_terminals_and_can_be_refused() -> None:
    for stream, environ, coloured in (
        (Terminal(), {}, True),
        (Terminal(), {"NO_COLOR": "1"}, False),
        (io.StringIO(), {}, False),
    ):
        logs.setup("text", stream, environ)
        ours.warning("careful")
        assert ("\x1b[" in stream.getvalue()) is coloured


def test_tokens_and_configured_secrets_are_struck_out(text: Reader) -> None:
    logs.hide("très secret", None, "")
    ours.info("a syt_Ym90_aBcDeFgHiJ_0x b ?access_token=abc&x=1 c Bearer zzz d très secret e")
    failing(OSError("cannot open /x?access_token=abc with très secret"))
    said = text()
    for secret in ("syt_Ym90", "abc", "zzz", "très"):
        assert secret not in said
    assert "a … b ?access_token=…&x=1 c Bearer … d … e" in said


def test_an_exception_shows_its_place_but_not_what_somebody_typed(text: Reader) -> None:
    failing(ValueError(f"invalid literal: {TYPED!r}"))
    try:
        raise KeyError(TYPED)
    except KeyError as error:
        caught = error
    failing(AttributeError("'NoneType' object has no attribute 'x'"))
    ours.error("again", exc_info=caught)
    said = text()
    assert TYPED not in said
    assert "ValueError" in said
    assert "raise error" in said
    assert "AttributeError: 'NoneType' object has no attribute 'x'" in said


def test_the_causes_of_an_exception_come_first(text: Reader) -> None:
    def inner() -> None:
        raise ValueError(TYPED)

    try:
        try:
            inner()
        except ValueError as error:
            raise RuntimeError("the outer one") from error
    except RuntimeError:
        ours.exception("failed")
    said = text()
    assert TYPED not in said
    assert said.index("ValueError") < said.index("RuntimeError: the outer one")


def test_a_line_of_somebody_else_cannot_pass_for_one_of_ours(text: Reader) -> None:
    ours.info("room %s", "!a\n2026-11-23 error   bot: forged\x1b[31m")
    assert len(text().splitlines()) == 1
    assert "\x1b" not in text()


def test_the_libraries_are_heard_briefly_and_never_quote_events(text: Reader) -> None:
    logging.getLogger("nio.events.misc").warning(f"Error validating event: {TYPED!r}")
    logging.getLogger("nio.responses").warning(f"Error validating response: {TYPED!r}")
    logging.getLogger("asyncio").error(
        f"Task exception was never retrieved\nfuture: <Task exception=ValueError({TYPED!r})>"
    )
    logging.getLogger("aiohttp.client").info("chatter")
    said = text()
    assert TYPED not in said
    assert "chatter" not in said
    assert "Task exception was never retrieved" in said

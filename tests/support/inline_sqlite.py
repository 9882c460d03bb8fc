"""Inline SQLite, in the thread of the event loop, for worlds in memory: a statement takes it less time than to be handed to another thread and back.

The bot's own way, one thread for each connection, is that of the worlds on Synapse, of the processes, and of the tests of storage.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from aiosqlite import core


class InlineQueue:
    """In the place of a connection's queue: what is put there is done before `put_nowait` returns."""

    def put_nowait(self, asked: tuple[Any, Callable[[], Any]]) -> None:
        future, work = asked
        try:
            result = work()
        except BaseException as error:  # noqa: BLE001 - whoever asked hears of it
            if future:
                core.set_exception(future, error)
        else:
            if future:
                core.set_result(future, result)


class NoThread:
    """In the place of a connection's thread."""

    daemon = False

    def __init__(self, **_: Any) -> None: ...

    def start(self) -> None: ...


@contextmanager
def inline_sqlite() -> Iterator[None]:
    """For connections made from now on."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(core, "SimpleQueue", InlineQueue)
        patch.setattr(core, "Thread", NoThread)
        yield

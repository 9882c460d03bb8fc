"""One process at a time on a data directory: two would share one device's keys and say everything twice.

The lock is the kernel's (flock), so a killed process leaves none behind; the file only tells who holds it.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bot.text import Say


class DataDirError(Exception):
    """The data directory cannot be ours now; `say` tells the operator why."""

    def __init__(self, say: Say) -> None:
        super().__init__(say.text("en"))
        self.say = say


class Busy(DataDirError):
    """Another process works there."""


@contextmanager
def hold(data_dir: Path) -> Iterator[None]:
    """Makes the directory when it isn't there, readable by us alone, and keeps it ours.
    Raises DataDirError, Busy when another process has it.
    """
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(data_dir / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise DataDirError(
            Say(
                "Je ne peux pas écrire dans `{folder}` ({reason}).",
                folder=str(data_dir),
                reason=str(error.strerror),
            )
        ) from None
    try:
        _take(lock, data_dir)
        yield
    finally:
        os.close(lock)


def _take(lock: int, data_dir: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(lock, 20, 0).decode("ascii", "replace").strip() or "?"
        raise Busy(
            Say(
                "Une autre Animatrice (processus {pid}) travaille déjà dans `{folder}` : une seule à la "
                "fois. Arrêtez-la d’abord.",
                pid=holder,
                folder=str(data_dir),
            )
        ) from None
    # a full disk: the lock is the kernel's, only its holder's number is not told then
    with suppress(OSError):
        os.ftruncate(lock, 0)
        os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)

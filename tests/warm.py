"""The Synapses and the bots of the tests, forked from one process a worker that has imported all of it (tests/zygote.py).

tests/test_homeserver.py and tests/test_sigterm.py start them cold, as the demo and an operator do.
"""

import asyncio
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bot.demo.child import STOP_PATIENCE, Child

MODULES = {"synapse.app.homeserver": "synapse", "bot": "bot"}
ROOT = Path(__file__).parent.parent


_zygotes: dict[str, subprocess.Popen[str]] = {}


def zygote(what: str) -> subprocess.Popen[str]:
    """Ends with us, as its standard input does."""
    if what not in _zygotes:
        command = [sys.executable, "-m", "tests.zygote", what]
        _zygotes[what] = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True)
    return _zygotes[what]


def end_zygotes() -> None:
    for each in _zygotes.values():
        each.communicate()


class WarmChild(Child):
    def __init__(self, module: str, arguments: Sequence[str], folder: Path, log: Path) -> None:
        mother = zygote(MODULES[module])
        assert mother.stdin
        assert mother.stdout
        log.touch()
        self._ended = Path(tempfile.mkdtemp(), "code")
        asked = {"arguments": arguments, "folder": str(folder), "log": str(log), "environment": dict(os.environ), "ended": str(self._ended)}
        mother.stdin.write(json.dumps(asked) + "\n")
        mother.stdin.flush()
        self._pid = int(mother.stdout.readline())
        self._handle = os.pidfd_open(self._pid)  # it cannot be gone: it has just begun

    @property
    def pid(self) -> int:
        return self._pid

    @property
    def running(self) -> bool:
        return not select.select([self._handle], [], [], 0)[0]

    async def end(self, how: signal.Signals) -> int:
        """The exit code, as it wrote it down itself: its mother never asks."""
        for each, patience in (how, STOP_PATIENCE), (signal.SIGKILL, None):
            if self.running:
                signal.pidfd_send_signal(self._handle, each)
                await asyncio.to_thread(select.select, [self._handle], [], [], patience)
        os.close(self._handle)
        code = int(self._ended.read_text()) if self._ended.exists() else -signal.SIGKILL
        shutil.rmtree(self._ended.parent)
        return code

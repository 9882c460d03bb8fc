"""The client of the fork server:
the Synapses and the bots of the tests, forked from one process a worker that has imported all of it
(tests/support/fork_server.py).

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
ROOT = Path(__file__).parents[2]


_servers: dict[str, subprocess.Popen[str]] = {}


def fork_server(what: str) -> subprocess.Popen[str]:
    """Ends with us, as its standard input does."""
    if what not in _servers:
        command = [sys.executable, "-m", "tests.support.fork_server", what]
        _servers[what] = subprocess.Popen(
            command,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
    return _servers[what]


def stop_fork_servers() -> None:
    for each in _servers.values():
        each.communicate()


class ForkedChild(Child):
    def __init__(self, module: str, arguments: Sequence[str], folder: Path, log: Path) -> None:
        parent = fork_server(MODULES[module])
        assert parent.stdin
        assert parent.stdout
        log.touch()
        self._ended = Path(tempfile.mkdtemp(), "code")
        asked = {
            "arguments": arguments,
            "folder": str(folder),
            "log": str(log),
            "environment": dict(os.environ),
            "ended": str(self._ended),
        }
        parent.stdin.write(json.dumps(asked) + "\n")
        parent.stdin.flush()
        self._pid = int(parent.stdout.readline())
        self._handle = os.pidfd_open(self._pid)  # it cannot be gone: it has just begun

    @property
    def pid(self) -> int:
        return self._pid

    @property
    def running(self) -> bool:
        return not select.select([self._handle], [], [], 0)[0]

    async def end(self, how: signal.Signals) -> int:
        """The exit code, as it wrote it down itself: its parent never asks."""
        for each, patience in (how, STOP_PATIENCE), (signal.SIGKILL, None):
            if self.running:
                signal.pidfd_send_signal(self._handle, each)
                await asyncio.to_thread(select.select, [self._handle], [], [], patience)
        os.close(self._handle)
        code = int(self._ended.read_text()) if self._ended.exists() else -signal.SIGKILL
        shutil.rmtree(self._ended.parent)
        return code

"""The Synapses of the tests, forked from one process a worker that has read all of it (tests/zygote.py). tests/test_homeserver.py starts them cold,
as the demo does.
"""

import asyncio
import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from bot.demo.child import STOP_PATIENCE, Child

ROOT = Path(__file__).parent.parent


@cache
def zygote() -> subprocess.Popen[str]:
    """Ends with us, as its standard input does."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.zygote"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    )


class WarmChild(Child):
    def __init__(self, module: str, arguments: Sequence[str], folder: Path, log: Path) -> None:
        assert module == "synapse.app.homeserver"
        mother = zygote()
        assert mother.stdin
        assert mother.stdout
        mother.stdin.write(json.dumps({"arguments": arguments, "folder": str(folder), "log": str(log)}) + "\n")
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
        """Always 0: its mother never asks."""
        for each, patience in (how, STOP_PATIENCE), (signal.SIGKILL, None):
            if self.running:
                signal.pidfd_send_signal(self._handle, each)
                await asyncio.to_thread(select.select, [self._handle], [], [], patience)
        os.close(self._handle)
        return 0

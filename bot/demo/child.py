"""A child process that ends with us: a demo or a test that is killed leaves nothing running."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

STOP_PATIENCE = 10.0
# Run in the child before the module itself (prctl(2), Linux only).
LAUNCH = """
import os, runpy, signal, sys
parent, module = int(sys.argv.pop(1)), sys.argv.pop(1)
if sys.platform == "linux":
    import ctypes
    PR_SET_PDEATHSIG = 1
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
if os.getppid() != parent:
    sys.exit("the parent is gone already")
runpy.run_module(module, run_name="__main__", alter_sys=True)
"""


class Child:
    """`python -m module arguments…`, once; what it says is added to `log`."""

    def __init__(self, module: str, arguments: Sequence[str], folder: Path, log: Path) -> None:
        """Started at once, in a session of its own (a Ctrl-C in the terminal is for us alone)."""
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-c", LAUNCH, str(os.getpid()), module, *arguments],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    async def end(self, how: signal.Signals) -> int:
        """The exit code. Only ever its own pid: others like it may be running on this machine."""
        if self.running:
            self._process.send_signal(how)
        try:
            return await asyncio.to_thread(self._process.wait, STOP_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return await asyncio.to_thread(self._process.wait)

"""A process that has read all of Synapse and forks one for whoever asks: a line of JSON for each, {"arguments", "folder", "log"}; the answer is its
pid. Reading takes Synapse a second, and all else to start two tenths. It ends, and all of its Synapses, with the process that started it.
"""

import ctypes
import gc
import json
import os
import signal
import sys
import traceback
from collections.abc import Sequence
from typing import Any

from synapse.app import homeserver
from twisted.internet import reactor

PR_SET_PDEATHSIG = 1  # prctl(2)


def serve() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how they ended
    gc.freeze()
    for line in iter(sys.stdin.readline, ""):
        asked, mother = json.loads(line), os.getpid()
        pid = os.fork()
        if not pid:
            _live(mother, **asked)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


def _live(mother: int, arguments: Sequence[str], folder: str, log: str) -> None:
    """Never comes back."""
    code = 1
    try:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() == mother:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _move(folder, log)
            _new_reactor()
            sys.argv[1:] = arguments
            homeserver.main()
            code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
        sys.stderr.write(f"{end}\n")
    except BaseException:  # noqa: BLE001 - whatever it is, it is for the log
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def _move(folder: str, log: str) -> None:
    os.setsid()
    os.chdir(folder)
    output = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(output, 1)
    os.dup2(output, 2)


def _new_reactor() -> None:
    """Twisted makes its own when it is imported; that one's epoll would be shared with our mother."""
    made: Any = reactor
    made.__init__()


if __name__ == "__main__":
    serve()

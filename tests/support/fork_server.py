"""A fork server: a process that has imported all of Synapse, or of the bot, and forks one for whoever asks.

A line of JSON for each, {"arguments", "folder", "log", "environment", "ended"}; the answer is its pid, and
`ended` is where its exit code will be. Importing takes them a second, and all else to start two tenths. It
ends, and all that it forked, with the process that started it.
"""

import ctypes
import gc
import json
import os
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1  # prctl(2)


def synapse() -> Callable[[], object]:
    from synapse.app import homeserver
    from twisted.internet import reactor

    def live() -> None:
        """Twisted makes its reactor when it is imported; that one's epoll would be shared with our parent."""
        made: Any = reactor
        made.__init__()
        homeserver.main()

    return live


def bot() -> Callable[[], object]:
    from bot import __main__, check
    from bot.app import load

    assert check
    load()
    return lambda: __main__.main(prog_name="animatrice")


def serve(main: Callable[[], object]) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how they ended
    gc.freeze()
    for line in iter(sys.stdin.readline, ""):
        asked, parent = json.loads(line), os.getpid()
        pid = os.fork()
        if not pid:
            _run_child(main, parent, asked)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


def _run_child(main: Callable[[], object], parent: int, asked: Mapping[str, Any]) -> None:
    """Never comes back."""
    code = 1
    try:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() == parent:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _redirect(asked["folder"], asked["log"])
            os.environ.clear()
            os.environ.update(asked["environment"])
            sys.argv[1:] = asked["arguments"]
            main()
            code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
        if isinstance(end.code, str):
            sys.stderr.write(f"{end}\n")
    except BaseException:  # noqa: BLE001 - whatever it is, it is for the log
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stderr.flush()
        Path(asked["ended"]).write_text(str(code))
        os._exit(code)


def _redirect(folder: str, log: str) -> None:
    os.setsid()
    os.chdir(folder)
    output = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(output, 1)
    os.dup2(output, 2)


if __name__ == "__main__":
    serve({"synapse": synapse, "bot": bot}[sys.argv[1]]())

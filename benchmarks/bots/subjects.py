"""The bots that are measured: each a process of its own, in rooms of its own, known by its pid."""

import asyncio
import json
import os
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

from benchmarks.bots import environment
from bot.demo.homeserver import Account

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
START = 60.0  # seconds
TICK = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


# Bytecode is kept, as it is by whoever installs a package.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


# It says itself what it held: the system's own count would begin with ours.
HELP = """
import sys
from bot.__main__ import main
try:
    main(["--help"])
finally:
    with open("/proc/self/status") as status:
        sys.stderr.write(next(line.split()[1] for line in status if line.startswith("VmHWM")))
"""


class Shown(NamedTuple):
    """What `--help` took: seconds, MiB at most."""

    seconds: float
    memory: float


@dataclass
class Subject:
    """One bot. `rooms`: those that it is in, the busiest first."""

    url: str
    account: Account
    password: str
    folder: Path
    rooms: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    process: "subprocess.Popen[bytes] | None" = field(default=None, init=False)

    name: ClassVar[str]
    ready: ClassVar[str] = "listening"  # what it logs once it has synced

    def prepare(self) -> None:
        """Writes its configuration."""
        settings = {
            "homeserver": self.url,
            "user_id": self.account.user_id,
            "access_token": self.account.access_token,
            "device_id": self.account.device_id,
        }
        (self.folder / "settings.json").write_text(json.dumps(settings))

    def command(self) -> list[str]:
        raise NotImplementedError

    def environment(self) -> Mapping[str, str]:
        return ENVIRONMENT

    def help(self) -> Shown | None:
        """None where there is no command line."""
        return None

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def _spawn(self) -> None:
        with self.log.open("ab") as log:
            environment = dict(self.environment())
            self.process = subprocess.Popen(
                self.command(), cwd=self.folder, env=environment, stdout=log, stderr=log
            )

    async def start(self) -> float:
        """Seconds until it listens."""
        began, size = time.monotonic(), self.log.stat().st_size if self.log.exists() else 0
        self._spawn()
        assert self.process
        while self.ready.encode() not in self.log.read_bytes()[size:]:
            if self.process.poll() is not None or time.monotonic() - began > START:
                raise RuntimeError(f"{self.name} did not start:\n{self.log.read_text()[-2000:]}")
            await asyncio.sleep(0.02)
        return time.monotonic() - began

    async def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        process, self.process = self.process, None
        if process is not None:
            process.send_signal(how)
            try:
                await asyncio.to_thread(process.wait, 10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def cpu(self) -> float:
        """Seconds of processor so far, of all its threads."""
        assert self.process
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def memory(self) -> float:
        """MiB that are resident."""
        assert self.process
        return int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]) * PAGE / 2**20


class Floor(Subject):
    name = "floor"

    def command(self) -> list[str]:
        return [sys.executable, str(HERE / "floor.py"), "settings.json"]


class Nio(Subject):
    name = "matrix-nio"

    def command(self) -> list[str]:
        return [str(environment.python("nio")), str(HERE / "nio_bot.py"), "settings.json"]


class Maubot(Subject):
    name = "maubot"
    ready = "Starting syncing"

    def prepare(self) -> None:
        quiet = {"level": "DEBUG", "handlers": ["console"]}
        handlers = {"console": {"class": "logging.StreamHandler"}}
        logging: dict[str, Any] = {"version": 1, "handlers": handlers, "root": quiet}
        credentials = {
            "id": self.account.user_id,
            "homeserver": self.url,
            "access_token": self.account.access_token,
            "device_id": "",
        }
        user = {
            "credentials": credentials,
            "sync": True,
            "appservice": False,
            "autojoin": False,
            "displayname": "disable",
            "avatar_url": "disable",
            "ignore_initial_sync": True,
            "ignore_first_sync": False,
        }
        config = {"user": user, "database": "sqlite:maubot.db", "plugin_config": {}, "logging": logging}
        (self.folder / "config.yaml").write_text(json.dumps(config))

    def command(self) -> list[str]:
        plugin = HERE / "maubot_plugin" / "maubot.yaml"
        return [str(environment.python("maubot")), "-m", "maubot.standalone", "-m", str(plugin)]


class Animatrice(Subject):
    name = "animatrice"
    ready = "up to date, listening"
    traced = False  # its statements are counted
    filled = False  # its library is

    def prepare(self) -> None:
        kinds = ("network", "local", "local", "local", "help", "team")
        config = {
            "network": {"name": "Réseau", "contact": "@gwen:reseau.example.org"},
            "matrix": {"homeserver": self.url, "user_id": self.account.user_id, "password": self.password},
            "data_dir": str(self.folder / "data"),
            "rooms": [
                {"room": alias, "kind": kind} for alias, kind in zip(self.aliases, kinds, strict=False)
            ],
        }
        (self.folder / "config.yaml").write_text(json.dumps(config))
        self._statements.write_bytes(bytes(8))

    def help(self) -> Shown:
        command, began = [sys.executable, "-c", HELP], time.monotonic()
        child = subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, capture_output=True, check=True)
        return Shown(time.monotonic() - began, int(child.stderr) / 1024)

    @property
    def database(self) -> Path:
        return self.folder / "data" / "animatrice.sqlite"

    @property
    def _statements(self) -> Path:
        return self.folder / "statements"

    def command(self) -> list[str]:
        return [sys.executable, "-m", "bot", "run"]

    def environment(self) -> Mapping[str, str]:
        paths = [str(HERE / "trace")] * self.traced + [str(ROOT)]
        found = {**ENVIRONMENT, "PYTHONPATH": os.pathsep.join(paths)}
        return found | ({"SQLITE_STATEMENTS": str(self._statements)} if self.traced else {})

    def statements(self) -> int:
        """Those of SQLite so far, when it was started with `traced`."""
        return int(struct.unpack("<q", self._statements.read_bytes())[0])


ALL: tuple[type[Subject], ...] = (Floor, Nio, Maubot, Animatrice)

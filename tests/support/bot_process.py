"""The bot as a process, as its operator runs it:
with a config.yaml, killed, stopped and started again by the tests.
"""

import asyncio
import json
import resource
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from bot.demo.child import Child

READY = "up to date, listening"
TIMEOUT = 90.0  # seconds: eight test runs may share two cores
ROOM_FOR_LOGS = 2**16


class BotProcess:
    """`python -m bot run -c …` in a folder of its own.
    It dies with us, and only its own pid is ever touched.
    """

    child = Child  # what runs it

    def __init__(self, folder: Path, settings: Mapping[str, Any]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.settings = settings
        self.database = Path(settings["data_dir"]) / "animatrice.sqlite"
        self.log = folder / "bot.log"
        self.config = folder / "config.yaml"
        self.config.write_text(json.dumps(settings, indent=1))  # JSON is YAML
        self._child: Child | None = None
        self._began = 0  # where in the log this life begins

    async def __aenter__(self) -> Self:
        self.start()
        await self.ready()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.kill()

    @property
    def pid(self) -> int:
        assert self._child is not None
        return self._child.pid

    def start(self, *options: str) -> None:
        """Back at once: it is only beginning to live.
        `options`: of `run`, such as "--clock", "2026-11-23T10:00".
        """
        assert self._child is None, "it runs already"
        self._began = self.log.stat().st_size if self.log.exists() else 0
        self._child = self.child("bot", ["run", "-c", str(self.config), *options], self.folder, self.log)

    async def ready(self) -> None:
        """Once its first sync has been handled."""
        await self.wait_for_log(READY)

    async def wait_for_log(self, words: str) -> None:
        """Once these words are in the log of this life."""
        try:
            async with asyncio.timeout(TIMEOUT):
                while words not in self.log_text():
                    assert self._child is not None
                    assert self._child.running, f"the bot ended by itself:\n{self.log_text()[-3000:]}"
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise TimeoutError(f"the bot never said « {words} »:\n{self.log_text()[-3000:]}") from None

    def log_text(self) -> str:
        """Its log since it was last started."""
        return self.log.read_bytes()[self._began :].decode(errors="replace")

    async def kill(self) -> None:
        """SIGKILL, as a power cut."""
        await self._end(signal.SIGKILL)

    async def terminate(self) -> int:
        """SIGTERM; the exit code, negative when it had to be killed after 10 s."""
        return await self._end(signal.SIGTERM)

    async def ended(self) -> int:
        """The exit code once it has ended by itself."""
        async with asyncio.timeout(TIMEOUT):
            while True:
                if self._child is None or not self._child.running:
                    return await self._end(signal.SIGKILL)
                await asyncio.sleep(0.02)

    async def restart(self, *options: str) -> None:
        """Ends it as an operator does and waits until it listens again."""
        assert await self.terminate() == 0
        self.start(*options)
        await self.ready()

    def fill_disk(self) -> None:
        """From now on the kernel lets this process write nothing more into
        its database (RLIMIT_FSIZE, setrlimit(2)): no file may grow.
        """
        journal = self.database.with_name(f"{self.database.name}-wal")
        resource.prlimit(
            self.pid,
            resource.RLIMIT_FSIZE,
            (max(journal.stat().st_size, self.log.stat().st_size + ROOM_FOR_LOGS), self._most),
        )

    def free_disk(self) -> None:
        resource.prlimit(self.pid, resource.RLIMIT_FSIZE, (self._most, self._most))

    @property
    def _most(self) -> int:
        return resource.prlimit(self.pid, resource.RLIMIT_FSIZE)[1]

    async def _end(self, how: signal.Signals) -> int:
        child, self._child = self._child, None
        return await child.end(how) if child else 0

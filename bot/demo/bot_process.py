"""The real bot, as the process that an operator runs: its configuration, its starts, its ends."""

import asyncio
import json
import re
import signal
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.demo.cast import read
from bot.demo.child import Child

USER = "animatrice"
NAME = "Animatrice"
_READ = re.compile(r"source \d+: \d+ new stories")
_PATIENCE = 60.0  # seconds; a machine may be busy
_ERROR = re.compile(r"\S+ \S+ (error|critical) ")  # as bot.logs writes them


class BotProcess:
    """`animatrice run` on the folder it was given; `log` has all it says."""

    def __init__(self, folder: Path, homeserver: str, password: str, feeds: Sequence[str]) -> None:
        self.folder = folder
        self.log = folder / "animatrice.log"
        self.user_id = f"@{USER}:reseau.example.org"
        self._config = folder / "config.yaml"
        self._child: Child | None = None
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "password").write_text(password)
        # JSON is YAML
        self._config.write_text(
            json.dumps(configuration(homeserver, self.user_id, feeds), ensure_ascii=False, indent=1)
        )

    @property
    def running(self) -> bool:
        return self._child is not None and self._child.running

    def start(self, clock: str) -> None:
        """`clock`: as in --clock, the network's own time."""
        self._began, self._at = datetime.fromisoformat(clock), time.monotonic()
        self._child = Child("bot", ["run", "-c", str(self._config), "--clock", clock], self.folder, self.log)

    def now(self) -> datetime:
        """What its clock shows, or would show if it still ran: the network's own time, without zone."""
        return self._began + timedelta(seconds=time.monotonic() - self._at)

    async def stop(self) -> int:
        """As an operator does (SIGTERM); the exit code, 0 when it was not running."""
        return await self._end(signal.SIGTERM)

    async def kill(self) -> None:
        """As a power cut does (SIGKILL): nothing can be finished."""
        await self._end(signal.SIGKILL)

    async def has_read(self, sources: int) -> None:
        """Until it has read that many sources for the first time. Raises TimeoutError."""
        async with asyncio.timeout(_PATIENCE):
            while True:
                if len(_READ.findall(self._said())) >= sources:
                    return
                await asyncio.sleep(0.05)

    def errors(self) -> list[str]:
        """What it logged as gone wrong, bugs of its own included."""
        return [line for line in self._said().splitlines() if _ERROR.match(line)]

    def _said(self) -> str:
        return self.log.read_text("utf-8", errors="replace")

    async def _end(self, how: signal.Signals) -> int:
        child, self._child = self._child, None
        return await child.end(how) if child else 0


def configuration(homeserver: str, user_id: str, feeds: Sequence[str]) -> dict[str, Any]:
    """config.yaml of the demo: the network of membres.yaml."""
    return {
        "network": {"name": "Réseau des chefs de projet", "school_zone": "B", "contact": CONTACT},
        "matrix": {"homeserver": homeserver, "user_id": user_id, "password_file": "password"},
        "data_dir": "data",
        "operators": ["@operateur:reseau.example.org"],
        "rooms": [{"room": f"#{place.alias}:reseau.example.org", "kind": place.kind} for place in read()[0]],
        "web": {"allow_private": True},  # the feeds are on this machine
        "feeds": [{"url": url} for url in feeds],
        "meetings": {"reminders": [1]},  # the scene jumps over the days of the others
    }


CONTACT = {
    "user": "@referent:reseau.example.org",
    "name": "Gwen",
    "role": "Accompagnement des équipes projet",
    "hours": "du lundi au vendredi, de 9 h à 17 h",
}

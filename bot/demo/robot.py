"""The real bot, as the process that an operator runs: its configuration, its starts, its ends."""

import json
import re
import signal
from pathlib import Path
from typing import Any

from bot.demo.cast import read
from bot.demo.child import Child

USER = "animatrice"
NAME = "Animatrice"
_ERROR = re.compile(r"\S+ \S+ (error|critical) ")  # as bot.logs writes them


class Robot:
    """`animatrice run` on the folder it was given; `log` has all it says."""

    def __init__(self, folder: Path, homeserver: str, password: str) -> None:
        self.folder = folder
        self.log = folder / "animatrice.log"
        self.user_id = f"@{USER}:reseau.example.org"
        self._config = folder / "config.yaml"
        self._child: Child | None = None
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "password").write_text(password)
        self._config.write_text(json.dumps(configuration(homeserver, self.user_id), ensure_ascii=False, indent=1))  # JSON is YAML

    @property
    def running(self) -> bool:
        return self._child is not None and self._child.running

    def start(self, clock: str) -> None:
        """`clock`: as in --clock, the network's own time."""
        self._child = Child("bot", ["run", "-c", str(self._config), "--clock", clock], self.folder, self.log)

    async def stop(self) -> int:
        """As an operator does (SIGTERM); the exit code, 0 when it was not running."""
        return await self._end(signal.SIGTERM)

    async def kill(self) -> None:
        """As a power cut does (SIGKILL): nothing can be finished."""
        await self._end(signal.SIGKILL)

    def errors(self) -> list[str]:
        """What it logged as gone wrong, bugs of its own included."""
        return [line for line in self.log.read_text("utf-8", errors="replace").splitlines() if _ERROR.match(line)]

    async def _end(self, how: signal.Signals) -> int:
        child, self._child = self._child, None
        return await child.end(how) if child else 0


def configuration(homeserver: str, user_id: str) -> dict[str, Any]:
    """config.yaml of the demo: the network of membres.yaml."""
    return {
        "network": {"name": "Réseau des chefs de projet", "school_zone": "B", "contact": CONTACT},
        "matrix": {"homeserver": homeserver, "user_id": user_id, "password_file": "password"},
        "data_dir": "data",
        "operators": ["@operateur:reseau.example.org"],
        "rooms": [{"room": f"#{place.alias}:reseau.example.org", "kind": place.kind} for place in read()[0]],
        "web": {"allow_private": True},
    }


CONTACT = {
    "user": "@referent:reseau.example.org",
    "name": "Gwen",
    "role": "Accompagnement des équipes projet",
    "hours": "du lundi au vendredi, de 9 h à 17 h",
}

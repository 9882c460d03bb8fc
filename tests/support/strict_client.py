"""A strict client: a member on matrix-js-sdk, in a process of its own, leaving out unsigned devices.

Its packages are installed by `npm ci` beside their list (tests/support/strict_client/), never by a test.
"""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.demo.homeserver import Account, Homeserver

PACKAGES = Path(__file__).parent / "strict_client"
SCRIPT = PACKAGES / "client.mjs"
SECONDS = 60.0  # an answer


def missing() -> str:
    """Why it cannot run here; empty when it can."""
    if shutil.which("node") is None:
        return "node is not installed"
    if not (PACKAGES / "node_modules" / "matrix-js-sdk").is_dir():
        return f"matrix-js-sdk is not installed: npm ci --prefix {PACKAGES}"
    return ""


class StrictClient:
    """Commands are those of strict_client/client.mjs."""

    def __init__(self, process: asyncio.subprocess.Process, user_id: str) -> None:
        self._process = process
        self.user_id = user_id

    @classmethod
    @asynccontextmanager
    async def open(cls, homeserver: Homeserver, account: Account) -> AsyncIterator["StrictClient"]:
        """Signed in, its own identity made."""
        async with cls.start(account) as client:
            await client.do("open", url=homeserver.url, **cls.session(account))
            yield client

    @classmethod
    @asynccontextmanager
    async def start(cls, account: Account) -> AsyncIterator["StrictClient"]:
        process = await asyncio.create_subprocess_exec(
            "node",
            str(SCRIPT),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        client = cls(process, account.user_id)
        try:
            yield client
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()

    @staticmethod
    def session(account: Account) -> dict[str, str]:
        return {"user": account.user_id, "device": account.device_id, "token": account.access_token}

    async def do(self, command: str, **rest: Any) -> Any:
        """What the command gives; AssertionError with the client's own words when it failed."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin
        assert stdout
        stdin.write(json.dumps({"command": command, **rest}).encode() + b"\n")
        await stdin.drain()
        async with asyncio.timeout(SECONDS):
            line = await stdout.readline()
        answer = json.loads(line or b'{"error": "it ended"}')
        assert "error" not in answer, answer["error"]
        return answer["value"]

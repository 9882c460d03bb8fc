"""The floor: a bare aiohttp client that long-polls and answers `!ping`, without a database;
the server's own pace, and HTTP's.

python floor.py settings.json, with {"homeserver", "user_id", "access_token"}.
"""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp

FILTER = json.dumps({"room": {"timeline": {"limit": 50}}})


class Floor:
    def __init__(self, settings: dict[str, str], web: aiohttp.ClientSession) -> None:
        self._base = f"{settings['homeserver']}/_matrix/client/v3"
        self._me = settings["user_id"]
        self._web = web
        self._answers: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        token = ""
        while True:
            query = {"timeout": "30000", "filter": FILTER} | ({"since": token} if token else {"timeout": "0"})
            async with self._web.get(f"{self._base}/sync", params=query) as answer:
                found = await answer.json()
            if token:
                for room, part in found.get("rooms", {}).get("join", {}).items():
                    for event in part["timeline"]["events"]:
                        self._hear(room, event)
            else:
                sys.stderr.write("listening\n")
            token = found["next_batch"]

    def _hear(self, room: str, event: dict[str, Any]) -> None:
        body = event["content"].get("body", "")
        if event["type"] == "m.room.message" and event["sender"] != self._me and body.startswith("!ping"):
            task = asyncio.create_task(self._reply(room, event["event_id"], body[5:].strip()))
            self._answers.add(task)
            task.add_done_callback(self._answers.discard)

    async def _reply(self, room: str, event: str, word: str) -> None:
        relation = {"m.in_reply_to": {"event_id": event}}
        content = {"msgtype": "m.text", "body": f"Pong {word}", "m.relates_to": relation}
        path = f"/rooms/{quote(room)}/send/m.room.message/{quote(event)}"
        async with self._web.put(self._base + path, json=content) as answer:
            await answer.read()


async def main(settings: dict[str, str]) -> None:
    headers = {"Authorization": f"Bearer {settings['access_token']}"}
    async with aiohttp.ClientSession(headers=headers) as web:
        await Floor(settings, web).run()


if __name__ == "__main__":
    asyncio.run(main(json.loads(Path(sys.argv[1]).read_text())))

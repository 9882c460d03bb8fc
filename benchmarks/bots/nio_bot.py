"""A minimal bot with matrix-nio alone: `!ping` is answered in reply.

python nio_bot.py settings.json, with {"homeserver", "user_id", "access_token", "device_id"}.
"""

import asyncio
import json
import sys
from pathlib import Path

import nio


async def main(settings: dict[str, str]) -> None:
    client = nio.AsyncClient(settings["homeserver"], settings["user_id"])
    client.restore_login(settings["user_id"], settings["device_id"], settings["access_token"])

    async def heard(room: nio.MatrixRoom, event: nio.RoomMessageText) -> None:
        if event.sender == client.user_id or not event.body.startswith("!ping"):
            return
        relation = {"m.in_reply_to": {"event_id": event.event_id}}
        content = {"msgtype": "m.text", "body": f"Pong {event.body[5:].strip()}", "m.relates_to": relation}
        await client.room_send(room.room_id, "m.room.message", content)

    await client.sync(timeout=0, full_state=True)
    client.add_event_callback(heard, nio.RoomMessageText)
    sys.stderr.write("listening\n")
    await client.sync_forever(timeout=30_000)


if __name__ == "__main__":
    asyncio.run(main(json.loads(Path(sys.argv[1]).read_text())))

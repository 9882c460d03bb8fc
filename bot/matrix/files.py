"""Files that people post: found by the event that shows them, fetched from our homeserver, opened when they are sealed.

All that says where a file is and how to open it was written by whoever posted it. So was its size: bytes are counted as they come.
"""

import re
from typing import Any
from urllib.parse import quote

from nio.crypto.attachments import decrypt_attachment

from bot.matrix import raw
from bot.matrix.errors import Later, NoFile, Refused
from bot.matrix.http import Request
from bot.matrix.link import Link
from bot.matrix.recall import Recall

MEDIA = ("/_matrix/client/v1/media/download", "/_matrix/media/v3/download")  # with authentication (MSC3916); older servers only know the second
SILENCE = 20.0  # seconds; as long as a server waits for another one's file
ADDRESS = re.compile(r"mxc://([A-Za-z0-9\[][A-Za-z0-9.:\[\]-]{0,254})/([A-Za-z0-9_-]{1,255})")


class Files:
    def __init__(self, link: Link, recall: Recall) -> None:
        self._link = link
        self._recall = recall

    async def download(self, room: str, event_id: str, limit: int) -> bytes:
        """See Matrix.download."""
        content = await self._shown(room, event_id)
        sealed = raw.mapping(content.get("file"))
        data = await self._fetched(address(sealed or content), limit)
        if len(data) > limit:
            raise NoFile("too big")
        return opened(data, sealed) if sealed else data

    async def _shown(self, room: str, event_id: str) -> dict[str, Any]:
        event = await self._recall.event(room, event_id)
        if event is None:
            raise NoFile("gone")
        if event.unreadable:
            raise NoFile("unreadable")
        return event.content

    async def _fetched(self, where: str, limit: int) -> bytes:
        """At most one byte more than `limit`. A server that does not know the first address answers 404 in one way or another."""
        for media in MEDIA:
            try:
                return await self._link.http.fetch(Request(method="GET", path=f"{media}/{where}", scope="room", timeout=SILENCE), limit)
            except (Refused, Later) as error:
                if isinstance(error, Later) and error.status >= 500:
                    raise NoFile("away") from None  # where it came from, most often
                if isinstance(error, Later) and error.status != 404:
                    raise
                if error.status != 404:
                    break
        raise NoFile("gone")


def address(shown: dict[str, Any]) -> str:
    """The end of the path it is fetched by. Raises NoFile."""
    url = shown.get("url")
    found = ADDRESS.fullmatch(url) if isinstance(url, str) else None
    if found is None:
        raise NoFile("no file")
    return f"{quote(found[1], safe='')}/{found[2]}"


def opened(data: bytes, sealed: dict[str, Any]) -> bytes:
    """What it is once decrypted, its hash checked first. `sealed`: an EncryptedFile of the specification. Raises NoFile."""
    try:
        clear: bytes = decrypt_attachment(data, sealed["key"]["k"], sealed["hashes"]["sha256"], sealed["iv"])
    except Exception:  # noqa: BLE001 - anybody may write anything there
        raise NoFile("unreadable") from None
    return clear

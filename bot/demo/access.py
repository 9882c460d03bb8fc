"""Plain HTTP to the homeserver, for the people of the demo and the tests."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import aiohttp

OUTAGE = 60.0  # seconds a server may be away before its people give up


class Denied(Exception):
    """The server understood and said no."""

    def __init__(self, status: int, errcode: str, why: str) -> None:
        super().__init__(f"{status} {errcode}: {why}")
        self.status = status
        self.errcode = errcode


class Access:
    """Requests in someone's name. Limits are waited for; what can be repeated safely outlives an outage."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url
        self._web = aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"})

    async def close(self) -> None:
        await self._web.close()

    async def call(self, method: str, path: str, body: object = None, **query: str) -> dict[str, Any]:
        """JSON in, JSON out, `path` below /_matrix/client/v3. Raises Denied, or aiohttp.ClientError after an outage."""
        data = b"" if body is None else json.dumps(body).encode()
        answer: dict[str, Any] = json.loads(await self._ask(method, f"/_matrix/client/v3{path}", data, query))
        return answer

    async def upload(self, data: bytes, name: str) -> str:
        answer = await self._ask("POST", "/_matrix/media/v3/upload", data, {"filename": name})
        return str(json.loads(answer)["content_uri"])

    async def download(self, mxc: str) -> bytes:
        return await self._ask("GET", f"/_matrix/client/v1/media/download/{mxc.removeprefix('mxc://')}", b"", {})

    async def _ask(self, method: str, path: str, data: bytes, query: Mapping[str, str]) -> bytes:
        loop = asyncio.get_running_loop()
        patience = loop.time() + OUTAGE
        while True:
            try:
                async with self._web.request(method, self.url + path, data=data, params=query) as answer:
                    found = await answer.read()
                if answer.status == 429:
                    await asyncio.sleep(json.loads(found).get("retry_after_ms", 1000) / 1000)
                    continue
                if answer.status < 500:
                    return _accepted(answer.status, found)
                trouble: Exception = Denied(answer.status, "M_UNKNOWN", found[:200].decode(errors="replace"))
            except (aiohttp.ClientError, TimeoutError) as error:
                trouble = error
            # A POST may have been done: only the caller knows whether twice is harmless.
            if method == "POST" or loop.time() > patience:
                raise trouble
            await asyncio.sleep(0.2)


def _accepted(status: int, found: bytes) -> bytes:
    if status < 400:
        return found
    error = json.loads(found)
    raise Denied(status, error.get("errcode", ""), error.get("error", ""))

"""A headless Chromium that shows one page: the Chrome DevTools Protocol over its WebSocket, no driver."""

import asyncio
import base64
import itertools
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

PROGRAM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
STARTS_WITHIN = 60.0  # seconds; a machine may be busy
FLAGS = (
    "--headless=new",
    "--no-sandbox",  # it shows nothing but our own page, and root has no sandbox
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--no-first-run",
    "--disable-extensions",
    "--disable-background-networking",
    "--remote-debugging-port=0",
)


@dataclass(frozen=True, slots=True)
class Screen:
    """What the page is seen on: a width in CSS pixels, "light" or "dark"."""

    width: int
    scheme: str


class ChromiumPage:
    """The one page. Raises RuntimeError for what the browser refuses."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._ids = itertools.count(1)

    async def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """A command of the protocol (https://chromedevtools.github.io/devtools-protocol/), its result."""
        number = next(self._ids)
        await self._socket.send_json({"id": number, "method": method, "params": parameters})
        while (found := await self._socket.receive_json()).get("id") != number:
            continue  # an event
        if "error" in found:
            raise RuntimeError(f"{method}: {found['error']['message']}")
        result: dict[str, Any] = found["result"]
        return result

    async def shows(self, html: str, screen: Screen) -> None:
        """A whole document, on that screen."""
        await self.call(
            "Emulation.setDeviceMetricsOverride",
            width=screen.width, height=800, deviceScaleFactor=1, mobile=False,
        )  # fmt: skip
        scheme = [{"name": "prefers-color-scheme", "value": screen.scheme}]
        await self.call("Emulation.setEmulatedMedia", features=scheme)
        frame = (await self.call("Page.getFrameTree"))["frameTree"]["frame"]["id"]
        await self.call("Page.setDocumentContent", frameId=frame, html=html)
        await self.evaluates("document.fonts.ready.then(() => true)")

    async def evaluates(self, expression: str) -> Any:
        """Its value in the page, as JSON."""
        found = await self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        return found["result"].get("value")

    async def picture(self, selector: str) -> bytes:
        """A PNG of the first element of that selector, whole, with what surrounds it for 8 pixels."""
        box = await self.evaluates(
            f"(({{x, y, width, height}}) => ({{x: x - 8, y: y - 8, width: width + 16, height: height + 16}}))"
            f"(document.querySelector({selector!r}).getBoundingClientRect())"
        )
        found = await self.call(
            "Page.captureScreenshot", format="png", clip=box | {"scale": 1}, captureBeyondViewport=True
        )
        return base64.b64decode(found["data"])


@asynccontextmanager
async def chromium(folder: Path) -> AsyncIterator[ChromiumPage]:
    """`folder`: where it keeps its profile. Raises TimeoutError when it does not start."""
    assert PROGRAM
    process = await asyncio.create_subprocess_exec(
        PROGRAM,
        *FLAGS,
        f"--user-data-dir={folder}",
        "about:blank",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with aiohttp.ClientSession() as web:
            address = await _first_page(web, await _port(process))
            async with web.ws_connect(address, max_msg_size=0) as socket:
                yield ChromiumPage(socket)
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def _port(process: asyncio.subprocess.Process) -> int:
    assert process.stderr
    async with asyncio.timeout(STARTS_WITHIN):
        async for line in process.stderr:
            if found := re.search(rb"DevTools listening on ws://127\.0\.0\.1:(\d+)/", line):
                return int(found[1])
    raise TimeoutError("Chromium ended before it listened")


async def _first_page(web: aiohttp.ClientSession, port: int) -> str:
    async with asyncio.timeout(STARTS_WITHIN):
        while True:
            async with web.get(f"http://127.0.0.1:{port}/json/list") as answer:
                pages = [each for each in await answer.json() if each["type"] == "page"]
            if pages:
                return str(pages[0]["webSocketDebuggerUrl"])
            await asyncio.sleep(0.05)

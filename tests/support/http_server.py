"""A mock HTTP server on this machine that answers byte by byte as a test says, however wrong:
what feeds and pages may meet.

    async with Site() as site:
        site.says("/rss.xml", reply(200, feed, ETag='"1"'))
        page = await web.fetch(site.url("/rss.xml"))
        assert site.asked == ["/rss.xml"]

127.0.0.2, 127.0.0.3… are other hosts of the same machine, for what is counted by host.
"""

import asyncio
import ssl
import zlib
from collections.abc import Awaitable, Callable
from contextlib import suppress
from http import HTTPStatus
from types import TracebackType

Handler = Callable[[asyncio.StreamWriter], Awaitable[None]]


def reply(status: int = 200, body: bytes = b"", **headers: str) -> bytes:
    """A whole, correct answer; `Retry_After="5"` is the header Retry-After."""
    told = {"Content-Length": str(len(body)), "Connection": "close"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    lines = [
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}",
        *(f"{name}: {value}" for name, value in told.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


def redirect(where: str, status: int = 302) -> bytes:
    return reply(status, Location=where)


class Site:
    def __init__(self, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> None:
        self.host = host
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.most_at_once = 0
        self._tls = tls
        self._answers: dict[str, list[bytes | Handler]] = {}
        self._connections: set[asyncio.Task[None]] = set()
        self._open = 0

    def says(self, path: str, *answers: bytes | Handler) -> None:
        """One after the other, the last one for ever."""
        self._answers[path] = list(answers)

    def url(self, path: str, host: str | None = None) -> str:
        return f"{'https' if self._tls else 'http'}://{host or self.host}:{self.port}{path}"

    async def __aenter__(self) -> "Site":
        self._server = await asyncio.start_server(self._accept, self.host, 0, ssl=self._tls)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        for guest in self._connections:
            guest.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
        await asyncio.sleep(0)  # what was aborted is closed in the loop's next turn

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        guest = asyncio.create_task(self._serve(reader, writer))
        self._connections.add(guest)
        guest.add_done_callback(self._connections.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open += 1
        self.most_at_once = max(self.most_at_once, self._open)
        try:
            with suppress(OSError, asyncio.IncompleteReadError):
                await self._answer(reader, writer)
            self._open -= 1
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()
        finally:
            writer.transport.abort()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").strip().split("\r\n")
        path = request.split()[1]
        self.asked.append(path)
        self.headers.append(
            {name.title(): value for name, _, value in (line.partition(": ") for line in lines)}
        )
        answers = self._answers.get(path, [reply(404)])
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, bytes):
            writer.write(answer)
            await writer.drain()
        else:
            await answer(writer)


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


async def silence(writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def stalls(writer: asyncio.StreamWriter) -> None:
    """Half a body, then nothing more."""
    writer.write(HEAD + b"\r\n<html>")
    await writer.drain()
    await asyncio.Event().wait()


async def drips(writer: asyncio.StreamWriter) -> None:
    """A byte now and then, for ever: never idle, never done."""
    writer.write(HEAD + b"\r\n")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.02)


async def floods(writer: asyncio.StreamWriter) -> None:
    """As fast as it goes, for ever."""
    writer.write(HEAD + b"\r\n")
    while True:
        writer.write(b"x" * 65_536)
        await writer.drain()


async def gzip_bomb(writer: asyncio.StreamWriter) -> None:
    """10 GB of zeros in 10 MB of gzip.
    After a full flush a block of deflate stands for itself: one is made, 640 are sent.
    """
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = deflate.compress(bytes(16 * 2**20)) + deflate.flush(zlib.Z_FULL_FLUSH)
    writer.write(HEAD + b"Content-Encoding: gzip\r\n\r\n\x1f\x8b\x08\0\0\0\0\0\0\x03")
    for _ in range(640):
        writer.write(block)
        await writer.drain()


async def endless_headers(writer: asyncio.StreamWriter) -> None:
    writer.write(HEAD)
    while True:
        writer.write(b"X-More: " + b"x" * 1000 + b"\r\n")
        await writer.drain()

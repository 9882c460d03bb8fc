"""What a host answered, or what went wrong instead, as one of our outcomes.

Nothing that a page wrote goes into `why`: neither its words nor its headers end up in the log.
"""

import socket
from dataclasses import dataclass, replace

import aiohttp

from bot.web.errand import Errand, Stop
from bot.web.guard import Private
from bot.web.page import Outcome, Page, content_type, max_age, token

CHUNK = 65_536
ENCODINGS = ("", "identity", "gzip", "deflate")


@dataclass(frozen=True)
class Elsewhere:
    """A redirect. `lasting`: for ever."""

    where: str
    lasting: bool


async def answered(errand: Errand, answer: aiohttp.ClientResponse) -> Page | Elsewhere:
    """The body of an error or a redirect is not even read."""
    status, told = answer.status, answer.headers
    if status in (301, 302, 303, 307, 308):
        if "Location" not in told:
            raise Stop("astray", f"status {status} without a place to go")
        return Elsewhere(told["Location"], lasting=status in (301, 308))
    page = replace(errand.page("refused", f"status {status}"), status=status)
    if status == 304 and (errand.ask.etag or errand.ask.modified):
        return _described(replace(page, outcome="not_modified", etag=errand.ask.etag, modified=errand.ask.modified), errand, answer)
    if status == 410:
        return replace(page, outcome="gone")
    if not 200 <= status < 300 or status == 206:
        return page
    if told.get("Content-Encoding", "").strip().lower() not in ENCODINGS:
        return replace(page, why="an encoding that was not asked for")
    return _described(await _read(page, answer, errand.ask.limit), errand, answer)


async def _read(page: Page, answer: aiohttp.ClientResponse, limit: int) -> Page:
    """Counted as it comes, after decompression: what the headers promise is not believed."""
    body = bytearray()
    async for chunk in answer.content.iter_chunked(CHUNK):
        body += chunk
        if len(body) > limit:
            return replace(page, outcome="too_big", why=f"more than {limit} bytes", body=bytes(body[:limit]))
    return replace(page, outcome="ok", body=bytes(body))


def _described(page: Page, errand: Errand, answer: aiohttp.ClientResponse) -> Page:
    told = answer.headers
    kind, charset = content_type(told)
    return replace(
        page,
        permanent_url=errand.moved_to,
        etag=token(told.get("ETag")) or page.etag,
        modified=token(told.get("Last-Modified")) or page.modified,
        content_type=kind,
        charset=charset,
        max_age=max_age(told),
    )


def trouble(error: aiohttp.ClientError | OSError) -> tuple[Outcome, str]:
    """The outcome and the reason of an answer that did not come, or not whole."""
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    if isinstance(cause, Private):
        return "private", "leads to an address that is not public"
    if isinstance(cause, socket.gaierror) and cause.errno in (socket.EAI_NONAME, socket.EAI_NODATA):
        return "unknown_host", "no such name"
    if isinstance(error, aiohttp.ClientSSLError):
        return "insecure", type(error).__name__
    if isinstance(error, TimeoutError):
        return "slow", "over the time limit"
    if isinstance(error, aiohttp.InvalidURL):
        return "bad_address", "not a web address"
    return "unreachable", type(error).__name__

"""One fetch on its way: where it is, what time it has left,
and what the host answered as one of our outcomes.
"""

import socket
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from urllib.parse import urldefrag

import aiohttp

from bot.web.response import FetchRequest, Outcome, Page, content_type, max_age, token
from bot.web.ssrf import PrivateAddress
from bot.web.urls import absolute

MOST_REDIRECTS = 5


class FetchStopped(Exception):
    """There is no sense in going on."""

    def __init__(self, outcome: Outcome, why: str) -> None:
        super().__init__(why)
        self.outcome: Outcome = outcome
        self.why = why


@dataclass
class FetchState:
    """`seconds`, `patience`: what is left of the time on the network and in waiting.
    `lasting`: every redirect so far was for ever.
    """

    asked: str
    ask: FetchRequest
    seconds: float
    patience: float
    url: str = ""
    lasting: bool = True
    seen: set[str] = field(default_factory=set)

    def go(self, link: str, lasting: bool = True) -> None:
        """To the address asked for, or to where it is redirected; raises FetchStopped."""
        found = absolute(self.url, link)
        if found is None:
            raise FetchStopped(
                "bad_address", "redirected to what is no web address" if self.seen else "not a web address"
            )
        url = urldefrag(found).url
        if url in self.seen:
            raise FetchStopped("astray", "redirected in circles")
        if len(self.seen) > MOST_REDIRECTS:
            raise FetchStopped("astray", f"redirected more than {MOST_REDIRECTS} times")
        downgraded = self.url.startswith("https:") and url.startswith("http:")
        self.lasting = self.lasting and lasting and not downgraded
        self.url = url
        self.seen.add(url)

    @property
    def moved_to(self) -> str | None:
        return self.url if self.lasting and len(self.seen) > 1 else None

    def page(self, outcome: Outcome, why: str = "") -> Page:
        return Page(outcome=outcome, url=self.asked, final_url=self.url or self.asked, why=why)


AGENT = f"Animatrice/{version('animatrice')} (a Matrix bot that reads feeds)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How polite we are: seconds, and requests.
    Waiting for one's turn is counted apart; both together stay under a task's minute.

    `agent`: who we say we are, with a contact.
    """

    total: float = 20.0  # on the network, redirects included
    idle: float = 8.0  # without a byte
    patience: float = 30.0  # waiting for one's turn
    pause: float = 1.0  # between two requests to the same host
    at_once: int = 8  # requests to all hosts; to one host it is always one
    agent: str = AGENT


USUAL = Limits()
CHUNK = 65_536
LONGEST_LINKS = 10_000  # characters
ENCODINGS = ("", "identity", "gzip", "deflate")


@dataclass(frozen=True)
class Elsewhere:
    """A redirect. `lasting`: for ever."""

    where: str
    lasting: bool


async def read_response(state: FetchState, answer: aiohttp.ClientResponse) -> Page | Elsewhere:
    """The body of an error or a redirect is not even read."""
    status, told = answer.status, answer.headers
    if status in (301, 302, 303, 307, 308):
        if "Location" not in told:
            raise FetchStopped("astray", f"status {status} without a place to go")
        return Elsewhere(told["Location"], lasting=status in (301, 308))
    page = replace(state.page("refused", f"status {status}"), status=status)
    if status == 304 and (state.ask.etag or state.ask.modified):
        return _described(
            replace(page, outcome="not_modified", etag=state.ask.etag, modified=state.ask.modified),
            state,
            answer,
        )
    if status == 410:
        return replace(page, outcome="gone")
    if not 200 <= status < 300 or status == 206:
        return page
    if told.get("Content-Encoding", "").strip().lower() not in ENCODINGS:
        return replace(page, why="an encoding that was not asked for")
    return _described(await _read(page, answer, state.ask.limit), state, answer)


async def _read(page: Page, answer: aiohttp.ClientResponse, limit: int) -> Page:
    """Counted as it comes, after decompression: what the headers promise is not believed."""
    body = bytearray()
    async for chunk in answer.content.iter_chunked(CHUNK):
        body += chunk
        if len(body) > limit:
            return replace(page, outcome="too_big", why=f"more than {limit} bytes", body=bytes(body[:limit]))
    return replace(page, outcome="ok", body=bytes(body))


def _described(page: Page, state: FetchState, answer: aiohttp.ClientResponse) -> Page:
    told = answer.headers
    kind, charset = content_type(told)
    return replace(
        page,
        permanent_url=state.moved_to,
        etag=token(told.get("ETag")) or page.etag,
        modified=token(told.get("Last-Modified")) or page.modified,
        content_type=kind,
        charset=charset,
        links=", ".join(told.getall("Link", ()))[:LONGEST_LINKS],
        max_age=max_age(told),
    )


def outcome_of(error: aiohttp.ClientError | OSError) -> tuple[Outcome, str]:
    """The outcome and the reason of an answer that did not come, or not whole."""
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    if isinstance(cause, PrivateAddress):
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

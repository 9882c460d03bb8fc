"""One request to the homeserver, one outcome: what it answered, or one of the three errors.

There is no retry in here, and none in nio either: whoever asks again must be seen asking. (Only
aiohttp asks once more when a connection kept open turns out to be dead, as RFC 9110 § 9.2.2 allows.)
"""

import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

import aiohttp
from nio import AsyncClient, AsyncClientConfig

from bot.matrix import parse
from bot.matrix.errors import (
    AuthenticationNeeded,
    PermanentError,
    Scope,
    TransientError,
    UnknownToken,
)

CONNECT_SECONDS = 10.0
REQUEST_SECONDS = 60.0
AT_ONCE = 1.0  # seconds: a date that took longer to come is not the time
BLIND_PAUSE = 5.0  # seconds, when a 429 does not say how long
LONGEST_PAUSE = 3600.0
CHUNK = 65_536  # bytes
GONE = {"M_UNKNOWN_TOKEN", "M_MISSING_TOKEN", "M_USER_DEACTIVATED", "M_USER_LOCKED"}

# nio and peewee print what they read: message text, session keys. What they find wrong is logged by us, by
# type and id.
for name in ("nio", "peewee"):
    logging.getLogger(name).setLevel(logging.CRITICAL + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """`body`: JSON, or bytes for an upload.
    `scope`: whom a 5xx concerns. `timeout`: seconds of silence, not of transfer.
    """

    method: str
    path: str
    body: object = None
    query: dict[str, str] = field(default_factory=dict)
    timeout: float = REQUEST_SECONDS
    scope: Scope = "server"
    content_type: str = "application/json"


class Http:
    """`dated`: told the server's own time whenever an answer comes at once."""

    def __init__(self, homeserver: str, dated: Callable[[datetime], None] = lambda _: None) -> None:
        self._dated = dated
        config = AsyncClientConfig(store=None, encryption_enabled=False, max_limit_exceeded=0, max_timeouts=0)
        self._client = AsyncClient(homeserver.rstrip("/"), config=config)
        self.token: str | None = None

    async def ask(self, request: HttpRequest) -> dict[str, Any]:
        """The JSON object of a 2xx answer; raises PermanentError, TransientError or UnknownToken."""
        try:
            answer = await self._send(request)
            body = await answer.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise TransientError(None, "server", type(error).__name__) from None
        if 200 <= answer.status < 300:
            return _object(body)
        raise _refusal(answer, body, request.scope)

    async def fetch(self, request: HttpRequest, limit: int) -> bytes:
        """The body of a 2xx answer, whatever it is, cut off one byte after `limit`; raises as `ask` does."""
        try:
            answer = await self._send(request)
            async with answer:
                body = await _counted(answer, limit)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise TransientError(None, "server", type(error).__name__) from None
        if 200 <= answer.status < 300:
            return body
        raise _refusal(answer, body, request.scope)

    async def _send(self, request: HttpRequest) -> aiohttp.ClientResponse:
        headers = {"Content-Type": request.content_type}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        data = request.body if isinstance(request.body, bytes) else _text(request.body)
        silence: Any = aiohttp.ClientTimeout(
            total=None, sock_connect=CONNECT_SECONDS, sock_read=request.timeout
        )
        asked = time.monotonic()
        answer: aiohttp.ClientResponse = await self._client.send(
            request.method, _address(request), data, headers, timeout=silence
        )
        date = _date(answer.headers.get("Date"))
        if date and answer.status == 200 and time.monotonic() - asked < AT_ONCE:
            self._dated(date)
        return answer

    async def close(self) -> None:
        await self._client.close()


async def _counted(answer: aiohttp.ClientResponse, limit: int) -> bytes:
    body = bytearray()
    async for chunk in answer.content.iter_chunked(CHUNK):
        body += chunk
        if len(body) > limit:
            break
    return bytes(body[: limit + 1])


def path(*parts: str) -> str:
    """A client-server path, each part quoted: path("rooms", "!a:b", "leave")."""
    return "/_matrix/client/v3/" + "/".join(quote(part, safe="") for part in parts)


def _address(request: HttpRequest) -> str:
    query = "&".join(f"{quote(name)}={quote(value, safe='')}" for name, value in request.query.items())
    return f"{request.path}?{query}" if query else request.path


def _text(body: object) -> str | None:
    return None if body is None else json.dumps(body)


def _object(body: bytes) -> dict[str, Any]:
    """Half an answer, or a proxy's page, is no answer."""
    try:
        return parse.parse(body)
    except ValueError:
        raise TransientError(None, "server", "the answer was not a JSON object") from None


def _refusal(
    answer: aiohttp.ClientResponse, body: bytes, scope: Scope
) -> PermanentError | TransientError | UnknownToken:
    try:
        payload = _object(body)
    except TransientError:
        payload = {}
    status, errcode = answer.status, payload.get("errcode")
    if status == 429 or errcode == "M_LIMIT_EXCEEDED":
        return TransientError(
            _pause(payload, answer.headers.get("Retry-After")), "limit", str(status), status
        )
    if status == 401 and isinstance(payload.get("flows"), list):
        return AuthenticationNeeded(
            status, str(errcode or "M_UNAUTHORIZED")[:100], str(payload.get("session", ""))
        )
    if errcode in GONE:
        return UnknownToken(str(errcode))
    if status >= 500:
        return TransientError(_after(answer.headers.get("Retry-After")), scope, str(status), status)
    if isinstance(errcode, str) or status == 413:
        return PermanentError(
            status, str(errcode or "M_TOO_LARGE")[:100], str(payload.get("error", ""))[:200]
        )
    return TransientError(None, "server", f"{status}, not in the homeserver's own words", status)


def _date(header: str | None) -> datetime | None:
    """RFC 9110 § 6.6.1."""
    try:
        found = parsedate_to_datetime(header or "")
    except (ValueError, OverflowError):
        return None
    return found if found.tzinfo else None


def _pause(payload: dict[str, Any], header: str | None) -> float:
    """Seconds to wait after a 429: its body, else its header, else a guess (a proxy's HTML)."""
    wanted = payload.get("retry_after_ms")
    if isinstance(wanted, int | float) and not isinstance(wanted, bool) and wanted >= 0:
        return min(wanted / 1000, LONGEST_PAUSE)
    after = _after(header)
    return BLIND_PAUSE if after is None else after


def _after(header: str | None) -> float | None:
    """RFC 9110 § 10.2.3: seconds, or an HTTP date (which is judged by the machine's own clock)."""
    if header is None:
        return None
    try:
        seconds = (
            float(header)
            if header.strip().isdecimal()
            else (parsedate_to_datetime(header) - datetime.now(UTC)).total_seconds()
        )
    except (TypeError, ValueError, OverflowError):
        return None
    return min(max(seconds, 0.0), LONGEST_PAUSE)

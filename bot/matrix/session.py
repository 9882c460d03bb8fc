"""Who we are on the server: one device for ever, kept in a file, so that no start logs in again.

The device id is ours and written down before the first login: a crash in between cannot leave a
second device behind, and other people's clients keep knowing us.
"""

import json
import logging
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

from bot.matrix.errors import PermanentError, TransientError, UnknownToken
from bot.matrix.http import Http, HttpRequest, path

log = logging.getLogger(__name__)


class Account(Protocol):
    """The `matrix` part of config.yaml. A password, or an access token with its device."""

    @property
    def homeserver(self) -> str: ...
    @property
    def user_id(self) -> str: ...
    @property
    def password(self) -> str | None: ...
    @property
    def access_token(self) -> str | None: ...
    @property
    def device_id(self) -> str | None: ...


@dataclass(frozen=True)
class Session:
    """`fresh`: the server may have forgotten this device's keys."""

    user_id: str
    device_id: str
    access_token: str
    fresh: bool = False


async def enter(http: Http, account: Account, file: Path) -> Session:
    """Takes up the session, logging in only when there is none that works; sets `http.token`."""
    if account.access_token and account.device_id:
        return await _resumed(http, Session(account.user_id, account.device_id, account.access_token))
    kept = _kept(file, account.user_id)
    if kept.access_token:
        try:
            return await _resumed(http, kept)
        except UnknownToken:
            log.warning("matrix: the session was ended by the server, logging in again on the same device")
    return await _logged_in(http, account, kept.device_id, file)


async def _resumed(http: Http, session: Session) -> Session:
    http.token = session.access_token
    found = await http.ask(HttpRequest(method="GET", path=path("account", "whoami")))
    if (
        found.get("user_id") != session.user_id
        or found.get("device_id", session.device_id) != session.device_id
    ):
        raise PermanentError(
            200, "M_UNKNOWN_TOKEN", "the session belongs to another account or device than configured"
        )
    return session


async def _logged_in(http: Http, account: Account, device_id: str, file: Path) -> Session:
    if not account.password:
        raise UnknownToken("the session does not work and no password is configured")
    keep(file, json.dumps(asdict(Session(account.user_id, device_id, ""))))
    http.token = None
    body = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": account.user_id},
        "password": account.password,
        "device_id": device_id,
        "initial_device_display_name": "Animatrice",
    }
    found = await http.ask(HttpRequest(method="POST", path=path("login"), body=body))
    if not isinstance(found.get("access_token"), str) or found.get("device_id") != device_id:
        raise TransientError(None, "server", "the answer to the login was not one")
    session = Session(account.user_id, device_id, found["access_token"], fresh=True)
    keep(file, json.dumps(asdict(session)))
    return await _resumed(http, session)


def settled(file: Path, session: Session) -> None:
    """The keys are on the server: the next start has nothing to repeat."""
    keep(file, json.dumps(asdict(session) | {"fresh": False}))


def _kept(file: Path, user_id: str) -> Session:
    try:
        found = Session(**json.loads(file.read_text()))
        if found.user_id == user_id:
            return found
    except (FileNotFoundError, ValueError, TypeError):
        pass
    return Session(user_id, secrets.token_hex(5).upper(), "")


def keep(file: Path, text: str) -> None:
    """Writes a secret, whole or not at all, for our eyes only."""
    draft = file.with_name(file.name + ".new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(file)

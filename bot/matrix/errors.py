"""What can go wrong with the server, in the three ways that call for different acts, and with a file.

None of them carries a token, a request body or message text.
"""

from typing import Literal

Scope = Literal["limit", "room", "server"]
Lack = Literal[
    "no file",  # the event shows none
    "gone",  # removed, or never seen by us
    "away",  # its server does not answer
    "too big",
    "unreadable",  # its key is missing or wrong, or it was damaged
]


class PermanentError(Exception):
    """The server understood and said no: trying again changes nothing."""

    def __init__(self, status: int, errcode: str, message: str) -> None:
        super().__init__(f"{status} {errcode}: {message}")
        self.status = status
        self.errcode = errcode
        self.message = message


class AuthenticationNeeded(PermanentError):
    """User-interactive authentication (UIA): the same again with `auth`, in this `session`.

    https://spec.matrix.org/v1.17/client-server-api/#user-interactive-authentication-api
    """

    def __init__(self, status: int, errcode: str, session: str) -> None:
        super().__init__(status, errcode, "the account's password is asked for")
        self.session = session


class TransientError(Exception):
    """Try the same again. `after`: seconds the server asked for, or None: choose.
    `status`: 0 when it did not answer.

    scope "limit": everything is paced down; "room": this room only; "server": everything.
    """

    def __init__(self, after: float | None, scope: Scope, why: str = "", status: int = 0) -> None:
        super().__init__(f"{scope}: {why or 'try again'}")
        self.after = after
        self.scope: Scope = scope
        self.status = status


class FileUnavailable(Exception):
    """What was asked for as a file cannot be had; `why` is for whoever asked."""

    def __init__(self, why: Lack) -> None:
        super().__init__(why)
        self.why: Lack = why


class UnknownToken(Exception):
    """The server no longer knows this device: only an operator can mend that."""

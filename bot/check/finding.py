"""One line of `animatrice check`."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from bot.config import Config
from bot.declare import declare
from bot.matrix.errors import PermanentError, TransientError, UnknownToken
from bot.text import Say


@dataclass(frozen=True)
class Finding:
    """`more`: something to hand on, under the line."""

    ok: bool
    say: Say
    more: Say | None = None

    def line(self) -> Say:
        """The sign and the word: neither colour nor sign alone tells."""
        line = Say("✔ bon – {say}", say=self.say) if self.ok else Say("✘ à régler – {say}", say=self.say)
        return Say.lines(line, self.more)


def describe(error: PermanentError | TransientError | UnknownToken) -> Say:
    """What the server said instead of an answer."""
    if isinstance(error, PermanentError):
        return Say("refusé par le serveur ({status} {code})", status=str(error.status), code=error.errcode)
    if isinstance(error, UnknownToken):
        return Say("le serveur ne reconnaît plus cette session")
    if error.scope == "limit":
        return Say("le serveur demande d’attendre {seconds} s", seconds=round(error.after or 0))
    return Say("le serveur n’a pas su répondre")


Check = Callable[[Config], AsyncIterator[Finding]]


@dataclass(frozen=True, slots=True)
class CheckHook:
    check: Check


def check(function: Check) -> Check:
    """A subject's own part of `animatrice check`."""
    return declare(function, CheckHook(function))

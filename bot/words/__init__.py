"""What the bot says: sentences with holes, made into plain text and HTML, in French or English.

First landing of the public names; the rendering is refined in the files beside this one.
"""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import Any, Protocol, runtime_checkable

__all__ = ["Count", "Link", "Long", "Say", "Spoken", "UserError", "content", "mentions"]


@runtime_checkable
class Spoken(Protocol):
    """A value that knows how it reads in a language: dates, hours, durations."""

    def words(self, language: str) -> str: ...


class Long(str):
    """An untrusted text that may keep its length and its lines."""


class Link:
    def __init__(self, label: str | Say, url: str) -> None:
        self.label, self.url = label, url

    def words(self, language: str) -> str:
        label = self.label.text(language) if isinstance(self.label, Say) else self.label
        return f"{label} ({self.url})"


class Count:
    def __init__(self, n: int, one: str, many: str, zero: str | None = None) -> None:
        self.n, self.one, self.many, self.zero = n, one, many, zero

    def words(self, language: str) -> str:
        if self.n == 0 and self.zero is not None:
            return self.zero
        return (self.one if self.n < 2 else self.many).format(n=self.n)


class Say:
    def __init__(self, sentence: str, /, **values: Any) -> None:
        sentence.format(**values)
        self._parts: tuple[tuple[str, dict[str, Any]], ...] = ((sentence, values),)

    @classmethod
    def lines(cls, *says: Say | None) -> Say:
        whole = cls("")
        whole._parts = tuple(part for say in says if say is not None for part in say._parts)
        return whole

    def __add__(self, other: Say) -> Say:
        return Say.lines(self, other)

    def text(self, language: str = "fr") -> str:
        def worded(value: Any) -> Any:
            if isinstance(value, Say):
                return value.text(language)
            return value.words(language) if isinstance(value, Spoken) else value

        said = (s.format(**{k: worded(v) for k, v in values.items()}) for s, values in self._parts)
        return "\n".join(said).replace("**", "")

    def html(self, language: str = "fr") -> str:
        return html.escape(self.text(language)).replace("\n", "<br>")


class UserError(Exception):
    """A refusal: expected, told to the person, never logged as an error."""

    def __init__(self, sentence: str, /, **values: Any) -> None:
        super().__init__(sentence)
        self.say = Say(sentence, **values)


def mentions(people: Iterable[str]) -> dict[str, list[str]]:
    """The m.mentions of a message: {} when nobody is called, which keeps a name in the text from pinging."""
    called = list(dict.fromkeys(people))
    return {"user_ids": called} if called else {}


def content(say: Say, language: str, *, notice: bool, mentions: Iterable[str] = ()) -> dict[str, Any]:
    """The content of an m.room.message."""
    return {
        "msgtype": "m.notice" if notice else "m.text",
        "body": say.text(language),
        "format": "org.matrix.custom.html",
        "formatted_body": say.html(language),
        "m.mentions": globals()["mentions"](mentions),
    }

"""The m.room.message a Say becomes."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable
from typing import Any

from bot.text.message import MOST_CHARACTERS, Say
from bot.text.render import RenderedLine, as_html, as_text

# Events stop at 65,536 bytes, about 48 kB before encryption, JSON escapes counted; the rest is for relations
# and ids.
_MOST_BYTES = 46_000


def content(say: Say, language: str, *, notice: bool, mentions: Iterable[str] = ()) -> dict[str, Any]:
    """The content of the message, under 48 kB: `notice` rings nobody's bell, `mentions` (user ids) does."""
    return {
        "msgtype": "m.notice" if notice else "m.text",
        **_bodies(say.truncated(language, _fits)),
        "m.mentions": _mentions(mentions),
    }


def mentions(people: Iterable[str]) -> dict[str, list[str]]:
    """The m.mentions of any event: always sent, even empty, else a name in the text is a call."""
    called = list(dict.fromkeys(people))
    return {"user_ids": called} if called else {}


_mentions = mentions  # `content` has a parameter of that name


def _bodies(lines: list[RenderedLine]) -> dict[str, str]:
    body, formatted = as_text(lines), as_html(lines)
    if formatted == html.escape(body, quote=False).replace("\n", "<br>"):
        return {"body": body}
    return {"body": body, "format": "org.matrix.custom.html", "formatted_body": formatted}


def _fits(lines: list[RenderedLine]) -> bool:
    bodies = _bodies(lines)
    return len(bodies["body"]) <= MOST_CHARACTERS and len(json.dumps(bodies)) <= _MOST_BYTES

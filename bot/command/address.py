"""Is this message for the bot, and what does it say to it?

The same command arrives in many shapes: `!aide`, `/aide` (some clients send it, some swallow it, Element Web
sends ` /aide` or `//aide`), a mention typed or tapped, a reply to one of our messages, or bare words in a
direct room.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import unquote

from bot.text.courtesy import after_greeting
from storage.text import fold

How = Literal["prefix", "mention", "reply", "bare", "named"]

_LEAD = re.compile(r"[\s\u200b-\u200f\u2060-\u2064\ufeff]*")
_PREFIX = re.compile(r"![^\S\n]*(?=[^\s!])|//?(?=[^\s/])")
_FALLBACK = re.compile(r"(?:>[^\n]*\n)+\n?")
_MARKS = re.compile(r"[*_~`«“„\"\s]{1,8}!(?=[^\W\d_])")
_MARKED_NAME = re.compile(r"([^\s*_~`]{1,60})[*_~`]{1,3}(?=\s|$)")
_CLOSING = '*_~`»”“" \n\u00a0\u202f'
_AFTER_NAME = re.compile(r"[\s:,;.–—-]*")
# What Element X puts in the body for a pill: [Animatrice](https://matrix.to/#/@animatrice:example.org)
_MARKDOWN_PILL = re.compile(r"(?:\[[^\]\n]{0,255}\]\()?https://matrix\.to/#/([^\s)?]{1,300})\)?")
_HTML_PILL = re.compile(
    r'\s*(?:<p>\s*)?<a\s+href="https://matrix\.to/#/([^"?]{1,300})[^"]{0,300}">([^<]{1,255})</a>'
)


@dataclass(frozen=True, slots=True)
class Addressed:
    """The words meant for the bot (prefix, name and quoted reply removed;
    may be empty after a mere mention), and how it was called.

    "named": called elsewhere than at the start, perhaps only spoken of. `surely`: False when it may be so.
    """

    text: str
    how: How
    surely: bool = field(default=True, compare=False)


@dataclass(frozen=True, slots=True)
class Me:
    """Who we are to those who write: our user id, and every display name we go by."""

    user_id: str
    names: Sequence[str] = ()


def address(content: Mapping[str, Any], *, me: Me, direct: bool, reply_to_me: bool) -> Addressed | None:
    """What the `m.room.message` content says to the bot, or None when it is not for it.

    `direct`: nobody else reads the room. `reply_to_me`: it answers one of our messages. An edit is given as
    its `m.new_content`.
    """
    body = content.get("body")
    if content.get("msgtype") != "m.text" or not isinstance(body, str):
        return None
    text = _own_words(body, content)
    if (prefix := _PREFIX.match(text)) is not None:
        return Addressed(text[prefix.end() :].rstrip(), "prefix")
    if (rest := _after_mention(text, me, content)) is not None:
        return Addressed(rest, "mention", _called(me, content) or not _only_typed(text, rest))
    if (bare := _bare_command(text)) is not None:
        return Addressed(bare, "prefix")
    if direct:
        return Addressed(text, "reply" if reply_to_me else "bare")
    if reply_to_me:
        return Addressed(text, "reply", surely=not _others_called(me, content))
    return (
        Addressed(_without_name(text, me, content), "named", surely=False) if _called(me, content) else None
    )


def _mentioned(content: Mapping[str, Any]) -> set[str]:
    """Whom the message calls (`m.mentions`)."""
    mentions = content.get("m.mentions")
    users = mentions.get("user_ids") if isinstance(mentions, Mapping) else None
    return {each for each in users if isinstance(each, str)} if isinstance(users, list) else set()


def _called(me: Me, content: Mapping[str, Any]) -> bool:
    return me.user_id in _mentioned(content)


def _others_called(me: Me, content: Mapping[str, Any]) -> bool:
    return bool(_mentioned(content) - {me.user_id})


def _only_typed(text: str, rest: str) -> bool:
    """Whether nothing but a space stands after the name: « Animatrice est en panne »."""
    between = text[: len(text) - len(rest)]
    return bool(rest) and between[-1:].isspace() and between.rstrip()[-1:] not in ":,;.–—-!?)"


def _without_name(text: str, me: Me, content: Mapping[str, Any]) -> str:
    """The text without our name, wherever it stands."""
    text = _MARKDOWN_PILL.sub(" ", text)
    for label in sorted((*me.names, me.user_id, *_pill_label(me, content)), key=len, reverse=True):
        text = re.sub(rf"@?(?<!\w){re.escape(label)}(?!\w)", " ", text, flags=re.IGNORECASE)
    return text.strip()


def _own_words(body: str, content: Mapping[str, Any]) -> str:
    """The body without the quotation that older clients put before a reply."""
    relation = content.get("m.relates_to")
    if isinstance(relation, Mapping) and "m.in_reply_to" in relation and (quote := _FALLBACK.match(body)):
        body = body[quote.end() :]
    return _LEAD.sub("", body, count=1).rstrip()


def _bare_command(text: str) -> str | None:
    """The command of « Bonjour, !vote 2 », of « **!vote** 2 », of « `!vote 2` » as it was copied;
    None for any other text.
    """
    if (
        text[:1].isalpha()
        and (rest := after_greeting(text)).startswith("!")
        and (prefix := _PREFIX.match(rest))
    ):
        return rest[prefix.end() :].rstrip()
    marks = _MARKS.match(text)
    if marks is None:
        return None
    rest = text[marks.end() :]
    bare = rest.rstrip(_CLOSING)
    name = _MARKED_NAME.match(rest)
    return bare if bare != rest else name[1] + rest[name.end() :] if name else None


def _after_mention(text: str, me: Me, content: Mapping[str, Any]) -> str | None:
    pill = _MARKDOWN_PILL.match(text)
    if pill is not None and unquote(pill[1]) == me.user_id:
        return _command(text[pill.end() :])
    for label in _labels(me, content):
        if (rest := _after_label(text, label)) is not None:
            return _command(rest)
    return None


def _command(rest: str) -> str:
    rest = _AFTER_NAME.sub("", rest, count=1)
    prefix = _PREFIX.match(rest)
    return rest[prefix.end() :] if prefix else rest


def _labels(me: Me, content: Mapping[str, Any]) -> Iterable[str]:
    """Every name that would call us, longest first: one may begin with another."""
    localpart = me.user_id.removeprefix("@").partition(":")[0]
    found = [*me.names, me.user_id, localpart, *_pill_label(me, content)]
    return sorted({fold(name).strip().removeprefix("@") for name in found} - {""}, key=len, reverse=True)


def _pill_label(me: Me, content: Mapping[str, Any]) -> list[str]:
    """How a pill at the start names us: a client may show a name that is ours in this room only."""
    formatted = content.get("formatted_body")
    if not isinstance(formatted, str):
        return []
    pill = _HTML_PILL.match(formatted.rpartition("</mx-reply>")[2])
    return [html.unescape(pill[2])] if pill and unquote(pill[1]) == me.user_id else []


def _after_label(text: str, label: str) -> str | None:
    """The text after our name at its start, whatever its case and accents (a fold may change the length:
    hence by character).
    """
    text = text.removeprefix("@")
    read = ""
    for end, char in enumerate(text, start=1):
        read += fold(char)
        if not label.startswith(read):
            return None
        if read == label:
            return text[end:] if not text[end : end + 1] or text[end] in " \t\n\u00a0\u202f:,;!?." else None
    return None

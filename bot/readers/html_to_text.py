"""From what strangers write, with markup or without, to plain text: titles, summaries, the names of sources."""

import re
from collections.abc import Callable
from html import unescape
from html.entities import html5

import nh3

from bot.readers import boilerplate
from bot.text.clean import clean_text

UNWRAPPINGS = 3  # « &amp;lt;b&amp;gt; » : some escape what is escaped

_BLOCK = re.compile(r"(?=</?(?:p|br|div|li|h[1-6]|tr|td|th|dt|dd|blockquote|figcaption)\b)", re.IGNORECASE)
_BLOCK_TAG = re.compile(
    r"(?=</?(?:p|div|li|ul|ol|dl|table|hr|pre|section|article|header|footer|h[1-6]|tr|dt|dd|blockquote|figure|figcaption)\b)", re.IGNORECASE
)
_TAG = re.compile(r"(?=</?[a-z])", re.IGNORECASE)
_BREAKS = re.compile(r"(?:<br\b[^<>]{0,50}>\s*)+", re.IGNORECASE)
_AMPERSAND = re.compile(r"&([A-Za-z][A-Za-z0-9]{0,40})(;?)(=?)")
_UNREAD = {"script", "style", "figcaption"}


def html_to_text(text: str, most: int) -> str:
    """At most `most` characters on one line, without markup, scripts, entities, and characters that act instead of being read."""
    return clean_text(_strip_tags(text[: most * 10 + 5_000], _spaced), most)


def summary_text(text: str, title: str, most: int) -> str:
    """The same, without what the site's software adds; the end of a block is the end of a sentence."""
    text = text[: most * 10 + 5_000].replace(boilerplate.INLINE, " ")
    if "<" not in text and "&lt;" not in text:
        text = re.sub(r"\n\s*\n", "<p>", text)
    text = text.replace("\n", " ")
    return clean_text(boilerplate.strip_text(_strip_tags(text, _marked), title), most)


def unescape_entities(text: str) -> str:
    """With the characters that its entities stand for; « & » that begins none is itself, also before what looks like an old one (« &section »)."""
    return unescape(escape_ampersands(text))


def escape_ampersands(text: str) -> str:
    """Of HTML, escaped where they begin no entity."""
    return _AMPERSAND.sub(lambda found: found[0] if f"{found[1]}{found[2]}" in html5 and (found[2] or not found[3]) else f"&amp;{found[0][1:]}", text)


def _strip_tags(text: str, mark: Callable[[str], str]) -> str:
    """`mark`: what is to be left of the tags, beside them."""
    text = text.encode("utf-8", "ignore").decode()  # JSON can hold half a character
    for _ in range(UNWRAPPINGS):
        before = text
        text = unescape(nh3.clean(escape_ampersands(mark(text)), tags=set(), clean_content_tags=_UNREAD))
        if text == before:
            break
    return text


def _spaced(text: str) -> str:
    return _BLOCK.sub(" ", text)


def _marked(text: str) -> str:
    text = _BREAKS.sub(lambda found: "<p>" if found[0].lower().count("<br") > 1 else " ", boilerplate.strip_html(text))
    return _TAG.sub(boilerplate.INLINE, _BLOCK_TAG.sub(boilerplate.BLOCK, text))









"""What people type, made harmless: the only door by which an untrusted text or address enters a message.

Nothing here escapes or formats: a cleaned value is still plain text, and is put in place as text.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

SHORT = 300

# Emoji that launch a full-screen effect in every reader's client when a new message holds one.
EFFECTS = "🎉🎊🎆🌧⛈🌦❄🌨👾🌌💝"
_EFFECT = re.compile(f"[{EFFECTS}][\ufe0e\ufe0f]?")

_ADDRESS = re.compile("https?://", re.IGNORECASE)
_PERSON = re.compile("#/(?:user/)?(?:@|%40)", re.IGNORECASE)

_JOINERS = "\u200c\u200d"  # needed inside emoji and in some scripts; every other format character goes
_UNSEEN = {"Cc", "Cf", "Cs", "Co"}
# letters and signs that show nothing
_BLANKS = str.maketrans(dict.fromkeys("\u115f\u1160\u2800\u3164\uffa0", " "))


def clean_text(text: str, most: int = SHORT, *, lines: bool = False) -> str:
    """A person's text without what could act instead of being read, at most `most` characters.

    Control, direction and private-use characters, lone surrogates and effect emoji are removed, runs of
    blanks (and of what shows as one) become one space; line breaks too, unless `lines` (then at most one
    empty line is kept between two others).
    """
    whole = re.sub(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]", "\n", text.translate(_BLANKS))
    seen = "".join(char if char.isprintable() else _seen(char) for char in whole)
    seen = re.sub(r"\S+", _uncalled, _EFFECT.sub("", seen))
    return shortened(_spaced(seen, lines).strip(), most)


def _uncalled(word: re.Match[str]) -> str:
    """A permalink to a person shows as a mention in many clients:
    the bare id says the same and calls nobody.
    """
    address, people = _ADDRESS.search(word[0]), [*_PERSON.finditer(word[0])]
    if address is None or not people or people[-1].start() < address.end():
        return word[0]
    return word[0][: address.start()] + "@" + word[0][people[-1].end() :]


def _spaced(text: str, lines: bool) -> str:
    if not lines:
        return re.sub(r"[ \n]+", " ", text)
    return re.sub(r"\n{3,}", "\n\n", re.sub(r" *\n *", "\n", re.sub(" +", " ", text)))


def _seen(char: str) -> str:
    if char == "\t":
        return " "
    hidden = unicodedata.category(char) in _UNSEEN and char != "\n" and char not in _JOINERS
    return "" if hidden else char


def shortened(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def web_address(url: str) -> str | None:
    """The address if a click on it can only open a web page:
    http(s), a host, no password, not a mention of someone.
    """
    url = url.strip()
    if re.search(r"[\s<>\"`\\^{|}]", url) or clean_text(url, 2000) != url:
        return None
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return None
    safe = (
        parts.scheme in ("http", "https")
        and "@" not in parts.netloc
        and re.fullmatch(r"[\w.:-]*\w[\w.:-]*", host or "")
    )
    return url if safe else None

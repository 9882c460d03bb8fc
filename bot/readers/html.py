"""HTML as a browser's parser sees it, in bounded pieces: its metas, its title, its main text.
Nothing in it takes long, and nothing raises.
"""

import re
from collections.abc import Iterator
from html import unescape

READ = 300_000  # characters of a page, without its scripts
MOST_TAGS = 12_000  # deep nesting costs their square: this many take a second at most
MOST_METAS = 200
SOME_WORDS = 60  # of a main part, to be one

_KEPT = {"title", "meta", "main", "article"}
_DROPPED = {
    "script",
    "style",
    "nav",
    "header",
    "footer",
    "aside",
    "form",
    "noscript",
    "svg",
    "template",
    "iframe",
    "select",
    "button",
}
_UNREAD = (("<script", "</script"), ("<style", "</style"), ("<!--", "-->"))
_META = re.compile(r'<meta((?: [\w-]+="[^"]*")*)>')
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')


class Html:
    """`main`: its main text; `words`: how many it has; `whole`:
    the page was not too long to be gone through.
    """

    def __init__(self, text: str) -> None:
        import nh3

        text = _read(text)
        bounded = _bounded(text)
        self.whole = len(bounded) == len(text)
        cleaned = nh3.clean(
            bounded.replace("<", " <"),  # what stands in two blocks is two words
            tags=_KEPT,
            attributes={"meta": {"property", "name", "content"}},
            clean_content_tags=_DROPPED,
            link_rel=None,
        )
        self._metas = dict(reversed(list(_metas(cleaned))))
        self.title = unescape(_between(cleaned, "<title>", "</title>"))
        self.main = _main(cleaned)
        self.words = count_words(self.main)

    def meta(self, *names: str) -> str:
        """The first of these that says something."""
        return next((self._metas[name] for name in names if self._metas.get(name, "").strip()), "")


def _read(text: str) -> str:
    """Without what only machines read."""
    for start, end in _UNREAD:
        text = _without(text, start, end)
    return text


def _bounded(text: str) -> str:
    """No longer than what is read in a moment."""
    text = text[:READ]
    parts = text.split("<", MOST_TAGS)
    return "<".join(parts[:MOST_TAGS]) if len(parts) > MOST_TAGS else text


def _without(text: str, start: str, end: str) -> str:
    """One pass, however often it begins without an end."""
    low, kept, at = text.lower(), [], 0
    if len(low) != len(text):  # some letters are two in lower case: then places differ
        low = text
    while (found := low.find(start, at)) >= 0:
        kept.append(text[at:found])
        stop = low.find(end, found)
        at = len(text) if stop < 0 else stop + len(end)
    return " ".join([*kept, text[at:]])


def _metas(cleaned: str) -> Iterator[tuple[str, str]]:
    for _, each in zip(range(MOST_METAS), _META.finditer(cleaned), strict=False):
        attributes = dict(_ATTRIBUTE.findall(each[1]))
        yield (
            (attributes.get("property") or attributes.get("name") or "").strip().lower(),
            unescape(attributes.get("content", "")),
        )


def _between(text: str, start: str, end: str) -> str:
    """From the first `start` to the next `end`."""
    _, there, rest = text.partition(start)
    return rest.partition(end)[0] if there else ""


def _main(cleaned: str) -> str:
    """What the page calls its main part, if that is a text; else all of it."""
    bare = _META.sub("", cleaned).replace(f"<title>{_between(cleaned, '<title>', '</title>')}</title>", "")
    for tag in ("main", "article"):
        first, last = bare.find(f"<{tag}>"), bare.rfind(f"</{tag}>")
        if 0 <= first < last and count_words(bare[first:last]) >= SOME_WORDS:
            return bare[first:last]
    return bare


def count_words(text: str) -> int:
    return sum(any(char.isalnum() for char in word) for word in re.sub("<[^<>]*>", " ", text).split())

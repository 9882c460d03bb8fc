"""A formatted body read as a client does: well formed, and only of the tags we promise.

What passes here is shown as it was sent: its tags, attributes and schemes are among those that the Matrix
specification names (v1.11 and later, "m.room.message msgtypes") and that Element Web's sanitizer keeps
(element-web, src/Linkify.tsx, `sanitizeHtmlParams`).
"""

from html.parser import HTMLParser

TAGS = {"a", "blockquote", "br", "code", "em", "li", "ol", "p", "strong", "ul"}
SCHEMES = ("https://", "http://")


class FormattedBody(HTMLParser):
    """What a client keeps of a formatted body: its tags, their attributes, its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()
        assert not self.open, html

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert {name for name, _ in attrs} <= {"a": {"href"}, "ol": {"start"}}.get(tag, set())
        assert tag in TAGS
        self.tags.append(tag)
        links = [value or "" for name, value in attrs if name == "href"]
        assert all(link.startswith(SCHEMES) for link in links)
        self.links += links
        if tag == "br":
            self.text += "\n"
        else:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

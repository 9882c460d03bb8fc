"""One fetch on its way: where it is, where it has been, what time it has left."""

from dataclasses import dataclass, field
from urllib.parse import urldefrag

from bot.web.links import absolute
from bot.web.page import Ask, Outcome, Page

MOST_REDIRECTS = 5


class Stop(Exception):
    """There is no sense in going on."""

    def __init__(self, outcome: Outcome, why: str) -> None:
        super().__init__(why)
        self.outcome: Outcome = outcome
        self.why = why


@dataclass
class Errand:
    """`seconds`, `patience`: what is left of the time on the network and in waiting. `lasting`: every redirect so far was for ever."""

    asked: str
    ask: Ask
    seconds: float
    patience: float
    url: str = ""
    lasting: bool = True
    seen: set[str] = field(default_factory=set)

    def go(self, link: str, lasting: bool = True) -> None:
        """To the address asked for, or to where it is redirected; raises Stop."""
        found = absolute(self.url, link)
        if found is None:
            raise Stop("bad_address", "redirected to what is no web address" if self.seen else "not a web address")
        url = urldefrag(found).url
        if url in self.seen:
            raise Stop("astray", "redirected in circles")
        if len(self.seen) > MOST_REDIRECTS:
            raise Stop("astray", f"redirected more than {MOST_REDIRECTS} times")
        downgraded = self.url.startswith("https:") and url.startswith("http:")
        self.lasting = self.lasting and lasting and not downgraded
        self.url = url
        self.seen.add(url)

    @property
    def moved_to(self) -> str | None:
        return self.url if self.lasting and len(self.seen) > 1 else None

    def page(self, outcome: Outcome, why: str = "") -> Page:
        return Page(outcome=outcome, url=self.asked, final_url=self.url or self.asked, why=why)

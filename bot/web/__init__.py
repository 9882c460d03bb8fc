"""The only place that fetches addresses given by people: guard, limits, politeness, conditional GET; and what a link is.

async with Web(clock) as web:
    page = await web.fetch("https://example.org/rss.xml", Ask(etag=known))
    if page.outcome == "ok":
        …
"""

from bot.web.fetch import Limits, Web
from bot.web.response import Ask, Outcome, Page
from bot.web.urls import absolute, clean, site

__all__ = ["Ask", "Limits", "Outcome", "Page", "Web", "absolute", "clean", "site"]

"""The only place that fetches addresses given by people: guard, limits, politeness, conditional GET; and what a link is.

async with Web(clock) as web:
    page = await web.fetch("https://example.org/rss.xml", Ask(etag=known))
    if page.outcome == "ok":
        …
"""

from bot.web.fetch import Web
from bot.web.limits import Limits
from bot.web.links import absolute, clean, lists, meant, site
from bot.web.page import Ask, Outcome, Page

__all__ = ["Ask", "Limits", "Outcome", "Page", "Web", "absolute", "clean", "lists", "meant", "site"]

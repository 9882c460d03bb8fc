"""The only place that fetches addresses given by people: guard, limits, politeness, conditional GET;
and what a link is.

async with Web(clock) as web:
    page = await web.fetch("https://example.org/rss.xml", Ask(etag=known))
    if page.outcome == "ok":
        …
"""

from bot.web.fetch import Web
from bot.web.fetch_state import Limits
from bot.web.response import FetchRequest, Outcome, Page
from bot.web.ssrf import inside
from bot.web.urls import absolute, canonical_url, lists, meant, readable, site

__all__ = [
    "FetchRequest",
    "Limits",
    "Outcome",
    "Page",
    "Web",
    "absolute",
    "canonical_url",
    "inside",
    "lists",
    "meant",
    "readable",
    "site",
]

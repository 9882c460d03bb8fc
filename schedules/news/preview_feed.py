"""Preview of a feed: what an address holds for somebody who wants to add it,
or why it could not be read, each with a way out.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.readers.feed import ACCEPT
from bot.text import Say
from bot.web import FetchRequest, Outcome, Page, Web
from schedules.news import parse_feed
from schedules.news.parse_feed import ParsedFeed

NOT_A_FEED = Say(
    "ce n’est pas une source (RSS, Atom ou JSON Feed), et elle n’en annonce aucune. "
    "Cherchez « RSS », « flux » ou « s’abonner » sur le site, et donnez-moi ce lien."
)
LATER = Say("le site ne répond pas pour l’instant. Réessayez dans une heure.")
NOT_FOUND = Say(
    "cette page n’existe pas, ou n’existe plus. Ouvrez le site dans un navigateur, et donnez-moi l’adresse "
    "qui s’y affiche."
)

REASONS: dict[Outcome, Say] = {
    "gone": NOT_FOUND,
    "limited": Say("le site demande d’attendre avant de revenir. Réessayez dans une heure."),
    "unknown_host": Say("aucun site ne porte ce nom. Vérifiez l’adresse lettre à lettre."),
    "insecure": Say(
        "le certificat de sécurité du site n’est pas valable. Prévenez le site, ou donnez-moi une autre "
        "adresse."
    ),
    "too_big": Say("la page dépasse 2 Mo. Cherchez sur le site une source plus courte."),
    "astray": Say(
        "le site renvoie d’une page à l’autre sans fin. Ouvrez-la dans un navigateur, et donnez-moi "
        "l’adresse qui s’y affiche."
    ),
    "private": Say("elle mène à un réseau privé, où je ne vais pas. Donnez-moi l’adresse publique du site."),
    "bad_address": Say("elle ne mène pas à une page web. Exemple d’adresse : `https://example.org/rss.xml`."),
}


def reason(outcome: Outcome, status: int | None = None) -> Say:
    """To follow « je n’ai pas pu lire cette adresse : ». `status`: of a page that was refused."""
    if outcome == "ok":
        return NOT_A_FEED
    if outcome == "refused" and status in (401, 402, 403, 407, 451):
        return Say(
            "le site ne l’ouvre pas à tout le monde. Demandez-lui une adresse publique, sans mot de passe."
        )
    if outcome == "refused" and status and 400 <= status < 500:
        return NOT_FOUND
    return REASONS.get(outcome, LATER)


SHOWN = 3  # titles of a source that is about to be added
TRIED = 3  # sources that a page announces
PATIENCE = 55.0  # seconds for a page and what it announces: less than a task has


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPreview:
    """What an address holds, for somebody who wants to add it.

    `title` is none when there is no feed to read there: `outcome` and `status` then say why ("ok": the page
    is there, but it is none). `url`: the feed's own, or the one asked. `titles`: the first three. `feeds`:
    what the page announces, if it was a page for people.
    """

    url: str
    title: str = ""
    titles: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    outcome: Outcome = "ok"
    status: int | None = None


async def preview(web: Web, url: str) -> FeedPreview:
    """Reads an address once; on a page for people, the first feed it
    announces that can be read, else one at the usual addresses.

    Whoever asked has an answer in any case.
    """
    try:
        async with asyncio.timeout(PATIENCE):
            return await _peek(web, url)
    except TimeoutError:
        return FeedPreview(url=url, outcome="slow")


async def _peek(web: Web, url: str) -> FeedPreview:
    page = await web.fetch(url, FetchRequest(accept=ACCEPT))
    if page.outcome != "ok":
        return FeedPreview(url=url, outcome=page.outcome, status=page.status)
    if found := await parse_feed.parse(page.body, page.final_url, page.charset, web.locale):
        return _seen(page, url, found)
    announced, usual = await parse_feed.leads(page)
    if seen := await _first(web, announced[:TRIED]):
        return replace(seen, feeds=tuple(announced))
    if seen := await _first(web, usual):
        return replace(seen, feeds=(seen.url,))
    return FeedPreview(url=url, feeds=tuple(announced))


async def _first(web: Web, addresses: Sequence[str]) -> FeedPreview | None:
    """The first of these that is a feed."""
    for each in addresses:
        page = await web.fetch(each, FetchRequest(accept=ACCEPT))
        if page.outcome == "ok" and (
            found := await parse_feed.parse(page.body, page.final_url, page.charset, web.locale)
        ):
            return _seen(page, each, found)
        if page.outcome in ("limited", "slow", "unreachable"):
            break  # it is not knocked at once more
    return None


def _seen(page: Page, url: str, found: ParsedFeed) -> FeedPreview:
    return FeedPreview(
        url=page.permanent_url or url,
        title=found.title,
        titles=tuple(entry.title for entry in found.entries[:SHOWN]),
    )

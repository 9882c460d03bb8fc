"""A link that is recommended, its card, and pages that nobody reaches: for tests of what people do with resources."""

from datetime import timedelta

from bot.web import FetchRequest, Page
from tests.world import World

LINK = "https://methodes.example.org/cadre-de-vie/diagnostic-en-marchant"
CARD = (
    "Fiche 1 – methodes.example.org/cadre-de-vie/diagnostic-en-marchant\n"
    "Cadre de vie\n"
    "« Très pratique, testé à Bruaville avec quinze personnes. » – Maxime, Bruaville\n"
    f"Ouvrir la ressource ({LINK}) – Utile pour vous aussi ? `!utile 1`"
)


def unreachable(world: World) -> None:
    """No page is read: what a card says by itself is what is looked at."""

    async def fetch(url: str, ask: FetchRequest | None = None) -> Page:
        return Page(outcome="unreachable", url=url, final_url=url)

    world.app.web.fetch = fetch  # type: ignore[method-assign]


async def later(world: World, room: str = "network") -> list[str]:
    """What is said once the edits of a card are no longer held back."""
    return await world.wait_until_instant(world.clock.now() + timedelta(seconds=5), room)

"""What people see: the ten main messages in a real Chromium, light and dark, wide and on a phone.

The pictures are to be looked at (`make screenshots`); what can be said for sure is asserted.
"""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from pathlib import Path

import pytest
import pytest_asyncio

from bot.demo.chat import Line
from tests.support.chromium import PROGRAM, ChromiumPage, Screen, chromium
from tests.support.formatted_body import FormattedBody
from tests.support.meeting_fixture import announced_meeting
from tests.support.news_fixture import MONDAY, add_sample_week
from tests.support.resources_fixture import LINK
from tests.support.world import PARIS, World, in_memory

FRIDAY = datetime(2026, 11, 20, 10, tzinfo=PARIS)
PHONE, WIDE = 360, 1000  # CSS pixels
SCREENS = [Screen(width, scheme) for width in (PHONE, WIDE) for scheme in ("light", "dark")]
PAGE = Path(__file__).parent / "support" / "message_page.html"
EDITS = timedelta(minutes=1)  # more than the time between two edits of one message
POLL_CLOSED = datetime(2026, 11, 24, 17, 1, tzinfo=PARIS)
ANNOUNCED = "mardi 24 novembre 9 h La salle change : rendez-vous au 3e étage, salle Matisse."
WHY = "très pratique, testé à Bruaville avec quinze personnes"
POLL = (
    "!sondage Quels thèmes pour la rencontre de mars ? | Emploi et insertion | Santé | Numérique | "
    "Actualités nationales | max 2 | jusqu’à mardi 17 h"
)
# What a message would hide or scroll.
TOO_WIDE = """[...document.querySelectorAll("article")].filter(each => {
  const body = each.querySelector(".body");
  return each.scrollWidth > each.clientWidth || body.scrollWidth > body.clientWidth;
}).map(each => each.id)"""


@dataclass(frozen=True, slots=True)
class Shown:
    """A message and the name of its picture."""

    name: str
    line: Line

    @property
    def body(self) -> str:
        return str(self.line.content["body"])

    def article(self) -> str:
        html = self.line.html
        body = (
            f'<div class="body">{html}</div>'
            if html
            else f'<div class="body plain">{escape(self.body)}</div>'
        )
        chips = "".join(f"<span>{key} {len(who)}</span>" for key, who in self.line.reactions.items())
        return (
            f'<article id="m{self.name}"><h3>Animatrice</h3>{body}<div class="chips">{chips}</div></article>'
        )


async def main_messages(world: World) -> list[Shown]:
    """Ten, as they are really posted, in the order in which a network meets them."""
    await add_sample_week(world)
    await world.wait_until_instant(MONDAY)
    shown = [await _latest(world, "1-panorama", "Panorama")]
    await world.says("camille", "!aide")
    shown.append(await _latest(world, "2-aide"))
    await world.says("camille", "!plus 2")
    shown.append(await _latest(world, "3-plus"))
    await world.says("morgan", f"!annonce {ANNOUNCED}", "team")
    shown.append(await _latest(world, "4-annonce", "Aperçu", "team"))
    await world.says("morgan", "non", "team")
    await world.says("maxime", f"!recommander {LINK} #cadre-de-vie {WHY}")
    shown.append(await _latest(world, "5-fiche", "Fiche"))
    return [*shown, *await _poll(world), *await _meeting(world)]


async def _poll(world: World) -> list[Shown]:
    """Its card with votes, and its result."""
    await world.says("morgan", POLL, "team")
    await world.says("morgan", "oui", "team")
    for who, vote in (("camille", "1 4"), ("lou", "1"), ("dominique", "2 4"), ("claude", "4"), ("noa", "4")):
        await world.says(who, f"!vote {vote}")
    await world.wait_until_instant(world.clock.now() + EDITS)
    card = await _latest(world, "6-sondage", "Sondage")
    await world.wait_until_instant(POLL_CLOSED)
    return [card, await _latest(world, "7-resultat", "Résultat")]


async def _meeting(world: World) -> list[Shown]:
    """Its card and the line of counts; what the team reads of who comes."""
    await announced_meeting(world)
    for who, answer in (("camille", "oui +1 régie de quartier"), ("lou", "visio"), ("sacha", "non")):
        await world.says(who, f"!presence {answer}")
    await world.wait_until_instant(world.clock.now() + EDITS)
    shown = [await _latest(world, "8-rencontre", "Rencontre"), await _latest(world, "9-reponses", "Réponses")]
    await world.says("morgan", "!recap T4", "team")
    return [*shown, await _latest(world, "10-recap", "Rencontre", "team")]


async def _latest(world: World, name: str, start: str = "", room: str = "network") -> Shown:
    lines = await world.lines(room)
    return Shown(
        name,
        next(line for line in reversed(lines) if line.msgtype != "m.file" and line.text.startswith(start)),
    )


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def read_aloud(shown: Shown) -> list[str]:
    """The words of a plain body, without what only stands for markup:
    the addresses of links and of people, the numbers that a list counts itself.
    """
    body = re.sub(r" \((https?://|@)[^\s()]+\)", "", shown.body)
    return words(re.sub(r"(?m)^\d+\. ", "", body) if "<ol" in shown.line.html else body)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def messages(tmp_path_factory: pytest.TempPathFactory) -> list[Shown]:
    async with in_memory(tmp_path_factory.mktemp("world"), at=FRIDAY) as world:
        return await main_messages(world)


def test_the_plain_body_says_what_the_formatted_one_shows(messages: list[Shown]) -> None:
    assert len(messages) == 10
    for shown in messages:
        if shown.line.html:
            kept = FormattedBody(shown.line.html.replace("</", " </").replace("<br>", " <br>"))
            assert words(kept.text) == read_aloud(shown)


@pytest.fixture
async def page(tmp_path: Path) -> AsyncIterator[ChromiumPage]:
    if PROGRAM is None:
        pytest.skip("no Chromium on this machine: apt install chromium")
    try:
        async with chromium(tmp_path / "chromium") as page:
            yield page
    except TimeoutError as error:
        pytest.skip(f"{PROGRAM} does not start: {error}")


async def test_on_a_phone_nothing_is_wider_than_the_screen(
    messages: list[Shown], page: ChromiumPage, screenshots: Path | None
) -> None:
    document = PAGE.read_text("utf-8") + "".join(shown.article() for shown in messages)
    for screen in SCREENS:
        await page.shows(document, screen)
        assert await page.evaluates(TOO_WIDE) == [], screen
        if screenshots:
            for shown in messages:
                picture = await page.picture(f"#m{shown.name}")
                (screenshots / f"{shown.name}-{screen.width}-{screen.scheme}.png").write_bytes(picture)

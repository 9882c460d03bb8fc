"""The page of a resource is read once it is there, and its link is looked at every week:
a dead one is marked, asked about once, and comes back.
"""

import asyncio
import gzip
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from bot.web import Limits, Outcome, Page
from schedules.resources.link_health import due_links, record_verdict
from storage.resources import library, links
from storage.tables import Resource, Voice
from tests.support.http_server import Handler, Site, floods, redirect, reply, silence, stalls
from tests.support.synapse_fixture import BOT
from tests.support.world import MONDAY, LoopbackWeb, World, in_memory

DAY, WEEK = timedelta(days=1), timedelta(days=7)
PAGE = (
    "<title>Diagnostic en marchant : déroulé et grille</title><meta name=description content='Pour le "
    "cadre de vie.'>"
).encode()
READ = reply(200, PAGE, Content_Type="text/html; charset=utf-8")
MISSING = reply(404)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with Site() as opened:
        opened.says("/page", READ)
        yield opened


def hasten(world: World) -> None:
    """A site that is slow is soon given up."""
    hasty = LoopbackWeb(world.clock, allow_private=True, limits=Limits(total=3.0, idle=0.5, pause=0.0))
    world.app.tasks.web = world.app.web = hasty


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with in_memory(tmp_path, web={"allow_private": True}) as opened:
        hasten(opened)
        yield opened


async def recommends(world: World, link: str, who: str = "maxime", room: str = "network") -> str:
    """The card as it stands once the page was read."""
    await world.says(who, f"!recommander {link} #cadre-de-vie très pratique", room)
    await later(world, timedelta(seconds=5), room)
    return await card(world, room)


async def card(world: World, room: str = "network", n: int = 1) -> str:
    return next(text for text in reversed(await world.reads(room)) if text.startswith(f"Fiche {n} "))


async def later(world: World, by: timedelta, room: str = "network") -> list[str]:
    return await world.wait_until_instant(world.clock.now() + by, room)


async def resource(world: World, n: int = 1) -> Resource:
    async with world.db.read() as db:
        row = await library.resource(db, n)
        assert row is not None
        return row


# The page is read.


async def test_a_card_takes_the_title_of_its_page_once_it_is_read(world: World, site: Site) -> None:
    assert (await recommends(world, site.url("/page"))).splitlines()[
        0
    ] == "Fiche 1 – Diagnostic en marchant : déroulé et grille"
    assert site.asked == ["/page"]
    assert (await resource(world)).description == "Pour le cadre de vie."


NO_TITLE = (
    "Je n’ai pas pu lire le titre de cette page. Pour lui en donner un : `!ressource corriger {n} titre = …`"
)


async def test_a_page_that_refuses_leaves_its_address_to_the_card_and_nobody_waits(
    world: World, site: Site
) -> None:
    refusals: dict[str, bytes | Handler] = {
        "refuses": reply(403),
        "is not there": MISSING,
        "says nothing": silence,
        "stops": stalls,
        "never ends": floods,
        "is a door": reply(200, b"<title>Connexion</title>", Content_Type="text/html"),
        "leads to itself": redirect("/6"),
        "lies": reply(200, b"<html>", Content_Type="application/pdf"),
        "asks to wait": reply(429, Retry_After="60"),
    }
    for n, answer in enumerate(refusals.values()):
        site.says(f"/{n}", answer)
        await world.says("maxime", f"!recommander {site.url(f'/{n}')} #cadre-de-vie très pratique")
    await later(world, timedelta(seconds=5))
    cards = [line for line in await world.lines() if line.text.startswith("Fiche")]
    assert [line.text.split("\n")[0] for line in cards] == [
        f"Fiche {n + 1} – 127.0.0.1/{n}" for n in range(len(refusals))
    ]
    told = {
        name
        for name, line, n in zip(refusals, cards, range(1, 10), strict=True)
        if NO_TITLE.format(n=n) in line.text.split("\n")
    }
    # the others may be there tomorrow
    assert told == {"refuses", "never ends", "is a door", "lies", "asks to wait"}
    assert [line.edited for line in cards] == [name in told for name in refusals]


async def test_a_title_that_could_not_be_read_is_given_by_a_person_or_by_the_page_of_another_week(
    world: World, site: Site
) -> None:
    site.says("/porte", titled("Ville de Bruaville | Connexion"))
    await world.says("maxime", f"!recommander {site.url('/porte')} #cadre-de-vie très pratique")
    await later(world, timedelta(seconds=5))
    card = (await world.lines())[-1].text.split("\n")
    assert card[0] == "Fiche 1 – 127.0.0.1/porte"
    assert NO_TITLE.format(n=1) in card
    site.says("/porte", titled("Le guide"))
    await later(world, timedelta(days=8))
    assert (await resource(world)).title == "Le guide"
    assert NO_TITLE.format(n=1) not in "\n".join(line.text for line in await world.lines())


def titled(title: str | bytes, kind: str = "text/html", **more: str) -> bytes:
    body = title if isinstance(title, bytes) else f"<title>{title}</title>".encode()
    return reply(200, body, Content_Type=kind, **more)


ACCENTS = "<title>L’été à Évreux</title>"
MARKED = "**gras** &lt;b>x&lt;/b> @room https://matrix.to/#/@lou:reseau.example.org"


async def test_a_hostile_page_gives_at_most_a_short_harmless_title(world: World, site: Site) -> None:
    pages: dict[str, tuple[bytes, str]] = {
        "a title of ten megabytes": (titled("mot " * 2_500_000), "mot " * 39 + "mot…"),
        "a wrong charset": (titled(ACCENTS.encode("cp1252"), "text/html; charset=utf-8"), "L’été à Évreux"),
        "a charset that is none": (
            titled(ACCENTS.encode(), "text/html; charset=unicode_escape"),
            "L’été à Évreux",
        ),
        "markup and mentions": (titled(MARKED), "**gras** x @room @lou:reseau.example.org"),
        "a bomb": (
            titled(gzip.compress(b"<title>Un titre</title>" + bytes(50_000_000)), Content_Encoding="gzip"),
            "Un titre",
        ),
        "a PDF that is a page": (titled("Un titre", "application/pdf"), "127.0.0.1/5"),
        "a PDF that is nothing": (
            titled(b"%PDF-1.7\nstartxref\n99999999\n%%EOF", "application/pdf"),
            "127.0.0.1/6",
        ),
        "a page that is a PDF": (
            titled(b"%PDF-1.7\ntrailer\n" + b"<</Root" * 50_000, "text/html"),
            "127.0.0.1/7",
        ),
    }
    for n, (answer, _) in enumerate(pages.values()):
        site.says(f"/{n}", answer)
        await world.tells("maxime", f"!recommander {site.url(f'/{n}')} #cadre-de-vie très pratique")
    await world.settle()
    await later(world, timedelta(seconds=5))
    cards = [line for line in await world.lines() if line.text.startswith("Fiche")]
    assert [line.text.split("\n")[0].partition(" – ")[2] for line in cards] == [
        title for _, title in pages.values()
    ]
    assert not any("<b>" in line.html or "matrix.to" in line.html for line in cards)
    assert not any(
        event["content"].get("m.mentions") for event in await world.events() if event["sender"] == BOT
    )


async def test_a_link_into_a_private_network_has_its_card_and_nothing_else(
    tmp_path: Path, site: Site
) -> None:
    async with in_memory(tmp_path) as world:
        await recommends(world, site.url("/page"))
        assert site.asked == []
        row = await resource(world)
        assert (row.read_at is not None, row.failing_since) == (True, None)


async def test_the_title_comes_after_the_restart_when_the_bot_is_stopped_before_and_once(
    tmp_path: Path, site: Site
) -> None:
    asked = asyncio.Event()

    async def hangs(_: Any) -> None:
        asked.set()
        await asyncio.Event().wait()

    site.says("/page", hangs, READ)
    async with in_memory(tmp_path, web={"allow_private": True}) as world:  # with all its patience
        await world.tells("maxime", f"!recommander {site.url('/page')} #cadre-de-vie très pratique")
        while not asked.is_set():
            await world.app.turn(0)
            await asyncio.sleep(0.005)
        await world.restart()
        await later(world, timedelta(seconds=5))
        assert "Diagnostic en marchant" in await card(world)
        await world.restart()
        assert site.asked == ["/page", "/page"]
        assert len([text for text in await world.reads() if text.startswith("Fiche 1")]) == 1


async def test_a_title_that_somebody_gave_stays(world: World, site: Site) -> None:
    site.says("/page", MISSING, READ)
    await recommends(world, site.url("/page"))
    async with world.db.write() as db:
        row = await library.resource(db, 1)
        assert row is not None
        row.title, row.title_given, row.read_at = "Le nôtre", True, None
        db.add(row)
    await later(world, DAY)
    assert (await resource(world)).title == "Le nôtre"


async def test_a_page_that_could_not_be_read_is_read_when_it_is_back(world: World, site: Site) -> None:
    site.says("/page", reply(503), MISSING, READ)
    await recommends(world, site.url("/page"))
    await later(world, DAY)
    await later(world, DAY)
    await later(world, timedelta(minutes=1))
    assert "Diagnostic en marchant" in await card(world)


async def test_many_of_one_site_are_read_one_after_the_other(world: World, site: Site) -> None:
    async def slow(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.02)
        writer.write(READ)

    for n in range(6):
        site.says(f"/{n}", slow)
        await world.tells("maxime", f"!recommander {site.url(f'/{n}')} #cadre-de-vie très pratique")
    await world.settle()
    assert (len(site.asked), site.most_at_once) == (6, 1)


def test_of_one_site_one_link_at_a_time_is_due() -> None:
    rows = [(n, f"https://{host}.example.org/{n}", MONDAY) for n, host in enumerate("aaba", 1)]
    assert [turn.id for turn in due_links(rows, MONDAY)] == [1, 3]


# The address that lasts.


async def test_a_lasting_redirect_is_followed_and_both_addresses_are_the_same_resource(
    world: World, site: Site
) -> None:
    site.says("/ancienne", redirect("/page", 301))
    await recommends(world, site.url("/ancienne"))
    assert (await resource(world)).link == site.url("/page")
    for path in ("/ancienne", "/page"):
        await world.says("lou", f"!recommander {site.url(path)}")
    async with world.db.read() as db:
        assert len((await db.exec(select(Resource))).all()) == 1
        assert await library.voices(db, 1) == 2


@pytest.mark.parametrize(
    "answer", [redirect("/page", 302), redirect("/", 301)], ids=["for now", "to the front door"]
)
async def test_a_redirect_that_is_no_new_address_is_not_kept(world: World, site: Site, answer: bytes) -> None:
    site.says("/ancienne", answer)
    site.says("/", READ)
    await recommends(world, site.url("/ancienne"))
    assert (await resource(world)).link == site.url("/ancienne")


async def test_two_that_turn_out_to_be_one_become_the_older_with_all_their_voices(
    world: World, site: Site
) -> None:
    site.says("/autre", redirect("/page", 301))
    await recommends(world, site.url("/page"))
    await world.says("lou", f"!recommander {site.url('/autre')} #cadre-de-vie pour tout le monde")
    await world.says("lou", "!garder fiche 2")
    await later(world, timedelta(seconds=5))
    assert "C’est la même ressource que la fiche 1" in await card(world, n=2)
    assert "2 voix" in await card(world)
    async with world.db.read() as db:
        assert [voice.resource_id for voice in (await db.exec(select(Voice))).all()] == [1, 1]
        found = await library.by_link(db, (await resource(world, 2)).clean_link)
        assert found is not None
        assert found.id == 1


async def test_the_older_one_that_moves_to_the_address_of_a_newer_one_takes_it_over(
    world: World, site: Site
) -> None:
    site.says("/autre", READ, redirect("/page", 301))
    site.says("/page", READ)
    await recommends(world, site.url("/autre"))
    await world.says("lou", f"!recommander {site.url('/page')} #cadre-de-vie pour tout le monde")
    async with world.db.write() as db:
        row = await library.resource(db, 1)
        assert row is not None
        row.why = ""
        db.add(row)
    await later(world, 8 * DAY)
    one, two = await resource(world), await resource(world, 2)
    assert (one.status, one.link, two.status) == ("active", site.url("/page"), "retired")
    assert (one.why, one.theme) == ("Pour tout le monde.", "cadre-de-vie")
    async with world.db.read() as db:
        assert await library.voices(db, 1) == 2
    await world.says("noa", f"!recommander {site.url('/page')}")
    await later(world, timedelta(seconds=5))
    assert "3 voix" in await card(world)


# Dead or alive.


def answer(outcome: Outcome, status: int | None = None) -> Page:
    return Page(outcome=outcome, url="https://example.org", final_url="https://example.org", status=status)


OK, GONE, CLOSED = answer("ok"), answer("refused", 404), answer("refused", 403)


def life(*pages: Page) -> tuple[list[float], list[float]]:
    """Looked at whenever it is due: after how many days each look was,
    and at which looks its mark changed.
    """
    row = Resource(event_id="$1", link="", clean_link="", at=MONDAY, next_check=MONDAY)
    looks, marks = [], []
    for page in pages:
        now = row.next_check
        looks.append((now - MONDAY) / DAY)
        if record_verdict(row, page, now):
            marks.append(looks[-1])
    return looks, marks


def test_a_link_is_looked_at_once_a_week_and_every_day_while_it_fails() -> None:
    looks, _ = life(*[OK] * 4, *[GONE] * 3)
    assert [round(after - before, 3) for before, after in pairwise(looks[1:])] == [7, 7, 7, 1, 1]


@pytest.mark.parametrize(
    "page",
    [GONE, answer("gone"), answer("refused", 503), answer("unknown_host"), answer("slow"), answer("astray")],
)
def test_a_link_is_dead_after_a_fortnight_and_alive_as_soon_as_it_is_back(page: Page) -> None:
    assert life(*[page] * 14) == (list(range(14)), [])
    looks, marks = life(*[page] * 17, OK)
    assert marks == [14, looks[-1]]


@pytest.mark.parametrize(
    "page",
    [
        CLOSED,
        answer("refused", 401),
        answer("limited", 429),
        answer("insecure"),
        answer("private"),
        OK,
        answer("too_big"),
    ],
)
def test_what_keeps_programs_out_is_not_dead(page: Page) -> None:
    assert life(*[page] * 10)[1] == []
    assert life(*[GONE] * 10, page, *[GONE] * 10, page, *[GONE] * 10)[1] == []


def test_a_dead_one_is_not_brought_back_by_what_says_nothing() -> None:
    assert life(*[GONE] * 16, CLOSED, CLOSED)[1] == [14]


def test_an_absence_of_ours_is_no_fortnight_of_theirs() -> None:
    row = Resource(event_id="$1", link="", clean_link="", at=MONDAY, next_check=MONDAY)
    record_verdict(row, GONE, MONDAY)
    assert not record_verdict(row, GONE, MONDAY + 30 * DAY)
    assert row.failing_since == MONDAY + 30 * DAY


async def fails_for_a_fortnight(world: World, n: int = 1) -> None:
    async with world.db.write() as db:
        row = await library.resource(db, n)
        assert row is not None
        row.failing_since, row.next_check = world.clock.now() - 15 * DAY, world.clock.now()
        db.add(row)
    await world.settle()


async def test_the_card_of_a_dead_link_says_so_until_it_is_back(world: World, site: Site) -> None:
    await dead(world, site)
    assert "lien mort depuis le" in await card(world)
    site.says("/page", floods)  # a few bytes are enough
    await later(world, 8 * DAY)
    assert "lien mort" not in await card(world)
    assert len(site.asked) == 3


def test_the_looks_are_spread_over_the_week() -> None:
    rows = [
        Resource(event_id=f"${n}", link="", clean_link=str(n), at=MONDAY, next_check=MONDAY)
        for n in range(2000)
    ]
    looks = [links.next_weekly_check(row, MONDAY) for row in rows]
    assert all(timedelta(hours=12) <= look - MONDAY <= timedelta(hours=12) + WEEK for look in looks)
    by_day = [
        sum(look - MONDAY - timedelta(hours=12) < (day + 1) * DAY for look in looks) for day in range(7)
    ]
    assert all(abs(count - 2000 * (day + 1) / 7) < 120 for day, count in enumerate(by_day))
    assert [links.next_weekly_check(row, look) - look for row, look in zip(rows, looks, strict=True)] == [
        WEEK
    ] * 2000


# Another address.


async def dead(world: World, site: Site, *paths: str) -> None:
    """What is said about it is said the next morning."""
    async with world.db.read() as db:
        known = len((await db.exec(select(Resource))).all())
    for n, path in enumerate(paths or ("/page",), known + 1):
        site.says(path, READ)
        await recommends(world, site.url(path))
        site.says(path, MISSING)
        await fails_for_a_fortnight(world, n)
    await later(world, timedelta(seconds=5))


async def asked(world: World, room: str = "network") -> list[str]:
    """What is said about dead links on the next morning."""
    return [text for text in await later(world, DAY + timedelta(minutes=10), room) if "ne répond" in text]


async def test_whoever_has_a_room_with_us_is_asked_there_and_mends_it_with_a_link(
    world: World, site: Site
) -> None:
    private = await world.direct("maxime")
    await dead(world, site)
    (question,) = await asked(world, private)
    assert "votre fiche 1" in question
    assert not [text for text in await world.reads() if "ne répond" in text]
    asking = (await world.last(private)).id
    for text in await world.says("maxime", "aide", private):
        assert "pas trouvé de lien" not in text  # not taken for the answer
    site.says("/nouvelle", reply(200, b"<title>Le nouveau</title>", Content_Type="text/html"))
    here = f"la voici : {site.url('/nouvelle')}."
    assert await world.says("maxime", here, private, reply_to=asking) == [
        "Merci. La fiche 1 a sa nouvelle adresse, que je vérifie."
    ]
    await later(world, timedelta(seconds=5))
    shown = await card(world)
    assert "lien mort" not in shown
    assert "Fiche 1 – Le nouveau" in shown
    assert site.url("/nouvelle") in shown


async def test_who_recommends_another_page_meanwhile_gives_no_new_address_for_the_dead_one(
    world: World, site: Site
) -> None:
    private = await world.direct("maxime")
    await dead(world, site)
    await asked(world, private)
    await world.says("maxime", f"recommander {site.url('/autre')} #santé bien", private)
    assert [(await resource(world, n)).link for n in (1, 2)] == [site.url("/page"), site.url("/autre")]


async def test_an_answer_that_is_no_new_address_says_what_it_does(world: World, site: Site) -> None:
    private = await world.direct("maxime")
    await recommends(world, site.url("/page"), "lou")
    await dead(world, site, "/morte")
    assert len(await asked(world, private)) == 1
    assert await world.says("maxime", site.url("/morte"), private) == [
        "C’est l’adresse qui ne répond plus. Collez-en une autre, ou répondez non."
    ]
    known = "Cette adresse est déjà celle de la fiche 1. Pour retirer la vôtre : `!ressource retirer 2`"
    assert await world.says("maxime", site.url("/page"), private) == [known]
    site.says("/ailleurs", READ)
    assert await world.says("maxime", site.url("/ailleurs"), private) == [
        "Merci. La fiche 2 a sa nouvelle adresse, que je vérifie."
    ]


async def test_a_question_that_waits_for_its_answer_is_not_replaced(world: World, site: Site) -> None:
    private = await world.direct("maxime")
    await dead(world, site, "/page", "/deux")
    assert len(await asked(world, private)) == 1
    assert await asked(world, private) == []
    assert await world.says("maxime", "non", private) == [
        "D’accord. La fiche 1 reste, avec la mention « lien mort »."
    ]
    (second,) = await asked(world, private)
    assert "votre fiche 2" in second


async def test_in_the_open_several_are_asked_about_in_one_message_and_once(world: World, site: Site) -> None:
    await dead(world, site, "/page", "/deux")
    (said,) = await asked(world)
    assert [line[:9] for line in said.splitlines()] == ["Des liens", "- Fiche 1", "- Fiche 2", "Vous conn"]
    assert "!ressource corriger 1 lien = https://" in said


async def test_nobody_is_asked_about_who_is_forgotten(world: World, site: Site) -> None:
    await dead(world, site)
    async with world.db.write() as db:
        row = await library.resource(db, 1)
        assert row is not None
        row.person = row.name = ""
        db.add(row)
    assert await asked(world) == []
    assert "lien mort" in await card(world)

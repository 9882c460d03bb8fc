"""Who joins the network is greeted once; `rattrapage` tells the essentials since the last visit."""

import asyncio
from datetime import datetime, timedelta

from storage import silence, welcome
from storage.rooms import set_member
from storage.tables import Edition, Member, Resource, Voice
from tests.support.meeting_fixture import announced_meeting, without_links
from tests.support.synapse_fixture import BOT
from tests.support.world import MONDAY, PARIS, MemoryWorld, World

NEW = "@zoe:reseau.example.org"
A_MINUTE, A_DAY = timedelta(minutes=1), timedelta(days=1)
GREETING = "Bonjour Zoé, et bienvenue dans le réseau Réseau des chefs de projet."


def joins(world: MemoryWorld, who: str = NEW, room: str = "network", name: str = "Zoé [Bruaville]") -> None:
    world.homeserver.member(world.rooms[room], who, "join", name)


def greetings(world: MemoryWorld, who: str = NEW) -> list[str]:
    """All that the bot has written in rooms that it has opened with this person."""
    rooms = world.homeserver.rooms_of(who, "invite") + world.homeserver.rooms_of(who, "join")
    return [
        event["content"]["body"]
        for _, room, event in world.homeserver.events
        if room in rooms and event["sender"] == BOT and event["type"] == "m.room.message"
        if "bienvenue" in event["content"]["body"]
    ]


async def looked_round(world: World) -> None:
    """The morning after the first start: who is there is known."""
    await world.wait_until_instant(datetime(2026, 11, 24, 9, 0, tzinfo=PARIS))


async def test_a_newcomer_is_greeted_once_in_office_hours(quick: MemoryWorld) -> None:
    await looked_round(quick)
    await quick.wait_until_instant(datetime(2026, 11, 24, 21, 0, tzinfo=PARIS))
    joins(quick)
    await quick.settle()
    assert greetings(quick) == []
    await quick.wait_until_instant(datetime(2026, 11, 25, 9, 0, tzinfo=PARIS))
    (text,) = greetings(quick)
    first, *lines = text.replace("\u202f", " ").replace("\xa0", " ").split("\n")
    assert first.startswith(GREETING)
    assert [line[:3] for line in lines] == ["1. ", "2. ", "3. ", "Ce "]
    joins(quick, room="help")
    quick.homeserver.member(quick.rooms["network"], NEW, "leave")
    joins(quick)
    await quick.restart()
    await quick.wait_until_instant(datetime(2026, 12, 2, 9, 0, tzinfo=PARIS))
    assert greetings(quick) == [text]


async def test_who_was_there_before_is_no_newcomer(quick: MemoryWorld) -> None:
    await looked_round(quick)
    await quick.wait_until_instant(datetime(2026, 11, 27, 9, 0, tzinfo=PARIS))
    people = [person.user_id for person in quick.people.values()]
    assert not [text for who in people for text in greetings(quick, who)]
    async with quick.db.read() as db:
        assert await welcome.unknown(db, [who for who in people if "lou" in who]) == []


async def test_who_came_while_nobody_heard_it_is_greeted_the_next_morning(quick: MemoryWorld) -> None:
    await looked_round(quick)
    async with quick.db.write() as db:  # as the state of a sync that was cut short tells it
        await set_member(
            db, Member(room_id=quick.rooms["network"], user_id=NEW, membership="join", name="Zoé")
        )
    await quick.wait_until_instant(datetime(2026, 11, 25, 9, 0, tzinfo=PARIS))
    assert len(greetings(quick)) == 1


async def test_a_crowd_is_greeted_over_several_days(quick: MemoryWorld) -> None:
    await looked_round(quick)
    crowd = [f"@p{number:02}:reseau.example.org" for number in range(25)]
    for who in crowd:
        joins(quick, who, name=who)
    reached = []
    for day in (24, 25, 26):
        await quick.wait_until_instant(datetime(2026, 11, day, 17, 30, tzinfo=PARIS))
        reached.append(sum(len(greetings(quick, who)) for who in crowd))
    assert reached == [10, 20, 25]


async def test_there_is_one_welcome_not_two(quick: MemoryWorld) -> None:
    await looked_round(quick)
    async with quick.db.write() as db:
        lou = quick.person("lou").user_id
        await welcome.record(db, lou, welcome.WAITING, quick.clock.now() + timedelta(hours=2))
    private = await quick.direct("lou")
    assert "Je suis l’Animatrice" in (await quick.says("lou", "bonjour", private))[-1]
    await quick.wait_until_instant(datetime(2026, 11, 25, 17, 0, tzinfo=PARIS))
    assert greetings(quick, lou) == []


async def test_a_greeting_waits_for_the_end_of_a_silence(quick: MemoryWorld) -> None:
    await looked_round(quick)
    async with quick.db.write() as db:
        await silence.keep(db, NEW, quick.clock.now(), quick.clock.now() + 2 * A_DAY)
    joins(quick)
    await quick.wait_until_instant(datetime(2026, 11, 25, 9, 0, tzinfo=PARIS))
    assert greetings(quick) == []
    await quick.wait_until_instant(datetime(2026, 11, 26, 10, 0, tzinfo=PARIS))
    assert len(greetings(quick)) == 1


async def test_a_kill_anywhere_greets_once(quick: MemoryWorld) -> None:
    await looked_round(quick)
    joins(quick)
    await quick.kill(asyncio.ensure_future(quick.app.turn(0)))
    await quick.start()
    await quick.wait_until_instant(datetime(2026, 11, 25, 9, 0, tzinfo=PARIS))
    await quick.kill()
    await quick.start()
    await quick.wait_until_instant(datetime(2026, 11, 26, 9, 0, tzinfo=PARIS))
    assert len(greetings(quick)) == 1


async def test_the_essentials_since_the_last_visit(quick: World) -> None:
    private = await quick.direct("lou")
    assert (await quick.says("lou", "rattrapage", private))[-1] == (
        "Rien à rattraper depuis le samedi 24 octobre. Pour remonter plus loin : `rattrapage 2 mois`"
    )
    await announced_meeting(quick)
    await quick.says("lou", "!presence visio")
    await quick.says("morgan", "!sondage Quel jour ? | mardi | jeudi | jusqu’à vendredi 12 h", "team")
    await quick.says("morgan", "oui", "team")
    await quick.says("camille", "!besoin Qui a un modèle de convention de GUSP ?", "help")
    async with quick.db.write() as db:
        now = quick.clock.now()
        card = Resource(
            event_id="$r", link="https://a.example.org", clean_link="a", title="A", at=now, next_check=now
        )
        db.add(card)
        await db.flush()
        db.add(Voice(event_id="$v", resource_id=card.id, person="@noa:x", at=now, way="said"))
    await quick.wait_until_instant(MONDAY + A_DAY)
    text = (await quick.says("lou", "quoi de neuf", private))[-1]
    assert without_links(text) == (
        "L’essentiel depuis le lundi 23 novembre – lecture : 1 minute\n"
        "Rencontre T4 : jeudi 10 décembre, Marquemont – vous suivez en visio\n"
        "Sondage n° 1 en cours : Quel jour ? – clôture vendredi 27 novembre à 12 h\n"
        "Entraide : une question ouverte – `besoins`\n"
        "Ressources jugées utiles : fiche 1 – `ressource 1`"
    )
    text = (await quick.says("lou", "rattrapage 2 mois", private))[-1]
    assert text.startswith("L’essentiel depuis le vendredi 25 septembre – lecture : 1 minute\n")


async def test_the_essentials_are_eight_lines_at_most_with_their_reading_time(quick: World) -> None:
    private = await quick.direct("lou")
    for month in (1, 2, 3):
        await announced_meeting(quick, starts_at=datetime(2027, month, 12, 9, 30, tzinfo=PARIS))
        await quick.says(
            "morgan", f"!sondage Quel jour {month} ? | mardi | jeudi | jusqu’à vendredi 12 h", "team"
        )
        await quick.says("morgan", "oui", "team")
    await quick.says("camille", "!besoin Qui a un modèle de convention de GUSP ?", "help")
    async with quick.db.write() as db:
        now = quick.clock.now()
        week = Edition(name="2026-W48", stories=[1], first_day=now.date(), planned=now, status="published")
        db.add(week)
        for link in "abcde":
            card = Resource(event_id=link, link=link, clean_link=link, title=link, at=now, next_check=now)
            db.add(card)
            await db.flush()
            db.add(Voice(event_id=f"$v{link}", resource_id=card.id, person="@noa:x", at=now, way="said"))
    await quick.wait_until_instant(MONDAY + 2 * A_DAY)
    text = (await quick.says("lou", "rattrapage 15 jours", private))[-1]
    assert len(text.splitlines()) == 8
    assert text.startswith("L’essentiel depuis le mardi 10 novembre – lecture : 2 minutes\n")

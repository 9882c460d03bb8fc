"""`!silence`: nothing in private until its end, whatever the subject; who asks is answered all the same."""

import ast
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.outbox import Asker, Cause, Post, Rank, UnitOfWork
from bot.outbox.question import Ask
from bot.text import Say
from storage import silence
from storage.tables import ReminderPreference
from tests.support.meeting_fixture import announced_meeting
from tests.support.world import PARIS, MemoryWorld, World

ROOT = Path(__file__).parents[1]
LOU, CAMILLE = "@lou:reseau.example.org", "@camille:reseau.example.org"
BACK = datetime(2027, 1, 4, 8, 30, tzinfo=PARIS)
A_MINUTE = timedelta(minutes=1)
NOTED = (
    "C’est noté, lou : je ne vous écris plus en privé jusqu’au lundi 4 janvier 2027 à 8 h 30. Ce qui "
    "attend vous parviendra alors, si c’est encore utile.\n"
    "Si vous me demandez quelque chose, je réponds. Pour arrêter ce silence : `silence fin`"
)


async def post(world: World, post: Post, cause: str = "job/1", by: str = "") -> None:
    """As a job does, or an event of somebody."""
    now = world.clock.now()
    async with world.db.write() as db:
        uow = UnitOfWork(outbox=world.app.outbox, db=db, cause=Cause(id=cause, at=now, by=by), now=now)
        await uow.post(post)
    world.app.sender.wake()


async def silent_lou(world: World) -> str:
    private = await world.direct("lou")
    assert (await world.says("lou", "silence jusqu’au 4 janvier", private))[-1] == NOTED
    return private


async def test_what_is_written_to_somebody_waits_for_the_end_of_their_silence(quick: World) -> None:
    private = await silent_lou(quick)
    await post(quick, Post(person=LOU, say=Say("Une nouvelle.")))
    await post(quick, Post(person=LOU, say=Say("D’ici là."), until=BACK - timedelta(days=9)), "job/2")
    assert (await quick.says("lou", "aide", private))[-1].startswith("1. Rencontres")
    before = await quick.reads(private)
    assert await quick.wait_until_instant(BACK - A_MINUTE, private) == []
    assert await quick.wait_until_instant(BACK + A_MINUTE, private) == ["Une nouvelle."]
    assert await quick.reads(private) == [*before, "Une nouvelle."]
    assert not any("pas pu envoyer" in text for text in await quick.reads("team"))


async def test_who_ends_their_silence_reads_what_waited(quick: World) -> None:
    private = await silent_lou(quick)
    await post(quick, Post(person=LOU, say=Say("Une nouvelle."), rank=Rank.ANSWER, key="a"))
    await quick.settle()
    said = await quick.says("lou", "silence fin", private)
    assert sorted(said) == ["C’est noté, lou : je peux de nouveau vous écrire en privé.", "Une nouvelle."]
    assert await quick.says("lou", "silence fin", private) == [
        "Aucun silence n’est en cours : je peux vous écrire en privé."
    ]


async def test_a_silence_may_have_no_end_or_last_some_days(quick: World) -> None:
    private = await quick.direct("lou")
    assert (await quick.says("lou", "silence", private))[-1].startswith(
        "C’est noté, lou : je ne vous écris plus en privé, sans date de fin."
    )
    await post(quick, Post(person=LOU, say=Say("Une nouvelle.")))
    assert await quick.wait_until_instant(BACK + timedelta(days=90), private) == []
    noted = await quick.says("lou", "silence 2 semaines", private)
    assert "jusqu’au lundi 19 avril" in noted[-1]
    assert "Une nouvelle." in await quick.wait_until_instant(BACK + timedelta(days=106), private)


async def test_a_private_room_is_not_opened_for_somebody_in_silence(quick: MemoryWorld) -> None:
    async with quick.db.write() as db:
        await silence.keep(db, LOU, quick.clock.now(), None)
    rooms = set(quick.homeserver.rooms_of(LOU, "invite"))
    await post(quick, Post(person=LOU, say=Say("Une nouvelle.")))
    await quick.settle()
    assert set(quick.homeserver.rooms_of(LOU, "invite")) == rooms
    await post(quick, Post(person=LOU, say=Say("Votre réponse."), rank=Rank.ANSWER), "$asks", by=LOU)
    await quick.settle()
    assert len(set(quick.homeserver.rooms_of(LOU, "invite")) - rooms) == 1


async def test_what_waits_under_a_key_is_said_when_the_person_asks_for_it(quick: World) -> None:
    private = await silent_lou(quick)
    await post(quick, Post(person=LOU, say=Say("Inscription faite."), rank=Rank.ANSWER, key="seat"))
    await quick.settle()
    await post(quick, Post(person=LOU, say=Say("Vous venez."), rank=Rank.ANSWER, key="seat"), "$asks", by=LOU)
    await quick.settle()
    assert (await quick.reads(private))[-1] == "Vous venez."


async def test_a_question_that_was_not_shown_takes_nobody_s_words(quick: World) -> None:
    private = await silent_lou(quick)
    ask = Ask(Say("Une autre adresse ?"), then="resource.address", accepts="text")
    await post(quick, Post(room=private, person=LOU, ask=ask, asked_to=LOU, rank=Rank.BOOKKEEPING))
    await quick.settle()
    assert "Je n’ai pas compris" in (await quick.says("lou", "une phrase sans rapport", private))[-1]


# --- every place that writes in private, every job


def private_posts() -> Iterator[tuple[str, dict[str, ast.expr]]]:
    """Each `Post(…)` of a subject that may be for one person: where it stands, and its keywords."""
    for path in sorted([*ROOT.glob("commands/**/*.py"), *ROOT.glob("schedules/**/*.py")]):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Post":
                words = {each.arg: each.value for each in node.keywords if each.arg}
                if "person" in words or "private" in ast.dump(words.get("room", ast.Constant(""))):
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", words


def like(words: dict[str, ast.expr], number: int, now: datetime) -> Post:
    """A post to Lou with the same rank, key, hour and urgency: the most that these words may say."""
    rank = words.get("rank")
    return Post(
        person=LOU,
        say=Say("Message {n}.", n=number),
        rank=Rank[rank.attr] if isinstance(rank, ast.Attribute) else Rank.ANNOUNCEMENT,
        key=f"walk:{number}" if "key" in words else None,
        urgent="urgent" in words,
        until=now + timedelta(days=365) if "until" in words else None,
        reactions=("✅",) if "reactions" in words else (),
    )


async def test_no_place_that_writes_in_private_breaks_a_silence(quick: World) -> None:
    private = await silent_lou(quick)
    before, places = await quick.reads(private), list(private_posts())
    assert len(places) > 10
    for number, (_, words) in enumerate(places):
        for cause, by in (("job/x", ""), ("task/$event", ""), ("$event", CAMILLE)):
            await post(quick, like(words, number, quick.clock.now()), f"{cause}{number}", by)
    await quick.settle()
    assert await quick.wait_until_instant(BACK - A_MINUTE, private) == []
    assert await quick.reads(private) == before
    for day in range(len(places)):  # no more than the room's daily budget
        await quick.wait_until_instant(BACK + timedelta(days=day, hours=2), private)
    heard = {text for text in await quick.reads(private) if text.startswith("Message")}
    assert heard == {f"Message {number}." for number in range(len(places))}


def test_only_the_outbox_writes_messages() -> None:
    """What passes it by would pass the silence by; the others only join and leave rooms."""
    makers = {
        str(path.relative_to(ROOT))
        for folder in ("bot", "commands", "schedules")
        for path in ROOT.glob(f"{folder}/**/*.py")
        if "OutboxEntry(" in path.read_text("utf-8") and not path.is_relative_to(ROOT / "bot" / "outbox")
    }
    assert makers <= {"bot/inbox/dispatch.py", "bot/inbox/room_state.py", "bot/join_rooms.py"}


@pytest.mark.parametrize("quiet", [True, False], ids=["in silence", "as usual"])
async def test_a_month_of_jobs_writes_to_nobody_in_silence(quick: World, quiet: bool) -> None:
    """A meeting with its reminders, a nudge, a seat that becomes free."""
    people = ("camille", "lou", "noa", "sacha")
    rooms = {who: await quick.direct(who) for who in people}
    meeting = await announced_meeting(quick, capacity=1)
    await quick.says("camille", "!presence oui")
    await quick.says("lou", "!presence oui")
    async with quick.db.write() as db:
        for who in people:
            db.add(ReminderPreference(person=quick.person(who).user_id, wish="yes", at=quick.clock.now()))
            if quiet:
                await silence.keep(db, quick.person(who).user_id, quick.clock.now(), None)
    before = {who: await quick.reads(rooms[who]) for who in people}
    await quick.says("morgan", "!relancer T4", "team")
    await quick.says("morgan", "oui", "team")
    await quick.wait_until_instant(datetime(2026, 11, 24, 10, tzinfo=PARIS))
    await quick.says("camille", "!presence non")
    for day in (3, 4, 7, 8, 9, 10, 14, 21):
        await quick.wait_until_instant(datetime(2026, 12, day, 10, tzinfo=PARIS))
    assert meeting.number
    heard = {
        who: [text for text in await quick.reads(rooms[who]) if text not in before[who]] for who in people
    }
    assert not any(heard.values()) if quiet else all(heard[who] for who in ("lou", "noa", "sacha"))


async def test_the_team_knows_how_many_it_cannot_ask_now(quick: World) -> None:
    rooms = {who: await quick.direct(who) for who in ("lou", "noa")}
    await announced_meeting(quick)
    await quick.says("lou", "silence", rooms["lou"])
    (proposed,) = await quick.says("morgan", "!relancer T4", "team")
    assert "- une ne souhaite rien recevoir en privé en ce moment" in proposed
    async with quick.db.read() as db:
        assert await silence.silent(db, quick.clock.now()) == {LOU}


async def test_who_could_not_be_read_is_asked_though_they_are_in_silence(quick: World) -> None:
    private = await silent_lou(quick)
    now = quick.clock.now()
    async with quick.db.write() as db:
        uow = UnitOfWork(outbox=quick.app.outbox, db=db, cause=Cause(id="job/2", at=now), now=now)
        await uow.post_answer(Asker(person=LOU, room=private, direct=True), Say("Répétez ?"), "again")
    quick.app.sender.wake()
    await quick.settle()
    assert (await quick.reads(private))[-1] == "Répétez ?"

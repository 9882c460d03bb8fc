"""The reactions under a message of the bot show what counts: its own goes once somebody has the same, what
somebody has said otherwise since goes where the bot may, and the line says so where it may not.
"""

from datetime import datetime, timedelta

from sqlmodel import select

from bot.command import Context
from bot.command.handlers import Reaction, on_reaction
from bot.outbox import Cause, Post, Rank
from bot.text import Say
from storage.tables import OutboxEntry
from tests.support.meeting_fixture import announced_meeting
from tests.support.synapse_fixture import BOT
from tests.support.world import PARIS, World
from tests.test_polls_voting import a_poll, counts

MODERATOR = {"users": {BOT: 50}}
SOON = timedelta(seconds=10)


@on_reaction("chip:")
async def tapped(ctx: Context, tap: Reaction) -> None: ...


async def a_card(world: World) -> str:
    async with world.db.write() as db:
        post = Post(
            room=world.rooms["network"],
            say=Say("Une carte"),
            key="chip:1",
            rank=Rank.BOOKKEEPING,
            reactions=("✅", "❌"),
        )
        await world.app.outbox.post(db, post, Cause(id="a card", at=world.clock.now()))
    await world.settle()
    return (await world.last()).id


async def chips(world: World, event: str, room: str = "network") -> dict[str, list[str]]:
    """Who shows which reaction, once what is paced is out."""
    await world.settle()
    await world.wait_until_instant(world.clock.now() + SOON, room)
    await world.settle()
    return next(line.reactions for line in await world.lines(room) if line.id == event)


async def redactions(world: World) -> int:
    async with world.db.read() as db:
        found = await db.exec(select(OutboxEntry).where(OutboxEntry.kind == "redact"))
        return sum(entry.status == "sent" for entry in found)


async def may_redact(world: World) -> None:
    await world.person("morgan").set_state(world.rooms["network"], "m.room.power_levels", MODERATOR)
    await world.settle()


async def test_the_bot_s_own_goes_once_somebody_has_it_and_comes_back_with_the_last(room: World) -> None:
    card, network = await a_card(room), room.rooms["network"]
    assert await chips(room, card) == {"✅": ["Animatrice"], "❌": ["Animatrice"]}
    first = await room.person("camille").react(network, card, "✅")
    second = await room.person("lou").react(network, card, "✅")
    assert sorted((await chips(room, card))["✅"]) == ["Camille [Marquemont]", "Lou [Vaudricamp]"]
    await room.person("camille").redact(network, first)
    assert (await chips(room, card))["✅"] == ["Lou [Vaudricamp]"]
    await room.restart()
    await room.person("lou").redact(network, second)
    assert await chips(room, card) == {"✅": ["Animatrice"], "❌": ["Animatrice"]}


async def test_a_crowd_that_taps_costs_one_redaction_a_choice_and_second_thoughts_cost_none(
    quick: World,
) -> None:
    card, network = await a_card(quick), quick.rooms["network"]
    for _ in range(20):
        tap = await quick.person("camille").react(network, card, "❌")
        await quick.settle()
        await quick.person("camille").redact(network, tap)
        await quick.settle()
    assert await chips(quick, card) == {"✅": ["Animatrice"], "❌": ["Animatrice"]}
    assert await redactions(quick) == 0
    for who in ("camille", "lou", "alix", "sacha"):
        await quick.person(who).react(network, card, "✅")
    await chips(quick, card)
    assert await redactions(quick) == 1


async def test_an_answer_to_a_meeting_in_words_takes_the_tap_that_it_contradicts(quick: World) -> None:
    await may_redact(quick)
    meeting = await announced_meeting(quick)
    card = meeting.cards["network"]
    await quick.person("camille").react(quick.rooms["network"], card, "✅")
    await quick.person("lou").react(quick.rooms["network"], card, "✅")
    await quick.says("camille", "!presence non")
    assert (await chips(quick, card))["✅"] == ["Lou [Vaudricamp]"]
    assert await meeting.answers() == {"camille": "no", "lou": "yes"}
    assert "Seuls ces nombres comptent" not in await meeting.count_line()


async def test_under_a_meeting_that_is_cancelled_nothing_is_left_to_tap(quick: World) -> None:
    meeting = await announced_meeting(quick)
    await quick.says("morgan", "!rencontre annuler T4 | salle fermée", room="team")
    await quick.says("morgan", "oui", room="team")
    assert await chips(quick, meeting.cards["network"]) == {}


async def test_where_it_may_not_the_line_says_that_it_alone_counts(quick: World) -> None:
    meeting = await announced_meeting(quick)
    await quick.person("camille").react(quick.rooms["network"], meeting.cards["network"], "✅")
    await quick.says("camille", "!presence non")
    caveat = "Seuls ces nombres comptent : sous l’annonce, certaines réactions ne sont plus à jour."
    assert caveat in await meeting.count_line()
    await quick.says("camille", "!presence oui")
    assert caveat not in await meeting.count_line(), "what is shown is true again"


async def test_a_vote_in_words_takes_the_tap_that_it_replaces(quick: World) -> None:
    poll = await a_poll(quick)
    await quick.taps("camille", "1️⃣", on=poll.card)
    await quick.says("camille", "!vote 2")
    await quick.wait_until_instant(quick.clock.now() + SOON)
    (card,) = [line.text for line in await quick.lines() if line.id == poll.card]
    assert card.endswith("\nSeul ce nombre compte : certaines réactions sous ce message ne sont plus à jour.")
    await may_redact(quick)
    await quick.taps("lou", "1️⃣", on=poll.card)
    await quick.taps("lou", "3️⃣", on=poll.card)
    assert (await chips(quick, poll.card)).keys() == {"1️⃣", "3️⃣"}
    assert (await chips(quick, poll.card))["1️⃣"] == ["Camille [Marquemont]"], "of before it might"
    assert await counts(quick, poll) == (0, 1, 1, 0)


async def test_once_a_question_is_answered_nothing_is_left_to_tap(quick: World) -> None:
    await quick.says("camille", "!pnig 7")
    question = (await quick.last()).id
    assert await chips(quick, question) == {"✅": ["Animatrice"]}
    await quick.taps("camille", "✅", on=question)
    assert await chips(quick, question) == {"✅": ["Camille [Marquemont]"]}


async def test_under_a_question_that_another_took_the_place_of_nothing_is_left_to_tap(quick: World) -> None:
    await quick.says("camille", "!pnig 7")
    first = (await quick.last()).id
    await quick.says("camille", "!contcat")
    second = (await quick.last()).id
    assert await chips(quick, first) == {}
    assert await chips(quick, second) == {"✅": ["Animatrice"]}
    await quick.says("lou", "!pnig 7")
    assert await chips(quick, second) == {"✅": ["Animatrice"]}, "somebody else's question"


async def test_a_corrected_question_keeps_what_is_still_to_be_tapped(quick: World) -> None:
    typed = await quick.tells("camille", "!pnig 7")
    await quick.settle()
    question = (await quick.last()).id
    await quick.says("camille", "!contcat", edit_of=typed)
    assert await chips(quick, question) == {"✅": ["Animatrice"]}


async def test_the_morning_after_a_question_expired_nothing_is_left_to_tap(quick: World) -> None:
    await quick.says("camille", "!pnig 7")
    question = (await quick.last()).id
    await quick.wait_until_instant(quick.clock.now() + timedelta(hours=25))
    (late,) = await quick.taps("camille", "✅", on=question)
    await quick.wait_until_instant(quick.clock.now() + timedelta(days=1))
    assert await chips(quick, question) == {"✅": ["Camille [Marquemont]"]}
    assert late.startswith("Cette question n’attend plus de réponse.")
    assert await quick.says("camille", "ok") == [], "it is no answer any more"


async def test_the_morning_after_a_meeting_its_card_has_no_sign_to_tap(quick: World) -> None:
    meeting = await announced_meeting(quick)
    card = meeting.cards["network"]
    await quick.person("camille").react(quick.rooms["network"], card, "✅")
    assert "❌" in await chips(quick, card)
    await quick.wait_until_instant(datetime(2026, 12, 11, 9, tzinfo=PARIS))
    assert await chips(quick, card) == {"✅": ["Camille [Marquemont]"]}

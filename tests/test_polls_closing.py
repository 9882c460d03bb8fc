"""A poll closes at the announced time, whatever happens around it:
what counts, what is said, to whom, and what is left of the votes.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from bot.matrix.errors import PermanentError, TransientError
from bot.matrix.events import Event
from bot.matrix.polls import END
from schedules.polls import close
from storage import outbox, pause
from storage.polls import ballots, polls, secrets
from storage.tables import Ballot, Poll, SecretBallot
from tests.support.world import PARIS, World
from tests.test_polls_voting import Published, a_poll, of_dates, redacts, votes

TUESDAY = datetime(2026, 11, 24, 12, tzinfo=PARIS)
IN_TIME = TUESDAY - timedelta(hours=1)
TIED = (
    "Résultat – Quels thèmes ? (2 votes)\n1. Emploi et insertion – 1 voix (50,0 %), à égalité\n"
    "1. Santé – 1 voix (50,0 %), à égalité\n"
)
REST = "3. Numérique – 0 voix (0,0 %)\n3. Actualités nationales – 0 voix (0,0 %)\nMerci à toutes et à tous."


async def at(world: World, moment: datetime, room: str = "network") -> list[str]:
    """What is new in a room at that moment, once the edits that were paced are out."""
    before = await world.wait_until_instant(moment - timedelta(seconds=5), room)
    return before + await world.wait_until_instant(moment, room)


async def titles(world: World) -> list[str]:
    """Of the card and of the result, without the native polls."""
    return [line.text.split("\n")[0] for line in await world.lines() if line.msgtype == "m.text"]


async def row(world: World, poll: Published) -> Poll:
    async with world.db.read() as db:
        found = await polls.poll(db, poll.number)
        assert found is not None
        return found


async def ended(world: World, poll: Published) -> list[int]:
    """How often each native poll was ended."""
    about = [await world.app.web.rooms.relations(world.rooms["network"], box) for box in poll.boxes]
    return [sum(event.type == END for event in events) for events in about]


async def left(world: World) -> list[Any]:
    """What is kept of who voted."""
    async with world.db.read() as db:
        return [*(await db.exec(select(Ballot))).all(), *(await db.exec(select(SecretBallot))).all()]


def votes_read(world: World, wrapped: Any) -> None:
    """What the server answers when asked for the votes of a native poll."""
    rooms = world.app.services.matrix
    read = rooms.relations

    async def relations(room: str, event_id: str) -> Sequence[Event]:
        found: Sequence[Event] = wrapped(await read(room, event_id))
        return found

    rooms.relations = relations  # type: ignore[method-assign]


# --- the announced time


async def test_a_poll_closes_at_its_time_and_its_result_is_said_once(room: World) -> None:
    poll = await a_poll(room, most=2, closes_at=TUESDAY)
    await votes(room, "camille", poll, "4", "1")
    await room.says("lou", "!vote 4")
    assert not [
        text for text in await at(room, TUESDAY - timedelta(seconds=10)) if text.startswith("Résultat")
    ]
    result = (
        "Résultat – Quels thèmes ? (2 votes, 3 réponses)\n"
        "1. Actualités nationales – 2 voix (100,0 %)\n"
        "2. Emploi et insertion – 1 voix (50,0 %)\n"
        "3. Santé – 0 voix (0,0 %), à égalité\n"
    )
    said = await at(room, TUESDAY)
    over = "Sondage clos – Quels thèmes ?\n2 votes – le résultat est donné plus bas, dans son propre message."
    assert said[0] == over  # the card, edited
    assert said[1].startswith(result.replace(", à égalité", ""))
    assert poll.boxes[0] not in [line.id for line in await room.lines()], "it lacks a vote"
    assert await ended(room, poll) == [0]
    assert await left(room) == []
    await room.restart()
    assert await at(room, TUESDAY + timedelta(days=3)) == []
    assert [line.text for line in await room.lines() if line.text in said] == said


async def test_ties_are_told_as_ties(quick: World) -> None:
    poll = await a_poll(quick, closes_at=TUESDAY)
    await votes(quick, "camille", poll, "2")
    await votes(quick, "lou", poll, "1")
    assert (await at(quick, TUESDAY))[-1] == TIED + REST


async def test_nobody_voted_is_said_too(quick: World) -> None:
    await a_poll(quick, closes_at=TUESDAY)
    assert (await at(quick, TUESDAY))[-1] == "Résultat – Quels thèmes ? (aucun vote)\nPersonne n’a voté."


async def test_at_night_the_poll_ends_in_time_and_the_result_waits_for_the_morning(quick: World) -> None:
    poll = await a_poll(quick, closes_at=TUESDAY.replace(hour=20))
    await votes(quick, "camille", poll, "1")
    await at(quick, TUESDAY.replace(hour=20))
    assert await ended(quick, poll) == [1]
    assert await titles(quick) == ["Sondage clos – Quels thèmes ?"]
    assert (await quick.reads())[0].splitlines()[1] == (
        "1 vote – résultat plus bas, dans son propre message, le mercredi 25 novembre à 8 h 30."
    )
    assert len(await at(quick, TUESDAY + timedelta(days=1))) == 1


async def test_where_the_day_had_its_announcements_the_card_says_that_the_result_comes_the_next(
    quick: World,
) -> None:
    await a_poll(quick, closes_at=TUESDAY)
    for text in ("Une.", "Deux."):
        await quick.says("morgan", f"!annonce {text}", "team")
        await quick.says("morgan", "oui", "team")
    await at(quick, TUESDAY)
    assert "le mercredi 25 novembre à 8 h 30." in (await quick.reads())[0]


async def test_what_the_team_has_suspended_is_said_when_it_ends(quick: World) -> None:
    async with quick.db.write() as db:
        await pause.hold(db, TUESDAY + timedelta(days=2))
    await a_poll(quick, closes_at=TUESDAY)
    await at(quick, TUESDAY)
    assert await titles(quick) == ["Sondage clos – Quels thèmes ?"]
    assert "le jeudi 26 novembre à " in (await quick.reads())[0]
    assert len(await at(quick, TUESDAY + timedelta(days=2))) == 1


async def test_what_the_team_takes_up_again_or_suspends_longer_moves_the_result_with_it(quick: World) -> None:
    await quick.says("morgan", "!suspendre jusqu’à jeudi 9 h", room="team")
    await a_poll(quick, closes_at=TUESDAY)
    await at(quick, TUESDAY)
    await quick.says("morgan", "!suspendre jusqu’à vendredi 9 h", room="team")
    await at(quick, TUESDAY + timedelta(days=2))
    assert await titles(quick) == ["Sondage clos – Quels thèmes ?"]
    await quick.says("morgan", "!reprendre", room="team")
    assert await titles(quick) == ["Sondage clos – Quels thèmes ?", "Résultat – Quels thèmes ? (aucun vote)"]


async def test_what_the_team_closes_itself_waits_for_nothing(quick: World) -> None:
    async with quick.db.write() as db:
        await pause.hold(db, TUESDAY + timedelta(days=2))
    await a_poll(quick, closes_at=TUESDAY)
    await quick.says("morgan", "!sondage clore 1", room="team")
    assert await titles(quick) == ["Sondage clos – Quels thèmes ?", "Résultat – Quels thèmes ? (aucun vote)"]


# --- what the server has


async def test_a_vote_that_the_sync_never_brought_counts_and_one_that_is_gone_does_not(room: World) -> None:
    poll = await a_poll(room, closes_at=TUESDAY)
    lost = await votes(room, "camille", poll, "2")
    await votes(room, "lou", poll, "1")
    await room.settle()
    async with room.db.write() as db:
        await ballots.take_back(db, lost)
        when = room.clock.now()
        ghost = Ballot(
            event_id="$gone", poll_id=poll.number, person="@sacha:x", at=when, way=ballots.NATIVE, choices=[0]
        )
        said = Ballot(
            event_id="$said", poll_id=poll.number, person="@noa:x", at=when, way=ballots.TEXT, choices=[]
        )
        await ballots.record(db, ghost, said)
    assert (await at(room, TUESDAY))[-1] == TIED + REST


async def test_a_vote_sent_too_late_is_not_taken_from_the_server_either(quick: World) -> None:
    poll = await a_poll(quick, closes_at=TUESDAY)
    await votes(quick, "camille", poll, "1")
    await quick.settle()
    votes_read(
        quick,
        lambda events: [
            *events,
            replace(events[0], id="$late", sender="@lou:x", at=TUESDAY + timedelta(seconds=1)),
        ],
    )
    assert (await at(quick, TUESDAY))[-1].startswith("Résultat – Quels thèmes ? (1 vote)\n1. Emploi")


async def test_a_vote_that_cannot_be_decrypted_is_waited_for_ten_minutes_then_told(
    quick: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert timedelta(minutes=10) == close.MOST_TRIES * close.AGAIN
    monkeypatch.setattr(close, "MOST_TRIES", 3)
    poll = await a_poll(quick, closes_at=TUESDAY)
    await votes(quick, "camille", poll, "1")
    await quick.settle()

    def sealed(events: Sequence[Event]) -> list[Event]:
        return [
            *events,
            replace(
                events[0],
                id="$sealed",
                sender="@lou:x",
                at=IN_TIME,
                type="m.room.encrypted",
                content={},
                unreadable=True,
            ),
        ]

    votes_read(quick, sealed)
    for tries in range(3):
        assert not [
            text
            for text in await quick.wait_until_instant(TUESDAY + timedelta(seconds=45 * tries))
            if text.startswith("Résultat")
        ]
    (_, said) = await quick.wait_until_instant(TUESDAY + timedelta(seconds=45 * 3))
    assert "\nUn vote n’a pas pu être déchiffré : il n’est pas compté.\n" in said
    assert said.startswith("Résultat – Quels thèmes ? (1 vote)")


async def test_a_vote_whose_key_comes_meanwhile_counts(quick: World) -> None:
    poll = await a_poll(quick, closes_at=TUESDAY)
    await votes(quick, "camille", poll, "1")
    await quick.settle()
    keys: list[str] = []

    def read(events: Sequence[Event]) -> list[Event]:
        later = replace(events[0], id="$sealed", sender="@lou:x", at=IN_TIME)
        return [
            *events,
            later if keys else replace(later, type="m.room.encrypted", content={}, unreadable=True),
        ]

    votes_read(quick, read)
    await at(quick, TUESDAY)
    keys.append("came")
    assert (await at(quick, TUESDAY + timedelta(seconds=40)))[-1].startswith(
        "Résultat – Quels thèmes ? (2 votes)\n1. Emploi et insertion – 2 voix"
    )


async def test_an_unreadable_vote_of_somebody_who_voted_again_keeps_nobody_waiting(quick: World) -> None:
    poll = await a_poll(quick, closes_at=TUESDAY)
    await votes(quick, "camille", poll, "1")
    await quick.settle()

    def first_one(events: Sequence[Event]) -> list[Event]:
        earlier = events[0].at - timedelta(days=3)
        return [
            replace(
                events[0], id="$sealed", at=earlier, type="m.room.encrypted", content={}, unreadable=True
            ),
            *events,
        ]

    votes_read(quick, first_one)
    said = (await at(quick, TUESDAY))[-1]
    assert said.startswith("Résultat – Quels thèmes ? (1 vote)")
    assert "déchiffré" not in said


@pytest.mark.parametrize(
    "trouble", [PermanentError(403, "M_FORBIDDEN", "no"), TransientError(None, "room", "500")]
)
async def test_a_server_that_does_not_show_the_votes_leaves_those_that_were_heard(
    quick: World, monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    monkeypatch.setattr(close, "MOST_WAITS", 2)
    poll = await a_poll(quick, closes_at=TUESDAY)
    await votes(quick, "camille", poll, "1")
    await quick.settle()

    def refused(events: Sequence[Event]) -> list[Event]:
        raise trouble

    votes_read(quick, refused)
    said: list[str] = []
    for tries in range(4):
        said = await quick.wait_until_instant(TUESDAY + timedelta(seconds=45 * tries))
        if said and said[-1].startswith("Résultat"):
            break
    assert said[-1].startswith("Résultat – Quels thèmes ? (1 vote)\n1. Emploi")


# --- secret polls


async def test_a_secret_poll_leaves_nothing_of_who_voted_what(quick: World) -> None:
    poll = await a_poll(quick, mode="secret", closes_at=TUESDAY)
    file = secrets.key_file(quick.config.data_dir, poll.number)
    key = file.read_bytes()
    async with quick.db.write() as db:
        for n in range(5):
            await secrets.put(db, poll.number, secrets.digest(key, f"@p{n}:x"), [n % 2])
    assert (await at(quick, TUESDAY))[-1].startswith(
        "Résultat – Quels thèmes ? (5 votes)\n1. Emploi et insertion – 3 voix (60,0 %)\n"
        "2. Santé – 2 voix (40,0 %)\n"
    )
    assert not file.exists()
    assert await left(quick) == []
    stored = b"".join(path.read_bytes() for path in quick.config.data_dir.glob("animatrice.sqlite*"))
    assert secrets.digest(key, "@p0:x").encode() not in stored
    assert poll.boxes == []


async def test_below_five_votes_a_secret_poll_says_only_how_many(quick: World) -> None:
    poll = await a_poll(quick, mode="secret", most=2, closes_at=TUESDAY)
    key = secrets.key(quick.config.data_dir, poll.number) or b""
    async with quick.db.write() as db:
        for n in range(4):
            await secrets.put(db, poll.number, secrets.digest(key, f"@p{n}:x"), [0])
    assert (await at(quick, TUESDAY))[-1] == (
        "Résultat – Quels thèmes ? (4 votes)\n"
        "Moins de cinq votes : pour que chaque vote reste confidentiel, aucun détail n’est donné.\n"
        "Merci à toutes et à tous."
    )
    assert (await row(quick, poll)).result == {"voters": 4}


# --- what somebody took away


async def test_a_poll_that_a_moderator_removed_has_no_result_in_its_room(quick: World) -> None:
    poll = await a_poll(quick, closes_at=TUESDAY)
    for event in (poll.card, *poll.boxes):
        await redacts(quick, "morgan", event)
    assert await at(quick, TUESDAY) == []
    (said,) = [text for text in await quick.reads("team") if text.startswith("Le sondage")]
    assert said == (
        "Le sondage n° 1 a été retiré de son salon : je n’y publie pas le résultat. Pour le lire : "
        "`!resultats 1`."
    )


async def test_a_poll_whose_card_alone_is_removed_has_its_result(quick: World) -> None:
    poll = await a_poll(quick, closes_at=TUESDAY)
    await redacts(quick, "morgan", poll.card)
    assert await at(quick, TUESDAY) == ["Résultat – Quels thèmes ? (aucun vote)\nPersonne n’a voté."]


async def test_a_poll_that_was_never_shown_is_cancelled_without_a_word(quick: World) -> None:
    poll = await a_poll(
        quick, shown=False, mode="secret", opens_at=TUESDAY, closes_at=TUESDAY + timedelta(days=1)
    )
    await quick.says("morgan", "!prevu", room="team")
    await quick.taps("morgan", "1️⃣", room="team")
    assert await at(quick, TUESDAY + timedelta(days=1)) == []
    assert (await row(quick, poll)).status == polls.CANCELLED
    assert not secrets.key_file(quick.config.data_dir, poll.number).exists()


async def test_a_poll_whose_card_may_be_out_closes_once_that_is_known(quick: World) -> None:
    """The server was asked to show it and has not answered: people may be voting."""
    poll = await a_poll(quick, closes_at=TUESDAY)
    await votes(quick, "camille", poll, "1")
    await quick.settle()
    async with quick.db.write() as db:
        card, *_ = await outbox.versions(db, polls.card_key(poll.number), quick.rooms["network"])
        card.status, card.event_id, card.not_before = outbox.TRIED, None, TUESDAY + timedelta(hours=1)
        db.add(card)
    assert await at(quick, TUESDAY + timedelta(minutes=10)) == []
    assert (await row(quick, poll)).status == polls.PUBLISHED
    async with quick.db.write() as db:
        await outbox.sent(db, card.txn, poll.card, quick.clock.now())  # its own event comes back
    assert (await at(quick, TUESDAY + timedelta(minutes=11)))[-1].startswith(
        "Résultat – Quels thèmes ? (1 vote)"
    )


# --- dates


async def test_the_best_date_is_proposed_to_who_asked(quick: World) -> None:
    poll = await of_dates(quick)
    for who, answers in (("camille", "123"), ("lou", "112"), ("sacha", "113")):
        for part, answer in enumerate(answers):
            await votes(quick, who, poll, answer, part=part)
    said = (await at(quick, (await row(quick, poll)).closes_at))[-1]
    assert said == (
        "Résultat – Quelle date ? (3 votes)\n"
        "1. Mardi 9 mars 2027 – 3 oui, 0 si besoin, 0 non\n"
        "2. Mardi 16 mars 2027 – 2 oui, 1 si besoin, 0 non\n"
        "3. Mardi 23 mars 2027 – 0 oui, 1 si besoin, 2 non\n"
        "Merci à toutes et à tous."
    )
    assert await ended(quick, poll) == [1, 1, 1]
    assert len(await left(quick)) == 9  # until the meeting is entered
    line = (await quick.lines("team"))[-1]
    assert line.text == (
        "Sondage de dates n° 1 – mardi 9 mars 2027 : 3 oui, 0 si besoin ; personne n’a répondu non. "
        "Pour retenir cette date, touchez ✅ sous ce message, ou écrivez `!dates retenir 1 1`."
    )


# --- the boxes


async def test_a_box_that_shows_the_same_result_stays(quick: World) -> None:
    poll = await a_poll(quick, closes_at=TUESDAY)
    await votes(quick, "camille", poll, "2")
    await votes(quick, "lou", poll, "1")
    await at(quick, TUESDAY)
    assert await ended(quick, poll) == [1]
    assert poll.boxes[0] in [line.id for line in await quick.lines()]


async def test_a_box_that_lacks_a_vote_goes_with_the_close(quick: World) -> None:
    poll = await a_poll(quick, closes_at=TUESDAY)
    await votes(quick, "camille", poll, "2")
    (noted,) = await quick.says("camille", "!vote 1")
    assert noted == (
        "Vote noté : Emploi et insertion. Il remplace le précédent.\n"
        "L’encadré montre encore votre choix d’avant : c’est ce vote-ci qui compte."
    )
    await at(quick, TUESDAY)
    assert poll.boxes[0] not in [line.id for line in await quick.lines()]
    assert (await titles(quick))[-1] == "Résultat – Quels thèmes ? (1 vote)"


async def test_a_vote_that_comes_between_the_close_and_the_end_of_its_box_takes_the_box_away(
    quick: World,
) -> None:
    poll = await a_poll(quick, closes_at=TUESDAY)
    await votes(quick, "camille", poll, "2")
    await quick.settle()
    quick.clock.offset += TUESDAY + timedelta(seconds=1) - quick.clock.now()
    await votes(quick, "lou", poll, "1")
    await quick.settle()
    assert poll.boxes[0] not in [line.id for line in await quick.lines()]
    assert "Résultat – Quels thèmes ? (1 vote)" in await titles(quick)


async def test_a_box_that_somebody_ends_early_goes_and_shows_nothing(quick: World) -> None:
    poll = await a_poll(quick, closes_at=TUESDAY)
    await votes(quick, "camille", poll, "2")
    related = {"m.relates_to": {"rel_type": "m.reference", "event_id": poll.boxes[0]}}
    await quick.person("morgan").send(quick.rooms["network"], END, {END: {}} | related)
    await quick.wait_until_instant(quick.clock.now() + timedelta(minutes=1))
    (card,) = await quick.lines()
    assert "L’encadré a été fermé : pour voter, écrivez `!vote 1`." in card.text
    assert "1 vote – clôture" in card.text, "what was voted there counts"

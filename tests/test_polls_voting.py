"""Voting as members do: in the native poll, with a number under the card, or in words;
what counts, and what they are told when it does not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from bot.outbox import Cause, UnitOfWork
from commands.polls import parse_vote, tap_vote
from schedules.polls.card import publish
from storage.polls import ballots, counting, polls, secrets
from storage.polls.polls import MAYBE, NO, YES
from storage.tables import Ballot, OutboxEntry, Poll, Question
from tests.support.world import World

THEMES = ("Emploi et insertion", "Santé", "Numérique", "Actualités nationales")
DRAWN = "L’encadré montre encore votre choix d’avant : c’est ce vote-ci qui compte."
DATES = ({"day": "2027-03-09"}, {"day": "2027-03-16"}, {"day": "2027-03-23"})


@dataclass(frozen=True)
class Published:
    number: int
    card: str
    boxes: Sequence[str]


async def a_poll(world: World, room: str = "network", **more: Any) -> Published:
    """About themes unless told otherwise, open for a day."""
    async with world.db.write() as db:
        before = len((await db.exec(select(Poll))).all())
        now = world.clock.now()
        values: dict[str, Any] = {
            "question": "Quels thèmes ?",
            "choices": list(THEMES),
            "opens_at": now,
            "closes_at": now + timedelta(days=1),
        }
        names: dict[str, Any] = {
            "event_id": f"$asked{before}",
            "author": "@animation:reseau.example.org",
            "asked_in": world.rooms["team"],
        }
        row = Poll(**names, **values | {"room_id": world.rooms[room]} | more)
        db.add(row)
        await db.flush()
        await publish(
            UnitOfWork(outbox=world.app.outbox, db=db, cause=Cause(id=row.event_id, at=now), now=now),
            row,
            urgent=True,
        )
        number = row.id
    await world.wait_until_instant(world.clock.now(), room)
    async with world.db.read() as db:
        entries = {
            entry.message_key: entry.event_id or ""
            for entry in (await db.exec(select(OutboxEntry).where(OutboxEntry.version == 0))).all()
        }
    boxes = [entries[key] for part in range(3) if (key := polls.box_key(number, part)) in entries]
    return Published(number, entries[polls.card_key(number)], boxes)


async def of_dates(world: World) -> Published:
    return await a_poll(world, kind="dates", question="Quelle date ?", choices=[], days=list(DATES))


async def counted(world: World, poll: Published) -> counting.Outcome:
    await world.settle()
    async with world.db.read() as db:
        row = await polls.poll(db, poll.number)
        assert row is not None
        if row.mode == polls.SECRET:
            return counting.secret_outcome(row, await ballots.of_secret(db, poll.number))
        found = counting.outcome(row, await ballots.of_poll(db, poll.number))
        assert found.voters == await ballots.voters(db, poll.number)
        return found


async def counts(world: World, poll: Published) -> tuple[int, ...]:
    return (await counted(world, poll)).counts


async def votes(
    world: World, who: str, poll: Published, *answers: str, part: int = 0, room: str = "network"
) -> str:
    """In the native poll."""
    event: str = await world.person(who).votes(world.rooms[room], poll.boxes[part], *answers)
    return event


async def said(world: World, room: str = "network") -> list[str]:
    """What the bot says, other than the cards of polls."""
    heard = await world.wait_until_instant(world.clock.now(), room)
    return [text for text in heard if not text.startswith("Sondage – ")]


async def redacts(world: World, who: str, event: str, room: str = "network") -> None:
    await world.person(who).redact(world.rooms.get(room, room), event)
    await world.settle()


# --- every way


async def test_whatever_the_way_the_last_vote_counts_and_taking_it_back_brings_back_the_one_before(
    room: World,
) -> None:
    poll = await a_poll(room)
    await votes(room, "camille", poll, "1")
    assert await counts(room, poll) == (1, 0, 0, 0)
    assert await room.says("camille", "!vote 2") == [f"Vote noté : Santé. Il remplace le précédent.\n{DRAWN}"]
    tap = await room.person("camille").react(room.rooms["network"], poll.card, "3️⃣")
    assert await counts(room, poll) == (0, 0, 1, 0)
    stable = {"m.selections": ["4"], "m.relates_to": {"rel_type": "m.reference", "event_id": poll.boxes[0]}}
    await room.person("lou").send(room.rooms["network"], "m.poll.response", stable)
    assert await counts(room, poll) == (0, 0, 1, 1)
    await redacts(room, "camille", tap)
    assert await counts(room, poll) == (0, 1, 0, 1)
    await votes(room, "lou", poll)
    assert await counts(room, poll) == (0, 1, 0, 0)
    await room.restart()
    assert await counts(room, poll) == (0, 1, 0, 0)
    assert await said(room) == []


async def test_a_native_vote_or_a_tap_says_nothing_but_the_count_of_the_card(quick: World) -> None:
    poll = await a_poll(quick)
    await votes(quick, "camille", poll, "1")
    await quick.taps("lou", "2️⃣", on=poll.card)
    heard = await quick.wait_until_instant(quick.clock.now() + timedelta(minutes=1))
    assert [text.splitlines()[-1] for text in heard] == ["2 votes – clôture mardi 24 novembre à 10 h"]


async def test_a_number_counts_with_or_without_what_clients_add_to_it(quick: World) -> None:
    poll = await a_poll(quick, choices=[f"choix {n}" for n in range(1, 9)], most=4)
    for key in ("1\u20e3", "2\ufe0f\u20e3", "9️⃣", "🔟", "👍", "7"):
        await quick.person("camille").react(quick.rooms["network"], poll.card, key)
    await quick.taps("camille", "3️⃣", on=poll.boxes[0])
    assert await counts(quick, poll) == (1, 1, 0, 0, 0, 0, 0, 0)
    assert tap_vote.NUMBERS["🔟"] == 9


# --- in words


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("1 4", (1, 4)),
        ("1, 4 et 2.", (1, 4, 2)),
        ("1 & 4", (1, 4)),
        ("4️⃣", (4,)),
        ("2 2", (2,)),
        ("n° 3", (3,)),
        ("7", (7,)),
        ("sante", (2,)),
        ("Santé, numérique", (2, 3)),
        ("retirer", ()),
        ("aucun", ()),
        ("0", ()),
        ("le premier", None),
        ("1 peut-être", None),
        ("", None),
    ],
)
def test_a_vote_is_read_however_it_is_written(written: str, read: tuple[int, ...] | None) -> None:
    assert parse_vote.choices(written, THEMES) == read


def test_a_word_that_withdraws_or_a_number_may_be_a_choice() -> None:
    assert parse_vote.choices("aucun", ["Un", "Aucun"]) == (2,)
    assert parse_vote.choices("2027", ["2026", "2027"]) == (2,)
    assert parse_vote.choices("1", ["3", "2", "1"]) == (1,)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("1 3", {1: YES, 2: NO, 3: YES}),
        ("1 oui, 2 si besoin, 3 non", {1: YES, 2: MAYBE, 3: NO}),
        ("1 et 2 si besoin, 3 oui", {1: MAYBE, 2: MAYBE, 3: YES}),
        ("1 : oui ; 2 : peut-être", {1: YES, 2: MAYBE}),
        ("1 yes 2 no", {1: YES, 2: NO}),
        ("toutes", {1: YES, 2: YES, 3: YES}),
        ("aucune", {1: NO, 2: NO, 3: NO}),
        ("retirer", {}),
        ("4 oui", {4: YES}),
        ("1 oui, 2", None),
        ("oui", None),
        ("1 volontiers", None),
    ],
)
def test_answers_to_dates_are_read_however_they_are_written(
    written: str, read: dict[int, int] | None
) -> None:
    assert parse_vote.dates(written, 3) == read


async def test_too_many_answers_or_what_is_no_choice_leave_the_vote_before(quick: World) -> None:
    poll = await a_poll(quick, most=2)
    assert await quick.says("alix", "!vote 2 4") == ["Vote noté : Santé, Actualités nationales."]
    assert await quick.says("alix", "!vote 1 2 4") == [
        (
            "Deux réponses au plus, Alix. Votre vote n’est pas encore enregistré : lesquelles gardez-vous "
            "? Par exemple `!vote 1 4`."
        )
    ]
    assert await quick.says("alix", "!vote 7") == [
        (
            "Ce sondage va de 1 à 4, Alix : il n’a pas de n° 7. Votre vote n’est pas encore enregistré. "
            "Par exemple `!vote 1 4`."
        )
    ]
    assert await quick.says("alix", "!vote le premier") == [
        (
            "Je n’ai pas compris « le premier », Alix : votre vote n’est pas encore enregistré. Par "
            "exemple `!vote 1 4`, ou `!vote retirer`."
        )
    ]
    assert await counts(quick, poll) == (0, 1, 0, 1)


async def test_a_vote_is_withdrawn_in_a_word(quick: World) -> None:
    poll = await a_poll(quick)
    assert await quick.says("camille", "!vote retirer") == ["Vous n’aviez pas de vote à retirer, Camille."]
    assert await quick.says("camille", "!vote emploi et insertion") == ["Vote noté : Emploi et insertion."]
    assert await quick.says("camille", "!vote retirer") == ["Votre vote est retiré, Camille."]
    assert await counts(quick, poll) == (0, 0, 0, 0)


async def test_a_vote_that_is_deleted_no_longer_counts_and_its_answer_says_so(quick: World) -> None:
    poll = await a_poll(quick)
    await quick.says("camille", "!vote 1")
    second = await quick.tells("camille", "!vote 2")
    await quick.settle()
    await redacts(quick, "camille", second)
    assert await counts(quick, poll) == (1, 0, 0, 0)
    assert (await said(quick))[-1] == "Ce vote est retiré, Camille : c’est le précédent qui compte."


async def test_a_vote_that_is_edited_counts_as_edited(quick: World) -> None:
    poll = await a_poll(quick)
    first = await quick.tells("camille", "!vote 1")
    await quick.settle()
    assert await quick.says("camille", "!vote 2", edit_of=first) == ["Vote noté : Santé."]
    assert await counts(quick, poll) == (0, 1, 0, 0)
    await quick.says("camille", "Bonjour", edit_of=first)
    assert await counts(quick, poll) == (0, 0, 0, 0)


async def test_editing_a_vote_after_the_close_changes_nothing(quick: World) -> None:
    await a_poll(quick)
    first = await quick.tells("camille", "!vote 1")
    await quick.settle()
    (entry,) = await acts_of(quick)
    async with quick.db.write() as db:
        (await db.exec(select(Poll))).one().closes_at = entry.at
    heard = await quick.says("camille", "!vote n° 1 2", edit_of=first)
    late = (
        "Camille, le sondage n° 1 est clos depuis le lundi 23 novembre à 10 h : cette modification n’a pas "
        "été prise en compte."
    )
    assert late in heard
    assert any("1. Emploi et insertion – 1 voix" in text for text in heard)


async def test_without_a_number_the_choices_and_a_line_to_copy_are_shown(quick: World) -> None:
    await a_poll(quick)
    assert await quick.says("camille", "!vote") == [
        (
            "Sondage – Quels thèmes ?\n1. Emploi et insertion\n2. Santé\n3. Numérique\n"
            "4. Actualités nationales\nPour relire votre vote, écrivez-moi `vote n° 1` en message privé.\n"
            "Pour voter, écrivez `!vote 1`."
        )
    ]


# --- which poll


async def test_where_there_is_no_poll_one_is_told_so_and_where_there_is_one_votes_in_private_too(
    quick: World,
) -> None:
    assert await quick.says("camille", "!vote 1") == ["Il n’y a pas de sondage en cours dans ce salon."]
    direct = await quick.direct("camille")
    assert await quick.says("camille", "vote 1", room=direct) == [
        "Il n’y a pas de sondage en cours dans vos salons."
    ]
    poll = await a_poll(quick)
    assert await quick.says("camille", "vote 2", room=direct) == ["Vote noté : Santé."]
    assert await counts(quick, poll) == (0, 1, 0, 0)


async def test_of_two_polls_one_is_named_by_its_number_or_by_a_reply(quick: World) -> None:
    first, second = await a_poll(quick), await a_poll(quick, question="Quel lieu ?", choices=["Ici", "Là"])
    assert await quick.says("camille", "!vote 1") == [
        "Plusieurs sondages sont en cours. Duquel s’agit-il ? Votre vote n’est pas encore enregistré.\n"
        "- `!vote n° 1 1` – Quels thèmes ?\n- `!vote n° 2 1` – Quel lieu ?"
    ]
    await quick.says("camille", "!vote n° 2 1")
    await quick.says("lou", "!vote sondage 2 : 2")
    await quick.says("alix", "!vote 3", reply_to=first.card)
    await quick.says("noa", "!vote 2", reply_to=second.boxes[0])
    assert await counts(quick, first) == (0, 0, 1, 0)
    assert await counts(quick, second) == (1, 2)


async def test_no_line_is_given_to_copy_that_would_be_refused(quick: World) -> None:
    await a_poll(quick)
    await a_poll(quick, question="Quel lieu ?", mode="discreet")
    (asked,) = await quick.says("camille", "!vote 2")
    assert asked.endswith("\n- `!vote n° 1 1` – Quels thèmes ?\n- Quel lieu ? – on vote dans l’encadré")
    (listed,) = await quick.says("camille", "sondages", room=await quick.direct("camille"))
    assert listed.endswith("\nPour voter : `vote`")


async def test_a_poll_of_a_room_that_one_is_not_in_is_not_there(quick: World) -> None:
    poll = await a_poll(quick, room="team")
    assert await quick.says("camille", f"!vote n° {poll.number} 1") == [
        "Je ne trouve pas ce sondage dans vos salons. Sans numéro de sondage : `!vote 1`."
    ]


# --- what does not count


async def test_after_the_close_a_vote_does_not_count_and_is_told_so(quick: World) -> None:
    await a_poll(quick)
    await quick.wait_until("mardi 24 novembre 10 h 05")
    late = (
        "Camille, le sondage n° 1 est clos depuis le mardi 24 novembre à 10 h : votre vote n’a pas été "
        "compté."
    )
    assert late in await quick.says("camille", "!vote 1")
    assert await acts_of(quick) == []


async def test_of_those_who_tap_after_the_close_the_room_hears_one_line(quick: World) -> None:
    poll = await a_poll(quick)
    await votes(quick, "alix", poll, "17")
    await quick.settle()
    await quick.wait_until("mardi 24 novembre 10 h 05")
    private = await quick.direct("claude")
    before = len(await quick.reads())
    for who in ("lou", "sacha", "dominique", "claude"):
        await votes(quick, who, poll, "1")
    await quick.taps("noa", "1️⃣", on=poll.card)
    after = (await quick.reads())[before:]
    assert after == [
        (
            "Le sondage n° 1 est clos depuis le mardi 24 novembre à 10 h : les votes arrivés depuis ne "
            "sont pas comptés."
        )
    ]
    assert (await quick.reads(private))[-1].startswith("Claude, le sondage n° 1 est clos")
    await votes(quick, "alix", poll, "1")
    assert (
        "Alix, le sondage n° 1 est clos depuis le mardi 24 novembre à 10 h : votre vote n’a pas été compté."
        in await said(quick)
    )
    assert await acts_of(quick) == []


async def test_a_spoiled_ballot_is_told_once_and_the_hint_follows_what_was_done_since(quick: World) -> None:
    poll = await a_poll(quick)
    for _ in range(3):
        await votes(quick, "alix", poll, "17")
        await quick.settle()
    assert await said(quick) == [
        "Alix, je n’ai pas pu lire votre vote au sondage n° 1 : il n’est pas compté. "
        "Touchez à nouveau votre réponse dans l’encadré, ou écrivez `!vote n° 1 1`."
    ]
    await votes(quick, "alix", poll, "2")
    assert await said(quick) == ["Alix, votre vote au sondage n° 1 est bien enregistré."]
    async with quick.db.read() as db:
        assert (
            len(
                (
                    await db.exec(
                        select(OutboxEntry).where(col(OutboxEntry.message_key).startswith(polls.HINT))
                    )
                ).all()
            )
            == 2
        )


async def test_a_hint_goes_to_the_room_of_the_two_where_there_is_one(quick: World) -> None:
    poll = await a_poll(quick)
    direct = await quick.direct("alix")
    await votes(quick, "alix", poll, "1", "2", "3")
    assert await said(quick) == []
    assert await said(quick, direct) == [
        (
            "Une seule réponse, Alix. Au sondage n° 1, seul le début de votre vote est compté. Pour "
            "choisir autrement, votez à nouveau dans l’encadré."
        )
    ]
    assert await counts(quick, poll) == (1, 0, 0, 0)


async def test_guests_vote_where_the_poll_is_open_to_them(quick: World) -> None:
    poll = await a_poll(quick, room="open")
    await votes(quick, "stef.exterieur", poll, "1", room="open")
    assert await counts(quick, poll) == (1, 0, 0, 0)
    assert await quick.says("stef.exterieur", "!vote 2", room="open") == [
        f"Vote noté : Santé. Il remplace le précédent.\n{DRAWN}"
    ]
    closed = await a_poll(quick, room="open", members_only=True)
    await votes(quick, "stef.exterieur", closed, "1", room="open")
    assert await said(quick, "open") == [
        (
            "Stef, ce sondage est réservé aux membres du réseau : votre vote n’a pas été compté. Je peux "
            "vous indiquer une personne : `!contact`."
        )
    ]
    assert await counts(quick, closed) == (0, 0, 0, 0)


# --- discreet


async def test_a_discreet_poll_takes_neither_words_nor_numbers_under_its_card(quick: World) -> None:
    poll = await a_poll(quick, mode="discreet")
    assert await quick.says("camille", "!vote 1") == [
        "Au sondage n° 1, on vote dans l’encadré, sous le message du sondage : touchez votre réponse. "
        "S’il ne s’affiche pas, ouvrez ce salon avec Tchap ou Element."
    ]
    await quick.taps("lou", "1️⃣", on=poll.card)
    assert (
        "Lou, ce vote n’est pas compté : au sondage n° 1, on vote dans l’encadré. Vous pouvez retirer "
        "votre réaction."
    ) in await quick.reads()
    await votes(quick, "camille", poll, "3")
    assert await counts(quick, poll) == (0, 0, 1, 0)


# --- secret


async def test_a_secret_poll_is_voted_in_private_without_a_word_of_the_choice(room: World) -> None:
    poll = await a_poll(room, mode="secret", most=2)
    assert poll.boxes == []
    assert await room.says("camille", "!vote") == ["Je vous écris en message privé."]
    direct = await room.direct("camille")
    answer = await room.says("camille", "vote 1 3", room=direct)
    assert answer == [
        (
            "Votre vote est enregistré. Vous pouvez le changer jusqu’au mardi 24 novembre à 10 h : le "
            "dernier compte."
        )
    ]
    assert await counts(room, poll) == (1, 0, 1, 0)
    await room.says("camille", "vote n° 1 2", room=direct)
    assert await counts(room, poll) == (0, 1, 0, 0)
    await room.restart()
    assert "retiré" in (await room.says("camille", "vote retirer", room=direct))[0]
    assert (await counted(room, poll)).voters == 0


async def test_a_secret_vote_said_in_the_room_does_not_count_and_one_is_told_that_it_shows(
    quick: World,
) -> None:
    poll = await a_poll(quick, mode="secret")
    assert await quick.says("camille", "!vote 3") == [
        "Ce sondage est confidentiel : votre vote n’est pas enregistré. Écrivez-le-moi en message privé : "
        "`vote n° 1 1`. "
        "Votre message reste visible ici : vous pouvez le supprimer."
    ]
    await quick.taps("lou", "2️⃣", on=poll.card)
    assert any("Retirez votre réaction, que le salon peut voir" in text for text in await quick.reads())
    assert (await counted(quick, poll)).voters == 0


async def test_the_last_secret_vote_is_edited_or_deleted_and_an_earlier_one_changes_nothing(
    quick: World,
) -> None:
    poll = await a_poll(quick, mode="secret")
    direct = await quick.direct("camille")
    first = await quick.tells("camille", "vote 1", room=direct)
    last = await quick.tells("camille", "vote 2", room=direct)
    await quick.settle()
    await redacts(quick, "camille", first, direct)
    assert await counts(quick, poll) == (0, 1, 0, 0)
    await quick.says("camille", "vote 4", room=direct, edit_of=last)
    assert await counts(quick, poll) == (0, 0, 0, 1)
    await redacts(quick, "camille", last, direct)
    assert (await counted(quick, poll)).voters == 0
    assert (await quick.reads(direct))[-1].startswith("Votre vote est retiré")


async def test_in_private_a_secret_poll_shows_its_choices_and_a_refused_vote_repeats_nothing_of_it(
    quick: World,
) -> None:
    poll = await a_poll(quick, mode="secret", most=2)
    direct = await quick.direct("camille")
    shown = (await quick.says("camille", "vote", room=direct))[0].splitlines()
    assert shown[:2] == [
        "Sondage – Quels thèmes ?",
        "Deux réponses au plus, jusqu’au mardi 24 novembre à 10 h.",
    ]
    assert shown[2:7] == [
        *(f"{n}. {theme}" for n, theme in enumerate(THEMES, 1)),
        "Pour voter, écrivez ici `vote 1 4`.",
    ]
    assert (
        shown[-1]
        == "Votre message, lui, reste dans cette conversation : vous pourrez le supprimer après la clôture."
    )
    assert await quick.says("camille", "vote 2 3 4", room=direct) == [
        "Deux réponses au plus. Votre vote n’est pas encore enregistré. Par exemple `vote 1 4`."
    ]
    assert await quick.says("camille", "vote numerik", room=direct) == [
        (
            "Je n’ai pas compris votre vote, il n’est pas enregistré. Répondez par des numéros de 1 à 4 : "
            "`vote 1 4`."
        )
    ]
    assert (await counted(quick, poll)).voters == 0


async def test_no_row_but_the_ballot_holds_a_secret_choice(quick: World) -> None:
    await a_poll(quick, mode="secret", choices=["pomme", "poirier", "cerise"])
    direct = await quick.direct("camille")
    await quick.says("camille", "vote cerise", room=direct)
    await quick.says("camille", "vote cerise poirier", room=direct)
    assert await quick.says("camille", "vtoe cerise", room=direct) == [
        "Je ne connais pas « vtoe ». Vouliez-vous dire `vote` ? Touchez ✅ si c’est cela."
    ]
    async with quick.db.read() as db:
        (receipt,) = (await db.exec(select(Ballot))).all()
        answers = (await db.exec(select(OutboxEntry).where(OutboxEntry.room_id == direct))).all()
        questions = (await db.exec(select(Question))).all()
    assert (receipt.way, receipt.choices, receipt.filled) == (secrets.RECEIPT, None, False)
    assert not any("cerise" in str(entry.content) for entry in answers)
    assert [question.data for question in questions] == [{"line": "vote"}]


async def test_a_secret_vote_that_could_not_be_read_before_a_newer_one_does_not_replace_it(
    quick: World,
) -> None:
    poll = await a_poll(quick, mode="secret")
    direct = await quick.direct("camille")
    await quick.says("camille", "vote 1", room=direct)
    async with quick.db.write() as db:
        (await db.exec(select(Ballot))).one().at += timedelta(hours=1)
    assert await quick.says("camille", "vote 2", room=direct) == [
        "Vous avez voté de nouveau depuis : c’est ce dernier vote qui compte."
    ]
    assert await counts(quick, poll) == (1, 0, 0, 0)


async def test_without_its_key_a_secret_poll_takes_no_vote_that_could_count_twice(quick: World) -> None:
    poll = await a_poll(quick, mode="secret")
    direct = await quick.direct("camille")
    await quick.says("camille", "vote 1", room=direct)
    secrets.destroy_key(quick.config.data_dir, poll.number)
    assert await quick.says("camille", "vote 2", room=direct) == [
        (
            "Je ne peux plus enregistrer de vote à ce sondage, à cause d’un incident de mon côté. L’équipe "
            "d’animation est prévenue."
        )
    ]
    assert await counts(quick, poll) == (1, 0, 0, 0)
    assert any("La clé du sondage confidentiel n° 1 manque" in text for text in await quick.reads("team"))


# --- dates


async def test_dates_are_answered_one_by_one_natively_or_in_words(quick: World) -> None:
    poll = await of_dates(quick)
    await votes(quick, "camille", poll, "2", part=1)
    assert await quick.says("camille", "!vote 1 oui, 3 non") == [
        (
            "Vote noté, Camille :\n1. Mardi 9 mars 2027 : Oui\n2. Mardi 16 mars 2027 : Si besoin\n"
            "3. Mardi 23 mars 2027 : Non\nIl remplace le précédent."
        )
    ]
    assert (await counted(quick, poll)).days == ((1, 0, 0), (0, 1, 0), (0, 0, 1))
    await quick.taps("lou", "1️⃣", on=poll.card)
    assert (await counted(quick, poll)).voters == 1
    await quick.says("camille", "!vote retirer")
    assert (await counted(quick, poll)).voters == 0


async def acts_of(world: World) -> Sequence[Ballot]:
    async with world.db.read() as db:
        return (await db.exec(select(Ballot))).all()


async def test_vote_alone_tells_their_own_in_private_and_not_in_the_room(quick: World) -> None:
    poll = await a_poll(quick, most=2)
    private = await quick.direct("camille")
    assert "\nVous n’avez pas encore voté.\n" in (await quick.says("camille", "vote", private))[0]
    await quick.person("camille").votes(quick.rooms["network"], poll.boxes[0], "1", "3")
    (said,) = await quick.says("camille", "vote", private)
    assert "\nVotre vote :\n1. Emploi et insertion\n3. Numérique\nPour voter, écrivez" in said
    (said,) = await quick.says("camille", "!vote")
    assert "\nPour relire votre vote, écrivez-moi `vote n° 1` en message privé.\n" in said
    assert "Votre vote :" not in said


async def test_of_a_vote_in_private_the_room_sees_a_number_as_the_card_says(quick: World) -> None:
    poll = await a_poll(quick)
    private = await quick.direct("camille")
    before = len(await quick.events())
    assert await quick.says("camille", "vote 2", private) == ["Vote noté : Santé."]
    await quick.wait_until_instant(quick.clock.now() + timedelta(minutes=1))
    edits = (await quick.events())[before:]
    assert {each["content"]["m.relates_to"]["event_id"] for each in edits} == {poll.card}
    assert "amille" not in str([each["content"] for each in edits])
    card = next(line.text for line in await quick.lines() if line.id == poll.card)
    assert "sauf pour un vote écrit en message privé" in card
    assert card.splitlines()[-1].startswith("1 vote – ")

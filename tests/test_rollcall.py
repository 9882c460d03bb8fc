"""The day of a meeting: who is there says so with a word, is counted once, and has an attestation."""

from datetime import datetime
from io import BytesIO

from pypdf import PdfReader

from bot.app import load
from storage.rollcall import rollcalls
from storage.rollcall.words import WORDS, parse, tap_of
from storage.tables import CheckIn, RollCall
from tests.support.meeting_fixture import MeetingFixture, announced_meeting, change_meeting
from tests.support.world import PARIS, World

DAY = datetime(2026, 12, 10, 9, 40, tzinfo=PARIS)


async def opened(world: World, at: datetime = DAY) -> tuple[MeetingFixture, RollCall]:
    """The roll call of a meeting, on its day."""
    meeting = await announced_meeting(world)
    await world.wait_until_instant(at)
    await world.says("morgan", "!pointage T4", "team")
    return meeting, await roll_call(world)


async def roll_call(world: World) -> RollCall:
    async with world.db.read() as db:
        roll = await rollcalls.of_meeting(db, 1)
    assert roll is not None
    return roll


async def there(world: World) -> dict[str, str]:
    """By first name: on site or remote."""
    await world.settle()
    async with world.db.read() as db:
        rows = await rollcalls.everybody(db, 1)
    return {
        row.name.partition(" ")[0]: "remote" if row.remote else "on site" for row in rows if not row.removed
    }


async def number_of(world: World, name: str) -> str:
    async with world.db.read() as db:
        rows: list[CheckIn] = list(await rollcalls.everybody(db, 1))
    return next(row.number for row in rows if row.name.startswith(name))


def wrong(roll: RollCall) -> str:
    return next(each for each in roll.choices if each != roll.word)


async def card(world: World) -> str:
    return next(line.id for line in await world.lines() if "dites que vous êtes là" in line.text)


async def test_a_day_from_the_word_to_the_attestation(quick: World) -> None:
    assert (await quick.says("morgan", "!pointage", "team"))[0].startswith("Aucune rencontre n’est prévue")
    await announced_meeting(quick)
    assert await quick.says("morgan", "!pointage T4", "team") == [
        "Le pointage s’ouvre le jour de la rencontre : jeudi 10 décembre."
    ]
    await quick.says("camille", "!presence oui")
    await quick.says("sacha", "!presence oui")
    await quick.says("lou", "!presence visio")
    await quick.wait_until_instant(DAY)
    said = await quick.says("morgan", "!pointage", "team")
    roll = await roll_call(quick)
    assert said[-1].startswith(
        "Pointage de la rencontre du jeudi 10 décembre\nLe mot à dire dans la salle et en visio : "
    )
    assert roll.word in said[-1]
    direct = {who: await quick.direct(who) for who in ("camille", "lou", "dominique")}

    # in private, from afar, without having answered, in the room, and by a tap
    assert (await quick.says("camille", f"Bonjour, le {roll.word} !", direct["camille"]))[-1].splitlines()[
        0
    ] == ("C’est noté, Camille : vous êtes à la rencontre du jeudi 10 décembre.")
    assert "en visio" in (await quick.says("lou", roll.word, direct["lou"]))[-1]
    assert (
        "Vous n’aviez pas répondu à l’invitation : ce n’est pas grave."
        in (await quick.says("dominique", roll.word, direct["dominique"]))[-1]
    )
    await quick.says("claude", roll.word)
    await quick.taps("alix", tap_of(roll.word), on=await card(quick))
    assert await there(quick) == {
        "Camille": "on site",
        "Lou": "remote",
        "Dominique": "on site",
        "Claude": "on site",
        "Alix": "on site",
    }

    # the team adds, by name too, and takes back for good
    assert (await quick.says("morgan", "!pointage T4 ajouter Noa", "team"))[0].startswith("C’est noté : Noa")
    asked = await quick.says("morgan", "!pointage T4 ajouter Jean Dupont", "team")
    assert "sans compte de messagerie" in asked[0]
    await quick.says("morgan", "oui", "team")
    assert (await quick.says("morgan", "!pointage T4 retirer Claude", "team"))[0].startswith(
        "C’est retiré : Claude"
    )
    assert "L’équipe a retiré votre présence" in " ".join(await quick.says("claude", roll.word))
    assert set(await there(quick)) == {"Camille", "Lou", "Dominique", "Alix", "Noa", "Jean"}

    # it closes by itself
    await quick.wait_until_instant(datetime(2026, 12, 11, 9, tzinfo=PARIS))
    closed = next(text for text in await quick.reads("team") if text.startswith("Pointage clos"))
    await quick.wait_until_instant(datetime(2026, 12, 11, 9, 5, tzinfo=PARIS))
    closed_card = next(line for line in await quick.lines() if "est clos" in line.text)
    assert "Animatrice" not in [name for names in closed_card.reactions.values() for name in names]
    assert closed.splitlines()[1:3] == [
        "6 personnes présentes : 5 sur place, 1 en visio",
        "Personnes attendues et pas venues : 1 – Venues sans l’avoir annoncé : 4",
    ]
    assert "est clos" in (await quick.says("claude", roll.word, await quick.direct("claude")))[-1]

    # an attestation for who was there, and for nobody else
    said = await quick.says("camille", "attestation", direct["camille"])
    assert said[-2:] == [
        "Votre attestation pour la rencontre du jeudi 10 décembre :",
        "attestation-2026-T4.pdf",
    ]
    assert (
        "parmi les personnes présentes"
        in (await quick.says("claude", "attestation", await quick.direct("claude")))[-1]
    )
    number = await number_of(quick, "Camille")
    file = (await quick.lines(direct["camille"]))[-1].id
    paper = PdfReader(BytesIO(await quick.app.web.rooms.download(direct["camille"], file, 1_000_000)))
    printed = " ".join(paper.pages[0].extract_text().split())
    assert "Camille [Marquemont] a participé sur place à la rencontre du réseau" in printed
    assert f"Attestation n° {number}" in printed
    told = (await quick.says("lou", f"verifier {number.lower().replace('-', ' ')}", direct["lou"]))[-1]
    assert told.startswith(f"L’attestation {number} est authentique : rencontre du jeudi 10 décembre 2026.")
    assert "Camille" not in told
    assert "au nom de Camille" in (await quick.says("morgan", f"!verifier {number}", "team"))[-1]
    gone = await number_of(quick, "Claude")
    assert "Aucune attestation" in (await quick.says("lou", f"verifier {gone}", direct["lou"]))[-1]


async def test_guesses_are_few_and_a_slip_is_none(quick: World) -> None:
    _, roll = await opened(quick)
    direct = await quick.direct("lou")
    for _ in range(2):
        assert (await quick.says("lou", wrong(roll), direct))[-1].startswith("Ce n’est pas le mot")
    await quick.says("lou", "véllo", direct)
    assert "dernier essai" in (await quick.says("lou", wrong(roll), direct))[-1]
    assert "dernier essai" in (await quick.says("lou", roll.word, direct))[-1]
    assert await there(quick) == {}


async def test_what_is_taken_back_in_time_never_was(quick: World) -> None:
    _, roll = await opened(quick)
    said = await quick.tells("claude", roll.word)
    await quick.settle()
    alix, network = quick.person("alix"), quick.rooms["network"]
    tap = await alix.react(network, await card(quick), tap_of(roll.word))
    assert set(await there(quick)) == {"Claude", "Alix"}
    await quick.person("claude").redact(network, said)
    await alix.redact(network, tap)
    assert await there(quick) == {}


async def test_a_meeting_that_moved_or_was_cancelled_was_attended_by_nobody(quick: World) -> None:
    meeting, roll = await opened(quick)
    direct = await quick.direct("lou")
    await quick.says("lou", roll.word, direct)
    number = await number_of(quick, "Lou")
    later = datetime(2026, 12, 17, 9, 30, tzinfo=PARIS)
    await change_meeting(quick, "2026-T4", starts_at=later, ends_at=later.replace(hour=14))
    assert "parmi les personnes présentes" in (await quick.says("lou", "attestation T4", direct))[-1]
    assert "Aucune attestation" in (await quick.says("lou", f"verifier {number}", direct))[-1]
    await quick.wait_until_instant(later)
    assert "Pointage clos" not in "\n".join(await quick.reads("team"))
    await quick.says("morgan", "!pointage T4", "team")
    assert await there(quick) == {}
    await quick.says("lou", (await roll_call(quick)).word, direct)
    await meeting.change(status="cancelled")
    assert "annulée" in (await quick.says("lou", "attestation T4", direct))[-1]


async def test_who_is_added_before_it_opens_is_counted_with_the_others(quick: World) -> None:
    await announced_meeting(quick)
    await quick.wait_until_instant(DAY)
    await quick.says("morgan", "!pointage T4 ajouter Noa", "team")
    await quick.says("morgan", "!pointage T4", "team")
    await quick.says("lou", (await roll_call(quick)).word, await quick.direct("lou"))
    assert await there(quick) == {"Noa": "on site", "Lou": "on site"}
    await quick.says("morgan", "!pointage T4 fermer", "team")
    assert "Le pointage est clos." in (await quick.says("morgan", "!pointage T4", "team"))[-1]


async def test_stopped_between_any_two_steps_nothing_is_said_twice_nor_forgotten(quick: World) -> None:
    await announced_meeting(quick)
    direct = await quick.direct("lou")
    await quick.wait_until_instant(DAY)
    word = ""
    steps = (
        ("morgan", "!pointage T4", "team"),
        ("lou", "", direct),
        ("morgan", "!pointage T4 ajouter Noa", "team"),
        ("morgan", "!action T4 Lou : envoyer la grille", "team"),
    )
    for who, text, room in steps:
        await quick.tells(who, text or word, room)  # said, and stopped before anything is done about it
        await quick.restart()
        word = (await roll_call(quick)).word
    await quick.restart()
    await quick.wait_until_instant(datetime(2026, 12, 11, 9, tzinfo=PARIS))
    await quick.restart()
    assert await there(quick) == {"Lou": "on site", "Noa": "on site"}
    for room, beginning in (
        ("network", "Rencontre du jeudi 10 décembre : le pointage est clos"),
        ("team", "Pointage de la rencontre"),
        ("team", "Pointage clos"),
        (direct, "C’est noté, Lou"),
        (direct, "À faire, après la rencontre"),
    ):
        assert [text.startswith(beginning) for text in await quick.reads(room)].count(True) == 1, beginning


def test_the_words_are_told_from_what_people_say() -> None:
    assert parse("Le vélo, en visio") is not None
    assert parse("c’est un vélo volé") is None
    for text in ("x" * 10_000, "", "le", "visio", "vélo " * 20):
        assert parse(text) is None
    commands = load().commands
    assert not [word for entry in WORDS for word in entry if commands.named(word)]


async def test_who_follows_from_afar_still_does_when_the_team_adds_them_too(quick: World) -> None:
    await opened(quick)
    await quick.says("lou", f"{(await roll_call(quick)).word}, visio", await quick.direct("lou"))
    await quick.says("morgan", "!pointage T4 ajouter Lou", "team")
    assert await there(quick) == {"Lou": "remote"}


async def test_the_word_of_the_day_is_no_answer_to_a_question_that_waits(quick: World) -> None:
    private = await quick.direct("camille")
    _, roll = await opened(quick)
    await quick.says("camille", "contact Qui finance une étude ?", private)
    await quick.says("referent", "!repondre 1 L’agglomération.", "team")
    assert "Cela répond-il" in (await quick.reads(private))[-1]
    (said,) = (await quick.says("camille", roll.word, private))[-1:]
    assert said.startswith("C’est noté") or "vous êtes" in said
    assert await there(quick) == {"Camille": "on site"}
    assert not [text for text in await quick.reads("team") if "Précision" in text]


async def test_the_team_has_the_attestation_of_who_has_no_account_and_of_nobody_else(quick: World) -> None:
    await opened(quick)
    await quick.says("morgan", "!pointage T4 ajouter Jean Dupont", "team")
    told = (await quick.says("morgan", "oui", "team"))[-1]
    assert told.splitlines()[-1] == "Son attestation : `!attestation 2026-T4 Jean Dupont`"
    assert (await quick.says("morgan", "!attestation T4 Jean Dupont", "team"))[-2:] == [
        "Attestation de Jean Dupont pour la rencontre du jeudi 10 décembre :",
        "attestation-2026-T4.pdf",
    ]
    room, file = quick.rooms["team"], (await quick.lines("team"))[-1].id
    paper = PdfReader(BytesIO(await quick.app.web.rooms.download(room, file, 1_000_000)))
    printed = " ".join(paper.pages[0].extract_text().split())
    assert "Jean Dupont a participé sur place" in printed
    assert await number_of(quick, "Jean") in printed
    await quick.says("morgan", "!pointage T4 ajouter Noa", "team")
    assert "a un compte, et demande son" in (await quick.says("morgan", "!attestation T4 Noa", "team"))[-1]
    assert "Personne de ce nom" in (await quick.says("morgan", "!attestation T4 Claude", "team"))[-1]
    assert "la sienne seulement" in (await quick.says("lou", "!attestation T4 Jean Dupont"))[-1]

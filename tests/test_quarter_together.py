"""Who hosts, who co-animates, what is on the programme: members offer, the team chooses, each hears of it."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.text import UserError
from commands.quarter import parse_offer, parse_time
from schedules.quarter import places
from storage.tables import HostOffer, Meeting
from tests.support.meeting_fixture import announced_meeting
from tests.support.world import PARIS, PLAIN, World, in_memory
from tests.test_quarter_steps import at
from tests.test_quarter_year import RHYTHM

MEMBERS = [
    {"user": f"@{who}:reseau.example.org", "town": town}
    for who, town in (("dominique", "Wambrecourt"), ("lou", "Vaudricamp"), ("camille", "Marquemont"))
]
MARCH = datetime(2027, 3, 16, 9, 30, tzinfo=PARIS)


async def march(world: World, **more: Any) -> Any:
    return await announced_meeting(
        world, starts_at=MARCH, ends_at=MARCH + timedelta(hours=3), name="2027-T1", **more
    )


async def test_an_offer_to_host_is_proposed_in_time_prefills_the_entry_and_its_host_is_thanked(
    tmp_path: Path,
) -> None:
    async with in_memory(tmp_path, at=at("2026-12-14"), rhythm=RHYTHM, members=MEMBERS) as world:
        dominique, lou = await world.direct("dominique"), await world.direct("lou")
        (said,) = await world.says("dominique", "accueillir mars, La Filature, 40 places", room=dominique)
        assert said.startswith("Merci ! C’est noté : Dominique, Wambrecourt – La Filature, 40 places (mars).")
        await world.says("lou", "accueillir en mars, salle de 25 places", room=lou)
        (said,) = (await world.wait_until_instant(at("2027-01-04"), "team"))[-1:]
        assert "- Dominique, Wambrecourt – La Filature, 40 places (mars)" in said
        assert "Communes pas encore visitées : Marquemont, Vaudricamp, Wambrecourt." in said
        await world.wait_until_instant(at("2027-01-25"), "team")
        assert "- Lieu proposé : La Filature, Wambrecourt" in (await world.reads("team"))[-1]
        await world.taps("morgan", "✅", room="team")
        for line in ("Santé", "tram B", "oui", "!rencontre annoncer T1", "oui"):
            (said,) = (await world.says("morgan", line, room="team"))[-1:]
        thanks, other = (await world.reads(dominique))[-1], (await world.reads(lou))[-1]
        assert "la rencontre du mardi 9 mars 2027 se tient chez vous, à Wambrecourt" in thanks
        assert "se tient à Wambrecourt. Merci de votre proposition, Lou" in other
        await world.restart()
        assert (await world.reads(dominique))[-1] == thanks
        await world.wait_until_instant(at("2027-01-26"), "team")
        assert sum("Merci, Dominique : la" in each for each in await world.reads(dominique)) == 1


async def test_an_offer_is_withdrawn_by_a_word_or_with_its_message(quick: World) -> None:
    event = await quick.tells("lou", "!accueillir juin, salle de 40 places")
    await quick.settle()
    await quick.person("lou").redact(quick.rooms["network"], event)
    await quick.settle()
    assert (await quick.reads("team"))[-1] == "Lou ne propose plus de lieu."
    assert (await quick.says("lou", "!accueillir non"))[-1] == "Vous n’aviez pas de proposition en cours."


async def test_the_tour_tells_where_one_met_and_shows_it_as_a_picture(tmp_path: Path) -> None:
    async with in_memory(tmp_path, members=MEMBERS) as world:
        await march(world, town="Ravelines")
        said = await world.says("camille", "!tour")
        assert said[0].splitlines()[:3] == [
            "Le tour des communes",
            "- Ravelines – mardi 16 mars 2027, à venir",
            "Communes pas encore visitées : Marquemont, Vaudricamp, Wambrecourt.",
        ]
        (picture,) = [
            event["content"] for event in await world.events() if event["content"].get("msgtype") == "m.image"
        ]
        assert (
            picture["body"]
            .translate(PLAIN)
            .startswith("Où le réseau se réunit : Ravelines – à venir, mardi 16 mars 2027.")
        )
        assert picture["info"]["mimetype"] == "image/png"
        assert picture["info"]["w"] > picture["info"]["h"] > 0


async def test_one_person_at_a_time_is_asked_reminded_once_and_the_team_hears(quick: World) -> None:
    await march(quick)
    rooms = {who: await quick.direct(who) for who in ("lou", "sacha")}
    await quick.says("sacha", "disponible une demi-journée par trimestre", room=rooms["sacha"])
    await quick.says("lou", "disponible 2 heures par mois", room=rooms["lou"])
    (said,) = await quick.says("morgan", "!coanimation T1", room="team")
    assert "\n1. Sacha – une demi-journée par trimestre – encore aucune demande\n2. Lou – 2 h par m" in said
    await quick.taps("morgan", "1️⃣", room="team")
    assert (await quick.reads(rooms["sacha"]))[-1].startswith("Voulez-vous co-animer une rencontre ?")
    (said,) = await quick.says("morgan", "!coanimation T1", room="team")
    assert "J’attends la réponse de Sacha avant toute autre demande." in said
    await quick.wait_until_instant(at("2026-11-27"), "team")
    await quick.restart()
    asked = [text for text in await quick.reads(rooms["sacha"]) if "co-animer une rencontre ?" in text]
    assert [text.split("\n")[0] for text in asked] == [
        "Voulez-vous co-animer une rencontre ?",
        "Petit rappel : voulez-vous co-animer une rencontre ?",
    ]
    told = await quick.wait_until_instant(at("2026-12-01"), "team")
    assert any(text.startswith("Sacha n’a pas répondu pour la co-animation") for text in told)
    await quick.says("morgan", "!coanimation T1", room="team")
    await quick.taps("morgan", "1️⃣", room="team")
    assert (await quick.says("lou", "oui", room=rooms["lou"]))[-1].startswith("Merci ! C’est noté")
    assert (await quick.reads("team"))[-1] == "Lou accepte de co-animer la rencontre du mardi 16 mars 2027."


async def test_a_member_volunteers_and_changes_their_mind(quick: World) -> None:
    await march(quick)
    (said,) = await quick.says("camille", "!coanimer T1")
    assert said.startswith("Merci, Camille ! C’est noté pour la rencontre du mardi 16 mars 2027")
    assert "Camille propose de co-animer la rencontre du mardi 16 mars 2027." in await quick.reads("team")
    said = "\n".join(await quick.says("morgan", "!recap T1", room="team"))
    assert "Co-animation : Camille" in said
    (said,) = await quick.says("camille", "!coanimer non T1")
    assert said.startswith("C’est noté : vous ne co-animez pas")


async def test_points_are_ordered_by_their_support_and_taken_into_the_programme(quick: World) -> None:
    await march(quick, programme=["9 h 45 actualités"])
    await quick.says("camille", "!proposer T1 un point sur les conseils citoyens")
    first = (await quick.last()).id
    await quick.says("lou", "!proposer T1 les adultes-relais")
    second = (await quick.last()).id
    for who in ("camille", "sacha"):
        await quick.taps(who, "👍🏽", on=second)
    tap = await quick.person("alix").react(quick.rooms["network"], first, "👍")
    (said,) = await quick.says("dominique", "!points T1")
    assert said.splitlines()[1:3] == [
        "- n° 2 : les adultes-relais – 2 voix",
        "- n° 1 : un point sur les conseils citoyens – 1 voix",
    ]
    await quick.person("alix").redact(quick.rooms["network"], tap)
    (said,) = await quick.says("dominique", "!points T1")
    assert "conseils citoyens – 0 voix" in said
    (said,) = await quick.says("morgan", "!points retenir T1 2", room="team")
    assert "Programme : 9 h 45 actualités → 9 h 45 actualités ; les adultes-relais" in said
    await quick.says("morgan", "oui", room="team")
    (said,) = await quick.says("dominique", "!points T1")
    assert "les adultes-relais – 2 voix, au programme" in said


@pytest.mark.parametrize(
    ("typed", "offer"),
    [
        ("juin, salle de 40 places", parse_offer.Offer(6, "salle", 40)),
        ("La Filature, en mars, 40 personnes", parse_offer.Offer(3, "La Filature", 40)),
        ("40 places au mois d’avril 2027", parse_offer.Offer(4, "", 40)),
        ("Salle de Mai, 20 places", parse_offer.Offer(None, "Salle de Mai", 20)),
        ("in June, a room for 30 people", parse_offer.Offer(6, "a room", 30)),
    ],
)
def test_an_offer_is_read_as_people_write_it(typed: str, offer: parse_offer.Offer) -> None:
    assert parse_offer.parse(typed) == offer


@pytest.mark.parametrize(
    ("typed", "minutes", "every"),
    [
        ("2 heures par mois", 120, "month"),
        ("1h30/mois", 90, "month"),
        ("une demi-journée par trimestre", 210, "quarter"),
        ("a half day per quarter", 210, "quarter"),
        ("un jour par an", 420, "year"),
    ],
)
def test_time_is_read_as_people_say_it(typed: str, minutes: int, every: str) -> None:
    assert parse_time.parse(typed) == parse_time.Time(minutes, every)


@pytest.mark.parametrize("typed", ["", "beaucoup", "40 jours par mois", "2 heures", "0 heure par mois"])
def test_what_is_no_time_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(UserError):
        parse_time.parse(typed)


async def test_a_tour_of_nothing_brings_no_picture(quick: World) -> None:
    (said,) = await quick.says("camille", "!tour")
    assert said.startswith("Le tour des communes")
    assert not [each for each in await quick.events() if each["content"].get("msgtype") == "m.image"]


async def test_what_was_not_understood_volunteers_nobody(quick: World) -> None:
    await march(quick)
    (said,) = await quick.says("lou", "!coanimer T9")
    assert said.startswith("Je n’ai pas compris « T9 ». Par exemple `!coanimer T1`")
    (said,) = await quick.says("lou", "!coanimer la rencontre de juin")
    assert said.startswith("Je n’ai pas compris")
    assert not [text for text in await quick.reads("team") if "Lou propose" in text]


async def test_an_offer_said_again_is_one_offer_and_the_team_hears_when_it_is_withdrawn(quick: World) -> None:
    for start in ("Merci !", "C’est déjà noté"):
        (said,) = await quick.says("lou", "!accueillir juin, La Filature")
        assert said.startswith(start)
    assert sum(text.startswith("Un lieu est proposé") for text in await quick.reads("team")) == 1
    await quick.says("lou", "!accueillir non")
    assert (await quick.reads("team"))[-1] == "Lou ne propose plus de lieu."


async def test_who_hosts_an_announced_meeting_is_sent_to_the_team(tmp_path: Path) -> None:
    async with in_memory(tmp_path, at=at("2027-01-11"), members=MEMBERS) as world:
        await world.says("dominique", "!accueillir mars, La Filature")
        await march(world, town="Wambrecourt")
        await world.settle()
        (said,) = (await world.says("dominique", "!accueillir non"))[-1:]
        assert said.startswith("La rencontre du mardi 16 mars est déjà annoncée chez vous.")


async def test_a_voice_given_by_proposing_a_point_again_goes_with_its_message(quick: World) -> None:
    await march(quick)
    await quick.says("camille", "!proposer T1 les adultes-relais")
    event = await quick.tells("lou", "!proposer T1 Les adultes-relais")
    await quick.settle()
    assert "les adultes-relais – 1 voix" in (await quick.says("alix", "!points T1"))[-1]
    await quick.person("lou").redact(quick.rooms["network"], event)
    assert "les adultes-relais – 0 voix" in (await quick.says("alix", "!points T1"))[-1]


async def test_a_place_is_free_again_and_its_host_told_when_the_meeting_moves_away_or_is_cancelled(
    tmp_path: Path,
) -> None:
    async with in_memory(tmp_path, at=at("2027-01-11"), members=MEMBERS) as world:
        direct = await world.direct("dominique")
        await world.says("dominique", "accueillir mars, La Filature", room=direct)
        meeting = await march(world, town="Wambrecourt")
        assert (await world.reads(direct))[-1].startswith("Merci, Dominique : la rencontre du mardi 16 mars")
        await meeting.change(place="Mairie, Ravelines", town="Ravelines")
        await world.wait_until_instant(at("2027-01-12"))
        await world.restart()
        told = [text for text in await world.reads(direct) if "ne se tient plus chez vous" in text]
        assert told == [
            "La rencontre du mardi 16 mars ne se tient plus chez vous. Merci, Dominique : votre proposition "
            "reste notée pour une autre fois. Pour la retirer : `accueillir non`"
        ]
        assert (await world.says("dominique", "accueillir non", room=direct))[-1] == "C’est retiré."


async def test_the_team_is_to_tell_a_host_out_of_reach_of_a_cancelled_meeting(tmp_path: Path) -> None:
    async with in_memory(tmp_path, at=at("2027-01-11"), members=MEMBERS) as world:
        await world.says("dominique", "!accueillir mars, La Filature")
        await march(world, town="Wambrecourt")
        for line in ("!rencontre annuler T1 salle inondée", "oui"):
            await world.says("morgan", line, room="team")
        assert [text for text in await world.reads("team") if "n’accueille plus" in text] == [
            "Dominique n’accueille plus la rencontre du mardi 16 mars. Je ne peux pas lui écrire en privé : "
            "pensez à le lui dire."
        ]


async def test_one_person_offers_three_places_at_most(quick: World) -> None:
    for month in ("mars", "juin", "septembre"):
        assert (await quick.says("lou", f"!accueillir {month}"))[-1].startswith("Merci !")
    assert (await quick.says("lou", "!accueillir décembre"))[-1].startswith("Vous avez déjà trois proposit")
    assert sum(text.startswith("Un lieu est proposé") for text in await quick.reads("team")) == 3


async def test_who_deletes_what_they_offered_of_their_time_has_offered_nothing(quick: World) -> None:
    await march(quick)
    volunteered = await quick.tells("camille", "!coanimer T1")
    available = await quick.tells("lou", "!disponible 2 heures par mois")
    await quick.settle()
    await quick.person("camille").redact(quick.rooms["network"], volunteered)
    await quick.person("lou").redact(quick.rooms["network"], available)
    await quick.settle()
    assert (await quick.reads("team"))[-1] == "Camille ne co-anime plus la rencontre du mardi 16 mars 2027."
    said = (await quick.says("morgan", "!coanimation T1", room="team"))[-1]
    assert "Camille" not in said
    assert "Lou" not in said


@pytest.mark.parametrize(
    ("offered", "held", "same"),
    [
        ("La Filature", "Tiers-lieu la filature, 3 rue du Canal", True),
        ("salle", "Salle des fêtes", False),
        ("une grande salle", "Une grande salle, mairie", False),
        ("Art", "Maison de quartier", False),
        ("", "La Filature", False),
    ],
)
def test_only_the_name_of_a_place_tells_that_one_meets_there(offered: str, held: str, same: bool) -> None:
    offer = HostOffer(event_id="$1", person="@lou:example.org", place=offered, at=MARCH)
    assert (
        places.same_place(offer, Meeting(event_id="$2", name="2027-T1", uid="1", author="@m", place=held))
        is same
    )

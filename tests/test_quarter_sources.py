"""What is proposed stands on what people said: what they ask one another, a survey, what they follow."""

from datetime import timedelta
from pathlib import Path

from storage.tables import Survey, Ticket
from tests.support.world import MemoryWorld, in_memory
from tests.test_quarter_steps import BEGIN, at, held_before, proposal
from tests.test_quarter_year import RHYTHM


async def asked_about(world: MemoryWorld, theme: str, times: int) -> None:
    """Questions of members to the network."""
    async with world.db.write() as db:
        for n in range(times):
            db.add(
                Ticket(
                    event_id=f"${theme}{n}",
                    kind="help",
                    text="?",
                    theme=theme,
                    asked_at=BEGIN,
                    promised_at=BEGIN,
                )
            )


async def surveyed(world: MemoryWorld, counts: dict[str, int]) -> None:
    """A survey of the network that is closed: how many chose each theme."""
    item = {
        **{"id": "themes", "number": 1, "kind": "choices", "text": "Les thèmes à aborder ?", "section": ""},
        **{"choices": list(counts), "most": 3, "other": False, "row": "", "place": [1, 1], "condition": None},
    }
    people = max(counts.values()) + 5
    result = {
        "people": people,
        "asked": 50,
        "items": {"themes": {"answered": people, "counts": [*counts.values()]}},
    }
    over = BEGIN - timedelta(days=30)
    async with world.db.write() as db:
        db.add(
            Survey(
                event_id="$survey",
                title="Le réseau",
                items=[item],
                author="@animation:reseau.example.org",
                status="closed",
                opens_at=over - timedelta(days=10),
                closes_at=over,
                result=result,
            )
        )


async def test_themes_are_those_that_members_ask_about_then_those_of_the_survey(tmp_path: Path) -> None:
    async with in_memory(tmp_path, at=BEGIN, rhythm=RHYTHM) as world:
        await asked_about(world, "numerique", 4)
        await asked_about(world, "emploi", 2)  # too seldom to be a theme that comes back
        await surveyed(world, {"Se tenir informé": 20, "Santé": 9, "Emploi": 3, "Éducation": 12})
        await world.wait_until_instant(at("2027-01-08"), "team")
        target = await proposal(world, "choisir le thème")
        said = next(line.text for line in await world.lines("team") if line.id == target).splitlines()
        assert said[1] == "Choix, d’après ce que les membres demandent et suivent :"
        labels = [line.partition(". ")[2] for line in said[2:5]]
        assert labels == ["Numérique", "Éducation", "Santé"]
        assert not any("Se tenir" in line for line in said)


async def test_when_it_is_the_turn_of_a_general_meeting_the_theme_poll_says_so_and_its_winner_counts(
    tmp_path: Path,
) -> None:
    async with in_memory(tmp_path, at=BEGIN, rhythm=RHYTHM) as world:
        await held_before(world, "Mairie", "tram", kind="thematic")
        await world.wait_until_instant(at("2027-01-08"), "team")
        target = await proposal(world, "choisir le thème")
        said = next(line.text for line in await world.lines("team") if line.id == target)
        assert "À son tour, cette rencontre est généraliste." in said
        await world.taps("morgan", "✅", on=target, room="team")
        await world.says("lou", "!vote 2")
        for day in ("2027-01-25", "2027-01-26"):  # the votes are counted, then it is proposed
            await world.wait_until_instant(at(day), "team")
        target = await proposal(world, "entrer la rencontre")
        said = next(line.text for line in await world.lines("team") if line.id == target)
        assert "- Format, à son tour : généraliste" in said
        assert "- Thème choisi : Participation des habitants" in said

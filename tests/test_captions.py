"""What is said with a file or a picture is heard as a message is: its caption (MSC2530)."""

from typing import Any

import pytest

from tests.support.meeting_fixture import announced_meeting
from tests.support.world import MemoryWorld, World

OPML = b"""<?xml version="1.0"?><opml version="2.0"><head/><body><outline text="Nord" xmlUrl="https://nord.example.org/rss"/></body></opml>"""
CSV = b"lien,titre\nhttps://methodes.example.org/a,Un guide\n"


async def shows(
    world: World, who: str, caption: str, room: str = "team", data: bytes = b"x", **more: Any
) -> list[str]:
    """What the bot says after a file with that caption."""
    assert isinstance(world, MemoryWorld)
    content = {
        "msgtype": "m.file",
        "filename": "liste.dat",
        "body": caption,
        "url": world.homeserver.upload(data),
    }
    await world.person(who).send(world.rooms[room], "m.room.message", content | more)
    return await world._heard(room)


async def test_a_list_of_feeds_with_its_command_as_its_caption_is_taken_in(quick: World) -> None:
    (said,) = await shows(quick, "morgan", "!flux importer", data=OPML)
    assert "Nord" in said


@pytest.mark.parametrize(
    "line", ["!ressources importer", "!ressource importer svp", "Bonjour, !ressources importer"]
)
async def test_a_list_of_resources_too(quick: World, line: str) -> None:
    (said,) = await shows(quick, "morgan", line, data=CSV)
    assert "Un guide" in said or "1" in said
    assert "postez" not in said


@pytest.mark.parametrize("kind", ["m.image", "m.video", "m.audio"])
async def test_the_caption_of_a_picture_a_film_or_a_sound_is_what_somebody_says(
    quick: World, kind: str
) -> None:
    meeting = await announced_meeting(quick)
    await shows(quick, "camille", "!presence oui", "network", msgtype=kind)
    assert await meeting.answers() == {"camille": "yes"}


async def test_the_name_of_a_file_is_no_command(quick: World) -> None:
    assert await shows(quick, "morgan", "!aide", filename="!aide") == []
    assert await shows(quick, "morgan", "!aide", filename="") == []
    assert await shows(quick, "morgan", "!aide", filename=7) == []


async def test_a_caption_mended_is_read_anew(quick: World) -> None:
    (refused,) = await shows(quick, "morgan", "!flux importre", data=OPML)
    assert "importre" in refused
    first = [
        event["event_id"]
        for event in await quick.person("morgan").events(quick.rooms["team"])
        if "url" in event["content"]
    ][-1]
    fresh = {"msgtype": "m.file", "filename": "liste.dat", "body": "!flux importer", "url": "mxc://fake/file"}
    relation = {"rel_type": "m.replace", "event_id": first}
    await quick.person("morgan").send(
        quick.rooms["team"], "m.room.message", fresh | {"m.new_content": fresh, "m.relates_to": relation}
    )
    assert "importre" not in "".join(await quick._heard("team"))

"""The link of a meeting's video is sent in private to whom asks for it in words,
as the reminder of the eve promises in the room.
"""

from tests.support.meeting_fixture import announced_meeting
from tests.support.world import MemoryWorld


def invitations(world: MemoryWorld, who: str) -> list[str]:
    return world.homeserver.rooms_of(world.person(who).user_id, "invite")


async def test_who_writes_visio_in_the_room_is_sent_the_link_in_private_though_they_never_wrote_to_the_bot(
    quick: MemoryWorld,
) -> None:
    await announced_meeting(quick)
    (said,) = [text for text in await quick.says("noa", "!presence visio") if text.startswith("C’est noté")]
    assert said == (
        "C’est noté, Noa : vous suivrez la rencontre du jeudi 10 décembre en visio.\n"
        "Le lien est dans notre conversation privée."
    )
    (room,) = invitations(quick, "noa")
    await quick.person("noa").join(room)
    await quick.settle()
    assert "\nLe lien : https://visio.example.org/glacis" in (await quick.reads(room))[0]
    await quick.says("noa", "!presence non")
    await quick.says("noa", "!presence visio")
    assert invitations(quick, "noa") == []


async def test_a_tap_opens_no_conversation(quick: MemoryWorld) -> None:
    meeting = await announced_meeting(quick)
    await quick.taps("noa", "💻", on=meeting.cards["network"])
    assert invitations(quick, "noa") == []

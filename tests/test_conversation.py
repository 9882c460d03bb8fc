"""What members and the team read when they write: the first subjects, in the words of the room."""

from tests.world import World


async def test_ping_answers_pong_to_anyone_anywhere(room: World) -> None:
    assert await room.says("camille", "!ping 12") == ["pong 12"]
    assert await room.says("lou", "/ping un", room="help") == ["pong un"]
    assert await room.says("stef.exterieur", "!ping deux", room="open") == ["pong deux"]

"""The server's limits as they are by default:
everything goes out, and nobody who asked waits behind an announcement.
"""

import random
from pathlib import Path
from typing import Any

import pytest

from bot.demo.cast import Cast
from bot.demo.homeserver import Homeserver
from tests.support.process_stage import ROOMS, TIMEOUT, process_stage
from tests.support.synapse_fixture import BOT

NEWS = "La rencontre de mars aura lieu à Wambrecourt."
# Synapse's default five times as fast: 0.2 a second, burst 10
SCALED: dict[str, Any] = {"rc_message": {"per_second": 1, "burst_count": 4}}
LOCAL = "#littoral:reseau.example.org"


async def open_local_room(cast: Cast) -> None:
    cast.rooms["local"] = await cast["animation"].create_room(
        "Groupe littoral", alias="littoral", preset="public_chat"
    )


@pytest.mark.long
@pytest.mark.parametrize(
    ("answers", "limits"),
    [
        pytest.param(8, SCALED, id="quarter"),
        pytest.param(30, {}, id="full"),
    ],
)
async def test_an_announcement_to_four_rooms_and_many_answers_all_go_out_answers_first(
    tmp_path: Path, answers: int, limits: dict[str, Any]
) -> None:
    server = Homeserver(rate_limits=True, extra=limits)
    more = [{"room": LOCAL, "kind": "local"}]
    async with process_stage(
        tmp_path, encrypted=(), homeserver=server, prepare=open_local_room, more=more, proxied=True
    ) as stage:
        assert stage.proxy is not None
        await stage.wait_until_bot_is_in("local")
        asked = await stage.morgan.says(stage.room("team"), f"!annonce {NEWS}")
        await stage.morgan.answer(stage.room("team"), asked, TIMEOUT)
        assert await stage.bot.terminate() == 0
        await stage.morgan.says(stage.room("team"), "maintenant")
        # the other rooms have nothing else to wait for
        await stage.burst(answers, random.Random(3), ("network", "help"))
        stage.proxy.requests.clear()
        stage.bot.start()
        await stage.assert_all_answered()
        await stage.assert_announced(NEWS, (*ROOMS, "local"))
        said = [
            line
            for kind in (*ROOMS, "team", "local")
            for line in await stage.reads(kind)
            if line.sender_id == BOT
        ]
        assert max(line.at for line in said if line.msgtype == "m.notice") < min(
            line.at for line in said if line.text == NEWS
        )
        sends = answers + len(["the answer to « maintenant »", "its preview’s taps", "may be left"]) + 4
        assert stage.proxy.count("PUT", "*/send/*") <= sends + 10, "each refusal is a request too"

"""With a strict client, as Element and Tchap become: it leaves out devices not signed by their owner."""

import asyncio
import secrets

import pytest

from bot.demo.homeserver import Account
from bot.matrix.cross_signing import RECOVERY_FILE
from tests.support.matrix_bot import MatrixFixture, texts
from tests.support.strict_client import StrictClient, missing

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing())


async def test_a_strict_client_and_the_bot_read_each_other_before_and_after_a_restart(
    stage: MatrixFixture,
) -> None:
    account = await stage.homeserver.register("lou." + secrets.token_hex(4), secrets.token_hex(8), "Lou")
    async with StrictClient.open(stage.homeserver, account) as lou:
        asking = asyncio.create_task(lou.do("room", invite=stage.bot.me))
        while not (
            invited := [u for u in (await stage.bot.matrix.sync(None, 1)).rooms if u.membership == "invite"]
        ):
            pass
        room = invited[0].room
        await stage.bot.send("join", room)
        await stage.bot.sync()
        assert await asking == room
        assert await lou.do("verify", user=stage.bot.me) is True
        for time in ("avant", "après"):
            await lou.do("says", room=room, text=f"!ping {time}")
            assert f"!ping {time}" in texts(await stage.bot.sync_until(f"!ping {time}"))
            await stage.bot.says(room, f"pong {time}")
            assert (await lou.do("reads", room=room, user=stage.bot.me, text=f"pong {time}"))[
                -1
            ] == f"pong {time}"
            await stage.restart()
        assert await lou.do("signed", user=stage.bot.me, device=stage.bot.matrix.device_id) is True


async def test_another_client_of_the_account_recovers_its_keys(stage: MatrixFixture) -> None:
    """An operator who signs in with Element and types the recovery key has a signed device."""
    login = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": stage.bot.me},
        "password": stage.bot.account.password,
    }
    found = await stage.bot.matrix.call("POST", "/_matrix/client/v3/login", login)
    operator = Account(stage.bot.me, found["access_token"], found["device_id"])
    key = (stage.bot.directory / RECOVERY_FILE).read_text().strip()
    async with StrictClient.start(operator) as element:
        session = StrictClient.session(operator)
        assert await element.do("recovers", url=stage.homeserver.url, key=key, **session) is True

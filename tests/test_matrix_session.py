"""One device for ever, and what the bot makes of a server that refuses, fails or is gone."""

import json
import logging
import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from aiohttp import web

from bot.matrix import TransientError, UnknownToken
from tests.support import fault_proxy
from tests.support.fault_proxy import Fault, Upstream
from tests.support.matrix_bot import MatrixBot, MatrixFixture, texts

HISTORY = "*/messages"
SYNC = "*/sync"


# --- the session


async def test_a_restart_takes_up_the_session_and_never_logs_in(stage: MatrixFixture) -> None:
    device = stage.bot.matrix.device_id
    for _ in range(3):
        await stage.restart()
    assert stage.bot.matrix.device_id == device
    assert stage.proxy.count("POST", "*/login") == 1
    assert stage.proxy.count("POST", "*/keys/upload") == 1


async def test_what_is_secret_is_readable_by_us_alone(stage: MatrixFixture) -> None:
    await stage.bot.sync()
    directory = stage.bot.directory
    private = [directory / "session.json", directory / "keys", directory / "keys" / "pickle.key"]
    assert [path for path in private if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)] == []


async def test_a_session_ended_by_the_server_is_said_and_mended_on_the_same_device(
    stage: MatrixFixture,
) -> None:
    room = await stage.bot.joins(stage.camille, encrypted=True)
    device = stage.bot.matrix.device_id
    await stage.bot.matrix.call("POST", "/_matrix/client/v3/logout", {})
    with pytest.raises(UnknownToken):
        await stage.bot.sync()
    bot = await stage.restart()
    assert bot.matrix.device_id == device
    await stage.camille.says(room, "Te revoilà")
    assert "Te revoilà" in texts(await bot.sync_until("Te revoilà"))


async def test_a_login_killed_before_it_was_noted_leaves_no_second_device(stage: MatrixFixture) -> None:
    stage.proxy.on("POST", "*/login", fault_proxy.cut_after, fault_proxy.first(1))
    (stage.bot.directory / "session.json").unlink()
    with pytest.raises(TransientError):
        await stage.restart()
    bot = await MatrixBot(stage.bot.account, stage.bot.directory).reopened()
    devices = (await bot.matrix.call("GET", "/_matrix/client/v3/devices"))["devices"]
    await bot.matrix.close()
    # the lost file's, and the new one
    assert len([device for device in devices if device.get("display_name") == "Animatrice"]) == 2


async def test_without_a_password_a_dead_session_is_said(stage: MatrixFixture) -> None:
    await stage.bot.matrix.call("POST", "/_matrix/client/v3/logout", {})
    await stage.bot.matrix.close()
    with pytest.raises(UnknownToken):
        await MatrixBot(replace(stage.bot.account, password=None), stage.bot.directory).reopened()


# --- trouble


LATER: list[tuple[Fault, float | None, str]] = [
    (fault_proxy.limited(1500), 1.5, "limit"),
    (fault_proxy.limited_by_header(7), 7.0, "limit"),
    (fault_proxy.limited_by_a_gateway(), 5.0, "limit"),
    (fault_proxy.broken(), None, "server"),
    (fault_proxy.bad_gateway(), None, "server"),
    (fault_proxy.truncated, None, "server"),
    (fault_proxy.cut_before, None, "server"),
    (fault_proxy.cut_after, None, "server"),
]


@pytest.mark.parametrize(
    ("act", "after", "scope"),
    LATER,
    ids=["429", "429 header", "429 page", "500", "502", "half", "cut before", "cut after"],
)
async def test_whatever_the_network_does_is_later_and_no_storm(
    stage: MatrixFixture, act: Fault, after: float | None, scope: str
) -> None:
    room = await stage.bot.joins(stage.camille)
    await stage.bot.sync()
    await stage.camille.says(room, "Bonjour")
    stage.proxy.requests.clear()
    rule = stage.proxy.on("GET", SYNC, act)
    with pytest.raises(TransientError) as raised:
        await stage.bot.sync()
    assert (raised.value.after, raised.value.scope) == (after, scope)
    assert rule.matched <= 2, "a connection that was kept open may have died: aiohttp asks once more"
    stage.proxy.heal()
    assert texts(await stage.bot.sync()) == ["Bonjour"]


async def test_a_date_in_retry_after_is_understood(stage: MatrixFixture) -> None:
    until = datetime.now(UTC) + timedelta(minutes=2)

    async def limited(_: web.Request, __: Upstream) -> web.Response:
        return web.Response(status=429, headers={"Retry-After": format_datetime(until, usegmt=True)})

    stage.proxy.on("GET", SYNC, limited)
    with pytest.raises(TransientError) as raised:
        await stage.bot.sync()
    assert raised.value.after == pytest.approx(120, abs=20)


async def test_a_server_that_is_gone_is_later_too(stage: MatrixFixture) -> None:
    await stage.proxy.down()
    with pytest.raises(TransientError) as raised:
        await stage.bot.sync()
    assert raised.value.scope == "server"
    await stage.proxy.up()


@pytest.mark.parametrize("soft", [False, True])
async def test_a_token_that_is_unknown_ends_the_session(stage: MatrixFixture, soft: bool) -> None:
    async def unknown(_: web.Request, __: Upstream) -> web.Response:
        return web.Response(
            status=401, text=json.dumps({"errcode": "M_UNKNOWN_TOKEN", "error": "?", "soft_logout": soft})
        )

    stage.proxy.on("GET", SYNC, unknown)
    with pytest.raises(UnknownToken):
        await stage.bot.sync()


async def test_no_log_holds_message_text_or_secrets(
    stage: MatrixFixture, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    room = await stage.bot.joins(stage.camille, encrypted=True)
    # nio prints what it finds wrong
    await stage.camille.send(room, "m.room.message", {"msgtype": "m.text", "body": ["chuchotement"]})
    await stage.camille.says(room, "chuchotement")
    await stage.bot.sync_until("chuchotement")
    await stage.bot.says(room, "chuchotement")
    session = json.loads((stage.bot.directory / "session.json").read_text())
    stage.proxy.on("GET", SYNC, fault_proxy.refused(403, "M_FORBIDDEN"))
    with pytest.raises(Exception, match="M_FORBIDDEN") as raised:
        await stage.bot.sync()
    written = caplog.text + repr(raised.value)
    for secret in ("chuchotement", session["access_token"], stage.bot.account.password or "?"):
        assert secret not in written

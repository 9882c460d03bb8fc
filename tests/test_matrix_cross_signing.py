"""Cross-signing: the bot's device is signed by its account, so that clients that ask for it trust it."""

import json
import logging
import re
import secrets
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.matrix import Encryption
from bot.matrix.cross_signing import RECOVERY_FILE, USAGES
from bot.matrix.secret_storage import decrypt, encrypt, parse_recovery_key, recovery_key
from tests.support import fault_proxy
from tests.support.fault_proxy import Upstream
from tests.support.matrix_bot import Account, MatrixBot, MatrixFixture

UPLOAD = "*/keys/device_signing/upload"
# Each request of the first start, in its order.
STEPS = [
    ("PUT", "*/m.secret_storage.key.*"),
    ("PUT", "*/m.secret_storage.default_key"),
    *(("PUT", f"*/m.cross_signing.{usage}") for usage in USAGES),
    ("POST", UPLOAD),
    ("POST", "*/keys/signatures/upload"),
]


async def new_account(stage: MatrixFixture) -> Account:
    name, password = f"animatrice.{secrets.token_hex(4)}", secrets.token_hex(8)
    found = await stage.homeserver.register(name, password, "Animatrice")
    return Account(stage.proxy.url, found.user_id, password)


@asynccontextmanager
async def opened(account: Account, directory: Path, key: str | None = None) -> AsyncIterator[MatrixBot]:
    bot = MatrixBot(account, directory, encryption=Encryption(recovery_key=key))
    try:
        await bot.matrix.open()
        yield bot
    finally:
        await bot.matrix.close()


async def shown(bot: MatrixBot) -> dict[str, Any]:
    """The account's keys as anybody sees them."""
    body: dict[str, Any] = {"device_keys": {bot.me: []}}
    found = await bot.matrix.call("POST", "/_matrix/client/v3/keys/query", body)
    return {kind: found[kind][bot.me] for kind in ("master_keys", "self_signing_keys", "device_keys")}


async def test_the_first_start_signs_the_device_and_writes_a_recovery_key_for_the_operator_alone(
    stage: MatrixFixture, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with opened(await new_account(stage), tmp_path / "bot") as bot:
        assert bot.matrix.trust.state == "signed"
        signatures = (await shown(bot))["device_keys"][bot.matrix.device_id]["signatures"][bot.me]
    assert len(signatures) == 2
    file = tmp_path / "bot" / RECOVERY_FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    written = file.read_text().strip()
    assert re.fullmatch(r"(\w{4} ){11}\w{4}", written)
    assert str(file) in caplog.text
    assert written not in caplog.text
    assert written.replace(" ", "") not in caplog.text


@pytest.mark.parametrize(("method", "step"), STEPS, ids=[step.strip("*/") for _, step in STEPS])
async def test_a_first_start_that_was_killed_is_finished_by_the_next_one(
    stage: MatrixFixture, tmp_path: Path, method: str, step: str
) -> None:
    """Killed before the server took this step, with all that came before it done."""
    account = await new_account(stage)
    stage.proxy.on(method, step, fault_proxy.broken())
    async with opened(account, tmp_path / "bot") as bot:
        assert not bot.matrix.trust.signed
        written = (tmp_path / "bot" / RECOVERY_FILE).read_text()
    stage.proxy.heal()
    async with opened(account, tmp_path / "bot") as bot:
        assert bot.matrix.trust.signed
        keys = await shown(bot)
    assert (tmp_path / "bot" / RECOVERY_FILE).read_text() == written
    stage.proxy.requests.clear()
    async with opened(account, tmp_path / "bot") as bot:
        assert bot.matrix.trust.signed
        assert await shown(bot) == keys
    assert stage.proxy.count("PUT", "*/account_data/*") == stage.proxy.count("POST", UPLOAD) == 0


async def test_a_server_that_asks_for_the_password_gets_it(stage: MatrixFixture, tmp_path: Path) -> None:
    account, asked = await new_account(stage), []

    async def strict(request: web.Request, upstream: Upstream) -> web.StreamResponse:
        asked.append((await request.json()).get("auth"))
        if asked[-1] is None:
            flows = [{"stages": ["m.login.password"]}]
            return web.json_response({"session": "s1", "flows": flows, "params": {}}, status=401)
        return await upstream()

    stage.proxy.on("POST", UPLOAD, strict)
    async with opened(account, tmp_path / "bot") as bot:
        assert bot.matrix.trust.signed
    assert (asked[-1]["session"], asked[-1]["password"]) == ("s1", account.password)


async def test_an_account_that_has_keys_is_signed_with_its_recovery_key_or_the_operator_is_told(
    stage: MatrixFixture, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    account = await new_account(stage)
    async with opened(account, tmp_path / "first"):
        key = (tmp_path / "first" / RECOVERY_FILE).read_text()
    for given, state in (
        (None, "no recovery key"),
        (recovery_key(bytes(32)), "wrong recovery key"),
        ("mot de passe", "not a recovery key"),
    ):
        async with opened(account, tmp_path / "second", given) as bot:
            assert bot.matrix.trust.state == state
            assert bot.matrix.trust.fingerprint in caplog.text
            assert bot.matrix.device_id in caplog.text
        assert not (tmp_path / "second" / RECOVERY_FILE).exists()
    async with opened(account, tmp_path / "second", key) as bot:
        assert bot.matrix.trust.signed


async def test_keys_that_are_not_ours_are_never_signed(stage: MatrixFixture, tmp_path: Path) -> None:
    """A server shows another device under our name, hoping for a signature."""
    account = await new_account(stage)

    async def swapped(_: web.Request, upstream: Upstream) -> web.StreamResponse:
        answer = await upstream()
        found = json.loads(answer.body if isinstance(answer.body, bytes) else b"{}")
        for device in found["device_keys"].get(account.user_id, {}).values():
            device["keys"] = {id_: "A" * 43 for id_ in device["keys"]}
        return web.json_response(found)

    stage.proxy.on("POST", "*/keys/query", swapped)
    stage.proxy.requests.clear()
    async with opened(account, tmp_path / "bot") as bot:
        assert bot.matrix.trust.state == "other keys"
    assert stage.proxy.count("POST", "*/keys/signatures/upload") == 0


# --- the recovery key and secret storage, by themselves


def test_a_recovery_key_is_written_as_other_clients_write_it() -> None:
    known = bytes.fromhex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a")
    written = "EsTc LW2K PGiF wKEA 3As5 g5c4 BXwk qeeJ ZJV8 Q9fu gUMN UE4d"  # matrix-js-sdk's example
    assert recovery_key(known) == written
    assert parse_recovery_key(written.replace(" ", "")) == known


@pytest.mark.parametrize(
    "text", ["", "Es", "EsTc LW2K PGiF wKEA 3As5 g5c4 BXwk qeeJ ZJV8 Q9fu gUMN UE4e", "z" * 999, "clé"]
)
def test_a_mistyped_recovery_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_recovery_key(text)


def test_a_secret_is_opened_by_its_key_under_its_name_only() -> None:
    key = bytes(range(32))
    sealed = encrypt(key, "m.cross_signing.master", "secret")
    assert decrypt(key, "m.cross_signing.master", sealed) == "secret"
    assert decrypt(key, "m.cross_signing.self_signing", sealed) is None
    assert decrypt(bytes(32), "m.cross_signing.master", sealed) is None
    assert decrypt(key, "m.cross_signing.master", sealed | {"mac": "AAAA"}) is None
    assert decrypt(key, "m.cross_signing.master", "nothing of the kind") is None

"""Key backup: what a lost key store could read is read again, and the server can add nothing to it."""

import json
from pathlib import Path
from typing import Any

from aiohttp import web
from unpaddedbase64 import encode_base64
from vodozemac import Curve25519PublicKey, PkEncryption

from bot.matrix import Encryption
from bot.matrix.cross_signing import RECOVERY_FILE
from tests.support.fault_proxy import Upstream
from tests.support.matrix_bot import MatrixBot, MatrixFixture, texts

KEYS = "*/room_keys/keys/*"


async def tended(bot: MatrixBot) -> None:
    """The upkeep that the last listening began has come to its end."""
    task = bot.matrix._upkeep._task
    assert task is not None
    await task


async def elsewhere(stage: MatrixFixture, directory: Path) -> MatrixBot:
    """The bot on a machine that has nothing but its recovery key."""
    key = (stage.bot.directory / RECOVERY_FILE).read_text()
    await stage.bot.matrix.close()
    bot = MatrixBot(stage.bot.account, directory, encryption=Encryption(recovery_key=key))
    await bot.matrix.open()
    bot.store.rooms, bot.store.sealed_rooms = stage.bot.store.rooms, stage.bot.store.sealed_rooms
    stage.bot = bot
    return bot


async def test_a_lost_key_store_reads_again_what_it_could(stage: MatrixFixture, tmp_path: Path) -> None:
    room = await stage.bot.joins(stage.camille, encrypted=True)
    await stage.camille.says(room, "Bonjour")
    await stage.bot.sync_until("Bonjour")
    await stage.bot.says(room, "Bonjour Camille")
    await stage.bot.sync_until("Bonjour Camille")
    await tended(stage.bot)
    await stage.bot.sync()
    await tended(stage.bot)
    bot = await elsewhere(stage, tmp_path / "elsewhere")
    assert bot.matrix.trust.signed
    found = await bot.sync_until("Bonjour", "Bonjour Camille")
    assert {"Bonjour", "Bonjour Camille"} <= set(texts(found))


async def test_what_is_backed_up_is_not_uploaded_twice(stage: MatrixFixture) -> None:
    room = await stage.bot.joins(stage.camille, encrypted=True)
    await stage.camille.says(room, "Bonjour")
    await stage.bot.sync_until("Bonjour")
    await tended(stage.bot)
    assert stage.proxy.count("PUT", "*/room_keys/keys") >= 1
    stage.proxy.requests.clear()
    await stage.restart()
    await stage.bot.sync()
    await tended(stage.bot)
    assert stage.proxy.count("PUT", "*/room_keys/keys") == 0
    assert stage.proxy.count("POST", "*/room_keys/version") == 0


async def test_a_key_that_the_server_slipped_into_the_backup_opens_nothing(
    stage: MatrixFixture, tmp_path: Path
) -> None:
    """The public key is enough to encrypt: what we did not put there ourselves could be anybody's."""
    room = await stage.bot.joins(stage.camille, encrypted=True)
    await stage.camille.says(room, "Bonjour")
    await stage.bot.sync_until("Bonjour")
    await tended(stage.bot)
    info = await stage.bot.matrix.call("GET", "/_matrix/client/v3/room_keys/version")
    public = Curve25519PublicKey.from_base64(info["auth_data"]["public_key"])
    (session,) = [each for each in stage.bot.keys.olm.inbound_group_store if each.room_id == room]
    forged = {
        "algorithm": "m.megolm.v1.aes-sha2",
        "sender_key": session.sender_key,
        "sender_claimed_keys": {"ed25519": session.ed25519},
        "forwarding_curve25519_key_chain": [],
        "session_key": session.export_session(session.first_known_index),
        "animatrice.mac": "0" * 64,
    }

    async def slipped(_: web.Request, upstream: Upstream) -> web.StreamResponse:
        sealed = PkEncryption.from_key(public).encrypt(json.dumps(forged).encode())
        names = ("ciphertext", "mac", "ephemeral")
        parts = zip(names, (sealed.ciphertext, sealed.mac, sealed.ephemeral_key), strict=True)
        data: dict[str, Any] = {name: encode_base64(part) for name, part in parts}
        return web.json_response({"session_data": data})

    stage.proxy.on("GET", KEYS, slipped)
    bot = await elsewhere(stage, tmp_path / "elsewhere")
    found = await bot.sync()
    await tended(bot)
    found += await bot.sync()
    assert "Bonjour" not in texts(found)
    assert stage.proxy.count("GET", KEYS) == 1

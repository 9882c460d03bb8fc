"""Files that people post, as they come from a real server:
whole, within the limit, or with the reason why not.
"""

import json
from typing import Any

import pytest
from aiohttp import web
from nio.crypto.attachments import encrypt_attachment

from bot.matrix import FileUnavailable, TransientError
from bot.matrix.lookup import address, opened
from tests.support import fault_proxy
from tests.support.matrix_bot import MatrixFixture

NEW, OLD = "/_matrix/client/v1/media/*", "/_matrix/media/v3/download/*"
DATA = "Des sources, bien à vous".encode()


async def posted(stage: MatrixFixture) -> tuple[str, str]:
    """Room and event of a file of Camille's."""
    room = await stage.bot.joins(stage.camille)
    url = await stage.camille.access.upload(DATA, "a.opml")
    return room, await stage.camille.send(
        room, "m.room.message", {"msgtype": "m.file", "body": "a.opml", "url": url}
    )


async def lacking(stage: MatrixFixture, room: str, event: str, limit: int = 100) -> str:
    with pytest.raises(FileUnavailable) as error:
        await stage.bot.matrix.download(room, event, limit)
    return error.value.why


async def test_a_file_comes_whole_and_within_the_limit(stage: MatrixFixture) -> None:
    room, event = await posted(stage)
    assert await stage.bot.matrix.download(room, event, len(DATA)) == DATA
    assert await lacking(stage, room, event, len(DATA) - 1) == "too big"


async def no_such_page(_: web.Request, __: fault_proxy.Upstream) -> web.StreamResponse:
    return web.Response(status=404, text="<html>Not Found</html>", content_type="text/html")


async def older(_: web.Request, __: fault_proxy.Upstream) -> web.StreamResponse:
    return web.Response(body=DATA)


@pytest.mark.parametrize(
    "act", [fault_proxy.refused(404, "M_UNRECOGNIZED"), no_such_page], ids=["said", "a page"]
)
async def test_an_older_server_is_asked_in_the_older_way(
    stage: MatrixFixture, act: fault_proxy.Fault
) -> None:
    room, event = await posted(stage)
    stage.proxy.on("GET", NEW, act)
    stage.proxy.on("GET", OLD, older)
    assert await stage.bot.matrix.download(room, event, 100) == DATA
    assert stage.proxy.count("GET", OLD) == 1


async def test_what_the_server_answers_is_told_apart(stage: MatrixFixture) -> None:
    room, event = await posted(stage)
    stage.proxy.on("GET", NEW, fault_proxy.refused(404, "M_NOT_FOUND"))
    assert await lacking(stage, room, event) == "gone"
    stage.proxy.heal()
    stage.proxy.on("GET", NEW, fault_proxy.refused(403, "M_FORBIDDEN"))
    assert await lacking(stage, room, event) == "gone"
    stage.proxy.heal()
    stage.proxy.on("GET", NEW, fault_proxy.bad_gateway())
    assert await lacking(stage, room, event) == "away"


@pytest.mark.parametrize(
    "act",
    [fault_proxy.cut_before, fault_proxy.truncated, fault_proxy.limited(100)],
    ids=["cut", "half", "limited"],
)
async def test_what_was_cut_short_is_to_be_asked_again(stage: MatrixFixture, act: fault_proxy.Fault) -> None:
    room, event = await posted(stage)
    stage.proxy.on("GET", NEW, act)
    with pytest.raises(TransientError):
        await stage.bot.matrix.download(room, event, 100)
    stage.proxy.heal()
    assert await stage.bot.matrix.download(room, event, 100) == DATA


async def test_a_message_whose_key_never_came_is_unreadable(stage: MatrixFixture) -> None:
    room = await stage.bot.joins(stage.camille, encrypted=True)
    event = await stage.camille.send(
        room, "m.room.message", {"msgtype": "m.file", "body": "a", "url": "mxc://a/b"}
    )
    assert await lacking(stage, room, event) == "unreadable", "its key is still in the letterbox"


@pytest.mark.parametrize(
    "url",
    [
        None,
        7,
        "",
        "https://example.org/a",
        "mxc://example.org",
        "mxc://example.org/",
        "mxc://../whoami",
        "mxc://example.org/../../v3/account/whoami",
        "mxc://example.org/a?b",
        "mxc://example.org/a#b",
        "mxc://example.org/a%2fb",
        "mxc://example.org/a/b",
        "mxc://exa mple.org/a",
        "mxc://example.org/a\n",
        "mxc://é/a",
        "mxc://example.org/" + "a" * 300,
    ],
)
def test_an_odd_address_is_none(url: object) -> None:
    with pytest.raises(FileUnavailable, match="no file"):
        address({"url": url})


def test_a_sane_address_is_where_it_is_fetched() -> None:
    assert address({"url": "mxc://example.org:8448/aB_-9"}) == "example.org%3A8448/aB_-9"
    assert address({"url": "mxc://[2001:db8::1]/a"}) == "%5B2001%3Adb8%3A%3A1%5D/a"


SEALED, KEY = encrypt_attachment(DATA)


def test_a_sealed_file_is_opened() -> None:
    assert opened(SEALED, KEY) == DATA


@pytest.mark.parametrize(
    "wrong",
    [
        {"hashes": {"sha256": "A" * 43}},
        {"hashes": {}},
        {"hashes": None},
        {"hashes": {"sha256": 7}},
        {"key": {"k": "é"}},
        {"key": 7},
        {"iv": ""},
        {"iv": None},
    ],
    ids=json.dumps,
)
def test_a_sealed_file_with_a_wrong_key_or_hash_is_unreadable(wrong: dict[str, Any]) -> None:
    with pytest.raises(FileUnavailable, match="unreadable"):
        opened(SEALED, KEY | wrong)
    with pytest.raises(FileUnavailable, match="unreadable"):
        opened(SEALED[:-1] + b"\0", KEY)

"""The sites of the demo, on this machine:
three feeds of a week in November 2026, and the pages that members recommend.
"""

import asyncio
from importlib import resources
from typing import Self

from aiohttp import web

AT_FIRST = ("echo-des-quartiers", "territoires-et-cohesion")
ADDED_LATER = "ressources-ville-nord"
SLOW = 1.0  # second that a page takes, as many do


class FakeSites:
    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/{name}.xml", _feed)
        app.router.add_get("/{theme}/{name}", _page)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    def url(self, name: str) -> str:
        """Of a feed."""
        return f"http://127.0.0.1:{self._port}/{name}.xml"

    def page(self, path: str) -> str:
        """`path`: « cadre-de-vie/diagnostic-en-marchant », of a page in pages/."""
        return f"http://127.0.0.1:{self._port}/{path}"


async def _feed(request: web.Request) -> web.Response:
    return web.Response(
        body=_file("feeds", f"{request.match_info['name']}.xml"), content_type="application/xml"
    )


async def _page(request: web.Request) -> web.Response:
    await asyncio.sleep(SLOW)
    return web.Response(
        body=_file("pages", f"{request.match_info['name']}.html"), content_type="text/html", charset="utf-8"
    )


def _file(folder: str, name: str) -> bytes:
    """404 for one that is not there."""
    try:
        return resources.files("bot.demo").joinpath(folder, name).read_bytes()
    except OSError:
        raise web.HTTPNotFound from None

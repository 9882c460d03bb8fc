"""The sources of the demo: three feeds of a week in November 2026, as their sites would serve them, on this machine."""

from importlib import resources
from typing import Self

from aiohttp import web

AT_FIRST = ("echo-des-quartiers", "territoires-et-cohesion")
ADDED_LATER = "ressources-ville-nord"


class Press:
    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/{name}.xml", _feed)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self._port}/{name}.xml"


async def _feed(request: web.Request) -> web.Response:
    file = resources.files("bot.demo").joinpath("feeds", f"{request.match_info['name']}.xml")
    return web.Response(body=file.read_bytes(), content_type="application/xml")

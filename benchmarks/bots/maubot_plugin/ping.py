"""The plugin that maubot runs: `!ping` is answered in reply, as its own examples do."""

from maubot import MessageEvent, Plugin
from maubot.handlers import command


class Ping(Plugin):
    @command.new("ping")
    @command.argument("word", pass_raw=True, required=False)
    async def ping(self, event: MessageEvent, word: str) -> None:
        await event.reply(f"Pong {word}")

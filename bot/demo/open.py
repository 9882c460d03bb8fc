"""The homeserver of a demo that stays up: one can come in as anyone."""

import secrets
from pathlib import Path

from bot.demo.homeserver import Account, Homeserver


class OpenHomeserver(Homeserver):
    """Everybody has the same password, so that one can come in as anyone."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.password = secrets.token_hex(4)

    async def register(self, localpart: str, password: str, name: str = "") -> Account:
        return await super().register(localpart, self.password, name)

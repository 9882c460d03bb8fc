"""The rooms of config.yaml, once their aliases are known: which is which, in which language."""

from collections.abc import Sequence
from typing import Literal

from bot.config import Config

Kind = Literal["network", "local", "help", "open", "team"]


class Network:
    """`me`: our own Matrix id. Rooms settle one by one as the server tells what their aliases point to."""

    def __init__(self, config: Config, me: str) -> None:
        self.config = config
        self.me = me
        self._kinds: dict[str, Kind] = {}
        self._languages: dict[str, str] = {}
        self._addresses: dict[str, str] = {}

    def settle(self, address: str, room_id: str) -> None:
        """`address`: a room of the configuration (alias or id); `room_id`: the room it is."""
        for room in self.config.rooms:
            if room.room == address:
                self._kinds[room_id] = room.kind
                self._addresses[room_id] = address
                self._languages[room_id] = room.language or self.config.language

    def replace(self, old: str, new: str) -> str:
        """A configured room was upgraded: the new one takes its place. Returns its address in the configuration."""
        address = self._addresses[old]
        del self._kinds[old]
        self.settle(address, new)
        return address

    @property
    def configured(self) -> set[str]:
        return set(self._kinds)

    @property
    def team(self) -> str | None:
        return next(iter(self.of_kind("team")), None)

    def kind(self, room_id: str) -> Kind | None:
        return self._kinds.get(room_id)

    def of_kind(self, *kinds: Kind) -> Sequence[str]:
        """Room ids, in the order of the configuration."""
        return [room_id for room_id, kind in self._kinds.items() if kind in kinds]

    def language(self, room_id: str | None) -> str:
        return self._languages.get(room_id or "", self.config.language)

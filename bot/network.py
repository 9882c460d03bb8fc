"""The network as config.yaml describes it: its rooms, once their aliases are known, and its office hours."""

import logging
from collections.abc import Sequence
from typing import Literal

from bot.config import Config

log = logging.getLogger(__name__)

Kind = Literal["network", "local", "help", "open", "team"]


class Network:
    """`me`: our own Matrix id. Rooms settle one by one as the server tells what their aliases point to."""

    def __init__(self, config: Config, me: str) -> None:
        self.config = config
        self.hours = config.hours()
        self.me = me
        self._kinds: dict[str, Kind] = {}
        self._languages: dict[str, str] = {}
        self._addresses: dict[str, str] = {}

    def bind(self, address: str, room_id: str) -> None:
        """`address`: a room of the configuration (alias or id); `room_id`: the room it is."""
        if self._addresses.get(room_id, address) != address:
            log.error("%s and %s are one room: only the first counts", self._addresses[room_id], address)
            return
        for room in self.config.rooms:
            if room.room == address:
                self._kinds[room_id] = room.kind
                self._addresses[room_id] = address
                self._languages[room_id] = room.language or self.config.language

    def replace(self, old: str, new: str) -> str | None:
        """A configured room was upgraded: the new one takes its place.
        Returns its address in the configuration.

        None when the old one has no place any more, or the new one has another. Harmless twice: the
        transaction may be taken again.
        """
        address = self._addresses.get(old)
        if (
            address is None
            or self._addresses.get(new, address) != address
            or not {old, new} & set(self._kinds)
        ):
            return None
        self._kinds.pop(old, None)
        self.bind(address, new)
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

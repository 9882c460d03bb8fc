"""The face: the profile once a run, the state of the rooms from time to time, as they and we change."""

import logging
from collections.abc import Sequence
from datetime import timedelta

from bot.command import Registry
from bot.face.pins import Pins
from bot.face.profile import Profile
from bot.face.room_state import RoomState
from bot.matrix.errors import PermanentError, TransientError
from bot.services import Services

log = logging.getLogger(__name__)

AGAIN = timedelta(minutes=10)


class Face:
    def __init__(self, services: Services, commands: Registry, pins: Sequence[Pins]) -> None:
        self._services = services
        self._profile = Profile(services)
        self._room_state = RoomState(services, commands, pins)
        self._profile_done = False
        self._show_at = services.clock.now()

    async def show(self) -> None:
        """What is due; what the server is too busy for waits: people come first."""
        now = self._services.clock.now()
        if now < self._show_at:
            return
        self._show_at = now + AGAIN
        try:
            if not self._profile_done:
                await self._profile.publish()
                self._profile_done = True
            self._room_state.begin()
            for room in sorted(self._services.network.configured):
                await self._room_state.publish(room, now)
        except (TransientError, PermanentError) as error:
            log.info("face: %s", error)

"""Injected events: what a server says to the bot, whatever it is worth, put straight into the inbox."""

from bot.matrix.events import Batch, Event, RoomUpdate
from tests.support.world import World

CAMILLE, MALLORY = "@camille:reseau.example.org", "@mallory:ailleurs.example.org"


async def inject(world: World, update: RoomUpdate, *events: Event) -> None:
    """The bot hears this from the server."""
    token = world.app._token or ""
    await world.app.inbox.process(
        Batch(since=token, token=token, began=world.clock.now(), rooms=(update,), events=events)
    )


def state_event(world: World, room: str, type: str, content: dict[str, str], key: str = "") -> Event:
    return Event(
        id=f"${type}{key}",
        room=room,
        sender=MALLORY,
        type=type,
        content=content,
        at=world.clock.now(),
        state_key=key,
    )

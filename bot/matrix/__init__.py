"""The only place that imports nio: sync and gaps, sending, rooms, keys."""

from bot.matrix.client import Matrix
from bot.matrix.connection import Memory
from bot.matrix.errors import Later, LoggedOut, NoFile, Refused
from bot.matrix.events import Batch, Deed, Event, RoomUpdate

__all__ = ["Batch", "Deed", "Event", "Later", "LoggedOut", "Matrix", "Memory", "NoFile", "Refused", "RoomUpdate"]

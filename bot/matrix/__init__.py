"""The only place that imports nio: sync and gaps, sending, rooms, keys."""

from bot.matrix.client import Matrix
from bot.matrix.connection import MatrixStore
from bot.matrix.errors import FileUnavailable, PermanentError, TransientError, UnknownToken
from bot.matrix.events import Batch, Event, Request, RoomUpdate

__all__ = [
    "Batch",
    "Event",
    "FileUnavailable",
    "Matrix",
    "MatrixStore",
    "PermanentError",
    "Request",
    "RoomUpdate",
    "TransientError",
    "UnknownToken",
]

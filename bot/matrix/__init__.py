"""The only place that imports nio: sync and gaps, sending, rooms, keys."""

from bot.matrix.client import Matrix
from bot.matrix.errors import FileUnavailable, PermanentError, TransientError, UnknownToken
from bot.matrix.events import Batch, Event, Request

__all__ = [
    "Batch",
    "Event",
    "FileUnavailable",
    "Matrix",
    "PermanentError",
    "Request",
    "TransientError",
    "UnknownToken",
]

"""The only place that imports nio: sync and gaps, sending, rooms, keys."""

from bot.matrix.client import Matrix
from bot.matrix.cross_signing import DeviceTrust
from bot.matrix.encrypt import Encryption
from bot.matrix.errors import FileUnavailable, PermanentError, TransientError, UnknownToken
from bot.matrix.events import Batch, Event, Request

__all__ = [
    "Batch",
    "DeviceTrust",
    "Encryption",
    "Event",
    "FileUnavailable",
    "Matrix",
    "PermanentError",
    "Request",
    "TransientError",
    "UnknownToken",
]

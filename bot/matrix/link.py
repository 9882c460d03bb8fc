"""What every part of bot/matrix needs to do its work."""

from dataclasses import dataclass

from bot.matrix.http import Http
from bot.matrix.memory import Memory
from bot.time.clock import Clock


@dataclass(frozen=True)
class Link:
    http: Http
    clock: Clock
    memory: Memory
    me: str

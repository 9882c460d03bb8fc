"""What people ask: is it for us, which command, with which values, may they. Text in, values out: nothing here speaks, waits or remembers."""

from bot.command.address import Addressed, Me, address
from bot.command.arguments import arguments
from bot.command.context import Context, Person, RoomView
from bot.command.converters import register
from bot.command.courtesy import NOTHING, Answer
from bot.command.fold import fold
from bot.command.registry import Command, Found, Near, Registry, command, registry, shown
from bot.command.rights import allowed, refusal
from bot.command.roles import Asker, Role, Where

__all__ = [
    "NOTHING",
    "Addressed",
    "Answer",
    "Asker",
    "Command",
    "Context",
    "Found",
    "Me",
    "Near",
    "Person",
    "Registry",
    "Role",
    "RoomView",
    "Where",
    "address",
    "allowed",
    "arguments",
    "command",
    "fold",
    "refusal",
    "register",
    "registry",
    "shown",
]

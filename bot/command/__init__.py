"""What people ask: is it for us, which command, with which values, may they. Text in, values out: nothing here speaks, waits or remembers."""

from bot.command.access import Asker, Role, Where, allowed, refusal
from bot.command.address import Addressed, Me, address
from bot.command.arguments import arguments, register
from bot.command.context import Context, Person, RoomView
from bot.command.registry import Command, Found, Near, Registry, command, registry, shown
from storage.text import fold

__all__ = [
    "Addressed",
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

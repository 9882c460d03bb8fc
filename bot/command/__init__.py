"""What people ask: is it for us, which command, with which values, may they.
Text in, values out: nothing here speaks, waits or remembers.
"""

from bot.command.access import Caller, Role, Scope
from bot.command.address import Addressed, Me, address
from bot.command.arguments import arguments
from bot.command.context import Context, Person, ReplyTarget, RoomView
from bot.command.registry import Command, Found, Registry, Result, RunCommand, Suggestion, command, shown
from bot.command.rights import allowed, refusal
from bot.text.courtesy import NOTHING, Answer

__all__ = [
    "NOTHING",
    "Addressed",
    "Answer",
    "Caller",
    "Command",
    "Context",
    "Found",
    "Me",
    "Person",
    "Registry",
    "ReplyTarget",
    "Result",
    "Role",
    "RoomView",
    "RunCommand",
    "Scope",
    "Suggestion",
    "address",
    "allowed",
    "arguments",
    "command",
    "refusal",
    "shown",
]

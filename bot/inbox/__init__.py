"""Each event once: who may, which handler,
in one transaction with its effects, its answers and the sync token.
"""

from bot.inbox.inbox import Inbox

__all__ = ["Inbox"]

"""The outbox: what the bot says and does on the server, each once,
in order, rate-limited, tried again, edited in place.
"""

from bot.outbox.outbox import Outbox, transaction_id
from bot.outbox.post import MOST_LISTED, Asker, Cause, Child, File, Post, Rank, answer_key
from bot.outbox.unit_of_work import UnitOfWork

__all__ = [
    "MOST_LISTED",
    "Asker",
    "Cause",
    "Child",
    "File",
    "Outbox",
    "Post",
    "Rank",
    "UnitOfWork",
    "answer_key",
    "transaction_id",
]

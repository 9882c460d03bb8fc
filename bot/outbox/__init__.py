"""Each act once: what the bot says and does on the server, in order, paced, tried again, edited in place."""

from bot.outbox.outbox import Outbox, transaction_id
from bot.outbox.post import Cause, Child, File, Post, Rank
from bot.outbox.unit_of_work import UnitOfWork

__all__ = ["Cause", "Child", "File", "Outbox", "Post", "Rank", "UnitOfWork", "transaction_id"]

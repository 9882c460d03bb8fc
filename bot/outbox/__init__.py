"""Each act once: what the bot says and does on the server, in order, paced, tried again, edited in place."""

from bot.outbox.outbox import Outbox, transaction
from bot.outbox.post import Below, Cause, File, Post, Rank
from bot.outbox.unit_of_work import Posting

__all__ = ["Below", "Cause", "File", "Outbox", "Post", "Posting", "Rank", "transaction"]

"""What the bot says, and nothing else in the project makes text for people.

A message is a French sentence with holes. It becomes a plain body and HTML here, in the reader's language,
with French typography; whatever people typed stays text. The sentence is its own key in bot/locales/en.po.
"""

from bot.text.content import content, mentions
from bot.text.message import Count, Link, Pill, Say, UserError, Value
from bot.text.render import Capital, Localized, Long, permalink

__all__ = [
    "Capital",
    "Count",
    "Link",
    "Localized",
    "Long",
    "Pill",
    "Say",
    "UserError",
    "Value",
    "content",
    "mentions",
    "permalink",
]

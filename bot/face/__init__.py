"""What clients show of us: our profile, and in each room a topic, the commands and what is pinned.

Everything here is state: the same said twice is harmless, so it needs no outbox. What people changed is kept.
"""

from bot.face.face import Face
from bot.face.pins import Pins, pinned

__all__ = ["Face", "Pins", "pinned"]

"""The dates people type, the dates people read, and the hours at which one may write to them.

What people type is read by a small strict grammar of our own, French and English at once; it refuses rather
than guesses, and everything it reads is echoed in full before it counts. What each expression means is in
parse.py.
"""

from bot.time.format import Day, Hour, Hours, Instant, Moment
from bot.time.holidays import public_holiday, school_holiday
from bot.time.hours import HolidayPolicy, OfficeHours
from bot.time.parse import parse_moment, parse_prefix

__all__ = [
    "Day",
    "HolidayPolicy",
    "Hour",
    "Hours",
    "Instant",
    "Moment",
    "OfficeHours",
    "parse_moment",
    "parse_prefix",
    "public_holiday",
    "school_holiday",
]

"""The scenes of the demo, in the order they are played: one file a subject.

To add one: a module here with `async def play(on: Performance) -> None`, and its name in SCENES. Each scene begins with `on.opens`, has all
that the bot says heard (what nobody expected counts as a fault), and leaves the bot running.
"""

from collections.abc import Awaitable, Callable

from bot.demo.play import (
    announcements,
    meetings,
    mending,
    outage,
    panorama,
    polls,
    private,
    resources,
    welcome,
)
from bot.demo.runner import Runner

Scene = Callable[[Runner], Awaitable[None]]

SCENES: tuple[Scene, ...] = (
    welcome.play,
    panorama.play,
    announcements.play,
    private.play,
    outage.play,
    mending.play,
    resources.play,
    polls.play,
    meetings.play,
)

OPENING = "2026-11-23T09:05"  # --clock of the first scene: a Monday in open hours, before the panorama

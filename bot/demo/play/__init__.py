"""The scenes of the demo, in the order they are played: one file a subject.

To add one: a function here or in a module of its own, and its name in PLAY. Each scene begins with
`on.opens`, has all that the bot says heard (what nobody expected counts as a fault), and leaves the bot
running.
"""

from bot.demo.play.announcements import announcements, corrections, outage
from bot.demo.play.first_steps import in_private, welcome
from bot.demo.play.meetings import meetings
from bot.demo.play.pairs import pairs, rhythm
from bot.demo.play.panorama import panorama
from bot.demo.play.polls import polls
from bot.demo.play.quarter import quarter
from bot.demo.play.resources import resources
from bot.demo.play.surveys import surveys
from bot.demo.play.the_day import the_day
from bot.demo.play.tickets import tickets
from bot.demo.runner import Play

PLAY = Play(
    opening="2026-11-23T09:05",  # a Monday in open hours, before the panorama
    scenes=(
        welcome,
        panorama,
        announcements,
        in_private,
        outage,
        corrections,
        resources,
        tickets,
        polls,
        rhythm,
        meetings,
        pairs,
        quarter,
        surveys,
        the_day,
    ),
)

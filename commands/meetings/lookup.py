"""Lookup of the meeting that people mean (« T4 », "2026-Q4", or the next one),
and of the participant they name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.command import Context, Role
from bot.text import UserError
from bot.text.names import first_name
from schedules.meetings import leavers
from schedules.meetings.attendance import Participant
from storage import rooms
from storage.meetings import meetings, messages
from storage.tables import Meeting
from storage.text import fold

MOST_NAMED = 4
UPCOMING = (meetings.PLANNED, meetings.ANNOUNCED)
_NAME = re.compile(
    r"(?:(?:la\s+)?(?:rencontre|r[ée]union|meeting)\s+(?:du\s+)?)?"
    r"(?:(?P<year>20\d\d)\s?-?\s?)?[tq]\s?(?P<quarter>[1-4])(?:\s?-\s?(?P<place>[1-9]\d?))?(?![\w-])[\s:,;]*",
    re.ASCII | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class MeetingName:
    """A meeting as somebody named it, in our spelling: "2026-T4", "T4", "T4-2"."""

    name: str

    @classmethod
    def parse_prefix(cls, text: str, _: Context | None = None, /) -> tuple[MeetingName, str] | None:
        """The name at the start of a text, and what follows it."""
        match = _NAME.match(text)
        if match is None:
            return None
        parts = [match["year"], f"T{match['quarter']}", match["place"]]
        return cls("-".join(part for part in parts if part)), text[match.end() :]


async def find(ctx: Context, called: MeetingName | None, *statuses: str) -> Meeting:
    """The meeting of these statuses that is named,
    or the next one, among those that this person may see from here.

    Raises UserError when there is none, with the names that there are.
    """
    statuses = statuses or (meetings.ANNOUNCED,)
    if called is None:
        upcoming = [
            row for row in await meetings.upcoming(ctx.db, ctx.now, statuses) if await visible(ctx, row)
        ]
        if not upcoming:
            raise await _none(ctx)
        return upcoming[0]
    row = await meetings.by_name(ctx.db, called.name, ctx.now)
    if row is None or not await visible(ctx, row):
        raise await _unknown(ctx, called)
    if row.status not in statuses:
        raise _wrong_status(ctx, row, await short_name(ctx, row))
    return row


async def visible(ctx: Context, row: Meeting) -> bool:
    """What is not announced, or not out yet, is the team's, in its own room or in private;
    the rest is for who is where it is announced.

    In the open room only what is announced there: guests read along.
    """
    if ctx.person.role >= Role.TEAM and (ctx.room.kind == "team" or ctx.room.direct):
        return True
    seen = {ctx.room.id} if ctx.room.kind == "open" else await rooms.rooms_of(ctx.db, ctx.person.id)
    is_known = row.status in (meetings.ANNOUNCED, meetings.CANCELLED) and bool(set(row.rooms) & seen)
    return is_known and await messages.was_seen(ctx.db, row)


async def is_public(ctx: Context, row: Meeting) -> bool:
    """Whether people know of it: announced, and not only for later."""
    return row.status == meetings.ANNOUNCED and await messages.was_seen(ctx.db, row)


async def short_name(ctx: Context, row: Meeting) -> str:
    """« T4 » when that is enough to find it, else « 2026-T4 »."""
    brief = row.name.partition("-")[2]
    named_so = await meetings.by_name(ctx.db, brief, ctx.now)
    return brief if named_so is not None and named_so.id == row.id else row.name


async def _none(ctx: Context) -> UserError:
    if ctx.room.kind == "team":
        return UserError("Aucune rencontre n’est prévue. Pour en entrer une : `!rencontre nouvelle`")
    return UserError(
        "Aucune rencontre n’est annoncée pour l’instant. "
        "Dès qu’une date est fixée, elle paraît dans le salon."
    )


async def _unknown(ctx: Context, called: MeetingName) -> UserError:
    known = [row for row in await meetings.upcoming(ctx.db, ctx.now, UPCOMING) if await visible(ctx, row)][
        :MOST_NAMED
    ]
    if not known:
        return await _none(ctx)
    names = ", ".join([await short_name(ctx, row) for row in known])
    return UserError(
        "Je ne connais pas de rencontre {name}. Celles qui viennent : {names}.", name=called.name, names=names
    )


def _wrong_status(ctx: Context, row: Meeting, name: str) -> UserError:
    team = ctx.room.kind == "team"
    if row.status == meetings.CANCELLED:
        if team:
            return UserError(
                "La rencontre {name} est annulée. "
                "Pour en faire une autre : `!rencontre dupliquer {name} date`",
                name=name,
            )
        return UserError("La rencontre {name} est annulée.", name=name)
    if row.status == meetings.PLANNED and team:
        return UserError(
            "La rencontre {name} n’est pas encore annoncée : `!rencontre annoncer {name}`", name=name
        )
    return UserError("Ce n’est pas possible pour la rencontre {name}.", name=name)


_ID = re.compile(r"@[^\s:()/?]+:[^\s()?]+")


async def find_participant(ctx: Context, row: Meeting, name: str, *, leaving: bool) -> Participant | None:
    """`leaving`: they do not come. Who is back under another account has the same name;
    the seat is still that of the one before.
    """
    gone = await _departed(ctx, row, name) if leaving else None
    found = await participant_called(ctx, row, name)
    if gone and found:
        raise UserError(
            "Plusieurs personnes s’appellent « {name} », dont une n’est plus dans les salons de la "
            "rencontre. Pour celle-ci : `{line}`",
            name=name,
            line=f"!presence non {row.name} pour {gone.id}",
        )
    return gone or found


async def participant_called(ctx: Context, row: Meeting, name: str) -> Participant | None:
    """Who is meant, among the people of the rooms where the meeting is announced.
    Raises UserError when there are several.
    """
    return await member_called(ctx, row.rooms, name)


async def member_called(ctx: Context, among: Sequence[str], name: str) -> Participant | None:
    """Who is meant, among the people of these rooms. Raises UserError when there are several."""
    user_id = _ID.search(name)
    wanted, found = fold(name.removeprefix("@")).strip(), {}
    for room in among:
        for member in await rooms.members(ctx.db, room):
            full = member.name or member.user_id.removeprefix("@").partition(":")[0]
            names = {
                fold(full),
                fold(first_name(full)),
                fold(member.user_id.removeprefix("@").partition(":")[0]),
            }
            matches = member.user_id == user_id[0] if user_id else wanted in names
            if matches and member.membership == "join" and member.user_id != ctx.network.me:
                found[member.user_id] = Participant(member.user_id, full)
    if len(found) > 1:
        raise _several(name)
    return next(iter(found.values()), None)


async def _departed(ctx: Context, row: Meeting, name: str) -> Participant | None:
    """Somebody who has left and whose seat the team frees. None: nobody is called so, or several are."""
    wanted = fold(name.strip())
    people = await leavers.departed(ctx, row)
    matching = [
        each for each in people if wanted in (fold(each.name), fold(first_name(each.name)), fold(each.person))
    ]
    return Participant(matching[0].person, matching[0].name) if len(matching) == 1 else None


def _several(name: str) -> UserError:
    return UserError(
        "Plusieurs personnes s’appellent « {name} » : écrivez son nom complet, tel qu’il s’affiche dans le "
        "salon, ou son identifiant (@nom:serveur).",
        name=name,
    )

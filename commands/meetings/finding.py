"""Whom people mean by a name, among those of a meeting: who is in its rooms, and who has left them and still has a seat."""

import re

from bot.command import Context
from bot.inbox.context import first_name
from bot.text import UserError
from commands.meetings.recording import Somebody
from commands.meetings.said import Said
from schedules.meetings import departures
from storage import rooms
from storage.meetings.answers import NO
from storage.tables import Meeting
from storage.text import fold

_ID = re.compile(r"@[^\s:()/?]+:[^\s()?]+")


async def meant(ctx: Context, row: Meeting, said: Said) -> Somebody | None:
    """Who comes back under another account has the same name; the seat is still that of the one before."""
    gone = await _departed(ctx, row, said.whom) if said.answer == NO else None
    found = await named(ctx, row, said.whom)
    if gone and found:
        raise UserError(
            "Plusieurs personnes s’appellent « {name} », dont une n’est plus dans les salons de la rencontre. Pour celle-ci : `{line}`",
            name=said.whom,
            line=f"!presence non {row.name} pour {gone.id}",
        )
    return gone or found


async def named(ctx: Context, row: Meeting, name: str) -> Somebody | None:
    """Who is meant, among the people of the rooms where the meeting is announced. Raises UserError when there are several."""
    said = _ID.search(name)
    wanted, found = fold(name.removeprefix("@")).strip(), {}
    for room in row.rooms:
        for member in await rooms.members(ctx.db, room):
            full = member.name or member.user_id.removeprefix("@").partition(":")[0]
            known = {fold(full), fold(first_name(full)), fold(member.user_id.removeprefix("@").partition(":")[0])}
            meant = member.user_id == said[0] if said else wanted in known
            if meant and member.membership == "join" and member.user_id != ctx.network.me:
                found[member.user_id] = Somebody(member.user_id, full)
    if len(found) > 1:
        raise _several(name)
    return next(iter(found.values()), None)


async def _departed(ctx: Context, row: Meeting, name: str) -> Somebody | None:
    """Somebody who has left and whose seat the team frees. None: nobody is called so, or several are."""
    wanted = fold(name.strip())
    gone = await departures.gone(ctx.db, ctx.network, row)
    meant = [each for each in gone if wanted in (fold(each.name), fold(first_name(each.name)), fold(each.person))]
    return Somebody(meant[0].person, meant[0].name) if len(meant) == 1 else None


def _several(name: str) -> UserError:
    return UserError(
        "Plusieurs personnes s’appellent « {name} » : écrivez son nom complet, tel qu’il s’affiche dans le salon, ou son identifiant (@nom:serveur).",
        name=name,
    )

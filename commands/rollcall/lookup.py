"""Who was there, as the team calls them."""

from bot.command import Context
from bot.text import UserError
from bot.text.names import first_name
from storage.rollcall import presence, rollcalls
from storage.tables import CheckIn, Meeting
from storage.text import fold


async def attendee_called(ctx: Context, row: Meeting, name: str) -> CheckIn:
    """By the whole name or the id, else by the first name. Raises UserError for none or several."""
    there = presence.there(await rollcalls.everybody(ctx.db, row.id))
    wanted = fold(name)
    exact = [each for each in there if wanted in (fold(each.name), fold(each.person))]
    found = exact or [each for each in there if wanted == fold(first_name(each.name))]
    if not found:
        raise UserError("Personne de ce nom n’est noté : « {name} ».", name=name)
    if len(found) > 1:
        raise UserError("Plusieurs personnes s’appellent « {name} » : écrivez le nom entier.", name=name)
    return found[0]

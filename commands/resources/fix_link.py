"""Fixing a dead link: whoever recommended a page that is gone is asked
for another address of it (schedules/resources/link_health.py).
"""

from bot.command import Context
from bot.command.handlers import on_answer
from bot.outbox.question import Reply
from bot.text import Say, UserError
from bot.web import canonical_url
from schedules.resources import edit
from schedules.resources.parse_recommendation import links
from storage.resources import library


@on_answer("resource.address")
async def new_address(ctx: Context, reply: Reply) -> Say:
    row = await library.active(ctx.db, int(reply.data["n"]))
    if row is None:
        raise UserError("Cette fiche n’est plus dans la bibliothèque : il n’y a rien à y corriger.")
    if reply.choice == "no":
        return Say("D’accord. La fiche {n} reste, avec la mention « lien mort ».", n=row.id)
    link = next(iter(links(reply.text)), None)
    if link is None:
        raise UserError(
            "Je n’ai pas trouvé de lien dans votre message. Collez l’adresse entière, par exemple "
            "`https://example.org/page`, ou répondez non."
        )
    if canonical_url(link) == row.clean_link:
        raise UserError("C’est l’adresse qui ne répond plus. Collez-en une autre, ou répondez non.")
    other = await library.by_link(ctx.db, canonical_url(link))
    if other is not None and other.id != row.id:  # to make one of two is for the team, or for their site
        raise UserError(
            "Cette adresse est déjà celle de la fiche {other}. "
            "Pour retirer la vôtre : `!ressource retirer {n}`",
            other=other.id,
            n=row.id,
        )
    await edit.move(ctx, row, link, edit.By(ctx.now, ctx.person.id))
    return Say("Merci. La fiche {n} a sa nouvelle adresse, que je vérifie.", n=row.id)

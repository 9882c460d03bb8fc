"""Look-up: which resource somebody means: « 9 », « fiche 9 », « n° 9 », or none named in reply to a card."""

import re

from bot.command import Context, Role, shown
from bot.text import UserError
from bot.text.numbering import CALLED
from storage import outbox
from storage.resources import library
from storage.tables import Resource

_NUMBER = re.compile(
    rf"(?:(?:la\s+)?(?:fiche|ressource|card|resource)\s*)?{CALLED}(\d{{1,9}})[\s.!]*",
    re.ASCII | re.IGNORECASE,
)
_FICHE = re.compile(r"(?:la\s+)?(?:fiche|ressource|card|resource)\b", re.IGNORECASE)


def number(text: str) -> int | None:
    """The number, when the whole text is one."""
    found = _NUMBER.fullmatch(text.strip())
    return int(found[1]) if found else None


def says_card(text: str) -> bool:
    """Whether it says that it is a card's number: « fiche 9 »."""
    return _FICHE.match(text.strip()) is not None


async def find_resource(ctx: Context, text: str) -> Resource:
    """The one that `text` names, or whose card was answered;
    of two that turned out to be one page, the one that stands. Raises UserError.
    """
    if not text.strip() and (answered := await answered_card(ctx)) is not None:
        return answered
    n = number(text)
    if n is None:
        raise UserError(
            "Il me manque le numéro de la fiche. Exemple : `!utile 9`, ou `!utile` en réponse à la fiche."
        )
    row = await library.resolve(ctx.db, n)
    if row is None:
        raise UserError(
            "Il n’y a pas de fiche {n}. Pour en recommander une : `!recommander` suivi du lien.", n=n
        )
    return row


async def answered_card(ctx: Context) -> Resource | None:
    """The one whose card this message answers."""
    entry = await outbox.by_event(ctx.db, ctx.reply_to) if ctx.reply_to else None
    n = library.number(entry.message_key) if entry and entry.room_id == ctx.room.id else None
    return await library.resolve(ctx.db, n) if n is not None else None


def members_only(ctx: Context) -> None:
    if ctx.person.role < Role.MEMBER:
        raise UserError(
            "La recherche de ressources est réservée aux membres du réseau. Je peux vous indiquer une "
            "personne : `{line}`.",
            line=shown("contact", ctx.caller),
        )

"""`!commune`: a member says which town they work for."""

import re

from bot.command import NOTHING, Answer, Context, Role, command
from bot.text import Say, UserError
from bot.text.assent import says_none
from bot.text.clean import clean_text
from schedules.members import configured, towns
from storage import members
from storage.text import fold

LONGEST = 60
_BEFORE = re.compile(
    r"(?:je\s+(?:suis|travaille)\s+)?(?:(?:à|a|pour)\s+)?(?:(?:la\s+)?(?:ville|commune|mairie)\s+)?"
    r"(?:(?:de|du|à)\s+|d['’]\s?)?(?=\S)",
    re.IGNORECASE,
)
_NAME = re.compile(r"[^\W\d_][^\W_]*(?:[ .'’/-]+[^\W_]+)*", re.UNICODE)
_SMALL = frozenset(["d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "lès", "sous", "sur"])


@command(
    "commune",
    aliases=("macommune", "maville"),
    english=("town", "mytown"),
    usage=Say("`!commune nom`"),
    example="!commune Wambrecourt",
    help=Say("dire pour quelle commune vous travaillez"),
    allow=Role.MEMBER,
    rank=58,
)
async def commune(ctx: Context, *, town: Answer = NOTHING) -> Say:
    if given := configured(ctx.config).get(ctx.person.id):
        return _given(ctx, given)
    if not town:
        return await _known(ctx)
    if says_none(town):
        await members.forget(ctx.db, ctx.person.id)
        return Say("C’est effacé : je ne sais plus quelle est votre commune.")
    name = parse(town, {*(await towns(ctx.db, ctx.config)).values()})
    await members.set_town(ctx.db, ctx.person.id, name, ctx.now)
    return Say("C’est noté : {town}. Pour l’effacer : `!commune non`", town=name)


def parse(text: str, known: set[str]) -> str:
    """The name of a town, as it is spelled already if it is one of those `known`.
    Raises UserError when it can be none.
    """
    name = clean_text(_BEFORE.sub("", text, count=1), LONGEST + 1).strip(" .,;!")
    if len(name) > LONGEST or not _NAME.fullmatch(name):
        raise UserError("Je n’ai pas compris cette commune. Écrivez son nom seul : `!commune Wambrecourt`")
    spelled = next((each for each in sorted(known) if fold(each) == fold(name)), None)
    return spelled or (_capitalised(name) if name in (name.lower(), name.upper()) else name)


def _capitalised(name: str) -> str:
    """« saint-éloi-en-artois » is Saint-Éloi-en-Artois."""
    words = re.split(r"([ .'’/-]+)", name.lower())
    return "".join(word if n and word in _SMALL else word.capitalize() for n, word in enumerate(words))


def _given(ctx: Context, town: str) -> Say:
    """What the operator wrote is theirs to change. A room does not need to know."""
    if not ctx.room.direct:
        return Say(
            "Votre commune est déjà connue de l’équipe. Pour la vérifier, écrivez-moi en privé : `commune`"
        )
    return Say(
        "L’équipe vous connaît à **{town}**. Si ce n’est pas juste, dites-le-lui : `contact`", town=town
    )


async def _known(ctx: Context) -> Say:
    if not ctx.room.direct:
        raise UserError("Écrivez le nom de votre commune à la suite, par exemple `!commune Wambrecourt`.")
    town = await members.town(ctx.db, ctx.person.id)
    if town is None:
        return Say("Je ne connais pas votre commune. Pour me la dire : `commune Wambrecourt`")
    return Say(
        "Votre commune : **{town}**. Elle est effacée quand vous quittez les salons du réseau, "
        "ou avec `commune non`.",
        town=town,
    )

"""Glossary, `!sigle GUSP`: what an acronym means. The team adds some, and puts right what is wrong."""

from collections.abc import Mapping

from bot.command import Context, Role, command, shown
from bot.text import Long, Say, UserError
from bot.text.clean import clean_text
from schedules.glossary import LONGEST_NAME, LONGEST_TEXT, Entry, entries, folded, near, ours
from storage import glossary as rows
from storage.tables import Acronym

REMOVE = ("retirer", "remove")


@command(
    "glossaire",
    aliases=("sigle", "definition"),
    english=("glossary", "acronym"),
    usage=Say("`!sigle` suivi du sigle"),
    example="!sigle GUSP",
    help=Say("ce que veut dire un sigle"),
    rank=35,
)
async def glossaire(ctx: Context, *, typed: str = "") -> Say:
    found = await entries(ctx.db)
    if not typed:
        return _all(ctx, found)
    name, equals, text = typed.partition("=")
    if equals:
        return await _write(ctx, found, name, text)
    if (entry := found.get(folded(typed))) is not None:
        return _definition(entry)
    first, _, rest = typed.partition(" ")
    if rest and folded(first) in REMOVE:
        return await _remove(ctx, found, rest)
    return _near(ctx, found, typed)


def _all(ctx: Context, found: Mapping[str, Entry]) -> Say:
    names = Long(", ".join(entry.name for entry in found.values()))
    way = Say("Pour savoir ce que veut dire un sigle : `{line}`", line=shown("sigle GUSP", ctx.caller))
    more = (
        Say("Pour en ajouter un : `{line}`", line=shown("sigle GUSP = sa définition", ctx.caller))
        if ctx.person.role >= Role.TEAM
        else None
    )
    return Say.lines(Say("**Glossaire** : {names}.", names=names), way, more)


def _definition(entry: Entry) -> Say:
    return Say("**{name}** : {text}", name=entry.name, text=Long(entry.text))


def _near(ctx: Context, found: Mapping[str, Entry], typed: str) -> Say:
    """The nearest with what they mean: nobody needs to ask again."""
    typed = clean_text(typed, LONGEST_NAME)
    if close := near(found, typed):
        return Say.lines(
            Say("« {word} » n’est pas dans le glossaire. Le plus proche :", word=typed),
            *map(_definition, close),
        )
    raise UserError(
        "« {word} » n’est pas dans le glossaire. "
        "L’équipe d’animation peut l’y ajouter. Les sigles connus : `{line}`",
        word=typed,
        line=shown("glossaire", ctx.caller),
    )


async def _write(ctx: Context, found: Mapping[str, Entry], name: str, text: str) -> Say:
    _team_only(ctx)
    name, text = clean_text(name, LONGEST_NAME), clean_text(text, LONGEST_TEXT)
    if not folded(name) or not text:
        raise UserError(
            "Il me manque le sigle ou sa définition. Par exemple : `{line}`",
            line=shown("sigle GUSP = sa définition", ctx.caller),
        )
    entry = Entry(name, text if text.endswith((".", "!", "?", "…")) else f"{text}.")
    before = found.get(folded(name))
    await rows.write(
        ctx.db,
        Acronym(folded=folded(name), name=entry.name, text=entry.text, person=ctx.person.id, at=ctx.now),
    )
    was = Say("Avant : {text}", text=Long(before.text)) if before and before.text != entry.text else None
    return Say.lines(Say("C’est noté dans le glossaire."), _definition(entry), was)


async def _remove(ctx: Context, found: Mapping[str, Entry], name: str) -> Say:
    """What came with the program comes back."""
    _team_only(ctx)
    if not await rows.remove(ctx.db, folded(name)):
        raise UserError(
            "L’équipe n’a rien ajouté sous ce nom. Les sigles connus : `{line}`",
            line=shown("glossaire", ctx.caller),
        )
    if (entry := ours().get(folded(name))) is not None:
        return Say.lines(Say("C’est fait : la définition d’origine revient."), _definition(entry))
    return Say("C’est fait : « {name} » n’est plus dans le glossaire.", name=found[folded(name)].name)


def _team_only(ctx: Context) -> None:
    if ctx.person.role < Role.TEAM:
        raise UserError(
            "Le glossaire est tenu par l’équipe d’animation. Je peux vous indiquer une personne : `{line}`.",
            line=shown("contact", ctx.caller),
        )

"""Editing a resource: `!ressource 9` shows its card;
with `corriger`, `retirer`, `remettre`, `epingler`, `historique`, the team puts the library in order,
everybody what they recommended.

Every change is traced, and can be undone by the line that the answer shows.
"""

import re
from collections.abc import Awaitable, Callable

from bot.command import NOTHING, Answer, Context, Result, Role, command, shown
from bot.command.quotes import word
from bot.outbox import Rank
from bot.text import Count, Say, UserError
from bot.text.numbering import NUMBER_SIGN
from bot.web import canonical_url, site
from commands.resources.lookup import answered_card, members_only, number
from schedules.resources import edit
from schedules.resources.card import show, title
from schedules.resources.summary import MOST
from schedules.resources.wording import change_line, correction_done
from storage.resources import changes, imports, library
from storage.tables import Change, Resource
from storage.text import key

SHOWN = 10  # changes
_NUMBER = re.compile(
    rf"\s*(?:(?:la\s+)?(?:fiche|ressource|card|resource)\s*)?{NUMBER_SIGN}?(\d{{1,9}})\b[\s.,;:]*",
    re.IGNORECASE | re.ASCII,
)


@command(
    "ressource",
    aliases=("fiche",),
    english=("resource", "card"),
    usage=Say("`!ressource numéro`, `!ressource corriger numéro titre = …`, `!ressource retirer numéro`"),
    example="!ressource 9",
    help=Say("la fiche de ce numéro"),
    rank=31,
)
async def ressource(ctx: Context, *, which: Answer = NOTHING) -> Result:
    """Words instead of a number are a search: the singular is what many type."""
    members_only(ctx)
    if (found := _action(which.typed)) is not None:
        act, rest = found
        return await act(ctx, rest)
    if not which.strip():
        row = await answered_card(ctx)
        if row is None:
            raise UserError(
                "Il me manque le numéro de la fiche. Exemple : `{line}`",
                line=shown("ressource 9", ctx.caller),
            )
        return await show(ctx, row)
    n = number(which)
    if n is None:
        return await ctx.run("ressources", words=which)
    row = await library.resource(ctx.db, n)
    if row is None or row.status not in (library.ACTIVE, library.RETIRED):
        raise UserError(
            "Il n’y a pas de fiche {n}. Pour chercher : `{line}`",
            n=n,
            line=shown("ressources évaluation", ctx.caller),
        )
    return await show(ctx, row)


async def correct(ctx: Context, rest: str) -> Say:
    row, typed = await _target(ctx, rest, "corriger 9 titre = Le nouveau titre")
    _check_author(ctx, row)
    n = row.id
    if row.status == library.RETIRED:
        raise UserError("La fiche {n} est retirée. La remettre d’abord : `!ressource remettre {n}`", n=n)
    correction = edit.parse(typed, n)
    old = edit.stored_value(row, correction.field)
    if old == correction.value:
        return Say("C’était déjà ainsi sur la fiche {n}.", n=n)
    if correction.field == "link":
        return await _move(ctx, row, correction.value)
    edit.apply(row, correction)
    await _save(
        ctx,
        row,
        Change(
            resource_id=n,
            person=ctx.person.id,
            at=ctx.now,
            what=correction.field,
            before=old,
            after=correction.value,
        ),
    )
    return correction_done(row, correction, old)


async def _move(ctx: Context, row: Resource, link: str) -> Say:
    """To an address that another one has, only the team: the two become one."""
    n, other = row.id, await library.by_link(ctx.db, canonical_url(link))
    if other is not None and other.id != row.id and ctx.person.role < Role.TEAM:
        raise UserError(
            "Cette adresse est déjà celle de la fiche {other}. "
            "Pour retirer la vôtre : `!ressource retirer {n}`",
            other=other.id,
            n=n,
        )
    old, row.site = row.link, site(link)
    await edit.move(ctx, row, link, edit.By(ctx.now, ctx.person.id), Rank.ANSWER)
    kept = await library.by_link(ctx.db, canonical_url(link))
    if kept is not None and other is not None and other.id != n:
        return Say(
            "Cette adresse était déjà connue : les fiches {n} et {other} sont maintenant réunies dans la "
            "fiche {kept}.",
            n=n,
            other=other.id,
            kept=kept.id,
        )
    return Say.lines(
        Say("C’est corrigé : la fiche {n} mène à {link}. Je lis cette page.", n=n, link=link),
        Say("Pour revenir en arrière : `!ressource corriger {n} lien = {old}`", n=n, old=old),
    )


async def retire(ctx: Context, rest: str) -> Say:
    row, _ = await _target(ctx, rest, "retirer 9")
    _check_author(ctx, row)
    n = row.id
    if row.status == library.RETIRED:
        return Say("La fiche {n} est déjà retirée. La remettre : `!ressource remettre {n}`", n=n)
    row.status, row.pinned = library.RETIRED, False
    await _save(ctx, row, _change(ctx, row, changes.RETIRED))
    return Say(
        "La fiche {n}, « {title} », est retirée : je ne la propose plus. "
        "La remettre : `!ressource remettre {n}`",
        n=n,
        title=title(row),
    )


async def put_back(ctx: Context, rest: str) -> Say:
    row, _ = await _target(ctx, rest, "remettre 9")
    _check_author(ctx, row)
    n, other = row.id, await library.by_link(ctx.db, row.clean_link)
    if other is not None and other.id != row.id:
        raise UserError(
            "La fiche {n} est maintenant réunie à la fiche {other} : `!ressource {other}`",
            n=n,
            other=other.id,
        )
    if row.status == library.ACTIVE:
        return Say("La fiche {n} n’est pas retirée : `!ressource {n}`", n=n)
    row.status = library.ACTIVE
    await _save(ctx, row, _change(ctx, row, changes.BACK))
    return Say("La fiche {n}, « {title} », est de retour.", n=n, title=title(row))


async def pin(ctx: Context, rest: str) -> Say:
    """At the head of « À garder » in the first panorama of each month;
    of two that answer a search as well, the first.
    """
    row, _ = await _target(ctx, rest, "epingler 9")
    _check_team(ctx, row)
    n, pinned = row.id, await library.pinned(ctx.db)
    if row.status == library.RETIRED:
        raise UserError("La fiche {n} est retirée. La remettre d’abord : `!ressource remettre {n}`", n=n)
    if row.pinned:
        return Say("La fiche {n} est déjà épinglée. La détacher : `!ressource detacher {n}`", n=n)
    if len(pinned) >= MOST:
        first = pinned[0].id
        raise UserError(
            "Trois fiches sont déjà épinglées : {names}. Pour en détacher une : `!ressource detacher {n}`",
            names=", ".join(str(each.id) for each in pinned),
            n=first,
        )
    row.pinned = True
    await _save(ctx, row, _change(ctx, row, changes.PINNED))
    return Say(
        "La fiche {n} est épinglée : elle sera en tête de « À garder », dans le premier panorama du mois. "
        "La détacher : `!ressource detacher {n}`",
        n=n,
    )


async def unpin(ctx: Context, rest: str) -> Say:
    row, _ = await _target(ctx, rest, "detacher 9")
    _check_team(ctx, row)
    if not row.pinned:
        return Say("La fiche {n} n’est pas épinglée. L’épingler : `!ressource epingler {n}`", n=row.id)
    row.pinned = False
    await _save(ctx, row, _change(ctx, row, changes.UNPINNED))
    return Say("La fiche {n} n’est plus épinglée.", n=row.id)


async def _target(ctx: Context, rest: str, example: str) -> tuple[Resource, str]:
    """The one that is named first, or whose card was answered, a retired one too; and what follows."""
    found = _NUMBER.match(rest)
    row = await library.resource(ctx.db, int(found[1])) if found else await answered_card(ctx)
    if found is None and row is None:
        raise UserError(
            "Il me manque le numéro de la fiche. Exemple : `!ressource {example}`", example=example
        )
    if row is None:
        raise UserError(
            "Il n’y a pas de fiche {n}. Pour chercher : `!ressources` suivi de quelques mots.",
            n=int(found[1]) if found else 0,
        )
    return row, rest[found.end() :] if found else rest


def _check_author(ctx: Context, row: Resource) -> None:
    if ctx.person.role >= Role.TEAM or row.person == ctx.person.id:
        return
    raise UserError(
        "Seules l’équipe d’animation et la personne qui l’a recommandée peuvent changer cette fiche. Une "
        "erreur à signaler ? `!contact`"
    )


def _check_team(ctx: Context, row: Resource) -> None:
    if ctx.person.role < Role.TEAM:
        raise UserError(
            "C’est l’équipe d’animation qui épingle les fiches. "
            "Pour mettre celle-ci de côté : `!garder fiche {n}`",
            n=row.id,
        )


async def _save(ctx: Context, row: Resource, change: Change) -> None:
    ctx.db.add(change)
    await edit.save(ctx, row, Rank.ANSWER)


def _change(ctx: Context, row: Resource, what: str) -> Change:
    return Change(resource_id=row.id, person=ctx.person.id, at=ctx.now, what=what)


async def history(ctx: Context, rest: str) -> Say:
    """Who changed what: names are for the team only."""
    row, _ = await _target(ctx, rest, "historique 9")
    n = row.id
    if ctx.person.role < Role.TEAM or ctx.room.kind != "team":
        raise UserError(
            "L’historique d’une fiche se demande dans le salon de l’équipe. La fiche elle-même : "
            "`!ressource {n}`",
            n=n,
        )
    found, count = await changes.history(ctx.db, n, SHOWN), await changes.count(ctx.db, n)
    if not found:
        return Say("Rien n’a été changé sur la fiche {n}, « {title} ».", n=n, title=title(row))
    names = await imports.people(ctx.db, {each.person for each in found})
    return Say.lines(
        Say("**Fiche {n} – {count}**", n=n, count=Count(count, "un changement", "{n} changements")),
        *(change_line(ctx, each, names) for each in found),
        Say("… et {count} plus anciens.", count=count - SHOWN) if count > SHOWN else None,
    )


Action = Callable[[Context, str], Awaitable[Say | None]]
ACTIONS: dict[str, Action] = {
    **dict.fromkeys(("corriger", "corrige", "modifier", "correct", "amend", "edit"), correct),
    **dict.fromkeys(("retirer", "supprimer", "remove", "delete", "withdraw"), retire),
    **dict.fromkeys(("remettre", "restore"), put_back),
    **dict.fromkeys(("epingler", "pin"), pin),
    **dict.fromkeys(("detacher", "desepingler", "unpin"), unpin),
    **dict.fromkeys(("historique", "history"), history),
}


def _action(typed: str) -> tuple[Action, str] | None:
    """What may follow `!ressource` in the place of a number, and what follows that."""
    found = word(typed)
    entry = ACTIONS.get(key(found[0])) if found else None
    return (entry, found[1]) if entry and found else None

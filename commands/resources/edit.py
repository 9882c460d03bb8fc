"""`!ressource corriger`, `retirer`, `remettre`, `epingler`, `historique`: the team puts the library in order, everybody what they recommended.

Every change is traced, and can be undone by the line that the answer shows.
"""

import re
from collections.abc import Awaitable, Callable, Mapping

from bot.command import Context, Role
from bot.command.handlers import on_answer
from bot.command.quotes import word
from bot.inbox.context import first_name
from bot.outbox import Rank
from bot.outbox.question import Reply
from bot.text import Count, Say, UserError
from bot.time.format import DayMonth
from bot.web import canonical_url, site
from commands.resources.lookup import answered_card
from schedules.resources import edit
from schedules.resources.card import title
from schedules.resources.parse_recommendation import links
from schedules.resources.summary import MOST
from storage.resources import changes, imports, library, top
from storage.tables import Change, Resource
from storage.text import key

SHOWN = 10  # changes
DONE = {
    changes.RETIRED: Say("fiche retirée"),
    changes.BACK: Say("fiche remise"),
    changes.PINNED: Say("fiche épinglée"),
    changes.UNPINNED: Say("fiche détachée"),
    imports.ADDED: Say("fiche importée d’un fichier"),
}
_NUMBER = re.compile(r"\s*(?:(?:la\s+)?(?:fiche|ressource|card|resource)\s*)?(?:n\s?[°ºo]\s?|#)?(\d{1,9})\b[\s.,;:]*", re.IGNORECASE | re.ASCII)


async def correct(ctx: Context, rest: str) -> Say:
    row, typed = await _meant(ctx, rest, "corriger 9 titre = Le nouveau titre")
    _may(ctx, row)
    n = row.id
    if row.status == library.RETIRED:
        raise UserError("La fiche {n} est retirée. La remettre d’abord : `!ressource remettre {n}`", n=n)
    correction = edit.read(typed, n)
    old = edit.before(row, correction.field)
    if old == correction.value:
        return Say("C’était déjà ainsi sur la fiche {n}.", n=n)
    if correction.field == "link":
        return await _move(ctx, row, correction.value)
    edit.apply(row, correction)
    await _keep(ctx, row, Change(resource_id=n, person=ctx.person.id, at=ctx.now, what=correction.field, before=old, after=correction.value))
    return _corrected(row, correction, old)


def _corrected(row: Resource, correction: edit.Correction, old: str) -> Say:
    n, field = row.id, edit.FIELDS[correction.field]
    if correction.value:
        value = edit.named(correction.field, correction.value)
        done = Say("C’est corrigé, fiche {n} – {field} : {value}", n=n, field=field, value=value)
    elif correction.field == "title":
        done = Say("C’est noté : la fiche {n} reprend le titre de sa page.", n=n)
    else:
        done = Say("C’est effacé, fiche {n} – {field}.", n=n, field=field)
    back = Say("Pour revenir en arrière : `!ressource corriger {n} {field} = {old}`", n=n, field=field, old=old)
    return Say.lines(done, back if old else None)


async def _move(ctx: Context, row: Resource, link: str) -> Say:
    """To an address that another one has, only the team: the two become one."""
    n, other = row.id, await library.by_link(ctx.db, canonical_url(link))
    if other is not None and other.id != row.id and ctx.person.role < Role.TEAM:
        raise UserError(
            "Cette adresse est déjà celle de la fiche {other}. Pour retirer la vôtre : `!ressource retirer {n}`", other=other.id, n=n
        )
    old, row.site = row.link, site(link)
    await edit.move(ctx, row, link, edit.By(ctx.now, ctx.person.id), Rank.ANSWER)
    kept = await library.by_link(ctx.db, canonical_url(link))
    if kept is not None and other is not None and other.id != n:
        return Say(
            "Cette adresse était déjà connue : les fiches {n} et {other} n’en font plus qu’une, la {kept}.",
            n=n,
            other=other.id,
            kept=kept.id,
        )
    return Say.lines(
        Say("C’est corrigé : la fiche {n} mène à {link}. Je lis cette page.", n=n, link=link),
        Say("Pour revenir en arrière : `!ressource corriger {n} lien = {old}`", n=n, old=old),
    )


async def retire(ctx: Context, rest: str) -> Say:
    row, _ = await _meant(ctx, rest, "retirer 9")
    _may(ctx, row)
    n = row.id
    if row.status == library.RETIRED:
        return Say("La fiche {n} est déjà retirée. La remettre : `!ressource remettre {n}`", n=n)
    row.status, row.pinned = library.RETIRED, False
    await _keep(ctx, row, _change(ctx, row, changes.RETIRED))
    return Say("La fiche {n}, « {title} », est retirée : je ne la propose plus. La remettre : `!ressource remettre {n}`", n=n, title=title(row))


async def put_back(ctx: Context, rest: str) -> Say:
    row, _ = await _meant(ctx, rest, "remettre 9")
    _may(ctx, row)
    n, standing = row.id, await library.by_link(ctx.db, row.clean_link)
    if standing is not None and standing.id != row.id:
        raise UserError("La fiche {n} ne fait plus qu’une avec la fiche {other} : `!ressource {other}`", n=n, other=standing.id)
    if row.status == library.ACTIVE:
        return Say("La fiche {n} n’est pas retirée : `!ressource {n}`", n=n)
    row.status = library.ACTIVE
    await _keep(ctx, row, _change(ctx, row, changes.BACK))
    return Say("La fiche {n}, « {title} », est de retour.", n=n, title=title(row))


async def pin(ctx: Context, rest: str) -> Say:
    """At the head of « À garder » in the first panorama of each month; of two that answer a search as well, the first."""
    row, _ = await _meant(ctx, rest, "epingler 9")
    _team(ctx, row)
    n, pinned = row.id, await top.pinned(ctx.db)
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
    await _keep(ctx, row, _change(ctx, row, changes.PINNED))
    return Say(
        "La fiche {n} est épinglée : elle ouvrira « À garder », dans le premier panorama du mois. La détacher : `!ressource detacher {n}`", n=n
    )


async def unpin(ctx: Context, rest: str) -> Say:
    row, _ = await _meant(ctx, rest, "detacher 9")
    _team(ctx, row)
    if not row.pinned:
        return Say("La fiche {n} n’est pas épinglée. L’épingler : `!ressource epingler {n}`", n=row.id)
    row.pinned = False
    await _keep(ctx, row, _change(ctx, row, changes.UNPINNED))
    return Say("La fiche {n} n’est plus épinglée.", n=row.id)


async def _meant(ctx: Context, rest: str, example: str) -> tuple[Resource, str]:
    """The one that is named first, or whose card was answered, a retired one too; and what follows."""
    found = _NUMBER.match(rest)
    row = await library.resource(ctx.db, int(found[1])) if found else await answered_card(ctx)
    if found is None and row is None:
        raise UserError("Il me manque le numéro de la fiche. Exemple : `!ressource {example}`", example=example)
    if row is None:
        raise UserError("Il n’y a pas de fiche {n}. Pour chercher : `!ressources` suivi de quelques mots.", n=int(found[1]) if found else 0)
    return row, rest[found.end() :] if found else rest


def _may(ctx: Context, row: Resource) -> None:
    if ctx.person.role >= Role.TEAM or row.person == ctx.person.id:
        return
    raise UserError("Seules l’équipe d’animation et la personne qui l’a recommandée peuvent changer cette fiche. Une erreur à signaler ? `!contact`")


def _team(ctx: Context, row: Resource) -> None:
    if ctx.person.role < Role.TEAM:
        raise UserError("C’est l’équipe d’animation qui épingle les fiches. Pour mettre celle-ci de côté : `!garder fiche {n}`", n=row.id)


async def _keep(ctx: Context, row: Resource, change: Change) -> None:
    ctx.db.add(change)
    await edit.save(ctx, row, Rank.ANSWER)


def _change(ctx: Context, row: Resource, what: str) -> Change:
    return Change(resource_id=row.id, person=ctx.person.id, at=ctx.now, what=what)


async def history(ctx: Context, rest: str) -> Say:
    """Who changed what: names are for the team only."""
    row, _ = await _meant(ctx, rest, "historique 9")
    n = row.id
    if ctx.person.role < Role.TEAM or ctx.room.kind != "team":
        raise UserError("L’historique d’une fiche se demande dans le salon de l’équipe. La fiche elle-même : `!ressource {n}`", n=n)
    found, count = await changes.history(ctx.db, n, SHOWN), await changes.count(ctx.db, n)
    if not found:
        return Say("Rien n’a été changé sur la fiche {n}, « {title} ».", n=n, title=title(row))
    names = await imports.people(ctx.db, {each.person for each in found})
    return Say.lines(
        Say("**Fiche {n} – {count}**", n=n, count=Count(count, "un changement", "{n} changements")),
        *(_told(ctx, each, names) for each in found),
        Say("… et {count} plus anciens.", count=count - SHOWN) if count > SHOWN else None,
    )


def _told(ctx: Context, change: Change, names: Mapping[str, str]) -> Say:
    full = names.get(change.person)
    who = Say("{name}", name=first_name(full)) if full else Say("quelqu’un qui est parti") if change.person else Say("son site")
    zone = ctx.config.zone
    day = DayMonth(change.at.astimezone(zone).date(), ctx.now.astimezone(zone).date())
    if change.what in DONE:
        return Say("- {day}, {name} : {what}", day=day, name=who, what=DONE[change.what])
    field = edit.FIELDS.get(change.what, Say("{what}", what=change.what))
    old, new = (edit.named(change.what, value) or "–" for value in (change.before, change.after))
    return Say("- {day}, {name} : {field}, {after} (avant : {before})", day=day, name=who, field=field, after=new, before=old)


Act = Callable[[Context, str], Awaitable[Say | None]]
ACTIONS: dict[str, Act] = {
    **dict.fromkeys(("corriger", "corrige", "modifier", "correct", "amend", "edit"), correct),
    **dict.fromkeys(("retirer", "supprimer", "remove", "delete", "withdraw"), retire),
    **dict.fromkeys(("remettre", "restore"), put_back),
    **dict.fromkeys(("epingler", "pin"), pin),
    **dict.fromkeys(("detacher", "desepingler", "unpin"), unpin),
    **dict.fromkeys(("historique", "history"), history),
}


def action(typed: str) -> tuple[Act, str] | None:
    """What may follow `!ressource` in the place of a number, and what follows that."""
    found = word(typed)
    entry = ACTIONS.get(key(found[0])) if found else None
    return (entry, found[1]) if entry and found else None


@on_answer("resource.address")
async def new_address(ctx: Context, reply: Reply) -> Say:
    row = await library.active(ctx.db, int(reply.data["n"]))
    if row is None:
        raise UserError("Cette fiche n’est plus dans la bibliothèque : il n’y a rien à y corriger.")
    if reply.choice == "no":
        return Say("Entendu. La fiche {n} reste, avec la mention « lien mort ».", n=row.id)
    link = next(iter(links(reply.text)), None)
    if link is None:
        raise UserError(
            "Je n’ai pas trouvé de lien dans votre message. Collez l’adresse entière, par exemple `https://example.org/page`, ou répondez non."
        )
    if canonical_url(link) == row.clean_link:
        raise UserError("C’est l’adresse qui ne répond plus. Collez-en une autre, ou répondez non.")
    other = await library.by_link(ctx.db, canonical_url(link))
    if other is not None and other.id != row.id:  # to make one of two is for the team, or for their site
        raise UserError(
            "Cette adresse est déjà celle de la fiche {other}. Pour retirer la vôtre : `!ressource retirer {n}`", other=other.id, n=row.id
        )
    await edit.move(ctx, row, link, edit.By(ctx.now, ctx.person.id))
    return Say("Merci. La fiche {n} a sa nouvelle adresse, que je vérifie.", n=row.id)

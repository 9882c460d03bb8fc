"""Feeds, `!flux`: the sources of the panorama, listed, added,
suspended, removed, handed over as a file and taken in from one.

What has to be read first is left as a request, which a task reads and answers (schedules/news/add_feed.py,
import_feeds.py).
"""

import re
from collections.abc import Awaitable, Callable

from bot.command import Context, Role, Scope, command
from bot.command.handlers import on_answer
from bot.command.quotes import word
from bot.outbox import MOST_LISTED, File
from bot.outbox.question import Reply
from bot.text import Count, Say, UserError
from bot.text.numbering import NUMBER_SIGN
from bot.time.format import RelativeInstant
from bot.web import absolute, canonical_url, site
from schedules import themes
from schedules.news import opml
from schedules.news.add_feed import already_known, known_feeds, named
from schedules.news.feed_health import name
from storage.news import feeds, requests
from storage.tables import Feed, FeedRequest
from storage.text import key

NONE = Say("Je ne lis encore aucune source. Pour commencer : `!flux ajouter` suivi d’une adresse.")
FILE, TYPE = "sources.opml", "text/x-opml"
_NUMBER = re.compile(rf"{NUMBER_SIGN}?(\d{{1,9}})", re.ASCII | re.IGNORECASE)


@command(
    "flux",
    aliases=("sources",),
    english=("feeds",),
    usage=Say(
        "`!flux`, `!flux ajouter adresse #thème`, `!flux suspendre numéro`, "
        "`reprendre`, `retirer`, `!flux exporter`, `!flux importer adresse`"
    ),
    example="!flux ajouter https://example.org/rss.xml #emploi",
    help=Say("les sources du panorama : les voir, en ajouter, en suspendre, en retirer"),
    allow=Role.TEAM,
    where=Scope.TEAM,
    rank=20,
)
async def flux(ctx: Context, action: str | None, *, rest: str = "") -> Say | None:
    if action is None:
        return await _list(ctx)
    if (entry := ACTIONS.get(key(action))) is not None:
        return await entry(ctx, rest)
    if "://" in action:
        return await _add(ctx, f"{action} {rest}")
    raise UserError(
        "Je ne connais pas « {action} ». Écrivez `!flux` seul pour la liste, ou `!flux ajouter` suivi "
        "d’une adresse.",
        action=action[:40],
    )


async def _list(ctx: Context) -> Say:
    """By number; of many, first those that need a look."""
    rows = list(await feeds.listed(ctx.db))
    if not rows:
        return NONE
    count = len(rows)
    if count > MOST_LISTED:
        rows.sort(key=lambda row: row.status == feeds.ACTIVE and not row.failures)
    rest = (
        Say(
            "… et {count} : `!flux exporter` les donne toutes.",
            count=Count(count - MOST_LISTED, "une autre", "{n} autres"),
        )
        if count > MOST_LISTED
        else None
    )
    title = Say("**Sources du panorama** ({n})", n=count)
    return Say.lines(
        title,
        *(_line(ctx, row) for row in rows[:MOST_LISTED]),
        rest,
        Say("Pour en écarter une : `!flux suspendre` et son numéro."),
    )


def _line(ctx: Context, row: Feed) -> Say:
    label = themes.theme(row.theme)
    theme = Say("{theme} – ", theme=label) if label else Say("")
    return Say(
        "{n}. {name} – {theme}{state}",
        n=row.id,
        name=named(row.title, row.url),
        theme=theme,
        state=_state(ctx, row),
    )


def _state(ctx: Context, row: Feed) -> Say:
    if row.status == feeds.SUSPENDED:
        return Say("suspendue")
    if row.status == feeds.GONE:
        return Say("disparue de son site")
    if row.last_read is None:
        return Say("en panne, jamais lue") if row.failures else Say("pas encore lue")
    when = RelativeInstant(row.last_read, ctx.now, ctx.config.zone)
    return (
        Say("en panne, lue pour la dernière fois {when}", when=when)
        if row.failures
        else Say("lue {when}", when=when)
    )


async def _add(ctx: Context, rest: str) -> Say:
    url, after = _address(rest, "!flux ajouter https://example.org/rss.xml #emploi")
    theme = themes.require_theme(after) if after else None
    if (there := (await known_feeds(ctx.db)).get(canonical_url(url))) is not None:
        return already_known(there)
    _leave_request(ctx, requests.FEED, url, theme.id if theme else "")
    return Say("Je lis {address}, un instant…", address=url)


async def _import(ctx: Context, rest: str) -> Say:
    """By its address, or in reply to the file posted here."""
    if not rest.strip():
        return _import_posted(ctx)
    url, _ = _address(rest, "!flux importer https://example.org/sources.opml")
    _leave_request(ctx, requests.LIST, url)
    return Say("Je lis {address}, un instant…", address=url)


def _import_posted(ctx: Context) -> Say:
    if ctx.file is None:
        raise UserError(
            "Il me manque la liste : répondez `!flux importer` à son fichier posté ici, "
            "ou écrivez `!flux importer` et son adresse."
        )
    _leave_request(ctx, requests.LIST, f"{requests.POSTED}{ctx.file}")
    return Say("Je lis ce fichier, un instant…")


def _leave_request(ctx: Context, status: str, url: str, theme: str = "") -> None:
    """Left for a task, which answers in the place of this command's own answer."""
    cause = ctx.cause.id
    ctx.db.add(
        FeedRequest(
            event_id=cause,
            url=url,
            theme=theme,
            room_id=ctx.room.id,
            person=ctx.person.id,
            at=ctx.now,
            status=status,
        )
    )


def _address(text: str, example: str) -> tuple[str, str]:
    """The address at the start of what was typed, and what follows. Raises UserError."""
    found = word(text)
    if found is None:
        raise UserError("Il me manque l’adresse. Exemple : `{example}`", example=example)
    typed = found[0].strip("<>").removeprefix("feed:").lstrip("/")
    url = absolute("", typed if "://" in typed else f"https://{typed}")
    if url is None or ("://" not in typed and "." not in site(url)):
        raise UserError(
            "« {word} » n’est pas une adresse web. Exemple : `{example}`", word=found[0][:80], example=example
        )
    return url, found[1].strip()


async def _numbered(ctx: Context, rest: str) -> Feed:
    found = _NUMBER.fullmatch(rest.strip())
    if found is None:
        raise UserError(
            "Il me manque le numéro de la source : `!flux` les montre. Exemple : `!flux suspendre 2`"
        )
    row = await feeds.feed(ctx.db, int(found[1]))
    if row is None:
        raise UserError("Il n’y a pas de source n° {n}. `!flux` montre celles qu’il y a.", n=int(found[1]))
    return row


async def _suspend(ctx: Context, rest: str) -> Say:
    row = await _numbered(ctx, rest)
    if row.status != feeds.ACTIVE:
        return Say("Cette source est déjà à l’arrêt. Pour la relancer : `!flux reprendre {n}`.", n=row.id)
    feeds.suspend(row)
    ctx.db.add(row)
    return Say(
        "La source n° {n}, « {name} », est suspendue. Pour la relancer : `!flux reprendre {n}`.",
        n=row.id,
        name=name(row),
    )


async def _resume(ctx: Context, rest: str) -> Say:
    row = await _numbered(ctx, rest)
    if row.status == feeds.ACTIVE:
        return Say("La source n° {n}, « {name} », n’est pas suspendue.", n=row.id, name=name(row))
    feeds.resume(row, ctx.now)
    ctx.db.add(row)
    return Say("La source n° {n}, « {name} », est de nouveau lue.", n=row.id, name=name(row))


async def _remove(ctx: Context, rest: str) -> Say:
    row = await _numbered(ctx, rest)
    await feeds.remove(ctx.db, row)
    return Say(
        "La source n° {n}, « {name} », est retirée. Pour la remettre : `!flux ajouter {url}`",
        n=row.id,
        name=name(row),
        url=row.url,
    )


async def _export(ctx: Context, _: str) -> Say | None:
    """The sources that are read or suspended, in a file under the answer."""
    rows = [row for row in await feeds.listed(ctx.db) if row.status != feeds.GONE]
    if not rows:
        return NONE
    data = opml.write(ctx.config.network.name, [opml.Outline(row.url, name(row), row.theme) for row in rows])
    say = Say(
        "Voici {count}, dans un fichier que les lecteurs de flux savent reprendre.",
        count=Count(len(rows), "la source", "les {n} sources"),
    )
    listed = [_address_line(row) for row in rows] if len(rows) <= MOST_LISTED else []
    say = Say.lines(say, *listed)
    await ctx.reply(say, files=(File(name=FILE, data=data, mimetype=TYPE),))
    return None


def _address_line(row: Feed) -> Say:
    """« 1. L’Écho des quartiers – https://… » : what the file says of it."""
    return Say("{n}. {name} – {url}", n=row.id, name=name(row), url=row.url)


Action = Callable[[Context, str], Awaitable[Say | None]]
ACTIONS: dict[str, Action] = {
    **dict.fromkeys(("ajouter", "ajoute", "add"), _add),
    **dict.fromkeys(("suspendre", "suspend"), _suspend),
    **dict.fromkeys(("reprendre", "resume"), _resume),
    **dict.fromkeys(("retirer", "supprimer", "remove", "delete"), _remove),
    **dict.fromkeys(("exporter", "export"), _export),
    **dict.fromkeys(("importer", "import"), _import),
}


async def _request(ctx: Context, reply: Reply) -> FeedRequest:
    return await ctx.db.get_one(FeedRequest, str(reply.data["wish"]))


@on_answer("feed.add")
async def add_one(ctx: Context, reply: Reply) -> Say:
    row = await _request(ctx, reply)
    if reply.choice == "no":
        return Say("C’est abandonné, rien n’est ajouté.")
    url = str(row.found["url"])
    if (there := (await known_feeds(ctx.db)).get(canonical_url(url))) is not None:
        return already_known(there)
    feed = await feeds.add(ctx.db, url, row.theme, ctx.now)
    feed.title = str(row.found["title"])
    ctx.db.add(feed)
    return Say(
        "C’est ajouté : source n° {n}, « {name} ». Ses titres de la semaine pourront entrer dans le "
        "prochain panorama.",
        n=feed.id,
        name=name(feed),
    )


@on_answer("feed.choose")
async def choose(ctx: Context, reply: Reply) -> Say:
    """One of the feeds that a page announces: read in its turn."""
    row = await _request(ctx, reply)
    url = row.found["choices"][int(reply.choice or 1) - 1]
    _leave_request(ctx, requests.FEED, url, row.theme)
    return Say("Je lis {address}, un instant…", address=url)


@on_answer("feeds.add")
async def add_all(ctx: Context, reply: Reply) -> Say:
    row = await _request(ctx, reply)
    if reply.choice == "no":
        return Say("C’est abandonné, rien n’est ajouté.")
    known, added = await known_feeds(ctx.db), 0
    for url, title, theme in row.found["feeds"]:
        if canonical_url(url) not in known:
            feed = await feeds.add(ctx.db, url, theme, ctx.now)
            feed.title = feed.title or title
            added += 1
    count = Count(added, "une source est ajoutée", "{n} sources sont ajoutées")
    return Say("C’est fait : {count}. Je les lis maintenant ; `!flux` dit où elles en sont.", count=count)

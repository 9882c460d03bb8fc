"""Import: a file of resources that the team posted, read by a task, reported
line by line, taken in whole or not at all (commands/resources/find.py).

What is long (reading, judging, finding stems) is done before the database is asked; then one transaction adds
everything. A line to be mended means that nothing is added; a resource that is known already is no mistake.
No card is posted: a room is no place for a hundred of them.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.matrix.errors import FileUnavailable, Lack
from bot.outbox import Asker, UnitOfWork, answer_key
from bot.schedule.tasks import task
from bot.text import Count, Say, UserError
from bot.web import Web, canonical_url, site
from schedules.resources import parse_csv, parse_rows
from schedules.resources.kinds import KINDS
from schedules.themes import all_themes
from storage.resources import imports, library, requests
from storage.resources.index import terms
from storage.tables import ImportRequest, Resource

LARGEST = 1_000_000  # bytes
SHOWN = 30  # lines of the report
EARLIEST_DAY = timedelta(hours=14)  # somewhere it is already tomorrow
LACKING: dict[Lack, Say] = {
    "no file": Say(
        "Le message auquel vous répondez n’est pas un fichier. Répondez `!ressources importer` au fichier "
        "CSV ou YAML lui-même."
    ),
    "gone": Say("Ce fichier n’est plus là. Postez-le de nouveau, puis répondez-lui `!ressources importer`."),
    "away": Say(
        "Le serveur ne me donne pas ce fichier pour l’instant. "
        "Réessayez `!ressources importer` dans une heure."
    ),
    "too big": Say("Ce fichier dépasse 1 Mo. Partagez-le en plusieurs fichiers."),
    "unreadable": Say(
        "Je n’ai pas pu déchiffrer ce fichier. "
        "Postez-le de nouveau, puis répondez-lui `!ressources importer`."
    ),
}


@dataclass(frozen=True)
class DueImport:
    cause: str
    room: str
    file: str
    at: datetime


@dataclass
class ImportPlan:
    """Each line of the file is in one of the first three, by its number:
    to be added, to be mended, or known already. `cut`: those that had more than one theme. `names`: some line
    has a theme or a type that is none.
    """

    new: dict[int, imports.New] = field(default_factory=dict)
    wrong: dict[int, Say] = field(default_factory=dict)
    known: dict[int, Say] = field(default_factory=dict)
    cut: set[int] = field(default_factory=set)
    names: bool = False


async def due(db: AsyncSession, now: datetime) -> Sequence[DueImport]:
    return [
        DueImport(row.event_id, row.room_id, row.file_event, row.at)
        for row in await requests.pending_imports(db)
    ]


async def fetch(request: DueImport, web: Web) -> ImportPlan | Say:
    """Its lines, or what is wrong with it as a whole."""
    try:
        file = await web.rooms.download(request.room, request.file, LARGEST)
        return await asyncio.to_thread(plan_import, file, request)
    except FileUnavailable as error:
        return LACKING[error.why]
    except UserError as error:
        return error.say


def plan_import(file: bytes, request: DueImport) -> ImportPlan:
    """Each line by itself. Raises UserError for what is no file of resources."""
    found, places = ImportPlan(), dict[str, int]()
    for line in parse_csv.read(file):
        try:
            entry = parse_rows.parse_row(line, (request.at + EARLIEST_DAY).date())
        except UserError as error:
            found.wrong[line.number] = error.say
            found.names = found.names or isinstance(error, parse_rows.NoSuchName)
            continue
        row = _row(entry, request)
        first = places.setdefault(row.clean_link, line.number)
        if first == line.number:
            found.cut |= {line.number} if entry.more else set()
            found.new[line.number] = imports.New(row, terms(row))
        else:
            found.known[line.number] = Say("la même ressource qu’à la ligne {n}", n=first)
    return found


def _row(entry: parse_rows.Entry, request: DueImport) -> Resource:
    at = min(request.at, datetime.combine(entry.at, time(12), UTC)) if entry.at else request.at
    somebody = parse_rows.PERSON.fullmatch(entry.name) is not None
    return Resource(
        event_id=f"{request.cause}/{entry.number}",
        link=entry.link,
        clean_link=canonical_url(entry.link),
        title=entry.title,
        title_given=bool(entry.title),
        why=entry.why,
        site=site(entry.link),
        kind=entry.kind,
        theme=entry.theme,
        minutes=entry.minutes,
        access=entry.access,
        person=entry.name if somebody else "",
        name="" if somebody else entry.name,
        town=entry.town,
        at=at,
        next_check=request.at + library.FIRST_CHECK,
    )


async def report(uow: UnitOfWork, request: DueImport, found: ImportPlan | Say) -> None:
    db = uow.db
    row = await requests.import_request(db, request.cause)
    if row is None or row.status != requests.ASKED:
        return
    row.status = requests.SEEN
    db.add(row)
    if isinstance(found, Say):
        await _answer(uow, row, found)
        return
    await _mark_known(db, found)
    if not found.wrong and found.new:
        await _sign(db, [new for new in found.new.values() if new.row.person])
        await imports.add_all(db, [found.new[number] for number in sorted(found.new)], row)
    await _answer(uow, row, _refused(found) if found.wrong else _added(found))


async def _mark_known(db: AsyncSession, found: ImportPlan) -> None:
    """What is in the library already."""
    known = await imports.known(db, [new.row.clean_link for new in found.new.values()])
    for number, new in list(found.new.items()):
        if (row := known.get(new.row.clean_link)) is not None:
            del found.new[number]
            found.known[number] = _known_remark(row)


def _known_remark(row: Resource) -> Say:
    """Somebody took it out once: a file is no reason to bring it back."""
    if row.status == library.RETIRED:
        return Say(
            "déjà connue, fiche {n}, retirée depuis ; la remettre : `!ressource remettre {n}`", n=row.id
        )
    return Say("déjà connue, fiche {n}", n=row.id)


async def _sign(db: AsyncSession, news: Sequence[imports.New]) -> None:
    """Those that the file gives to a Matrix id are theirs if we know them; else nobody's."""
    names = await imports.people(db, {new.row.person for new in news})
    for new in news:
        full = names.get(new.row.person)
        new.row.person = new.row.person if full else ""
        new.row.name, new.row.town = parse_rows.name_and_town(full) if full else ("", "")
        new.terms = terms(new.row)


def _refused(found: ImportPlan) -> Say:
    wrong, new, known = len(found.wrong), len(found.new), len(found.known)
    return Say.lines(
        Say(
            "**Rien n’est ajouté : {count}**",
            count=Count(wrong, "une ligne est à corriger", "{n} lignes sont à corriger"),
        ),
        *_lines(found.wrong),
        Say(
            "Le reste est prêt : {new}, {known}. Corrigez le fichier, postez-le de nouveau, puis "
            "répondez-lui `!ressources importer`.",
            new=Count(
                new, "une ressource à ajouter", "{n} ressources à ajouter", zero="aucune ressource à ajouter"
            ),
            known=_known(known),
        ),
        Say("Les thèmes : {names}.", names=", ".join(each.id for each in all_themes()))
        if found.names
        else None,
        Say("Les types : {names}.", names=", ".join(each.id for each in KINDS)) if found.names else None,
    )


def _added(found: ImportPlan) -> Say:
    known = _known(len(found.known)) if found.known else None
    if not found.new:
        return Say.lines(
            Say("**Il n’y a rien à ajouter : je connais déjà toutes ces ressources.**"), *_lines(found.known)
        )
    numbers = sorted(new.row.id for new in found.new.values())
    count = Count(len(numbers), "une ressource est ajoutée", "{n} ressources sont ajoutées")
    title = (
        Say("**C’est fait : {count}, {known}**", count=count, known=known)
        if known
        else Say("**C’est fait : {count}**", count=count)
    )
    where = (
        Say("C’est la fiche {n}.", n=numbers[0])
        if len(numbers) == 1
        else Say("Ce sont les fiches {first} à {last}.", first=numbers[0], last=numbers[-1])
    )
    cut = Count(len(found.cut & found.new.keys()), "Une ressource avait", "{n} ressources avaient")
    themes = Say("{count} plusieurs thèmes : une fiche garde le premier.", count=cut) if cut.n else None
    now = Say("On les trouve dès maintenant avec `!ressources` ; je lis leurs pages peu à peu.")
    return Say.lines(title, where, *_lines(found.known), themes, now)


def _known(count: int) -> Count:
    return Count(count, "une déjà connue", "{n} déjà connues", zero="aucune déjà connue")


def _lines(remarks: Mapping[int, Say]) -> list[Say]:
    rest = len(remarks) - SHOWN
    shown = [
        Say("- Ligne {n} : {remark}", n=number, remark=remarks[number]) for number in sorted(remarks)[:SHOWN]
    ]
    return (
        [*shown, Say("… et {count}.", count=Count(rest, "une autre ligne", "{n} autres lignes"))]
        if rest > 0
        else shown
    )


async def _answer(uow: UnitOfWork, row: ImportRequest, say: Say) -> None:
    """In the place of « Je lis … »."""
    asker = Asker(person=row.person, room=row.room_id, reply_to=row.event_id)
    await uow.post_answer(asker, say, answer_key(row.event_id))


IMPORTS = task("resource imports", due, fetch, report)

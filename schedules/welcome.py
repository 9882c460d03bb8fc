"""The welcome: who joins the network is greeted once, in private and in office hours; never a crowd at once.

Who was there when we came is no newcomer. Who came while we did not hear it is found the next morning.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.config import Config
from bot.network import Kind
from bot.outbox import Post, UnitOfWork, transaction_id
from bot.schedule.jobs import Run, due, every
from bot.text import Say
from bot.time.recurrence import Occurrence
from schedules import members
from storage import rooms, settings, welcome
from storage.tables import Welcome

ROOMS: tuple[Kind, ...] = ("network", "local", "help")  # whose members are the network's
MOST_A_DAY = 10
A_DAY = timedelta(days=1)
FRESH = timedelta(days=14)  # later it is no welcome: who speaks to us then is greeted at their first word
_FOUND = "welcome room:"  # a mark: who was in this room when we first looked is known


@every("mon-fri 08:45", name="newcomers", missed="merge")
async def look_round(run: Run) -> None:
    """What a gap in the sync did not tell shows in who is there."""
    for room in run.network.of_kind(*ROOMS):
        there = set(await rooms.names(run.db, [room])) - {run.network.me}
        first = there and await settings.value(run.db, f"{_FOUND}{room}") is None
        unknown = await welcome.unknown(run.db, there)
        if first:
            await welcome.add(run.db, dict.fromkeys(unknown, run.planned), welcome.KNOWN)
        else:
            await queue(run, unknown)
        if first:
            await settings.set_value(run.db, f"{_FOUND}{room}", run.planned.isoformat())


async def queue(uow: UnitOfWork, people: Sequence[str]) -> None:
    """A crowd is greeted over some days; who would wait too long is greeted at their first word to us."""
    ahead = await welcome.count_since(uow.db, uow.now - A_DAY)
    moments, late = dict[str, datetime](), dict[str, datetime]()
    day, days = uow.now, 0
    for place, person in enumerate(people, ahead):
        while days < place // MOST_A_DAY and day < uow.now + FRESH:
            day, days = uow.hours.next_open(day + A_DAY), days + 1
        (moments if day < uow.now + FRESH else late)[person] = day
    await welcome.add(uow.db, moments, welcome.WAITING)
    await welcome.add(uow.db, late, welcome.KNOWN)


async def newcomers(db: AsyncSession, upto: datetime) -> Sequence[Occurrence]:
    return [Occurrence(_name(row), row.at) for row in await welcome.waiting(db, upto)]


def _name(row: Welcome) -> str:
    """It tells nobody who it was, and is kept: nobody is greeted twice."""
    return transaction_id("welcome", row.person)[:16]


@due("welcome", rows=newcomers, missed="catch up")
async def greet(run: Run) -> None:
    rows = await welcome.waiting(run.db, run.planned)
    row = next((each for each in rows if _name(each) == run.name), None)
    if row is None:
        return
    found = await members.first_names(run, [row.person])
    if found:
        say = greeting(found[row.person], run.config)
        await run.post(Post(person=row.person, say=say, until=run.planned + FRESH))
    await welcome.record(run.db, row.person, welcome.GREETED if found else welcome.KNOWN, run.planned)


def greeting(name: str, config: Config) -> Say:
    contact = config.network.contact
    return Say.lines(
        Say(
            "Bonjour {name}, et bienvenue dans le réseau {network}. Je suis l’Animatrice, son assistante "
            "automatique (un programme, pas une personne). Trois choses utiles :",
            name=name,
            network=config.network.name,
        ),
        Say("1. `aide` – ce que je sais faire, par sujet"),
        Say(
            "2. `rattrapage` – l’essentiel des dernières semaines, car les anciens messages des salons ne "
            "vous sont pas toujours visibles"
        ),
        Say("3. `contact` – votre interlocuteur : {name}", name=contact.name)
        if contact and contact.name
        else Say("3. `contact` – la personne à qui parler"),
        Say(
            "Ce que je garde : `mes données`. Je n’écris de moi-même qu’aux heures de bureau ; pour que je "
            "n’écrive plus : `silence`"
        ),
    )

"""Propose: each step of a round is put to the team at its hour, in one message with one tap that does it.

One run a day looks at how things are: what the team has done by itself is not proposed, a step is proposed
once in its life, and after an absence only what still makes sense is. In August and at Christmas the rhythm
rests, and says so once.
"""

from datetime import date, time
from hashlib import sha256
from typing import Any

from bot.config import Config
from bot.outbox import Post
from bot.schedule.jobs import Run, every
from bot.text import Capital, Say
from bot.time import Day
from bot.time.format import When
from bot.time.recurrence import instant
from schedules.meetings import card
from schedules.polls.card import at_most
from schedules.quarter import places, proposals, rounds, wording
from schedules.quarter.proposals import FEWEST
from schedules.quarter.rest import rest_on
from schedules.quarter.rounds import A_DAY, Round
from storage import pause
from storage.meetings import meetings
from storage.quarter import hosts, steps
from storage.quarter.steps import DATES, ENTRY, THEME
from storage.tables import Meeting, QuarterStep

DO, SKIP = "✅", "❌"
ANSWERS = 2  # to a theme poll
NOT_THIS_TIME = Say("❌ pas cette fois")
GENERAL_TURN = Say("À son tour, cette rencontre est généraliste. Ce sondage lui donnerait un thème.")


def hour(config: Config) -> str:
    return f"daily {config.meetings.reminders_at:%H:%M}"


# Whatever was missed is looked at as it is now.
@every(hour, name="quarter", missed="merge")
async def look(run: Run) -> None:
    today = run.planned.astimezone(run.config.zone).date()
    if run.network.team is None or await pause.held(run.db, run.planned):
        return
    found = await rounds.load(run.db, run.config, run.planned)
    if found and rest_on(today, run.hours):
        await _say_rest(run, found, today)
        return
    for each in rounds.upcoming(found, today):
        await _remember_meeting(run, each)
        for state in each.states(today, run.hours):
            if state.status == "due" and state.step not in each.rows:
                await _propose(run, each, state.step)


async def _say_rest(run: Run, found: list[Round], today: date) -> None:
    """Once a rest, whatever was to be proposed in it."""
    rest = rest_on(today, run.hours)
    if rest is None or await steps.step(run.db, rest.round, steps.REST):
        return
    run.db.add(QuarterStep(round=rest.round, step=steps.REST, status=steps.DONE, at=run.planned))
    waiting = [
        (state, each)
        for each in rounds.upcoming(found, today)
        for state in each.states(today, run.hours)
        if state.moved and state.status == "coming"
    ]
    say = Say.lines(
        Say(
            "**Pause {season}** : je ne propose rien avant le {day}.",
            season=rest.name,
            day=Day(rest.last + A_DAY, today),
        ),
        *(
            Say(
                "- Rencontre {month}, {what} : le {when}",
                month=wording.OfMonth(each.day),
                what=wording.NAMES[state.step],
                when=Day(state.planned, today),
            )
            for state, each in waiting
        ),
        Say("Rien à faire. Ce que vous faites vous-mêmes compte comme d’habitude : `!trimestre`"),
    )
    await run.post(Post(room=run.network.team, say=say, key=steps.key(rest.round, steps.REST)))


async def _remember_meeting(run: Run, found: Round) -> None:
    """Wherever it moves, it stays that of the round."""
    if found.meeting is None or found.cancelled:
        return
    row = await steps.step(run.db, found.name, ENTRY)
    if row is None:
        row = QuarterStep(round=found.name, step=ENTRY, status=steps.DONE, at=run.planned)
    row.meeting_id, row.status = found.meeting.id, steps.DONE
    run.db.add(row)


async def _propose(run: Run, found: Round, step: str) -> None:
    make = {DATES: _dates, THEME: _theme, ENTRY: _entry}.get(step, _announce)
    say, data = await make(run, found)
    row = QuarterStep(round=found.name, step=step, status=steps.PROPOSED, at=run.planned, data=data)
    run.db.add(row)
    title = Say("la proposition : {what}", what=wording.NAMES[step]).text(run.config.language)
    await run.post(
        Post(
            room=run.network.team,
            say=say,
            key=steps.key(found.name, step),
            reactions=(DO, SKIP),
            title=title,
        )
    )


Proposal = tuple[Say, dict[str, Any]]


async def _dates(run: Run, found: Round) -> Proposal:
    today = run.planned.astimezone(run.config.zone).date()
    days = await proposals.days(run.db, run.config, found, today)
    kept = [each.slot for each in days if each.against is None]
    if len(kept) < FEWEST:
        kept = [each.slot for each in days]
    left_out = len(kept) < len(days)
    tour = await places.tour(run.db, run.config, run.planned, announced=False)
    say = Say.lines(
        wording.title(found, wording.NAMES[DATES]),
        Say("D’après le rythme : le {day}. Dates proposées :", day=Day(found.day, today)),
        *(wording.day(n, each.slot, each.against) for n, each in enumerate(days, 1)),
        Say("Celles qui sont déconseillées ne seront pas dans le sondage.") if left_out else None,
        *wording.offers(await hosts.open_offers(run.db, found.day.month)),
        wording.not_yet(tour.left),
        Say("✅ publier ce sondage de dates au réseau (chaque réponse est visible dans le salon)"),
        NOT_THIS_TIME,
        Say("Pour d’autres dates : `!dates 9 mars ; 16 mars`"),
    )
    return say, {"days": [slot.row() for slot in kept]}


async def _theme(run: Run, found: Round) -> Proposal:
    choices = await proposals.themes(run, run.network.language(run.network.team))
    turn = await proposals.kind(run.db, run.config, instant(found.anchor, time(0), run.config.zone))
    say = Say.lines(
        wording.title(found, wording.NAMES[THEME]),
        GENERAL_TURN if turn == meetings.GENERAL else None,
        Say("Choix, d’après ce que les membres demandent et suivent :"),
        *(Say("{n}. {label}", n=n, label=label) for n, label in enumerate(choices, 1)),
        Say("{most}.", most=at_most(ANSWERS)),
        Say("✅ publier ce sondage au réseau (les votes sont visibles dans le salon)"),
        NOT_THIS_TIME,
        Say("Pour d’autres choix : `!sondage Quel thème ? | choix | choix`"),
    )
    return say, {"choices": choices}


async def _entry(run: Run, found: Round) -> Proposal:
    known = await proposals.known(run.db, run.config, found)
    say = Say.lines(
        wording.title(found, wording.NAMES[ENTRY]),
        Say("Ce que je sais déjà :"),
        *wording.known(known, run.config),
        Say("✅ entrer la rencontre avec cela (je demande le reste, et redis tout avant d’enregistrer)"),
        NOT_THIS_TIME,
    )
    return say, {}


async def _announce(run: Run, found: Round) -> Proposal:
    row = found.meeting
    assert row is not None
    when = When(row.starts_at, row.ends_at, run.config.zone, run.planned.astimezone(run.config.zone).date())
    ready = bool(row.title and row.place)
    say = Say.lines(
        wording.title(found, wording.NAMES[steps.ANNOUNCE]),
        Say("La rencontre {name} est dans un mois ou moins : {when}.", name=row.name, when=Capital(when)),
        Say("Ce qui partira :") if ready else None,
        *([Say(""), card.text(row, run.config), Say("")] if ready else []),
        wording.lacking(row) if not ready else None,
        Say("✅ annoncer ainsi au réseau") if ready else Say("✅ voir l’aperçu, une fois complétée"),
        NOT_THIS_TIME,
    )
    return say, {"shown": shown(row, run.config) if ready else ""}


def shown(row: Meeting, config: Config) -> str:
    """Whether the announcement reads as it did when the team saw it (SHA-256)."""
    return sha256(card.text(row, config).text().encode()).hexdigest()

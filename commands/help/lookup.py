"""Subjects of the help, and lines to copy that are true in this room."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from bot.command import Command, Context, Scope, shown
from bot.packaged import read_yaml
from bot.text import Say
from commands.meetings.lookup import short_name, visible
from storage import rooms
from storage.meetings import meetings
from storage.polls import polls
from storage.resources import library
from storage.text import key

_SELDOM = 60  # the rank from which a command is found by its name only


@dataclass(frozen=True)
class Subject:
    """`modules`: of `commands/`, whose commands are its own; `words`: after « !aide »."""

    name: Say
    words: tuple[str, ...]
    modules: tuple[str, ...]


SUBJECTS = (
    Subject(
        Say("Rencontres"),
        ("rencontres", "réunions", "meetings"),
        ("meetings", "rollcall", "minutes", "evaluation"),
    ),
    Subject(Say("Trimestre"), ("trimestre", "trimestres", "quarter"), ("quarter", "members")),
    Subject(
        Say("Sondages et enquêtes"),
        ("sondages", "votes", "polls", "enquêtes", "surveys"),
        ("polls", "surveys"),
    ),
    Subject(Say("Actualités"), ("actualités", "nouvelles", "news"), ("news", "reading_list")),
    Subject(
        Say("Ressources"), ("ressources", "fiches", "resources"), ("resources", "glossary", "experiences")
    ),
    Subject(Say("Entraide"), ("entraide", "questions", "mutual help"), ("tickets", "contact", "pairs")),
)
# announcements, pauses, what one wants to receive, and the rest
OTHERS = Subject(
    Say("Envois et divers"), ("envois", "annonces", "rythme", "autres", "announcements", "others"), ()
)


def subject_of(command: Command) -> Subject:
    """By the file of its handler: a subject has the same name everywhere."""
    module = command.handler.__module__.partition(".")[2].partition(".")[0]
    return next((each for each in SUBJECTS if module in each.modules), OTHERS)


def subject_named(word: str) -> Subject | None:
    return next((each for each in (*SUBJECTS, OTHERS) if key(word) in map(key, each.words)), None)


def asked_first(subject: Subject, commands: Sequence[Command], word: str) -> Sequence[Command]:
    """« enquêtes », among the polls: what is called so comes first."""
    if key(word) == key(subject.words[0]):
        return commands
    return sorted(commands, key=lambda each: not key(word).startswith(key(each.name.partition(" ")[0])))


def by_subject(ctx: Context) -> Mapping[Subject, Sequence[Command]]:
    """What this person may use here: what is made for this place first, unless it is seldom needed."""
    usable = [each for each in ctx.commands.commands if each.opened(ctx) and each.name != "aide"]
    usable.sort(
        key=lambda each: (
            each.where == Scope.ANYWHERE or not each.open_to(ctx.caller) or each.rank > _SELDOM,
            each.rank,
        )
    )
    found = {
        each: [command for command in usable if subject_of(command) is each] for each in (*SUBJECTS, OTHERS)
    }
    return {each: commands for each, commands in found.items() if commands}


async def known_here(ctx: Context) -> Mapping[str, str]:
    """What the examples name: of this room where it has some."""
    ahead = [row for row in await meetings.upcoming(ctx.db, ctx.now) if await visible(ctx, row)]
    places = await rooms.rooms_of(ctx.db, ctx.person.id) if ctx.room.direct else {ctx.room.id}
    voted = await polls.open_in(ctx.db, places, ctx.now)
    cards = await library.latest(ctx.db)
    return {
        "meeting": await short_name(ctx, ahead[0]) if ahead else "T4",
        "poll": str(voted[-1].id) if voted else "4",
        "card": str(cards) if cards else "9",
    }


def examples(command: Command, ctx: Context, known: Mapping[str, str]) -> Sequence[str]:
    """Lines as this person would type them here, at least one."""
    found = _examples().get(command.name, {})
    lines = found.get(ctx.room.language) or found.get("fr") or [command.example]
    return [shown(_filled(line, known), ctx.caller) for line in lines]


def _filled(line: str, known: Mapping[str, str]) -> str:
    for name, value in known.items():
        line = line.replace("{" + name + "}", value)
    return line


@cache
def _examples() -> Mapping[str, Mapping[str, Sequence[str]]]:
    found: Mapping[str, Mapping[str, Sequence[str]]] = read_yaml("commands.help", "examples.yaml")
    return found

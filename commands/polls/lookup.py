"""Look-up: which poll is meant, by a vote or by a command of its author or of the team,
and whether a vote in it counts at that moment.

It is the one that is replied to, the one that is named, else the only one there is.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.command import Answer, Context, Role, shown
from bot.text import Say, UserError
from bot.text.numbering import CALLED, NUMBER_SIGN, SIGN
from bot.time import Instant
from storage import inbox, rooms
from storage.polls import polls
from storage.tables import Poll

REMEMBERED = timedelta(days=7)  # since a close: who votes without a number means that poll
MOST_NAMED = 9
_NAMED = re.compile(
    rf"(?:(?P<poll>(?:(?:le|du|au)\s+)?(?:sondage|poll)\s+){NUMBER_SIGN}?"
    rf"|{SIGN}|no\s)(?P<number>\d{{1,9}})(?!\d)[\s:,;.–-]*",
    re.ASCII | re.IGNORECASE,
)
MOST_LISTED = 8
_POLL_NUMBER = re.compile(
    rf"(?:(?:sondage|poll)\s+)?{NUMBER_SIGN}?(\d{{1,9}})(?![\d/])[\s:,;.–-]*", re.ASCII | re.IGNORECASE
)
_ALONE = re.compile(rf"{CALLED}(\d{{1,9}})[\s.!]*", re.ASCII | re.IGNORECASE)
_QUESTION = re.compile(r"[|?\n]")


async def refusal(ctx: Context, row: Poll) -> Say | None:
    """Why this act of voting does not count; None: it does.
    Judged by the server's time of the act, whenever it is heard.
    """
    if row.status == polls.CANCELLED:
        return Say(
            "{name}, le sondage n° {number} est annulé : votre vote n’a pas été compté.",
            name=ctx.person.name,
            number=row.id,
        )
    if not await _in_room(ctx, row):
        return Say(
            "{name}, ce sondage est celui d’un salon où vous n’êtes pas : votre vote n’a pas été compté.",
            name=ctx.person.name,
        )
    if row.members_only and ctx.person.role < Role.MEMBER:
        return Say(
            "{name}, ce sondage est réservé aux membres du réseau : votre vote n’a pas été compté. Je peux "
            "vous indiquer une personne : `!contact`.",
            name=ctx.person.name,
        )
    return None if await polls.takes_votes(ctx.db, row, ctx.now) else await late(ctx, row)


async def late(ctx: Context, row: Poll) -> Say:
    """An edit keeps the id of its message, which is heard of already:
    what that one did, in its time, stands.
    """
    when = Instant(row.closes_at, ctx.now, ctx.config.zone)
    before = await inbox.processed(ctx.db, ctx.event_id)
    if before is not None and before.at <= row.closes_at < ctx.now:
        return Say(
            "{name}, le sondage n° {number} est clos depuis le {when} : cette modification n’a pas été "
            "prise en compte.",
            name=ctx.person.name,
            number=row.id,
            when=when,
        )
    return Say(
        "{name}, le sondage n° {number} est clos depuis le {when} : votre vote n’a pas été compté.",
        name=ctx.person.name,
        number=row.id,
        when=when,
    )


async def _in_room(ctx: Context, row: Poll) -> bool:
    """Or in the one that its room has replaced, as long as they vote there."""
    # asked at each ballot: mostly that is all
    member = await rooms.member(ctx.db, row.room_id, ctx.person.id)
    if member is not None and member.membership == "join":
        return True
    before = {entry.room_id for entry in await polls.cards(ctx.db, row)}
    return bool(before & await rooms.rooms_of(ctx.db, ctx.person.id))


@dataclass(frozen=True)
class AddressedPoll:
    """`text`: what is left for the answer; `prefix`:
    how the poll was named, to be said again in a line to copy.
    """

    poll: Poll
    text: Answer
    prefix: str = ""

    def line(self, ctx: Context, answer: str) -> str:
        """`!vote n° 4 1 2`, as this person would type it here."""
        return shown(f"vote {self.prefix}{answer}", ctx.caller)


async def find_poll(ctx: Context, text: Answer) -> AddressedPoll:
    """Raises UserError when there is none, or several."""
    theirs = await rooms.rooms_of(ctx.db, ctx.person.id)
    replied = await polls.of_event(ctx.db, ctx.reply_to) if ctx.reply_to else None
    if replied is not None and replied.room_id in theirs:
        return AddressedPoll(replied, text)
    places = theirs if ctx.room.direct else {ctx.room.id}
    named = _NAMED.match(text)
    if named is not None and not await _a_choice(ctx, named, places):
        row, rest = await polls.poll(ctx.db, int(named["number"])), text[named.end() :]
        if row is not None and row.room_id in theirs and await polls.appeared(ctx.db, row):
            again = _NAMED.match(text.typed)
            return AddressedPoll(
                row, Answer(rest, text.typed[again.end() :] if again else rest), f"n° {row.id} "
            )
        if rest:
            # « n° 2 » may be a choice
            raise UserError(
                "Je ne trouve pas ce sondage dans vos salons. Sans numéro de sondage : `!vote 1`."
            )
    return AddressedPoll(await _only_one(ctx, places, text), text)


async def _a_choice(ctx: Context, named: re.Match[str], places: Collection[str]) -> bool:
    """« n° 2 » and no more: of the only poll that is open, whose votes anybody may see, its choice."""
    if named["poll"] or named.end() < len(named.string):
        return False
    found = await polls.open_in(ctx.db, places, ctx.now)
    return (
        len(found) == 1
        and found[0].mode == polls.VISIBLE
        and 1 <= int(named["number"]) <= len(found[0].choices or found[0].days)
    )


async def _only_one(ctx: Context, places: Collection[str], text: str) -> Poll:
    found = await polls.open_in(ctx.db, places, ctx.now)
    if len(found) > 1:
        raise UserError.of(_several(ctx, found[:MOST_NAMED], text))
    if found:
        return found[0]
    last = await polls.closed_last(ctx.db, places, ctx.now - REMEMBERED)
    if last is not None and (last.status != polls.PUBLISHED or last.closes_at < ctx.now):
        raise UserError.of(await late(ctx, last))
    if ctx.room.direct:
        raise UserError("Il n’y a pas de sondage en cours dans vos salons.")
    raise UserError("Il n’y a pas de sondage en cours dans ce salon.")


def _several(ctx: Context, found: Collection[Poll], text: str) -> Say:
    """Their own numbers are said again only where everybody may see them."""
    open_ones = all(row.mode == polls.VISIBLE for row in found)
    answer = text if open_ones and re.fullmatch(r"[\d ]{1,40}", text, re.ASCII) else "1"
    lines = [_way(ctx, row, answer) for row in found]
    return Say.lines(
        Say("Plusieurs sondages sont en cours. Duquel s’agit-il ? Votre vote n’est pas encore enregistré."),
        *lines,
    )


def _way(ctx: Context, row: Poll, answer: str) -> Say:
    """One line is to be copied, if words count there."""
    if row.mode == polls.DISCREET:
        return Say("- {question} – on vote dans l’encadré", question=row.question)
    return Say(
        "- `{line}` – {question}", line=shown(f"vote n° {row.id} {answer}", ctx.caller), question=row.question
    )


def split_number(text: str) -> tuple[int | None, str]:
    """« 4 lundi 12 h » is the number of a poll and the rest."""
    found = _ALONE.fullmatch(text) or _POLL_NUMBER.match(text)
    return (int(found[1]), text[found.end() :]) if found else (None, text)


def question(ctx: Context, text: str) -> str | None:
    """« !sondage Annuler la sortie ? | Oui | Non » asks something after all: the question, as it was typed;
    None when it is none.
    """
    whole = ctx.text.partition(" ")[2].strip()
    return (
        whole if _QUESTION.search(text) and whole.endswith(text.strip()) and whole != text.strip() else None
    )


async def one(ctx: Context, number: int | None, line: str, *statuses: str) -> Poll:
    """`line`: the command with {n} for the number, to be copied.
    Raises UserError when it is none, several, or somebody else's.
    """
    replied = await polls.of_event(ctx.db, ctx.reply_to) if ctx.reply_to and number is None else None
    row = (
        await polls.poll(ctx.db, number)
        if number is not None
        else replied or await _only(ctx, line, statuses)
    )
    if (
        row is None
        or row.status == polls.DRAFT
        or not (ctx.room.kind == "team" or row.room_id == ctx.room.id)
    ):
        raise UserError(
            "Je ne trouve pas ici de sondage n° {number}. Ceux qui sont en cours : `!sondages`.",
            number=number or 0,
        )
    if ctx.person.role < Role.TEAM and row.author != ctx.person.id:
        raise UserError(
            "Seule l’équipe d’animation, ou la personne qui a posé ce sondage, peut faire cela. Pour le "
            "lui demander : `!contact`."
        )
    return row


async def _only(ctx: Context, line: str, statuses: Sequence[str]) -> Poll:
    here = None if ctx.room.kind == "team" else {ctx.room.id}
    found = await polls.with_status(ctx.db, statuses, here)
    if not found:
        raise UserError("Il n’y a pas de sondage dans ce cas. Ceux qui sont en cours : `!sondages`.")
    if len(found) > 1:
        lines = [
            Say("- `{line}` – {question}", line=line.format(n=row.id), question=row.question)
            for row in found[:MOST_LISTED]
        ]
        raise UserError.of(Say.lines(Say("De quel sondage s’agit-il ?"), *lines))
    return found[0]


def vote_instead(ctx: Context) -> UserError:
    lines = {"vote": shown("!vote 1", ctx.caller), "list": shown("!sondages", ctx.caller)}
    return UserError(
        "Pour répondre à un sondage, écrivez `{vote}`. Ceux qui sont en cours : `{list}`.", **lines
    )

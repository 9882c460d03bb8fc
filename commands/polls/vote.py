"""`!vote`: voting in words, in the poll's room or in private,
for whoever sees no native poll or prefers a line.
"""

from collections.abc import Mapping, Sequence

from bot.command import NOTHING, Answer, Context, Role, command
from bot.text import Long, Say, UserError
from commands.polls import feedback, parse_vote, secret_vote
from commands.polls.lookup import REMEMBERED, AddressedPoll, find_poll, refusal
from schedules.polls import card
from schedules.polls.wording import ANSWERS, labels, numbered
from storage import rooms
from storage.polls import ballots, counting, polls
from storage.tables import Ballot, Poll

Choices = Mapping[int, tuple[int, ...]]


def is_guest(ctx: Context) -> bool:
    """Guests vote in the polls of the rooms where they are, if the poll lets them."""
    return ctx.person.role >= Role.GUEST


async def is_confidential(ctx: Context) -> bool:
    """In private, whether they may be voting at all; in a room, whether a poll keeps votes out of sight."""
    if ctx.room.direct:
        theirs = await rooms.rooms_of(ctx.db, ctx.person.id)
        return (
            bool(await polls.running(ctx.db, theirs))
            or await polls.closed_last(ctx.db, theirs, ctx.now - REMEMBERED) is not None
        )
    return any(row.mode != polls.VISIBLE for row in await polls.running(ctx.db, {ctx.room.id}))


async def taken_back(ctx: Context, event_id: str) -> None:
    """The message of a vote was deleted, or is read anew as edited;
    an edit after the close changes nothing.
    """
    entry = await ballots.act(ctx.db, event_id)
    row = await polls.poll(ctx.db, entry.poll_id) if entry else None
    edited = ctx.event_id == event_id
    if entry is None or row is None or (edited and ctx.now > row.closes_at):
        return
    last = (await ballots.of_person(ctx.db, entry.poll_id, entry.person))[-1].event_id == event_id
    await ballots.take_back(ctx.db, event_id)
    if row.status not in (polls.PUBLISHED, polls.CLOSING):  # the result is out, and stays
        return
    if row.mode == polls.SECRET and last:
        await secret_vote.withdraw(ctx, row)
    await card.voted(ctx, row, entry.person)
    if last and not edited:
        await _correct_answer(ctx, row, event_id)


@command(
    "vote",
    aliases=("voter", "choix"),
    english=("vote",),
    usage=Say("`!vote numéro`"),
    example="!vote 1 4",
    help=Say("répondre à un sondage"),
    allow=Role.MEMBER,
    run_when_stale=True,
    rank=15,
    undo=taken_back,
    also_allowed_if=is_guest,
    is_confidential=is_confidential,
)
async def vote(ctx: Context, *, answer: Answer = NOTHING) -> Say:
    addressed = await find_poll(ctx, answer)
    row = addressed.poll
    if (reason := await refusal(ctx, row)) is not None:
        raise UserError.of(reason)
    if row.mode == polls.SECRET:
        return await secret_vote.vote(ctx, addressed)
    if row.mode == polls.DISCREET and polls.ended(row):
        raise UserError(
            "L’encadré du sondage n° {number} est fermé : on ne peut plus y voter.", number=row.id
        )
    if row.mode == polls.DISCREET and ctx.room.direct and not addressed.text:
        return Say.lines(Say("**Sondage – {question}**", question=row.question), await _own(ctx, row))
    if row.mode == polls.DISCREET:
        raise UserError(
            "Au sondage n° {number}, on vote dans l’encadré, sous le message du sondage : touchez votre "
            "réponse. S’il ne s’affiche pas, ouvrez ce salon avec Tchap ou Element.",
            number=row.id,
        )
    if not addressed.text and (
        row.kind == polls.DATES or parse_vote.choices(addressed.text, row.choices) is None
    ):
        return await _how(ctx, addressed)
    return await _record(
        ctx, row, _dates(ctx, addressed) if row.kind == polls.DATES else {0: _choices(ctx, addressed)}
    )


async def _how(ctx: Context, addressed: AddressedPoll) -> Say:
    return Say.lines(
        Say("**Sondage – {question}**", question=addressed.poll.question),
        numbered(addressed.poll),
        await _own(ctx, addressed.poll),
        Say(
            "Pour voter, écrivez `{line}`.",
            line=addressed.line(ctx, card.example_vote(addressed.poll, ctx.room.language)),
        ),
    )


async def _own(ctx: Context, row: Poll) -> Say:
    """What they chose, told to them alone."""
    if not ctx.room.direct:
        return Say("Pour relire votre vote, écrivez-moi `vote n° {number}` en message privé.", number=row.id)
    acts = await ballots.of_person(ctx.db, row.id, ctx.person.id)
    chosen = counting.choices_of_person(row, acts)
    if not chosen:
        return Say("Vous n’avez pas encore voté.")
    return Say.lines(Say("Votre vote :"), *_chosen(row, chosen))


def _chosen(row: Poll, chosen: Choices) -> list[Say]:
    """A line for each choice, or for each date that was answered."""
    names = list(enumerate(labels(row, capital=True)))
    if row.kind == polls.DATES:
        return [
            Say("{n}. {day} : {answer}", n=part + 1, day=label, answer=ANSWERS[chosen[part][0]])
            for part, label in names
            if part in chosen
        ]
    return [Say("{n}. {label}", n=n + 1, label=label) for n, label in names if n in chosen[0]]


def _choices(ctx: Context, addressed: AddressedPoll) -> list[int]:
    row = addressed.poll
    numbers = parse_vote.choices(addressed.text, row.choices)
    if numbers is None:
        raise _not_understood(ctx, addressed)
    _within(ctx, addressed, numbers, len(row.choices))
    if len(numbers) > row.most:
        raise UserError(
            "{most}, {name}. Votre vote n’est pas encore enregistré : {which} Par exemple `{line}`.",
            most=card.at_most(row.most),
            name=ctx.person.name,
            which=Say("laquelle gardez-vous ?") if row.most == 1 else Say("lesquelles gardez-vous ?"),
            line=addressed.line(ctx, " ".join(map(str, (*numbers[: row.most - 1], numbers[-1])))),
        )
    return [number - 1 for number in numbers]


def _dates(ctx: Context, addressed: AddressedPoll) -> dict[int, list[int]]:
    """By date; none of them is a withdrawal of all."""
    count = len(addressed.poll.days)
    answers = parse_vote.dates(addressed.text, count)
    if answers is None:
        raise _not_understood(ctx, addressed)
    _within(ctx, addressed, list(answers), count)
    return {number - 1: [answer] for number, answer in answers.items()} or {part: [] for part in range(count)}


def _within(ctx: Context, addressed: AddressedPoll, numbers: Sequence[int], last: int) -> None:
    for number in numbers:
        if not 1 <= number <= last:
            raise UserError(
                "Ce sondage va de 1 à {last}, {name} : il n’a pas de n° {number}. Votre vote n’est pas "
                "encore enregistré. Par exemple `{line}`.",
                last=last,
                name=ctx.person.name,
                number=number,
                line=addressed.line(ctx, card.example_vote(addressed.poll, ctx.room.language)),
            )


def _not_understood(ctx: Context, addressed: AddressedPoll) -> UserError:
    return UserError(
        "Je n’ai pas compris « {text} », {name} : votre vote n’est pas encore enregistré. Par exemple "
        "`{line}`, ou `{withdraw}`.",
        text=parse_vote.unread(addressed.text)[:60],
        name=ctx.person.name,
        line=addressed.line(ctx, card.example_vote(addressed.poll, ctx.room.language)),
        withdraw=addressed.line(ctx, "retirer"),
    )


async def _record(ctx: Context, row: Poll, parts: Mapping[int, list[int]]) -> Say:
    number, who = row.id, ctx.person.id
    before = counting.choices_of_person(row, await ballots.of_person(ctx.db, number, who))
    entries = [
        Ballot(
            event_id=ctx.event_id,
            part=part,
            poll_id=number,
            person=who,
            at=ctx.now,
            way=ballots.TEXT,
            choices=chosen,
        )
        for part, chosen in parts.items()
    ]
    await ballots.record(ctx.db, *entries)
    await card.voted(ctx, row, who)
    await feedback.hint_counted(ctx, row)
    acts = await ballots.of_person(ctx.db, number, who)
    after = counting.choices_of_person(row, acts)
    if acts[-1].event_id != ctx.event_id:
        return Say(
            "Vous avez voté de nouveau depuis, {name} : c’est votre dernier vote qui compte.",
            name=ctx.person.name,
        )
    return Say.lines(_noted(ctx, row, before, after), _still_drawn(row, acts, after))


def _still_drawn(row: Poll, acts: Sequence[Ballot], after: Choices) -> Say | None:
    """Their box goes on showing what they clicked there."""
    clicked = counting.choices_of_person(row, [act for act in acts if act.way == ballots.NATIVE])
    if all(after.get(part) == choices for part, choices in clicked.items()):
        return None
    return Say("L’encadré montre encore votre choix d’avant : c’est ce vote-ci qui compte.")


def _noted(ctx: Context, row: Poll, before: Choices, after: Choices) -> Say:
    if not after and not before:
        return Say("Vous n’aviez pas de vote à retirer, {name}.", name=ctx.person.name)
    if not after:
        return Say("Votre vote est retiré, {name}.", name=ctx.person.name)
    replaces = Say("Il remplace le précédent.") if before and before != after else None
    if row.kind == polls.DATES:
        return Say.lines(Say("Vote noté, {name} :", name=ctx.person.name), *_chosen(row, after), replaces)
    said = Say("Vote noté : {labels}.", labels=Long(", ".join(row.choices[number] for number in after[0])))
    return Say("{said} {more}", said=said, more=replaces) if replaces else said


async def _correct_answer(ctx: Context, row: Poll, event_id: str) -> None:
    """The answer to the message that was deleted is no longer true:
    it says what is, without a new message.
    """
    left = counting.choices_of_person(row, await ballots.of_person(ctx.db, row.id, ctx.person.id))
    say = (
        Say("Ce vote est retiré, {name} : c’est le précédent qui compte.", name=ctx.person.name)
        if left
        else Say("Votre vote est retiré, {name}.", name=ctx.person.name)
    )
    await ctx.correct_reply(event_id, say)

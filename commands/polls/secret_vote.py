"""Voting in a secret poll: in private only,
and nothing of the choice is written anywhere but in the ballot.
"""

from bot.command import Context, shown
from bot.outbox import Post, Rank
from bot.text import Say, UserError
from bot.time import Instant
from commands.polls import parse_vote
from commands.polls.lookup import AddressedPoll
from schedules.polls import card
from schedules.polls.wording import numbered
from storage.polls import ballots, secrets
from storage.tables import Ballot, Poll


async def vote(ctx: Context, addressed: AddressedPoll) -> Say:
    row = addressed.poll
    if not ctx.room.direct:
        return await _in_private(ctx, addressed)
    if not addressed.text:
        say = how(ctx, row, addressed.line(ctx, card.example_vote(row, ctx.room.language)))
        return Say.lines(say, await _own(ctx, row))
    chosen = _chosen(ctx, addressed)
    newer = [
        entry
        for entry in await ballots.of_person(ctx.db, row.id, ctx.person.id)
        if (entry.at, entry.event_id) > (ctx.now, ctx.event_id)
    ]
    if newer:  # this message could not be read before
        raise UserError("Vous avez voté de nouveau depuis : c’est ce dernier vote qui compte.")
    key = await _key(ctx, row)
    if key is None:
        return await _lost(ctx, row)
    before = await secrets.put(ctx.db, row.id, secrets.digest(key, ctx.person.id), chosen)
    await _remember(ctx, row)
    card.refresh(ctx, row)
    return _noted(ctx, row, withdrawn=not chosen, before=before)


def how(ctx: Context, row: Poll, line: str) -> Say:
    """The choices, in private, and what to write."""
    return Say.lines(
        Say("**Sondage – {question}**", question=row.question),
        Say("{most}, jusqu’au {when}.", most=card.at_most(row.most), when=card.closing(row, ctx.config)),
        numbered(row),
        Say("Pour voter, écrivez ici `{line}`.", line=line),
        card.who_sees(row, ctx.config),
        Say(
            "Votre message, lui, reste dans cette conversation : vous pourrez le supprimer après la clôture."
        ),
    )


async def _own(ctx: Context, row: Poll) -> Say | None:
    """That they voted; what, no message may repeat."""
    key = secrets.key(ctx.config.data_dir, row.id)
    known = key is not None and await secrets.has_voted(ctx.db, row.id, secrets.digest(key, ctx.person.id))
    if not known:
        return None
    return Say("Vous avez déjà voté. Pour que rien n’en reste écrit, je ne redis pas votre choix.")


async def withdraw(ctx: Context, row: Poll) -> None:
    """Their last vote was taken back; the one before was not kept."""
    key = secrets.key(ctx.config.data_dir, row.id)
    if key is not None:
        await secrets.put(ctx.db, row.id, secrets.digest(key, ctx.person.id), [])


async def _in_private(ctx: Context, addressed: AddressedPoll) -> Say:
    number = addressed.poll.id
    if addressed.text:
        raise UserError(
            "Ce sondage est confidentiel : votre vote n’est pas enregistré. Écrivez-le-moi en message "
            "privé : `{line}`. "
            "Votre message reste visible ici : vous pouvez le supprimer.",
            line=f"vote n° {number} {card.example_vote(addressed.poll, ctx.room.language)}",
        )
    say = how(ctx, addressed.poll, f"vote n° {number} {card.example_vote(addressed.poll, ctx.room.language)}")
    await ctx.post(Post(person=ctx.person.id, say=say, rank=Rank.ANSWER))
    return Say("Je vous écris en message privé.")


def _chosen(ctx: Context, addressed: AddressedPoll) -> list[int]:
    """Refusals are kept as any message is: they repeat nothing of what was written."""
    row, line = addressed.poll, addressed.line(ctx, card.example_vote(addressed.poll, ctx.room.language))
    numbers = parse_vote.choices(addressed.text, row.choices)
    if numbers is None or not all(1 <= number <= len(row.choices) for number in numbers):
        raise UserError(
            "Je n’ai pas compris votre vote, il n’est pas enregistré. Répondez par des numéros de 1 à "
            "{last} : `{line}`.",
            last=len(row.choices),
            line=line,
        )
    if len(numbers) > row.most:
        raise UserError(
            "{most}. Votre vote n’est pas encore enregistré. Par exemple `{line}`.",
            most=card.at_most(row.most),
            line=line,
        )
    return [number - 1 for number in numbers]


async def _key(ctx: Context, row: Poll) -> bytes | None:
    """None: lost since somebody voted, as after a restore:
    nobody could replace their ballot, so that one person could have two.
    """
    number, folder = row.id, ctx.config.data_dir
    if secrets.key(folder, number) is None and await secrets.any_ballot(ctx.db, number):
        return None
    return secrets.make_key(folder, number)


async def _lost(ctx: Context, row: Poll) -> Say:
    team = ctx.network.team
    if team:
        say = Say(
            "La clé du sondage confidentiel n° {number} manque : je ne peux plus y recevoir de votes. Vous "
            "pouvez le clore et en lancer un autre.",
            number=row.id,
        )
        await ctx.post(Post(room=team, say=say, rank=Rank.BOOKKEEPING, key=f"poll-key:{row.id}"))
    return Say(
        "Je ne peux plus enregistrer de vote à ce sondage, à cause d’un incident de mon côté. L’équipe "
        "d’animation est prévenue."
    )


async def _remember(ctx: Context, row: Poll) -> None:
    """Which message voted last: only that one, taken back, withdraws the vote."""
    entry = Ballot(
        event_id=ctx.event_id,
        poll_id=row.id,
        person=ctx.person.id,
        at=ctx.now,
        way=secrets.RECEIPT,
        choices=None,
    )
    await ballots.record(ctx.db, entry)


def _noted(ctx: Context, row: Poll, *, withdrawn: bool, before: bool) -> Say:
    when = Instant(row.closes_at, ctx.now, ctx.config.zone)
    if not withdrawn:
        return Say(
            "Votre vote est enregistré. Vous pouvez le changer jusqu’au {when} : le dernier compte.",
            when=when,
        )
    if not before:
        return Say(
            "Vous n’aviez pas de vote à retirer. Pour voter : `{line}`.",
            line=shown(f"vote n° {row.id} {card.example_vote(row, ctx.room.language)}", ctx.caller),
        )
    return Say("Votre vote est retiré. Vous pouvez voter de nouveau jusqu’au {when}.", when=when)

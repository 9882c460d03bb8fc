"""Card of a poll: the announcement that shows a poll, what can be chosen,
until when, how to vote and who sees what; an editable message.
"""

from dataclasses import dataclass
from functools import partial

from bot.config import Config
from bot.outbox import Post, Rank, UnitOfWork, chips
from bot.outbox.policy import SendPolicy
from bot.text import Count, Say
from bot.time import Instant
from schedules.announcements import beginning
from schedules.polls import box
from schedules.polls.wording import ANSWERS, numbered
from storage import outbox
from storage.polls import ballots, counting, polls, secrets
from storage.tables import Poll
from storage.transaction import before_commit

STALE_TAPS = Say("Seul ce nombre compte : certaines réactions sous ce message ne sont plus à jour.")
_AT_MOST = (
    Say("Une seule réponse"),
    Say("Deux réponses au plus"),
    Say("Trois réponses au plus"),
    Say("Quatre réponses au plus"),
)


def at_most(most: int) -> Say:
    """« Deux réponses au plus »."""
    return _AT_MOST[most - 1] if most <= len(_AT_MOST) else Say("{n} réponses au plus", n=most)


def closing(poll: Poll, config: Config) -> Instant:
    """« vendredi 27 novembre à 12 h », with the year when it is not that of its opening."""
    return Instant(poll.closes_at, poll.opens_at, config.zone)


def text(poll: Poll, voters: int, config: Config) -> Say:
    """The card while the poll is open. `voters`: how many people have voted so far."""
    count = Count(voters, "1 vote", "{n} votes", zero="aucun vote")
    return Say.lines(
        Say("**Sondage – {question}**", question=poll.question),
        _limits(poll, config),
        numbered(poll),
        _how(poll),
        Say("Sondage réservé aux membres du réseau.") if poll.members_only else None,
        who_sees(poll, config),
        Say("{count} – clôture {when}", count=count, when=closing(poll, config)) if voters else None,
    )


def _limits(poll: Poll, config: Config) -> Say:
    when = closing(poll, config)
    if poll.kind == polls.DATES:
        return Say("Une réponse pour chaque date, jusqu’au {when}. Dix secondes suffisent.", when=when)
    return Say("{most}, jusqu’au {when}. Dix secondes suffisent.", most=at_most(poll.most), when=when)


def _how(poll: Poll) -> Say:
    example = _Example(poll)
    if poll.mode == polls.SECRET:
        return Say("Pour voter, écrivez `!vote` : je vous réponds en message privé.")
    if polls.ended(poll):
        return _without_a_box(poll, example)
    if poll.mode == polls.DISCREET:
        return Say(
            "Votez dans l’encadré ci-dessous. S’il ne s’affiche pas, ouvrez ce salon avec Tchap ou Element."
        )
    if poll.kind == polls.DATES:
        return Say(
            "Votez dans les encadrés ci-dessous, un par date, ou écrivez `!vote {example}`.", example=example
        )
    return Say("Votez dans l’encadré ci-dessous ou écrivez `!vote {example}`.", example=example)


def _without_a_box(poll: Poll, example: "_Example") -> Say:
    """Somebody ended the native poll in a client; what was announced stands."""
    if poll.mode == polls.DISCREET:
        return Say("L’encadré a été fermé : on ne peut plus y voter.")
    if poll.kind == polls.DATES and len(polls.ended(poll)) < len(poll.days):
        return Say("Un encadré a été fermé : pour voter, écrivez `!vote {example}`.", example=example)
    if poll.kind == polls.DATES:
        return Say("Les encadrés ont été fermés : pour voter, écrivez `!vote {example}`.", example=example)
    return Say("L’encadré a été fermé : pour voter, écrivez `!vote {example}`.", example=example)


def example_vote(poll: Poll, language: str) -> str:
    """« 1 4 », « 1 oui, 2 si besoin, 3 non »: a vote ready to copy, without its command."""
    if poll.kind == polls.DATES:
        answers = [answer.text(language).lower() for answer in ANSWERS]
        return ", ".join(
            f"{n} {answer}" for n, answer in zip(range(1, len(poll.days) + 1), answers, strict=False)
        )
    return f"1 {min(4, len(poll.choices))}" if poll.most > 1 else "1"


@dataclass(frozen=True)
class _Example:
    """A vote ready to copy, in the language of who reads it."""

    poll: Poll

    def localized(self, language: str) -> str:
        return example_vote(self.poll, language)


def who_sees(poll: Poll, config: Config) -> Say:
    """What is true of this mode, and no more."""
    if poll.mode == polls.VISIBLE:
        return Say("Le salon peut voir qui vote quoi, sauf pour un vote écrit en message privé.")
    if poll.mode == polls.DISCREET:
        return Say(
            "Résultats à la clôture seulement ; un membre qui s’y connaît peut quand même voir les votes."
        )
    return Say.lines(
        Say(
            "Vote confidentiel : ce qui relie une personne à son vote est détruit à la clôture. Avec "
            "moins de cinq votes, aucun détail n’est donné."
        ),
        _weaker() if config.storage.url.startswith("postgresql") else None,
    )


def _weaker() -> Say:
    """PostgreSQL keeps deleted rows for a time,
    in an order that may be compared with that of the private messages.
    """
    return Say(
        "Sur ce serveur, la base peut garder une trace de l’ordre des votes : la personne qui "
        "l’administre pourrait y retrouver un vote."
    )


async def voted(uow: UnitOfWork, poll: Poll, person: str) -> None:
    """Somebody's acts are not what they were: which of their taps count, and how the card reads."""
    acts = await ballots.of_person(uow.db, poll.id, person)
    wanted = counting.choices_of_person(poll, acts).get(0, ())
    taps = {act.event_id: set(act.choices or ()) <= set(wanted) for act in acts if act.way == ballots.TAP}
    await chips.judge(uow, taps)
    refresh(uow, poll)


def refresh(uow: UnitOfWork, poll: Poll) -> None:
    """Shows the card as it reads once all that was heard with this is counted;
    the outbox paces the edits, which notify nobody.
    """
    number = poll.id
    before_commit(uow.db, polls.card_key(number), partial(_show, uow, number))


async def _show(uow: UnitOfWork, number: int) -> None:
    poll = await polls.poll(uow.db, number)
    if (
        poll is None
        or poll.status not in (polls.PUBLISHED, polls.CLOSING, polls.CLOSED, polls.CANCELLED)
        or not poll.room_id
    ):
        return
    if poll.status in (polls.CLOSED, polls.CANCELLED):
        say = over(poll, await comes_at(uow, poll))
    else:
        say = text(poll, await ballots.voters(uow.db, number), uow.network.config)
        shown = await polls.card(uow.db, poll)
        if shown is not None and await chips.misleading(uow, shown):
            say = Say.lines(say, STALE_TAPS)
    await uow.post(Post(room=poll.room_id, say=say, key=polls.card_key(number), rank=Rank.BOOKKEEPING))


def over(poll: Poll, comes: Instant | None = None) -> Say:
    """The card of a poll that is closed or cancelled. The result has a message of its own and is not said
    twice; no choice is numbered here any more, since the result numbers them by their votes. `comes`: when
    the result goes out, if that is later.
    """
    if poll.status == polls.CANCELLED:
        return Say.lines(
            Say("**Sondage annulé – {question}**", question=poll.question),
            Say("Ce sondage est annulé. Les votes sont effacés."),
        )
    voters = Count(int(poll.result.get("voters", 0)), "1 vote", "{n} votes", zero="aucun vote")
    where = (
        Say("{count} – le résultat est donné plus bas, dans son propre message.", count=voters)
        if comes is None
        else Say("{count} – résultat plus bas, dans son propre message, le {when}.", count=voters, when=comes)
    )
    return Say.lines(Say("**Sondage clos – {question}**", question=poll.question), where)


async def comes_at(uow: UnitOfWork, poll: Poll) -> Instant | None:
    """When the result goes out, if it waits: for open hours, another day's budget, the end of a pause."""
    found = await outbox.versions(uow.db, polls.result_key(poll.id), poll.room_id)
    if not found or found[0].status not in outbox.OPEN:
        return None
    planned = max(uow.now, found[0].not_before)
    at = await SendPolicy(uow.outbox).wait(uow.db, found[0], planned) or planned
    return Instant(at, uow.now, uow.config.zone) if at > uow.now else None


async def publish(uow: UnitOfWork, poll: Poll, urgent: bool) -> None:
    """Once its room, its hour and its closing are settled. `urgent`: somebody asked for it just now."""
    poll.status = polls.PUBLISHED
    uow.db.add(poll)
    config, number = uow.network.config, poll.id
    if poll.mode == polls.SECRET:
        secrets.make_key(config.data_dir, number)
    await uow.post(card_post(poll, text(poll, 0, config), uow.network.language(poll.room_id), urgent=urgent))


def card_post(poll: Poll, text: Say, language: str, *, urgent: bool) -> Post:
    """The card and what is below it, in its room, whose language it is."""
    return Post(
        room=poll.room_id,
        say=text,
        key=polls.card_key(poll.id),
        at=poll.opens_at,
        until=poll.closes_at,
        urgent=urgent,
        title=f"« Sondage – {beginning(poll.question)} »",
        children=box.boxes(poll, language),
    )

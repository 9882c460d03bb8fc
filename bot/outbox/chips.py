"""Chips: the reactions under a message of ours show what counts, and no more.

- A seed, our own reaction that shows a choice, goes once somebody else has it (a client counts both), and
  comes back with the last of them.
- A tap that a later answer of the same person overrules goes where we may redact; where we may not, the
  subject's line says that it alone counts (`misleading`).
- Under a question that has its answer, or waits for none any more, no seed stays; nor under a meeting that
  is past.

What is due becomes outbox entries, after a pause: what is undone meanwhile is never sent, so a crowd that
taps costs one redaction a choice.
"""

from collections.abc import Mapping

from bot.outbox.outbox import UNDO_PAUSE
from bot.outbox.post import Rank
from bot.outbox.unit_of_work import UnitOfWork
from bot.state_events import may_redact
from storage import rooms, taps
from storage.tables import OutboxEntry, Tap
from storage.transaction import before_commit

LONGEST = 100  # characters of a reaction, which may be any text


def bare(key: str) -> str:
    """A reaction without its variation selectors, which clients add or drop."""
    return key.replace("\ufe0f", "").strip()


async def tapped(uow: UnitOfWork, message: OutboxEntry, event_id: str, key: str) -> None:
    """Somebody reacted to a message that takes taps."""
    tap = Tap(event_id=event_id, act_id=message.id, key=bare(key)[:LONGEST], at=uow.now)
    await taps.record(uow.db, tap)
    _settle_soon(uow, message.id, tap.key)


async def removed(uow: UnitOfWork, event_id: str) -> None:
    """A reaction was taken back, by whomever."""
    tap = await taps.take_back(uow.db, event_id)
    if tap is not None:
        await taps.call_off(uow.db, await taps.redaction(uow.db, event=event_id))
        _settle_soon(uow, tap.act_id, tap.key)


async def judge(uow: UnitOfWork, counting: Mapping[str, bool]) -> None:
    """`counting`: of these reactions, by event id, whether each says what counts now."""
    for tap in await taps.among(uow.db, counting):
        overruled = not counting[tap.event_id]
        if tap.overruled == overruled:
            continue
        tap.overruled = overruled
        uow.db.add(tap)
        message = await uow.db.get(OutboxEntry, tap.act_id)
        if not overruled:
            await taps.call_off(uow.db, await taps.redaction(uow.db, event=tap.event_id))
        elif message is not None and message.room_id and await _may_redact(uow, message.room_id):
            entry = OutboxEntry(
                kind="redact",
                rank=Rank.BOOKKEEPING,
                room_id=message.room_id,
                target_event=tap.event_id,
                relation="redact",
                not_before=uow.now + UNDO_PAUSE,
            )
            await uow.outbox.do(uow.db, entry, uow.cause)


async def misleading(uow: UnitOfWork, message: OutboxEntry) -> bool:
    """Whether taps stay under this message that say what no longer counts."""
    room = message.room_id
    return bool(room) and await taps.overruled(uow.db, message.id) and not await _may_redact(uow, room or "")


async def clear(uow: UnitOfWork, message: int) -> None:
    """Nothing under this message waits for a tap any more: its seeds go for good."""
    await uow.outbox.clear_seeds(uow.db, message, uow.cause)


def _settle_soon(uow: UnitOfWork, message: int, key: str) -> None:
    async def settle() -> None:
        seeds = {bare(each): seed for each, seed in (await taps.seeds(uow.db, message)).items()}
        seed = seeds.get(key)
        if seed is not None and await taps.stands(uow.db, message, key):
            await uow.outbox.take_seed(uow.db, seed, taps.YIELD, uow.cause)
        elif seed is not None:
            await _bring_back(uow, seed)

    before_commit(uow.db, f"chips {message} {key}", settle)


async def _bring_back(uow: UnitOfWork, seed: OutboxEntry) -> None:
    going = await taps.redaction(uow.db, entry=seed.id)
    if going is None or going.relation != taps.YIELD or await taps.call_off(uow.db, going):
        return
    entry = OutboxEntry(
        kind="event",
        rank=Rank.BOOKKEEPING,
        room_id=seed.room_id,
        person=seed.person,
        type=seed.type,
        content=seed.content,
        target_act=seed.target_act,
        relation="reaction",
        follows=going.id,
    )
    await uow.outbox.do(uow.db, entry, uow.cause)


async def _may_redact(uow: UnitOfWork, room_id: str) -> bool:
    room = await rooms.room(uow.db, room_id)
    return room is not None and may_redact(room, uow.network.me)

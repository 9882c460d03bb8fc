"""Outbox: from a post to outbox entries, in the transaction that decided it;
the transaction id is an idempotency key.

A transaction id is a hash of its cause: the same cause can never speak twice, whatever was killed or restored
in between.
"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.network import Network
from bot.outbox.history import History
from bot.outbox.parts import edit_of, parts_of
from bot.outbox.post import Cause, Post, Rank, answer_key
from bot.outbox.quote import in_reply, with_relation_of
from bot.text import Say, content
from storage import outbox, questions, rooms, sealing, taps
from storage.tables import OutboxEntry

SETTLED = 1_000  # entries whose echo is waited for
EDIT_PAUSE = timedelta(seconds=3)  # between two edits of an editable message
UNDO_PAUSE = timedelta(seconds=3)  # before a reaction goes: what is undone meanwhile is never sent
ENCRYPTION = {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}
MARKER = "org.animatrice.act"  # our id in what we send: how another device, or a later one, knows it


@dataclass(frozen=True, slots=True)
class Destination:
    """The room, or the entry that will open it."""

    room: str | None
    opened_by: OutboxEntry | None = None


class Outbox:
    """Writes outbox entries; bot.outbox.sender sends them."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.hours = network.hours
        self.history = History()
        self._settled: dict[str, str] = {}

    def settle(self, txn: str, event_id: str) -> None:
        """Remembers what the server answered, once that is committed: its echo brings nothing new."""
        self._settled[txn] = event_id
        if len(self._settled) > SETTLED:
            del self._settled[next(iter(self._settled))]

    def is_settled(self, txn: str, event_id: str) -> bool:
        return self._settled.get(txn) == event_id

    async def post(self, db: AsyncSession, post: Post, cause: Cause) -> OutboxEntry:
        """Adds the entries of a post to the open transaction; returns the message's own."""
        if post.ask:
            post = replace(post, say=post.ask.say, reactions=post.ask.reactions)
        destination = await self._destination(db, post, cause)
        versions = await self._versions(db, post, destination, cause)
        if post.delete:
            await self.remove(db, versions[0], cause)
            return versions[0]
        if versions:
            entry = await self._edit(db, versions, post, cause)
        else:
            entry = await self._new_message(db, post, cause, destination)
        base = versions[0] if versions else entry
        await self._parts(db, base, post, cause)
        if post.ask:
            await self._await_answer(db, post, entry, cause)
        return entry

    async def do(self, db: AsyncSession, entry: OutboxEntry, cause: Cause) -> OutboxEntry:
        """Adds one entry as it is, under the next transaction id of its cause."""
        entry.cause = cause.id
        self._asked(entry, cause)
        entry.txn = transaction_id(cause.id, str(await outbox.next_place(db, cause.id)))
        entry.not_before = max(cause.at, entry.not_before) if entry.not_before else cause.at
        entry.next_try = cause.at
        db.add(entry)
        await db.flush()
        return entry

    def _asked(self, entry: OutboxEntry, cause: Cause) -> None:
        """Notes whose words a private message answers: what their silence held goes to them now."""
        if cause.by and entry.room_id not in self.network.configured:
            entry.asked_by = cause.by
            if entry.error == outbox.SILENCE:
                entry.error, entry.not_before = "", cause.at

    async def amend(self, db: AsyncSession, target: OutboxEntry, say: Say, cause: Cause) -> OutboxEntry:
        """Gives a message we posted another text; it stays an announcement or a notice."""
        notice = target.content.get("msgtype") == "m.notice"
        body = content(say, self.network.language(target.room_id), notice=notice)
        entry = edit_of(target, body, await outbox.last_edit(db, target.id) + 1)
        return await self.do(db, entry, cause)

    async def redact(self, db: AsyncSession, target: OutboxEntry, cause: Cause) -> OutboxEntry:
        """Takes back one event of ours."""
        entry = OutboxEntry(
            kind="redact", rank=Rank.ANSWER, room_id=target.room_id, target_act=target.id, relation="redact"
        )
        return await self.do(db, entry, cause)

    async def remove(self, db: AsyncSession, target: OutboxEntry, cause: Cause) -> None:
        """Takes back a message that is out, the texts of its edits and the files that came with it."""
        files = await outbox.files(db, target)
        for each in (target, *await outbox.edits(db, target.id), *files):
            await self.redact(db, each, cause)
        for each in (target, *files):
            each.status = outbox.REMOVED
            db.add(each)

    async def take_seed(self, db: AsyncSession, seed: OutboxEntry, relation: str, cause: Cause) -> None:
        """Redacts a reaction of ours. `relation`: "redact", or "yield" for one that may come back."""
        going = await taps.redaction(db, entry=seed.id)
        if going is not None:
            going.relation = relation if going.relation == taps.YIELD else going.relation
            db.add(going)
        elif seed.status in (*outbox.OPEN, outbox.SENT):
            entry = OutboxEntry(
                kind="redact",
                rank=Rank.BOOKKEEPING,
                room_id=seed.room_id,
                target_act=seed.id,
                relation=relation,
                not_before=cause.at + UNDO_PAUSE,
            )
            await self.do(db, entry, cause)

    async def clear_seeds(
        self, db: AsyncSession, message: int, cause: Cause, *, besides: Collection[str] = ()
    ) -> None:
        """Nothing under this message waits for a tap any more, `besides` these: its seeds go for good."""
        for key, seed in (await taps.seeds(db, message)).items():
            if key not in besides:
                await self.take_seed(db, seed, "redact", cause)

    async def _versions(
        self, db: AsyncSession, post: Post, to: Destination, cause: Cause
    ) -> Sequence[OutboxEntry]:
        """Those of the message that this one is to stand for; a first answer has none."""
        first = post.key == answer_key(cause.id) and outbox.is_new(db, cause.id)
        return await outbox.versions(db, post.key, to.room) if post.key and not first else []

    async def _destination(self, db: AsyncSession, post: Post, cause: Cause) -> Destination:
        if post.room or not post.person:
            return Destination(post.room)
        for room in await rooms.direct_with(db, self.network.me, post.person, self.network.configured):
            return Destination(room.room_id)
        key = f"direct:{post.person}"
        pending = [entry for entry in await outbox.versions(db, key, None) if entry.status in outbox.OPEN]
        if not pending:
            return Destination(None, await self._open_room(db, post.person, cause))
        self._asked(pending[-1], cause)
        return Destination(None, pending[-1])

    async def _open_room(self, db: AsyncSession, person: str, cause: Cause) -> OutboxEntry:
        body = {
            "preset": "trusted_private_chat",
            "is_direct": True,
            "invite": [person],
            "initial_state": [ENCRYPTION],
        }
        entry = OutboxEntry(kind="create", rank=Rank.ANSWER, content=body, message_key=f"direct:{person}")
        await self.do(db, entry, cause)
        marker = {"type": MARKER, "state_key": "", "content": {"act": entry.txn}}
        entry.content = {**body, "initial_state": [ENCRYPTION, marker]}
        return entry

    async def _new_message(self, db: AsyncSession, post: Post, cause: Cause, to: Destination) -> OutboxEntry:
        room = to.room
        body = self._content(post, room, notice=post.rank != Rank.ANNOUNCEMENT)
        entry = OutboxEntry(
            kind="event",
            rank=post.rank,
            room_id=room,
            person=post.person,
            type=post.type,
            message_key=post.key,
            title=post.title,
            content=self._kept(post, in_reply(body, post, cause)),
            announcement=post.rank == Rank.ANNOUNCEMENT,
            urgent=post.urgent,
            confidential=post.confidential,
            until=post.until,
            not_before=self._not_before(post, cause),
        )
        if to.opened_by:
            entry.target_act, entry.relation = to.opened_by.id, "room"
        elif post.references:
            referred, *_ = await outbox.versions(db, post.references, room)
            entry.target_act, entry.relation = referred.id, "reference"
        return await self.do(db, entry, cause)

    def _kept(self, post: Post, body: dict[str, Any]) -> dict[str, Any]:
        return {outbox.SEALED: sealing.seal(self.network.config.data_dir, body)} if post.sealed else body

    def _not_before(self, post: Post, cause: Cause) -> datetime:
        """What nobody asked for just now waits for open hours;
        an announcement is held back when it is sent (bot.outbox.policy).
        """
        at = post.at or cause.at
        unasked = post.rank == Rank.BOOKKEEPING and not cause.id.startswith("$")
        return self.hours.next_open(at) if unasked else at

    async def _edit(
        self, db: AsyncSession, versions: Sequence[OutboxEntry], post: Post, cause: Cause
    ) -> OutboxEntry:
        """The next version of an editable message:
        an untried one changes in place, a tried one gets an edit of its own.
        """
        base, last = versions[0], versions[-1]
        if base.status in outbox.FAILED:
            return base
        body = self._content(post, base.room_id, notice=not base.announcement)  # it stays what it was
        new = with_relation_of(base.content, in_reply(body, post, cause)) if last is base else body
        new, body = self._kept(post, new), self._kept(post, body)
        if new == last.content and last.status not in outbox.FAILED:
            return last  # it reads the same
        if last.status == outbox.WAITING:
            last.content, last.confidential = new, post.confidential
            self._asked(last, cause)
            db.add(last)
            return last
        pause = EDIT_PAUSE if post.rank == Rank.BOOKKEEPING else timedelta(0)
        entry = edit_of(base, body, last.version + 1)
        entry.rank = post.rank if post.rank == Rank.ANSWER else Rank.BOOKKEEPING
        entry.type, entry.confidential = base.type, post.confidential
        entry.not_before = max(cause.at, (last.sent_at or last.last_tried or cause.at) + pause)
        return await self.do(db, entry, cause)

    async def _parts(self, db: AsyncSession, base: OutboxEntry, post: Post, cause: Cause) -> None:
        """What is below a message, its files and the reactions
        to tap follow it, before anything else of the room.
        """
        after = base
        for part in parts_of(base, post):
            if part.relation == "reaction" and await taps.is_offered(db, base.id, part.content["key"]):
                continue
            after = await self._follow(db, part, after, cause)

    async def _follow(
        self, db: AsyncSession, part: OutboxEntry, after: OutboxEntry, cause: Cause
    ) -> OutboxEntry:
        part.room_id, part.person = after.room_id, after.person
        part.follows, part.not_before = after.id, after.not_before
        return await self.do(db, part, cause)

    async def _await_answer(self, db: AsyncSession, post: Post, entry: OutboxEntry, cause: Cause) -> None:
        """The answer is waited for from now on; of one person in one room, only that to the latest question.

        What comes unasked into a room takes nobody's next words, which may be for something else: it is
        answered by a tap or a reply.
        """
        if post.ask is None or entry.room_id is None:
            raise ValueError("a question is asked in a room that is known")
        row = post.ask.row(post.asked_to, entry.room_id, cause.at)
        row.passed = post.rank == Rank.BOOKKEEPING and post.person is None
        if not row.passed:
            for old in await questions.replace_open(db, post.asked_to, entry.room_id):
                again = old.id in (entry.id, entry.target_act)
                await self.clear_seeds(db, old.id, cause, besides=post.reactions if again else ())
        row.act_id = entry.id
        db.add(row)

    def _content(self, post: Post, room: str | None, *, notice: bool) -> dict[str, Any]:
        if post.say is None:
            return dict(post.content or {})
        return content(post.say, self.network.language(room), notice=notice, mentions=post.mentions)


def transaction_id(*cause: str) -> str:
    """A Matrix transaction id: always the same for the same cause."""
    return hashlib.sha256("\x1f".join(cause).encode()).hexdigest()[:40]

"""Stored documents follow the versions of the code: steps that a service declares, each run to its end, in order.

A step that *expands* adds what the new version looks for, and leaves the version before able to read and write: it
runs before the new version starts. What an old process still writes while both run is taken up by the next
`cinnabar migrate`. A step that *contracts* takes away what only old versions read; it runs when asked for, once no
old version runs any more, and from then on there is no way back.

A batch of documents, the note of how far the step has come and the lease of whoever is at it change in one transaction:
killed anywhere, it goes on where it was, and whoever lost the lease commits nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from pymongo import ReturnDocument, UpdateOne
from pymongo.errors import DuplicateKeyError

from kit.clock import now, uuid7
from kit.store.collections import Collection
from kit.store.errors import is_transient

if TYPE_CHECKING:
    from kit.store.client import Client
    from kit.store.store import Store

MIGRATIONS = Collection("migrations")
LEASE = "lease"
BATCH = 200
HELD = timedelta(seconds=30)
PAUSE_SECONDS = 1.0
TRIES = 20
FAILURES_KEPT = 100

Document = dict[str, Any]
Say = Callable[[str], None]


class LostLease(RuntimeError):
    """Somebody else migrates this store by now; nothing of the last batch was written."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One step. `number` is its own within the service, ascending, and never given again.

    `needs` finds the documents that still need it; `change` makes the update that one of them gets, from the document
    and the present, and after it the document needs it no more.
    """

    number: int
    name: str
    collection: Collection
    needs: Mapping[str, Any]
    change: Callable[[Document, datetime], Mapping[str, Any]]
    phase: Literal["expand", "contract"] = "expand"

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


@dataclass(slots=True)
class Migrator:
    """A store's steps. `held` is how long a lease outlives its holder, `batch` how many documents change at once."""

    client: Client
    store: Store
    steps: Sequence[Migration]
    held: timedelta = HELD
    batch: int = BATCH
    holder: str = field(default_factory=uuid7)

    def __post_init__(self) -> None:
        numbers = [step.number for step in self.steps]
        if numbers != sorted(set(numbers)):
            raise ValueError(f"the steps of {self.store.service} are not in ascending order: {numbers}")

    async def outstanding(self) -> list[str]:
        """Why this version may not start on this store, in words; empty when it may. Changes nothing."""
        await self.store.generations.look()
        notes = await self._notes_by_number()
        found = [
            f"step {number} ({note['name']}) of a later version has taken away what this one reads; go forward again"
            for number, note in notes.items()
            if note["phase"] == "contract" and number not in {step.number for step in self.steps}
        ]
        for step in self.steps:
            done = notes.get(step.number, {}).get("state") == "done"
            if step.phase == "expand" and not done and await self._of(step).find_one(dict(step.needs), {"_id": 1}):
                found.append(f"run `cinnabar migrate {self.store.service}`: step {step} is missing")
        return found

    async def plan(self) -> list[str]:
        """What `run` would do, and what waits to be asked for. Changes nothing."""
        return [
            f"{step.phase} {step}: {await self._of(step).count_documents(dict(step.needs))} of "
            f"{await self._of(step).estimated_document_count()} documents in {step.collection.name}"
            for step in self.steps
        ]

    async def run(self, say: Say, *, contract: bool = False) -> None:
        """Run every step of expansion, and with `contract` the others too; waits while somebody else is at it.

        A document that cannot be changed stays as it is, and its reason is kept and said. Raises LostLease, and
        RuntimeError where this version may not touch the store.
        """
        await self._take(say)
        try:
            unfit = [each for each in await self.outstanding() if "later version" in each]
            if unfit:
                raise RuntimeError("; ".join(unfit))
            for step in self.steps:
                if contract or step.phase == "expand":
                    await self._step(step, say)
                else:
                    say(f"step {step} waits for --contract, once no older version runs")
        finally:
            mine = {"_id": LEASE, "holder": self.holder}
            await self._notes.update_one(mine, {"$set": {"held_until": now()}})

    async def _step(self, step: Migration, say: Say) -> None:
        note = await self._notes.find_one({"_id": step.number}) or {}
        if note.get("state") == "under way":
            say(f"step {step} goes on after {note['changed']} documents")
        else:
            # A step that was done stays so while what an old version wrote since is taken up.
            note = {"state": note.get("state", "under way"), "position": None, "changed": 0, "failures": []}
        while ids := await self._next(step, note["position"]):
            note = await self._in_time(step, note, ids)
        note = await self._in_time(step, note | {"state": "done", "finished_at": now()}, [])
        if note["changed"]:
            say(f"step {step}: {note['changed']} documents")
        for failure in note["failures"]:
            say(f"step {step}: {failure['id']} stays as it is: {failure['reason']}")

    async def _next(self, step: Migration, position: Any) -> list[Any]:
        """Looked for outside of the transaction, which must not last as long as a whole collection."""
        beyond = {} if position is None else {"_id": {"$gt": position}}
        found = self._of(step).find({"$and": [dict(step.needs), beyond]}, {"_id": 1}).sort("_id", 1).limit(self.batch)
        return [document["_id"] async for document in found]

    async def _in_time(self, step: Migration, note: Document, ids: list[Any]) -> Document:
        """A service may write the same document at the same moment; then the batch is read and written again."""
        for tries in range(1, TRIES + 1):
            try:
                return await self._commit(step, note, ids)
            except Exception as error:
                if tries == TRIES or not is_transient(error):
                    raise
            await asyncio.sleep(PAUSE_SECONDS * tries / TRIES)
        raise AssertionError("unreachable")

    async def _commit(self, step: Migration, note: Document, ids: list[Any]) -> Document:
        failures, writes = list(note["failures"]), []
        async with self.client.transaction() as session:
            still = {"$and": [dict(step.needs), {"_id": {"$in": ids}}]}
            async for document in self._of(step).find(still, session=session):
                try:
                    update = dict(step.change(document, now()))
                except Exception as error:
                    reason = f"{type(error).__name__}: {str(error)[:300]}"
                    failures.append({"id": document["_id"], "reason": reason})
                else:
                    writes.append(UpdateOne({"_id": document["_id"]}, update))
            if writes:
                await self._of(step).bulk_write(writes, ordered=False, session=session)
            after = {
                "_id": step.number,
                "name": step.name,
                "phase": step.phase,
                **note,
                "position": ids[-1] if ids else None,
                "changed": note["changed"] + len(writes),
                "failures": failures[:FAILURES_KEPT],
            }
            await self._notes.replace_one({"_id": step.number}, after, upsert=True, session=session)
            mine = {"_id": LEASE, "holder": self.holder}
            kept = {"$set": {"held_until": now() + self.held}}
            if not (await self._notes.update_one(mine, kept, session=session)).matched_count:
                raise LostLease(f"somebody else migrates the store of {self.store.service}")
        return after

    async def _take(self, say: Say) -> None:
        mine = {"$set": {"holder": self.holder, "held_until": now() + self.held}}
        said = False
        while True:
            free = {"_id": LEASE, "held_until": {"$lte": now()}}
            mine["$set"]["held_until"] = now() + self.held
            if await self._notes.find_one_and_update(free, mine, return_document=ReturnDocument.AFTER):
                return
            try:
                await self._notes.insert_one({"_id": LEASE, **mine["$set"]})
            except DuplicateKeyError:
                if not said:
                    say(f"another migration of {self.store.service} is under way; waiting")
                said = True
                await asyncio.sleep(min(PAUSE_SECONDS, self.held.total_seconds()))
            else:
                return

    async def _notes_by_number(self) -> dict[int, Document]:
        return {note["_id"]: note async for note in self._notes.find({"_id": {"$ne": LEASE}})}

    @property
    def _notes(self) -> Any:
        return self.store.database[MIGRATIONS.name]

    def _of(self, step: Migration) -> Any:
        return self.store[step.collection]

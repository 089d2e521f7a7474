"""Takes what a source gives into the store, portion by portion: each in its own units of work, none in memory for long.

Whatever happens to one portion stays with it: what cannot be read is stored with its reason, and the run goes on.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

from kit import metrics
from kit.clock import uuid7
from kit.store import Store, Work
from kit.store.errors import is_unavailable
from services.funding.polling.coming import Stopped, one_ahead, until_stopped
from services.funding.polling.health import SourceHealth
from services.funding.polling.rows import Taken, row_id, take_rows
from services.funding.polling.runs import Run, Totals, Verdict
from services.funding.polling.store import (
    PAYLOADS,
    ROWS,
    RUNS,
    SOURCES,
    keep_marks,
    keep_signals,
    payload_document,
)
from services.funding.sources.parsed_call import ParsedCall
from services.funding.sources.source import (
    Lost,
    Malformed,
    Payload,
    Polled,
    Portion,
    Reading,
    Rejected,
    Source,
    Unreachable,
)

log = logging.getLogger(__name__)

# So few that taking them, which is all computing, holds up nobody else for long.
ROWS_TOGETHER = 25
KEPT_MISSING = 50


@dataclass(slots=True)
class _Part:
    """One portion, read: its calls in groups that fit a transaction, and its bytes ready to be kept."""

    portion: Portion
    reading: Reading
    payloads: list[dict[str, Any]]
    malformed: Malformed | None = None
    groups: list[list[ParsedCall]] = field(default_factory=list)


async def read_run(
    source: Source,
    portions: AsyncIterator[Portion | Lost],
    store: Store,
    *,
    by: str | None = None,
    afresh: bool = False,
    web: Any = None,
    whole: bool = True,
) -> Run:
    """One whole run; the run as stored. Raises only what says that the store itself cannot be reached.

    `whole`: it gives everything the source has, so that what is missing in it may be told.

    `web` tells how much was asked (`requests`, `unchanged`, `unchanged_details`, `robots_said`), when there is one.
    """
    reader = Reader(source, store, web, whole=whole)
    await reader.begin(by, afresh=afresh)
    try:
        verdict = await reader.take_all(portions)
    except Unreachable as unreachable:
        failure = "cancelled" if await reader.cancelled() else "unreachable"
        verdict = Verdict(failure, str(unreachable), gave_rows=reader.totals.rows > 0)
    except Malformed as malformed:
        verdict = Verdict("malformed", str(malformed))
    except Exception as error:
        if is_unavailable(error):
            raise
        log.exception("the source %s could not be read", source.name)
        verdict = Verdict("broken", f"{source.name} could not be read: {type(error).__name__}: {str(error)[:300]}")
    return await reader.end(verdict)


class Reader:
    """One run under way."""

    def __init__(self, source: Source, store: Store, web: Any = None, *, whole: bool = True) -> None:
        self.source = source
        self._whole = whole
        self.totals = Totals()
        self.run_id = uuid7()
        self._store = store
        self._web = web
        self._rows: set[str] = set()
        self._sent_by: str | None = None
        self._before = SourceHealth(source=source.name, licence=source.licence)

    async def begin(self, by: str | None, *, afresh: bool) -> None:
        # Who has a source read brings nothing; who sends a table does.
        self._sent_by = None if isinstance(self.source, Polled) else by

        async def begin(work: Work) -> SourceHealth:
            health = await _health(self.source, work)
            work.save(SOURCES, health.began(self.run_id, work.now))
            run = Run(run_id=self.run_id, source=self.source.name, by=by, afresh=afresh, began_at=work.now)
            work.insert(RUNS, {"_id": self.run_id, **run.model_dump()})
            return health

        self._before = await self._store.transact(begin)

    async def take_all(self, portions: AsyncIterator[Portion | Lost]) -> Verdict:
        """Every portion; the verdict. A first portion that is malformed ends the run, a later one is a lost page."""
        async with aclosing(one_ahead(self._parts(portions))) as ahead:
            try:
                await self._take_each(until_stopped(ahead, self.cancelled))
            except Stopped:
                return Verdict("cancelled", "it was stopped by a person", gave_rows=self.totals.rows > 0)
        self.totals.pages_unchanged = getattr(self._web, "unchanged", 0)
        self.totals.details_unchanged = getattr(self._web, "unchanged_details", 0)
        return self.totals.verdict(
            self.source.name,
            may_be_empty=self.source.may_be_empty,
            before=self._before.shape if self._whole else {},
            rows_before=self._before.rows,
        )

    async def _take_each(self, parts: AsyncIterator[_Part | Lost]) -> None:
        portions_taken = 0
        async for part in parts:
            if isinstance(part, Lost):
                self.totals.lose(part)
            elif part.malformed is None:
                portions_taken += 1
                await self.take(part)
            else:
                await self._keep_unread(part)
                if portions_taken == 0:
                    raise part.malformed
                self.totals.lose(Lost(part.portion[0].url, part.malformed.reason))

    async def _parts(self, portions: AsyncIterator[Portion | Lost]) -> AsyncIterator[_Part | Lost]:
        async for portion in portions:
            yield portion if isinstance(portion, Lost) else await asyncio.to_thread(_read, self.source, portion)

    async def take(self, part: _Part) -> None:
        """One portion, group by group; its bytes are kept when it says anything new."""
        metrics.REFUSED.labels("funding", "source_row").inc(len(part.reading.rejected))
        self.totals.add(part.reading)
        worth_keeping = bool(part.reading.rejected)
        for place, group in enumerate(part.groups):
            worth_keeping |= await self._take_group(group, part, keep=place == 0 and worth_keeping)
        await self._seal(part, keep=worth_keeping)

    async def _take_group(self, group: list[ParsedCall], part: _Part, *, keep: bool) -> bool:
        """Whether any of these rows said something new. A group that the store refuses is taken row by row."""
        group = [parsed for parsed in group if not self._repeated(parsed)]
        try:
            taken = await self._store.transact(lambda work: take_rows(self.source.name, group, work, by=self._sent_by))
            self._count(taken)
        except Exception as error:
            if is_unavailable(error):
                raise
            return await self._take_one_by_one(group)
        return taken.news

    async def _take_one_by_one(self, group: Sequence[ParsedCall]) -> bool:
        news = False
        for parsed in group:

            async def take_one(work: Work, parsed: ParsedCall = parsed) -> Taken:
                return await take_rows(self.source.name, [parsed], work, by=self._sent_by)

            try:
                taken = await self._store.transact(take_one)
            except Exception as error:
                if is_unavailable(error):
                    raise
                log.warning("a row of %s could not be stored: %s", self.source.name, error)
                self.totals.reject([Rejected(parsed.raw_reference or parsed.key, str(error)[:300], None, _LOOK)])
                news = True
            else:
                self._count(taken)
                news |= taken.news
        return news

    def _count(self, taken: Taken) -> None:
        self.totals.new += taken.new
        self.totals.changed += taken.changed
        self.totals.unchanged += taken.unchanged
        self._rows.update(taken.rows)

    def _repeated(self, parsed: ParsedCall) -> bool:
        """A row that an unstable order of pages gave twice: the first one counts."""
        again = row_id(self.source.name, parsed) in self._rows
        self.totals.merged += again
        return again

    async def _seal(self, part: _Part, *, keep: bool) -> None:
        """What is to be remembered of a portion once all its rows are in: bytes, signals, marks, and how far we are."""

        async def seal(work: Work) -> int:
            heard = await keep_signals(self.source.name, part.reading.signals, work)
            if keep or heard:
                for document in part.payloads:
                    work.put(PAYLOADS, {**document, "run_id": self.run_id, "at": work.now})
            keep_marks(self.source.name, part.portion, work)
            progress = {**self._progress(), "new_signals": self.totals.new_signals + heard}
            work.update(RUNS, {"_id": self.run_id}, {"$set": progress})
            return heard

        self.totals.new_signals += await self._store.transact(seal)

    async def _keep_unread(self, part: _Part) -> None:
        metrics.REFUSED.labels("funding", "source_payload").inc()
        reason = str(part.malformed)

        async def keep(work: Work) -> None:
            for document in part.payloads:
                work.put(PAYLOADS, {**document, "run_id": self.run_id, "at": work.now, "unread": reason})

        await self._store.transact(keep)

    def _progress(self) -> dict[str, Any]:
        totals = self.totals
        return {
            **{name: getattr(totals, name) for name in _SHOWN},
            "rejected": [each.model_dump() for each in totals.rejected],
            "lost": [each.model_dump() for each in totals.lost],
            "requests": getattr(self._web, "requests", 0),
        }

    async def cancelled(self) -> bool:
        """Whether a person has asked for it to stop."""
        run = await self._store[RUNS].find_one({"_id": self.run_id}, {"cancel": 1})
        return run is not None and bool(run["cancel"])

    async def end(self, verdict: Verdict) -> Run:
        """Store the verdict. Only a run that saw everything says which known rows are missing."""
        missing = await self._missing() if verdict.counts and self._whole else None

        async def end(work: Work) -> Run:
            health = await _health(self.source, work)
            ended = health.ended(self.totals, verdict, work.now)
            robots = getattr(self._web, "robots_said", None)
            work.save(SOURCES, ended.model_copy(update={"robots": robots or health.robots}))
            for row in missing or []:
                work.update(ROWS, {"_id": row, "missing_since": None}, {"$set": {"missing_since": work.now}})
            facts = {
                **self._progress(),
                "state": verdict.state,
                "failure": verdict.failure,
                "reason": verdict.reason,
                "drift": verdict.drift,
                "ended_at": work.now,
                "missing_count": None if missing is None else len(missing),
                "missing": (missing or [])[:KEPT_MISSING],
            }
            work.update(RUNS, {"_id": self.run_id}, {"$set": facts})
            run = await work.get(RUNS, self.run_id) or {}
            return Run.model_validate({**run, **facts})

        return await self._store.transact(end)

    async def _missing(self) -> list[str]:
        """Rows known from earlier runs that this one did not give: no longer listed, which is no withdrawal."""
        query = {"source": self.source.name, "missing_since": None}
        known = self._store[ROWS].find(query, {"_id": 1})
        return [document["_id"] async for document in known if document["_id"] not in self._rows]


async def read_pushed(source: Source, payloads: Sequence[Payload], work: Work) -> SourceHealth:
    """Payloads that somebody fetched elsewhere, read and taken in one unit of work; a push is no whole run."""
    totals = Totals()
    health = await _health(source, work)
    part = _read(source, payloads)
    for document in part.payloads:
        work.put(PAYLOADS, {**document, "at": work.now, "unread": str(part.malformed) if part.malformed else None})
    if part.malformed is not None:
        metrics.REFUSED.labels("funding", "source_payload").inc()
        return work.save(SOURCES, health.ended(totals, Verdict("malformed", str(part.malformed)), work.now))
    metrics.REFUSED.labels("funding", "source_row").inc(len(part.reading.rejected))
    totals.add(part.reading)
    taken = await take_rows(source.name, part.reading.calls, work, by=work.actor)
    totals.new, totals.changed, totals.unchanged = taken.new, taken.changed, taken.unchanged
    await keep_signals(source.name, part.reading.signals, work)
    verdict = totals.verdict(source.name, may_be_empty=source.may_be_empty, before={}, rows_before=health.rows)
    return work.save(SOURCES, health.model_copy(update={"last_read_at": work.now}).ended(totals, verdict, work.now))


async def _health(source: Source, work: Work) -> SourceHealth:
    return await work.load(SOURCES, source.name) or SourceHealth(source=source.name, licence=source.licence)


def _read(source: Source, portion: Portion) -> _Part:
    """Runs in a thread: reading and packing take a while, and others are to be served meanwhile."""
    payloads = [payload_document(source.name, payload) for payload in portion]
    try:
        reading = source.read(portion)
    except Malformed as malformed:
        return _Part(portion, Reading(), payloads, malformed)
    calls = reading.calls
    groups = [calls[start : start + ROWS_TOGETHER] for start in range(0, len(calls), ROWS_TOGETHER)]
    return _Part(portion, reading, payloads, groups=groups)


_SHOWN = (
    *("seen", "expected", "new", "changed", "unchanged", "merged", "signals", "new_signals"),
    *("pages_unchanged", "rejected_count", "lost_count"),
)
_LOOK = "Look the row up at its source, and type the call in by hand"

"""What each row of a source last said, as a digest: an unchanged row costs no look at the call it belongs to."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from kit.store import Work
from services.funding import identity
from services.funding.calls import Call
from services.funding.calls.intake import take_all
from services.funding.polling.store import ROWS
from services.funding.sources.parsed_call import ParsedCall


@dataclass(slots=True)
class Taken:
    """How many rows were new, said something else, or said the same; ids of all of them."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    rows: list[str] = field(default_factory=list)

    @property
    def news(self) -> bool:
        return bool(self.new or self.changed)


async def take_rows(source: str, calls: Sequence[ParsedCall], work: Work, *, by: str | None = None) -> Taken:
    """Take those rows into the store that say something new. One query tells which, whatever their number.

    `by`: the person who sent them; None when they were fetched.
    """
    taken = Taken(rows=[row_id(source, parsed) for parsed in calls])
    known = {document["_id"]: document for document in await work.find(ROWS, {"_id": {"$in": taken.rows}})}
    told = [(row, parsed) for row, parsed in zip(taken.rows, calls, strict=True) if not _same(known.get(row), parsed)]
    altered = 0
    if told:
        stored = await take_all([parsed for _, parsed in told], work, by=by)
        for (row, parsed), call in zip(told, stored, strict=True):
            document = _document(source, row, known.get(row), parsed, call)
            work.update(ROWS, {"_id": row}, {"$set": document}, upsert=True)
            altered += row in known and (call is None or document["call_version"] != known[row]["call_version"])
    taken.new = sum(row not in known for row, _ in told)
    taken.changed = altered
    taken.unchanged = len(calls) - taken.new - altered
    return taken


def row_id(source: str, parsed: ParsedCall) -> str:
    """The row of one call at the source that was polled, which need not be the one the call is named by."""
    return identity.row_id(source, parsed.source, parsed.key)


def _same(known: dict[str, Any] | None, parsed: ParsedCall) -> bool:
    if known is None or known["missing_since"] is not None:
        return False
    said: str | None = known["said"].get(_extent(parsed))
    return said == _digest(parsed)


def _document(
    source: str, row: str, known: dict[str, Any] | None, parsed: ParsedCall, call: Call | None
) -> dict[str, Any]:
    """`said`: one digest of the row read with its details, one of it without; a call that changed voids the other."""
    version = call.version if call else None
    earlier = known["said"] if known is not None and known["call_version"] == version else {}
    return {
        "_id": row,
        "source": source,
        "call_id": call.call_id if call else None,
        "call_version": version,
        "said": {**earlier, _extent(parsed): _digest(parsed)},
        "missing_since": None,
    }


def _extent(parsed: ParsedCall) -> str:
    return ",".join(sorted(parsed.not_read)) or "all"


def _digest(parsed: ParsedCall) -> str:
    return hashlib.sha256(parsed.model_dump_json(exclude={"raw_reference"}).encode()).hexdigest()[:32]

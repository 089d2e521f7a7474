"""When a source's form changes: which of its fields vanished or appeared since its last good run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from services.funding.sources.parsed_call import ParsedCall

# A field that only few rows ever had may be missing by chance, and so may any field among a handful of rows.
COMMON = 0.2
ENOUGH_ROWS = 10
MOST = 400
_NOT_FACTS = frozenset(
    {"source", "key", "raw_reference", "not_read", "grounds", "unread", "conflicts", "source_ids", "status"}
)
_FACTS = sorted(ParsedCall.model_fields.keys() - _NOT_FACTS)


def known_fields(calls: Sequence[ParsedCall]) -> Counter[str]:
    """In how many calls each fact is known; those of a page that was not fetched count for nothing."""
    counted: Counter[str] = Counter()
    for call in calls:
        for name in _FACTS:
            value = getattr(call, name)
            if value is not None and value not in ([], False, ""):
                counted[f"call.{name}"] += 1
        if call.status != "unknown":
            counted["call.status"] += 1
    return counted


def mute_fields(calls: Sequence[ParsedCall]) -> set[str]:
    """Facts that some call could not speak of, because its page was not fetched: they have not vanished."""
    return {f"call.{name}" for call in calls for name in call.not_read}


def drift_between(before: Mapping[str, float], after: Mapping[str, float], rows: int) -> list[str]:
    """Named drifts, such as `call.deadlines vanished: 96 % of the rows had it`; empty when the form is as it was."""
    if not before or rows < ENOUGH_ROWS:
        return []
    vanished = [
        f"{name} vanished: {share:.0%} of the rows had it".replace("%", " %")
        for name, share in sorted(before.items())
        if share >= COMMON and not after.get(name)
    ]
    appeared = [
        f"{name} is new: {share:.0%} of the rows have it".replace("%", " %")
        for name, share in sorted(after.items())
        if share >= COMMON and name not in before and not name.startswith("call.")
    ]
    return (vanished + appeared)[:MOST]

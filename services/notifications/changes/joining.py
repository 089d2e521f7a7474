"""Several changes of a call that come before a mail has left are one mail's: from what was to what is."""

from __future__ import annotations

from collections.abc import Iterable

from contracts.funding import FieldChange


def joined(earlier: Iterable[FieldChange], later: Iterable[FieldChange]) -> tuple[FieldChange, ...]:
    """Each field once, as it was before the first and is after the last; what went back is gone. Material first."""
    by_field: dict[str, FieldChange] = {}
    for change in (*earlier, *later):
        first = by_field.get(change.field)
        by_field[change.field] = change if first is None else _both(first, change)
    moved = [change for change in by_field.values() if change.before != change.after]
    return tuple(sorted(moved, key=lambda change: not change.material))


def _both(first: FieldChange, last: FieldChange) -> FieldChange:
    return last.model_copy(
        update={
            "before": first.before,
            "material": first.material or last.material,
            "urgent": first.urgent or last.urgent,
        }
    )

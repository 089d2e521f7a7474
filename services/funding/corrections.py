"""Fields a person corrected: their values stand, and what the source says against them is told, not taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import AwareDatetime, BaseModel

from contracts.funding import FieldChange
from contracts.values import Value
from services.funding.changes import compare, in_words
from services.funding.sources.parsed_call import Conflict


class Correction(Value):
    """Who set a field and when, and what the source says of it; it stands until the person lets it go."""

    by: str
    at: AwareDatetime
    source_says: Any = None


@dataclass(frozen=True, slots=True)
class Held:
    """A reading after the corrections: values that may be taken, and what the source newly disputes."""

    values: dict[str, Any]
    corrections: dict[str, Correction]
    conflicts: list[Conflict]
    disputed: list[FieldChange]


def hold(
    call: BaseModel, corrections: Mapping[str, Correction], conflicts: list[Conflict], values: Mapping[str, Any]
) -> Held:
    """Keep corrected fields out of a reading's `values`; `conflicts` are those already known."""
    kept_conflicts = {conflict.field: conflict for conflict in conflicts if conflict.field in corrections}
    kept_corrections = dict(corrections)
    disputed: list[FieldChange] = []
    for name, correction in corrections.items():
        if name not in values:
            continue
        read = call.model_copy(update={name: values[name]})
        news = compare(with_value(call, name, correction.source_says), read)
        kept_corrections[name] = correction.model_copy(update={"source_says": plain(values[name])})
        if not compare(call, read):
            kept_conflicts.pop(name, None)
        elif news:
            disputed += news
            kept = in_words(getattr(call, name)) or "unknown"
            kept_conflicts[name] = Conflict(
                field=name,
                says=in_words(values[name]) or "unknown",
                against=f"kept as {correction.by} set it: {kept}",
            )
    free = {name: value for name, value in values.items() if name not in corrections}
    return Held(free, kept_corrections, list(kept_conflicts.values()), disputed)


def with_value(call: BaseModel, field: str, value: object) -> BaseModel:
    """A copy with one field set and checked. Raises pydantic's ValidationError when the value does not fit."""
    checked = type(call).model_validate({**call.model_dump(), field: value})
    return call.model_copy(update={field: getattr(checked, field)})


def plain(value: object) -> Any:
    """A value as it may be stored and validated again."""
    if isinstance(value, Value):
        return value.model_dump()
    return [plain(each) for each in value] if isinstance(value, list) else value

"""Fields a person corrected: their values stand, and what the sources say against them is told, not taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from pydantic import AwareDatetime, BaseModel

from contracts.funding import FieldChange
from contracts.values import Value
from services.funding.calls.changes import compare, in_words
from services.funding.sources.parsed_call import Conflict


class Correction(Value):
    """Who set a field to what and when, and what the sources say of it; it stands until a person lets it go.

    `earlier` is the correction it took the place of, so that it can be taken back.
    """

    by: str
    at: AwareDatetime
    value: Any = None
    source_says: Any = None
    earlier: Self | None = None


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
    """Keep corrected fields out of the sources' `values`; `conflicts` are those already known."""
    kept_conflicts = {conflict.field: conflict for conflict in conflicts if conflict.kind == "correction"}
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
            kept_conflicts[name] = Conflict(
                field=name,
                says=in_words(values[name]) or "unknown",
                against=in_words(getattr(call, name)) or "unknown",
                kind="correction",
                against_by=correction.by,
            )
    free = {name: value for name, value in values.items() if name not in corrections}
    standing = [conflict for name, conflict in kept_conflicts.items() if name in corrections]
    return Held(free, kept_corrections, standing, disputed)


def with_value(call: BaseModel, field: str, value: object) -> BaseModel:
    """A copy with one field set and checked. Raises pydantic's ValidationError when the value does not fit."""
    checked = type(call).model_validate({**call.model_dump(), field: value})
    return call.model_copy(update={field: getattr(checked, field)})


def plain(value: object) -> Any:
    """A value as it may be stored and validated again."""
    if isinstance(value, Value):
        return value.model_dump()
    return [plain(each) for each in value] if isinstance(value, list) else value

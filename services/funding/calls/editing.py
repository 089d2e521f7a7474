"""What a person sets right in a call: checked, stored as a correction, told, and kept as a version."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from contracts.funding.themes import THEMES
from kit.http.problems import FieldError, Problem, from_validation
from kit.store import Work
from services.funding.calls.call import Call
from services.funding.calls.changes import COMPARED
from services.funding.calls.store import keep
from services.funding.territory import KNOWN as TERRITORIES


def corrected(call: Call, values: Mapping[str, Any], by: str, work: Work) -> Call:
    """The stored call with these fields set by hand. Raises Problem naming every field that does not fit."""
    if call.joined_into:
        raise Problem(409, f"it goes on as the call {call.joined_into}; set that one right")
    if not values:
        raise Problem.at("body", "it names no field", f"send some of {', '.join(COMPARED)}")
    _refuse_unknown(values)
    try:
        changes = call.correct(values, by=by, now=work.now)
    except ValidationError as error:
        raise from_validation(error) from None
    _refuse_bounds_that_cross(call, values)
    return keep(call, changes, work, by=by)


def let_go(call: Call, field: str, by: str, work: Work, *, last: bool = False) -> Call:
    """The stored call without a correction. Raises Problem 404 when the field has none."""
    if field not in call.corrections:
        raise Problem(404, f"nobody has corrected {field!r} of {call.call_id}")
    changes = call.take_back(field, work.now) if last else call.let_go(field, work.now)
    return keep(call, changes, work, by=by)


def _refuse_bounds_that_cross(call: Call, values: Mapping[str, Any]) -> None:
    least, most = call.min_amount, call.max_amount
    set_now = next((name for name in ("max_amount", "min_amount") if name in values), None)
    if set_now and least and most and least.currency == most.currency and least.amount > most.amount:
        message = f"the most, {most.amount}, is less than the least, {least.amount}"
        raise Problem.at(set_now, message, "swap the two, or correct one")


def _refuse_unknown(values: Mapping[str, Any]) -> None:
    errors = []
    for field, value in values.items():
        if field not in COMPARED:
            near = get_close_matches(field, COMPARED, n=1)
            meant = f"did you mean {near[0]}?" if near else f"these can: {', '.join(COMPARED)}"
            errors.append(FieldError(field, "it cannot be set by hand", meant))
        elif field == "territory" and value is not None and value not in TERRITORIES:
            errors.append(FieldError(field, f"{value!r} is no territory", "write a code, such as SI-036, SI043 or SI"))
        elif field == "themes" and (odd := sorted(set(value or []) - THEMES.keys() if isinstance(value, list) else [])):
            errors.append(FieldError(field, f"{odd[0]!r} is no theme", f"take some of {', '.join(THEMES)}"))
        elif field == "title" and not str(value or "").strip():
            errors.append(FieldError(field, "a call has a title", "write the title of the call"))
    if errors:
        raise Problem(422, "; ".join(f"{each.field}: {each.message}" for each in errors), errors)

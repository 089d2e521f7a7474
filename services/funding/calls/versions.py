"""The versions a call had: each stays as it was, and any two can be held against each other."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, create_model

from contracts.funding import FieldChange
from services.funding.calls.call import Call
from services.funding.calls.changes import COMPARED, compare

KEPT = (
    *COMPARED,
    *("titles", "keywords", "documents", "budget_by_year", "deadline_phrase", "status_phrase"),
)
_fields: dict[str, Any] = {name: (Call.model_fields[name].annotation, Call.model_fields[name]) for name in KEPT}
FactsThen: type[BaseModel] = create_model("FactsThen", **_fields)


def facts_kept(call: Call) -> dict[str, Any]:
    """Every fact of a call as its version keeps it."""
    return call.model_dump(mode="python", include=set(KEPT))


def between(before: dict[str, Any], after: dict[str, Any]) -> list[FieldChange]:
    """What differs between the facts of two versions, judged by the rules of today."""
    return compare(FactsThen.model_validate(before), FactsThen.model_validate(after))

"""What is wrong with a plan file: every defect with its place, its line and the mend."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Defect:
    """One defect. `place` is the way to it from the top: ('actions', 0, 'budget', 'amount')."""

    place: Place
    line: int | None
    message: str

    @property
    def path(self) -> str:
        """The place as people write it: `actions[0].budget.amount`; empty for the file as a whole."""
        path = ""
        for step in self.place:
            path += f"[{step}]" if isinstance(step, int) else f".{step}"
        return path.lstrip(".")


class PlanDefects(Exception):
    """A plan file that cannot be taken in, with all its defects in the order of the file."""

    def __init__(self, name: str, defects: Sequence[Defect]) -> None:
        self.name = name
        self.defects = sorted(defects, key=lambda defect: defect.line or 0)
        super().__init__(name, self.defects)

    def __str__(self) -> str:
        return "\n".join(self._shown(defect) for defect in self.defects)

    def _shown(self, defect: Defect) -> str:
        where = f"{self.name}:{defect.line}" if defect.line else self.name
        return f"{where}:{defect.path}: {defect.message}"


def message_of(error: ErrorDetails, root: type[BaseModel]) -> str:
    """A validation error of model `root` in words that name the mend."""
    kind, context = error["type"], error.get("ctx", {})
    messages = {
        "missing": "is missing; add it",
        "extra_forbidden": _unknown_field(error["loc"], root),
        "literal_error": f"{error['input']!r} is not a choice here; choose one of {context.get('expected')}",
        "string_type": "needs text; write something here, or leave the whole field out",
        "string_too_short": "is empty; write something here, or leave the whole field out",
        "list_type": "needs a list; start each entry on its own line with '- '",
        "too_short": "is empty; give at least one entry",
        "model_type": "needs fields below it, such as 'name: value'",
        "model_attributes_type": "needs fields below it, such as 'name: value'",
        "bool_parsing": f"{error['input']!r} is not a choice here; choose true or false",
        "value_error": str(context.get("error")),
        "string_pattern_mismatch": f"{error['input']!r} has another form; {_form(context.get('pattern'))}",
    }
    return messages.get(kind) or f"{error['msg']}; correct it"


_FORMS = {
    r"^\d+\.\d+$": "write an action number such as 1.1",
    r"^\d+\.\d+\.\d+$": "write an activity number such as 1.1.1",
    r"^\d{4}(-\d{2}(-\d{2})?)?$": "write a year, month or day such as 2028, 2028-05 or 2028-05-31",
    r"^[A-Z]{3}$": "write a currency code such as EUR",
    r"^[A-Z]{2}(-\d{3})?$": "write a territory code such as SI or SI-036",
    r"^[a-z0-9]+(-[a-z0-9]+)*$": "write small letters, digits and hyphens such as idrija-iap-2025",
}


def _form(pattern: Any) -> str:
    return _FORMS.get(str(pattern), f"it must match {pattern}")


def _unknown_field(place: Place, root: type[BaseModel]) -> str:
    model = _model_at(place[:-1], root)
    fields = list(model.model_fields) if model else []
    near = difflib.get_close_matches(str(place[-1]), fields, n=1)
    mend = f"did you mean {near[0]!r}?" if near else f"remove it; the fields here are {', '.join(fields)}"
    return f"is not a field of a plan here; {mend}"


def _model_at(place: Place, root: type[BaseModel]) -> type[BaseModel] | None:
    model: type[BaseModel] | None = root
    for step in place:
        if isinstance(step, str) and model is not None:
            field = model.model_fields.get(step)
            model = _model_in(field.annotation) if field else None
    return model


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((model for each in get_args(annotation) if (model := _model_in(each))), None)

"""Parameters as the API shows them: who recorded what is for those who are signed in."""

from __future__ import annotations

from typing import Any

from kit.auth.people import Person
from services.funding.calls.shown import SOMEBODY
from services.funding.parameters import DatedValue, Parameter


def shown(parameter: Parameter, person: Person | None) -> dict[str, Any]:
    known = parameter if person else parameter.model_copy(update={"values": [*map(_unnamed, parameter.values)]})
    return {"id": known.parameter_id, **known.model_dump(mode="json", exclude={"parameter_id"})}


def _unnamed(value: DatedValue) -> DatedValue:
    names = {name: getattr(value, name) and SOMEBODY for name in ("recorded_by", "replaced_by")}
    return value.model_copy(update=names)

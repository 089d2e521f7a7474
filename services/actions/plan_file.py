"""A plan file: YAML a coordinator writes, read into a plan or refused with every defect it has."""

from __future__ import annotations

from pydantic import ValidationError

from services.actions.coherence import breaches
from services.actions.defects import Defect, PlanDefects, message_of
from services.actions.plan import Plan
from services.actions.yaml_text import YamlText


def read_plan(text: str, name: str) -> Plan:
    """The plan written in `text`; `name` is what messages call the file.

    Raises PlanDefects with all defects of the first of three readings that finds any: is it YAML, is every
    part of a plan written as it should be, and do the parts fit each other.
    """
    written = YamlText(text)
    if written.defects:
        raise PlanDefects(name, written.defects)
    if not isinstance(written.data, dict):
        raise PlanDefects(name, [Defect((), None, "the file holds no plan; start it with 'slug: ...'")])
    try:
        plan = Plan.model_validate(written.data)
    except ValidationError as invalid:
        raise PlanDefects(
            name,
            [
                Defect(error["loc"], written.line(error["loc"]), message_of(error, Plan))
                for error in invalid.errors(include_url=False)
            ],
        ) from invalid
    if found := breaches(plan):
        raise PlanDefects(name, [Defect(each.place, written.line(each.place), each.message) for each in found])
    return plan

"""What is new, changed and gone since the last revision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from contracts.funding import FieldChange
from services.funding.strategy.content import Content, Opportunity


def folded(steps: Iterable[FieldChange]) -> list[FieldChange]:
    """Several changes of a field, oldest first, as one: from what it was at first to what it is now.

    A field that came back to where it was did not change.
    """
    fields: dict[str, FieldChange] = {}
    for step in steps:
        first = fields.get(step.field)
        before = first.before if first else step.before
        material = step.material or (first is not None and first.material)
        fields[step.field] = FieldChange(field=step.field, before=before, after=step.after, material=material)
    return [change for change in fields.values() if change.before != change.after]


def with_news(
    present: Sequence[Opportunity], previous: Content | None, changes: Mapping[str, Sequence[FieldChange]]
) -> list[Opportunity]:
    """The opportunities with what is new about each: the new ones first, then the changed, then the others."""
    known = {each.call_id for each in previous.opportunities} if previous else set()

    def told(each: Opportunity) -> Opportunity:
        if each.call_id not in known:
            return each.model_copy(update={"news": "new", "changes": []})
        said = folded(changes.get(each.call_id, ()))
        return each.model_copy(update={"news": "changed" if said else "same", "changes": said})

    order = {"new": 0, "changed": 1, "same": 2}
    return sorted(map(told, present), key=lambda each: order[each.news])


def gone_ids(present: Sequence[Opportunity], previous: Content | None) -> list[str]:
    """Calls the last revision named that are no opportunities now."""
    here = {each.call_id for each in present}
    return [each.call_id for each in previous.opportunities if each.call_id not in here] if previous else []

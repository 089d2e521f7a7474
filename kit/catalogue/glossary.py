"""What a field means where its contract does not say: mostly words that many events share.

A description in the contract wins; give new fields theirs there. `Shape.field` wins over `field`.
"""

from __future__ import annotations

from kit.catalogue.shapes import Field, Kind, Shape

_MEANINGS = {
    "action_number": "The action's number in the plan, such as 2.1.",
    "action_title": "The action's title in the plan.",
    "action_title_sl": "The action's title in Slovenian, where there is one.",
    "activity_id": "Id of the activity: the plan's id and the activity's number.",
    "activity_number": "The activity's number in the plan, such as 2.1.1.",
    "activity_title": "The activity's title in the plan.",
    "alert_id": "Id of the alert: one person, one matter.",
    "approved_at": "When it was approved.",
    "approved_by": "Who approved it: the name the person signs in with.",
    "area": "Title of the area of intervention.",
    "as_of": "The moment the figure speaks of.",
    "attempts": "How often delivery was tried.",
    "call_id": "Id of the call; it stays when the call's facts change.",
    "changed_by": "Who changed it: the name the person signs in with.",
    "changes": "Every field that changed.",
    "checksum": "Checksum of the imported plan, to tell whether two imports are the same.",
    "commitment_id": "Id of the commitment.",
    "count": "How many readings the event holds.",
    "currency": "Currency by its three letters (ISO 4217).",
    "deadline": "Last moment to apply.",
    "decided_on": "When the funder decided, as precisely as it is known.",
    "decision_reference": "The funder's reference of the decision.",
    "delivered_at": "When the channel took it.",
    "denominator": "What the figure was divided by.",
    "device_id": "Id of the device: the name it reports under.",
    "evidence": "The words or figures the reason rests on.",
    "first_seen": "When the device reported for the first time.",
    "funder": "Who gives the money.",
    "kpi": "Short name of the key figure.",
    "language": "Language of the source's texts (ISO 639).",
    "match_id": "Id of the match: one call, one activity.",
    "material": "Whether it matters to somebody who wants to apply.",
    "max_amount": "The most one applicant may get.",
    "message_id": "Id under which the channel knows the message.",
    "min_amount": "The least one applicant may ask for.",
    "note": "What the person wrote about it.",
    "numerator": "What was divided.",
    "objective": "Title of the strategic objective.",
    "observed_property": "What is measured, such as co2.",
    "occurred_at": "When it happened.",
    "opens": "When applications open, as precisely as it is known.",
    "person": "The person it is for: the name they sign in with.",
    "plan_id": "Id of the plan.",
    "plan_version": "The plan's version the need was read from.",
    "programme": "The programme the money comes from.",
    "quality": "Verdict of the quality checks.",
    "reason": "Why, in words.",
    "reasons_against": "Why the call may not fit.",
    "reasons_for": "Why the call fits.",
    "rejected": "How many rows could not be read.",
    "responsible": "Who is responsible, in the plan's own words.",
    "rows": "How many rows were read.",
    "score": "How well the call fits, 0 to 100.",
    "series_id": "Id of the series: one device, one property.",
    "source": "Short name of the source of calls.",
    "source_name": "Who gives the money.",
    "status": "Where the call stands.",
    "summary": "What the source says of the call.",
    "territory": "Code of the territory it is for.",
    "themes": "Short names of the themes it is about.",
    "title": "Title, in the language of its source.",
    "unit": "Unit of the values; 1 is a plain number or share.",
    "url": "Where the source publishes it.",
    "ActionSummary.activities": "How many activities the action has.",
    "ActionSummary.budget": "The action's budget; null when the plan gives none.",
    "ActionSummary.number": "The action's number in the plan, such as 2.1.",
    "ActivityStatusChangedV1.after": "Short name of the stage it is in now.",
    "ActivityStatusChangedV1.before": "Short name of the stage it was in.",
    "ActivityStatusChangedV1.number": "The activity's number in the plan, such as 2.1.1.",
    "CallChangedV1.call": "The call as it is known now.",
    "CallReopenedV1.call": "The call as it is known now.",
    "CallMatchedV1.call": "The call as it was when it was matched.",
    "CommitmentMadeV1.amount": "How much was committed.",
    "Deadline.at": "The moment by which to apply.",
    "DeviceRegisteredV1.name": "What people call the device.",
    "FieldChange.after": "What it says now.",
    "FieldChange.before": "What it said before.",
    "FieldChange.field": "Name of the field that changed.",
    "LocalText.en": "The text in English.",
    "LocalText.sl": "The text in Slovenian.",
    "Money.amount": "Decimal number as text, so that no reader rounds it.",
    "Money.vat": "Whether VAT is in the amount.",
    "NeedChangedV1.description": "What the activity does, in the plan's own words.",
    "NeedChangedV1.number": "The activity's number in the plan, such as 2.1.1.",
    "Observation.time": "When it was measured.",
    "Observation.value": "What was measured; null is a gap.",
    "PartialDate.value": "Year, month or day: only as precise as it is known.",
    "PlanApprovedV1.version": "The plan's version that was approved.",
    "PlanImportedV1.actions": "Every action of the plan in short.",
    "PlanImportedV1.activities": "How many activities the plan has.",
    "PlanImportedV1.approved": "Whether the public pages may show it.",
    "PlanImportedV1.risks": "How many risks the plan names.",
    "PlanImportedV1.version": "The plan's version; each import that changes it adds one.",
    "Reason.code": "Stable short name of the reason, for programs.",
    "Reason.text": "The reason for people.",
    "Timing.due": "When it is to be done.",
    "Timing.kind": "What kind of promise it is.",
    "Timing.start": "When it is to start.",
    "YearBudget.year": "The year the money is for.",
}


def meaning(shape: Shape, field: Field, shapes: dict[str, Shape]) -> str | None:
    """What `field` of `shape` means, in English; None when nobody has said it.

    `shapes` are the page's shapes by name: a field that holds an object means at least what the object means.
    """
    told = field.description or _MEANINGS.get(f"{shape.name}.{field.name}") or _MEANINGS.get(field.name)
    held = shapes.get(_held(field.kind) or "")
    return told or (held.description if held else None)


def _held(kind: Kind) -> str | None:
    return kind.shape or (_held(kind.of) if kind.of else None)

"""Calls, their versions and their readings as the API shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.funding.calls.call import Call, Provenance

SOMEBODY = "a person of the municipality"


def without_names(call: Call) -> Call:
    """The call as anybody may see it: that a person set something, and not who."""
    named = {each.by for each in call.corrections.values()}
    provenance = {name: _unnamed(each, named) for name, each in call.provenance.items()}
    corrections = {
        name: each.model_copy(update={"by": SOMEBODY, "earlier": None}) for name, each in call.corrections.items()
    }
    conflicts = [
        each.model_copy(update={"against_by": SOMEBODY}) if each.kind == "correction" else each
        for each in call.conflicts
    ]
    hidden = {"provenance": provenance, "corrections": corrections, "conflicts": conflicts}
    return call.model_copy(update={**hidden, "brought_by": call.brought_by and SOMEBODY})


def _unnamed(origin: Provenance, named: set[str]) -> Provenance:
    source = SOMEBODY if origin.source in named else origin.source
    return origin.model_copy(update={"source": source, "by": origin.by and SOMEBODY})


def call_in_list(call: Call, now: datetime) -> dict[str, Any]:
    """A call as a list shows it: its facts, and where each comes from."""
    return {
        "id": call.call_id,
        **call.facts(now).model_dump(),
        "description": call.description,
        "deadlines": call.deadlines,
        "eu_contribution": call.eu_contribution,
        "conflicts": call.conflicts_at(now),
        "unread": call.unread,
        "provenance": call.provenance,
        "joined_into": call.joined_into,
        "first_seen_at": call.first_seen_at,
        "last_changed_at": call.last_changed_at,
        "version": call.version,
    }


def call_shown(call: Call, now: datetime) -> dict[str, Any]:
    """A call with everything known of it."""
    return {
        **call_in_list(call, now),
        "titles": call.titles,
        "budget_by_year": call.budget_by_year,
        "documents": call.documents,
        "corrections": call.corrections,
        "sources": [
            {"source": each.source, "key": each.facts.key, "url": each.facts.url, "read_at": each.read_at}
            for each in call.readings
        ],
    }


def readings_shown(call: Call) -> list[dict[str, Any]]:
    """What every source says of the call, in its own words."""
    return [
        {
            "source": each.source,
            "first_read_at": each.first_read_at,
            "read_at": each.read_at,
            "said_since": each.said,
            "facts": each.facts,
        }
        for each in call.readings
    ]


def version_shown(document: dict[str, Any], *, names: bool, whole: bool = False) -> dict[str, Any]:
    """One stored version: what changed in it, on whose word, and as a whole every fact as it then stood."""
    shown = {name: document[name] for name in ("version", "at", "changes")}
    shown["by"] = document["by"] if names or document["by"] is None else SOMEBODY
    return {"id": document["_id"], **shown, **({"facts": document["facts"]} if whole else {})}

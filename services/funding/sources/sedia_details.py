"""topicDetails/<identifier>.json: text, conditions and budget of one topic, under the names the search has for them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# What the details call a thing, and what a search record calls it.
_NAMES = {
    "title": "title",
    "callIdentifier": "callIdentifier",
    "callTitle": "callTitle",
    "description": "descriptionByte",
    "conditions": "topicConditions",
    "budgetOverviewJSONItem": "budgetOverview",
    "ccm2Id": "ccm2Id",
}


@dataclass(frozen=True, slots=True)
class Details:
    """One topic's details as metadata of a search record."""

    identifier: str
    metadata: Mapping[str, list[str]]


def details_of(document: Any) -> Details | None:
    """The details in a document, or None when it is another document."""
    topic = document.get("TopicDetails") if isinstance(document, dict) else None
    if not isinstance(topic, dict) or not isinstance(topic.get("identifier"), str):
        return None
    metadata = {
        ours: [value if isinstance(value, str) else json.dumps(value, default=str)]
        for theirs, ours in _NAMES.items()
        if (value := topic.get(theirs)) not in (None, "", [], {})
    }
    return Details(topic["identifier"], metadata)

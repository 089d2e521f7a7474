"""The EU portal as it answers: search, facets and topic details, with its traps."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from tests.service.funding.sources.site import NOT_FOUND, Answer, Asked

CODES = {"Forthcoming": "31094501", "Open": "31094502", "Closed": "31094503"}


def topic(number: int, status: str = "Open", language: str = "en", **metadata: Any) -> dict[str, Any]:
    """A record as the search gives it: every metadata value is a list of strings."""
    identifier = f"CERV-2027-CITIZENS-{number:05}"
    facts = {
        "identifier": [identifier],
        "title": [f"Towns together {number}" if language == "en" else f"Заглавие {number}"],
        "callIdentifier": ["CERV-2027-CITIZENS"],
        "ccm2Id": [str(100_000 + number)],
        "type": ["1"],
        "status": [CODES[status]],
        "deadlineDate": ["2027-03-25T17:00:00.000+0100"],
        "deadlineModel": ["single-stage"],
        "frameworkProgramme": ["43251589"],
        "language": [language],
        "descriptionByte": [f"<p>Networks of towns. Number {number}.</p>"],
        "esST_checksum": [f"sum-{number}"],
        **metadata,
    }
    return {
        "reference": f"{number}TOPICS{language}",
        "url": f"https://ec.europa.eu/info/funding-tenders/opportunities/data/topicDetails/{identifier.lower()}.json",
        "title": None,
        "language": language,
        "metadata": {name: value for name, value in facts.items() if value is not None},
    }


class Portal:
    """Answers like the portal: pages, facets and details; a part that is not application/json loses its filter."""

    def __init__(self, records: Sequence[dict[str, Any]], *, cap: int = 100) -> None:
        self.records = list(records)
        self.cap = cap
        self.details: dict[str, dict[str, Any]] = {}
        self.broken_pages: set[int] = set()
        self.ignores_filters = False

    def __call__(self, asked: Asked) -> Answer:
        if asked.path.startswith("/data/topicDetails/"):
            found = self.details.get(asked.path.removeprefix("/data/topicDetails/").removesuffix(".json"))
            return Answer.json({"TopicDetails": found}) if found else NOT_FOUND
        parts = asked.parts()
        if any(kind != "application/json" for kind, _ in parts.values()):
            return Answer.json({"message": "Content type 'application/octet-stream' not supported"}, 500)
        if asked.path == "/rest/facet":
            values = [{"rawValue": code, "value": name} for name, code in CODES.items()]
            programmes = [{"rawValue": "43251589", "value": "Citizens, Equality, Rights and Values"}]
            return Answer.json(
                {
                    "facets": [
                        {"name": "status", "values": values},
                        {"name": "frameworkProgramme", "values": programmes},
                    ]
                }
            )
        page, size = int(asked.query["pageNumber"]), min(int(asked.query["pageSize"]), self.cap)
        if page in self.broken_pages:
            return Answer(status=500)
        clauses = [each["terms"] for each in json.loads(parts["query"][1])["bool"]["must"]]
        (clause,) = [each["status"] for each in clauses if "status" in each]
        rows = [each for each in self.records if each["metadata"]["status"][0] in clause]
        total = 4_200_000 if self.ignores_filters else len(rows)
        rows = rows[(page - 1) * size : page * size]
        return Answer.json({"totalResults": total, "pageNumber": page, "pageSize": size, "results": rows})

"""The EU Funding & Tenders Portal: answers of its search (SEDIA), in which every metadata value is a list of strings.

Format: POST search-api/prod/rest/search; one record per topic and language, interleaved; several deadlines in one
record; the budget of the whole call as JSON inside a string; no funding rate.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.funding.sources.parsed_call import ParsedCall
from services.funding.sources.sedia_record import NotACall, Record, parsed
from services.funding.sources.source import Malformed, Payload, Reading, Rejected
from services.funding.sources.untrusted import read_json


@dataclass(frozen=True, slots=True)
class Sedia:
    """Reads search answers. Of several languages it keeps `language`, else English, else the first that came.

    `most_plausible`: a query sent in the wrong form is answered with its filter ignored and millions of rows.
    """

    language: str = "en"
    most_plausible: int = 50_000
    name: str = "eu-portal"
    licence: str = "European Commission reuse notice (CC BY 4.0)"
    may_be_empty: bool = False

    def read(self, payloads: Sequence[Payload]) -> Reading:
        """Calls of all pages of one search. Raises Malformed when a page is no search answer or the filter was lost."""
        records: dict[str, list[Record]] = defaultdict(list)
        rejected: list[Rejected] = []
        seen, expected = 0, 0
        for payload in payloads:
            answer = self._answer(payload)
            expected = max(expected, int(answer.get("totalResults") or 0))
            for position, row in enumerate(answer["results"]):
                seen += 1
                place = f"{payload.url}#results/{position}"
                try:
                    record = Record.of(row, place)
                    records[record.identifier].append(record)
                except NotACall as error:
                    rejected.append(Rejected(place, error.reason, error.field, error.mend))
        calls: list[ParsedCall] = []
        for of_one_topic in records.values():
            try:
                calls.append(parsed(self._in_language(of_one_topic), of_one_topic, source=self.name))
            except NotACall as error:
                rejected += [Rejected(record.place, error.reason, error.field, error.mend) for record in of_one_topic]
        merged = seen - len(calls) - len(rejected)
        return Reading(calls=calls, rejected=rejected, seen=seen, merged=merged, expected=expected or None)

    def _answer(self, payload: Payload) -> Mapping[str, Any]:
        answer = read_json(payload.body)
        if not isinstance(answer, dict) or not isinstance(answer.get("results"), list):
            raise Malformed(f"{payload.url} holds no list 'results'", "Check that the address is the search's")
        total = answer.get("totalResults")
        if total is not None and not isinstance(total, int):
            raise Malformed(f"{payload.url} gives 'totalResults' as {str(total)[:40]!r}", "Expect a whole number")
        if total is not None and total > self.most_plausible:
            raise Malformed(
                f"{payload.url} counts {total} results, which means that the filter was ignored",
                "Send each part of the query as application/json",
            )
        return answer

    def _in_language(self, records: Sequence[Record]) -> Record:
        for language in (self.language, "en"):
            for record in records:
                if record.language == language:
                    return record
        return records[0]

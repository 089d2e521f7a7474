"""The EU Funding & Tenders Portal: its search (SEDIA), in which every metadata value is a list of strings.

Format: POST rest/search with a multipart body whose parts are each application/json; one record per topic and
language, interleaved; several deadlines in one record; the budget of the whole call as JSON inside a string; no
funding rate. Codes are read from rest/facet at run time. What a record leaves out stands in topicDetails/<id>.json.
"""

from __future__ import annotations

import asyncio
import math
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from services.funding.sources.parsed_call import ParsedCall
from services.funding.sources.sedia_codes import Codes
from services.funding.sources.sedia_details import details_of
from services.funding.sources.sedia_outline import Outline
from services.funding.sources.sedia_record import NotACall, Record, parsed
from services.funding.sources.source import Lost, Malformed, Payload, Portion, Reading, Rejected, Unreachable, Web
from services.funding.sources.untrusted import read_json

PAGE = 100
LONGEST_PORTION = 10
TOPICS, CALLS, CASCADE = "1", "2", "8"


@dataclass(frozen=True, slots=True)
class Sedia:
    """Reads search answers. Of several languages it keeps `language`, else English, else the first that came.

    `statuses` are asked for by their names. `most_plausible`: a query sent in the wrong form is answered with its
    filter ignored and millions of rows.
    """

    language: str = "en"
    statuses: tuple[str, ...] = ("Forthcoming", "Open")
    most_plausible: int = 50_000
    name: str = "eu-portal"
    licence: str = "European Commission reuse notice (CC BY 4.0)"
    may_be_empty: bool = False
    address: str = "https://api.tech.ec.europa.eu/search-api/prod"
    data: str = "https://ec.europa.eu/info/funding-tenders/opportunities/data"
    every: timedelta = timedelta(hours=6)

    async def poll(self, web: Web) -> AsyncIterator[Portion | Lost]:
        """Every page of the search in the order of identifiers, each with the code lists and the details it lacks.

        Records of one topic stand beside each other; pages that share one are read together.
        """
        codes = await web.post(f"{self.address}/rest/facet", self._params(), parts=self._parts())
        statuses = Codes.of(read_json(codes.body), codes.url).of_names("status", self.statuses)
        together: list[Payload] = []
        last: str | None = None
        async for page in self._pages(statuses, web):
            outline = Outline() if isinstance(page, Lost) else await asyncio.to_thread(Outline.of, page.body)
            if together and (outline.first != last or len(together) >= LONGEST_PORTION):
                yield [codes, *together]
                together = []
            if isinstance(page, Lost):
                yield page
                continue
            together.append(page)
            last = outline.last
            async for found in self._details(outline, web):
                if isinstance(found, Lost):
                    yield found
                else:
                    together.append(found)
        if together:
            yield [codes, *together]

    async def _pages(self, statuses: Sequence[str], web: Web) -> AsyncIterator[Payload | Lost]:
        """Pages until the portal's own count is reached. Without the first one nothing is known: it may not be lost."""
        number, pages, size = 1, 1, PAGE
        while number <= pages:
            try:
                page = await web.post(
                    f"{self.address}/rest/search", self._params(number, size), parts=self._parts(statuses)
                )
            except Unreachable as unreachable:
                if number == 1:
                    raise
                yield Lost(f"{self.address}/rest/search, page {number}", unreachable.reason)
            else:
                if number == 1:
                    outline = await asyncio.to_thread(Outline.of, page.body)
                    total = min(outline.total or 0, self.most_plausible)
                    # The portal caps the size of a page without a word.
                    size = len(outline.topics) if 0 < len(outline.topics) < min(size, total) else size
                    pages = math.ceil(total / size)
                yield page
            number += 1

    def read(self, payloads: Sequence[Payload]) -> Reading:
        """Calls of some pages of one search. Raises Malformed when one is no search answer or the filter was lost."""
        codes, details = Codes(), {}
        pages: list[tuple[Payload, Mapping[str, Any]]] = []
        for payload in payloads:
            document = read_json(payload.body)
            if isinstance(document, dict) and "facets" in document:
                codes = Codes.of(document, payload.url)
            elif found := details_of(document):
                details[found.identifier] = found
            else:
                pages.append((payload, self._answer(payload, document)))
        records: dict[str, list[Record]] = defaultdict(list)
        rejected: list[Rejected] = []
        shape: Counter[str] = Counter()
        seen, expected = 0, 0
        for payload, answer in pages:
            expected = max(expected, int(answer.get("totalResults") or 0))
            for position, row in enumerate(answer["results"]):
                seen += 1
                place = f"{payload.url}#results/{position}"
                try:
                    record = Record.of(row, place, codes)
                except NotACall as error:
                    rejected.append(Rejected(place, error.reason, error.field, error.mend))
                    continue
                shape.update(f"metadata.{key}" for key in record.metadata)
                records[record.identifier].append(record.completed(details.get(record.identifier)))
        calls: list[ParsedCall] = []
        for of_one_topic in records.values():
            try:
                calls.append(parsed(self._in_language(of_one_topic), of_one_topic, source=self.name))
            except NotACall as error:
                rejected += [Rejected(record.place, error.reason, error.field, error.mend) for record in of_one_topic]
        merged = seen - len(calls) - len(rejected)
        return Reading(calls=calls, rejected=rejected, seen=seen, merged=merged, expected=expected or None, shape=shape)

    async def _details(self, outline: Outline, web: Web) -> AsyncIterator[Payload | Lost]:
        """The topic's own file, where the search gives no text of it and its checksum is not the one last seen."""
        for topic in outline.topics:
            if topic.described or not topic.identifier:
                continue
            address = f"{self.data}/topicDetails/{topic.identifier.lower()}.json"
            try:
                payload = await web.get_changed(address, said=topic.checksum, detail=True)
            except Unreachable as unreachable:
                if unreachable.status != 404:
                    yield Lost(address, unreachable.reason)
                continue
            if payload is not None:
                yield payload

    def _params(self, page: int = 1, size: int = PAGE) -> dict[str, str]:
        return {"apiKey": "SEDIA", "text": "***", "pageSize": str(size), "pageNumber": str(page)}

    def _parts(self, statuses: Sequence[str] = ()) -> dict[str, object]:
        must: list[object] = [{"terms": {"type": [TOPICS, CALLS, CASCADE]}}]
        if not statuses:
            return {"query": {"bool": {"must": must}}, "languages": [self.language]}
        must.append({"terms": {"status": list(statuses)}})
        return {
            "query": {"bool": {"must": must}},
            "languages": [self.language],
            "sort": {"field": "identifier", "order": "ASC"},
        }

    def _answer(self, payload: Payload, answer: Any) -> Mapping[str, Any]:
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

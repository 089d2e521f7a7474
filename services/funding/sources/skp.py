"""SKP, the agricultural policy's calls (skp.si): rows of a DataTables answer, values wrapped in lists.

Format: GET wp-admin/admin-ajax.php?action=aktualni, `{data: [{sifra_ukrepa, ukrep, naziv_razpisa: {naziv_razpisa, url},
datum_objave, rok_za_prejem_vlog, razpisana_sredstva}], recordsTotal}`. Empty between the waves of calls.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin

from services.funding.sources.facts import Facts
from services.funding.sources.parsed_call import ParsedCall
from services.funding.sources.source import Malformed, Payload, Portion, Reading, Rejected, Web
from services.funding.sources.untrusted import clean, read_json
from services.funding.sources.withdrawal import withdrawn_by

_MEASURE = re.compile(r"^[A-ZČŠŽ]+\d[\w.-]*")


@dataclass(frozen=True, slots=True)
class Skp:
    """Reads answers of `action=aktualni`: every row in them is open."""

    name: str = "skp"
    licence: str = "Public information of the Republic of Slovenia (reuse under ZDIJZ, source named)"
    may_be_empty: bool = True
    address: str = "https://skp.si"
    every: timedelta = timedelta(hours=12)

    async def poll(self, web: Web) -> AsyncIterator[Portion]:
        """The one answer that holds every current call."""
        yield [await web.get(urljoin(self.address, "/wp-admin/admin-ajax.php"), {"action": "aktualni"})]

    def read(self, payloads: Sequence[Payload]) -> Reading:
        """Calls of all answers. Raises Malformed when one holds no list `data`."""
        calls: dict[str, ParsedCall] = {}
        rejected: list[Rejected] = []
        shape: Counter[str] = Counter()
        seen = expected = 0
        for payload in payloads:
            answer = read_json(payload.body)
            if not isinstance(answer, dict) or not isinstance(answer.get("data"), list):
                raise Malformed(f"{payload.url} holds no list 'data'", "See whether the site's table was changed")
            total = answer.get("recordsTotal")
            expected += total if isinstance(total, int) else len(answer["data"])
            for position, row in enumerate(answer["data"]):
                seen += 1
                shape.update(name for name, value in row.items() if value) if isinstance(row, dict) else None
                call = self._call(row, f"{payload.url}#data/{position}")
                if isinstance(call, Rejected):
                    rejected.append(call)
                else:
                    calls.setdefault(call.key, call)
        merged = seen - len(calls) - len(rejected)
        return Reading(
            calls=list(calls.values()), rejected=rejected, seen=seen, merged=merged, expected=expected, shape=shape
        )

    def _call(self, row: object, place: str) -> ParsedCall | Rejected:
        if not isinstance(row, Mapping):
            return Rejected(place, "the row is no object", None, "Look the row up on skp.si")
        named = row.get("naziv_razpisa")
        title, url = (
            (_first(named.get(part)) for part in ("naziv_razpisa", "url")) if isinstance(named, Mapping) else ("", "")
        )
        if not title or not url.startswith(("http://", "https://")):
            return Rejected(
                place, "the row has no title that links to a page", "naziv_razpisa", "Look the row up on skp.si"
            )
        measure = _first(row.get("ukrep"))
        facts = Facts()
        facts.state("territory", "SI", "a call of the Slovenian agricultural plan", basis="inferred")
        facts.read_opens(_first(row.get("datum_objave")))
        facts.read_deadlines(_all(row.get("rok_za_prejem_vlog")))
        facts.read_money("budget", _first(row.get("razpisana_sredstva")))
        if words := withdrawn_by(title):
            facts.state("status", "withdrawn", words, basis="read_from_text")
        else:
            facts.state("status", "open", "listed among the current calls")
        code = _MEASURE.match(measure)
        return ParsedCall(
            source=self.name,
            key=url,
            title=title,
            status_phrase=facts.grounds["status"].evidence,
            funder="Agencija RS za kmetijske trge in razvoj podeželja",
            programme=_first(row.get("sifra_ukrepa")) or None,
            description=measure or None,
            language="sl",
            url=url,
            source_ids={"ukrep": code[0]} if code else {},
            raw_reference=place,
            grounds=facts.grounds,
            unread=facts.unread,
            **facts.values,
        )


def _all(value: Any) -> list[str]:
    """The texts of a value that is a text, a list of texts, or nothing."""
    values = value if isinstance(value, list) else [value]
    return [text for each in values if isinstance(each, str) and (text := clean(" ".join(each.split())))]


def _first(value: Any) -> str:
    return next(iter(_all(value)), "")

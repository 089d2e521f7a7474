"""Answers of two sources in their real formats, made from a seed: page after page, so that no run holds them all."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from services.funding.sources.source import Payload

PAGE = 100
_CODES = {"Forthcoming": "31094501", "Open": "31094502", "Closed": "31094503"}
_FACETS = {
    "facets": [{"name": "status", "values": [{"rawValue": code, "value": name} for name, code in _CODES.items()]}]
}
CODES = Payload("bench://facet", json.dumps(_FACETS).encode())
_WORDS = [
    *("towns", "heritage", "renovation", "energy", "efficiency", "public", "buildings", "young", "makers", "workshops"),
    *("digital", "skills", "museum", "mobility", "cycling", "water", "supply", "climate", "adaptation", "tourism"),
    *("creative", "centre", "cooperation", "network", "citizens", "local", "authorities", "transport", "monitoring"),
    *("sensors", "innovation", "partners", "eligible", "costs", "grant", "agreement", "sustainable", "heat", "forest"),
]
_MINISTRIES = ("Ministrstvo za kulturo", "Ministrstvo za okolje, podnebje in energijo", "Ministrstvo za gospodarstvo")
LIVE_ROWS = 0.3
_FIRST_DAY = date(2027, 1, 4)


def topic_pages(topics: int, seed: int, changed: frozenset[int] = frozenset()) -> Iterator[tuple[Payload, list[str]]]:
    """Pages of a search, and the identifiers on each that are in `changed`: those have another deadline and budget."""
    for start in range(0, topics, PAGE):
        numbers = range(start, min(start + PAGE, topics))
        rows = [_topic(number, seed, number in changed) for number in numbers]
        answer = {"totalResults": topics, "pageNumber": start // PAGE + 1, "pageSize": PAGE, "results": rows}
        yield (
            Payload(f"bench://search/{start}", json.dumps(answer).encode()),
            [identifier(number) for number in numbers if number in changed],
        )


def listing_pages(rows: int, seed: int, changed: frozenset[int] = frozenset()) -> Iterator[tuple[Payload, list[str]]]:
    """Pages of gov.si's listing, and the references on each that are in `changed`."""
    for start in range(0, rows, PAGE):
        numbers = range(start, min(start + PAGE, rows))
        body = "".join(_row(number, seed, number in changed) for number in numbers)
        html = (
            '<html lang="sl"><body><table class="list-table tender-list-table"><thead><tr><th>Šifra</th></tr></thead>'
            f"<tbody>{body}</tbody></table></body></html>"
        )
        yield (
            Payload(f"bench://javne-objave/{start}", html.encode()),
            [reference(number) for number in numbers if number in changed],
        )


def topic_is_live(number: int, seed: int) -> bool:
    return _status(random.Random(seed * 1_000_003 + number)) != "Closed"


def row_is_live(number: int, seed: int) -> bool:
    return random.Random(seed * 2_000_003 + number).random() < LIVE_ROWS


def identifier(number: int) -> str:
    return f"HORIZON-2027-BENCH-{number:06}"


def reference(number: int) -> str:
    return f"430-{number + 1}/2026-{2000 + number % 900}-1"


def _topic(number: int, seed: int, changed: bool) -> dict[str, Any]:
    chance = random.Random(seed * 1_000_003 + number)
    status = _status(chance)
    day = _FIRST_DAY + timedelta(days=chance.randrange(300) + (20 if changed else 0))
    ccm2 = str(400_000 + number)
    action = {
        "action": f"{identifier(number)} - HORIZON Innovation Actions",
        "budgetYearMap": {"2027": str(1_000_000 * (1 + number % 40) + (500_000 if changed else 0))},
        "minContribution": 500_000,
        "maxContribution": 2_000_000,
    }
    metadata: dict[str, Sequence[str]] = {
        "identifier": [identifier(number)],
        "title": [_prose(chance, 9)],
        "callIdentifier": ["HORIZON-2027-BENCH"],
        "callTitle": ["Measured towns"],
        "ccm2Id": [ccm2],
        "type": ["1"],
        "status": [_CODES[status]],
        "startDate": ["2026-11-02T00:00:00.000+0000"],
        "deadlineDate": [f"{day}T17:00:00.000+0100"],
        "deadlineModel": ["single-stage"],
        "keywords": chance.sample(_WORDS, 4),
        "language": ["en"],
        "descriptionByte": ["".join(f"<p>{_prose(chance, 60)}.</p>" for _ in range(8))],
        "topicConditions": ["".join(f"<p>{_prose(chance, 40)}.</p>" for _ in range(4))],
        "budgetOverview": [json.dumps({"budgetTopicActionMap": {ccm2: [action]}})],
    }
    return {"reference": f"{number}TOPICSen", "url": "", "title": None, "language": "en", "metadata": metadata}


def _row(number: int, seed: int, changed: bool) -> str:
    chance = random.Random(seed * 2_000_003 + number)
    status = "V teku" if chance.random() < LIVE_ROWS else "Zaključeno"
    day = _FIRST_DAY + timedelta(days=chance.randrange(300) + (20 if changed else 0))
    title = f"Javni razpis {number}: {_prose(chance, 8)}"
    return (
        f'<tr><td class="td-id">{reference(number)}</td>'
        f'<td class="td-title"><a href="/zbirke/javne-objave/bench-{number}/">{title}</a></td>'
        f'<td class="td-publisher">{chance.choice(_MINISTRIES)}</td>'
        f'<td class="td-published-date">2. 11. 2026</td>'
        f'<td class="td-due-date">{day.day}. {day.month}. {day.year} (14:00)</td>'
        f'<td class="td-status"><span class="label">{status}</span></td></tr>'
    )


def _status(chance: random.Random) -> str:
    """What the portal's own file of all topics held in 2026: of a hundred, two open, three forthcoming."""
    return chance.choices(list(_CODES), (3, 2, 95))[0]


def _prose(chance: random.Random, words: int) -> str:
    return " ".join(chance.choices(_WORDS, k=words))

"""One call from the words of several sources: whose word stands, and where they contradict each other.

Whose word stands, field by field:

1. a value that is known, before one that is not;
2. an amendment, before every word that is older than it;
3. a publication, before the forecast of it;
4. a stated value, before a derived one, one read from running text, an inferred one;
5. an office that publishes, before those who pass its calls on (feeds, tables, what a person typed in);
6. a changed word, before one that was always so, and the newer change before the older;
7. the source that knew the call first.

A person's correction stands above all of it (`corrections.py`). What does not stand is kept and shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from contracts.funding import CallStatus
from services.funding.calls.changes import COMPARED, essence, in_words
from services.funding.calls.reading import FIELDS, SourceReading
from services.funding.sources.parsed_call import Conflict, TenderDocument

_BASIS = {"by_hand": 0, "stated": 0, "derived": 1, "read_from_text": 2, "inferred": 3}
# Whoever is not among them passes on what others publish: feeds, servers and tables that people added, and people.
_OFFICES = frozenset(
    {
        *("eu-portal", "ted", "gov.si", "gov.si-news", "evropskasredstva.si", "srrs", "eko-sklad", "spirit", "skp"),
        *("uradni-list", "eu-portal-list", "eu-portal-updates"),
    }
)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
# Titles, texts and addresses differ by nature from source to source.
_OWN_TO_A_SOURCE = {"title", "description", "url", "funder", "programme", "reference"}
_GATHERED = {"titles", "themes", "keywords", "source_ids", "documents"}
_WITH_STATUS = {"status", "status_phrase"}


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands: a value for every field, the reading it comes from where it is known, and the contradictions."""

    values: dict[str, Any]
    origins: dict[str, SourceReading]
    conflicts: list[Conflict]


def settle(readings: Sequence[SourceReading]) -> Standing:
    """Whose word stands for every field of a call that at least one source knows."""
    values: dict[str, Any] = {
        "titles": _titles(readings),
        "themes": list(dict.fromkeys(theme for each in readings for theme in each.facts.themes)),
        "keywords": list(dict.fromkeys(word for each in readings for word in each.facts.keywords)),
        "source_ids": {name: value for each in reversed(readings) for name, value in each.facts.source_ids.items()},
        "documents": _documents(readings),
    }
    origins: dict[str, SourceReading] = {}
    for field in FIELDS:
        if field in _GATHERED or field in _WITH_STATUS:
            continue
        first = _standing(readings, field)
        values[field] = getattr(first.facts, field)
        if first.knows(field):
            origins[field] = first
    status = _status(readings)
    values |= {"status": status.facts.status, "status_phrase": status.facts.status_phrase}
    if status.facts.status != "unknown":
        origins["status"] = status
    # The language is that of the title, whoever else knows one.
    values["language"] = origins["title"].facts.language if "title" in origins else None
    return Standing(values, origins, [*_own_conflicts(readings), *_contradictions(readings, origins)])


def _standing(readings: Sequence[SourceReading], field: str) -> SourceReading:
    """Whose word stands for one field; what an amendment says goes before everything that was said before it."""
    notices = [each for each in readings if each.facts.amends and each.knows(field) and field not in _OWN_TO_A_SOURCE]
    if notices:
        latest = max(notices, key=lambda each: each.news(field) or _LONG_AGO)
        since = latest.news(field) or _LONG_AGO
        newer = [each for each in readings if each.knows(field) and each.said.get(field, _LONG_AGO) > since]
        return max(newer, key=lambda each: _rank(each, field), default=latest)
    return max(readings, key=lambda each: _rank(each, field))


def _rank(reading: SourceReading, field: str) -> tuple[Any, ...]:
    return (
        reading.knows(field),
        not (reading.facts.amends and field in _OWN_TO_A_SOURCE),
        reading.facts.status != "forecast",
        -_BASIS[reading.grounds(field).basis],
        reading.source in _OFFICES,
        reading.news(field) or _LONG_AGO,
        -reading.first_read_at.timestamp(),
    )


def _status(readings: Sequence[SourceReading]) -> SourceReading:
    """Whose status stands. A withdrawal stands until a source changes its word to open after it."""
    withdrawn = [each for each in readings if each.facts.status == "withdrawn"]
    if not withdrawn:
        return _standing(readings, "status")
    latest = max(withdrawn, key=lambda each: each.news("status") or each.first_read_at)
    since = latest.news("status") or latest.first_read_at
    again: Sequence[CallStatus] = ("open", "forecast")
    back = [each for each in readings if each.facts.status in again and (each.said.get("status") or since) > since]
    return max(back, key=lambda each: _rank(each, "status"), default=latest)


def _titles(readings: Sequence[SourceReading]) -> dict[str, str]:
    titles: dict[str, str] = {}
    for each in sorted(readings, key=lambda each: _rank(each, "title")):
        if each.facts.language and not each.facts.amends:
            titles[each.facts.language] = each.facts.title
        titles |= each.facts.titles
    return titles


def _documents(readings: Sequence[SourceReading]) -> list[TenderDocument]:
    return list({document.url: document for each in readings for document in each.facts.documents}.values())


def _own_conflicts(readings: Sequence[SourceReading]) -> list[Conflict]:
    return [conflict for each in readings for conflict in each.facts.conflicts]


def _contradictions(readings: Sequence[SourceReading], origins: dict[str, SourceReading]) -> list[Conflict]:
    """Fields on which another source says something else. A forecast that came out otherwise contradicts nothing."""
    published = [each for each in readings if each.facts.status != "forecast"]
    return [
        Conflict(
            field=field,
            says=in_words(getattr(other.facts, field)) or "unknown",
            against=in_words(getattr(standing.facts, field)) or "unknown",
            kind="sources",
            said_by=other.source,
            against_by=standing.source,
        )
        for field, standing in origins.items()
        if field in COMPARED and field not in _OWN_TO_A_SOURCE
        for other in published
        if other is not standing and other.knows(field)
        if essence(getattr(other.facts, field)) != essence(getattr(standing.facts, field))
    ]

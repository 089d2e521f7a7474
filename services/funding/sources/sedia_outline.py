"""The few facts of a search page that say what to fetch next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.funding.sources.source import Malformed
from services.funding.sources.untrusted import read_json


@dataclass(frozen=True, slots=True)
class Topic:
    """One row: its topic, the portal's checksum of it, and whether the row has the topic's text."""

    identifier: str | None
    checksum: str | None
    described: bool


@dataclass(frozen=True, slots=True)
class Outline:
    """Rows in their order and the portal's count; empty for what is no search page, which reading will say."""

    total: int | None = None
    topics: tuple[Topic, ...] = ()

    @property
    def first(self) -> str | None:
        return self.topics[0].identifier if self.topics else None

    @property
    def last(self) -> str | None:
        return self.topics[-1].identifier if self.topics else None

    @classmethod
    def of(cls, body: bytes) -> Outline:
        try:
            answer = read_json(body)
        except Malformed:
            return cls()
        if not isinstance(answer, dict) or not isinstance(answer.get("results"), list):
            return cls()
        total = answer.get("totalResults")
        return cls(total if isinstance(total, int) else None, tuple(_topic(row) for row in answer["results"]))


def _topic(row: Any) -> Topic:
    metadata = row.get("metadata") if isinstance(row, dict) else None
    if not isinstance(metadata, dict):
        return Topic(None, None, described=True)
    identifier, checksum = _first(metadata.get("identifier")), _first(metadata.get("esST_checksum"))
    described = any(metadata.get(key) for key in ("descriptionByte", "furtherInformation"))
    return Topic(identifier, checksum or _first(row.get("checksum")), described)


def _first(value: Any) -> str | None:
    first = value[0] if isinstance(value, list) and value else value
    return first if isinstance(first, str) and first else None

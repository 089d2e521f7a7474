"""What one source says of a call: every field as it was last read there, and since when the source says so."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self

from pydantic import AwareDatetime

from contracts.values import Value
from services.funding.calls.changes import essence
from services.funding.sources.parsed_call import Grounds, ParsedCall

# Where a row stands in a payload and what joins it say nothing of the call itself.
_ABOUT_THE_READING = {"source", "key", "amends", "grounds", "conflicts", "unread", "not_read", "raw_reference"}
FIELDS = tuple(name for name in ParsedCall.model_fields if name not in _ABOUT_THE_READING)


def known(value: object) -> bool:
    """Whether a source said something by it: nought is a word, a flag that is not raised is none."""
    return value is not None and value is not False and value not in ([], {}, "", "unknown")


class SourceReading(Value):
    """The standing word of one source. `said` holds, by field, when it first said what it says now.

    `by` is the person who typed it in or sent it, where the source did not speak for itself.
    """

    facts: ParsedCall
    by: str | None = None
    first_read_at: AwareDatetime
    read_at: AwareDatetime
    said: dict[str, AwareDatetime] = {}

    @classmethod
    def first(cls, parsed: ParsedCall, now: datetime, by: str | None = None) -> Self:
        return cls(facts=parsed, by=by, first_read_at=now, read_at=now)

    @property
    def source(self) -> str:
        return self.facts.source

    @property
    def name(self) -> tuple[str, str]:
        return (self.facts.source, self.facts.key)

    def again(self, parsed: ParsedCall, now: datetime, by: str | None = None) -> Self:
        """The same source, read anew. A field the new reading could not speak of keeps its value and grounds."""
        old = self.facts
        mute = {*parsed.not_read, *(unread.field for unread in parsed.unread)} & set(FIELDS)
        if old.status == "withdrawn" and (parsed.status == "closed" or "withdrawal" in parsed.not_read):
            # A revoked call is listed as closed, or still as open; only its own page says more.
            mute |= {"status", "status_phrase"}
        kept: dict[str, Any] = {name: getattr(old, name) for name in mute}
        grounds = {**parsed.grounds, **{name: old.grounds[name] for name in mute if name in old.grounds}}
        # What nobody looked at now may have been read before, and so may what could not be read there.
        never = [name for name in parsed.not_read if name in old.not_read]
        still = [each for each in old.unread if each.field in parsed.not_read]
        doubts = {"not_read": never, "unread": [*parsed.unread, *still]}
        facts = parsed.model_copy(update={**kept, **doubts, "grounds": grounds})
        turned = {name: now for name in FIELDS if essence(getattr(facts, name)) != essence(getattr(old, name))}
        return self.model_copy(update={"facts": facts, "by": by, "read_at": now, "said": {**self.said, **turned}})

    def says_the_same(self, other: Self) -> bool:
        """Whether nothing a reader could see is different."""
        blind = {"raw_reference": None}
        return self.facts.model_copy(update=blind) == other.facts.model_copy(update=blind)

    def knows(self, field: str) -> bool:
        return known(getattr(self.facts, field))

    def grounds(self, field: str) -> Grounds:
        return self.facts.grounds.get(field, Grounds())

    def news(self, field: str) -> datetime | None:
        """When the source changed its word on a field; an amendment is news as a whole. None for a first word."""
        return self.said.get(field) or (self.first_read_at if self.facts.amends else None)

"""The files of a call: which there are, and what was found at their addresses."""

from __future__ import annotations

from collections.abc import Sequence

from services.funding.sources.parsed_call import TenderDocument

_FOUND = ("sha256", "size", "fetched_at", "tried_at", "refusal")


def with_what_was_fetched(named: Sequence[TenderDocument], fetched: Sequence[TenderDocument]) -> list[TenderDocument]:
    """The documents a source names, each with what is known of its content; a failed fetch keeps the last checksum."""
    found = {each.url: each for each in fetched}
    return [_joined(each, found[each.url]) if each.url in found else each for each in named]


def _joined(named: TenderDocument, found: TenderDocument) -> TenderDocument:
    known = {name: value for name in _FOUND if (value := getattr(found, name)) is not None}
    if found.refusal is None:
        known["refusal"] = None
    media_type = found.media_type or named.media_type
    return named.model_copy(update={**known, "media_type": media_type})

"""The events that are sent are real ones: the registry reads each of them back."""

from __future__ import annotations

from bench.traffic import envelopes
from contracts.actions import ActivityStatusChangedV1
from contracts.envelope import decode


def test_each_event_is_about_another_entity() -> None:
    sent = envelopes(ActivityStatusChangedV1, 3, "bench")
    assert [decode(envelope.encode()).event for envelope in sent] == [envelope.event for envelope in sent]
    assert len({envelope.subject for envelope in sent}) == 3
    assert len({envelope.id for envelope in sent}) == 3
    assert all(envelope.subject == envelope.event.activity_id for envelope in sent)  # type: ignore[attr-defined]


def test_all_events_about_one_entity_have_growing_sequences() -> None:
    sent = envelopes(ActivityStatusChangedV1, 3, "bench", entity="one")
    assert {envelope.subject for envelope in sent} == {"one"}
    assert [envelope.sequence for envelope in sent] == [1, 2, 3]

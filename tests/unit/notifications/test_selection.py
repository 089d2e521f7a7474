"""Patterns of events, as NATS reads them."""

from __future__ import annotations

import pytest

from services.notifications.selection import NoSuchEvents, Selection, known


def test_a_service_an_entity_an_event_and_a_version() -> None:
    chosen = Selection.of(["funding.>", "actions.plan.*", "cinnabar.sensors.device.registered.v1"])
    assert chosen.takes("funding.call.published.v1")
    assert chosen.takes("actions.plan.imported.v2"), "a version of tomorrow is asked for, too"
    assert chosen.takes("sensors.device.registered.v1")
    assert not chosen.takes("sensors.readings.recorded.v1")
    assert chosen.streams == ["ACTIONS", "FUNDING", "SENSORS"]


def test_nothing_named_is_everything_but_what_is_personal() -> None:
    assert Selection.of([]).types == [name for name in known() if not name.startswith("notifications.alert.")]
    assert Selection.of([], personal=True).types == known()


def test_subjects_never_overlap() -> None:
    """NATS refuses a consumer whose filters do."""
    apart = Selection.of(["funding.call.*", "funding.application.*"]).subjects("idrija")
    assert apart == {"FUNDING": ["cinnabar.idrija.funding.call.*.*", "cinnabar.idrija.funding.application.*.*"]}
    assert Selection.of(["funding.call.*", "*.call.published"]).subjects("idrija")["FUNDING"] == [
        "cinnabar.idrija.funding.>"
    ]


@pytest.mark.parametrize("word", ["money.>", "funding.call.publishd", "funding.>.v1", "a.b.c.d.e", "alerts", "*.*"])
def test_a_pattern_for_nothing_is_refused_with_a_mend(word: str) -> None:
    with pytest.raises(NoSuchEvents) as refused:
        Selection.of([word])
    assert "/events" in refused.value.mend


def test_what_is_said_of_people_is_not_for_integrators() -> None:
    with pytest.raises(NoSuchEvents):
        Selection.of(["notifications.alert.*"])
    assert Selection.of(["notifications.alert.*"], personal=True).takes("notifications.alert.raised.v1")

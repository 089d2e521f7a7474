"""What is new, what is a repeat, and what contradicts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.sensors.intake import Key, Sifted, sift
from services.sensors.readings import parse
from services.sensors.refusal import Refused
from tests.unit.sensors.payloads import NOW, payload

SERIES = "air-idrija-centre--pm10"


def sifted(sent: Any, values: dict[Key, Decimal | None] | None = None, unit: str | None = None) -> Sifted:
    return sift(parse(sent, now=NOW), units={SERIES: unit} if unit else {}, values=values or {})


def key(sent: dict[str, Any]) -> Key:
    reading = parse(sent, now=NOW).readings[0]
    return reading.series_id, reading.time


def test_new_readings_come_oldest_first() -> None:
    later, earlier = payload(time="2026-11-21T08:30:00Z", value=2), payload(time="2026-11-21T08:00:00Z", value=1)
    assert [reading.value for reading in sifted([later, earlier]).fresh[SERIES]] == [1, 2]


@pytest.mark.parametrize(("known", "sent"), [(Decimal("12.4"), 12.4), (Decimal("12.40"), "12.4"), (None, None)])
def test_the_same_value_again_is_a_repeat(known: Decimal | None, sent: Any) -> None:
    result = sifted(payload(value=sent), {key(payload()): known})
    assert (result.fresh, result.repeated) == ({}, 1)


@pytest.mark.parametrize(("known", "sent"), [(Decimal("12.4"), 12.5), (None, 0), (Decimal(0), None)])
def test_another_value_for_a_known_moment_is_refused(known: Decimal | None, sent: Any) -> None:
    with pytest.raises(Refused) as caught:
        sifted([payload(time="2026-11-21T07:00:00Z"), payload(value=sent)], {key(payload()): known})
    assert [defect.field for defect in caught.value.defects] == ["[1].value"]


def test_a_batch_is_held_to_itself_too() -> None:
    assert sifted([payload(), payload()]).repeated == 1
    with pytest.raises(Refused) as caught:
        sifted([payload(), payload(value=13)])
    assert [defect.field for defect in caught.value.defects] == ["[1].value"]


def test_another_unit_is_refused_and_the_mend_says_which_to_send() -> None:
    with pytest.raises(Refused) as caught:
        sifted(payload(unit="mg/m3"), unit="ug/m3")
    (defect,) = caught.value.defects
    assert defect.field == "unit"
    assert "ug/m3" in defect.mend
    with pytest.raises(Refused, match=r"\[1\]\.unit"):
        sifted([payload(), payload(time="2026-11-21T07:00:00Z", unit="mg/m3")])


@given(st.lists(st.integers(0, 20), min_size=1, max_size=40), st.data())
def test_what_was_sent_is_stored_once_however_it_is_cut_and_repeated(minutes: list[int], data: st.DataObject) -> None:
    sent = [payload(time=f"2026-11-21T08:{minute:02}:00Z", value=minute) for minute in minutes]
    cut = data.draw(st.integers(1, len(sent)))
    known: dict[Key, Decimal | None] = {}
    stored = repeated = 0
    for part in [sent[:cut], sent[cut:], sent]:
        if not part:
            continue
        result = sifted(part, known)
        fresh = result.fresh.get(SERIES, [])
        known |= {(reading.series_id, reading.time): reading.value for reading in fresh}
        stored += len(fresh)
        repeated += result.repeated
    assert stored == len(set(minutes)) == len(known)
    assert stored + repeated == 2 * len(sent)

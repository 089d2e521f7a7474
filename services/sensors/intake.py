"""Which of the arriving readings are new, which are repeats, and which contradict what is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from services.sensors.readings import Batch, Reading
from services.sensors.refusal import Defect, Refused

Key = tuple[str, datetime]


@dataclass(frozen=True, slots=True)
class Sifted:
    """`fresh` readings by series id, each list oldest first; `repeated` were known with the same value."""

    fresh: Mapping[str, list[Reading]]
    repeated: int


def sift(batch: Batch, *, units: Mapping[str, str], values: Mapping[Key, Decimal | None]) -> Sifted:
    """Part a batch by what is known: the unit of each series, and the stored values by series and time.

    The same series and time with the same value is a repeat. Raises Refused when a unit is not the series' own
    or when a moment already has another value: then nothing of the batch may be stored.
    """
    seen_units = dict(units)
    seen_values = dict(values)
    fresh: dict[str, list[Reading]] = {}
    defects: list[Defect] = []
    repeated = 0
    for index, reading in enumerate(batch.readings):
        key = (reading.series_id, reading.time)
        unit = seen_units.setdefault(reading.series_id, reading.unit)
        if reading.unit != unit:
            defects.append(_wrong_unit(batch.place(index, "unit"), reading, unit))
        elif key not in seen_values:
            seen_values[key] = reading.value
            fresh.setdefault(reading.series_id, []).append(reading)
        elif seen_values[key] == reading.value:
            repeated += 1
        else:
            defects.append(_contradiction(batch.place(index, "value"), reading, seen_values[key]))
    if defects:
        raise Refused(defects)
    return Sifted({series: sorted(new, key=lambda reading: reading.time) for series, new in fresh.items()}, repeated)


def _wrong_unit(place: str, reading: Reading, unit: str) -> Defect:
    return Defect(
        place,
        f"{reading.series_id} is measured in {unit}, not in {reading.unit}",
        f"convert the value and send {unit}, or send it as another observed property",
    )


def _contradiction(place: str, reading: Reading, known: Decimal | None) -> Defect:
    return Defect(
        place,
        f"{reading.series_id} has {_in_words(known)} at {reading.time.isoformat()}, not {_in_words(reading.value)}",
        "leave this reading out: a stored reading cannot be replaced",
    )


def _in_words(value: Decimal | None) -> str:
    return "a reported gap" if value is None else str(value)

"""What is told of limits on what devices measure: exceeded, and no longer exceeded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final
from urllib.parse import quote

from contracts.sensors import ThresholdClearedV1, ThresholdExceededV1
from contracts.values import LocalText
from services.notifications.matters.matter import Fact
from services.notifications.matters.measured import property_words, value_words
from services.notifications.matters.of_devices import about, concerning, leads
from services.notifications.matters.of_plan import KnownActivity
from services.notifications.matters.telling import Ending, Telling, fact, matter, moment_said

_WHY: Final = LocalText(
    sl="Vaš oddelek odgovarja za aktivnost, na katero se meritve nanašajo, ali pa ste naročeni na take novice.",
    en="Your department answers for the activity that is measured for, or you subscribe to such news.",
)
_UNKNOWN: Final = LocalText(sl="ni podatka", en="not known")
_CLEARED: Final = {
    "back": LocalText(sl="Vrednost je spet znotraj meje.", en="The value is back within the limit."),
    "changed": LocalText(
        sl="Mejo je nekdo spremenil; odslej velja nova.",
        en="Somebody changed the limit; the new one holds now.",
    ),
    "removed": LocalText(sl="Mejo je nekdo odstranil.", en="Somebody took the limit away."),
}
_OVER: Final = LocalText(sl="Meja ni več presežena.", en="The limit is exceeded no more.")

Crossed = ThresholdExceededV1 | ThresholdClearedV1


def of_exceedance(event: ThresholdExceededV1, linked: Sequence[KnownActivity], at: datetime) -> Telling:
    above = event.direction == "above"
    measured, limit = value_words(event.value, event.unit), value_words(event.limit, event.unit)
    return Telling(
        kind="threshold_exceeded",
        matter=matter(
            "threshold",
            event.threshold_id,
            _page(event),
            at,
            title=_title(event),
            what=LocalText(
                sl=f"Izmerjeno: {measured.sl}, {'nad' if above else 'pod'} mejo {limit.sl}.",
                en=f"Measured: {measured.en}, {'above' if above else 'below'} the limit of {limit.en}.",
            ),
            why=_WHY,
            leads=leads(linked),
            facts=(
                *_measured(event),
                *_from_to(event.before, event.value, event.unit),
                *fact("Meja", "Limit", limit),
                *fact("Izmerjeno", "Measured", moment_said(event.measured_at)),
                *fact("Presežena od", "Exceeded since", moment_said(event.since)),
                *fact("Meritev zapored", "Readings in a row", str(event.readings)),
                *about(linked),
            ),
        ),
        occasion=event.since.isoformat(),
        lasting=True,
        **concerning(linked),
    )


def end_of(event: ThresholdClearedV1) -> Ending:
    return Ending(
        kind="threshold_exceeded",
        type="threshold",
        id=event.threshold_id,
        what=_CLEARED.get(event.because, _OVER),
        at=event.cleared_at,
    )


def of_clearing(event: ThresholdClearedV1, linked: Sequence[KnownActivity], at: datetime) -> Telling:
    return Telling(
        kind="threshold_cleared",
        matter=matter(
            "threshold",
            event.threshold_id,
            _page(event),
            at,
            title=_title(event),
            what=_CLEARED.get(event.because, _OVER),
            why=_WHY,
            leads=leads(linked),
            facts=(
                *_measured(event),
                *(_from_to(event.exceeded_value, event.value, event.unit) if event.value is not None else ()),
                *fact("Meja", "Limit", value_words(event.limit, event.unit)),
                *fact("Najbolj oddaljena meritev", "Farthest reading", value_words(event.extreme, event.unit)),
                *fact("Presežena je bila od", "It was exceeded since", moment_said(event.since)),
                *fact("Do", "Until", moment_said(event.cleared_at)),
                *about(linked),
            ),
        ),
        occasion=f"{event.since.isoformat()} {event.because}",
        **concerning(linked),
    )


def _title(event: Crossed) -> LocalText:
    return LocalText(sl=f"{event.name} – {event.device_name}", en=f"{event.name} – {event.device_name}")


def _measured(event: Crossed) -> tuple[Fact, ...]:
    return fact("Meri se", "What is measured", property_words(event.observed_property))


def _from_to(before: Decimal | None, after: Decimal, unit: str) -> tuple[Fact, ...]:
    """The values before and after, with their unit."""
    now = value_words(after, unit)
    earlier = _UNKNOWN if before is None else value_words(before, unit)
    return fact("Vrednost", "Value", LocalText(sl=f"{earlier.sl} → {now.sl}", en=f"{earlier.en} → {now.en}"))


def _page(event: Crossed) -> str:
    return f"/sensors/{quote(event.series_id, safe='')}"

"""What is told of devices: a new one, one that is silent or measures wrongly, one that works again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final
from urllib.parse import quote

from contracts.sensors import (
    DeviceMalfunctionedV1,
    DeviceRecoveredV1,
    DeviceRegisteredV1,
    DeviceSilentV1,
    Observation,
)
from contracts.values import LocalText
from services.notifications.matters.matter import Fact
from services.notifications.matters.measured import property_words, value_words
from services.notifications.matters.of_plan import KnownActivity
from services.notifications.matters.telling import Ending, Telling, both, fact, matter, moment_said, plain
from services.notifications.wording import span

_WHY_NEW = LocalText(sl="Naročeni ste na nove naprave.", en="You subscribe to new devices.")
_WHY: Final = LocalText(
    sl="Vaš oddelek odgovarja za aktivnost, za katero naprava meri, ali pa ste naročeni na take novice.",
    en="Your department answers for the activity the device measures for, or you subscribe to such news.",
)
_REPORTS_AGAIN: Final = LocalText(sl="Naprava se spet oglaša.", en="The device reports again.")
_MEASURES_AGAIN: Final = LocalText(
    sl="Meritve spet prestanejo preverjanje.", en="Its readings pass their checks again."
)
_MALFUNCTION: Final = LocalText(
    sl="Meritve naprave ne prestanejo preverjanja.", en="The readings of the device fail their checks."
)
_MALFUNCTIONS: Final = {
    "gross_range": LocalText(
        sl="Meritve so zunaj območja, ki je zanje določeno.", en="Its readings lie outside the range set for them."
    ),
    "impossible": LocalText(
        sl="Naprava sporoča vrednosti, ki niso mogoče.", en="The device reports values that cannot be."
    ),
    "spike": LocalText(
        sl="Meritve vedno znova skočijo in se vrnejo.", en="Its readings jump and come back again and again."
    ),
    "flat_line": LocalText(
        sl="Vrednost se že dolgo ne spreminja; tipalo je verjetno obtičalo.",
        en="The value has not moved for long; the sensor is probably stuck.",
    ),
}


def of_registration(event: DeviceRegisteredV1, at: datetime) -> Telling:
    return Telling(
        kind="device_registered",
        matter=matter(
            "device",
            event.device_id,
            _page(event.device_id),
            at,
            title=plain(event.name),
            what=LocalText(sl="Nova naprava se je oglasila prvič.", en="A new device reported for the first time."),
            why=_WHY_NEW,
            facts=fact("Naprava", "Device", event.device_id),
        ),
        occasion="registered",
    )


def of_silence(event: DeviceSilentV1, linked: Sequence[KnownActivity], at: datetime) -> Telling:
    declared = event.basis == "declared"
    return Telling(
        kind="device_silent",
        matter=matter(
            "device",
            event.device_id,
            _page(event.device_id),
            at,
            title=plain(event.name),
            what=LocalText(
                sl="Naprava se ne oglaša. Preverite napajanje, zvezo in naslov, na katerega pošilja.",
                en="The device is silent. Check its power, its connection and the address it sends to.",
            ),
            why=_WHY,
            leads=leads(linked),
            facts=(
                *fact("Zadnjič se je oglasila", "Last heard", moment_said(event.last_heard)),
                *fact(
                    "Oglašala se je na" if not declared else "Oglašati se mora na",
                    "It used to report every" if not declared else "It is to report every",
                    _span(event.expected_every_seconds),
                ),
                *fact("Za utihnjeno velja po času", "It counts as silent after", _span(event.silent_after_seconds)),
                *about(linked),
            ),
        ),
        occasion=event.last_heard.isoformat(),
        lasting=True,
        **concerning(linked),
    )


def of_malfunction(event: DeviceMalfunctionedV1, linked: Sequence[KnownActivity], at: datetime) -> Telling:
    last = event.evidence[-1] if event.evidence else None
    return Telling(
        kind="device_malfunctioned",
        matter=matter(
            "series",
            event.series_id,
            f"/sensors/{quote(event.series_id, safe='')}",
            at,
            title=plain(event.name),
            what=_MALFUNCTIONS.get(event.reason, _MALFUNCTION),
            why=_WHY,
            leads=leads(linked),
            facts=(
                *fact("Kaj meri narobe", "What it measures wrongly", property_words(event.observed_property)),
                *fact("Od meritve", "Since the reading of", moment_said(event.since)),
                *fact("Neustreznih meritev", "Failing readings", str(len(event.evidence))),
                *(fact("Zadnja med njimi", "The last of them", _value(last, event.unit)) if last else ()),
                *about(linked),
            ),
        ),
        occasion=event.since.isoformat(),
        lasting=True,
        **concerning(linked),
    )


def end_of(event: DeviceRecoveredV1) -> Ending:
    """What was told of a malfunction is told of its series, what was told of a silence of the device."""
    if event.series_id is not None:
        kind, about_type, about_id, what = "device_malfunctioned", "series", event.series_id, _MEASURES_AGAIN
    else:
        kind, about_type, about_id, what = "device_silent", "device", event.device_id, _REPORTS_AGAIN
    return Ending(kind=kind, type=about_type, id=about_id, what=what, at=event.recovered_at)


def of_recovery(event: DeviceRecoveredV1, linked: Sequence[KnownActivity]) -> Telling:
    return Telling(
        kind="device_recovered",
        matter=matter(
            "device",
            event.device_id,
            _page(event.device_id),
            event.recovered_at,
            title=plain(event.name),
            what=end_of(event).what,
            why=_WHY,
            leads=leads(linked),
            facts=(
                *(
                    fact("Napačno je merila od", "It malfunctioned since", moment_said(event.since))
                    if event.series_id
                    else fact("Oglasila se ni od", "It was silent since", moment_said(event.since))
                ),
                *fact("Trajalo je", "It lasted", _span(event.lasted_seconds)),
                *about(linked),
            ),
        ),
        occasion=f"{event.after} {event.series_id or ''} {event.since.isoformat()}",
        **concerning(linked),
    )


def concerning(linked: Sequence[KnownActivity]) -> dict[str, tuple[str, ...]]:
    """Whoever answers for the activities that are measured for is concerned."""
    return {
        "departments": tuple(dict.fromkeys(name for each in linked for name in each.responsible)),
        "activities": tuple(name for each in linked for name in (each.number, each.activity_id)),
    }


def leads(linked: Sequence[KnownActivity]) -> str | None:
    return ", ".join(concerning(linked)["departments"]) or None


def about(linked: Sequence[KnownActivity]) -> tuple[Fact, ...]:
    titles = [LocalText(sl=f"{each.number} {each.title.sl}", en=f"{each.number} {each.title.en}") for each in linked]
    if not titles:
        return ()
    named = LocalText(sl="; ".join(each.sl for each in titles), en="; ".join(each.en for each in titles))
    return fact("Meri za aktivnost", "It measures for the activity", named)


def _value(one: Observation, unit: str) -> LocalText:
    """What was measured, and when; a failing reading always has a value."""
    when, value = moment_said(one.time), value_words(one.value or Decimal(0), unit)
    return LocalText(sl=f"{value.sl} ({when.sl})", en=f"{value.en} ({when.en})")


def _span(seconds: int) -> LocalText:
    return both(lambda language: span(timedelta(seconds=seconds), language))


def _page(device_id: str) -> str:
    return f"/sensors/devices/{quote(device_id, safe='')}"

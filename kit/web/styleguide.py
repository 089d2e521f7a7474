"""Invented content for the style guide: every component, in every state it can take."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from contracts.values import LocalText, Money, PartialDate, Reason, Timing
from kit.web.charts import Series


def _euros(amount: str) -> Money:
    return Money(amount=Decimal(amount), vat="included")


SAMPLES: dict[str, Any] = {
    "now": datetime(2027, 3, 19, 8, 30, tzinfo=UTC),
    "deadline": datetime(2027, 3, 31, 10, 0, tzinfo=UTC),
    "estimated": _euros("100000"),
    "committed": _euros("45000"),
    "applied": _euros("30000"),
    "too_much": _euros("80000"),
    "due": PartialDate(value="2028"),
    "timings": [
        Timing(kind="by", due=PartialDate(value="2028")),
        Timing(kind="launch_then_ongoing", start=PartialDate(value="2026-05")),
        Timing(kind="open_ended", due=PartialDate(value="2030")),
        Timing(),
    ],
    "reasons_for": [
        Reason(
            code="theme",
            text=LocalText(sl="Tema se ujema: kreativne industrije.", en="The theme fits: creative industries."),
            evidence="2.1 / III",
            weight=40,
        ),
        Reason(
            code="size",
            text=LocalText(
                sl="Odprti strošek je med najnižjim in najvišjim zneskom razpisa.",
                en="The open cost lies between the call's lowest and highest amount.",
            ),
            evidence="25.000 € – 200.000 €",
            weight=20,
        ),
    ],
    "reasons_against": [
        Reason(
            code="applicant",
            text=LocalText(
                sl="Vir ne pove, ali se lahko prijavi občina.",
                en="The source does not say whether a municipality may apply.",
            ),
        ),
    ],
    "chart_labels": ["2023", "2024", "2025", "2026", "2027"],
    "chart_series": [
        ("applied", Series("applied", (Decimal(2), Decimal(4), None, Decimal(5), Decimal(7)))),
        ("awarded", Series("awarded", (Decimal(1), Decimal(2), Decimal(2), Decimal(2), Decimal(4)))),
    ],
    "trend": [Decimal(value) for value in (3, 3, 4, 4, 4, 5, 6, 6, 6, 8, 8, 9)],
    "bar_values": [_euros("45000"), _euros("30000"), _euros("0"), None],
    "periods": [
        ("2.1.1", PartialDate(value="2026-06"), PartialDate(value="2027"), "at_risk"),
        ("2.1.2", PartialDate(value="2027"), PartialDate(value="2028"), "on_track"),
        ("2.1.3", PartialDate(value="2029"), PartialDate(value="2030"), "none_due"),
    ],
    "hostile": "<script>alert('title')</script> & Co.",
}

"""How long things take and where the law's thresholds stand: dated values, each with its source.

Nothing here is a constant. A value holds from a day on, and where none holds the plan says so and does not guess.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from contracts.registry import Event
from contracts.values import LocalText, Value
from services.funding.planning.days import Day

Unit = Literal["working_days", "calendar_days", "eur_with_vat"]


class DatedValue(Value):
    """What a parameter was, is or will be. Without an end it holds until the next value begins."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    valid_from: Day
    valid_until: Day | None = None
    value: Decimal = Field(ge=0, le=1_000_000_000)
    source: str = Field(min_length=3, max_length=500, description="Where the value was taken from.")
    confirmed: bool = Field(default=True, description="Whether somebody here stands for it.")

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if self.valid_until is not None and self.valid_until < self.valid_from:
            raise ValueError("a value cannot end before it begins")
        return self


class Parameter(BaseModel):
    """One parameter with everything it ever was. `events` stays empty: it concerns this service alone."""

    code: str
    unit: Unit
    values: list[DatedValue]
    set_by: str | None = None
    version: int = 0
    events: list[Event] = Field(default=[], exclude=True)

    def on(self, day: date) -> DatedValue | None:
        """The value that holds on `day`; of several the one that began last. None: nobody has said."""
        holding = [
            each
            for each in self.values
            if each.valid_from <= day and (each.valid_until is None or day <= each.valid_until)
        ]
        return max(holding, key=lambda each: each.valid_from, default=None)


class Parameters:
    """Every parameter as it stands on one day."""

    def __init__(self, known: Mapping[str, Parameter], day: date) -> None:
        self._known = known
        self.day = day

    def value(self, code: str) -> DatedValue | None:
        parameter = self._known.get(code)
        return parameter.on(self.day) if parameter else None

    def unit(self, code: str) -> Unit | None:
        parameter = self._known.get(code)
        return parameter.unit if parameter else None


_DECREE = (
    "Uredba o enotni metodologiji za pripravo in obravnavo investicijske dokumentacije na področju javnih financ, "
    "Uradni list RS, št. 60/06, 54/10 in 27/16, 4. člen"
)
_ESTIMATE = "a starting value; nobody here has confirmed it yet"

NAMES: dict[str, LocalText] = {
    code: LocalText(sl=sl, en=en)
    for code, sl, en in (
        ("ip_threshold", "Investicijski program je obvezen nad", "An investment programme (IP) is required above"),
        ("piz_threshold", "Predinvesticijska zasnova je obvezna nad", "A pre-investment study (PIZ) is required above"),
        ("diip_days", "Priprava DIIP", "Drawing up the DIIP"),
        ("piz_days", "Priprava PIZ", "Drawing up the PIZ"),
        ("ip_days", "Priprava IP", "Drawing up the IP"),
        ("land_days", "Pridobitev pravice na zemljišču", "Securing the right to the land"),
        ("design_procurement_days", "Naročilo projektne dokumentacije", "Procuring the design"),
        ("design_days", "Izdelava projektne dokumentacije", "Drawing up the design"),
        ("building_permit_days", "Gradbeno dovoljenje", "Building permit"),
        ("partner_letters_days", "Izjave partnerjev", "Letters of the partners"),
        ("own_share_days", "Lastni delež v proračunu in NRP", "Own share in the budget and the NRP"),
        ("council_papers_days", "Gradivo pred sejo občinskega sveta", "Papers before a council meeting"),
        ("procurement_days", "Javno naročilo pred prijavo", "Procurement before applying"),
        ("application_form_days", "Prijavni obrazec in priloge", "Application form and annexes"),
        ("signature_days", "Podpis župana", "Signature of the mayor"),
        ("submission_days", "Oddaja vloge", "Submission"),
        ("tight_margin_days", "Rezerva, pod katero je tesno", "Margin below which it is tight"),
    )
}


def _shipped(code: str, unit: Unit, value: int, since: date, source: str) -> Parameter:
    dated = DatedValue(valid_from=since, value=Decimal(value), source=source, confirmed=False)
    return Parameter(code=code, unit=unit, values=[dated])


_LAW_SINCE, _SINCE = date(2010, 7, 24), date(2025, 1, 1)
_WORKING_DAYS = {
    "diip": 15,
    "piz": 20,
    "ip": 30,
    "design_procurement": 20,
    "design": 40,
    "partner_letters": 10,
    "own_share": 5,
    "application_form": 10,
    "signature": 2,
    "submission": 1,
    "tight_margin": 5,
}
_CALENDAR_DAYS = {"land": 60, "building_permit": 60, "council_papers": 14, "procurement": 60}

# What holds until the municipality sets its own; a municipality's own values replace a parameter whole.
SHIPPED: dict[str, Parameter] = {
    parameter.code: parameter
    for parameter in (
        _shipped("ip_threshold", "eur_with_vat", 500_000, _LAW_SINCE, _DECREE),
        _shipped("piz_threshold", "eur_with_vat", 2_500_000, _LAW_SINCE, _DECREE),
        *(_shipped(f"{step}_days", "working_days", days, _SINCE, _ESTIMATE) for step, days in _WORKING_DAYS.items()),
        *(_shipped(f"{step}_days", "calendar_days", days, _SINCE, _ESTIMATE) for step, days in _CALENDAR_DAYS.items()),
    )
}


def overlaid(own: Sequence[Parameter]) -> dict[str, Parameter]:
    """The shipped parameters, with the municipality's own in place of those it has set."""
    return {**SHIPPED, **{parameter.code: parameter for parameter in own}}

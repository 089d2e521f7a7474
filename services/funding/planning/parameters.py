"""The parameters of the procedure as they hold on one day. Where none holds the plan says so and does not guess."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from services.funding.parameter_kinds import KINDS
from services.funding.parameters import DatedValue, Parameter
from services.funding.shipped_parameters import SHIPPED

NAMES = {code: kind.title for code, kind in KINDS.items() if kind.area == "procedure"}


class OnDay:
    """Every parameter of the procedure as it stands on `day`."""

    def __init__(self, known: Mapping[str, Parameter], day: date) -> None:
        self._known = known
        self.day = day

    def value(self, code: str) -> DatedValue | None:
        parameter = self._known.get(code)
        return parameter.on(self.day) if parameter else None

    def number(self, code: str) -> Decimal | None:
        value = self.value(code)
        return value.number if value else None


def overlaid(own: Sequence[Parameter]) -> dict[str, Parameter]:
    """The shipped parameters, with the municipality's own in place of those it has set."""
    return {**SHIPPED, **{parameter.code: parameter for parameter in own if parameter.code in NAMES}}

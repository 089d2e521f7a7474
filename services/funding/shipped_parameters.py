"""What parameters of the procedure begin with: the decree's thresholds, and durations nobody here has confirmed yet."""

from __future__ import annotations

from decimal import Decimal

from contracts.values import PartialDate
from services.funding.parameters import DatedValue, Parameter, new_parameter

_DECREE = (
    "Uredba o enotni metodologiji za pripravo in obravnavo investicijske dokumentacije na področju javnih financ, "
    "Uradni list RS, št. 60/06, 54/10 in 27/16, 4. člen"
)
_ESTIMATE = "a starting value; nobody here has confirmed it yet"
_DAYS = {
    "diip_days": 15,
    "piz_days": 20,
    "ip_days": 30,
    "design_procurement_days": 20,
    "design_days": 40,
    "partner_letters_days": 10,
    "own_share_days": 5,
    "application_form_days": 10,
    "signature_days": 2,
    "submission_days": 1,
    "tight_margin_days": 5,
    "land_days": 60,
    "building_permit_days": 60,
    "council_papers_days": 14,
    "procurement_days": 60,
}


def _shipped(code: str, number: int, since: str, source: str) -> Parameter:
    value = DatedValue(
        value_id=f"{code}-shipped",
        number=Decimal(number),
        valid_from=PartialDate(value=since),
        source=source,
        confirmed=False,
    )
    return new_parameter(code, "").model_copy(update={"values": [value]})


SHIPPED: dict[str, Parameter] = {
    parameter.code: parameter
    for parameter in (
        _shipped("ip_threshold", 500_000, "2010-07-24", _DECREE),
        _shipped("piz_threshold", 2_500_000, "2010-07-24", _DECREE),
        *(_shipped(code, days, "2025-01-01", _ESTIMATE) for code, days in _DAYS.items()),
    )
}


def starting(code: str, scope: str) -> Parameter:
    """The parameter before anybody recorded a value of it."""
    return SHIPPED.get(code) or new_parameter(code, scope)

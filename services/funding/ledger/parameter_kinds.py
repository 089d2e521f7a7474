"""The figures that formulas of this service read, with their units. Their values are recorded, never written here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from contracts.values import LocalText

Unit = Literal["number", "share", "euros", "days", "months", "years", "bands"]


@dataclass(frozen=True, slots=True)
class Kind:
    """One figure: its unit, what its scope names (empty when it is one figure for all), and what it is for."""

    code: str
    unit: Unit
    scope: Literal["", "municipality", "legal basis"]
    title: LocalText


def _kind(code: str, unit: Unit, sl: str, en: str, scope: Literal["", "municipality", "legal basis"] = "") -> Kind:
    return Kind(code, unit, scope, LocalText(sl=sl, en=en))


KINDS = {
    kind.code: kind
    for kind in (
        _kind(
            "development_coefficient",
            "number",
            "Koeficient razvitosti občine (ZFO-1, 4. člen)",
            "Development coefficient of the municipality (ZFO-1, article 4)",
            "municipality",
        ),
        _kind(
            "state_share_bands",
            "bands",
            "Delež državnega sofinanciranja po koeficientu (ZFO-1, 24.a člen)",
            "State co-financing share by coefficient (ZFO-1, article 24.a)",
        ),
        _kind("aid_ceiling", "euros", "Najvišji znesek pomoči", "Aid ceiling", "legal basis"),
        _kind(
            "aid_window_years",
            "years",
            "Obdobje, v katerem se pomoči seštevajo (0: vse)",
            "Years over which aid is added up (0: all)",
            "legal basis",
        ),
        _kind(
            "nrp_mayor_may_raise",
            "share",
            "Delež, do katerega sme župan povečati projekt v NRP",
            "How far the mayor may raise a project of the NRP",
        ),
        _kind("claim_every_months", "months", "Meseci med zahtevki za izplačilo", "Months between payment claims"),
        _kind("claim_to_payment_days", "days", "Dnevi od zahtevka do plačila", "Days from a claim to its payment"),
        _kind("report_every_months", "months", "Meseci med poročili o napredku", "Months between progress reports"),
        _kind(
            "report_days_after_period",
            "days",
            "Dnevi po koncu obdobja za oddajo poročila",
            "Days after a period to hand in its report",
        ),
        _kind(
            "final_report_days", "days", "Dnevi po koncu za končno poročilo", "Days after the end for the final report"
        ),
        _kind(
            "indicator_every_months",
            "months",
            "Meseci med meritvami kazalnikov po koncu",
            "Months between indicator measurements after the end",
        ),
        _kind("durability_years", "years", "Leta trajnosti po koncu", "Years of durability after the end"),
        _kind("signage_days", "days", "Dnevi do označbe po pogodbi", "Days to put up the signs after the contract"),
        _kind("retention_years", "years", "Leta hrambe dokumentov po koncu", "Years to keep documents after the end"),
    )
}

"""The figures that formulas of this service read, with their units. Their values are recorded, never written here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from contracts.values import LocalText

Unit = Literal["number", "share", "euros", "euros_with_vat", "days", "working_days", "months", "years", "bands"]
Area = Literal["money", "procedure"]
COUNTED = {"days", "working_days", "months", "years"}


@dataclass(frozen=True, slots=True)
class Kind:
    """One figure: its unit, what its scope names (empty when it is one figure for all), and what it is for.

    Those of the procedure say how plans are made back from a deadline; they begin with values nobody has confirmed.
    """

    code: str
    unit: Unit
    scope: Literal["", "municipality", "legal basis"]
    title: LocalText
    area: Area = "money"


def _kind(code: str, unit: Unit, sl: str, en: str, scope: Literal["", "municipality", "legal basis"] = "") -> Kind:
    return Kind(code, unit, scope, LocalText(sl=sl, en=en))


def _step(code: str, sl: str, en: str, unit: Unit = "working_days") -> Kind:
    return Kind(code, unit, "", LocalText(sl=sl, en=en), "procedure")


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
        _step(
            "ip_threshold",
            "Investicijski program je obvezen nad",
            "An investment programme (IP) is required above",
            "euros_with_vat",
        ),
        _step(
            "piz_threshold",
            "Predinvesticijska zasnova je obvezna nad",
            "A pre-investment study (PIZ) is required above",
            "euros_with_vat",
        ),
        _step("diip_days", "Priprava DIIP", "Drawing up the DIIP"),
        _step("piz_days", "Priprava PIZ", "Drawing up the PIZ"),
        _step("ip_days", "Priprava IP", "Drawing up the IP"),
        _step("land_days", "Pridobitev pravice na zemljišču", "Securing the right to the land", "days"),
        _step("design_procurement_days", "Naročilo projektne dokumentacije", "Procuring the design"),
        _step("design_days", "Izdelava projektne dokumentacije", "Drawing up the design"),
        _step("building_permit_days", "Gradbeno dovoljenje", "Building permit", "days"),
        _step("partner_letters_days", "Izjave partnerjev", "Letters of the partners"),
        _step("own_share_days", "Lastni delež v proračunu in NRP", "Own share in the budget and the NRP"),
        _step("council_papers_days", "Gradivo pred sejo občinskega sveta", "Papers before a council meeting", "days"),
        _step("procurement_days", "Javno naročilo pred prijavo", "Procurement before applying", "days"),
        _step("application_form_days", "Prijavni obrazec in priloge", "Application form and annexes"),
        _step("signature_days", "Podpis župana", "Signature of the mayor"),
        _step("submission_days", "Oddaja vloge", "Submission"),
        _step("tight_margin_days", "Rezerva, pod katero je tesno", "Margin below which it is tight"),
    )
}

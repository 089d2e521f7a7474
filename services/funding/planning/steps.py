"""The steps of the municipality's procedure before an application, in an order in which each follows what it needs."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.values import LocalText


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `when` names the condition under which it is needed, `duration` the parameter that says how long.

    A step with `sitting` takes no time of its own but has to fall on a meeting of the council.
    """

    code: str
    title: LocalText
    role: str
    requires: tuple[str, ...]
    when: str
    sitting: bool = False

    @property
    def duration(self) -> str:
        return f"{self.code}_days"


def _step(code: str, sl: str, en: str, role: str, requires: str, when: str, *, sitting: bool = False) -> Step:
    return Step(code, LocalText(sl=sl, en=en), role, tuple(requires.split()), when, sitting)


STEPS: tuple[Step, ...] = (
    _step("land", "Pravica na zemljišču ali stavbi", "Right to the land or building", "property", "", "land"),
    _step(
        "design_procurement",
        "Naročilo projektne dokumentacije",
        "Procurement of the design",
        "technical",
        "",
        "building_permit",
    ),
    _step("design", "Projektna dokumentacija", "Design", "technical", "design_procurement", "building_permit"),
    _step("building_permit", "Gradbeno dovoljenje", "Building permit", "technical", "land design", "building_permit"),
    _step("diip", "DIIP", "DIIP (project identification)", "investment", "", "diip"),
    _step("piz", "PIZ", "PIZ (pre-investment study)", "investment", "diip", "piz"),
    _step("ip", "Investicijski program", "IP (investment programme)", "investment", "diip piz", "ip"),
    _step(
        "own_share",
        "Lastni delež v proračunu in NRP",
        "Own share in the budget and the NRP",
        "finance",
        "diip",
        "always",
    ),
    _step(
        "council_papers",
        "Gradivo za občinski svet",
        "Papers for the council",
        "lead",
        "diip piz ip own_share",
        "council",
    ),
    _step(
        "council_decision",
        "Sklep občinskega sveta",
        "Decision of the council",
        "council",
        "council_papers",
        "council",
        sitting=True,
    ),
    _step("partner_letters", "Izjave partnerjev", "Letters of the partners", "lead", "", "partners"),
    _step("procurement", "Javno naročilo", "Procurement", "procurement", "diip ip", "procurement"),
    _step(
        "application_form",
        "Prijavni obrazec in priloge",
        "Application form and annexes",
        "lead",
        "diip piz ip",
        "always",
    ),
    _step(
        "signature",
        "Podpis župana",
        "Signature of the mayor",
        "signatory",
        "land building_permit own_share council_decision partner_letters procurement application_form",
        "always",
    ),
    _step("submission", "Oddaja vloge", "Submission", "lead", "signature", "always"),
)

BY_CODE = {step.code: step for step in STEPS}
FOLLOWERS: dict[str, tuple[str, ...]] = {
    step.code: tuple(other.code for other in STEPS if step.code in other.requires) for step in STEPS
}

ROLES: dict[str, LocalText] = {
    "lead": LocalText(sl="nosilec vloge", en="lead"),
    "finance": LocalText(sl="finance", en="finance"),
    "investment": LocalText(sl="investicijska dokumentacija", en="investment documents"),
    "technical": LocalText(sl="tehnična priprava", en="technical preparation"),
    "property": LocalText(sl="premoženje", en="property"),
    "procurement": LocalText(sl="javna naročila", en="procurement"),
    "council": LocalText(sl="služba občinskega sveta", en="council office"),
    "signatory": LocalText(sl="podpisnik", en="signatory"),
}

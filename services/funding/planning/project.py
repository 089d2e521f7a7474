"""What is planned, as far as it decides which steps the procedure takes. None means that nobody has said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import ConfigDict, Field

from contracts.values import LocalText, Money, Value
from services.funding import spoken
from services.funding.planning.parameters import OnDay


class Project(Value):
    """Facts about what the application is for. `value` is that of the whole investment."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    investment: bool | None = Field(default=None, description="Something is built, renovated or bought to last.")
    value: Money | None = None
    building_permit: bool | None = None
    land: bool | None = Field(default=None, description="A right to land or a building has yet to be secured.")
    partners: bool | None = None
    procurement: bool | None = Field(default=None, description="A procurement must be finished before applying.")
    council: bool | None = Field(default=None, description="The council has to decide before applying.")


@dataclass(frozen=True, slots=True)
class Needs:
    """Which conditional steps are needed: True, False, or None where nobody can say; and why nobody can."""

    by_condition: Mapping[str, bool | None]
    unknowns: tuple[LocalText, ...]


_QUESTIONS = {
    "investment": LocalText(
        sl="Nihče ni povedal, ali gre za investicijo (gradnja, prenova, oprema).",
        en="Nobody has said whether this is an investment (building, renovation, equipment).",
    ),
    "building_permit": LocalText(
        sl="Nihče ni povedal, ali je potrebno gradbeno dovoljenje.",
        en="Nobody has said whether a building permit is needed.",
    ),
    "land": LocalText(
        sl="Nihče ni povedal, ali je treba pridobiti pravico na zemljišču ali stavbi.",
        en="Nobody has said whether a right to land or a building has to be secured.",
    ),
    "partners": LocalText(
        sl="Nihče ni povedal, ali sodelujejo partnerji.", en="Nobody has said whether there are partners."
    ),
    "procurement": LocalText(
        sl="Nihče ni povedal, ali mora biti javno naročilo končano pred prijavo.",
        en="Nobody has said whether a procurement must be finished before applying.",
    ),
    "council": LocalText(
        sl="Nihče ni povedal, ali mora pred prijavo odločiti občinski svet.",
        en="Nobody has said whether the council has to decide before applying.",
    ),
}


def needs_of(project: Project, parameters: OnDay) -> Needs:
    """Which steps the project takes.

    A co-financed investment needs a DIIP whatever it costs; a PIZ and an IP from the decree's thresholds on, which
    count VAT in (decree on investment documentation, Uradni list RS 60/06 and changes, article 4).
    """
    answers: dict[str, bool | None] = {
        "always": True,
        "building_permit": project.building_permit,
        "land": project.land,
        "partners": project.partners,
        "procurement": project.procurement,
        "council": project.council,
        "diip": project.investment,
    }
    unknowns = [words for name, words in _QUESTIONS.items() if getattr(project, name) is None]
    for document in ("piz", "ip"):
        required, why = _above(project, parameters, document)
        answers[document] = required
        if why is not None and why not in unknowns:
            unknowns.append(why)
    if project.investment and project.value is not None and project.value.vat == "unknown":
        unknowns.append(
            LocalText(
                sl="Ni znano, ali je DDV vštet v vrednost; mejne vrednosti ga vštevajo.",
                en="It is not known whether the value holds VAT; the thresholds count it in.",
            )
        )
    return Needs(answers, tuple(unknowns))


def _above(project: Project, parameters: OnDay, document: str) -> tuple[bool | None, LocalText | None]:
    """Whether a document is required for what the project costs; None with the reason where it cannot be said."""
    if not project.investment:
        return project.investment, None
    if project.value is None:
        return None, LocalText(
            sl="Vrednost investicije ni znana, zato ni mogoče reči, ali sta potrebna PIZ in IP.",
            en="The value of the investment is not known, so nobody can say whether a PIZ and an IP are needed.",
        )
    if project.value.currency != "EUR" or project.value.vat == "excluded":
        return None, LocalText(
            sl="Mejne vrednosti veljajo v evrih z DDV; vpišite vrednost z DDV.",
            en="The thresholds are in euros with VAT; enter the value with VAT.",
        )
    threshold = parameters.number(f"{document}_threshold")
    if threshold is None:
        day = spoken.day(parameters.day)
        return None, LocalText(
            sl=f"Mejna vrednost za {document.upper()} na dan {day.sl} ni vpisana.",
            en=f"No threshold for the {document.upper()} is on record for {day.en}.",
        )
    return project.value.amount > threshold, None

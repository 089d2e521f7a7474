"""How long a municipality's own procedure takes: before a call's deadline, and from there to a finished activity.

The days are planning values, not law: an application of three weeks; investment papers where the cost asks for them
(the thresholds of the decree on investment documentation in public finance: DIIP from EUR 300,000, an investment
programme from 500,000); the council's consent to an own share; a decision on the application within four months; a
public tender where the cost asks for one (EUR 40,000, without VAT, for goods and services).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from contracts.values import LocalText, Money


@dataclass(frozen=True, slots=True)
class Step:
    """One step, in days and words."""

    days: int
    words: LocalText


@dataclass(frozen=True, slots=True)
class Procedure:
    """The steps of one activity: those before the deadline, and those after it."""

    before: tuple[Step, ...]
    after: tuple[Step, ...]

    @property
    def to_deadline(self) -> timedelta:
        return timedelta(days=sum(step.days for step in self.before))

    @property
    def from_deadline(self) -> timedelta:
        return timedelta(days=sum(step.days for step in self.after))


def _step(days: int, sl: str, en: str) -> Step:
    return Step(days, LocalText(sl=sl, en=en))


_PAPERS = _step(30, "DIIP", "investment identification (DIIP)")
_PROGRAMME = _step(30, "investicijski program", "investment programme")
_COUNCIL = _step(35, "sklep občinskega sveta", "the council's decision")
_APPLICATION = _step(21, "priprava vloge", "the application")
_DECISION = _step(120, "odločitev o vlogi", "the funder's decision")
_TENDER = _step(75, "javno naročilo", "a public tender")
_WORKS = _step(300, "gradnja", "building works")
_DOING = _step(60, "izvedba", "carrying it out")
_FROM_DIIP, _FROM_PROGRAMME, _FROM_TENDER, _FROM_COUNCIL = map(Decimal, (300_000, 500_000, 40_000, 20_000))


def procedure_for(cost: Money | None, *, building: bool) -> Procedure:
    """The steps for an activity of that open cost; what is not known adds none."""
    amount = cost.amount if cost is not None and cost.currency == "EUR" else Decimal(0)
    before = [step for least, step in ((_FROM_DIIP, _PAPERS), (_FROM_PROGRAMME, _PROGRAMME)) if amount >= least]
    if amount >= _FROM_COUNCIL:
        before.append(_COUNCIL)
    works = building and amount >= _FROM_DIIP
    after = [_DECISION, *([_TENDER] if amount >= _FROM_TENDER else []), _WORKS if works else _DOING]
    # The application is written while the council's session is awaited.
    return Procedure(tuple(before) or (_APPLICATION,), tuple(after))


PREPARATIONS = tuple(
    sorted(
        {
            procedure_for(Money(amount=least), building=False).to_deadline
            for least in (Decimal(0), _FROM_COUNCIL, _FROM_DIIP, _FROM_PROGRAMME)
        }
    )
)
"""Every length the preparation may have: on these days before a deadline a fit begins to be short of time."""


def in_words(steps: tuple[Step, ...]) -> LocalText:
    """`DIIP 30 dni, sklep občinskega sveta 35 dni`"""
    return LocalText(
        sl=", ".join(f"{step.words.sl} {step.days} dni" for step in steps),
        en=", ".join(f"{step.words.en} {step.days} days" for step in steps),
    )

"""Which obligations a contract brings, by the dated rules that hold on the day it is signed.

A rule that is not recorded for that day makes no obligation: what is lacking is told instead. A date that counts
from the contract's end stays unknown until the end is known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from contracts.values import LocalText, Money, PartialDate
from services.funding.ledger.months import Month, days_later, month_of, months_later
from services.funding.ledger.totals import slovene
from services.funding.obligations.awards import Award, Lacking
from services.funding.obligations.obligations import Obligation, RuleUsed
from services.funding.parameter_kinds import KINDS
from services.funding.parameters import Parameters

MOST_OF_A_KIND = 60


@dataclass(frozen=True, slots=True)
class Calendar:
    """What a contract asks for, and which kinds could not be set."""

    obligations: list[Obligation]
    lacking: list[Lacking]


def calendar_of(award: Award, parameters: Parameters, theirs: Mapping[Month, Decimal] | None = None) -> Calendar:
    """Every obligation of `award`. `theirs` is the funders' part of the payments by month; it fills the claims."""
    drafting = _Drafting(award, parameters)
    drafted = [
        *drafting.once("signage", "signage_days", award.signed_on),
        *drafting.repeated("progress_report", "report_every_months", then="report_days_after_period"),
        *drafting.repeated("claim", "claim_every_months"),
        *drafting.once("final_report", "final_report_days", award.ends_on),
        *drafting.after_the_end("indicators", "indicator_every_months", "durability_years"),
        *drafting.once("durability", "durability_years", award.ends_on),
        *drafting.once("retention", "retention_years", award.ends_on),
    ]
    asked = _with_amounts(drafted, theirs)
    empty = [each for each in asked if each.kind == "claim" and each.amount is not None and not each.amount.amount]
    kept = [each for each in asked if each not in empty]
    return Calendar(kept, [*drafting.lacking, *_unclaimed(drafted, theirs), *_nothing_to_claim(empty)])


@dataclass(frozen=True, slots=True)
class _Rule:
    """One dated rule as it holds on the day of the contract."""

    code: str
    number: int
    source: str

    @property
    def unit(self) -> str:
        return KINDS[self.code].unit

    def after(self, start: PartialDate | None) -> PartialDate | None:
        """The date so long after `start`, counted from its last day and as precise as it is; None without a start."""
        if start is None:
            return None
        months = self.number * {"months": 1, "years": 12}.get(self.unit, 0)
        days = self.number if self.unit == "days" else 0
        return as_precise_as(start, days_later(months_later(start.last_day(), months), days))


def as_precise_as(known: PartialDate, day: date) -> PartialDate:
    """`day` told no more precisely than `known` is."""
    return PartialDate(value=day.isoformat()[: len(known.value)])


class _Drafting:
    """Drafts kind after kind, and gathers what is lacking."""

    def __init__(self, award: Award, parameters: Parameters) -> None:
        self._award = award
        self._parameters = parameters
        self._day = award.signed_on.first_day()
        self.lacking: list[Lacking] = []

    def once(self, kind: str, code: str, start: PartialDate | None) -> Iterator[Obligation]:
        if rule := self._rule(kind, code):
            yield self._draft(kind, 1, rule.after(start), rule, start)

    def repeated(self, kind: str, code: str, then: str | None = None) -> Iterator[Obligation]:
        """At the end of every period from the contract to its end; the last period may be shorter.

        `then` is the rule for the days between the end of a period and the due date.
        """
        rule, delay = self._rule(kind, code), self._rule(kind, then) if then else None
        if rule is None or (then and delay is None):
            return
        signed, ends = self._award.signed_on, self._award.ends_on
        if ends is None or rule.number < 1:
            yield self._draft(kind, 1, None, rule, None)
            return
        for number in range(1, MOST_OF_A_KIND + 1):
            closed = min(days_later(months_later(signed.first_day(), number * rule.number), -1), ends.last_day())
            due = PartialDate(value=closed.isoformat())
            yield self._draft(kind, number, delay.after(due) if delay else due, rule, signed)
            if closed >= ends.last_day():
                return

    def after_the_end(self, kind: str, code: str, years_code: str) -> Iterator[Obligation]:
        """Again and again through the years of durability."""
        rule, years, ends = self._rule(kind, code), self._rule(kind, years_code), self._award.ends_on
        if rule is None or years is None:
            return
        if ends is None or rule.number < 1:
            yield self._draft(kind, 1, None, rule, None)
            return
        for number in range(1, min(12 * years.number // rule.number, MOST_OF_A_KIND) + 1):
            due = months_later(ends.last_day(), number * rule.number)
            yield self._draft(kind, number, as_precise_as(ends, due), rule, ends)

    def _rule(self, kind: str, code: str) -> _Rule | None:
        found = self._parameters.find(code, self._day)
        if found is not None and found.number is not None:
            return _Rule(code, int(found.number), found.source)
        title, day = KINDS[code].title, self._day.isoformat()
        lacking = Lacking(
            kind=kind,
            text=LocalText(sl=f"{title.sl}: za {day} ni vrednosti.", en=f"{title.en}: no value for {day}."),
        )
        if lacking.text not in [each.text for each in self.lacking]:
            self.lacking.append(lacking)
        return None

    def _draft(
        self, kind: str, number: int, due: PartialDate | None, rule: _Rule, counts_from: PartialDate | None
    ) -> Obligation:
        return Obligation(
            obligation_id=f"{self._award.award_id}-{kind}-{number:02}",
            award_id=self._award.award_id,
            application_id=self._award.application_id,
            kind=kind,
            title=_title(kind, number),
            due=due,
            owner=self._award.owner,
            rule=RuleUsed(
                code=rule.code, number=rule.number, unit=rule.unit, source=rule.source, counts_from=counts_from
            ),
        )


_TITLES = {
    "signage": ("Označitev projekta in logotipi", "Signs and logos of the project"),
    "progress_report": ("Poročilo o napredku {n}", "Progress report {n}"),
    "claim": ("Zahtevek za izplačilo {n}", "Payment claim {n}"),
    "final_report": ("Končno poročilo", "Final report"),
    "indicators": ("Poročilo o kazalnikih po koncu {n}", "Indicators after the end {n}"),
    "durability": (
        "Konec trajnosti: do takrat ostaneta namembnost in lastništvo enaka",
        "End of durability: until then use and ownership stay as they are",
    ),
    "retention": ("Do takrat je treba hraniti dokumentacijo", "Until then the documents have to be kept"),
}


def _title(kind: str, number: int) -> LocalText:
    sl, en = _TITLES[kind]
    return LocalText(sl=sl.format(n=number), en=en.format(n=number))


def _with_amounts(drafted: list[Obligation], theirs: Mapping[Month, Decimal] | None) -> list[Obligation]:
    """Claims with what they may ask for: the funders' part of what was paid since the claim before.

    What is paid after the last claim is asked for by none. Without payments by month, amounts stay unknown.
    """
    if not theirs:
        return drafted
    amounted, before = [], Month(1, 1)
    for each in drafted:
        if each.kind != "claim" or each.due is None:
            amounted.append(each)
            continue
        until = month_of(each.due.last_day())
        paid = sum((part for month, part in theirs.items() if before < month <= until), Decimal("0.00"))
        amounted.append(each.model_copy(update={"amount": Money(amount=paid)}))
        before = until
    return amounted


def _nothing_to_claim(empty: list[Obligation]) -> list[Lacking]:
    """Says for which periods no claim is drafted, because nothing is paid in them."""
    days = ", ".join(each.due.value for each in empty if each.due)
    text = LocalText(
        sl=f"Za obdobja do {days} ni zahtevka, ker v njih po financiranju ni plačil.",
        en=f"For the periods until {days} there is no claim, as nothing is paid in them by the financing.",
    )
    return [Lacking(kind="claim", text=text)] if empty else []


def _unclaimed(drafted: list[Obligation], theirs: Mapping[Month, Decimal] | None) -> list[Lacking]:
    """Says what the funders would pay of costs that fall after the last claim."""
    last = max((each.due.last_day() for each in drafted if each.kind == "claim" and each.due), default=None)
    if not theirs or last is None:
        return []
    late = sum((part for month, part in theirs.items() if month > month_of(last)), Decimal("0.00"))
    text = LocalText(
        sl=f"Po zadnjem zahtevku ({last.isoformat()}) je plačanih še {slovene(late)} EUR, ki jih ne uveljavlja noben.",
        en=f"{late} EUR is paid after the last claim ({last.isoformat()}), and no claim asks for it.",
    )
    return [Lacking(kind="claim", text=text)] if late else []

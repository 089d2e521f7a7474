"""What is gathered for one call while its source is read: values, the words behind them, and what stayed unread."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from contracts.values import Money, PartialDate
from services.funding.applicants import applicants_in
from services.funding.sources.amounts import UnreadableAmount, is_rough, read_amount, read_amounts, read_span
from services.funding.sources.dates import UnreadableDate, read_date, read_periods, until_funds_run_out
from services.funding.sources.parsed_call import Basis, Deadline, Grounds, Unread
from services.funding.sources.rates import read_rate
from services.funding.sources.sentences import sentences
from services.funding.territory import territory_in

_KEPT_WORDS = 200
_VAT = re.compile(r"\bDDV\b.{0,40}?\b(?P<no>ni|ne)?\s*(?:je\s+)?(?:tudi\s+)?upravičen", re.IGNORECASE)
_UNDER_CONDITIONS = re.compile(r"\b(?:če|razen|pod pogojem|kadar|v primeru|le|samo)\b", re.IGNORECASE)
_PERCENT = re.compile(r"(?P<percent>\d{1,3}(?:,\d{1,2})?)\s*(?:%|odstotkov)")


@dataclass(slots=True)
class Facts:
    """Fields of a parsed call, each with its grounds. Every `read_*` keeps the source's words where it fails."""

    values: dict[str, Any] = field(default_factory=dict)
    grounds: dict[str, Grounds] = field(default_factory=dict)
    unread: list[Unread] = field(default_factory=list)

    def state(self, name: str, value: Any, evidence: str | None = None, *, basis: Basis = "stated") -> None:
        """Set a field that has a value; nothing is set for None, an empty text or an empty list."""
        if value in (None, "", []):
            return
        self.values[name] = value
        if evidence or basis != "stated":
            self.grounds[name] = Grounds(basis=basis, evidence=evidence)

    def explain(self, names: Sequence[str], words: str) -> None:
        """Say which words of running text the values of these fields rest on."""
        read = Grounds(basis="read_from_text", evidence=words)
        self.grounds |= {name: read for name in names if self.values.get(name)}

    def take(self, other: Facts) -> None:
        """Everything another part of the source said, over what is gathered so far."""
        self.values |= other.values
        self.grounds |= other.grounds
        self.unread += other.unread

    def doubt(self, name: str, phrase: str, reason: str) -> None:
        self.unread.append(Unread(field=name, phrase=phrase[:_KEPT_WORDS], reason=reason))

    def read_opens(self, phrase: str) -> None:
        """The day a call opens or was published."""
        if not phrase:
            return
        try:
            self.state("opens", PartialDate(value=read_date(phrase).day.isoformat(), phrase=phrase))
        except UnreadableDate as error:
            self.doubt("opens", phrase, str(error))

    def read_deadlines(self, phrases: str | Sequence[str]) -> None:
        """Every date to apply by; of a period its end, and its start as the day the call opens."""
        given = [phrases] if isinstance(phrases, str) else list(phrases)
        phrase = "; ".join(each for each in given if each)
        endless = until_funds_run_out(phrase)
        self.values |= {"deadline_phrase": phrase or None, "until_funds_run_out": endless}
        try:
            periods = [period for each in given for period in read_periods(each)]
            ends = [period.end for period in periods if period.end]
            kind = "single" if len(ends) < 2 else "cut_off"
            deadlines = [
                Deadline(at=end.instant(), kind=kind, hour_stated=end.hour is not None, phrase=end.phrase)
                for end in ends
            ]
        except UnreadableDate as error:
            self.doubt("deadlines", phrase, str(error))
            return
        self.values["deadlines"] = sorted(deadlines, key=lambda deadline: deadline.at)
        starts = sorted((period.start for period in periods if period.start), key=lambda start: start.day)
        if starts:
            opens = PartialDate(value=starts[0].day.isoformat(), phrase=starts[0].phrase)
            self.state("opens", opens, starts[0].phrase, basis="read_from_text")
        if phrase and not periods and not endless:
            reason = "neither a date such as '13. 11. 2025 (14:00)' nor 'do porabe sredstev'"
            self.doubt("deadlines", phrase, reason)

    def read_ending(self, prose: str) -> None:
        """The sentence of a longer text by which a call is open until its money is spent."""
        for sentence in sentences(prose):
            if until_funds_run_out(sentence):
                self.state("until_funds_run_out", True, sentence, basis="read_from_text")
                self.values["deadline_phrase"] = sentence
                return

    def read_money(self, name: str, phrase: str) -> Money | None:
        """The one amount of a phrase that speaks of nothing else."""
        if not phrase:
            return None
        try:
            amount = read_amount(phrase)
        except UnreadableAmount as error:
            self.doubt(name, phrase, str(error))
            return None
        if is_rough(phrase, amount):
            self.doubt(name, phrase, f"'{amount.phrase}' is given as a rough figure")
            return None
        self.state(name, amount, amount.phrase)
        return amount

    def read_budget(self, prose: str) -> None:
        """The money of the whole call: the first amount of a section that is headed as this."""
        try:
            amounts = read_amounts(prose)
        except UnreadableAmount as error:
            self.doubt("budget", prose, str(error))
            return
        if amounts:
            first = amounts[0].phrase
            words = first if len(amounts) == 1 else f"{first} (the first of {len(amounts)} amounts)"
            self.state("budget", amounts[0], words, basis="read_from_text")

    def read_grant(self, prose: str) -> None:
        """The least and the most one applicant may get, and the share the funder pays."""
        try:
            span = read_span(prose)
            for name, bound in (("min_amount", span.least), ("max_amount", span.most)):
                if bound is not None:
                    self.state(name, bound, bound.phrase, basis="read_from_text")
        except UnreadableAmount as error:
            self.doubt("max_amount", prose, str(error))
        if stated := read_rate(prose):
            self.state("co_financing_rate", stated.rate, stated.phrase, basis="read_from_text")

    def read_vat(self, prose: str) -> None:
        """Whether VAT is paid for: 'DDV ni upravičen strošek', 'DDV je upravičen', 'DDV je upravičen le, če ...'."""
        for sentence in sentences(prose):
            if stated := _VAT.search(sentence):
                paid = "no" if stated["no"] else "conditional" if _UNDER_CONDITIONS.search(sentence) else "yes"
                self.state("vat_eligible", paid, sentence, basis="read_from_text")
                return

    def read_advance(self, prose: str) -> None:
        """The share of the grant paid before costs are shown: 'predplačilo do 30 %'. Of several none is taken."""
        shares = {match[0]: Decimal(match["percent"].replace(",", ".")) / 100 for match in _PERCENT.finditer(prose)}
        if len(shares) == 1 and all(0 < share <= 1 for share in shares.values()):
            self.state("advance_rate", shares.popitem()[1], prose[:_KEPT_WORDS], basis="read_from_text")

    def read_applicants(self, prose: str) -> None:
        """The kinds of applicants a text names that we know."""
        if not prose:
            return
        found = applicants_in(prose)
        if not found:
            self.doubt("eligible_applicants", prose, "no kind of applicant we know is named")
            return
        words = ", ".join(sorted(set(found.values())))
        self.state("eligible_applicants", sorted(found), words, basis="read_from_text")

    def read_territory(self, prose: str) -> None:
        if named := territory_in(prose):
            self.state("territory", named[0], named[1], basis="read_from_text")

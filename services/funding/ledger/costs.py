"""One thing to be paid, with its VAT, and who claims it: no cost may be claimed beyond what it is."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal

from pydantic import BaseModel, Field

from contracts.registry import Event
from contracts.values import Money, PartialDate, Value
from services.funding.ledger.refusal import Contradicted, Refused
from services.funding.ledger.totals import CENT

_HALF_A_CENT = CENT / 2


class CostFacts(Value):
    """A cost line. Null is unknown. VAT that the municipality gets back is no cost of the project."""

    name: str = Field(min_length=1, max_length=300)
    activity_id: str | None = None
    net: Money | None = None
    vat_amount: Money | None = Field(default=None, description="VAT on `net`; zero where there is none.")
    vat_recoverable: bool | None = None
    paid: PartialDate | None = Field(default=None, description="When it is to be paid, as precisely as known.")

    @property
    def eligible(self) -> Money | None:
        """What a funder may be asked to share in: net, and VAT unless it comes back. None while a part is unknown."""
        if self.net is None or self.vat_recoverable is None:
            return None
        if self.vat_recoverable:
            return Money(amount=self.net.amount, currency=self.net.currency, vat="excluded")
        if self.vat_amount is None:
            return None
        total = self.net.amount + self.vat_amount.amount
        return Money(amount=total, currency=self.net.currency, vat="included")

    @property
    def known_part(self) -> Money | None:
        """What is certain of the eligible cost even while its VAT is not known."""
        return self.eligible or self.net


class Claim(Value):
    """What the funders of one financing are asked to pay of a cost."""

    financing_id: str
    title: str
    share: Decimal | None = Field(default=None, description="0 to 1; null when not known.")
    amount: Money | None = None


class Cost(BaseModel):
    """A cost line as stored, shared by all financings that claim it."""

    cost_id: str
    facts: CostFacts
    claims: list[Claim] = []
    version: int = 0
    events: list[Event] = Field(default=[], exclude=True)

    def state(self, facts: CostFacts, financing_id: str, field: str) -> Cost:
        """With other facts. Refused while another financing relies on the ones that stand."""
        if facts == self.facts:
            return self
        other = next((claim for claim in self.claims if claim.financing_id != financing_id), None)
        if other is not None:
            raise Contradicted.at(
                field,
                f"“{self.facts.name}” is stated otherwise here than in “{other.title}”, which claims it, too",
                "state it alike in both, or give it an own cost line if it is another thing",
                f"Strošek »{self.facts.name}« je v »{other.title}« naveden drugače. Navedite ga enako.",
            )
        return self.model_copy(update={"facts": facts})

    def claim(self, financing_id: str, title: str, share: Decimal | None, field: str) -> Cost:
        """Claimed by the funders of a financing for `share` of it.

        Raises Contradicted naming the other claim when together they ask for more than 100 %, or when nobody can
        tell because an amount is unknown.
        """
        others = [claim for claim in self.claims if claim.financing_id != financing_id]
        new = Claim(financing_id=financing_id, title=title, share=share, amount=self._part(share))
        if others and (share is None or share > 0):
            self._hold([*others, new], others, field)
        return self.model_copy(update={"claims": [*others, new]})

    def release(self, financing_id: str) -> Cost:
        return self.model_copy(update={"claims": [each for each in self.claims if each.financing_id != financing_id]})

    def _part(self, share: Decimal | None) -> Money | None:
        cost = self.facts.eligible
        if cost is None or share is None:
            return None
        return Money(amount=(cost.amount * share).quantize(CENT, rounding=ROUND_DOWN), currency=cost.currency)

    def _hold(self, claims: list[Claim], others: list[Claim], field: str) -> None:
        named = ", ".join(f"“{each.title}”{_at(each)}" for each in others)
        shares = [each.share for each in claims if each.share is not None]
        if len(shares) < len(claims):
            raise Contradicted.at(
                field,
                f"“{self.facts.name}” is also claimed by {named}, and one of the shares is not known",
                "state all amounts, so that one can tell that nothing is paid twice",
                f"Strošek »{self.facts.name}« uveljavlja tudi {_titles(others)}, eden od deležev pa ni znan.",
            )
        # Shares that come from amounts may not add up to the last digit: half a cent is no double funding.
        slack = _HALF_A_CENT / self.facts.eligible.amount if self.facts.eligible and self.facts.eligible.amount else 0
        if (whole := sum(shares, Decimal(0))) > 1 + slack:
            raise Contradicted.at(
                field,
                f"“{self.facts.name}” would be claimed for {whole * 100:.2f} % of its cost: {named} claims it already",
                "lower a rate so that all claims together stay within 100 %, or take the cost out of one",
                f"»{self.facts.name}« bi bil plačan dvakrat: uveljavlja ga že {_titles(others)}. Znižajte delež.",
            )


def _titles(claims: list[Claim]) -> str:
    return ", ".join(f"»{each.title}«" for each in claims)


def _at(claim: Claim) -> str:
    return f" ({claim.share * 100:.2f} %)" if claim.share is not None else ""


def check_cost(facts: CostFacts, field: str) -> None:
    """Refuse amounts that cannot be: below zero, or in two currencies."""
    for name, money in (("net", facts.net), ("vat_amount", facts.vat_amount)):
        if money is not None and money.amount < 0:
            raise Refused.at(
                f"{field}.{name}",
                f"{money.amount} is below zero",
                "write an amount of zero or more",
                "Znesek ne sme biti negativen.",
            )
    if facts.net and facts.vat_amount and facts.net.currency != facts.vat_amount.currency:
        raise Refused.at(
            f"{field}.vat_amount",
            f"{facts.vat_amount.currency} beside {facts.net.currency}",
            f"give the VAT in {facts.net.currency}",
        )

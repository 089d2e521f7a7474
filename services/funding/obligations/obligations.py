"""One thing a contract asks of the municipality: by when, who answers for it, and whether it is done."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from contracts.funding import ObligationChangedV1
from contracts.registry import Event
from contracts.values import Code, LocalText, Money, PartialDate, Value
from services.funding.ledger.refusal import Contradicted, Refused
from services.funding.stated_money import NotNegative

State = Literal["open", "done", "waived"]
KINDS = ("claim", "progress_report", "final_report", "indicators", "durability", "signage", "retention", "other")


class RuleUsed(Value):
    """The dated parameter a due date follows from, and the day it counts from."""

    code: Code
    number: int
    unit: str
    source: str
    counts_from: PartialDate | None = None


class ObligationForm(BaseModel):
    """An obligation that the rules do not know of."""

    model_config = ConfigDict(extra="forbid")
    kind: Code = "other"
    title: LocalText
    due: PartialDate | None = None
    owner: str | None = Field(default=None, max_length=200)
    amount: NotNegative | None = None


class EditForm(BaseModel):
    """What a person corrects; what is left out stays."""

    model_config = ConfigDict(extra="forbid")
    due: PartialDate | None = None
    owner: str | None = Field(default=None, min_length=1, max_length=200)
    amount: NotNegative | None = None
    paid_on: PartialDate | None = Field(default=None, description="Of a claim: when the money arrived.")


class ClosingForm(BaseModel):
    """It is done, with evidence; or it does not apply, with a reason."""

    model_config = ConfigDict(extra="forbid")
    state: Literal["done", "waived"]
    on: PartialDate | None = None
    evidence: str = Field(min_length=3, max_length=1000, description="Where the proof is, or why it does not apply.")


class Closing(Value):
    """How an obligation ended."""

    on: PartialDate
    evidence: str
    by: str
    at: AwareDatetime
    outdated: bool = Field(default=False, description="The contract's changed dates no longer ask for it.")


class Obligation(BaseModel):
    """An obligation as stored. `edited` ones keep their date when the contract's dates change."""

    obligation_id: str
    award_id: str
    application_id: str | None = None
    kind: Code
    title: LocalText
    due: PartialDate | None = None
    owner: str | None = None
    amount: Money | None = None
    paid_on: PartialDate | None = None
    rule: RuleUsed | None = None
    state: State = "open"
    closing: Closing | None = None
    edited: bool = False
    version: int = 0
    events: list[Event] = Field(default=[], exclude=True)

    @property
    def asks_nothing(self) -> bool:
        """A claim of nothing: nobody has to send it."""
        return self.kind == "claim" and self.amount is not None and self.amount.amount == 0

    def late(self, today: date) -> bool:
        """Due before `today` and not done. A date known to the month or year is late once it is over."""
        return self.state == "open" and not self.asks_nothing and self.due is not None and self.due.last_day() < today

    def edit(self, form: EditForm) -> Obligation:
        if self.state != "open" and form.model_fields_set - {"paid_on"}:
            raise Contradicted.at(
                "state",
                f"it is {self.state}",
                "reopen it first, or record only when it was paid",
                "Obveznost ni več odprta. Najprej jo znova odprite ali vpišite le dan plačila.",
            )
        if form.amount is not None and form.amount.amount < 0:
            raise Refused.at(
                "amount",
                f"{form.amount.amount} is below zero",
                "write an amount of zero or more",
                "Znesek ne sme biti negativen.",
            )
        update = {name: getattr(form, name) for name in form.model_fields_set}
        return self._changed({**update, "edited": True}) if update else self

    def close(self, form: ClosingForm, today: date, by: str, at: AwareDatetime) -> Obligation:
        if self.state != "open":
            raise Contradicted.at(
                "state",
                f"it is {self.state} already",
                "reopen it first",
                "Obveznost je že zaključena. Znova jo odprite.",
            )
        on = form.on or PartialDate(value=today.isoformat())
        if on.first_day() > today:
            raise Refused.at(
                "on",
                f"{on.value} has not come yet",
                "write the day it was done, or leave it out",
                f"{on.value} še ni bil. Vpišite dan, ko je bilo opravljeno.",
            )
        closing = Closing(on=on, evidence=form.evidence, by=by, at=at)
        return self._changed({"state": form.state, "closing": closing})

    def reopen(self) -> Obligation:
        if self.state == "open":
            raise Contradicted.at("state", "it is open already", "edit it as it is")
        return self._changed({"state": "open", "closing": None})

    def redraft(self, draft: Obligation) -> Obligation:
        """As the contract's changed dates have it, unless a person touched or closed it."""
        back = self.closing is not None and self.closing.outdated
        if self.edited or (self.state != "open" and not back):
            return self
        update = {
            name: getattr(draft, name) for name in ("due", "owner", "amount", "rule", "title", "state", "closing")
        }
        same = all(getattr(self, name) == value for name, value in update.items())
        return self if same else self._changed(update)

    def outdated(self, today: date, at: AwareDatetime, why: str = "the contract's dates changed") -> Obligation:
        """Waived because the contract no longer asks for it; it comes back if it does again."""
        on = PartialDate(value=today.isoformat())
        closing = Closing(on=on, evidence=why, by="the contract", at=at, outdated=True)
        return self._changed({"state": "waived", "closing": closing})

    def told(self) -> Obligation:
        """Saying how it stands."""
        said = ObligationChangedV1.model_validate(self.model_dump(include=set(ObligationChangedV1.model_fields)))
        return self.model_copy(update={"events": [*self.events, said]})

    def _changed(self, update: dict[str, object]) -> Obligation:
        return self.model_copy(update=update).told()

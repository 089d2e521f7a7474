"""What the local group suggests, such as a further source of money. Every suggestion is answered."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, Self, get_args

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, field_validator

from contracts.registry import Event
from contracts.values import Value
from services.funding.strategy.content import SuggestionLine

Outcome = Literal["taken", "known_already", "later", "declined"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)


class SuggestionForm(BaseModel):
    """What somebody suggests: in words, with an address if there is one."""

    model_config = ConfigDict(extra="forbid")
    text: str = Field(min_length=5, max_length=2000)
    address: str | None = Field(default=None, max_length=1000)
    organisation: str | None = Field(default=None, max_length=200)

    @field_validator("address")
    @classmethod
    def _whole(cls, address: str | None) -> str | None:
        if address and not address.startswith(("https://", "http://")):
            raise ValueError("write the whole address, such as https://www.gov.si, or leave it out")
        return address or None


class AnswerForm(BaseModel):
    """What becomes of a suggestion, and why."""

    model_config = ConfigDict(extra="forbid")
    outcome: Outcome
    words: str = Field(min_length=3, max_length=2000)


class Answer(Value):
    """An answer as it was given."""

    outcome: Outcome
    words: str
    by: str
    at: AwareDatetime


class Suggestion(BaseModel):
    """One suggestion. An answer may be given anew; the last one stands, and the earlier ones are kept."""

    suggestion_id: str
    text: str
    address: str | None = None
    organisation: str | None = None
    made_by: str
    made_at: AwareDatetime
    answer: Answer | None = None
    earlier: list[Answer] = []
    version: int = 0
    events: list[Event] = Field(default=[], exclude=True)

    def answered(self, form: AnswerForm, by: str, now: datetime) -> Self:
        earlier = [*self.earlier, *([self.answer] if self.answer else [])]
        answer = Answer(outcome=form.outcome, words=form.words, by=by, at=now)
        return self.model_copy(update={"answer": answer, "earlier": earlier})

    def line(self) -> SuggestionLine:
        return SuggestionLine(
            suggestion_id=self.suggestion_id,
            made_at=self.made_at,
            text=self.text,
            organisation=self.organisation,
            outcome=self.answer.outcome if self.answer else None,
            answer=self.answer.words if self.answer else None,
        )

"""What a person sends to move an application on, and what stands in the way when it cannot be moved."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from contracts.values import Code, LocalText
from services.funding.applications.records import Condition
from services.funding.planning.days import Day
from services.funding.stated_money import NotNegative

# What each guard asks a person for; the fields are those of `MoveForm`.
ASKED_BY: dict[str, tuple[str, ...]] = {
    "why": ("why",),
    "reasons": ("reasons",),
    "before_deadline": ("happened_at",),
    "answer_in_time": ("happened_at",),
    "checklist": ("override",),
    "conditions": ("conditions",),
    "contract": ("contract_number", "contract_signed_on", "granted"),
    "score": ("score", "score_of", "no_score"),
    "lessons": ("lessons",),
}


class MoveForm(BaseModel):
    """A move and what it may need: a reason, a contract, a score, the lessons."""

    model_config = ConfigDict(extra="forbid")
    move: Code
    why: str | None = Field(default=None, max_length=4000)
    happened_at: AwareDatetime | None = Field(default=None, description="When it happened, if not just now.")
    reasons: list[Code] = Field(default=[], max_length=20, description="Codes for a decision to apply or not.")
    override: str | None = Field(default=None, max_length=2000, description="Why documents may be missing.")
    contract_number: str | None = Field(default=None, max_length=200)
    contract_signed_on: Day | None = None
    granted: NotNegative | None = None
    score: Decimal | None = Field(default=None, ge=0, max_digits=10, description="As the funder gave it.")
    score_of: Decimal | None = Field(default=None, gt=0, max_digits=10, description="The most that could be had.")
    no_score: str | None = Field(default=None, max_length=500, description="Why there is no score.")
    lessons: str | None = Field(default=None, max_length=8000)
    conditions: list[Condition] = Field(default=[], max_length=50)
    answer_by: AwareDatetime | None = Field(default=None, description="Until when the funder wants the answer.")


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a move cannot be made: the field it is about, what is wrong, and the mend."""

    field: str
    text: LocalText
    mend: LocalText


class NotAllowed(Exception):
    """A move that cannot be made now; `obstacles` say why. `unlisted`: the table does not name it here at all."""

    def __init__(self, obstacles: list[Obstacle], *, unlisted: bool = False) -> None:
        super().__init__("; ".join(obstacle.text.en for obstacle in obstacles))
        self.obstacles = obstacles
        self.unlisted = unlisted

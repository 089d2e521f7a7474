"""What somebody wants to hear of: a search over what happens, and the subscription that keeps it for its owner."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints, field_validator, model_validator

from contracts.values import Money, Value
from services.notifications.kinds import AlertKind
from services.notifications.people.person import Day
from services.notifications.subscriptions.words import MOST_LETTERS, MOST_WORDS, terms
from services.notifications.timing.wishes import Cadence


def _one_line(text: str) -> str:
    if not text.isprintable():
        raise ValueError("it holds a line break or control character; write it on one line")
    return text.strip()


Word = Annotated[str, StringConstraints(min_length=1, max_length=120), AfterValidator(_one_line)]


class Search(Value):
    """What is asked for. An empty filter lets everything through.

    A filter turns away only what is known not to meet it: a call whose amount is unknown passes `min_amount`.
    """

    name: str = Field(default="", max_length=100, description="What its owner calls it.")
    kinds: tuple[AlertKind, ...] = ("call_matched",)
    text: str = Field(
        default="",
        max_length=MOST_LETTERS,
        description="Slovenian or English words, in any of their forms; a call has to have every one of them.",
    )
    themes: tuple[Word, ...] = Field(default=(), max_length=50)
    min_score: int = Field(default=0, ge=0, le=100)
    actions: tuple[Word, ...] = Field(default=(), max_length=50, description="Action numbers such as '2.1'.")
    activities: tuple[Word, ...] = Field(
        default=(), max_length=200, description="Activity numbers such as '2.1.3', or their ids."
    )
    territories: tuple[Word, ...] = Field(
        default=(), max_length=50, description="NUTS codes such as 'SI043', municipalities such as 'SI-036', or names."
    )
    min_amount: Money | None = Field(default=None, description="Least maximum amount of a call worth hearing of.")
    max_amount: Money | None = Field(default=None, description="Most that the smallest grant of a call may be.")
    min_rate: Decimal | None = Field(default=None, ge=0, le=1, description="Least share the funder pays, 0 to 1.")
    deadline_within: int | None = Field(default=None, ge=1, le=3650, description="At most so many days are left.")
    deadline_from: Day | None = Field(default=None, description="A deadline on this day or later.")
    deadline_until: Day | None = Field(default=None, description="A deadline on this day or earlier.")
    applicants: tuple[Word, ...] = Field(
        default=(), max_length=20, description="Who applies, as calls say it: government_municipal, public_body, ..."
    )
    programmes: tuple[Word, ...] = Field(default=(), max_length=20, description="Words of a programme's name each.")
    sources: tuple[Word, ...] = Field(default=(), max_length=50, description="Codes of sources such as 'eu-portal'.")
    departments: tuple[Word, ...] = Field(
        default=(), max_length=50, description="Departments that lead it, by id or name; of what is no call."
    )
    mine: bool = Field(default=False, description="Only what one's own department leads; of what is no call.")
    every_change: bool = Field(default=False, description="Also changes that do not matter to an applicant.")
    cadence: Cadence | None = Field(default=None, description="Instant, morning or weekly; null: as the person wishes.")

    @field_validator("name")
    @classmethod
    def _name_is_one_line(cls, name: str) -> str:
        return _one_line(name)

    @field_validator("text")
    @classmethod
    def _words_can_be_found(cls, text: str) -> str:
        looked_for = terms(text)
        if text.strip() and not looked_for:
            raise ValueError(f"{text.strip()[:80]!r} holds no word to look for; write one that calls use")
        if len(looked_for) > MOST_WORDS:
            raise ValueError(f"{len(looked_for)} words are too many; write the {MOST_WORDS} that matter")
        return " ".join(text.split())

    @model_validator(mode="after")
    def _bounds_leave_room(self) -> Self:
        first, last = self.deadline_from, self.deadline_until
        if first and last and first > last:
            raise ValueError(f"deadline_from {first} is after deadline_until {last}; exchange them")
        least, most = self.min_amount, self.max_amount
        if least and most and least.currency == most.currency and least.amount > most.amount:
            raise ValueError("min_amount is more than max_amount; exchange them")
        return self

    @property
    def narrowed(self) -> bool:
        """Whether it asks for fits of certain activities, or certain fits: nothing that fits none can meet it."""
        return bool(self.actions or self.activities or self.min_score)

    @property
    def filters(self) -> dict[str, Any]:
        """Every filter that is set, by its name."""
        return {name: value for name in _FILTERS if (value := getattr(self, name))}


_FILTERS = (
    *("text", "themes", "territories", "min_amount", "max_amount", "min_rate"),
    *("deadline_within", "deadline_from", "deadline_until", "applicants", "programmes", "sources"),
    *("min_score", "actions", "activities", "departments", "mine"),
)


class Subscription(Search):
    """A search that somebody keeps, and whom its results are told: its owner, or a department or role."""

    id: str = Field(min_length=1)
    person: str = Field(description="Id of the person who made it, and who is told unless it is for many.")
    department: str | None = Field(default=None, description="Id of a department, all of which is told.")
    role: str | None = Field(default=None, description="A role such as 'funding-officer'; whoever has it is told.")
    left: tuple[str, ...] = Field(default=(), description="Ids of those who left it, where it is for many.")
    enabled: bool = True
    paused_until: AwareDatetime | None = Field(default=None, description="Nothing is told before then.")
    version: int = Field(default=1, description="Grows with each edit of the search.")
    created_at: AwareDatetime | None = Field(default=None, description="Null for one made by release 0.2 or earlier.")
    changed_at: AwareDatetime | None = Field(default=None, description="When this version came to be.")
    deleted_at: AwareDatetime | None = None

    @model_validator(mode="after")
    def _is_for_one(self) -> Self:
        if self.department and self.role:
            raise ValueError("department and role are both given; a subscription is for one of them")
        return self

    @property
    def shared(self) -> bool:
        """Whether it is for many."""
        return bool(self.department or self.role)

    @property
    def wanted(self) -> bool:
        return self.enabled and self.deleted_at is None

    def towards(self, person: str) -> str:
        """What tells apart the one person that is told from others whom the same subscription tells."""
        return f"{self.id} {person}" if self.shared else self.id

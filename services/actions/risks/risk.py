"""The aggregate of one risk: what the plan says of it, how it is rated now, and its reviews."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal, get_args

from pydantic import BaseModel, Field

from contracts.actions import RiskRating, RiskReviewDueV1, RiskReviewedV1, RiskScore
from contracts.registry import Event
from contracts.values import LocalText, PartialDate, Value
from services.actions.framework import Risk, RiskCategory, RiskLevel, RiskMatrix
from services.actions.plan import Plan
from services.actions.refusal import Refused
from services.actions.risks.cadence import LEAD, first_review, next_review
from services.actions.risks.rating import ScoreForm, rated
from services.actions.stated import Part, Text

State = Literal["open", "occurred", "closed"]
STATES: tuple[State, ...] = get_args(State)


class ReviewForm(Part):
    """What a review found. What is left out stays as it was; without a next date, the plan's cadence gives it."""

    findings: Text = Field(max_length=4000)
    inherent: ScoreForm | None = None
    residual: ScoreForm | None = None
    state: State | None = None
    owner: Text | None = Field(default=None, max_length=200, description="Who answers: a person or a department.")
    measures: list[Text] | None = Field(default=None, max_length=30, description="Beyond those the plan names.")
    on: PartialDate | None = Field(default=None, description="The day of the review; today when left out.")
    next_review: PartialDate | None = None


class Review(Value):
    """One review, as it stands in the register for good."""

    on: PartialDate
    by: str
    recorded_at: datetime
    before: RiskRating
    after: RiskRating
    state: State
    findings: str
    measures: list[str] = []
    next_review: PartialDate | None = None


class RegisteredRisk(BaseModel):
    """One risk of a plan. No `inherent` means that nobody scored it; its level is then the one the plan states."""

    risk_id: str
    plan_id: str
    plan_version: int
    number: str
    title: LocalText
    category: RiskCategory
    stated_level: RiskLevel
    matrix: RiskMatrix = RiskMatrix()
    mitigation: list[str] = Field(default=[], description="The measures the plan names.")
    measures: list[str] = Field(default=[], description="The measures that reviews added.")
    reviewed_by: LocalText | None = Field(default=None, description="The body that reviews risks by the plan.")
    times_a_year: int | None = None
    owner: str | None = None
    inherent: RiskScore | None = None
    residual: RiskScore | None = None
    state: State = "open"
    next_review: PartialDate | None = Field(default=None, description="By when it is to be reviewed.")
    reviews: list[Review] = []
    due_told: list[str] = Field(default=[], description="The review dates that were said to be due.")
    removed: bool = False
    version: int = 0
    events: list[Event] = Field(default=[], exclude=True)

    @property
    def rating(self) -> RiskRating:
        return rated(self.stated_level, self.inherent, self.residual, self.matrix)

    @property
    def reviewable(self) -> bool:
        """Closed risks, and those a newer plan no longer has, wait for no review."""
        return not self.removed and self.state != "closed"

    def late(self, today: date) -> bool:
        return self.reviewable and self.next_review is not None and self.next_review.last_day() < today

    def review(self, form: ReviewForm, by: str, now: datetime, today: date) -> RegisteredRisk:
        """The risk as a review leaves it, also one that found nothing new. Raises Refused."""
        on = self._reviewed_on(form, today)
        inherent = form.inherent.score() if form.inherent else self.inherent
        residual = form.residual.score() if form.residual else self.residual
        after = rated(self.stated_level, inherent, residual, self.matrix)
        state = form.state or self.state
        measures = self.measures if form.measures is None else form.measures
        review = Review(
            on=on,
            by=by,
            recorded_at=now,
            before=self.rating,
            after=after,
            state=state,
            findings=form.findings,
            measures=measures,
            next_review=None if state == "closed" else self._next(form, on),
        )
        update = {"inherent": inherent, "residual": residual, "state": state, "measures": measures}
        reviewed = self.model_copy(
            update={
                **update,
                "owner": form.owner or self.owner,
                "next_review": review.next_review,
                "reviews": [*self.reviews, review],
            }
        )
        return reviewed.model_copy(update={"events": [*self.events, reviewed._reviewed(review)]})

    def tell_review_due(self, today: date) -> RegisteredRisk:
        """Say that a review is due, once for each date; nothing new to say changes nothing."""
        due = self.next_review
        if due is None or not self.reviewable or due.value in self.due_told or due.last_day() - LEAD > today:
            return self
        last = self.reviews[-1].on if self.reviews else None
        said = RiskReviewDueV1(**self._facts(), due=due, rating=self.rating, last_reviewed_on=last)
        return self.model_copy(update={"due_told": [*self.due_told, due.value], "events": [*self.events, said]})

    def drop(self, plan_version: int) -> RegisteredRisk:
        """The risk that a newer plan version no longer has; its history stays."""
        return self.model_copy(update={"removed": True, "plan_version": plan_version})

    def _reviewed_on(self, form: ReviewForm, today: date) -> PartialDate:
        on = form.on or PartialDate(value=today.isoformat())
        if on.precision != "day":
            raise Refused("on", f"{on.value} is no day", "write the day of the review, such as 2027-03-31")
        if on.first_day() > today:
            raise Refused("on", f"{on.value} is yet to come", "write the day on which it was reviewed")
        if self.reviews and on.first_day() < self.reviews[-1].on.first_day():
            raise Refused("on", f"the last review was on {self.reviews[-1].on.value}", "write that day or a later one")
        return on

    def _next(self, form: ReviewForm, on: PartialDate) -> PartialDate | None:
        if form.next_review is None:
            return next_review(on.first_day(), self.times_a_year) if self.times_a_year else None
        if form.next_review.last_day() <= on.first_day():
            raise Refused("next_review", f"{form.next_review.value} is not after the review", "write a later date")
        return form.next_review

    def _reviewed(self, review: Review) -> RiskReviewedV1:
        return RiskReviewedV1(
            **self._facts(),
            before=review.before,
            after=review.after,
            state=review.state,
            findings=review.findings,
            measures=review.measures,
            reviewed_on=review.on,
            recorded_by=review.by,
            next_review=review.next_review,
        )

    def _facts(self) -> dict[str, object]:
        return {
            "risk_id": self.risk_id,
            "number": self.number,
            "title": self.title,
            "plan_id": self.plan_id,
            "category": self.category,
            "owner": self.owner,
            "reviewed_by": self.reviewed_by,
        }


def registered(plan: Plan, plan_version: int, risk: Risk, before: RegisteredRisk | None, today: date) -> RegisteredRisk:
    """`risk` as this plan version states it; what reviews found is kept."""
    reviewers = next(
        ((level, each) for level in plan.governance for each in level.cadence if each.duty == "risk_review"), None
    )
    body = LocalText(sl=reviewers[0].body_sl, en=reviewers[0].body) if reviewers else None
    facts = {
        "plan_version": plan_version,
        "number": risk.number,
        "title": LocalText(sl=risk.description_sl, en=risk.description),
        "category": risk.category,
        "stated_level": risk.level,
        "matrix": plan.risk_matrix,
        "mitigation": risk.mitigation,
        "reviewed_by": body,
        "times_a_year": reviewers[1].times_a_year if reviewers else None,
        "removed": False,
    }
    if before is not None:
        return before.model_copy(update=facts)
    first = first_review(today, reviewers[1].times_a_year) if reviewers else None
    key = f"{plan.slug}:{risk.number}"
    return RegisteredRisk.model_validate({"risk_id": key, "plan_id": plan.slug, "next_review": first, **facts})

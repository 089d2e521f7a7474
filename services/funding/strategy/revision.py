"""The aggregate of one revision: the strategy as it was approved, never changed again; and the draft of the next."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from contracts.funding.strategy import StrategyRevisedV1
from contracts.registry import Event
from contracts.values import LocalText, PartialDate, Value
from services.funding.ledger.totals import at_least
from services.funding.strategy.content import Content, LogEntry


class NotYet(ValueError):
    """A revision that cannot be approved: which field, why, and the mend."""

    def __init__(self, field: str, reason: str, mend: str, *, stale: bool = False) -> None:
        super().__init__(reason)
        self.field, self.reason, self.mend, self.stale = field, reason, mend, stale


class Approval(BaseModel):
    """What an approval has to say: which content was looked at, who decided it, and when."""

    model_config = ConfigDict(extra="forbid")
    seen: str = Field(max_length=64, description="`digest` of the content that was looked at.")
    decided_by: str = Field(min_length=2, max_length=200, description="The body that decided, such as the committee.")
    decided_on: PartialDate
    reference: str | None = Field(default=None, max_length=200, description="The number of the decision.")


class DecisionForm(BaseModel):
    """A decision about funding that was taken elsewhere, for the log."""

    model_config = ConfigDict(extra="forbid")
    text: str = Field(min_length=3, max_length=2000)
    reference: str | None = Field(default=None, max_length=200)


class Recorded(Value):
    """A decision as it was recorded."""

    at: AwareDatetime
    by: str
    text: str
    reference: str | None = None

    def entry(self) -> LogEntry:
        text = LocalText(sl=self.text, en=self.text)
        return LogEntry(at=self.at, kind="decision", text=text, by=self.by, reference=self.reference)


class Draft(BaseModel):
    """What people wrote for the next revision; everything else in it is read from the store when it is looked at."""

    draft_id: str = "next"
    summary: str | None = None
    decisions: list[Recorded] = []
    edited_by: str | None = None
    edited_at: AwareDatetime | None = None
    version: int = 0
    events: list[Event] = Field(default=[], exclude=True)

    def summarised(self, summary: str | None, by: str, now: datetime) -> Self:
        return self.model_copy(update={"summary": summary, "edited_by": by, "edited_at": now})

    def record(self, form: DecisionForm, by: str, now: datetime) -> Self:
        kept = Recorded(at=now, by=by, **form.model_dump())
        return self.model_copy(update={"decisions": [*self.decisions, kept]})

    def emptied(self) -> Self:
        return self.model_copy(update={"summary": None, "decisions": [], "edited_by": None, "edited_at": None})


class Revision(BaseModel):
    """One approved revision, frozen. `number` counts from 1; `revision_id` is its quarter, then `-2` and so on."""

    revision_id: str
    number: int
    quarter: str
    summary: str | None = None
    approved_by: str
    approved_at: AwareDatetime
    decided_by: str
    decided_on: PartialDate
    reference: str | None = None
    content: Content
    version: int = 0
    events: list[Event] = Field(default=[], exclude=True)


def digest_of(content: Content, draft: Draft) -> str:
    """A fingerprint of what a person sees, the moment of looking apart."""
    said = content.model_dump_json(exclude={"as_of"}) + (draft.summary or "")
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def approved(
    form: Approval, content: Content, draft: Draft, earlier: Sequence[str], by: str, now: datetime
) -> Revision:
    """The next revision. `earlier`: the ids of all before it. Raises NotYet naming what stands in the way."""
    open_suggestions = [each.text[:60] for each in content.suggestions if each.outcome is None]
    if open_suggestions:
        raise NotYet(
            "suggestions",
            f"{len(open_suggestions)} suggestions have no answer yet: {'; '.join(open_suggestions[:3])}",
            "answer each of them first",
        )
    if form.decided_on.first_day() > now.date():
        raise NotYet("decided_on", f"{form.decided_on.value} is still to come", "give the day of the decision")
    if form.seen != digest_of(content, draft):
        reason = "the strategy changed since you looked at it"
        raise NotYet("seen", reason, "look at it again, then approve", stale=True)
    same_quarter = sum(each == content.quarter or each.startswith(f"{content.quarter}-") for each in earlier)
    revision_id = content.quarter if not same_quarter else f"{content.quarter}-{same_quarter + 1}"
    revision = Revision(
        revision_id=revision_id,
        number=len(earlier) + 1,
        quarter=content.quarter,
        summary=draft.summary,
        approved_by=by,
        approved_at=now,
        content=content,
        **form.model_dump(exclude={"seen"}),
    )
    return revision.model_copy(update={"events": [_said(revision)]})


def _said(revision: Revision) -> StrategyRevisedV1:
    content = revision.content
    short = at_least(each.gap.known for each in content.own_share).known if content.own_share else None
    return StrategyRevisedV1(
        **revision.model_dump(include={"revision_id", "number", "quarter", "approved_by", "approved_at", "decided_by"}),
        decided_on=revision.decided_on,
        reference=revision.reference,
        previous=content.previous,
        opportunities=len(content.opportunities),
        new=[each.call_id for each in content.having("new")],
        changed=[each.call_id for each in content.having("changed")],
        gone=[each.call_id for each in content.gone],
        applications=len(content.applications),
        without_money=len(content.without_money),
        open_need=content.open_need.known,
        open_need_unknown=content.open_need.unknown,
        own_share_short=short,
    )

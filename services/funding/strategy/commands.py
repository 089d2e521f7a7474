"""What people do with the strategy: write its summary, record decisions, suggest, answer, approve."""

from __future__ import annotations

from collections.abc import Callable

from kit.clock import uuid7
from kit.http.problems import FieldError, Problem
from kit.store import Work
from services.funding.strategy.gathering import gather
from services.funding.strategy.revision import Approval, DecisionForm, Draft, NotYet, Revision, approved
from services.funding.strategy.store import DRAFTS, REVISIONS, SUGGESTIONS, draft_in, last_revision, revision_ids
from services.funding.strategy.suggestions import AnswerForm, Suggestion, SuggestionForm


async def approve(form: Approval, by: str, work: Work) -> Revision:
    """Freeze the strategy as it stands as the next revision, and begin the draft of the one after it.

    Raises Problem naming what stands in the way; 409 when it is not what the approver looked at.
    """
    draft, previous = await draft_in(work.database), await last_revision(work.database)
    content = await gather(work.database, draft, previous, work.now)
    try:
        revision = approved(form, content, draft, await revision_ids(work.database), by, work.now)
    except NotYet as reason:
        error = FieldError(reason.field, reason.reason, reason.mend)
        raise Problem(409 if reason.stale else 422, reason.reason, [error]) from None
    work.save(DRAFTS, draft.emptied())
    return work.save(REVISIONS, revision)


async def summarise(summary: str | None, by: str, work: Work, expect: Callable[[int], None]) -> Draft:
    """`expect` holds the edit to the version its author saw, and raises Problem where it is another."""
    draft = await draft_in(work.database)
    expect(draft.version)
    return work.save(DRAFTS, draft.summarised((summary or "").strip() or None, by, work.now))


async def record(form: DecisionForm, by: str, work: Work) -> Draft:
    draft = await draft_in(work.database)
    return work.save(DRAFTS, draft.record(form, by, work.now))


def suggest(form: SuggestionForm, by: str, work: Work) -> Suggestion:
    suggestion = Suggestion(suggestion_id=uuid7(), made_by=by, made_at=work.now, **form.model_dump())
    return work.save(SUGGESTIONS, suggestion)


async def answer(suggestion_id: str, form: AnswerForm, by: str, work: Work) -> Suggestion:
    suggestion = await work.load(SUGGESTIONS, suggestion_id)
    if suggestion is None:
        raise Problem(404, f"there is no suggestion {suggestion_id}")
    return work.save(SUGGESTIONS, suggestion.answered(form, by, work.now))

"""Commands after winning: commitments, awards with the obligations they bring, and what becomes of those."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kit.clock import uuid7
from kit.http.problems import Problem
from kit.store import Work
from services.funding.ledger.cash_flow import terms_on
from services.funding.ledger.project_money import flows_of
from services.funding.ledger.refusal import Refused
from services.funding.ledger.store import FINANCINGS, costs_in, parameters_in
from services.funding.obligations.awards import Award, AwardForm, Lacking, check_award
from services.funding.obligations.commitments import Commitment, CommitmentForm, made
from services.funding.obligations.obligations import Obligation, ObligationForm
from services.funding.obligations.repeats import refuse_repeated
from services.funding.obligations.rules import Calendar, calendar_of
from services.funding.obligations.store import AWARDS, COMMITMENT_TURNS, COMMITMENTS, OBLIGATIONS, obligations_in
from services.funding.offers import LJUBLJANA
from services.funding.parameters import Missing
from services.funding.store import NEEDS


async def make_commitment(form: CommitmentForm, work: Work) -> Commitment:
    """Raises Refused for money that is recorded already, Problem for an activity nobody knows."""
    refuse_repeated(form, await commitments_to(form.activity_id, work))
    return await commit(form, work)


async def commitments_to(activity_id: str, work: Work) -> list[Commitment]:
    """Every commitment to an activity; whoever adds one in this unit of work is alone in doing so."""
    turn = await work.get(COMMITMENT_TURNS, activity_id) or {"_id": activity_id, "taken": 0}
    work.put(COMMITMENT_TURNS, {**turn, "taken": turn["taken"] + 1})
    return [COMMITMENTS.to_aggregate(each) for each in await work.find(COMMITMENTS, {"activity_id": activity_id})]


async def commit(form: CommitmentForm, work: Work) -> Commitment:
    """Raises Problem for an activity nobody knows."""
    need = await work.get(NEEDS, form.activity_id)
    if need is None:
        raise Problem.at(
            "activity_id", f"no activity {form.activity_id} is known here", "take an id from /api/actions/activities"
        )
    costed = need["event"].get("estimated")
    if costed and costed["currency"] != form.amount.currency:
        raise Problem.at(
            "amount",
            f"{form.amount.currency} for an activity in {costed['currency']}",
            f"give it in {costed['currency']}",
        )
    return work.save(COMMITMENTS, made(form, uuid7(), need["event"]["number"], _who(work)))


async def record_award(form: AwardForm, before: Award | None, work: Work, lacking: Sequence[Lacking] = ()) -> Award:
    """A signed contract, or `before` with other facts, and the obligations that follow from it.

    `lacking` is what its recording left open beside the calendar.

    Obligations a person edited, or that are closed, stay as they are; open ones the contract no longer asks for are
    waived with that reason.
    """
    check_award(form)
    if form.financing_id is not None and await work.get(FINANCINGS, form.financing_id) is None:
        raise Refused.at(
            "financing_id",
            f"there is no financing {form.financing_id}",
            "take one from /api/funding/ledger/financings, or leave it out",
        )
    award = before.restated(form) if before else Award(award_id=uuid7(), recorded_by=_who(work), **dict(form))
    drawn = await _calendar(award, work)
    known = {each.obligation_id: each for each in await obligations_in(work.database, {"award_id": award.award_id})}
    for draft in drawn.obligations:
        standing = known.pop(draft.obligation_id, None)
        changed = standing.redraft(draft) if standing else draft.told()
        if changed is not standing:
            work.save(OBLIGATIONS, changed)
    for gone in known.values():
        if gone.rule is not None and gone.state == "open" and not gone.edited:
            work.save(OBLIGATIONS, gone.outdated(today_of(work), work.now))
    return work.save(AWARDS, award.model_copy(update={"lacking": [*lacking, *drawn.lacking]}))


async def add_obligation(award: Award, form: ObligationForm, work: Work) -> Obligation:
    """One that the rules do not know of."""
    obligation = Obligation(
        obligation_id=f"{award.award_id}-{uuid7()}",
        award_id=award.award_id,
        application_id=award.application_id,
        kind=form.kind,
        title=form.title,
        due=form.due,
        owner=form.owner or award.owner,
        amount=form.amount,
        edited=True,
    )
    return work.save(OBLIGATIONS, obligation.told())


async def _calendar(award: Award, work: Work) -> Calendar:
    """The obligations of an award; its claims ask for what its financing lets the funders pay by then."""
    parameters = await parameters_in(work.database)
    financing = await work.load(FINANCINGS, award.financing_id) if award.financing_id else None
    theirs = None
    if financing is not None:
        costs = await costs_in(work.database, financing.cost_ids)
        try:
            terms = terms_on(parameters, financing.as_of.first_day())
        except Missing:
            terms = None
        flow = flows_of(financing, costs, terms) if terms else None
        theirs = flow.for_funders if flow and not flow.left_out else None
    return calendar_of(award, parameters, theirs)


def today_of(work: Work) -> date:
    """The day it is for the people who work here."""
    return work.now.astimezone(LJUBLJANA).date()


def _who(work: Work) -> str:
    return work.actor or "unknown"

"""What follows at once from an application's contract: the award with its obligations, and the commitment.

Both are made in the unit of work of the move, and taken back with it.
"""

from __future__ import annotations

from contracts.values import PartialDate
from kit.store import Work
from services.funding.applications.application import Application
from services.funding.applications.records import Contract
from services.funding.applications.store import standing_call
from services.funding.ledger.store import FINANCINGS
from services.funding.obligations import keeping
from services.funding.obligations.awards import Award, AwardForm, Lacking
from services.funding.obligations.commitments import CommitmentForm, WithdrawalForm
from services.funding.obligations.contracting import Share, shares_of
from services.funding.obligations.repeats import contradicted_by_contract, repeated, same_decision
from services.funding.obligations.store import AWARDS, COMMITMENTS, OBLIGATIONS, obligations_in


async def win(application: Application, contract: Contract, work: Work) -> Award:
    """Record the award of a contract just signed, and commit what it pays where that is certain.

    An award that a person recorded for this application before keeps its own facts, and gets what it did not know.
    """
    call = await standing_call(application.call_id, work)
    financings = [
        FINANCINGS.to_aggregate(each)
        for each in await work.find(FINANCINGS, {"application_id": application.application_id, "dropped": None})
    ]
    financing = financings[0] if len(financings) == 1 else None
    funder = (call.funder or call.programme or call.source) if call else application.terms.title
    found = await _awards_of(application, work)
    before = found[0] if found else None
    known = before.model_dump(include=set(AwardForm.model_fields), exclude_none=True) if before else {}
    facts = {
        "title": application.title,
        "funder": funder[:300],
        "application_id": application.application_id,
        "call_id": application.call_id,
        "financing_id": financing.financing_id if financing else None,
        "owner": next((each.person for each in application.roles if each.role == "lead"), work.actor or "unknown"),
    }
    signed = {
        "contract_reference": contract.number,
        "signed_on": PartialDate(value=contract.signed_on.isoformat()),
        **({"amount": contract.granted} if contract.granted else {}),
    }
    shares = shares_of(
        contract.granted,
        len(application.activities),
        financing.rows if financing else [],
        call.source if call else "",
        eu_pays=call is not None and call.eu_contribution is not None,
    )
    form = AwardForm(**{**facts, **known, **signed})
    missing = (
        [shares]
        if isinstance(shares, Lacking)
        else await _commit(shares, application.activities[0].activity_id, form, contract.number, work)
    )
    return await keeping.record_award(form, before, work, missing)


async def _commit(shares: list[Share], activity_id: str, award: AwardForm, number: str, work: Work) -> list[Lacking]:
    """Commit what nobody recorded before; what a person has to settle about the rest."""
    unsettled = []
    recorded = await keeping.commitments_to(activity_id, work)
    for share in shares:
        form = CommitmentForm(
            activity_id=activity_id,
            amount=share.amount,
            source_class=share.source_class,
            source_name=award.funder,
            decision_reference=number,
            decided_on=award.signed_on,
        )
        if not (same := repeated(form, recorded)):
            await keeping.commit(form, work)
        elif doubt := contradicted_by_contract(form, same):
            unsettled.append(doubt)
    return unsettled


async def give_back(application: Application, contract: Contract, why: str, work: Work) -> None:
    """What the contract brought ends with it: open obligations are waived, what stands of its commitments is withdrawn.

    The award stays, as a record that there was a contract; signed again, it goes on.
    """
    for award in await _awards_of(application, work):
        for each in await obligations_in(work.database, {"award_id": award.award_id, "state": "open"}):
            work.save(
                OBLIGATIONS, each.outdated(keeping.today_of(work), work.now, f"the contract was taken back: {why}")
            )
    activities = [each.activity_id for each in application.activities]
    for document in await work.find(COMMITMENTS, {"activity_id": {"$in": activities}}):
        commitment = COMMITMENTS.to_aggregate(document)
        if commitment.standing.amount > 0 and same_decision(commitment.decision_reference, contract.number):
            form = WithdrawalForm(reason=f"{contract.number}: {why}"[:500])
            work.save(COMMITMENTS, commitment.withdraw(form, work.actor or "unknown", work.now))


async def _awards_of(application: Application, work: Work) -> list[Award]:
    found = await work.find(AWARDS, {"application_id": application.application_id})
    return [AWARDS.to_aggregate(each) for each in found]

"""Opening an application, from a call or from what fits it."""

from __future__ import annotations

from functools import reduce

from pydantic import BaseModel, ConfigDict, Field

from contracts.actions import NeedChangedV1
from contracts.values import LocalText, Money
from kit.http.problems import Problem
from kit.store import Work
from services.funding import identity
from services.funding.applications.application import Application
from services.funding.applications.checklist import CallDocument, checklist
from services.funding.applications.records import Activity
from services.funding.applications.store import APPLICATIONS, found, standing_call, terms_of
from services.funding.calls.call import Call
from services.funding.planning.project import Project
from services.funding.store import MATCHES, NEEDS


class OpeningForm(BaseModel):
    """A call, or a match that names one, and the activities it is for."""

    model_config = ConfigDict(extra="forbid")
    call_id: str | None = None
    match_id: str | None = Field(default=None, description="Names the call and an activity at once.")
    activity_ids: list[str] = Field(default=[], max_length=50)
    title: str | None = Field(default=None, max_length=500)
    lead_department: str | None = Field(default=None, max_length=200)
    another: bool = Field(default=False, description="Open one more although there is one for this call.")


async def open_application(form: OpeningForm, by: str, work: Work) -> Application:
    """A new application as stored. Raises Problem where the call, the match or an activity is not known."""
    match = await work.load(MATCHES, form.match_id) if form.match_id else None
    if form.match_id and match is None:
        raise Problem.at("match_id", f"there is no match {form.match_id}", "take an id from /api/funding/matches")
    if match is not None and form.call_id not in {None, match.call_id}:
        raise Problem.at("call_id", f"the match is of the call {match.call_id}", "leave call_id out")
    call_id = match.call_id if match else form.call_id
    call = await standing_call(call_id, work) if call_id else None
    if call_id is None:
        raise Problem.at("call_id", "no call is named", "give call_id, or match_id")
    if call is None:
        raise Problem.at("call_id", f"there is no call {call_id}", "take an id from /api/funding/calls")
    earlier = await found({"call_id": call.call_id}, work)
    if earlier and not form.another:
        raise Problem.at(
            "call_id",
            f"there is an application to this call already: {earlier[-1].application_id}",
            "go on with it, or send another: true",
            status=409,
        )
    wanted = list(dict.fromkeys([*([match.activity_id] if match else []), *form.activity_ids]))
    needs = [await _need(activity_id, work) for activity_id in wanted]
    application = Application.opened(
        by=by,
        now=work.now,
        application_id=identity.application_id(call.call_id, len(earlier) + 1),
        call_id=call.call_id,
        title=form.title or call.title,
        terms=terms_of(call),
        activities=[_activity(need) for need in needs],
        match_ids=[match.match_id] if match else [],
        lead_department=form.lead_department,
        project=Project(value=_value(needs)),
        documents=checklist(documents_of(call)),
    )
    return work.save(APPLICATIONS, application)


def documents_of(call: Call) -> list[CallDocument]:
    """The call's own documents, where its source names any."""
    return [CallDocument(title=each.title or each.url, link=each.url) for each in call.documents]


async def _need(activity_id: str, work: Work) -> NeedChangedV1:
    document = await work.get(NEEDS, activity_id)
    if document is None:
        raise Problem.at(
            "activity_ids", f"no activity {activity_id} is known here", "take an id from /api/actions/activities"
        )
    return NeedChangedV1.model_validate(document["event"])


def _activity(need: NeedChangedV1) -> Activity:
    title = LocalText(sl=need.title_sl or need.title, en=need.title)
    return Activity(activity_id=need.activity_id, number=need.number, title=title)


def _value(needs: list[NeedChangedV1]) -> Money | None:
    """What the activities cost together; None as soon as one of them is not costed."""
    costs = [need.estimated for need in needs if need.estimated is not None]
    if not costs or len(costs) != len(needs) or len({cost.currency for cost in costs}) > 1:
        return None
    return reduce(Money.__add__, costs).model_copy(update={"phrase": None})

"""The Idrija plan is imported and approved, and its makerspace starts to move."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from contracts.actions import (
    ActionSummary,
    ActivityOverdueV1,
    ActivityStatusChangedV1,
    DecidedActivity,
    DecisionRecordedV1,
    NeedChangedV1,
    PlanApprovedV1,
    PlanImportedV1,
    RiskRating,
    RiskReviewDueV1,
    RiskReviewedV1,
    RiskScore,
)
from contracts.registry import Event
from contracts.values import LocalText, Money, PartialDate, Timing

PLAN = "idrija-iap-2025"
ACTIVITY = f"{PLAN}:2.1.1"
ACTIVITY_TITLE = "Infrastructure and equipment setup"

_MAKERSPACE = ActionSummary(
    number="2.1",
    title="Creative Makerspace",
    area="An Innovative Economy",
    objective="Skills and Competences for the Promotion of Youth Creativity and Skills Development",
    activities=4,
    budget=Money(amount=Decimal("165000.00"), phrase="165.000 EUR"),
    timing=Timing(kind="by", due=PartialDate(value="2030"), phrase="2nd phase by 2030"),
)
_KAJZER = ActionSummary(
    number="4.1",
    title="Kajzer Creative Centre",
    area="Quality Living Environment and Public Services",
    objective="Retain and Attract Young People Back to the City Through Promotion",
    activities=6,
    budget=Money(amount=Decimal("1100000.00"), phrase="1.100.000 EUR"),
    timing=Timing(kind="open_ended", phrase="Creative Centre launched beyond 2030"),
)

_RISK = {
    "risk_id": f"{PLAN}:R3",
    "number": "R3",
    "title": LocalText(
        sl="Težave pri zagotavljanju zadostnih finančnih sredstev",
        en="Difficulties in securing sufficient financial resources",
    ),
    "plan_id": PLAN,
    "category": "financial",
    "owner": "officer@idrija.example",
    "reviewed_by": LocalText(sl="Usmerjevalni odbor akcijskega načrta", en="IAP Steering Committee"),
}
_BEFORE_MEASURES = RiskScore(likelihood=4, impact=5, score=20)
_SCORED = RiskRating(level="medium", inherent=_BEFORE_MEASURES, residual=RiskScore(likelihood=2, impact=4, score=8))

EXAMPLES: tuple[Event, ...] = (
    PlanImportedV1(
        plan_id=PLAN,
        title="TechDiversity Integrated Action Plan, Municipality of Idrija",
        version=1,
        checksum="8f1c2f6f0d6a0c9c4e7a1b53f1d9a7e2",
        actions=[_MAKERSPACE, _KAJZER],
        activities=10,
        risks=12,
        estimated=Money(amount=Decimal("1265000.00")),
    ),
    PlanApprovedV1(
        plan_id=PLAN,
        version=1,
        approved_by="mayor@idrija.example",
        approved_at=datetime(2026, 1, 15, 9, 0, tzinfo=UTC),
    ),
    NeedChangedV1(
        activity_id=ACTIVITY,
        number="2.1.1",
        title=ACTIVITY_TITLE,
        plan_id=PLAN,
        plan_version=1,
        action_number="2.1",
        action_title="Creative Makerspace",
        estimated=Money(amount=Decimal("115000.00"), phrase="1st phase: EUR 15.000 and 2nd phase: EUR 100.000"),
        themes=["makerspace", "creative_industries", "youth", "building_renovation"],
        territory="SI-036",
        timing=Timing(kind="by", due=PartialDate(value="2030"), phrase="1st phase by 2027 and 2nd phase by 2030"),
        responsible=["Municipality of Idrija"],
        funding="municipal, national, regional and EU funding; private sources (local companies)",
        description="Set up the infrastructure and buy equipment and tools, with sponsors.",
    ),
    ActivityStatusChangedV1(
        activity_id=ACTIVITY,
        number="2.1.1",
        title=ACTIVITY_TITLE,
        action_number="2.1",
        before="planned",
        after="in_progress",
        note="The equipment list of the podcast studio is agreed.",
        changed_by="coordinator@idrija.example",
    ),
    ActivityOverdueV1(
        activity_id=ACTIVITY,
        number="2.1.1",
        title=ACTIVITY_TITLE,
        title_sl="Vzpostavitev infrastrukture in opreme",
        plan_id=PLAN,
        action_number="2.1",
        due=PartialDate(value="2030", phrase="1st phase by 2027 and 2nd phase by 2030"),
        stage="under_way",
        responsible=["Municipality of Idrija"],
    ),
    RiskReviewedV1.model_validate(
        {
            **_RISK,
            "before": RiskRating(level="high"),
            "after": _SCORED,
            "state": "open",
            "findings": "Two applications are under way; the makerspace counts on three sources instead of one.",
            "measures": ["Ask the two companies that wrote letters of support for a donation."],
            "reviewed_on": PartialDate(value="2027-03-18"),
            "recorded_by": "coordinator@idrija.example",
            "next_review": PartialDate(value="2027-06-30"),
        }
    ),
    RiskReviewDueV1.model_validate(
        {
            **_RISK,
            "due": PartialDate(value="2027-06-30"),
            "rating": _SCORED,
            "last_reviewed_on": PartialDate(value="2027-03-18"),
        }
    ),
    DecisionRecordedV1(
        decision_id="019e2b52-8c7a-7a53-9f54-27c6b1f8a310",
        plan_id=PLAN,
        body=LocalText(sl="Usmerjevalni odbor akcijskega načrta", en="IAP Steering Committee"),
        decided_on=PartialDate(value="2027-03-18"),
        title="The podcast studio is set up first",
        text="The first phase of the makerspace is the podcast studio; the workshop follows when its money is won.",
        reference="3/2027",
        activities=[
            DecidedActivity(
                activity_id=ACTIVITY,
                number="2.1.1",
                title=LocalText(sl="Vzpostavitev infrastrukture in opreme", en=ACTIVITY_TITLE),
                action_number="2.1",
                responsible=["Municipality of Idrija"],
            )
        ],
        recorded_by="coordinator@idrija.example",
    ),
)

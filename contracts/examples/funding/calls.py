"""A call for creative centres is published, extended and matched to the makerspace."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from contracts.examples.actions import ACTIVITY, ACTIVITY_TITLE
from contracts.funding import (
    CallChangedV1,
    CallClosedV1,
    CallFacts,
    CallMatchedV1,
    CallPublishedV1,
    CallPublishedV2,
    CallReopenedV1,
    CallWithdrawnV1,
    Deadline,
    FieldChange,
    Origin,
    YearBudget,
)
from contracts.registry import Event
from contracts.values import LocalText, Money, PartialDate, Reason

CALL = "call-mzxw6ytboi2dknrt"
DEADLINE = datetime(2027, 4, 30, 11, 0, tzinfo=UTC)
TITLE = "Javni razpis za ustvarjalne centre, coworking in maker prostore za mlade v manjših mestih"

_FACTS = CallFacts(
    call_id=CALL,
    title=TITLE,
    status="open",
    funder="Ministrstvo za gospodarstvo, delo in šport",
    reference="303-18/2026-2130-4",
    summary="Oprema prostorov, v katerih mladi in ustvarjalci razvijajo svoje zamisli, ter mentorstvo.",
    language="sl",
    opens=PartialDate(value="2026-11-16", phrase="16. 11. 2026"),
    deadline=DEADLINE,
    deadline_phrase="30. 4. 2027, 30. 9. 2027 (13:00)",
    co_financing_rate=Decimal("0.7"),
    max_amount=Money(amount=Decimal("150000.00"), phrase="največ 150.000,00 EUR"),
    budget=Money(amount=Decimal("3500000.00"), phrase="3,5 milijona EUR"),
    eligible_applicants=["občine", "javni zavodi in razvojne agencije"],
    territory="SI",
    themes=["makerspace", "creative_industries", "youth"],
    url="https://www.gov.si/zbirke/javne-objave/javni-razpis-ustvarjalni-in-mladinski-centri/",
    source="gov-si",
    origin=Origin(source="gov-si", read_at=datetime(2026, 11, 16, 7, 0, 3, tzinfo=UTC)),
)

EXAMPLES: tuple[Event, ...] = (
    CallPublishedV1(**dict(_FACTS)),
    CallPublishedV2(
        **_FACTS.model_dump(exclude={"deadline", "deadline_phrase"}),
        deadlines=[
            Deadline(at=DEADLINE, kind="cut_off", hour_stated=True, phrase=_FACTS.deadline_phrase),
            Deadline(
                at=datetime(2027, 9, 30, 11, 0, tzinfo=UTC),
                kind="cut_off",
                hour_stated=True,
                phrase=_FACTS.deadline_phrase,
            ),
        ],
        budget_by_year=[
            YearBudget(year=2027, amount=Money(amount=Decimal("2000000.00"))),
            YearBudget(year=2028, amount=Money(amount=Decimal("1500000.00"))),
        ],
    ),
    CallChangedV1(
        call_id=CALL,
        call=_FACTS,
        changes=[
            FieldChange(field="deadline", before="31. 3. 2027 (13:00)", after="30. 4. 2027 (13:00)", material=True)
        ],
        material=True,
    ),
    CallWithdrawnV1(call_id=CALL, title=TITLE, reason="Preklic javnega razpisa", url=_FACTS.url),
    CallReopenedV1(call_id=CALL, call=_FACTS, was="withdrawn", reason="Ponovitev javnega razpisa"),
    CallClosedV1(call_id=CALL, title=TITLE, because="deadline_passed", deadline=DEADLINE, url=_FACTS.url),
    CallMatchedV1(
        match_id="match-gezdgnbvgy3tqojq",
        call=_FACTS,
        activity_id=ACTIVITY,
        activity_number="2.1.1",
        activity_title=ACTIVITY_TITLE,
        action_number="2.1",
        action_title="Creative Makerspace",
        score=82,
        reasons_for=[
            Reason(
                code="shared_themes",
                text=LocalText(
                    sl="Razpis in aktivnost imata skupne teme: ustvarjalni laboratorij, mladi.",
                    en="The call and the activity share themes: makerspace, youth.",
                ),
                evidence="makerski prostor s 3D tiskalniki, snemalni studio za podkast",
                weight=45,
            )
        ],
        reasons_against=[
            Reason(
                code="own_share",
                text=LocalText(
                    sl="Občina bi prispevala 34.500 EUR, sredstva še niso zagotovljena.",
                    en="The municipality would add EUR 34,500, which is not yet reserved.",
                ),
                weight=-5,
            )
        ],
        open_cost=Money(amount=Decimal("115000.00")),
        own_share=Money(amount=Decimal("34500.00")),
        themes=["makerspace", "creative_industries", "youth"],
    ),
)

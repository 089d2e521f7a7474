from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.values import Money
from services.funding.calls import Call
from services.funding.co_financing import grant, open_cost, own_share
from services.funding.matching import Match, NoMatch, match
from services.funding.needs import Need
from services.funding.offers import Offer
from services.funding.sources.by_hand import ByHand
from services.funding.sources.gov_si import GovSi
from services.funding.sources.parsed_call import Conflict, Deadline, ParsedCall
from services.funding.sources.sedia import Sedia
from services.funding.sources.source import Payload

TODAY = date(2026, 11, 21)
Build = Callable[..., ParsedCall]
BuildNeed = Callable[..., Need]


def euros(amount: int | str) -> Money:
    return Money(amount=Decimal(amount))


@pytest.fixture
def heritage(parsed: Build, now: datetime) -> Callable[..., Offer]:
    def build(**facts: Any) -> Offer:
        known: dict[str, Any] = {
            "title": "Javni razpis za obnovo stavb kulturne dediščine",
            "description": "Ustvarjalni center v opuščenem objektu. Prenova stavbe.",
            "deadlines": [Deadline(at=datetime(2027, 3, 15, 13, tzinfo=UTC))],
            "co_financing_rate": Decimal("0.8"),
            "min_amount": euros(100_000),
            "max_amount": euros(800_000),
            "eligible_applicants": ["government_municipal"],
            "territory": "SI",
        }
        return Offer.of(Call.first_seen(parsed(**{**known, **facts}), now), now)

    return build


def matched(offer: Offer, need: Need) -> Match:
    result = match(offer, need, TODAY)
    assert isinstance(result, Match), result
    return result


def refused(offer: Offer, need: Need, **options: int) -> NoMatch:
    result = match(offer, need, TODAY, **options)
    assert isinstance(result, NoMatch)
    return result


def test_a_fit_is_explained_across_languages(heritage: Callable[..., Offer], need: BuildNeed) -> None:
    fit = matched(heritage(), need())
    assert {reason.code for reason in fit.reasons_for} == {"shared_themes", "shared_words", "amount_fits", "time_fits"}
    words = next(reason for reason in fit.reasons_for if reason.code == "shared_words")
    assert words.evidence is not None
    assert "opuščenem objektu" in words.evidence
    assert "abandoned mining site" in words.evidence
    assert all(reason.text.sl and reason.text.en for reason in (*fit.reasons_for, *fit.reasons_against))


def test_the_score_is_the_sum_of_the_reasons(heritage: Callable[..., Offer], need: BuildNeed) -> None:
    for offer in (heritage(), heritage(max_amount=euros(300_000)), heritage(co_financing_rate=None)):
        fit = matched(offer, need())
        assert fit.score == sum(reason.weight or 0 for reason in (*fit.reasons_for, *fit.reasons_against))


def test_the_event_says_all_of_it(heritage: Callable[..., Offer], need: BuildNeed) -> None:
    fit = matched(heritage(), need(committed={"amount": "250000"}))
    event = fit.event()
    assert (event.open_cost, event.own_share, event.score) == (euros(750_000), euros(150_000), fit.score)
    assert "building_renovation" in event.themes
    assert event.match_id == matched(heritage(title="Obnova kulturne dediščine"), need()).match_id


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"status": "closed"}, "call_closed"),
        ({"status": "withdrawn"}, "call_withdrawn"),
        ({"deadlines": [Deadline(at=datetime(2026, 11, 20, 22, 59, tzinfo=UTC))]}, "deadline_past"),
        ({"eligible_applicants": ["farm"]}, "municipality_not_eligible"),
        ({"territory": "SI03"}, "outside_territory"),
        ({"min_amount": euros(1_000_001)}, "below_minimum"),
    ],
)
def test_a_gate_closes_with_its_reason(
    heritage: Callable[..., Offer], need: BuildNeed, facts: dict[str, Any], code: str
) -> None:
    no = refused(heritage(**facts), need())
    assert (no.reason.code, no.score) == (code, None)


@pytest.mark.parametrize(
    ("facts", "code"),
    [({"removed": True}, "activity_removed"), ({"committed": {"amount": "1000000"}}, "already_funded")],
)
def test_an_activity_without_a_need_matches_nothing(
    heritage: Callable[..., Offer], need: BuildNeed, facts: dict[str, Any], code: str
) -> None:
    assert refused(heritage(), need(**facts)).reason.code == code


def test_a_deadline_later_today_is_not_past(heritage: Callable[..., Offer], need: BuildNeed) -> None:
    tonight = datetime(2026, 11, 21, 22, 59, tzinfo=UTC)
    fit = matched(heritage(deadlines=[Deadline(at=tonight)]), need())
    assert "little_time" in {reason.code for reason in fit.reasons_against}


def test_until_the_money_is_spent_no_deadline_closes_it(heritage: Callable[..., Offer], need: BuildNeed) -> None:
    past = [Deadline(at=datetime(2026, 1, 1, tzinfo=UTC))]
    matched(heritage(deadlines=past, until_funds_run_out=True), need())


def test_what_is_not_known_is_said_and_rules_nothing_out(heritage: Callable[..., Offer], need: BuildNeed) -> None:
    offer = heritage(
        status="unknown",
        co_financing_rate=None,
        min_amount=None,
        max_amount=None,
        eligible_applicants=[],
        territory=None,
        deadlines=[],
        conflicts=[Conflict(field="deadlines", says="a", against="b")],
    )
    fit = matched(offer, need(estimated=None))
    against = {reason.code: reason.weight for reason in fit.reasons_against}
    assert against == dict.fromkeys(
        (
            *("eligibility_unknown", "territory_unknown", "rate_unknown", "amount_unknown", "status_unknown"),
            *("deadline_unknown", "uncosted", "deadlines_conflict"),
        ),
        0,
    )
    assert fit.own_share is None


def test_an_uncosted_activity_matches_on_its_theme(heritage: Callable[..., Offer], need: BuildNeed) -> None:
    fit = matched(heritage(), need(estimated=None))
    assert (fit.own_share, fit.event().open_cost) == (None, None)


def test_the_plans_own_themes_come_before_those_of_its_words(heritage: Callable[..., Offer], need: BuildNeed) -> None:
    assert need(themes=["branding"]).themes == frozenset({"branding"})
    assert "building_renovation" in need().themes


def test_nothing_in_common_is_a_stored_reason(parsed: Build, need: BuildNeed, now: datetime) -> None:
    tanks = Offer.of(Call.first_seen(parsed(title="Unmanned ground vehicles"), now), now)
    assert refused(tanks, need()).reason.code == "nothing_in_common"


def test_below_the_threshold_the_weighed_reasons_are_kept(heritage: Callable[..., Offer], need: BuildNeed) -> None:
    no = refused(heritage(), need(), threshold=100)
    assert no.reason.code == "below_threshold"
    assert no.score is not None
    assert no.score == sum(reason.weight or 0 for reason in no.weighed)


@pytest.mark.parametrize(
    ("due", "code"), [("2027-02", "due_before_deadline"), ("2027-06", "money_may_come_late"), ("2029", "time_fits")]
)
def test_timing(heritage: Callable[..., Offer], need: BuildNeed, due: str, code: str) -> None:
    fit = matched(heritage(), need(timing={"kind": "by", "due": {"value": due}}))
    assert code in {reason.code for reason in (*fit.reasons_for, *fit.reasons_against)}


def test_a_programme_the_plan_names_speaks_for_the_call(heritage: Callable[..., Offer], need: BuildNeed) -> None:
    offer = heritage(programme="Creative Europe")
    named = matched(offer, need(funding="EU funding (ERDF, Creative Europe etc.)"))
    assert "programme_in_plan" in {reason.code for reason in named.reasons_for}
    assert named.score > matched(offer, need()).score


def test_own_share_is_what_the_grant_leaves() -> None:
    assert own_share(euros(1_000), Decimal("0.8"), None) == euros(200)
    assert own_share(euros(1_000), Decimal("0.8"), euros(500)) == euros(500)
    assert own_share(None, Decimal("0.8"), euros(500)) is None
    assert own_share(euros(1_000), None, euros(500)) is None
    assert own_share(euros(1_000), Decimal("0.8"), Money(amount=Decimal(500), currency="USD")) is None


@given(
    st.decimals(min_value=0, max_value=10**9, places=2),
    st.decimals(min_value=0, max_value=1, places=4),
    st.none() | st.decimals(min_value=0, max_value=10**9, places=2),
)
def test_grant_and_own_share_make_the_cost(cost: Decimal, rate: Decimal, largest: Decimal | None) -> None:
    bound = None if largest is None else Money(amount=largest)
    paid, own = grant(Money(amount=cost), rate, bound), own_share(Money(amount=cost), rate, bound)
    assert paid is not None
    assert own is not None
    assert paid.amount + own.amount == cost
    assert 0 <= own.amount <= cost


def test_open_cost_of_what_is_not_known_is_not_known() -> None:
    assert open_cost(None, euros(5)) is None
    assert open_cost(euros(5), None) == euros(5)
    assert open_cost(euros(5), Money(amount=Decimal(5), currency="USD")) is None


ACTIVITIES: dict[str, dict[str, Any]] = {
    "2.1.1": {
        "title": "Infrastructure and equipment setup",
        "action_title": "Creative Makerspace",
        "estimated": {"amount": "115000"},
    },
    "3.1.4": {
        "title": "Local partnership network and its activities",
        "action_title": "Inclusive and Supportive Environment",
        "description": "Language learning and social life for migrants, programmes for social inclusion.",
        "estimated": {"amount": "12000"},
    },
    "4.1.1": {},
    "4.1.3": {
        "title": "Community-based art projects",
        "action_title": "Kajzer Creative Centre",
        "description": "Public art and artist residency programmes.",
        "estimated": {"amount": "10000"},
    },
}


def test_the_samples_fit_the_plan_where_they_should(
    samples: Callable[[str], list[Payload]], need: BuildNeed, now: datetime
) -> None:
    sources = ((Sedia(), "sedia-*.json"), (GovSi(), "gov-si-*.html"), (ByHand(), "by-hand.json"))
    calls = [Call.first_seen(each, now) for source, files in sources for each in source.read(samples(files)).calls]
    needs = [need(activity_id=number, number=number, **facts) for number, facts in ACTIVITIES.items()]
    fits: dict[str, set[str]] = {number: set() for number in ACTIVITIES}
    refusals: dict[str, set[str]] = {call.title: set() for call in calls}
    for call in calls:
        offer = Offer.of(call, now)
        for each in needs:
            result = match(offer, each, TODAY)
            if isinstance(result, Match):
                fits[each.number].add(call.title)
            else:
                refusals[call.title].add(result.reason.code)
    assert "Digital skills and makerspaces in small towns" in fits["2.1.1"]
    assert "Networks of towns: welcoming newcomers" in fits["3.1.4"]
    assert any("vključevanja tujcev" in title for title in fits["3.1.4"])
    assert any("kulturne dediščine" in title for title in fits["4.1.1"])
    assert "European cooperation projects, small scale" in fits["4.1.3"]
    assert len(set().union(*fits.values())) >= 6
    nothing_for_us = [title for title in refusals if "kmet" in title or "farm" in title or "vehicles" in title]
    assert len(nothing_for_us) == 3
    assert not set(nothing_for_us) & set().union(*fits.values())
    (revoked,) = [codes for title, codes in refusals.items() if "pametnih mest" in title]
    assert revoked == {"call_withdrawn"}

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.values import Money
from services.actions.needs import planned, said
from services.actions.plan_file import read_plan
from services.funding.calls import Call
from services.funding.co_financing import grant, open_cost, own_share
from services.funding.matching import Match, NoMatch, match
from services.funding.needs import Need
from services.funding.offers import Offer
from services.funding.sources.by_hand import ByHand
from services.funding.sources.eko_sklad import EkoSklad
from services.funding.sources.evropskasredstva import EvropskaSredstva
from services.funding.sources.gov_si import GovSi
from services.funding.sources.gov_si_news import GovSiNews
from services.funding.sources.parsed_call import Conflict, Deadline, ParsedCall
from services.funding.sources.sedia import Sedia
from services.funding.sources.skp import Skp
from services.funding.sources.source import Payload
from services.funding.sources.spirit import Spirit
from services.funding.sources.srrs import Srrs
from tests.unit.funding.conftest import SAMPLES

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
    assert {reason.code for reason in fit.reasons_for} == {
        *("shared_themes", "shared_words", "same_work", "amount_fits", "time_fits")
    }
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


def test_money_and_time_make_no_fit_of_what_has_little_in_common(
    heritage: Callable[..., Offer], need: BuildNeed
) -> None:
    offer = heritage(title="Obnova stavb", description="Obnova občinskih stavb.", min_amount=None)
    no = refused(
        offer, need(title="Office", action_title="Town hall", description=None, themes=["building_renovation"])
    )
    assert no.reason.code == "too_little_in_common"
    assert {"amount_fits", "time_fits"} <= {reason.code for reason in no.weighed}


def test_words_of_the_action_weigh_less_than_the_activitys_own(heritage: Callable[..., Offer], need: BuildNeed) -> None:
    offer = heritage(title="Coworking", description="Coworking, coworking, inovacijsko središče.", min_amount=None)
    own = matched(offer, need(title="Community working space", action_title="Innovation hub", description=None))
    around = match(offer, need(title="Furniture", action_title="Community working space", description=None), TODAY)
    assert isinstance(around, NoMatch)
    assert around.score is not None
    assert own.score > around.score


def test_work_of_another_kind_speaks_against_a_call_that_does_not_name_it(
    heritage: Callable[..., Offer], need: BuildNeed
) -> None:
    campaign = need(title="Promotion of the creative centre", themes=["cultural_heritage", "building_renovation"])
    silent = match(heritage(), campaign, TODAY)
    weighed = silent.weighed if isinstance(silent, NoMatch) else silent.reasons_against
    assert "other_work" in {reason.code for reason in weighed}
    named = matched(heritage(description="Prenova stavbe, promocija. Ustvarjalni center."), campaign)
    assert "other_work" not in {reason.code for reason in named.reasons_against}


PLAN = SAMPLES.parent / "plan.yaml"


@pytest.fixture
def whole_plan() -> list[Need]:
    plan = read_plan(PLAN.read_text(encoding="utf-8"), PLAN.name)
    planned_needs = [
        planned(plan, 1, action, activity, None) for action in plan.actions for activity in action.activities
    ]
    return [Need.of(said(each, "imported")) for each in planned_needs]


def test_the_samples_fit_the_plan_where_a_person_would_say_so(
    samples: Callable[[str], list[Payload]], whole_plan: list[Need], now: datetime
) -> None:
    sources = (
        *((Sedia(), "sedia-*.json"), (GovSi(), "gov-si-*.html"), (ByHand(), "by-hand.json"), (Srrs(), "srrs*.html")),
        *((GovSiNews(), "press-*.html"), (EvropskaSredstva(), "evropskasredstva-*.html")),
        *((EkoSklad(), "eko-sklad*.html"), (Spirit(), "spirit-*.json"), (Skp(), "skp*.json")),
    )
    calls = [Call.first_seen(each, now) for source, files in sources for each in source.read(samples(files)).calls]
    results = {
        call.title: {need.number: match(Offer.of(call, now), need, TODAY) for need in whole_plan} for call in calls
    }
    fits = {
        title: {number for number, result in judged.items() if isinstance(result, Match)}
        for title, judged in results.items()
    }

    def of(words: str) -> set[str]:
        (found,) = [numbers for title, numbers in fits.items() if words in title]
        return found

    assert (
        {"2.1.1", "2.1.3"}
        <= of("Digital skills and makerspaces in small towns")
        <= {"1.1.4", "2.1.1", "2.1.2", "2.1.3"}
    )
    assert of("Networks of towns: welcoming newcomers") == {"3.1.3", "3.1.4"}
    assert of("vključevanja tujcev") == {"3.1.3", "3.1.4"}
    assert of("kulturne dediščine") == {"4.1.1"}
    assert of("energetsko prenovo") == {"4.1.1"}
    assert "4.1.3" in of("European cooperation projects, small scale")
    assert "5.1.1" in of("Znamka majhnega mesta")
    assert (
        {"1.1.1", "2.1.1", "2.1.2"}
        <= of("ustvarjalne centre, coworking")
        <= {*("1.1.1", "1.1.4", "2.1.1", "2.1.2", "2.1.3", "4.1.1", "4.1.5")}
    )
    assert of("oprema za podkast") == {"2.1.1", "2.1.2", "2.1.3"}
    assert {"4.1.1"} <= of("industrijske dediščine") <= {"4.1.1", "4.1.3"}
    # An announcement of one line, for workspaces and creative centres alike.
    assert {"1.1.1"} <= of("skupnostne delovne prostore") <= {"1.1.1", "4.1.1", "4.1.3", "4.1.6"}
    assert {"2.1.3"} <= of("mladinske programe") <= {"2.1.1", "2.1.2", "2.1.3"}
    assert not of("AGRO mikro") | of("raziskovalno opremo") | of("vstopu na tuje trge") | of("polnilnice")
    assert max(map(len, fits.values())) <= 7
    assert not of("mladim kmetom") | of("farm products") | of("ground vehicles")
    (revoked,) = [judged for title, judged in results.items() if "pametnih mest" in title]
    assert {r.reason.code for r in revoked.values() if isinstance(r, NoMatch)} == {"call_withdrawn"}

"""The index and the filters agree about every search and every call."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as some

from contracts.funding import CallFacts, CallMatchedV1
from contracts.values import Money
from services.notifications.subscriptions import Subscription, why_not, why_not_found
from services.notifications.subscriptions.keys import index_of, keys_of_call, keys_of_match
from services.notifications.subscriptions.limits import Limits
from services.notifications.subscriptions.words import terms

NOW = datetime(2027, 2, 19, 8, tzinfo=UTC)
WORDS = (
    "prenova",
    "prenovni",
    "stavb",
    "stavbe",
    "Energy",
    "energetska",
    "energies",
    "co-working",
    "LIFE-2027",
    "občinam",
    "in",
)
PLACES = ("SI", "SI04", "SI043", "SI03", "AT", "SI-036", "SI-020", "EU", "INTERREG-IT-SI", "Italija", "italija")
THEMES = ("energy", "Energy", "culture", "youth")
APPLICANTS = ("government_municipal", "public_body", "unrestricted")
PROGRAMMES = ("Interreg Italija-Slovenija", "Interreg", "LIFE", "Program ESRR")
FRANCS = Money(amount=Decimal(9), currency="CHF")
KINDS = some.sampled_from((("call_found",), ("call_matched",), ("call_found", "call_matched")))


def _several(values: tuple[str, ...], most: int = 2) -> Any:
    return some.lists(some.sampled_from(values), max_size=most)


def _or_none(strategy: Any) -> Any:
    return some.one_of(some.none(), strategy)


searches = some.builds(
    Subscription,
    id=some.just("s"),
    person=some.just("p"),
    kinds=KINDS,
    text=some.lists(some.sampled_from(WORDS[:-1]), max_size=2).map(" ".join),
    themes=_several(THEMES),
    territories=_several(PLACES),
    applicants=_several(APPLICANTS),
    programmes=_several(PROGRAMMES),
    sources=_several(("eu-portal", "ministry")),
    actions=_several(("2.1", "3.1"), 1),
    activities=_several(("2.1.3", "a-3.1.2"), 1),
    min_score=some.sampled_from((0, 0, 60)),
    min_amount=_or_none(some.sampled_from((Money(amount=Decimal(4)), Money(amount=Decimal(6)), FRANCS))),
    max_amount=_or_none(some.sampled_from((Money(amount=Decimal(6)), Money(amount=Decimal(8)), FRANCS))),
    min_rate=some.sampled_from((None, None, Decimal("0.5"))),
    deadline_within=some.sampled_from((None, None, 20)),
    deadline_until=some.sampled_from((None, None, (NOW + timedelta(days=20)).date())),
    enabled=some.sampled_from((True, True, False)),
    paused_until=some.sampled_from((None, None, NOW, NOW + timedelta(days=1))),
    deleted_at=some.sampled_from((None, None, NOW)),
)
calls = some.builds(
    CallFacts,
    call_id=some.just("c"),
    title=_several(WORDS, 3).map(" ".join),
    summary=_or_none(_several(WORDS, 4).map(" ".join)),
    status=some.just("open"),
    programme=_or_none(some.sampled_from(PROGRAMMES)),
    territory=_or_none(some.sampled_from(PLACES)),
    themes=_several(THEMES),
    eligible_applicants=_several(APPLICANTS),
    max_amount=_or_none(some.just(Money(amount=Decimal(5)))),
    min_amount=_or_none(some.just(Money(amount=Decimal(7)))),
    co_financing_rate=some.sampled_from((None, Decimal("0.4"), Decimal("0.8"))),
    deadline=some.sampled_from((None, NOW + timedelta(days=10), NOW + timedelta(days=30))),
    source=some.sampled_from(("eu-portal", "ministry", "ted")),
)


def _found(subscription: Subscription, kind: str, keys: frozenset[str]) -> bool:
    """What the store does with `that_can_be_met`; the service tests ask a real one."""
    stored = index_of(subscription)
    looked_up = not {f"{kind} {key}" for key in keys}.isdisjoint(stored["found_by"])
    return looked_up and all(not keys.isdisjoint(ways) for ways in stored["needs"])


@settings(max_examples=300, deadline=None)
@given(searches, calls)
def test_the_index_and_the_bounds_find_what_the_filters_let_through_and_nothing_else(subscription, call):
    limits = Limits.of(index_of(subscription)["limits"])
    found = _found(subscription, "call_found", keys_of_call(call)) and limits.let_through(call, NOW)
    assert found == (why_not_found(subscription, call, NOW) is None)


def test_a_search_that_is_newer_than_a_call_does_not_find_it():
    later = Subscription(id="s", person="p", created_at=NOW + timedelta(seconds=1))
    call = CallFacts(call_id="c", title="Prenova", source="ministry")
    limits = Limits.of(index_of(later)["limits"])
    assert not limits.let_through(call, NOW)
    assert limits.let_through(call, NOW + timedelta(seconds=1))


@settings(max_examples=100, deadline=None)
@given(searches, calls)
def test_release_0_3_still_finds_what_this_one_keeps(subscription, call):
    """It looks words up by their stems, and up to three lists after the first."""
    said = terms(f"{call.title} {call.summary or ''} {call.programme or ''}")
    old = keys_of_call(call) | {f"word {key}" for word in said for key in word.keys_of_release_0_3}
    asked = terms(subscription.text)
    by_stems = all(any(f"word {key}" in old for key in word.keys_of_release_0_3) for word in asked)
    if by_stems and why_not_found(subscription.model_copy(update={"text": ""}), call, NOW) is None:
        stored = index_of(subscription)
        assert not {f"call_found {key}" for key in old}.isdisjoint(stored["index"])
        assert all(not old.isdisjoint(ways) for ways in stored["also"].values())


@settings(max_examples=200, deadline=None)
@given(searches, calls, _several(THEMES))
def test_no_search_that_a_match_meets_is_missed(subscription, call, themes):
    match = CallMatchedV1(
        match_id="m",
        call=call,
        activity_id="a-3.1.2",
        activity_number="3.1.2",
        activity_title="",
        action_number="3.1",
        action_title="",
        score=70,
        reasons_for=[],
        themes=themes,
    )
    if why_not(subscription, match, NOW) is None:
        assert _found(subscription, "call_matched", keys_of_match(match))


def test_most_searches_are_passed_over():
    call = CallFacts(call_id="c", title="Prenova stavb", themes=["energy"], source="ministry", territory="SI04")
    keys = keys_of_call(call)
    others: list[dict[str, Any]] = [
        {"text": "kolesarske poti"},
        {"text": "prenova poti"},
        {"text": "prenova stavb", "territories": ("SI03",)},
        {"themes": ("culture",)},
        {"territories": ("SI03",)},
        {"sources": ("ted",)},
        {"sources": ("ministry",), "themes": ("culture",)},
        {"text": "prenova", "kinds": ("call_matched",)},
        {"text": "prenova", "deleted_at": NOW},
    ]
    for other in others:
        assert not _found(
            Subscription(id="s", person="p", **({"kinds": ("call_found",)} | other)), "call_found", keys
        ), other

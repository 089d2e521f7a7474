"""How well a call fits an activity: four parts that together make at most 100, each with its reasons.

themes 40, words 30, amount 15, timing 15. What is not known gives no points and is said as a reason against.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from contracts.values import LocalText, Reason
from services.funding.changes import in_words
from services.funding.co_financing import grant
from services.funding.needs import Need
from services.funding.offers import Offer
from services.funding.territory import covers
from services.funding.theme_names import named
from services.funding.vocabulary import CONCEPTS

_WEAK = frozenset(concept.code for concept in CONCEPTS if concept.weak)
_CROSS_CUTTING = frozenset({"partnership"})
_THEME_POINTS = (0, 26, 34, 40)
_CROSS_CUTTING_POINTS = 8
_STRONG_WORD, _WEAK_WORD, _MOST_FOR_WORDS = 8, 3, 27
_PROGRAMME_POINTS = 3
_AMOUNT_POINTS = 15
_TIMING_POINTS = 15
_FROM_DEADLINE_TO_MONEY = timedelta(days=180)
_TIME_TO_PREPARE = timedelta(days=21)
_TOO_SMALL = Decimal("0.05")


def reasons(offer: Offer, need: Need, today: date) -> list[Reason]:
    """Everything that speaks for and against, each with its points; empty when the two have nothing in common."""
    substance = [*_themes(offer, need), *_words(offer, need)]
    if not substance:
        return []
    return [
        *substance,
        *_programme(offer, need),
        *_amount(offer, need),
        *_timing(offer, need, today),
        *_unknowns(offer, need),
    ]


def _themes(offer: Offer, need: Need) -> Iterator[Reason]:
    shared = offer.themes & need.themes
    core = sorted(shared - _CROSS_CUTTING)
    points = _THEME_POINTS[min(len(core), 3)] or (_CROSS_CUTTING_POINTS if shared else 0)
    if not points:
        return
    names = named(core or sorted(shared))
    evidence = _words_of(offer.topic.themes, core or sorted(shared))
    yield _reason("shared_themes", f"Skupne teme: {names.sl}.", f"Shared themes: {names.en}.", points, evidence)


def _words(offer: Offer, need: Need) -> Iterator[Reason]:
    shared = sorted(offer.topic.concepts.keys() & need.topic.concepts.keys())
    if strong := [code for code in shared if code not in _WEAK]:
        points = min(_MOST_FOR_WORDS, len(strong) * _STRONG_WORD + (len(shared) - len(strong)) * _WEAK_WORD)
        evidence = f"{_words_of(offer.topic.concepts, shared)} / {_words_of(need.topic.concepts, shared)}"
        yield _reason(
            "shared_words",
            "Razpis in aktivnost govorita o istem.",
            "The call and the activity speak of the same things.",
            points,
            evidence,
        )


def _programme(offer: Offer, need: Need) -> Iterator[Reason]:
    programme = offer.facts.programme
    if programme and programme.casefold() in need.funding:
        yield _reason(
            "programme_in_plan",
            f"Načrt pri tej aktivnosti omenja program {programme}.",
            f"The plan names {programme} as a source for this activity.",
            _PROGRAMME_POINTS,
            programme,
        )


def _amount(offer: Offer, need: Need) -> Iterator[Reason]:
    cost, largest = need.open_cost, offer.facts.max_amount
    if cost is None or largest is None or cost.currency != largest.currency:
        return
    wanted = grant(cost, offer.facts.co_financing_rate, None) or cost
    evidence = f"{in_words(wanted)} / {in_words(largest)}"
    if wanted.amount > largest.amount:
        points = int(_AMOUNT_POINTS * largest.amount / wanted.amount)
        yield _reason(
            "covers_a_part",
            "Razpis lahko krije le del potrebnega denarja.",
            "The call can pay only a part of what is needed.",
            points,
            evidence,
        )
    elif wanted.amount < largest.amount * _TOO_SMALL:
        yield _reason(
            "small_for_call",
            "Aktivnost je za ta razpis majhna.",
            "The activity is small for this call.",
            _AMOUNT_POINTS // 3,
            evidence,
        )
    else:
        yield _reason(
            "amount_fits",
            "Znesek ustreza mejam razpisa.",
            "The amount is within the call's bounds.",
            _AMOUNT_POINTS,
            evidence,
        )


def _timing(offer: Offer, need: Need, today: date) -> Iterator[Reason]:
    last_day = today if offer.until_funds_run_out else offer.last_day
    if last_day is None:
        return
    if not offer.until_funds_run_out and last_day - today < _TIME_TO_PREPARE:
        yield _reason(
            "little_time",
            "Do roka je malo časa za pripravo vloge.",
            "There is little time left to prepare an application.",
            -5,
            f"{(last_day - today).days} d",
        )
    due = need.timing.due
    if due is None or need.timing.kind in ("launch_then_ongoing", "ongoing", "open_ended"):
        if due is not None or need.timing.kind != "unknown":
            yield _reason(
                "activity_goes_on",
                "Aktivnost teče dalj časa, zato se denar ujame z njo.",
                "The activity goes on for a long time, so the money reaches it.",
                _TIMING_POINTS * 2 // 3,
            )
        return
    yield _due(due.last_day(), last_day, due.phrase or due.value)


def _due(due: date, deadline: date, evidence: str) -> Reason:
    if due < deadline:
        return _reason(
            "due_before_deadline",
            "Aktivnost naj bi bila končana pred rokom razpisa.",
            "The activity is due before the call's deadline.",
            -5,
            evidence,
        )
    if due - deadline < _FROM_DEADLINE_TO_MONEY:
        return _reason(
            "money_may_come_late",
            "Denar morda ne pride pred rokom aktivnosti.",
            "The money may not come before the activity is due.",
            _TIMING_POINTS // 3,
            evidence,
        )
    return _reason(
        "time_fits",
        "Med rokom razpisa in rokom aktivnosti je dovolj časa.",
        "There is enough time between the call's deadline and the activity's.",
        _TIMING_POINTS,
        evidence,
    )


def _unknowns(offer: Offer, need: Need) -> Iterator[Reason]:
    facts = offer.facts
    for unknown, code, sl, en in (
        (offer.municipality_may_apply is None, "eligibility", "ali sme občina kandidirati", "whether we may apply"),
        (covers(facts.territory, need.territory) is None, "territory", "za katero območje velja", "where it applies"),
        (facts.co_financing_rate is None, "rate", "kolikšen delež plača", "what share it pays"),
        (facts.max_amount is None, "amount", "koliko največ da", "how much it gives at most"),
        (facts.status == "unknown", "status", "ali je razpis odprt", "whether it is open"),
        (offer.last_day is None and not offer.until_funds_run_out, "deadline", "kakšen je rok", "its deadline"),
    ):
        if unknown:
            yield _reason(f"{code}_unknown", f"Ni znano: {sl}.", f"Not known: {en}.", 0)
    if need.uncosted:
        yield _reason("uncosted", "Načrt ne pove, koliko stane.", "The plan does not say what it costs.", 0)
    for conflict in offer.conflicts:
        yield _reason(
            f"{conflict.field}_conflict",
            "Podatki vira si nasprotujejo.",
            "The source contradicts itself.",
            0,
            f"{conflict.says}, {conflict.against}",
        )


def _words_of(evidence: dict[str, tuple[str, ...]], codes: list[str]) -> str:
    written = [word for code in codes for word in evidence.get(code, ())[:3]]
    return ", ".join(dict.fromkeys(written))


def _reason(code: str, sl: str, en: str, weight: int, evidence: str | None = None) -> Reason:
    return Reason(code=code, text=LocalText(sl=sl, en=en), evidence=evidence or None, weight=weight)

"""How well a call fits an activity: four parts that together make at most 100, each with its reasons.

themes 40, words 30, amount 15, timing 15. What is not known gives no points and is said as a reason against.
Themes and words are the substance, of which a fit needs `LEAST_SUBSTANCE`: a right amount at the right time makes
no fit of a call for something else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal

from contracts.values import LocalText, PartialDate, Reason
from services.funding import spoken
from services.funding.co_financing import grant
from services.funding.needs import Need
from services.funding.offers import Offer
from services.funding.territory import covers
from services.funding.theme_names import named
from services.funding.vocabulary import CONCEPTS

_WEAK = frozenset(concept.code for concept in CONCEPTS if concept.weak)
LEAST_SUBSTANCE = 34

# Half the calls and half the plan carry these, so sharing one says little; the cross-cutting ones say nothing.
_BROAD = frozenset({"entrepreneurship", "creative_industries", "social_inclusion", "building_renovation", "tourism"})
_CROSS_CUTTING = frozenset({"partnership", "mentoring", "awareness_raising"})
_SPECIFIC_POINTS, _BROAD_POINTS, _MOST_FOR_THEMES = (0, 22, 32, 40), 7, 40
# What an activity does, whatever it is about. A call for a thing pays for such work only where it says so.
_KINDS_OF_WORK = frozenset({"campaign", "partnership", "survey", "management", "monitoring"})
_OTHER_WORK_POINTS = -20
_STRONG_WORD, _WEAK_WORD, _WORD_OF_THE_ACTION, _MOST_FOR_WORDS = 10, 3, 3, 27
_PROGRAMME_POINTS = 3
_AMOUNT_POINTS = 15
_TIMING_POINTS = 15
_FROM_DEADLINE_TO_MONEY = timedelta(days=180)
_TIME_TO_PREPARE = timedelta(days=21)
_TOO_SMALL = Decimal("0.05")
_WORDS_SHOWN = 2


def reasons(offer: Offer, need: Need, today: date) -> list[Reason]:
    """Everything that speaks for and against, each with its points; empty when the two have nothing in common."""
    substance = [*_themes(offer, need), *_words(offer, need)]
    if not substance:
        return []
    return [
        *substance,
        *_work(offer, need),
        *_programme(offer, need),
        *_amount(offer, need),
        *_timing(offer, need, today),
        *_unknowns(offer, need),
    ]


_SUBSTANCE = frozenset({"shared_themes", "shared_words", "other_work"})


def substance_of(weighed: Iterable[Reason]) -> int:
    """The points, at most 67, that do not come from money and time."""
    return sum(reason.weight or 0 for reason in weighed if reason.code in _SUBSTANCE)


def _themes(offer: Offer, need: Need) -> Iterator[Reason]:
    shared = sorted((offer.themes & need.themes) - _CROSS_CUTTING)
    if not shared:
        return
    broad = _BROAD.intersection(shared)
    specific = min(len(shared) - len(broad), len(_SPECIFIC_POINTS) - 1)
    points = min(_MOST_FOR_THEMES, _SPECIFIC_POINTS[specific] + len(broad) * _BROAD_POINTS)
    names = named(shared)
    evidence = _words_of(offer.topic.themes, shared)
    yield _reason("shared_themes", f"Skupne teme: {names.sl}.", f"Shared themes: {names.en}.", points, evidence)


def _words(offer: Offer, need: Need) -> Iterator[Reason]:
    shared = sorted(offer.topic.concepts.keys() & need.topic.concepts.keys())
    around = offer.topic.concepts.keys() & need.setting - _WEAK
    strong = [code for code in shared if code not in _WEAK]
    if not strong and not around:
        return
    points = len(strong) * _STRONG_WORD + (len(shared) - len(strong)) * _WEAK_WORD + len(around) * _WORD_OF_THE_ACTION
    theirs, ours = _words_of(offer.topic.concepts, sorted({*shared, *around})), _words_of(need.topic.concepts, shared)
    yield _reason(
        "shared_words",
        "Razpis in aktivnost govorita o istem.",
        "The call and the activity speak of the same things.",
        min(_MOST_FOR_WORDS, points),
        f"{theirs} ↔ {ours or need.action_title}",
    )


def _work(offer: Offer, need: Need) -> Iterator[Reason]:
    kinds = need.work & _KINDS_OF_WORK
    if kinds and not kinds & offer.topic.concepts.keys():
        yield _reason(
            "other_work",
            "Razpis ne omenja take vrste dela.",
            "The call does not speak of this kind of work.",
            _OTHER_WORK_POINTS,
            need.title,
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
    ours, theirs = spoken.amount(wanted), spoken.amount(largest)
    if wanted.amount > largest.amount:
        yield _reason(
            "covers_a_part",
            f"Razpis krije le del: potrebovali bi {ours.sl}, razpis pa da največ {theirs.sl}.",
            f"The call pays only a part: {ours.en} is needed, and it gives at most {theirs.en}.",
            int(_AMOUNT_POINTS * largest.amount / wanted.amount),
        )
    elif wanted.amount < largest.amount * _TOO_SMALL:
        yield _reason(
            "small_for_call",
            f"Aktivnost je za ta razpis majhna: potrebovali bi {ours.sl}, razpis pa da do {theirs.sl}.",
            f"The activity is small for this call: {ours.en} is needed, and it gives up to {theirs.en}.",
            _AMOUNT_POINTS // 3,
        )
    else:
        yield _reason(
            "amount_fits",
            f"Znesek ustreza: potrebovali bi {ours.sl}, razpis da največ {theirs.sl}.",
            f"The amount fits: {ours.en} is needed, and the call gives at most {theirs.en}.",
            _AMOUNT_POINTS,
        )


def _timing(offer: Offer, need: Need, today: date) -> Iterator[Reason]:
    last_day = today if offer.until_funds_run_out else offer.last_day
    if last_day is None:
        return
    if not offer.until_funds_run_out and last_day - today < _TIME_TO_PREPARE:
        left = spoken.days((last_day - today).days)
        yield _reason(
            "little_time",
            f"Malo časa za pripravo vloge: do roka je še {left.sl}.",
            f"Little time to prepare an application: {left.en} to the deadline.",
            -5,
        )
    due = need.timing.due
    if due is None or need.timing.kind in ("launch_then_ongoing", "ongoing", "open_ended"):
        if due is not None or need.timing.kind != "unknown":
            yield _reason(
                "activity_goes_on",
                "Aktivnost traja dlje, zato bo denar prišel pravočasno.",
                "The activity goes on for a long time, so the money reaches it.",
                _TIMING_POINTS * 2 // 3,
            )
        return
    yield _due(due, last_day)


def _due(due: PartialDate, deadline: date) -> Reason:
    said = spoken.date(due)
    if due.last_day() < deadline:
        return _reason(
            "due_before_deadline",
            f"Aktivnost naj bi bila končana ({said.sl}) še pred rokom razpisa.",
            f"The activity is due ({said.en}) before the call's deadline.",
            -5,
        )
    if due.last_day() - deadline < _FROM_DEADLINE_TO_MONEY:
        return _reason(
            "money_may_come_late",
            f"Denar morda ne bo prišel pred rokom aktivnosti ({said.sl}).",
            f"The money may not come before the activity is due ({said.en}).",
            _TIMING_POINTS // 3,
        )
    return _reason(
        "time_fits",
        f"Med rokom razpisa in rokom aktivnosti ({said.sl}) je dovolj časa.",
        f"There is enough time between the call's deadline and the activity's ({said.en}).",
        _TIMING_POINTS,
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
            yield _reason(f"{code}_unknown", f"Ni podatka, {sl}.", f"Not known: {en}.", 0)
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
    written = [word for code in codes for word in evidence.get(code, ())[:_WORDS_SHOWN]]
    return ", ".join(dict.fromkeys(written))


def _reason(code: str, sl: str, en: str, weight: int, evidence: str | None = None) -> Reason:
    return Reason(code=code, text=LocalText(sl=sl, en=en), evidence=evidence or None, weight=weight)

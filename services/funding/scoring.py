"""How well a call fits an activity: parts with their points, 100 at most together, each with its reasons.

themes 40, words 27, the kind of work 12 or -20, other people than those the activity is for -8 or -20, amount 9,
timing 9, the programme 3. What is not known gives no points and is said as a reason against.
Themes, words, work and people are the substance, of which a fit needs `LEAST_SUBSTANCE`: a right amount at the
right time makes no fit of a call for something else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from datetime import date
from decimal import Decimal

from contracts.values import LocalText, PartialDate, Reason
from services.funding import spoken
from services.funding.co_financing import grant
from services.funding.keys import CROSS_CUTTING, WEAK
from services.funding.needs import Need
from services.funding.offers import Offer
from services.funding.procedure import Procedure, in_words, procedure_for
from services.funding.sources.parsed_call import Conflict
from services.funding.territory import covers
from services.funding.theme_names import named

LEAST_SUBSTANCE = 31

# Half the calls and half the plan carry these, so sharing one says little; the cross-cutting ones say nothing.
_BROAD = frozenset({"entrepreneurship", "creative_industries", "social_inclusion", "building_renovation", "tourism"})
_SPECIFIC_POINTS, _BROAD_POINTS, _MOST_FOR_THEMES = (0, 22, 32, 40), 9, 40
# What an activity does, whatever it is about. A call for a thing pays for such work only where it says so.
_KINDS_OF_WORK = {
    **{each: each for each in ("campaign", "festival", "partnership", "survey", "management", "monitoring")},
    **{each: each for each in ("training", "mentoring")},
    **dict.fromkeys(("setting_up", "equipment", "premises", "renovation", "energy_renovation"), "investment"),
}
_SAME_WORK_POINTS, _OTHER_WORK_POINTS, _OTHER_WORK_OF_A_TERSE_CALL = 12, -20, -10
# An activity for newcomers is not paid for by a call that speaks of nobody in their place.
_FOR_WHOM = {"migrant_integration": frozenset({"migrant_integration", "social_inclusion", "gender_equality"})}
_OTHER_PEOPLE_POINTS, _FOR_THE_YOUNG_POINTS = -20, -8
_STRONG_WORD, _WEAK_WORD, _WORD_OF_THE_ACTION, _MOST_FOR_WORDS = 10, 3, 3, 27
_PROGRAMME_POINTS = 3
_AMOUNT_POINTS = 9
_TIMING_POINTS = 9
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
        *_people(offer, need),
        *_programme(offer, need),
        *_amount(offer, need),
        *_timing(offer, need, today),
        *_unknowns(offer, need),
    ]


_SUBSTANCE = frozenset({"shared_themes", "shared_words", "same_work", "other_work", "other_people"})


def substance_of(weighed: Iterable[Reason]) -> int:
    """The points, at most 79, that do not come from money and time."""
    return sum(reason.weight or 0 for reason in weighed if reason.code in _SUBSTANCE)


def may_fit(offer: Offer, need: Need) -> bool:
    """Whether the two have enough in common, counted without a word: what thousands of pairs are sifted with."""
    themes = (offer.themes & need.themes) - CROSS_CUTTING
    concepts = offer.topic.concepts.keys()
    words = _word_points(concepts & need.topic.concepts.keys(), concepts & need.setting)
    return _theme_points(themes) + words + _work_points(offer, need) + _people_points(offer, need) >= LEAST_SUBSTANCE


def _theme_points(shared: AbstractSet[str]) -> int:
    broad = len(_BROAD & shared)
    specific = min(len(shared) - broad, len(_SPECIFIC_POINTS) - 1)
    return min(_MOST_FOR_THEMES, _SPECIFIC_POINTS[specific] + broad * _BROAD_POINTS)


def _word_points(shared: AbstractSet[str], around: AbstractSet[str]) -> int:
    strong, setting = len(shared - WEAK), len(around - WEAK)
    if not strong and not setting:
        return 0
    weak = len(shared) - strong
    return min(_MOST_FOR_WORDS, strong * _STRONG_WORD + weak * _WEAK_WORD + setting * _WORD_OF_THE_ACTION)


def _work_points(offer: Offer, need: Need) -> int:
    ours, theirs = _kinds(need.work), _kinds(offer.topic.concepts)
    if not ours:
        return 0
    if not ours & theirs:
        return _OTHER_WORK_OF_A_TERSE_CALL if offer.terse and not theirs else _OTHER_WORK_POINTS
    # Building and buying is done to everything: it has to be the same thing, or at least another sort of work.
    same_thing = (offer.topic.concepts.keys() & need.topic.concepts.keys()) - WEAK
    same_field = (offer.themes & need.themes) - _BROAD - CROSS_CUTTING
    other_sort = ours & theirs - {"investment"}
    return _SAME_WORK_POINTS if same_thing or (same_field and other_sort) else 0


def _people_points(offer: Offer, need: Need) -> int:
    if any(theme in need.themes and not alike & offer.themes for theme, alike in _FOR_WHOM.items()):
        return _OTHER_PEOPLE_POINTS
    for_the_young = "youth" in offer.heading
    return _FOR_THE_YOUNG_POINTS if for_the_young and "youth" not in (need.themes | need.topic.concepts.keys()) else 0


def _kinds(concepts: Iterable[str]) -> set[str]:
    return {_KINDS_OF_WORK[each] for each in concepts if each in _KINDS_OF_WORK}


def _themes(offer: Offer, need: Need) -> Iterator[Reason]:
    shared = sorted((offer.themes & need.themes) - CROSS_CUTTING)
    if not shared:
        return
    points = _theme_points(frozenset(shared))
    names = named(shared)
    evidence = _words_of(offer.topic.themes, shared)
    yield _reason("shared_themes", f"Skupne teme: {names.sl}.", f"Shared themes: {names.en}.", points, evidence)


def _words(offer: Offer, need: Need) -> Iterator[Reason]:
    shared = sorted(offer.topic.concepts.keys() & need.topic.concepts.keys())
    around = offer.topic.concepts.keys() & need.setting - WEAK
    points = _word_points(frozenset(shared), around)
    if not points:
        return
    theirs, ours = _words_of(offer.topic.concepts, sorted({*shared, *around})), _words_of(need.topic.concepts, shared)
    yield _reason(
        "shared_words",
        "Razpis in aktivnost govorita o istem.",
        "The call and the activity speak of the same things.",
        points,
        f"{theirs} ↔ {ours or need.action_title}",
    )


def _work(offer: Offer, need: Need) -> Iterator[Reason]:
    points = _work_points(offer, need)
    if points < 0:
        yield _reason(
            "other_work",
            "Razpis ne omenja take vrste dela.",
            "The call does not speak of this kind of work.",
            points,
            need.title,
        )
    elif points:
        shared = _kinds(need.work) & _kinds(offer.topic.concepts)
        named = sorted(code for code in offer.topic.concepts if _KINDS_OF_WORK.get(code) in shared)
        yield _reason(
            "same_work",
            "Razpis podpira takšno vrsto dela.",
            "The call pays for this kind of work.",
            points,
            f"{_words_of(offer.topic.concepts, named)} ↔ {need.title}",
        )


def _people(offer: Offer, need: Need) -> Iterator[Reason]:
    if points := _people_points(offer, need):
        yield _reason(
            "other_people",
            "Razpis ne omenja ljudi, ki jim je aktivnost namenjena.",
            "The call does not speak of the people the activity is for.",
            points,
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
    steps = procedure_for(need.open_cost, building="building_renovation" in need.themes)
    if not offer.until_funds_run_out and last_day - today < steps.to_deadline:
        lasts, until, parts = spoken.days(steps.to_deadline.days), spoken.day(last_day), in_words(steps.before)
        yield _reason(
            "little_time",
            f"Malo časa za pripravo: postopek traja okrog {lasts.sl} ({parts.sl}), rok pa je {until.sl}.",
            f"Little time to prepare: the procedure takes about {lasts.en} ({parts.en}), the deadline is {until.en}.",
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
    yield _due(due, last_day, steps)


def _due(due: PartialDate, deadline: date, steps: Procedure) -> Reason:
    said = spoken.date(due)
    if due.last_day() < deadline:
        return _reason(
            "due_before_deadline",
            f"Aktivnost naj bi bila končana ({said.sl}) še pred rokom razpisa.",
            f"The activity is due ({said.en}) before the call's deadline.",
            -5,
        )
    lasts, parts = spoken.days(steps.from_deadline.days), in_words(steps.after)
    if due.last_day() - deadline < steps.from_deadline:
        return _reason(
            "money_may_come_late",
            f"Po roku razpisa je treba še okrog {lasts.sl} ({parts.sl}), aktivnost pa naj bi bila končana {said.sl}.",
            f"After the call's deadline about {lasts.en} more are needed ({parts.en}), the activity is due {said.en}.",
            _TIMING_POINTS // 3,
        )
    return _reason(
        "time_fits",
        f"Med rokom razpisa in rokom aktivnosti ({said.sl}) je dovolj časa: treba je okrog {lasts.sl} ({parts.sl}).",
        f"Between the call's deadline and the activity's ({said.en}) there is enough time: about {lasts.en} are needed"
        f" ({parts.en}).",
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
        sl, en = _CONTRADICTIONS[conflict.kind]
        yield _reason(f"{conflict.field}_conflict", sl, en, 0, _sides(conflict))


_CONTRADICTIONS = {
    "source": ("Vir sam sebi nasprotuje.", "The source contradicts itself."),
    "dates": ("Stanje, ki ga navaja vir, se ne ujema z datumi razpisa.", "The source's status contradicts its dates."),
    "sources": ("Vira si nasprotujeta.", "Two sources contradict each other."),
    "correction": ("Vir trdi drugače, kot je popravila občina.", "The source says otherwise than we set right."),
}


def _sides(conflict: Conflict) -> str:
    """Both statements, with the sources' names where there are two; never the name of a person."""
    if conflict.kind == "sources":
        return f"{conflict.said_by}: {conflict.says}; {conflict.against_by}: {conflict.against}"
    return f"{conflict.says}; {conflict.against}"


def _words_of(evidence: dict[str, tuple[str, ...]], codes: list[str]) -> str:
    written = [word for code in codes for word in evidence.get(code, ())[:_WORDS_SHOWN]]
    return ", ".join(dict.fromkeys(written))


def _reason(code: str, sl: str, en: str, weight: int, evidence: str | None = None) -> Reason:
    return Reason(code=code, text=LocalText(sl=sl, en=en), evidence=evidence or None, weight=weight)

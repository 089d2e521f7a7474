"""The inverted index of saved searches: which of them a call meets, without reading the others.

Each filter of a search is a list of keys, one for each way to meet it; not knowing counts as a way: a search for a
theme is met by "theme unknown", too. A call has the keys of all that is known and unknown of it, and meets whatever it
has one of the keys of in every list. The store looks searches up by the list that fewest calls have a key of, and drops
those of which one of the other lists holds none. What is left are bounds: amounts, rates, days (`limits.py`).
`tests/unit/notifications/subscriptions/test_keys.py` holds all this to the filters.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product
from typing import Any

from contracts.funding import CallFacts, CallMatchedV1
from services.notifications.subscriptions.filters import ANYBODY, call_words
from services.notifications.subscriptions.limits import limits_of
from services.notifications.subscriptions.subscription import Search, Subscription
from services.notifications.subscriptions.territories import keys_of_place, keys_of_wanted
from services.notifications.subscriptions.words import Term, terms, words_of

INDEXED_AS = 2
"""Grows when a change below, or of roots, moves searches to other keys; a migration then moves what is stored."""

EVERYTHING = "*"
INDEXED_KINDS = ("call_found", "call_matched")
_MOST_PAIRS = 100
# Stems that calls are full of: they are looked up by only when nothing else is asked for.
_EVERYWHERE = frozenset(
    (
        *("razpis", "javn", "sofinanciranj", "sredst", "projekt", "program", "podpor", "razvoj", "izvajanj", "izvedb"),
        *("obcin", "lokaln", "podjet", "sloven", "republik", "evropsk", "ministrst", "namen", "predmet", "prijav"),
        *("call", "project", "support", "europ", "europea", "union", "fund", "develop", "innovation", "actio", "local"),
    )
)
Ways = frozenset[str]


def index_of(subscription: Subscription) -> dict[str, Any]:
    """What a stored subscription is found by: the keys of one filter for each of its kinds, the others', the bounds."""
    first, *others = needs_of(subscription) or [frozenset({EVERYTHING})]
    return {
        "found_by": [f"{kind} {key}" for kind in _kinds(subscription) for key in sorted(first)],
        "needs": [sorted(ways) for ways in others],
        "limits": limits_of(subscription),
        "indexed_as": INDEXED_AS,
        **_for_release_0_3(subscription),
    }


def that_can_be_met(kind: str, keys: Iterable[str]) -> dict[str, Any]:
    """The question to the store for every search of a kind that a call with these keys meets but for its bounds.

    What an earlier release has stored, without this index, is among them.
    """
    known = sorted({EVERYTHING, *keys})
    none_of_them_known = {"$elemMatch": {"$not": {"$elemMatch": {"$in": known}}}}
    return {"found_by": {"$in": [None, *(f"{kind} {key}" for key in known)]}, "needs": {"$not": none_of_them_known}}


def needs_of(search: Search) -> list[Ways]:
    """For each filter every way to meet it, the filter first that turns most calls away."""
    words = [frozenset(f"word {key}" for key in word.keys) for word in _words(search)]
    sources, themes = _sources(search), _themes(search)
    if 0 < len(sources) * len(themes) <= _MOST_PAIRS:
        both = frozenset(map(" ".join, product(sources, themes)))
        return _set([*words, _plan(search), _by_programme(search), both, *_places_and_applicants(search)])
    return _set([*words, _plan(search), _by_programme(search), sources, themes, *_places_and_applicants(search)])


def keys_of_call(call: CallFacts, themes: Iterable[str] = ()) -> Ways:
    """Every key under which a search can stand that the call meets; `themes` are further ones it is known to have."""
    known = [theme.casefold() for theme in (*themes, *call.themes)]
    applicants = call.eligible_applicants
    programme = words_of(call.programme)
    source = f"source {call.source}"
    of_themes = {f"theme {theme}" for theme in known} or {"theme ?"}
    return frozenset(
        {EVERYTHING, source}
        | of_themes
        | {f"{source} {theme}" for theme in of_themes}
        | {f"word {word}" for word in call_words(call)}
        | ({f"programme {word}" for word in programme} or {"programme ?"})
        | {f"place {place}" for place in keys_of_place(call.territory)}
        | ({"applicant ?"} if not applicants or ANYBODY in applicants else set())
        | {f"applicant {applicant}" for applicant in applicants}
    )


def keys_of_match(event: CallMatchedV1) -> Ways:
    """As `keys_of_call`, and by the part of the plan that the call fits."""
    parts = {event.activity_number, event.activity_id, event.action_number}
    return keys_of_call(event.call, event.themes) | {f"plan {part}" for part in parts}


def _words(search: Search) -> list[Term]:
    return sorted(terms(search.text), key=_rarest_first)


def _rarest_first(word: Term) -> tuple[bool, int, Term]:
    """What almost every call says comes last; of the others long words are rare. The same wherever it is asked."""
    return word.stem in _EVERYWHERE, -len(word.stem), word


def _set(filters: Iterable[Ways]) -> list[Ways]:
    return [ways for ways in filters if ways]


def _plan(search: Search) -> Ways:
    return frozenset(f"plan {part}" for part in (*search.actions, *search.activities))


def _by_programme(search: Search) -> Ways:
    named = [terms(programme) for programme in search.programmes]
    if not all(named):
        return frozenset()
    return _or_unknown("programme", (key for words in named for key in min(words, key=_rarest_first).keys))


def _sources(search: Search) -> Ways:
    return frozenset(f"source {source}" for source in search.sources)


def _themes(search: Search) -> Ways:
    return _or_unknown("theme", (theme.casefold() for theme in search.themes))


def _places_and_applicants(search: Search) -> Sequence[Ways]:
    ways = {way for wanted in search.territories for way in keys_of_wanted(wanted)}
    return frozenset(f"place {way}" for way in ways), _or_unknown("applicant", search.applicants)


def _or_unknown(filter_name: str, ways: Iterable[str]) -> Ways:
    found = frozenset(f"{filter_name} {way}" for way in ways)
    return found | {f"{filter_name} ?"} if found else found


def _kinds(subscription: Subscription) -> list[str]:
    """What it is looked up for. Of a match every subscriber gets an answer, also one who has switched it off."""
    if subscription.deleted_at is not None:
        return []
    tells_of_found = subscription.enabled and not subscription.narrowed
    return [kind for kind in INDEXED_KINDS if kind in subscription.kinds and (tells_of_found or kind != "call_found")]


def _for_release_0_3(subscription: Subscription) -> dict[str, Any]:
    """The keys by which release 0.3 finds it, so that none is missed while processes of both run."""
    words = [frozenset(f"word {key}" for key in word.keys_of_release_0_3) for word in _words(subscription)]
    needs = _set([*words, _plan(subscription), _sources(subscription), _themes(subscription)])
    first, *others = needs or [frozenset({EVERYTHING})]
    return {
        "index": [f"{kind} {key}" for kind in _kinds(subscription) for key in sorted(first)],
        "also": {str(place): sorted(ways) for place, ways in enumerate(others[:3])},
    }

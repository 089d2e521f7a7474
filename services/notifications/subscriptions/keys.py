"""The inverted index of saved searches: which of them a call can meet at all, without judging the others.

Each filter of a search is a list of keys, one for each way to meet it; not knowing counts as a way: a search for a
theme is met by "theme unknown", too. A call has the keys of all that is known and unknown of it. Whatever a call meets
has one of its keys in every list, so the store looks searches up by the list that fewest calls have a key of, and drops
those of which one of the next lists holds none. The rest, and amounts, rates and days, are left to the filters, to
which `tests/unit/notifications/subscriptions/test_keys.py` holds all this.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from contracts.funding import CallFacts, CallMatchedV1
from services.notifications.subscriptions.filters import ANYBODY, call_words
from services.notifications.subscriptions.subscription import Search, Subscription
from services.notifications.subscriptions.territories import keys_of_place, keys_of_wanted
from services.notifications.subscriptions.words import Term, terms, words_of

INDEXED_AS = 1
"""Grows when a change below, or of the stems, moves searches to other keys; a migration then moves what is stored."""

EVERYTHING = "*"
_PLACES = ("0", "1", "2")
"""Where the lists after the first are stored; three narrow enough, and each costs a look."""
INDEXED_KINDS = ("call_found", "call_matched")
# Stems that calls are full of: they are looked up by only when nothing else is asked for.
_EVERYWHERE = frozenset(
    (
        *("razpis", "javn", "sofinanciranj", "sredst", "projekt", "program", "podpor", "razvoj", "izvajanj", "izvedb"),
        *("obcin", "lokaln", "podjet", "sloven", "republik", "evropsk", "ministrst", "namen", "predmet", "prijav"),
        *("call", "project", "support", "europ", "europea", "union", "fund", "develop", "innovation", "actio", "local"),
    )
)


def index_of(subscription: Subscription) -> dict[str, Any]:
    """What a stored subscription is found by: the keys of one filter for each of its kinds, and those of the next."""
    first, *others = needs_of(subscription) or [frozenset({EVERYTHING})]
    kinds = [] if subscription.deleted_at else [kind for kind in INDEXED_KINDS if kind in subscription.kinds]
    return {
        "index": [f"{kind} {key}" for kind in kinds for key in sorted(first)],
        "also": {place: sorted(ways) for place, ways in zip(_PLACES, others, strict=False)},
        "indexed_as": INDEXED_AS,
    }


def that_can_be_met(kind: str, keys: Iterable[str]) -> dict[str, Any]:
    """The question to the store for every search of a kind that a call with these keys can meet.

    What was stored without an index, by an earlier release, is among them.
    """
    known = sorted({EVERYTHING, *keys})
    also = {f"also.{place}": {"$in": [None, *known]} for place in _PLACES}
    return {"index": {"$in": [None, *(f"{kind} {key}" for key in known)]}, **also}


def needs_of(search: Search) -> list[frozenset[str]]:
    """For each filter every way to meet it, the filter first that turns most calls away."""
    words = sorted(terms(search.text), key=_rarest_first)
    needs = [frozenset(f"word {key}" for key in word.keys) for word in words]
    needs += [
        frozenset(f"plan {part}" for part in (*search.actions, *search.activities)),
        _by_programme(search),
        frozenset(f"source {source}" for source in search.sources),
        _or_unknown("theme", (theme.casefold() for theme in search.themes)),
        _by_territory(search),
        _or_unknown("applicant", search.applicants),
    ]
    return [ways for ways in needs if ways]


def keys_of_call(call: CallFacts, themes: Iterable[str] = ()) -> frozenset[str]:
    """Every key under which a search can stand that the call meets; `themes` are further ones it is known to have."""
    known = [theme.casefold() for theme in (*themes, *call.themes)]
    applicants = call.eligible_applicants
    programme = words_of(call.programme)
    return frozenset(
        {EVERYTHING, f"source {call.source}"}
        | {f"word {word}" for word in call_words(call)}
        | ({f"programme {word}" for word in programme} or {"programme ?"})
        | {f"place {place}" for place in keys_of_place(call.territory)}
        | ({f"theme {theme}" for theme in known} or {"theme ?"})
        | ({"applicant ?"} if not applicants or ANYBODY in applicants else set())
        | {f"applicant {applicant}" for applicant in applicants}
    )


def keys_of_match(event: CallMatchedV1) -> frozenset[str]:
    """As `keys_of_call`, and by the part of the plan that the call fits."""
    parts = {event.activity_number, event.activity_id, event.action_number}
    return keys_of_call(event.call, event.themes) | {f"plan {part}" for part in parts}


def _rarest_first(word: Term) -> tuple[bool, int, Term]:
    """What almost every call says comes last; of the others long words are rare. The same wherever it is asked."""
    return word.slovenian in _EVERYWHERE, -len(word.slovenian), word


def _by_programme(search: Search) -> frozenset[str]:
    named = [terms(programme) for programme in search.programmes]
    if not all(named):
        return frozenset()
    return _or_unknown("programme", (key for words in named for key in min(words, key=_rarest_first).keys))


def _by_territory(search: Search) -> frozenset[str]:
    ways = {way for wanted in search.territories for way in keys_of_wanted(wanted)}
    return frozenset(f"place {way}" for way in ways)


def _or_unknown(filter_name: str, ways: Iterable[str]) -> frozenset[str]:
    found = frozenset(f"{filter_name} {way}" for way in ways)
    return found | {f"{filter_name} ?"} if found else found

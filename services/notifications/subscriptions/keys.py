"""The inverted index of saved searches: which of them a call can meet at all, without judging the others.

Every search stands under the keys of its most selective filter. Each way to meet that filter is one of them, and not
knowing counts as a way: a search for a theme also stands under "theme unknown". A call looks its own keys up, and
finds every search that it can meet and few others. `tests/unit/notifications/subscriptions/test_keys.py` holds that to
the filters themselves.
"""

from __future__ import annotations

from collections.abc import Iterable

from contracts.funding import CallFacts, CallMatchedV1
from services.notifications.subscriptions.filters import ANYBODY, call_words
from services.notifications.subscriptions.subscription import Search, Subscription
from services.notifications.subscriptions.territories import keys_of_place, keys_of_wanted
from services.notifications.subscriptions.words import Term, terms, words_of

INDEXED_AS = 1
"""Grows when a change below, or of the stems, moves searches to other keys; a migration then moves what is stored."""

EVERYTHING = "*"
INDEXED_KINDS = ("call_found", "call_matched")


def index_of(subscription: Subscription) -> list[str]:
    """The keys that a stored subscription stands under, for each of its kinds that the index serves."""
    if subscription.deleted_at is not None:
        return []
    keys = sorted(keys_of_search(subscription))
    return [f"{kind} {key}" for kind in INDEXED_KINDS if kind in subscription.kinds for key in keys]


def looked_up(kind: str, keys: Iterable[str]) -> list[str]:
    """The stored keys under which the searches of one kind stand that a call can meet."""
    return [f"{kind} {key}" for key in keys]


def keys_of_search(search: Search) -> frozenset[str]:
    """Every way to meet the most selective filter; whatever meets the search has one of them."""
    return (
        _by_word(search)
        or _by_part_of_plan(search)
        or _by_programme(search)
        or frozenset(f"source {source}" for source in search.sources)
        or _by_territory(search)
        or _or_unknown("theme", (theme.casefold() for theme in search.themes))
        or _or_unknown("applicant", search.applicants)
        or frozenset({EVERYTHING})
    )


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


def _by_word(search: Search) -> frozenset[str]:
    """By its longest word: long words are rare ones, and the choice stays the same wherever it is made."""
    looked_for = terms(search.text)
    return frozenset(f"word {key}" for key in _longest(looked_for).keys) if looked_for else frozenset()


def _longest(looked_for: Iterable[Term]) -> Term:
    return max(looked_for, key=lambda word: (len(word.slovenian), word))


def _by_part_of_plan(search: Search) -> frozenset[str]:
    return frozenset(f"plan {part}" for part in (*search.actions, *search.activities))


def _by_programme(search: Search) -> frozenset[str]:
    named = [terms(programme) for programme in search.programmes]
    if not all(named):
        return frozenset()
    return _or_unknown("programme", (key for words in named for key in _longest(words).keys))


def _by_territory(search: Search) -> frozenset[str]:
    ways = {way for wanted in search.territories for way in keys_of_wanted(wanted)}
    return frozenset(f"place {way}" for way in ways)


def _or_unknown(filter_name: str, ways: Iterable[str]) -> frozenset[str]:
    found = frozenset(f"{filter_name} {way}" for way in ways)
    return found | {f"{filter_name} ?"} if found else found

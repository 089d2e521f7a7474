"""Calls and needs made ready for matching, kept while their version stands: reading their words is the costly part."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import datetime
from typing import Any, Generic, TypeVar

from contracts.actions import NeedChangedV1
from services.funding.calls import Call
from services.funding.needs import Need
from services.funding.offers import Offer

T = TypeVar("T")

OFFER_STAMP = ("version", "last_changed_at")


class Prepared(Generic[T]):
    """What was made ready, by what it was made of; emptied when there is too much of it."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._ready: dict[Hashable, T] = {}

    def __contains__(self, key: Hashable) -> bool:
        return key in self._ready

    def ready(self, key: Hashable) -> T | None:
        return self._ready.get(key)

    def get(self, key: Hashable, prepare: Callable[[], T]) -> T:
        if key not in self._ready:
            if len(self._ready) >= self._limit:
                self._ready.clear()
            self._ready[key] = prepare()
        return self._ready[key]


_offers: Prepared[Offer] = Prepared(2_000)
_needs: Prepared[Need] = Prepared(20_000)


def offer_of(call: Call, now: datetime) -> Offer:
    """A stored call made ready for matching on that day: of several cut-offs, another one may be the next tomorrow."""
    stamp = {"_id": call.call_id, "version": call.version, "last_changed_at": call.last_changed_at}
    return _offers.get(_key_of_offer(stamp, now), lambda: Offer.of(call, now))


def ready_offer(stamp: dict[str, Any], now: datetime) -> Offer | None:
    """A stored call that was made ready before; then its id and OFFER_STAMP are all that has to be read."""
    return _offers.ready(_key_of_offer(stamp, now))


def _key_of_offer(stamp: dict[str, Any], now: datetime) -> Hashable:
    return stamp["_id"], stamp["version"], stamp["last_changed_at"], now.date()


def is_ready(document: dict[str, Any]) -> bool:
    """Whether a need was made ready before; then its id and stamp are all that has to be read."""
    return _key(document) in _needs


def need_of(document: dict[str, Any]) -> Need:
    """A stored need made ready for matching."""
    return _needs.get(_key(document), lambda: Need.of(NeedChangedV1.model_validate(document["event"])))


def _key(document: dict[str, Any]) -> Hashable:
    # A version before stamps gives none; then the sequence says which need it is.
    return document["_id"], document.get("stamp", document["sequence"])

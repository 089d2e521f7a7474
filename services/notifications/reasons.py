"""Reasons that this service gives: short-hand for them, and those that several of its parts give."""

from __future__ import annotations

from functools import lru_cache

from contracts.values import LocalText, Reason


@lru_cache(maxsize=1_000)
def reason(code: str, sl: str, en: str, evidence: str | None = None) -> Reason:
    """A reason in both languages with what it rests on; one that many searches have is made once."""
    return Reason(code=code, text=LocalText(sl=sl, en=en), evidence=evidence)


ALREADY_TOLD = reason("already_told", "Oseba je o tem že obveščena.", "The person is already told of this.")
PERSON_LEFT = reason("person_left", "Oseba ne prejema več obvestil.", "The person is no longer told of anything.")
SUBSCRIPTION_OFF = reason("subscription_off", "Naročilo je izključeno.", "The subscription is switched off.")

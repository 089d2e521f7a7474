"""What a decision on the funding board means for the alerts about the same call."""

from __future__ import annotations

from typing import Final

from contracts.funding import MatchDecidedV1
from services.notifications.fits import Choice

_CHOICES: Final[dict[str, Choice]] = {
    "apply": "apply",
    "not_for_us": "not_for_us",
    "hand_over": "hand_over",
    "remind_me": "remind_me",
}
_WAITS_AGAIN = frozenset({"undone", "reopened", "reminded"})


def followed(event: MatchDecidedV1) -> tuple[Choice, str | None] | None:
    """The choice and its reason that an alert takes over; None while other fits of the call wait for a decision.

    Who applies for one activity has taken the call in hand, whatever becomes of its other fits.
    """
    if event.decision in _WAITS_AGAIN:
        return "seen", None
    choice = _CHOICES.get(event.decision)
    if choice is None or (event.undecided and choice != "apply"):
        return None
    return choice, event.department or event.reason

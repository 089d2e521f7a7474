"""Whether a call for one place may concern another; a search turns away only what is known to be elsewhere.

Places are NUTS codes ('SI043'), municipalities as in ISO 3166-2 ('SI-036'), names, and wide areas such as programme
areas ('INTERREG-IT-SI') and 'EU', of which it is not known here whom they leave out.
"""

from __future__ import annotations

import re

_NUTS = re.compile(r"[A-Z]{2}[0-9A-Z]{0,3}")
_TOWN = re.compile(r"[A-Z]{2}-\d{3}")
_WIDE = re.compile(r"EU|INTERREG.*|URBACT", re.IGNORECASE)
UNKNOWN = "anywhere"


def may_concern(place: str, wanted: str) -> bool:
    """Not so only when both are known and apart: 'SI' and 'SI043' overlap, 'SI04' and 'SI03' do not."""
    return bool(keys_of_place(place) & keys_of_wanted(wanted))


def keys_of_wanted(wanted: str) -> frozenset[str]:
    """A place that is asked for, by every key under which a call may concern it."""
    if _WIDE.fullmatch(wanted):
        return frozenset({UNKNOWN, "known"})
    if _TOWN.fullmatch(wanted):
        return frozenset({UNKNOWN, f"is:{wanted}", f"region in:{wanted[:2]}"})
    if _NUTS.fullmatch(wanted):
        above = {f"whole:{wanted[:length]}" for length in range(2, len(wanted))}
        return frozenset({UNKNOWN, f"within:{wanted}", f"town in:{wanted[:2]}"} | above)
    return frozenset({UNKNOWN, f"is:{wanted.casefold()}"})


def keys_of_place(place: str | None) -> frozenset[str]:
    """A call's place, by every key under which a place that is asked for may be concerned by it."""
    if place is None or _WIDE.fullmatch(place):
        return frozenset({UNKNOWN})
    if _TOWN.fullmatch(place):
        return frozenset({"known", f"is:{place}", f"town in:{place[:2]}"})
    if _NUTS.fullmatch(place):
        within = {f"within:{place[:length]}" for length in range(2, len(place) + 1)}
        return frozenset({"known", f"whole:{place}", f"region in:{place[:2]}"} | within)
    return frozenset({"known", f"is:{place.casefold()}"})

"""The ladder of places: municipality, statistical region, cohesion region, Slovenia, programme area, EU.

Codes: municipalities as in ISO 3166-2 ('SI-036' is Idrija), regions as in NUTS 2021 ('SI043' is Goriška),
'SI', 'EU', and Interreg programme areas ('INTERREG-IT-SI').
"""

from __future__ import annotations

import re
from functools import cache

_REGIONS_OF = {
    "SI03": ("SI031", "SI032", "SI033", "SI034", "SI035", "SI036", "SI037", "SI038"),
    "SI04": ("SI041", "SI042", "SI043", "SI044"),
}
_MUNICIPALITIES_OF = {
    "SI041": ("SI-061",),
    "SI042": ("SI-052", "SI-027", "SI-122"),
    "SI043": (
        *("SI-001", "SI-006", "SI-007", "SI-014", "SI-036", "SI-044", "SI-046"),
        *("SI-075", "SI-084", "SI-128", "SI-136", "SI-183", "SI-201"),
    ),
}
_PROGRAMME_AREAS = {
    "INTERREG-IT-SI": ("SI038", "SI041", "SI042", "SI043", "SI044"),
    **dict.fromkeys(("INTERREG-ALPINE", "INTERREG-CE", "INTERREG-DANUBE", "INTERREG-EURO-MED"), ("SI",)),
}
_PARENTS: dict[str, frozenset[str]] = {
    "SI": frozenset({"EU"}),
    **{cohesion: frozenset({"SI"}) for cohesion in _REGIONS_OF},
    **{region: frozenset({cohesion}) for cohesion, regions in _REGIONS_OF.items() for region in regions},
    **{town: frozenset({region}) for region, towns in _MUNICIPALITIES_OF.items() for town in towns},
}
KNOWN = frozenset(_PARENTS) | frozenset(_PROGRAMME_AREAS) | {"EU"}

# Outer places come first: a text that names a region and the country means the region.
_NAMES: tuple[tuple[str, str], ...] = (
    ("SI", r"(?:celot\w+ )?(?:območj\w+|ozemlj\w+) republike slovenije|cel\w+ slovenij\w*|whole of slovenia"),
    ("SI03", r"kohezijsk\w+ regij\w+ vzhodna slovenija|vzhodn\w+ kohezijsk\w+ regij\w+"),
    ("SI04", r"kohezijsk\w+ regij\w+ zahodna slovenija|zahodn\w+ kohezijsk\w+ regij\w+"),
    ("SI042", r"gorenjsk\w+ (?:statističn\w+ |razvojn\w+ )?regij\w+"),
    ("SI043", r"gorišk\w+ (?:statističn\w+ |razvojn\w+ )?regij\w+|severn\w+ primorsk\w+"),
    ("SI032", r"podravsk\w+ (?:statističn\w+ |razvojn\w+ )?regij\w+"),
    ("SI031", r"pomursk\w+ (?:statističn\w+ |razvojn\w+ )?regij\w+"),
)
_PATTERNS = tuple((code, re.compile(rf"\b(?:{names})\b", re.IGNORECASE)) for code, names in _NAMES)


@cache
def around(place: str) -> frozenset[str]:
    """The place itself and everything it lies in: 'SI-036' lies in SI043, SI04, SI, EU and programme areas."""
    reached, ahead = {place}, [place]
    while ahead:
        for parent in _PARENTS.get(ahead.pop(), frozenset()) - reached:
            reached.add(parent)
            ahead.append(parent)
    areas = {area for area, parts in _PROGRAMME_AREAS.items() if reached.intersection(parts)}
    return frozenset(reached | areas)


def covers(call_territory: str | None, place: str) -> bool | None:
    """Whether a call for one territory is open to a place.

    None when it cannot be told: the call names no territory, a code is not known, or the place is
    wider than the territory and only a part of it may be inside.
    """
    if call_territory is None or call_territory not in KNOWN or place not in KNOWN:
        return None
    if call_territory in around(place):
        return True
    return None if place in around(call_territory) else False


def territory_in(text: str) -> tuple[str, str] | None:
    """The one territory a text names and its words, or None when it names none, or several side by side."""
    found = {code: match[0] for code, pattern in _PATTERNS if (match := pattern.search(text))}
    innermost = [code for code in found if not any(code != other and code in around(other) for other in found)]
    return (innermost[0], found[innermost[0]]) if len(innermost) == 1 else None

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


def _towns(numbers: str) -> tuple[str, ...]:
    return tuple(f"SI-{number}" for number in numbers.split())


# Western Slovenia whole, and what borders on it; of the other regions no municipality is known here yet.
_MUNICIPALITIES_OF = {
    "SI035": _towns("034 060 129 142"),
    "SI038": _towns("013 038 065 091 094 150"),
    "SI041": _towns(
        "005 008 020 021 022 023 032 037 039 043 061 064 068 071 072 077 123 134 138 140 162 164 186 194 208"
    ),
    "SI042": _towns("003 004 012 027 041 052 053 082 095 102 117 122 131 146 147 163 192 207"),
    "SI043": _towns("001 006 007 014 036 044 046 075 084 128 136 183 201"),
    "SI044": _towns("019 035 040 049 050 090 111 213"),
}
_WHOLE_COUNTRY = (
    *("INTERREG-ALPINE", "INTERREG-CE", "INTERREG-DANUBE", "INTERREG-EURO-MED", "INTERREG-IPA-ADRION"),
    *("INTERREG-EUROPE", "URBACT"),
)
# The programmes' own areas for 2021-2027, as their programme documents name the regions.
_PROGRAMME_AREAS = {
    "INTERREG-IT-SI": ("SI038", "SI041", "SI042", "SI043", "SI044"),
    "INTERREG-SI-AT": ("SI031", "SI032", "SI033", "SI034", "SI035", "SI041", "SI042", "SI043"),
    "INTERREG-SI-HR": ("SI031", "SI032", "SI034", "SI035", "SI036", "SI037", "SI038", "SI041", "SI044"),
    "INTERREG-SI-HU": ("SI031", "SI032"),
    **dict.fromkeys(_WHOLE_COUNTRY, ("SI",)),
}
_PARENTS: dict[str, frozenset[str]] = {
    "SI": frozenset({"EU"}),
    **{cohesion: frozenset({"SI"}) for cohesion in _REGIONS_OF},
    **{region: frozenset({cohesion}) for cohesion, regions in _REGIONS_OF.items() for region in regions},
    **{town: frozenset({region}) for region, towns in _MUNICIPALITIES_OF.items() for town in towns},
}
KNOWN = frozenset(_PARENTS) | frozenset(_PROGRAMME_AREAS) | {"EU"}

_REGION = r"(?:statističn\w+ |razvojn\w+ )?regij\w+"
_DASH = r"\s?[-–—]\s?"
# Outer places come first: a text that names a region and the country means the region.
_NAMES: tuple[tuple[str, str], ...] = (
    ("SI", r"(?:celot\w+ )?(?:območj\w+|ozemlj\w+) republike slovenije|cel\w+ slovenij\w*|whole of slovenia"),
    ("SI03", r"kohezijsk\w+ regij\w+ vzhodna slovenija|vzhodn\w+ kohezijsk\w+ regij\w+"),
    ("SI04", r"kohezijsk\w+ regij\w+ zahodna slovenija|zahodn\w+ kohezijsk\w+ regij\w+"),
    *(
        (code, rf"{stem} {_REGION}")
        for code, stem in (
            *(("SI031", r"pomursk\w+"), ("SI032", r"podravsk\w+"), ("SI033", r"korošk\w+"), ("SI034", r"savinjsk\w+")),
            *(("SI035", r"zasavsk\w+"), ("SI036", r"posavsk\w+")),
            *(("SI038", r"primorsko-notranjsk\w+"), ("SI041", r"osrednjeslovensk\w+"), ("SI042", r"gorenjsk\w+")),
            *(("SI043", r"gorišk\w+"), ("SI044", r"obalno-krašk\w+")),
        )
    ),
    ("SI037", r"jugovzhodn\w+ slovenij\w+"),
    ("SI043", r"severn\w+ primorsk\w+"),
    ("INTERREG-IT-SI", rf"interreg (?:v[i]?-a )?(?:italij\w+{_DASH}slovenij\w+|italy{_DASH}slovenia)"),
    ("INTERREG-SI-AT", rf"interreg (?:v[i]?-a )?(?:slovenij\w+{_DASH}avstrij\w+|slovenia{_DASH}austria)"),
    ("INTERREG-SI-HR", rf"interreg (?:v[i]?-a )?(?:slovenij\w+{_DASH}hrvašk\w+|slovenia{_DASH}croatia)"),
    ("INTERREG-SI-HU", rf"interreg (?:v[i]?-a )?(?:slovenij\w+{_DASH}madžarsk\w+|slovenia{_DASH}hungary)"),
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

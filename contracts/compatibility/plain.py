"""Plain keywords: type, values, then the bounds that fit the type."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from contracts.compatibility import arrays, objects
from contracts.compatibility.difference import Difference
from contracts.compatibility.rules import LOWER_BOUNDS, UPPER_BOUNDS
from contracts.compatibility.shapes import ARRAY, NUMBER, OBJECT, STRING, UNCOMPARED, allowed_values

if TYPE_CHECKING:
    from contracts.compatibility.comparison import Comparison

Keywords = dict[str, Any]
DECIMAL = "decimal"
_KEYWORDS_OF = {"string": STRING, "integer": NUMBER, "number": NUMBER, "object": OBJECT, "array": ARRAY}


def differences(compare: Comparison, written: Keywords, read: Keywords, path: str) -> list[Difference]:
    changed = type_differences(written, read, path)
    if any(each.rule in ("TYPE_CHANGED", "TYPE_NARROWED") for each in changed):
        return changed
    changed += value_differences(written, read, path)
    applicable = _applicable(written)
    written, read = _only(written, applicable), _only(read, applicable)
    changed += bound_differences(written, read, path)
    changed += text_differences(written, read, path) + multiple_differences(written, read, path)
    changed += objects.differences(compare, written, read, path)
    changed += arrays.differences(compare, written, read, path)
    return changed + uncompared_differences(written, read, path)


def type_differences(written: Keywords, read: Keywords, path: str) -> list[Difference]:
    before, after = written.get("type"), read.get("type")
    if before == after:
        return []
    if after is None or (before, after) == ("integer", "number"):
        return [Difference("TYPE_EXTENDED", path, before or "any type", after or "any type")]
    narrowed = before is None or (before, after) == ("number", "integer")
    return [Difference("TYPE_NARROWED" if narrowed else "TYPE_CHANGED", path, before or "any type", after)]


def value_differences(written: Keywords, read: Keywords, path: str) -> list[Difference]:
    before, after = allowed_values(written), allowed_values(read)
    if after is None:
        return [] if before is None else [Difference("ENUM_ARRAY_EXTENDED", path)]
    if before is None:
        return [Difference("ENUM_ARRAY_NARROWED", path, f"values other than {_words(after)}", _words(after))]
    lost = [value for value in before if _key(value) not in map(_key, after)]
    gained = [value for value in after if _key(value) not in map(_key, before)]
    if not lost:
        return [Difference("ENUM_ARRAY_EXTENDED", path, "", _words(gained))] if gained else []
    if "const" in written and "const" in read:
        return [Difference("CONST_CHANGED", path, _words(lost), _words(after))]
    return [Difference("ENUM_ARRAY_CHANGED" if gained else "ENUM_ARRAY_NARROWED", path, _words(lost), _words(after))]


def bound_differences(written: Keywords, read: Keywords, path: str) -> list[Difference]:
    changed = []
    for keyword, name in (UPPER_BOUNDS | LOWER_BOUNDS).items():
        before, after = _bound(written, keyword), _bound(read, keyword)
        if before == after:
            continue
        if before is None:
            change = "ADDED"
        elif after is None:
            change = "REMOVED"
        else:
            change = "INCREASED" if after > before else "DECREASED"
        changed.append(Difference(f"{name}_{change}", path, _or_none(before), _or_none(after)))
    return changed


def text_differences(written: Keywords, read: Keywords, path: str) -> list[Difference]:
    changed = []
    for keyword, name in (("pattern", "PATTERN"), ("format", "FORMAT")):
        before, after = written.get(keyword), read.get(keyword)
        if before == after:
            continue
        change = "ADDED" if before is None else "REMOVED" if after is None else "CHANGED"
        changed.append(Difference(f"{name}_{change}", path, _or_none(before), _or_none(after)))
    return changed


def multiple_differences(written: Keywords, read: Keywords, path: str) -> list[Difference]:
    before, after = written.get("multipleOf"), read.get("multipleOf")
    if before == after:
        return []
    if before is None or after is None:
        change = "ADDED" if before is None else "REMOVED"
    elif Fraction(str(before)) % Fraction(str(after)) == 0:
        change = "REDUCED"
    else:
        change = "EXPANDED" if Fraction(str(after)) % Fraction(str(before)) == 0 else "CHANGED"
    return [Difference(f"MULTIPLE_OF_{change}", path, _or_none(before), _or_none(after))]


def uncompared_differences(written: Keywords, read: Keywords, path: str) -> list[Difference]:
    """A keyword without a rule must stay word for word and may not lean on definitions, which could change."""
    return [
        Difference("UNCOMPARED_KEYWORD_CHANGED", path, "", keyword)
        for keyword in sorted(UNCOMPARED & read.keys())
        if _key(written.get(keyword)) != _key(read[keyword]) or "$" in keyword or '"$ref"' in _key(read[keyword])
    ]


def _applicable(written: Keywords) -> frozenset[str] | None:
    """The keywords that can refuse a value of the written type; None for all of them.

    A decimal travels as a string, yet its `minimum` and `maximum` bind producers and readers all the same.
    """
    if "type" not in written:
        return None
    decimal = NUMBER if written.get("format") == DECIMAL else frozenset()
    return _KEYWORDS_OF.get(written["type"], frozenset()) | decimal | UNCOMPARED


def _only(keywords: Keywords, applicable: frozenset[str] | None) -> Keywords:
    return keywords if applicable is None else {key: value for key, value in keywords.items() if key in applicable}


def _bound(keywords: Keywords, keyword: str) -> Any:
    if keyword in ("minContains", "maxContains") and "contains" not in keywords:
        return None
    return keywords.get(keyword, 1 if keyword == "minContains" else None)


def _key(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _words(values: list[Any]) -> str:
    return ", ".join(json.dumps(value, ensure_ascii=False) for value in values)


def _or_none(value: Any) -> str:
    return "none" if value is None else str(value)

"""Arrays: items, tuples (prefixItems, or a list of items in older drafts), uniqueness and contains."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.compatibility.content import Model, added, removed, rest_differences
from contracts.compatibility.difference import Difference
from contracts.compatibility.shapes import Schema

if TYPE_CHECKING:
    from contracts.compatibility.comparison import Comparison

Keywords = dict[str, Any]


def differences(compare: Comparison, written: Keywords, read: Keywords, path: str) -> list[Difference]:
    return _items(compare, written, read, path) + _unique(written, read, path) + _contains(compare, written, read, path)


def _items(compare: Comparison, written: Keywords, read: Keywords, path: str) -> list[Difference]:
    before, after = _places(written), _places(read)
    if not before and not after and "items" in written and "items" in read:
        return compare.differences(_rest(written), _rest(read), f"{path}[]")
    changed: list[Difference] = []
    for place in range(max(len(before), len(after))):
        here = f"{path}[{place}]"
        if place >= len(after):
            changed.append(removed(compare, "ITEM", before[place], Model((_rest(read),)), here))
        elif place < len(before):
            changed += compare.differences(before[place], after[place], here)
        else:
            changed.append(added(compare, "ITEM", after[place], Model((_rest(written),)), here))
    return changed + rest_differences(compare, _family(written, read), _rest(written), _rest(read), path)


def _places(keywords: Keywords) -> list[Schema]:
    items = keywords.get("items")
    return list(items) if isinstance(items, list) else list(keywords.get("prefixItems", []))


def _rest(keywords: Keywords) -> Schema:
    """What items behind the named places must fit."""
    keyword = "additionalItems" if isinstance(keywords.get("items"), list) else "items"
    for name in (keyword, "unevaluatedItems"):
        if name in keywords:
            rest: Schema = keywords[name]
            return rest
    return True


def _family(written: Keywords, read: Keywords) -> str:
    unevaluated = "unevaluatedItems" in written or "unevaluatedItems" in read
    return "UNEVALUATED_ITEMS" if unevaluated else "ADDITIONAL_ITEMS"


def _unique(written: Keywords, read: Keywords, path: str) -> list[Difference]:
    before, after = bool(written.get("uniqueItems")), bool(read.get("uniqueItems"))
    if before == after:
        return []
    return [Difference("UNIQUE_ITEMS_ADDED" if after else "UNIQUE_ITEMS_REMOVED", path)]


def _contains(compare: Comparison, written: Keywords, read: Keywords, path: str) -> list[Difference]:
    """A reader that counts from above (maxContains) must count the very same items."""
    here = f"{path}[contains]"
    if "contains" not in read:
        return [Difference("CONTAINS_REMOVED", here)] if "contains" in written else []
    if "contains" not in written:
        return [Difference("CONTAINS_ADDED", here, "none", "a required item")]
    changed = compare.differences(written["contains"], read["contains"], here)
    if "maxContains" in read and not compare.reversed().accepts(read["contains"], written["contains"]):
        changed.append(Difference("UNCOMPARED_KEYWORD_CHANGED", here, "", "contains under maxContains"))
    return changed

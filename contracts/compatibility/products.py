"""allOf, and keywords beside a combiner: everything the reader asks must already be asked of the writer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.compatibility.difference import Difference
from contracts.compatibility.matching import match
from contracts.compatibility.shapes import Product, Schema, Shape, Sum
from contracts.compatibility.sums import branches

if TYPE_CHECKING:
    from contracts.compatibility.comparison import Comparison


def differences(compare: Comparison, written: Shape, read: Shape, path: str) -> list[Difference]:
    if not isinstance(written, Product):
        if isinstance(written, Sum):
            return [Difference("COMBINED_TYPE_CHANGED", path, written.kind, "allOf")]
        return [Difference("PRODUCT_TYPE_EXTENDED", path, "one rule", "several rules together")]
    if isinstance(read, Product):
        return _both(compare, written.parts, read.parts, path)
    return _reduced(compare, written.parts, read, path)


def _both(compare: Comparison, before: tuple[Schema, ...], after: tuple[Schema, ...], path: str) -> list[Difference]:
    pairs = match(after, before, lambda read, written: compare.accepts(written, read))
    added = [part for place, part in enumerate(after) if place not in pairs]
    if not added:
        return [Difference("PRODUCT_TYPE_NARROWED", path)] if len(after) < len(before) else []
    spare = [part for place, part in enumerate(before) if place not in pairs.values()]
    changed: list[Difference] = []
    for part in added:
        changed += _asked(compare, part, spare, path, more=len(after) > len(before))
    return changed


def _asked(compare: Comparison, part: Schema, spare: list[Schema], path: str, *, more: bool) -> list[Difference]:
    """Why a part is new: what changed inside its namesake, or that the writer was never asked for it."""
    name = compare.read_label(part)
    for candidate in spare:
        if compare.written_label(candidate) == name:
            spare.remove(candidate)
            return compare.refusals(candidate, part, path)
    rule = "PRODUCT_TYPE_EXTENDED" if more else "COMBINED_TYPE_SUBSCHEMAS_CHANGED"
    return [Difference(rule, path, "no such rule", name)]


def _reduced(compare: Comparison, parts: tuple[Schema, ...], read: Shape, path: str) -> list[Difference]:
    whole: Schema = {read.kind: list(read.branches)} if isinstance(read, Sum) else branches(read)[0]
    if any(compare.accepts(part, whole) for part in parts):
        rule = "COMBINED_TYPE_EXTENDED" if isinstance(read, Sum) else "PRODUCT_TYPE_NARROWED"
        return [Difference(rule, path)]
    for part in parts:
        if compare.written_label(part) == compare.read_label(whole):
            return compare.refusals(part, whole, path)
    return [Difference("COMBINED_TYPE_SUBSCHEMAS_CHANGED", path, "a combination", compare.read_label(whole))]

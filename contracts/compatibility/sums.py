"""anyOf and oneOf: every branch the writer may use needs a branch of its own at the reader.

A branch counts once, as in Confluent's rules: fewer branches are a narrowed sum even where one would take two. For
oneOf the rules trust that branches exclude each other, which a discriminator makes true.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.compatibility.difference import Difference
from contracts.compatibility.matching import match
from contracts.compatibility.shapes import Negation, Plain, Schema, Shape, Sum

if TYPE_CHECKING:
    from contracts.compatibility.comparison import Comparison


def differences(compare: Comparison, written: Shape, read: Shape, path: str) -> list[Difference]:
    if isinstance(written, Sum) and isinstance(read, Sum) and (written.kind, read.kind) == ("anyOf", "oneOf"):
        return [Difference("COMBINED_TYPE_CHANGED", path, "anyOf", "oneOf")]
    before, after = branches(written), branches(read)
    pairs = match(before, after, compare.accepts)
    changed = _kinds(written, read, path)
    lost = [branch for place, branch in enumerate(before) if place not in pairs]
    if not lost:
        return changed + ([Difference("SUM_TYPE_EXTENDED", path)] if len(after) > len(before) else [])
    spare = [branch for place, branch in enumerate(after) if place not in pairs.values()]
    for branch in lost:
        changed += _refused(compare, branch, spare, path, fewer=len(after) < len(before))
    return changed


def branches(shape: Shape) -> tuple[Schema, ...]:
    if isinstance(shape, Sum):
        return shape.branches
    if isinstance(shape, Plain):
        return (shape.keywords,)
    if isinstance(shape, Negation):
        return ({"not": shape.schema},)
    raise TypeError(f"{type(shape).__name__} is compared as a product")


def _kinds(written: Shape, read: Shape, path: str) -> list[Difference]:
    widened = isinstance(written, Sum) and isinstance(read, Sum) and written.kind != read.kind
    return [Difference("COMBINED_TYPE_EXTENDED", path, "oneOf", "anyOf")] if widened else []


def _refused(compare: Comparison, branch: Schema, spare: list[Schema], path: str, *, fewer: bool) -> list[Difference]:
    """Why a branch is refused: what changed inside its namesake, or that no branch like it is left."""
    name = compare.written_label(branch)
    for candidate in spare:
        if compare.read_label(candidate) == name:
            spare.remove(candidate)
            return compare.refusals(branch, candidate, path)
    rule = "SUM_TYPE_NARROWED" if fewer else "COMBINED_TYPE_SUBSCHEMAS_CHANGED"
    return [Difference(rule, path, name, ", ".join(map(compare.read_label, spare)))]

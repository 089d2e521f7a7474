"""Content models: what stands beside the named properties of an object, or behind the places of a tuple.

Open takes anything, closed takes nothing, partly open takes what its patterns and its rest allow. A removal is judged
by the reader's model (what becomes of the value it no longer names?), an addition by the writer's (what may already
stand there?).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from contracts.compatibility.difference import Difference
from contracts.compatibility.shapes import Anything, Nothing, Schema, shape_of

if TYPE_CHECKING:
    from contracts.compatibility.comparison import Comparison

Kind = Literal["PROPERTY", "ITEM"]
_SAFE_ADDITION = {
    "PROPERTY": "OPTIONAL_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL",
    "ITEM": "ITEM_ADDED_TO_CLOSED_CONTENT_MODEL",
}


@dataclass(frozen=True, slots=True)
class Model:
    """What a value not named must fit: every schema of `covers`; `patterned` where patterns take part."""

    covers: tuple[Schema, ...]
    patterned: bool = False

    @property
    def open(self) -> bool:
        return not self.patterned and self.covers[0] in (True, {})

    @property
    def closed(self) -> bool:
        return not self.patterned and self.covers[0] is False


def removed(compare: Comparison, kind: Kind, schema: Schema, model: Model, path: str) -> Difference:
    """A property or item the reader no longer names; `model` is the reader's."""
    if model.open:
        return Difference(f"{kind}_REMOVED_FROM_OPEN_CONTENT_MODEL", path)
    if model.closed:
        never = isinstance(shape_of(schema, compare.written_root), Nothing)
        return Difference(
            f"{kind}_WITH_FALSE_REMOVED_FROM_CLOSED_CONTENT_MODEL"
            if never
            else f"{kind}_REMOVED_FROM_CLOSED_CONTENT_MODEL",
            path,
        )
    covered = all(compare.accepts(schema, cover) for cover in model.covers)
    return Difference(f"{kind}_REMOVED_{_covered(covered)}", path)


def added(compare: Comparison, kind: Kind, schema: Schema, model: Model, path: str) -> Difference:
    """A property or item the reader newly names; `model` is the writer's."""
    if model.closed:
        return Difference(_SAFE_ADDITION[kind], path)
    if model.open:
        free = isinstance(shape_of(schema, compare.read_root), Anything)
        return Difference(
            f"{kind}_WITH_EMPTY_SCHEMA_ADDED_TO_OPEN_CONTENT_MODEL" if free else f"{kind}_ADDED_TO_OPEN_CONTENT_MODEL",
            path,
        )
    covered = any(compare.accepts(cover, schema) for cover in model.covers)
    return Difference(f"{kind}_ADDED_{_covered(covered)}", path)


def rest_differences(compare: Comparison, family: str, written: Schema, read: Schema, path: str) -> list[Difference]:
    """What happened to the rest itself: `family` is ADDITIONAL_PROPERTIES, UNEVALUATED_ITEMS and the like."""
    before, after = (shape_of(written, compare.written_root), shape_of(read, compare.read_root))
    if isinstance(before, Anything | Nothing) and type(before) is type(after):
        return []
    if isinstance(before, Nothing):
        return [Difference(f"{family}_{'ADDED' if isinstance(after, Anything) else 'EXTENDED'}", path)]
    if isinstance(after, Anything):
        return [Difference(f"{family}_EXTENDED", path)]
    if isinstance(after, Nothing):
        return [Difference(f"{family}_REMOVED", path, "open", "closed")]
    if isinstance(before, Anything):
        return [Difference(f"{family}_NARROWED", path, "open", "partly open")]
    return compare.differences(written, read, f"{path}.*" if path else "*")


def _covered(covered: bool) -> str:
    return f"{'IS' if covered else 'NOT'}_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL"

"""Two schemas walked side by side: what does the reader refuse of what the writer may write?"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from contracts.compatibility import plain, products, sums
from contracts.compatibility.difference import Difference
from contracts.compatibility.rules import STRICT
from contracts.compatibility.shapes import (
    Anything,
    Negation,
    Nothing,
    Plain,
    Product,
    Schema,
    Shape,
    Sum,
    label,
    shape_of,
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One question: may a reader with `read_root` read what `written_root` allows? `allowed` rules are no obstacle.

    A pair of schemas met again inside itself (a recursive model) counts as compatible while it is being compared:
    whatever refuses it is found where it stands, once.
    """

    written_root: Schema
    read_root: Schema
    allowed: frozenset[str] = STRICT
    under_way: frozenset[tuple[bool, str, str]] = frozenset()
    swapped: bool = False

    def differences(self, written: Schema, read: Schema, path: str) -> list[Difference]:
        pair = (self.swapped, _identity(written), _identity(read))
        if pair in self.under_way:
            return []
        inner = replace(self, under_way=self.under_way | {pair})
        return inner._shapes(shape_of(written, self.written_root), shape_of(read, self.read_root), path)

    def refusals(self, written: Schema, read: Schema, path: str = "") -> list[Difference]:
        """The differences that `allowed` does not allow."""
        return [each for each in self.differences(written, read, path) if each.rule not in self.allowed]

    def accepts(self, written: Schema, read: Schema) -> bool:
        return not self.refusals(written, read)

    def reversed(self) -> Comparison:
        """The same question with the sides swapped, as `not` needs it."""
        return replace(self, written_root=self.read_root, read_root=self.written_root, swapped=not self.swapped)

    def written_label(self, schema: Schema) -> str:
        return label(schema, self.written_root)

    def read_label(self, schema: Schema) -> str:
        return label(schema, self.read_root)

    def _shapes(self, written: Shape, read: Shape, path: str) -> list[Difference]:
        if isinstance(read, Anything):
            return [] if isinstance(written, Anything) else [Difference("SCHEMA_REMOVED", path)]
        if isinstance(written, Nothing):
            return [] if isinstance(read, Nothing) else [Difference("TYPE_EXTENDED", path, "nothing", "something")]
        if isinstance(written, Anything):
            return [Difference("SCHEMA_ADDED", path)]
        if isinstance(read, Nothing):
            return [Difference("TYPE_NARROWED", path, "something", "nothing")]
        return self._combined(written, read, path)

    def _combined(self, written: Shape, read: Shape, path: str) -> list[Difference]:
        if isinstance(written, Plain) and isinstance(read, Plain):
            return plain.differences(self, written.keywords, read.keywords, path)
        if isinstance(written, Product) or isinstance(read, Product):
            return products.differences(self, written, read, path)
        if isinstance(written, Sum) or isinstance(read, Sum):
            return sums.differences(self, written, read, path)
        return self._negations(written, read, path)

    def _negations(self, written: Shape, read: Shape, path: str) -> list[Difference]:
        if not isinstance(read, Negation):
            return [Difference("TYPE_CHANGED", path, "an exclusion", "a type")]
        if not isinstance(written, Negation):
            return [Difference("NOT_TYPE_EXTENDED", path, "no exclusion", "an exclusion")]
        if self.reversed().accepts(read.schema, written.schema):
            narrowed = not self.accepts(written.schema, read.schema)
            return [Difference("NOT_TYPE_NARROWED", path)] if narrowed else []
        return [Difference("NOT_TYPE_EXTENDED", path, "an exclusion", "a wider one")]


def _identity(schema: Schema) -> str:
    """Equal for equal schemas of one document; its definitions are no part of a schema."""
    known = schema if isinstance(schema, bool) else {key: value for key, value in schema.items() if key != "$defs"}
    return json.dumps(known, sort_keys=True)


def differences(old: Schema, new: Schema, *, allowed: frozenset[str] = STRICT) -> list[Difference]:
    """Every named difference, safe ones too, met when a reader with `new` reads what `old` allowed.

    `allowed` (STRICT or LENIENT) decides when branches of anyOf and parts of allOf count as matching.
    Raises ValueError for schemas that cannot be compared: foreign or circular references.
    """
    return Comparison(old, new, allowed).differences(old, new, "")


def compatible(old: Schema, new: Schema, *, allowed: frozenset[str] = STRICT) -> bool:
    """Whether nothing but `allowed` rules separates the two."""
    return Comparison(old, new, allowed).accepts(old, new)

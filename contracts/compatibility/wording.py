"""How a rule is said to a person, in the order things happened: first the earlier revision, then today's schema.

BACKWARD (old events, today's reader) and FORWARD (today's events, old reader) ask the same rule with the sides
swapped, so one rule has two sentences: what refuses an added requirement one way refuses a dropped field the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from contracts.compatibility.rules import LOWER_BOUNDS, UPPER_BOUNDS

Direction = Literal["BACKWARD", "FORWARD"]
BACKWARD: Direction = "BACKWARD"
FORWARD: Direction = "FORWARD"


@dataclass(frozen=True, slots=True)
class Wording:
    """Templates over {before} and {after}, and what to do instead of the change."""

    backward: str
    forward: str
    mend: str
    affected: str = ""
    mend_forward: str = ""

    def mend_for(self, direction: Direction) -> str:
        return self.mend if direction == BACKWARD else self.mend_forward or self.mend

    def change(self, direction: Direction, written: str, read: str) -> str:
        if direction == BACKWARD:
            return self.backward.format(before=written, after=read)
        return self.forward.format(before=read, after=written)


def _same(text: str, mend: str, affected: str = "") -> Wording:
    return Wording(text, text, mend, affected)


_RESTORE = "leave it as it was"
_ANYTHING = _same("changed from {before} to {after}", _RESTORE)
_REQUIRED = Wording(
    "became required", "is no longer always sent", "make it optional", "without it", mend_forward="keep sending it"
)
_NEW_REQUIRED = Wording(
    "is new and required",
    "was required and is no longer sent",
    "make it optional",
    "without it",
    mend_forward="keep sending it",
)
_CONTENT_ADDED = Wording(
    "was added where any content was allowed",
    "was removed from a model that still allows it",
    "close the writer's model",
    "that hold something else there",
)
_CONTENT_REMOVED = Wording(
    "was removed from a closed model",
    "was added to a model that its readers keep closed",
    "keep it",
    "that hold it",
    mend_forward="leave it out",
)
_NOT_COVERED = Wording(
    "left the named properties and fits no other rule",
    "joined the named properties and fits no other rule",
    "keep it covered",
    "that hold it",
)
_SUM = Wording(
    "no longer allows {before}",
    "newly allows {after}",
    "keep what it allowed",
    "with such a value",
    mend_forward="allow no more than before",
)

_BY_RULE = {
    "SCHEMA_ADDED": _same("was free and is now limited", "leave it free", "beyond it"),
    "PATTERN_ADDED": _same("changed its pattern from {before} to {after}", _RESTORE, "that do not fit it"),
    "PATTERN_CHANGED": _same("changed its pattern from {before} to {after}", _RESTORE, "that do not fit it"),
    "FORMAT_ADDED": _same("changed its format from {before} to {after}", _RESTORE),
    "FORMAT_CHANGED": _same("changed its format from {before} to {after}", _RESTORE),
    "TYPE_NARROWED": _same("changed its type from {before} to {after}", _RESTORE),
    "TYPE_CHANGED": _same("changed its type from {before} to {after}", _RESTORE),
    "REQUIRED_ATTRIBUTE_ADDED": _REQUIRED,
    "REQUIRED_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL": _NEW_REQUIRED,
    "PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL": _CONTENT_ADDED,
    "ITEM_ADDED_TO_OPEN_CONTENT_MODEL": _CONTENT_ADDED,
    "PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL": _CONTENT_REMOVED,
    "ITEM_REMOVED_FROM_CLOSED_CONTENT_MODEL": _CONTENT_REMOVED,
    "PROPERTY_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL": _NOT_COVERED,
    "PROPERTY_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL": _NOT_COVERED,
    "ITEM_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL": _NOT_COVERED,
    "ITEM_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL": _NOT_COVERED,
    "ENUM_ARRAY_NARROWED": _SUM,
    "ENUM_ARRAY_CHANGED": _SUM,
    "CONST_CHANGED": _SUM,
    "SUM_TYPE_NARROWED": _SUM,
    "COMBINED_TYPE_SUBSCHEMAS_CHANGED": _SUM,
    "UNIQUE_ITEMS_ADDED": Wording(
        "must now hold each item once", "may now repeat items", "leave repeats as they were", "with repeats"
    ),
    "UNCOMPARED_KEYWORD_CHANGED": _same(
        "changed {before}{after}, which cannot be compared", "say it with another keyword"
    ),
}
_BOUNDS = {name: keyword for keyword, name in (UPPER_BOUNDS | LOWER_BOUNDS).items()}


def wording(rule: str) -> Wording:
    """The sentences of a rule; rules of one family share theirs."""
    if rule in _BY_RULE:
        return _BY_RULE[rule]
    keyword = _BOUNDS.get(rule.rsplit("_", 1)[0])
    if keyword is not None:
        return _same(f"changed {keyword} from {{before}} to {{after}}", _RESTORE, "beyond it")
    return _ANYTHING

"""Which change of a call matters to an applicant, and why: a table, whose first fitting row counts.

`material` changes bring a dismissed call back and reach the people it concerns; `urgent` ones do not wait for a digest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from contracts.values import LocalText

Test = Callable[[Any, Any], bool]


@dataclass(frozen=True, slots=True)
class Rule:
    """What a change means. `code` goes into the event, `why` onto the page."""

    code: str
    why: LocalText
    material: bool = True
    urgent: bool = False


def rule_for(field: str, before: object, after: object) -> Rule:
    """The rule that judges one field's change from one value to another."""
    return next(rule for fields, test, rule in _TABLE if field in fields and test(before, after))


def _rule(code: str, sl: str, en: str, *, material: bool = True, urgent: bool = False) -> Rule:
    return Rule(code, LocalText(sl=sl, en=en), material, urgent)


def _always(before: object, after: object) -> bool:
    return True


def _earlier(before: list[Any], after: list[Any]) -> bool:
    """A date somebody may have counted on came nearer, or fell away without a later one: there is less time."""
    was, now = {each.at for each in before}, {each.at for each in after}
    gone, came = was - now, now - was
    if not gone or not now:
        return False
    return bool(min(came) < min(gone) if came else max(gone) > max(now))


def _moved(before: list[Any], after: list[Any]) -> bool:
    return bool(before and after and [each.at for each in before] != [each.at for each in after])


def _becomes(*states: str) -> Test:
    return lambda before, after: after in states


def _lower(before: Any, after: Any) -> bool:
    return before is not None and after is not None and _number(after) < _number(before)


def _number(value: Any) -> Any:
    return getattr(value, "amount", value)


_OVER = ("closed", "withdrawn")
_STATUS = ("status",)
_DEADLINES = ("deadlines",)
_GRANT = ("max_amount", "co_financing_rate", "co_financing_rate_min", "advance_rate")
_FLOOR = ("min_amount", "own_share_min")
_TABLE: tuple[tuple[tuple[str, ...], Test, Rule], ...] = (
    (_STATUS, _becomes("withdrawn"), _rule("withdrawn", "razpis je preklican", "the call is withdrawn", urgent=True)),
    (
        _STATUS,
        lambda before, after: before in _OVER and after not in _OVER,
        _rule("reopened", "razpis je znova odprt", "the call takes applications again", urgent=True),
    ),
    (_STATUS, _becomes("closed"), _rule("closed", "vlog ne sprejemajo več", "no more applications are taken")),
    (_STATUS, _becomes("open"), _rule("opened", "vloge že sprejemajo", "applications are taken now")),
    (_STATUS, _always, _rule("status", "stanje razpisa je drugo", "the call stands elsewhere")),
    (_DEADLINES, _earlier, _rule("deadline_earlier", "časa je manj", "there is less time", urgent=True)),
    (_DEADLINES, _moved, _rule("deadline_later", "časa je več", "there is more time")),
    (
        _DEADLINES,
        lambda before, after: not before or not after,
        _rule("deadline_known", "rok prej ni bil znan ali zdaj ni več", "the deadline was not known, or is no longer"),
    ),
    (
        _DEADLINES,
        _always,
        _rule("deadline_wording", "datum je isti", "the date is the same", material=False),
    ),
    (
        ("until_funds_run_out",),
        _always,
        _rule("until_funds_run_out", "odvisno je od porabe sredstev", "it depends on the money left"),
    ),
    (_GRANT, _lower, _rule("grant_lower", "občina bi dobila manj", "the municipality would get less")),
    (_GRANT, _always, _rule("grant_other", "občina bi dobila drugače", "the municipality would get another amount")),
    (_FLOOR, _always, _rule("floor", "spodnja meja je druga", "the lower limit is another")),
    (
        ("budget", "eu_contribution"),
        _always,
        _rule("budget", "vsota razpisa je druga", "the call gives another sum"),
    ),
    (("vat_eligible",), _always, _rule("vat", "DDV se šteje drugače", "VAT counts differently")),
    (
        ("eligible_applicants", "territory"),
        _always,
        _rule("eligibility", "krog upravičencev je drug", "others may apply than before"),
    ),
    (
        ("themes",),
        _always,
        _rule("themes", "razpis velja za druge teme", "the call counts for other themes", material=False),
    ),
    (("documents",), _always, _rule("documents", "razpisna dokumentacija je druga", "the tender's documents changed")),
    (
        ("opens",),
        _always,
        _rule("opens", "vloge sprejemajo od drugega dne", "applications are taken from another day"),
    ),
    (
        ("title", "funder", "programme", "reference", "description", "url"),
        _always,
        _rule("wording", "le drugačne besede", "other words only", material=False),
    ),
)
WHY: dict[str, LocalText] = {rule.code: rule.why for _, _, rule in _TABLE}

"""Figures that the law, the council or experience sets for a time: each value has a validity and a source.

A value that changes is never overwritten: the new one stands beside it, and what was replaced says by whom and why.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from contracts.registry import Event
from contracts.values import PartialDate, Value
from services.funding.ledger.refusal import Contradicted, Mistake, Refused
from services.funding.parameter_kinds import COUNTED, KINDS, Kind


class Band(Value):
    """The share that holds for coefficients from `low` to `high`, both included; null has no such edge."""

    low: Decimal | None = Field(default=None, ge=0)
    high: Decimal | None = Field(default=None, ge=0)
    share: Decimal = Field(ge=0, le=1)

    def holds(self, coefficient: Decimal) -> bool:
        return (self.low is None or coefficient >= self.low) and (self.high is None or coefficient <= self.high)


class ParameterForm(BaseModel):
    """One value as a person states it. `scope` says for whom, where the figure differs: a municipality, a legal basis.

    `replaces` names a value that was wrong; it stays readable with the reason.
    """

    model_config = ConfigDict(extra="forbid")
    code: str
    scope: str = Field(default="", max_length=80)
    number: Decimal | None = Field(default=None, ge=0)
    bands: list[Band] = Field(default=[], max_length=30)
    valid_from: PartialDate
    valid_to: PartialDate | None = None
    source: str = Field(min_length=3, max_length=500)
    source_url: str | None = Field(default=None, max_length=1000)
    replaces: str | None = None
    reason: str | None = Field(default=None, max_length=500)


class DatedValue(Value):
    """A value with its validity and source. With `replaced_at` it no longer counts and is kept to be read.

    `confirmed`: whether somebody here stands for it; a starting value is shipped, and nobody recorded it.
    """

    value_id: str
    number: Decimal | None = None
    bands: list[Band] = []
    valid_from: PartialDate
    valid_to: PartialDate | None = None
    source: str
    source_url: str | None = None
    confirmed: bool = True
    recorded_by: str | None = None
    recorded_at: AwareDatetime | None = None
    replaced_at: AwareDatetime | None = None
    replaced_by: str | None = None
    replaced_because: str | None = None

    @property
    def first(self) -> date:
        return self.valid_from.first_day()

    @property
    def last(self) -> date:
        return self.valid_to.last_day() if self.valid_to else date.max


class Parameter(BaseModel):
    """All values of one figure for one scope, standing and replaced."""

    parameter_id: str
    code: str
    scope: str = ""
    values: list[DatedValue] = []
    version: int = 0
    events: list[Event] = Field(default=[], exclude=True)

    @property
    def standing(self) -> list[DatedValue]:
        return sorted((each for each in self.values if each.replaced_at is None), key=lambda each: each.first)

    def on(self, day: date) -> DatedValue | None:
        """The value that holds on `day`: of those begun by then the latest, unless it ended."""
        begun = [each for each in self.standing if each.first <= day]
        return begun[-1] if begun and begun[-1].last >= day else None

    def record(self, form: ParameterForm, value_id: str, by: str, now: AwareDatetime) -> Parameter:
        """With one more value. Raises Refused when it does not fit its kind or runs into a standing one."""
        check(form)
        kept = self._without(form, by, now)
        facts = form.model_dump(exclude={"code", "scope", "replaces", "reason"})
        value = DatedValue(value_id=value_id, recorded_by=by, recorded_at=now, **facts)
        for other in (each for each in kept if each.replaced_at is None):
            if _collide(value, other):
                raise Contradicted.at(
                    "valid_from",
                    f"{other.source} already says what holds from {other.valid_from.value}"
                    f" to {other.valid_to.value if other.valid_to else 'further notice'} ({other.value_id})",
                    "begin after it ends, give valid_to, or replace it by naming it in replaces with a reason",
                    f"Za to obdobje vrednost že velja ({other.source}). Začnite pozneje ali jo nadomestite z razlogom.",
                )
        return self.model_copy(update={"values": [*kept, value]})

    def _without(self, form: ParameterForm, by: str, now: AwareDatetime) -> list[DatedValue]:
        if form.replaces is None:
            return self.values
        if form.replaces not in {each.value_id for each in self.standing}:
            raise Refused.at("replaces", f"no standing value has the id {form.replaces}", "take one from the list")
        if not form.reason:
            raise Refused.at("reason", "a value is replaced without a reason", "say why the earlier value was wrong")
        struck = {"replaced_at": now, "replaced_by": by, "replaced_because": form.reason}
        return [each.model_copy(update=struck) if each.value_id == form.replaces else each for each in self.values]


def parameter_key(code: str, scope: str) -> str:
    return f"{code}:{scope}" if scope else code


def new_parameter(code: str, scope: str) -> Parameter:
    return Parameter(parameter_id=parameter_key(code, scope), code=code, scope=scope)


def check(form: ParameterForm) -> Kind:
    """Refuse a value that no formula could use."""
    kind = KINDS.get(form.code)
    if kind is None:
        raise Refused.at("code", f"no formula reads {form.code!r}", f"take one of {', '.join(sorted(KINDS))}")
    mistakes = []
    if kind.scope and not form.scope:
        mistakes.append(Mistake("scope", f"{form.code} differs by {kind.scope}", f"say for which {kind.scope}"))
    if not kind.scope and form.scope:
        mistakes.append(Mistake("scope", f"{form.code} is the same for everybody", "leave scope out"))
    if kind.unit == "bands":
        mistakes += _wrong_bands(form)
    elif form.number is None or form.bands:
        mistakes.append(Mistake("number", f"{form.code} is one number", f"give number, in {kind.unit}, and no bands"))
    elif kind.unit == "share" and form.number > 1:
        mistakes.append(Mistake("number", f"a share of {form.number} is more than 100 %", "write it from 0 to 1"))
    elif kind.unit in COUNTED and form.number != form.number.to_integral_value():
        mistakes.append(
            Mistake("number", f"{form.number} is no whole number", "write a whole number", "Vpišite celo število.")
        )
    elif kind.unit in COUNTED and form.number > _LONGEST:
        mistakes.append(
            Mistake(
                "number",
                f"{form.number} is longer than any plan",
                "check it",
                "Preverite število: tako dolg ni noben načrt.",
            )
        )
    elif form.code == "claim_every_months" and form.number < 1:
        mistakes.append(Mistake("number", "claims need a month between them", "write 1 or more"))
    if form.valid_to is not None and form.valid_to.last_day() < form.valid_from.first_day():
        mistakes.append(Mistake("valid_to", "it ends before it begins", "write a day after valid_from"))
    if mistakes:
        raise Refused(mistakes)
    return kind


def _wrong_bands(form: ParameterForm) -> list[Mistake]:
    if not form.bands or form.number is not None:
        return [Mistake("bands", f"{form.code} is a list of bands", "give bands of low, high and share, and no number")]
    ordered = sorted(form.bands, key=lambda band: (band.low is not None, band.low or Decimal(0)))
    for lower, upper in pairwise(ordered):
        if lower.high is None or upper.low is None or upper.low <= lower.high:
            return [
                Mistake("bands", f"two bands both hold at {upper.low}", "let each band begin above the one before it")
            ]
    return []


_LONGEST = 3650


def _collide(new: DatedValue, other: DatedValue) -> bool:
    """An open end gives way to what begins later; a stated period does not."""
    if new.first == other.first:
        return True
    earlier, later = (new, other) if new.first < other.first else (other, new)
    return later.first <= earlier.last and (earlier is new or earlier.valid_to is not None)


class Missing(Refused):
    """A formula has no value for its day, so nothing is computed."""

    def __init__(self, code: str, scope: str, day: date) -> None:
        of = f" of {scope}" if scope else ""
        super().__init__(
            [
                Mistake(
                    code,
                    f"no value{of} is recorded for {day.isoformat()}",
                    f"record {code}{of} with its validity and source under /funding/parameters",
                    f"Za {day.isoformat()} ni vpisane vrednosti: {KINDS[code].title.sl if code in KINDS else code}"
                    f"{f' ({scope})' if scope else ''}. Vpišite jo med parametre.",
                )
            ]
        )


class Parameters:
    """Everything recorded, to be asked for the value of a day."""

    def __init__(self, parameters: list[Parameter]) -> None:
        self._by_id = {each.parameter_id: each for each in parameters}

    def find(self, code: str, day: date, scope: str = "") -> DatedValue | None:
        parameter = self._by_id.get(parameter_key(code, scope))
        return parameter.on(day) if parameter else None

    def value(self, code: str, day: date, scope: str = "") -> DatedValue:
        """Raises Missing when nothing is recorded for that day."""
        found = self.find(code, day, scope)
        if found is None:
            raise Missing(code, scope, day)
        return found

    def number(self, code: str, day: date, scope: str = "") -> Decimal:
        value = self.value(code, day, scope)
        if value.number is None:
            raise Missing(code, scope, day)
        return value.number

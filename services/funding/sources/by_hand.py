"""A call typed in by a person: only its title is required, and every mistake is answered with how to mend it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from difflib import get_close_matches
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from contracts.funding.themes import THEMES
from contracts.values import Money
from services.funding.applicants import CODES as APPLICANT_CODES
from services.funding.applicants import applicants_in
from services.funding.sources.parsed_call import Deadline, Grounds, ParsedCall
from services.funding.sources.source import Malformed, Payload, Reading, Rejected
from services.funding.sources.untrusted import clean, read_json
from services.funding.territory import KNOWN as TERRITORIES


def _cleaned(value: Any) -> Any:
    return clean(value) if isinstance(value, str) else value


Line = Annotated[str, StringConstraints(min_length=1, max_length=500), BeforeValidator(_cleaned)]
Prose = Annotated[str, StringConstraints(max_length=50_000), BeforeValidator(_cleaned)]


class TypedMoney(BaseModel):
    """An amount greater than nought with its currency."""

    model_config = ConfigDict(extra="forbid")
    amount: Decimal = Field(gt=0, max_digits=18, decimal_places=2)
    currency: str = Field(default="EUR", pattern=r"^[A-Z]{3}$")


class TypedCall(BaseModel):
    """The form: what a person knows of a call. What is left out stays unknown."""

    model_config = ConfigDict(extra="forbid")
    title: Line
    funder: Line | None = None
    programme: Line | None = None
    reference: Line | None = None
    description: Prose | None = None
    deadline: datetime | None = None
    until_funds_run_out: bool = False
    co_financing_rate: Decimal | None = None
    min_amount: TypedMoney | None = None
    max_amount: TypedMoney | None = None
    eligible_applicants: list[Line] = Field(default=[], max_length=50)
    territory: str | None = None
    url: str | None = Field(default=None, pattern=r"^https?://\S+$", max_length=2000)
    themes: list[str] = []
    language: str | None = Field(default=None, pattern=r"^[a-z]{2}$")

    @field_validator("deadline", mode="before")
    @classmethod
    def _a_moment(cls, value: object) -> datetime | None:
        mend = "write the day, the hour and the zone, such as 2027-03-01T12:00:00+01:00"
        if value is None:
            return None
        if not isinstance(value, str | datetime):
            raise ValueError(f"a deadline is a text; {mend}")
        try:
            moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        except ValueError:
            raise ValueError(f"{str(value)[:40]!r} is no date; {mend}") from None
        if moment.tzinfo is None:
            raise ValueError(f"{str(value)[:40]!r} names no zone, so the moment is not known; {mend}")
        if not 1990 <= moment.year <= 2100:
            raise ValueError(f"the year {moment.year} lies outside 1990 to 2100")
        return moment

    @field_validator("co_financing_rate")
    @classmethod
    def _a_share(cls, rate: Decimal | None) -> Decimal | None:
        if rate is None or (rate.is_finite() and 0 <= rate <= 1):
            return rate
        meant = f"for {rate} % write {rate / 100}" if rate.is_finite() and 1 < rate <= 100 else "write 0.85 for 85 %"
        raise ValueError(f"the rate is a share between 0 and 1; {meant}")

    @field_validator("max_amount")
    @classmethod
    def _above_the_least(cls, most: TypedMoney | None, others: ValidationInfo) -> TypedMoney | None:
        least = others.data.get("min_amount")
        if most and least and most.currency == least.currency and most.amount < least.amount:
            raise ValueError(
                f"the most, {most.amount}, is less than the least, {least.amount}; swap the two, or correct one"
            )
        return most

    @field_validator("territory")
    @classmethod
    def _a_place(cls, code: str | None) -> str | None:
        if code is None or code in TERRITORIES:
            return code
        meant = _meant(code, TERRITORIES)
        raise ValueError(f"{code[:40]!r} is no territory{meant}; write a code, such as SI-036, SI043, SI04, SI or EU")

    @field_validator("themes")
    @classmethod
    def _known_themes(cls, themes: list[str]) -> list[str]:
        for theme in themes:
            if theme not in THEMES:
                raise ValueError(f"{theme[:40]!r} is no theme{_meant(theme, THEMES)}; known are {', '.join(THEMES)}")
        return themes


class Refused(ValueError):
    """A typed call with mistakes: one `Rejected` for each, naming the field and the mend."""

    def __init__(self, mistakes: list[Rejected]) -> None:
        super().__init__("; ".join(f"{mistake.field}: {mistake.reason}" for mistake in mistakes))
        self.mistakes = mistakes


def typed_call(form: object, *, row: str = "call") -> ParsedCall:
    """The parsed call of one filled-in form (a JSON object). Raises Refused with every mistake at once."""
    try:
        typed = TypedCall.model_validate(form)
    except ValidationError as error:
        raise Refused([_mistake(each, row) for each in error.errors(include_url=False)]) from None
    grounds = {name: Grounds(basis="by_hand") for name in sorted(typed.model_fields_set - {"title"})}
    if typed.deadline:
        grounds["status"] = Grounds(basis="inferred", evidence="typed in with a deadline")
    return ParsedCall(
        source="by-hand",
        key=typed.reference or typed.url or f"{typed.title} | {typed.funder or ''}",
        title=typed.title,
        status="unknown" if typed.deadline is None else "open",
        funder=typed.funder,
        programme=typed.programme,
        reference=typed.reference,
        description=typed.description,
        language=typed.language,
        deadlines=[Deadline(at=typed.deadline)] if typed.deadline else [],
        until_funds_run_out=typed.until_funds_run_out,
        co_financing_rate=typed.co_financing_rate,
        min_amount=_money(typed.min_amount),
        max_amount=_money(typed.max_amount),
        eligible_applicants=_applicants(typed.eligible_applicants),
        territory=typed.territory,
        themes=typed.themes,
        url=typed.url,
        grounds=grounds,
        raw_reference=row,
    )


@dataclass(frozen=True, slots=True)
class ByHand:
    """Reads documents that hold one typed call or a list of them."""

    name: str = "by-hand"
    licence: str = "The municipality's own notes"
    may_be_empty: bool = True

    def read(self, payloads: Sequence[Payload]) -> Reading:
        """Calls of all documents. Raises Malformed when one is not JSON or holds neither an object nor a list."""
        calls: dict[str, ParsedCall] = {}
        rejected: list[Rejected] = []
        seen = merged = 0
        for payload in payloads:
            for position, form in enumerate(_forms(payload)):
                seen += 1
                try:
                    call = typed_call(form, row=f"{payload.url}#{position}")
                except Refused as refused:
                    rejected.append(_in_one(refused.mistakes))
                    continue
                merged += call.key in calls
                calls[call.key] = call
        return Reading(calls=list(calls.values()), rejected=rejected, seen=seen, merged=merged)


def _forms(payload: Payload) -> list[Any]:
    document = read_json(payload.body, max_depth=12)
    if isinstance(document, dict):
        return [document]
    if not isinstance(document, list):
        raise Malformed(f"{payload.url} holds neither a call nor a list of calls", "Send an object with a title")
    return document


def _applicants(words: Sequence[str]) -> list[str]:
    """Codes where the words are codes or name a kind of applicant we know; other words stay as typed."""
    codes: list[str] = []
    for word in words:
        codes += [word] if word in APPLICANT_CODES else sorted(applicants_in(word)) or [word]
    return list(dict.fromkeys(codes))


def _money(typed: TypedMoney | None) -> Money | None:
    return Money(amount=typed.amount, currency=typed.currency) if typed else None


def _mistake(error: Mapping[str, Any], row: str) -> Rejected:
    name = ".".join(str(part) for part in error["loc"]) or "call"
    reason = str(error["msg"]).removeprefix("Value error, ")
    mends = {
        "missing": "give the call a title" if name == "title" else f"fill in {name}",
        "extra_forbidden": "leave it out" + _meant(name.rsplit(".", 1)[-1], TypedCall.model_fields),
        "model_type": 'send an object, such as {"title": "..."}',
        "string_pattern_mismatch": _PATTERN_MENDS.get(name.rsplit(".", 1)[-1], "follow the pattern"),
    }
    reasons = {"missing": "it is missing", "extra_forbidden": "a call has no such field"}
    mend = mends.get(error["type"]) or (reason.split("; ", 1)[1] if "; " in reason else f"correct {name}")
    return Rejected(row=row, reason=reasons.get(error["type"], reason), field=name, mend=mend)


_PATTERN_MENDS = {
    "url": "write a full address, such as https://example.org/call",
    "currency": "write a currency code, such as EUR",
    "language": "write a language code, such as sl or en",
}


def _in_one(mistakes: Sequence[Rejected]) -> Rejected:
    first = mistakes[0]
    return Rejected(
        row=first.row,
        reason="; ".join(f"{mistake.field}: {mistake.reason}" for mistake in mistakes),
        field=first.field,
        mend="; ".join(mistake.mend for mistake in mistakes),
    )


def _meant(word: str, known: Collection[str]) -> str:
    by_lower = {name.casefold(): name for name in known}
    near = get_close_matches(word.casefold(), sorted(by_lower), n=1, cutoff=0.6)
    return f" (did you mean {by_lower[near[0]]}?)" if near else ""

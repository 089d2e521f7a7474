"""One record of the EU portal's search to one parsed call."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from contracts.funding import CallStatus
from contracts.values import PartialDate
from services.funding.applicants import applicants_in
from services.funding.sources.html_text import plain_text
from services.funding.sources.parsed_call import Conflict, Deadline, DeadlineKind, Grounds, ParsedCall, Unread
from services.funding.sources.rates import read_rate
from services.funding.sources.sedia_budget import UnreadableBudget, topic_budget
from services.funding.sources.sedia_codes import Codes
from services.funding.sources.sedia_dates import read_day, read_deadline
from services.funding.sources.sedia_details import Details
from services.funding.sources.source import Malformed
from services.funding.sources.untrusted import clean

_STATUS: Final[dict[str, CallStatus]] = {"forthcoming": "forecast", "open": "open", "closed": "closed"}
# What only a topic's text can tell, and its text may be missing from a record.
_FROM_THE_TEXT = ("description", "co_financing_rate", "eligible_applicants")
_KINDS: Final[dict[str, DeadlineKind]] = {"two-stage": "stage", "multiple cut-off": "cut_off"}
_PROGRAMMES = {
    "CERV": "Citizens, Equality, Rights and Values",
    "CREA": "Creative Europe",
    "DIGITAL": "Digital Europe",
    "EDF": "European Defence Fund",
    "ERASMUS": "Erasmus+",
    "HORIZON": "Horizon Europe",
    "LIFE": "LIFE",
    "SMP": "Single Market Programme",
}
_PORTAL = "https://ec.europa.eu/info/funding-tenders/opportunities/portal/screen/opportunities"
_TENDER, _CASCADE = "0", "8"
_ELIGIBILITY = re.compile(r"\b(?:eligible|applicants?|beneficiar\w+|apply)\b", re.IGNORECASE)


class NotACall(ValueError):
    """A record that no call can be made of."""

    def __init__(self, reason: str, field: str, mend: str) -> None:
        super().__init__(reason)
        self.reason, self.field, self.mend = reason, field, mend


@dataclass(frozen=True, slots=True)
class Record:
    """One row of a search answer: a topic in one language."""

    place: str
    identifier: str
    language: str | None
    row: Mapping[str, Any]
    metadata: Mapping[str, Any] = field(repr=False)
    codes: Codes = field(repr=False)

    @classmethod
    def of(cls, row: object, place: str, codes: Codes) -> Record:
        if not isinstance(row, dict) or not isinstance(row.get("metadata"), dict):
            raise NotACall("the row has no metadata", "metadata", "Look the record up on the portal")
        metadata = row["metadata"]
        identifier = _first(metadata, "identifier") or _first(metadata, "ccm2Id")
        if identifier is None:
            raise NotACall("the row has no identifier", "metadata.identifier", "Look the record up on the portal")
        if _first(metadata, "type") == _TENDER:
            raise NotACall("the row is a procurement tender", "metadata.type", "Ask only for types 1, 2 and 8")
        language = _first(metadata, "language") or row.get("language")
        return cls(place, identifier, language if isinstance(language, str) else None, row, metadata, codes)

    def completed(self, details: Details | None) -> Record:
        """The record with what its topic's details add; what it says itself stands."""
        if details is None:
            return self
        return replace(
            self, metadata={**details.metadata, **{key: each for key, each in self.metadata.items() if each}}
        )

    def first(self, key: str) -> str | None:
        return _first(self.metadata, key)

    def all(self, key: str) -> list[str]:
        return _strings(self.metadata.get(key))


def parsed(record: Record, same_topic: Sequence[Record], *, source: str) -> ParsedCall:
    """The call of a record; deadlines are gathered from all records of the topic. Raises NotACall without a title."""
    title = record.first("title") or _string(record.row.get("title")) or _string(record.row.get("content"))
    if title is None:
        raise NotACall("the record has no title", "metadata.title", "Look the record up on the portal")
    notes = _Notes()
    cascade = record.first("type") == _CASCADE
    description = notes.prose(record, "descriptionByte") or notes.prose(record, "furtherInformation")
    conditions = "\n".join(
        text for key in ("topicConditions", "beneficiaryAdministration") if (text := notes.prose(record, key))
    )
    prefix = record.identifier.split("-")[0].upper()
    programme = _PROGRAMMES.get(prefix)
    if programme and not cascade:
        notes.grounds["territory"] = Grounds(basis="inferred", evidence=programme)
    return ParsedCall(
        source=source,
        key=record.identifier,
        reference=record.identifier,
        title=title,
        funder=(record.first("caName") or record.first("projectAcronym")) if cascade else "European Commission",
        programme=programme or notes.programme(record) or record.first("callTitle"),
        description=description,
        keywords=_keywords(record),
        language=record.language,
        territory="EU" if programme and not cascade else None,
        url=notes.address(record, cascade=cascade),
        source_ids={key: value for key in ("callIdentifier", "ccm2Id", "callccm2Id") if (value := record.first(key))},
        raw_reference=record.place,
        not_read=[] if description else list(_FROM_THE_TEXT),
        **notes.status(same_topic),
        **notes.dates(record, same_topic),
        **notes.money(record),
        **notes.conditions(conditions),
        grounds=notes.grounds,
        conflicts=notes.conflicts,
        unread=notes.unread,
    )


@dataclass(slots=True)
class _Notes:
    """The fields that need care, and what had to be said of them on the way."""

    grounds: dict[str, Grounds] = field(default_factory=dict)
    conflicts: list[Conflict] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)

    def doubt(self, name: str, phrase: str, reason: str) -> None:
        self.unread.append(Unread(field=name, phrase=phrase[:200], reason=reason))

    def status(self, records: Sequence[Record]) -> dict[str, Any]:
        codes = list(dict.fromkeys(code for record in records for code in record.all("status")))
        if not codes:
            return {}
        names = [records[0].codes.name("status", code) or code for code in codes]
        if len(names) > 1:
            self.conflicts.append(Conflict(field="status", says=names[0], against=", ".join(names[1:])))
        if names[0].casefold() not in _STATUS:
            self.doubt("status", codes[0], "the portal's code list has no such status")
        return {"status": _STATUS.get(names[0].casefold(), "unknown"), "status_phrase": names[0]}

    def programme(self, record: Record) -> str | None:
        code = record.first("frameworkProgramme")
        return record.codes.name("frameworkProgramme", code) if code else None

    def dates(self, record: Record, records: Sequence[Record]) -> dict[str, Any]:
        model = record.first("deadlineModel") or "single-stage"
        phrases = list(dict.fromkeys(phrase for each in records for phrase in each.all("deadlineDate")))
        kind = _KINDS.get(model, "single" if len(phrases) < 2 else "cut_off")
        deadlines: dict[datetime, Deadline] = {}
        for phrase in phrases:
            try:
                deadline = read_deadline(phrase, kind)
                deadlines[deadline.at] = deadline
            except ValueError as error:
                self.doubt("deadlines", phrase, str(error))
        return {
            "opens": self._opens(record),
            "deadlines": [deadlines[at] for at in sorted(deadlines)],
            "deadline_phrase": f"{model}: {', '.join(phrases)}" if phrases else None,
        }

    def _opens(self, record: Record) -> PartialDate | None:
        phrase = record.first("startDate")
        if phrase is None:
            return None
        try:
            return PartialDate(value=read_day(phrase).isoformat(), phrase=phrase)
        except ValueError as error:
            self.doubt("opens", phrase, str(error))
            return None

    def money(self, record: Record) -> dict[str, Any]:
        overview = record.first("budgetOverview")
        if overview is None:
            return {}
        try:
            budget = topic_budget(overview, identifier=record.identifier, ccm2_id=record.first("ccm2Id"))
        except UnreadableBudget as error:
            self.doubt("budget", overview, str(error))
            return {}
        return {
            "budget": budget.total,
            "budget_by_year": list(budget.by_year),
            "min_amount": budget.least,
            "max_amount": budget.most,
        }

    def conditions(self, text: str) -> dict[str, Any]:
        """Rate and applicants: the portal has no field for either, so only plain statements in the conditions count."""
        found: dict[str, Any] = {}
        if stated := read_rate(text):
            found["co_financing_rate"] = stated.rate
            self.grounds["co_financing_rate"] = Grounds(basis="read_from_text", evidence=stated.phrase)
        sentences = [sentence for sentence in re.split(r"[.\n]", text) if _ELIGIBILITY.search(sentence)]
        applicants = applicants_in("\n".join(sentences))
        if applicants:
            found["eligible_applicants"] = sorted(applicants)
            words = ", ".join(sorted(set(applicants.values())))
            self.grounds["eligible_applicants"] = Grounds(basis="read_from_text", evidence=words)
        return found

    def prose(self, record: Record, key: str) -> str | None:
        html = "\n".join(record.all(key))
        try:
            return plain_text(html) or None
        except Malformed as error:
            self.doubt("description", html, error.reason)
            return None

    def address(self, record: Record, *, cascade: bool) -> str:
        """The page for people: the record's own address is often that of a data file."""
        own = record.first("url") or _string(record.row.get("url"))
        if own and own.startswith(("https://", "http://")) and not own.endswith(".json"):
            return own
        if cascade:
            return f"{_PORTAL}/competitive-calls-cs/{record.first('ccm2Id') or record.identifier}"
        return f"{_PORTAL}/topic-details/{record.identifier}"


def _keywords(record: Record) -> list[str]:
    words: list[str] = []
    for value in (*record.all("keywords"), *record.all("tags"), *record.all("crossCuttingPriorities")):
        words += _inner_list(value) or [value]
    return list(dict.fromkeys(words))


def _inner_list(value: str) -> list[str]:
    """Keywords that came as one JSON list inside a string."""
    if not value.startswith("["):
        return []
    try:
        return _strings(json.loads(value))
    except (ValueError, RecursionError):
        return []


def _first(metadata: Mapping[str, Any], key: str) -> str | None:
    return next(iter(_strings(metadata.get(key))), None)


def _strings(value: object) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [text for each in values if (text := _string(each)) is not None]


def _string(value: object) -> str | None:
    return clean(value) or None if isinstance(value, str) else None

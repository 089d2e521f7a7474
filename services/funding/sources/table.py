"""Rows of a table to calls: columns are found by their Slovenian or English names, every doubt is said."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from contracts.values import Money, PartialDate
from services.funding.applicants import CODES, applicants_in
from services.funding.sources.amounts import UnreadableAmount, read_amount, read_number
from services.funding.sources.dates import UnreadableDate, WrittenDate, read_typed_dates, until_funds_run_out
from services.funding.sources.parsed_call import Deadline, Grounds, ParsedCall, Unread
from services.funding.sources.sheet import Sheet, read_sheet
from services.funding.sources.source import Malformed, Payload, Reading, Rejected
from services.funding.territory import territory_in

_COLUMNS = {
    "title": "naziv|naslov|naziv razpisa|razpis|ime razpisa|title|call|call title|name",
    "funder": "razpisovalec|financer|ministrstvo|objavitelj|sofinancer|funder|donor|agency|publisher",
    "programme": "program|sklad|program eu|programme|program name|fund",
    "reference": "sifra|stevilka|oznaka|referenca|st zadeve|reference|number|identifier|id|code",
    "description": "opis|namen|vsebina|predmet|description|purpose|summary|objective",
    "opens": "objava|datum objave|odprtje|zacetek|opens|opening date|published|publication date|start",
    "deadlines": "rok|rok za prijavo|rok prijave|datum zaprtja|rok oddaje|zakljucek|deadline|closing date|closes|"
    "due date",
    "co_financing_rate": "stopnja sofinanciranja|delez sofinanciranja|sofinanciranje|delez|rate|co financing rate|"
    "funding rate|co financing",
    "min_amount": "najmanj|najnizji znesek|min znesek|minimalni znesek|min amount|minimum|lowest amount",
    "max_amount": "najvec|najvisji znesek|max znesek|maksimalni znesek|max amount|maximum|highest amount",
    "budget": "razpisana sredstva|visina sredstev|razpisana vrednost|sredstva|vrednost|budget|total budget|amount",
    "eligible_applicants": "upravicenci|prijavitelji|upraviceni prijavitelji|kdo lahko kandidira|eligible applicants|"
    "applicants|eligibility",
    "territory": "obmocje|geografsko obmocje|kje|territory|area|region",
    "url": "povezava|spletna stran|naslov strani|url|link|web|address",
}
_MEANS = {name: field for field, names in _COLUMNS.items() for name in names.split("|")}
_MIDNIGHT = re.compile(r"(?<=^\d{4}-\d\d-\d\d)[T ]00:00(?::00)?$")
_TERRITORY_CODE = re.compile(r"^(?:EU|[A-Z]{2}(?:\d{1,3}|-\d{3})?)$")
_PLAIN_POINT = re.compile(r"^\d+\.\d{1,2}$")
_ENGLISH = re.compile(r"^\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?$")


@dataclass(frozen=True, slots=True)
class TableRead:
    """What a table says: which column was taken for what, which were not, and the reading."""

    columns: Mapping[str, str]
    ignored: Sequence[str]
    form: str
    reading: Reading


@dataclass(frozen=True, slots=True)
class Table:
    """Reads tables that people upload. Nothing polls it."""

    name: str = "upload"
    licence: str = "As the person who sent the table states"
    may_be_empty: bool = False

    def read(self, payloads: Sequence[Payload]) -> Reading:
        """Calls of tables. Raises Malformed when one is no table, or has no column of titles."""
        readings = [self.preview(payload).reading for payload in payloads]
        calls = {call.key: call for reading in readings for call in reading.calls}
        rejected = [row for reading in readings for row in reading.rejected]
        seen = sum(reading.seen for reading in readings)
        return Reading(list(calls.values()), rejected, seen=seen, merged=seen - len(calls) - len(rejected))

    def preview(self, payload: Payload) -> TableRead:
        """The table read, and how. Raises Malformed."""
        sheet = read_sheet(payload.body)
        means = {place: found for place, name in enumerate(sheet.columns) if (found := _MEANS.get(_plain(name)))}
        if "title" not in means.values():
            seen = ", ".join(repr(name) for name in sheet.columns if name)[:300]
            raise Malformed(f"No column names the calls; the columns are {seen}", "Name one 'Naziv' or 'Title'")
        decimal_point = _decimal_point(sheet, means)
        calls: dict[str, ParsedCall] = {}
        rejected: list[Rejected] = []
        for number, cells in sheet.rows:
            row = f"{payload.url}#row-{number}"
            words = _words(cells, means)
            if not words.get("title"):
                rejected.append(Rejected(row, "the row names no call", "title", "Fill in the title"))
                continue
            call = _Row(words, decimal_point).call(self.name, row)
            if call.key in calls:
                mend = "Give each call a reference of its own, or delete one of the two rows"
                rejected.append(Rejected(row, f"another row has the same call {call.key!r}", "reference", mend))
                continue
            calls[call.key] = call
        shape = {f"column.{sheet.columns[place]}": len(sheet.rows) for place in means}
        reading = Reading(list(calls.values()), rejected, seen=len(sheet.rows), shape=shape)
        taken = {sheet.columns[place]: found for place, found in means.items()}
        ignored = [name for place, name in enumerate(sheet.columns) if name and place not in means]
        return TableRead(taken, ignored, sheet.form, reading)


@dataclass(slots=True)
class _Row:
    """One row under way to a call, with what could not be read of it."""

    words: Mapping[str, str]
    decimal_point: bool
    grounds: dict[str, Grounds] = field(default_factory=dict)
    unread: list[Unread] = field(default_factory=list)

    def call(self, source: str, row: str) -> ParsedCall:
        said = self.words
        url = said.get("url", "")
        territory = _territory(said.get("territory", ""))
        facts = {
            **self._deadlines(said.get("deadlines", "")),
            "opens": self._opens(said.get("opens", "")),
            "co_financing_rate": self._rate(said.get("co_financing_rate", "")),
            **{name: self._money(name, said.get(name, "")) for name in ("min_amount", "max_amount", "budget")},
        }
        if said.get("territory") and territory is None:
            self._doubt("territory", said["territory"], "no place we know is named")
        return ParsedCall(
            source=source,
            key=said.get("reference") or url or f"{said['title']} | {said.get('funder', '')}",
            title=said["title"],
            status="open" if facts["deadlines"] or facts["until_funds_run_out"] else "unknown",
            **{name: said.get(name) or None for name in ("funder", "programme", "reference", "description")},
            eligible_applicants=self._applicants(said.get("eligible_applicants", "")),
            territory=territory,
            url=url if url.startswith(("https://", "http://")) else None,
            grounds={**{name: Grounds(basis="by_hand") for name, words in said.items() if words}, **self.grounds},
            unread=self.unread,
            raw_reference=row,
            **facts,
        )

    def _doubt(self, name: str, phrase: str, reason: str) -> None:
        self.unread.append(Unread(field=name, phrase=phrase[:200], reason=reason))

    def _deadlines(self, phrase: str) -> dict[str, Any]:
        open_ended = until_funds_run_out(phrase)
        facts: dict[str, Any] = {"deadlines": [], "deadline_phrase": phrase or None, "until_funds_run_out": open_ended}
        try:
            dates = _dates(phrase)
            kind = "single" if len(dates) < 2 else "cut_off"
            found = {
                each.instant(): Deadline(
                    at=each.instant(), kind=kind, hour_stated=each.hour is not None, phrase=each.phrase
                )
                for each in dates
            }
        except UnreadableDate as error:
            self._doubt("deadlines", phrase, str(error))
            return facts
        if phrase and not dates and not open_ended:
            self._doubt("deadlines", phrase, "neither a date such as '13. 11. 2025 (14:00)' nor 'do porabe sredstev'")
        if found:
            self.grounds["status"] = Grounds(basis="inferred", evidence="the table gives a deadline")
        return {**facts, "deadlines": [found[at] for at in sorted(found)]}

    def _opens(self, phrase: str) -> PartialDate | None:
        try:
            dates = _dates(phrase)
        except UnreadableDate as error:
            self._doubt("opens", phrase, str(error))
            return None
        if phrase and len(dates) != 1:
            self._doubt("opens", phrase, "write one date, such as '13. 11. 2025'")
        return PartialDate(value=dates[0].day.isoformat(), phrase=phrase) if len(dates) == 1 else None

    def _rate(self, phrase: str) -> Decimal | None:
        """'85 %' and '0,85' are one share; a bare '85' in a column of shares is per cent, a bare '1' is doubtful."""
        if not phrase:
            return None
        try:
            number = read_number(phrase.replace("%", "").replace("odstotkov", "").strip().replace(".", ","))
        except UnreadableAmount:
            self._doubt("co_financing_rate", phrase, "write a share such as '85 %'")
            return None
        share = number / 100 if "%" in phrase or number > 1 else number
        if not 0 < share <= 1 or (number == 1 and "%" not in phrase):
            self._doubt("co_financing_rate", phrase, "write a share from 0 to 100 %")
            return None
        return share

    def _money(self, name: str, phrase: str) -> Money | None:
        if not phrase:
            return None
        try:
            if any(letter.isalpha() or letter == "€" for letter in phrase):
                return read_amount(phrase)
            return Money(amount=_number(phrase, self.decimal_point), currency="EUR", phrase=phrase)
        except (UnreadableAmount, ValueError) as error:
            self._doubt(name, phrase, str(error).splitlines()[0])
            return None

    def _applicants(self, phrase: str) -> list[str]:
        if not phrase:
            return []
        words = [word.strip() for word in re.split(r"[;,]", phrase) if word.strip()]
        if all(word in CODES for word in words):
            return words
        found = applicants_in(phrase)
        if not found:
            self._doubt("eligible_applicants", phrase, "no kind of applicant we know is named")
        return sorted(found)


def _territory(words: str) -> str | None:
    """A code such as SI-036, SI04 or EU as it stands, or the one place the words name."""
    named = territory_in(words)
    return words if _TERRITORY_CODE.match(words) else named[0] if named else None


def _words(cells: Sequence[str], means: Mapping[int, str]) -> dict[str, str]:
    """The row's words by field; of two columns for one field the first that is filled counts."""
    words: dict[str, str] = {}
    for place, name in means.items():
        if place < len(cells) and cells[place] and not words.get(name):
            words[name] = cells[place]
    return words


def _plain(name: str) -> str:
    """A column's name without accents, brackets, punctuation and case."""
    letters = unicodedata.normalize("NFKD", name.partition("(")[0].casefold())
    return " ".join(re.sub(r"[^a-z0-9]+", " ", letters.encode("ascii", "ignore").decode()).split())


def _dates(phrase: str) -> list[WrittenDate]:
    """The dates of a cell; a workbook writes a bare day as its midnight."""
    return read_typed_dates(_MIDNIGHT.sub("", phrase.strip()))


def _decimal_point(sheet: Sheet, means: Mapping[int, str]) -> bool:
    """Whether the amounts of this table have a point before the cents: some must, and none may have a comma there."""
    places = [place for place, name in means.items() if name in ("min_amount", "max_amount", "budget")]
    numbers = [cells[place].strip() for _, cells in sheet.rows for place in places if place < len(cells)]
    point = any(_PLAIN_POINT.match(number) or (_ENGLISH.match(number) and "." in number) for number in numbers)
    return point and not any(re.search(r",\d{1,2}$", number) for number in numbers)


def _number(phrase: str, decimal_point: bool) -> Decimal:
    """A bare number in the notation of its table. Raises UnreadableAmount where it may mean two."""
    if decimal_point and (_PLAIN_POINT.match(phrase) or _ENGLISH.match(phrase)):
        return Decimal(phrase.replace(",", ""))
    return read_number(phrase)

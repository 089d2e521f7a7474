"""evropskasredstva.si: cohesion calls 2021-2027, open and forecast, as labelled lines in server HTML.

Format: GET razpisi/aktualen and razpisi/napovedan; each call opens with its state ('Aktualno', 'Napovedano',
'Zaključeno') and its title, then labels with their values: 'Razpisovalec', 'Program EU', 'Razpisana vrednost',
'Prispevek EU', 'Veljavno', 'Rok za prijavo na javni razpis' and so on. These words mark a call, not the site's classes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborNode

from contracts.funding import CallStatus
from services.funding.sources.facts import Facts
from services.funding.sources.html_text import tree, whole_page, words_of
from services.funding.sources.parsed_call import Conflict, ParsedCall
from services.funding.sources.source import Lost, Malformed, Payload, Portion, Reading, Rejected, Unreachable, Web
from services.funding.sources.untrusted import read_text
from services.funding.sources.withdrawal import withdrawn_by

_STATUS: Final[dict[str, CallStatus]] = {"aktualno": "open", "napovedano": "forecast", "zaključeno": "closed"}
LABELS = (
    *("Razpisovalec", "Program EU", "Razpisana vrednost", "Prispevek EU", "Veljavno"),
    *("Rok za prijavo na javni razpis", "Cilj politike oz. specifični cilj", "Upravičeni prijavitelji"),
    *("Opis upravičenih prijaviteljev", "Datum objave javnega razpisa", "Povezava do strani"),
    *("Povezava do dokumentacije", "Namen", "Geografsko območje"),
)
_BY_FOLDED = {label.casefold(): label for label in LABELS}
_MOST_PAGES = 50
_CONTROLS = frozenset({"več", "manj", "izvozi"})
_URL = re.compile(r"https?://[^\s\"<>]+")
_EMPTY = re.compile(r"\b(?:ni (?:aktualnih|napovedanih|zaključenih)? ?razpisov|ni zadetkov)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class EvropskaSredstva:
    """Reads the pages of open and of forecast calls."""

    name: str = "evropskasredstva.si"
    licence: str = "Public information of the Republic of Slovenia (reuse under ZDIJZ, source named)"
    may_be_empty: bool = False
    address: str = "https://evropskasredstva.si"
    every: timedelta = timedelta(hours=12)

    async def poll(self, web: Web) -> AsyncIterator[Portion | Lost]:
        """The open calls and the forecasts, and whatever pages either says come next."""
        for listing in ("/razpisi/aktualen", "/razpisi/napovedan"):
            ahead: str | None = urljoin(self.address, listing)
            seen: set[str] = set()
            while ahead and ahead not in seen and len(seen) < _MOST_PAGES:
                seen.add(ahead)
                try:
                    payload = await web.get(ahead)
                except Unreachable as unreachable:
                    yield Lost(ahead, unreachable.reason)
                    break
                yield [payload]
                ahead = self._next(payload, ahead)

    def _next(self, payload: Payload, url: str) -> str | None:
        link = tree(read_text(payload.body)).css_first("a[rel=next]")
        following = urljoin(url, link.attributes.get("href") or "") if link else None
        stays = following is not None and urlsplit(following).netloc == urlsplit(self.address).netloc
        return following if stays else None

    def read(self, payloads: Sequence[Payload]) -> Reading:
        """Calls of all pages. Raises Malformed when a page holds neither a call nor words that there is none."""
        calls: dict[str, ParsedCall] = {}
        rejected: list[Rejected] = []
        shape: Counter[str] = Counter()
        seen = 0
        for payload in payloads:
            page = whole_page(read_text(payload.body), payload.url)
            main = page.css_first("main") or page.body
            if main is None:
                raise Malformed(f"{payload.url} is no page", "See whether the site's pages were changed")
            _spell_out_links(main)
            lines = words_of(main).splitlines()
            blocks = list(_blocks(lines))
            if not blocks and not any(_EMPTY.search(line) for line in lines):
                raise Malformed(
                    f"{payload.url} names no state of a call ({', '.join(_STATUS)})",
                    "See whether the site's pages were changed",
                )
            for position, (state, block) in enumerate(blocks, start=1):
                seen += 1
                call = self._call(state, block, shape, f"{payload.url}#call-{position}")
                if isinstance(call, Rejected):
                    rejected.append(call)
                else:
                    calls.setdefault(call.key, call)
        merged = seen - len(calls) - len(rejected)
        return Reading(calls=list(calls.values()), rejected=rejected, seen=seen, merged=merged, shape=shape)

    def _call(self, state: str, lines: Sequence[str], shape: Counter[str], place: str) -> ParsedCall | Rejected:
        title, said = _labelled(lines)
        shape.update(label for label, text in said.items() if text)
        if not title or not said:
            return Rejected(place, "the call has no title or no labelled line", "title", "Look it up on the site")
        facts = Facts()
        _read_status(state, title, facts)
        _read_money(said, facts)
        facts.read_opens(said.get("Datum objave javnega razpisa", ""))
        facts.read_deadlines(said.get("Rok za prijavo na javni razpis") or said.get("Veljavno", ""))
        facts.read_applicants(said.get("Upravičeni prijavitelji") or said.get("Opis upravičenih prijaviteljev", ""))
        facts.state("territory", "SI", "a call of the Slovenian cohesion programme", basis="inferred")
        facts.read_territory(said.get("Geografsko območje", ""))
        links = (_URL.search(said.get(label, "")) for label in ("Povezava do strani", "Povezava do dokumentacije"))
        url = next((link[0] for link in links if link), None)
        described = (
            "Namen",
            "Cilj politike oz. specifični cilj",
            "Opis upravičenih prijaviteljev",
            "Geografsko območje",
        )
        return ParsedCall(
            source=self.name,
            # Forecasts have no address yet, so an address cannot be what a call is known by.
            key=f"{title} | {said.get('Razpisovalec', '')}",
            title=title,
            funder=said.get("Razpisovalec") or None,
            programme=said.get("Program EU") or None,
            description="\n".join(f"{label}: {said[label]}" for label in described if said.get(label)) or None,
            language="sl",
            url=url,
            source_ids={"url": url} if url else {},
            raw_reference=place,
            grounds=facts.grounds,
            unread=facts.unread,
            conflicts=_conflicts(facts),
            **facts.values,
        )


def _spell_out_links(main: LexborNode) -> None:
    """A link that reads 'Povezava' leads somewhere: its address becomes words, too."""
    for link in main.css("a[href^='http']"):
        address = link.attributes.get("href") or ""
        if address not in link.text():
            link.insert_after(f" {address} ")


def _read_status(state: str, title: str, facts: Facts) -> None:
    if words := withdrawn_by(title):
        facts.state("status", "withdrawn", words, basis="read_from_text")
        facts.state("status_phrase", words)
        return
    facts.state("status", _STATUS[state.casefold()], state)
    facts.state("status_phrase", state)


def _read_money(said: dict[str, str], facts: Facts) -> None:
    """The whole call's money and what the EU pays of it. What one applicant gets, the site does not say."""
    facts.read_money("budget", said.get("Razpisana vrednost", ""))
    facts.read_money("eu_contribution", said.get("Prispevek EU", ""))


def _conflicts(facts: Facts) -> list[Conflict]:
    budget, eu = facts.values.get("budget"), facts.values.get("eu_contribution")
    if budget is None or eu is None or eu.amount <= budget.amount:
        return []
    return [Conflict(field="budget", says=budget.phrase, against=f"the EU alone pays {eu.phrase}")]


def _blocks(lines: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """Each call's lines with the state that opens it, alone on its line or before the title."""
    state, block = "", list[str]()
    for line in lines:
        first, _, rest = line.partition(" ")
        if first.casefold() in _STATUS and (not rest or rest[0].isupper()):
            if state:
                yield state, block
            state, block = first, [rest] if rest else []
        elif state:
            block.append(line)
    if state:
        yield state, block


def _labelled(lines: Sequence[str]) -> tuple[str, dict[str, str]]:
    """The title before the first label, and the text after each label, on its line or on the next ones."""
    title: list[str] = []
    said: dict[str, list[str]] = {}
    label = ""
    for line in lines:
        if line.casefold() in _CONTROLS:
            continue
        head, colon, rest = line.partition(":")
        named = _BY_FOLDED.get(line.casefold().rstrip(":")) or (_BY_FOLDED.get(head.casefold()) if colon else None)
        if named:
            label = named
            said.setdefault(label, []).extend([rest.strip()] if colon and rest.strip() else [])
        elif label:
            said[label].append(line)
        else:
            title.append(line)
    return " ".join(title), {name: " ".join(texts) for name, texts in said.items()}

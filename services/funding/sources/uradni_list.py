"""Uradni list, the official gazette: notices that amend or revoke calls other sources publish.

Format: PDF `_pdf/{YYYY}/Ra/r{YYYY}{NNN}.pdf`; notices 'Ob-<n>/<yy>', amendments under the heading 'Sprememba'. Seven
of 28 open calls of two funds were changed here and nowhere else. A notice is tied to its call by the official
reference it names ('3301-1/2024-SRRS-23'), never by the name: one call's name is often the beginning of another's, and
notices have named the wrong one.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from urllib.parse import urljoin, urlsplit

from services.funding.sources.eko_sklad import FUND as ECO_FUND
from services.funding.sources.eko_sklad import NUMBER as ECO_NUMBER
from services.funding.sources.gazette_changes import amended, amends, facts_of, heading
from services.funding.sources.gazette_text import Notice, notices_in, text_of
from services.funding.sources.html_text import tree
from services.funding.sources.parsed_call import ParsedCall
from services.funding.sources.source import Lost, Malformed, Payload, Portion, Reading, Rejected, Unreachable, Web
from services.funding.sources.srrs import OPEN_CALLS, SITE
from services.funding.sources.untrusted import read_text

_MOST_ISSUES = 60
_ISSUE = re.compile(r"/_pdf/(?P<year>20\d\d)/Ra/r20\d\d(?P<number>\d{3})\.pdf$")
_NEVER = frozenset(
    {"source", "key", "amends", "grounds", "conflicts", "unread", "not_read", "raw_reference", "reference"}
)


@dataclass(frozen=True, slots=True, order=True)
class Issue:
    """One number of one year."""

    year: int
    number: int

    def following(self) -> Issue:
        return Issue(self.year, self.number + 1)

    def of_next_year(self) -> Issue:
        return Issue(self.year + 1, 1)


@dataclass(frozen=True, slots=True)
class UradniList:
    """Reads issues of the gazette. Most issues amend nothing, so a reading may be empty; an issue has notices."""

    name: str = "uradni-list"
    licence: str = "Official text of the Republic of Slovenia (no copyright, ZASP art. 9)"
    may_be_empty: bool = True
    address: str = "https://www.uradni-list.si"
    calls_at: str = SITE
    every: timedelta = timedelta(hours=12)

    async def poll(self, web: Web) -> AsyncIterator[Portion | Lost]:
        """The issues that pages of open calls link to, then every issue after the newest of them.

        An issue never changes, so it is asked for once. The first number that is not there yet ends the run, after
        a look at the first issue of the next year.
        """
        linked: set[Issue] = set()
        pages = await self._call_pages(web)
        for page in pages:
            try:
                linked |= _issues_in(await web.get(page))
            except Unreachable as unreachable:
                yield Lost(page, unreachable.reason)
        if not linked:
            yield Lost(self.calls_at, "no page of an open call links to the gazette, so where to begin is not known")
            return
        for issue in sorted(linked):
            try:
                if payload := await self._issue(issue, web):
                    yield [payload]
            except Unreachable as unreachable:
                yield Lost(self._address(issue), unreachable.reason)
        issue, turned = max(linked).following(), False
        for _ in range(_MOST_ISSUES):
            try:
                if payload := await self._issue(issue, web):
                    yield [payload]
                issue, turned = issue.following(), False
            except Unreachable as unreachable:
                if unreachable.status != HTTPStatus.NOT_FOUND:
                    yield Lost(self._address(issue), unreachable.reason)
                    return
                if turned:
                    return
                issue, turned = issue.of_next_year(), True

    async def _call_pages(self, web: Web) -> list[str]:
        listing = await web.get(urljoin(self.calls_at, OPEN_CALLS))
        links = tree(read_text(listing.body)).css("table.javni-razpisi-collapsible a[href*='/javni-razpisi/']")
        paths = (urlsplit(urljoin(SITE, link.attributes.get("href") or "")).path for link in links)
        return [urljoin(self.calls_at, path) for path in dict.fromkeys(paths)]

    async def _issue(self, issue: Issue, web: Web) -> Payload | None:
        return await web.get_changed(self._address(issue), said="an issue never changes")

    def _address(self, issue: Issue) -> str:
        return urljoin(self.address, f"/_pdf/{issue.year}/Ra/r{issue.year}{issue.number:03}.pdf")

    def read(self, payloads: Sequence[Payload]) -> Reading:
        """Amendments in the issues. Raises Malformed for what is no readable PDF, or has not one notice in it."""
        calls: dict[str, ParsedCall] = {}
        rejected: list[Rejected] = []
        seen = 0
        for payload in payloads:
            notices = list(notices_in(text_of(payload.body, payload.url)))
            if not notices:
                raise Malformed(
                    f"{payload.url} holds no notice 'Ob-<n>/<yy>'", "See whether the gazette's form changed"
                )
            for notice in notices:
                if not amends(notice):
                    continue
                for read in self._amendments(notice, payload.url):
                    seen += 1
                    if isinstance(read, Rejected):
                        rejected.append(read)
                    else:
                        calls.setdefault(read.key, read)
        merged = seen - len(calls) - len(rejected)
        return Reading(calls=list(calls.values()), rejected=rejected, seen=seen, merged=merged)

    def _amendments(self, notice: Notice, url: str) -> Iterator[ParsedCall | Rejected]:
        """One parsed call for each call a notice amends."""
        place = f"{url}#{notice.number}"
        references = amended(notice)
        if not references:
            reason = "the notice amends a call without naming its official reference; it is matched by nothing else"
            yield Rejected(place, reason, "reference", "Look up which call it means and correct that call by hand")
            return
        facts = facts_of(notice, alone=len(references) == 1)
        spoken = {*facts.values, *(unread.field for unread in facts.unread)}
        for reference in references:
            yield ParsedCall(
                source=self.name,
                key=notice.number if len(references) == 1 else f"{notice.number} {reference}",
                title=f"{heading(notice)}: {reference} ({notice.number})",
                amends=True,
                reference=reference,
                funder=ECO_FUND if ECO_NUMBER.fullmatch(reference) else None,
                raw_reference=place,
                not_read=sorted(ParsedCall.model_fields.keys() - _NEVER - spoken),
                grounds=facts.grounds,
                unread=facts.unread,
                **facts.values,
            )


def _issues_in(page: Payload) -> set[Issue]:
    links = (link.attributes.get("href") or "" for link in tree(read_text(page.body)).css("a[href$='.pdf']"))
    found = (_ISSUE.search(href) for href in links)
    return {Issue(int(match["year"]), int(match["number"])) for match in found if match}

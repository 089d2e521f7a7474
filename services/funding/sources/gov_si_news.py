"""gov.si press releases: the only place where the government's forecasts of calls appear.

Format: GET novice/?nrOfItems=100&start=N, links `/novice/YYYY-MM-DD-slug/`; a release is an `article` with an `h1`.
What counts as a forecast is in press_words.py.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from services.funding.sources.html_text import tree, whole_page, words_of
from services.funding.sources.parsed_call import ParsedCall
from services.funding.sources.press_words import NoForecast, judge, worth_reading
from services.funding.sources.source import Lost, Malformed, Payload, Portion, Reading, Rejected, Unreachable, Web
from services.funding.sources.untrusted import read_text

SITE = "https://www.gov.si"
_LISTED, _LISTS = 100, 3
_RELEASE = re.compile(r"^/novice/(?P<day>\d{4}-\d{2}-\d{2})-[^/]+/?$")


@dataclass(frozen=True, slots=True)
class Release:
    """One link of the list of releases."""

    path: str
    title: str


@dataclass(frozen=True, slots=True)
class GovSiNews:
    """Reads releases; the lists of them only say which are worth reading. Weeks without a forecast are usual."""

    name: str = "gov.si-news"
    licence: str = "Public information of the Republic of Slovenia (CC BY 4.0)"
    may_be_empty: bool = True
    address: str = SITE
    every: timedelta = timedelta(hours=12)

    async def poll(self, web: Web) -> AsyncIterator[Portion | Lost]:
        """The lists of about a month, each with those of its releases that are worth reading and were not read yet."""
        for start in range(0, _LISTED * _LISTS, _LISTED):
            address = f"{urljoin(self.address, '/novice/')}?nrOfItems={_LISTED}&start={start}"
            try:
                listing = await web.get(address)
            except Unreachable as unreachable:
                if start == 0:
                    raise
                yield Lost(address, unreachable.reason)
                continue
            portion = [listing]
            for release in worth_fetching(tree(read_text(listing.body))):
                page = urljoin(self.address, release.path)
                try:
                    payload = await web.get_changed(page, said=release.title)
                except Unreachable as unreachable:
                    yield Lost(page, unreachable.reason)
                    continue
                portion += [payload] if payload else []
            yield portion

    def read(self, payloads: Sequence[Payload]) -> Reading:
        """Forecasts in the releases. Raises Malformed when a page is neither a release nor a list of them."""
        calls: dict[str, ParsedCall] = {}
        rejected: list[Rejected] = []
        seen = 0
        for payload in payloads:
            page = whole_page(read_text(payload.body), payload.url)
            path = _path(_canonical(page) or payload.url)
            if _RELEASE.match(path) is None:
                if not releases_in(page):
                    raise Malformed(f"{payload.url} lists no release", "See whether the site's pages were changed")
                continue
            seen += 1
            read = self._release(page, path, payload.url)
            if isinstance(read, Rejected):
                rejected.append(read)
            else:
                calls.setdefault(read.key, read)
        merged = seen - len(calls) - len(rejected)
        return Reading(calls=list(calls.values()), rejected=rejected, seen=seen, merged=merged)

    def _release(self, page: LexborHTMLParser, path: str, place: str) -> ParsedCall | Rejected:
        article = page.css_first("article") or page.css_first("main")
        heading = page.css_first("h1")
        title = " ".join(heading.text().split()) if heading else ""
        if article is None or not title:
            return Rejected(place, "the release has no article or no h1", "h1", "See whether the pages were changed")
        verdict = judge(title, words_of(article))
        if isinstance(verdict, NoForecast):
            return Rejected(place, verdict.reason, None, "Nothing to mend unless it does forecast a call")
        facts = verdict.facts
        facts.state("territory", "SI", "a call of the government of Slovenia", basis="inferred")
        return ParsedCall(
            source=self.name,
            key=path,
            title=verdict.name,
            description=title,
            language="sl",
            url=urljoin(SITE, path),
            source_ids={"path": path},
            raw_reference=place,
            grounds=facts.grounds,
            unread=facts.unread,
            **facts.values,
        )


def releases_in(page: LexborHTMLParser) -> list[Release]:
    """Every release a list links to, once, in its order."""
    found: dict[str, Release] = {}
    for link in page.css("a[href^='/novice/']"):
        path = _path(link.attributes.get("href") or "")
        title = " ".join(link.text().split())
        if title and _RELEASE.match(path):
            found.setdefault(path, Release(path, title))
    return list(found.values())


def worth_fetching(page: LexborHTMLParser) -> list[Release]:
    """The releases of a list whose titles may speak of a call."""
    return [release for release in releases_in(page) if worth_reading(release.title)]


def _canonical(page: LexborHTMLParser) -> str | None:
    link = page.css_first("link[rel=canonical]")
    return link.attributes.get("href") if link else None


def _path(url: str) -> str:
    return urlsplit(urljoin(SITE, url)).path

"""The listing of public announcements on gov.si: its rows, its form, and how one of its pages is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

SITE = "https://www.gov.si"
COLLECTION = "/zbirke/javne-objave/"
TABLE = "table.tender-list-table"
CELLS = ("td-id", "td-title", "td-publisher", "td-published-date", "td-due-date", "td-status")
ASKED_ROWS = 100
# Parts of what the ministries with calls for municipalities are named; whole names change with every government.
PUBLISHERS = (
    *("gospodarst", "infrastruktur", "kmetijst", "javno uprav", "okolj", "kohezij", "kultur", "digitaln"),
    *("naravne vire", "vzgojo", "družin", "solidarn", "zdravj", "evropske zadeve", "obrambo"),
)
_HOSTS = frozenset({"www.gov.si", "gov.si"})


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its title, where it leads, its path when that is on this site, and all its words."""

    title: str
    url: str
    path: str
    words: str
    node: LexborNode

    @classmethod
    def of(cls, node: LexborNode) -> Row:
        link = node.css_first("td.td-title a")
        href = (link.attributes.get("href") if link else None) or ""
        url, path = _leads_to(href)
        title = " ".join(link.text().split()) if link else ""
        return cls(title, url, path, " ".join(f"{href} {node.text(separator=' ')}".split()), node)

    def cell(self, selector: str) -> str:
        found = self.node.css_first(selector)
        return " ".join(found.text().split()) if found else ""


def rows_of(page: LexborHTMLParser | LexborNode) -> list[Row]:
    return [Row.of(node) for node in page.css(f"{TABLE} tbody tr")]


def publishers_in(page: LexborHTMLParser) -> dict[str, str]:
    """Names and ids of the publishers in the form of a listing page."""
    options = page.css("select[name='publisher[]'] option")
    labelled = ((" ".join(option.text().split()), option.attributes.get("value") or "") for option in options)
    return {label: ident for label, ident in labelled if label and ident.isdigit()}


def is_named(label: str, names: Sequence[str]) -> bool:
    return any(name in label.casefold() for name in names)


def listing_at(address: str, publishers: Sequence[str], start: int) -> str:
    """The address of the rows from `start` on: calls (type 2) of those publishers, of every state and year."""
    asked = [("status", "*"), ("titleref", ""), ("type", "2"), ("year", "0")]
    asked += [("publisher[]", ident) for ident in publishers]
    query = urlencode([*asked, ("nrOfItems", str(ASKED_ROWS)), ("start", str(start))])
    return f"{urljoin(address, COLLECTION)}?{query}"


def _leads_to(href: str) -> tuple[str, str]:
    """The whole address, and its path without a closing slash if it is on this site. Empty for what is no address."""
    url = urljoin(SITE, href.strip()) if href.strip() else ""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        return "", ""
    return url.rstrip("/"), parts.path.rstrip("/") if parts.netloc in _HOSTS else ""

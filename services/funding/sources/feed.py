"""Any RSS or Atom feed: entries that speak of a call are calls, the others are news worth a look.

A feed says little: title, text, address. A deadline is taken only where the words name it as one.
"""

from __future__ import annotations

import io
import re
from calendar import timegm
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import feedparser

from services.funding.sources.dates import UnreadableDate, read_dates, until_funds_run_out
from services.funding.sources.html_text import plain_text
from services.funding.sources.parsed_call import Deadline, Grounds, ParsedCall, Unread
from services.funding.sources.source import Lost, Malformed, Payload, Portion, Reading, Rejected, Signal, Web
from services.funding.sources.untrusted import clean

MAX_BYTES = 4 * 1024 * 1024
_ENTITY = re.compile(rb"<!ENTITY", re.IGNORECASE)
_A_CALL = re.compile(
    r"\b(?:razpis\w*|javn\w+ poziv\w*|natečaj\w*|subvencij\w*|nepovratn\w+ sredst\w+"
    r"|calls? for (?:proposals|applications|projects)|open calls?|funding opportunit\w+|grants?)\b",
    re.IGNORECASE,
)
_DEADLINE = re.compile(r"\b(?:rok\w*|deadline|prijave? (?:do|je|so))\b(?P<rest>[^\n]{0,120})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed, added by a person under a name of its own."""

    name: str = "feed"
    address: str = ""
    title: str | None = None
    licence: str = "As the feed's keeper states"
    may_be_empty: bool = True
    every: timedelta = timedelta(hours=2)

    async def poll(self, web: Web) -> AsyncIterator[Portion | Lost]:
        payload = await web.get_changed(self.address)
        if payload is not None:
            yield [payload]

    def read(self, payloads: Sequence[Payload]) -> Reading:
        """Entries of the feed. Raises Malformed for what is no feed, or declares entities."""
        calls: dict[str, ParsedCall] = {}
        rejected: list[Rejected] = []
        signals: dict[str, Signal] = {}
        shape: Counter[str] = Counter()
        seen = 0
        for payload in payloads:
            feed = parsed_feed(payload)
            for position, entry in enumerate(feed.entries):
                seen += 1
                place = f"{payload.url}#{position}"
                shape.update(f"entry.{name}" for name in entry if not name.endswith(("_detail", "_parsed")))
                key, title = entry_key(entry), clean(plain_text(entry.get("title", "")))
                if not key or not title:
                    rejected.append(Rejected(place, "the entry has no title or no address", "title", "Open the feed"))
                elif _A_CALL.search(title) or _A_CALL.search(entry_text(entry)[:2_000]):
                    calls.setdefault(key, self._call(entry, key, title, feed.feed.get("language"), place))
                else:
                    signals.setdefault(key, entry_signal(entry, key, title, "news"))
        merged = seen - len(calls) - len(rejected) - len(signals)
        return Reading(list(calls.values()), rejected, list(signals.values()), seen=seen, merged=merged, shape=shape)

    def _call(self, entry: Mapping[str, Any], key: str, title: str, language: Any, place: str) -> ParsedCall:
        text = entry_text(entry)
        facts, grounds, unread = _deadline(f"{title}\n{text}")
        return ParsedCall(
            source=self.name,
            key=key,
            title=title,
            funder=self.title,
            description=text or None,
            keywords=[clean(tag.term) for tag in entry.get("tags", []) if tag.get("term")],
            language=language[:2].lower() if isinstance(language, str) and language[:2].isalpha() else None,
            url=entry_address(entry),
            grounds=grounds,
            unread=unread,
            raw_reference=place,
            **facts,
        )


def parsed_feed(payload: Payload) -> Any:
    """The feed of a body. Raises Malformed for a body that is too large, declares entities, or is no feed."""
    if len(payload.body) > MAX_BYTES:
        raise Malformed(f"{payload.url} has {len(payload.body)} bytes", "A feed has less; check the address")
    if _ENTITY.search(payload.body):
        raise Malformed(f"{payload.url} declares entities, which no feed needs", "Tell the feed's keeper")
    feed = feedparser.parse(io.BytesIO(payload.body), resolve_relative_uris=False)
    if not feed.version and not feed.entries:
        raise Malformed(f"{payload.url} is no RSS or Atom feed", "Check that the address is the feed's, not the page's")
    return feed


def entry_key(entry: Mapping[str, Any]) -> str | None:
    key = entry.get("id") or entry.get("link")
    return clean(key)[:500] or None if isinstance(key, str) else None


def entry_text(entry: Mapping[str, Any]) -> str:
    """The longest text of an entry, as a person would read it."""
    texts = [entry.get("summary", ""), *(each.get("value", "") for each in entry.get("content", []))]
    return clean(plain_text(max((text for text in texts if isinstance(text, str)), key=len, default="")))


def entry_address(entry: Mapping[str, Any]) -> str | None:
    link = entry.get("link")
    return link if isinstance(link, str) and link.startswith(("https://", "http://")) else None


def entry_signal(entry: Mapping[str, Any], key: str, title: str, kind: str, about: str | None = None) -> Signal:
    moment = entry.get("published_parsed") or entry.get("updated_parsed")
    at = datetime.fromtimestamp(timegm(moment), UTC) if moment else None
    return Signal(key, title[:500], kind, entry_address(entry), at, about, entry_text(entry)[:1_000] or None)


def _deadline(text: str) -> tuple[dict[str, Any], dict[str, Grounds], list[Unread]]:
    """The one date that the words call a deadline; several are left to a person."""
    open_ended = until_funds_run_out(text)
    found = _DEADLINE.search(text)
    phrase = " ".join(found[0].split()) if found else None
    facts: dict[str, Any] = {"until_funds_run_out": open_ended, "deadline_phrase": phrase}
    if found is None:
        return facts, {}, []
    try:
        dates = read_dates(found["rest"])
        if len(dates) != 1:
            return facts, {}, []
        deadline = Deadline(at=dates[0].instant(), hour_stated=dates[0].hour is not None, phrase=dates[0].phrase)
    except UnreadableDate as error:
        return facts, {}, [Unread(field="deadlines", phrase=phrase or "", reason=str(error))]
    grounds = {"deadlines": Grounds(basis="read_from_text", evidence=phrase)}
    return {**facts, "deadlines": [deadline]}, grounds, []

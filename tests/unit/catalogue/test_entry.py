"""Pages of contracts made for the test: replaced versions, no example, hostile words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from pydantic import Field
from selectolax.lexbor import LexborHTMLParser
from starlette.requests import Request

from contracts.registry import Event
from contracts.values import Money
from kit.catalogue.entry import entry_of
from kit.catalogue.families import by_service, families
from kit.catalogue.hearers import Hearer
from kit.web.render import Pages
from tests.unit.contracts.contract_of import contract_of

HOSTILE = "</code></pre><script>alert('x')</script>"


class CallTestedV1(Event):
    call_id: str
    amount: Money | None = Field(default=None, description=HOSTILE)
    note: str = HOSTILE


def drawn(pages: Pages, **context: Any) -> LexborHTMLParser:
    scope = {"type": "http", "method": "GET", "path": "/events/x", "query_string": b"lang=en", "headers": []}
    request = Request(scope | {"scheme": "http", "server": ("localhost", 80)})
    usual: dict[str, Any] = {"hearers": [], "unasked": [], "asyncapi": True}
    answer = pages.render(request, "catalogue/event.html", **usual | context)
    return LexborHTMLParser(bytes(answer.body).decode())


def test_a_replaced_version_says_until_when_and_leads_to_its_successor(pages: Pages) -> None:
    old = contract_of(CallTestedV1, sunset=date(2027, 3, 31))
    new = contract_of(CallTestedV1, version=2)
    page = drawn(pages, entry=entry_of(old, [new, old], "idrija"))
    text = " ".join(page.css_first("main").text().split())
    assert "The last day it is sent: 31 March 2027." in text
    assert page.css_first(f'a[href="/events/{new.type}"]') is not None

    current = drawn(pages, entry=entry_of(new, [new, old], "idrija"))
    assert current.css_first(".notice") is None
    assert current.css_first(f'a[href="/events/{old.type}"]') is not None
    assert "No end is announced" in current.css_first("aside").text()


def test_versions_of_an_event_are_one_family_that_the_newest_speaks_for() -> None:
    versions = [contract_of(CallTestedV1, version=2), contract_of(CallTestedV1)]
    (family,) = families(versions)
    assert [each.version for each in family.versions] == [1, 2]
    assert family.newest.version == 2
    assert by_service([family]) == {"funding": [family]}


def test_an_event_without_an_example_says_so(pages: Pages) -> None:
    contract = contract_of(CallTestedV1)
    page = drawn(pages, entry=entry_of(contract, [contract], "idrija"))
    assert page.css_first("#example") is None
    assert "Nobody has written an example" in page.css_first("main").text()


def test_hostile_words_of_a_contract_and_an_example_stay_words(pages: Pages) -> None:
    contract = replace(contract_of(CallTestedV1), meaning=HOSTILE, sent_when=HOSTILE)
    CallTestedV1.contract = contract
    example = CallTestedV1(call_id=HOSTILE, note=HOSTILE)
    hearer = Hearer("funding", "match", 1, HOSTILE)
    page = drawn(pages, entry=entry_of(contract, [contract], "idrija", example), hearers=[hearer])
    assert [script.attributes.get("type") for script in page.css("script")] == ["module"]
    assert page.css_first("main").text().count(HOSTILE) >= 6


@pytest.mark.parametrize("municipality", ["idrija", "kranj"])
def test_the_subject_is_that_of_the_municipality(municipality: str) -> None:
    contract = contract_of(CallTestedV1)
    entry = entry_of(contract, [contract], municipality)
    assert entry.subject == f"cinnabar.{municipality}.funding.call.tested.v1"
    for snippet in entry.snippets:
        assert f'"{entry.subject}"' in snippet.text
        assert '"FUNDING"' in snippet.text
        assert "<<" not in snippet.text

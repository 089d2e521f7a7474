"""Every event has a complete page in both languages, whatever its contract says."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from contracts.envelope import decode
from contracts.examples import EXAMPLES
from contracts.freeze import reader_schema
from contracts.registry import Contract, contracts
from kit.catalogue.routes import TEMPLATES
from kit.catalogue.shapes import shapes
from kit.web.i18n import LANGUAGES, Catalogues
from kit.web.messages import untranslated
from kit.web.render import OWN_CATALOGUE, Pages, service_catalogues

CONTRACTS = list(contracts())
every_contract = pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.type)
PO = "kit/catalogue/pages/locales/sl.po"


async def page_of(http: httpx.AsyncClient, contract: Contract, language: str) -> LexborHTMLParser:
    answer = await http.get(f"/events/{contract.type}?lang={language}")
    assert answer.status_code == 200, answer.text
    return LexborHTMLParser(answer.text)


def words(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def text_of(page: LexborHTMLParser | LexborNode, selector: str) -> str:
    found = page.css_first(selector)
    assert found is not None, f"nothing at {selector}"
    return str(found.text())


@every_contract
@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_event_has_a_complete_page(
    http: httpx.AsyncClient, pages: Pages, contract: Contract, language: str
) -> None:
    page = await page_of(http, contract, language)
    text = words(text_of(page, "main"))
    fields = [field.description or "" for shape in shapes(reader_schema(contract)) for field in shape.fields]
    for said in filter(None, (contract.meaning, contract.sent_when, *fields)):
        assert pages.catalogues.translate(language, said) in text
    for fact in (contract.type, contract.subject("idrija"), contract.stream, contract.subject_field):
        assert fact in text
    for heading in ("#versions", "#subscribe", "#fields", "#python", "#javascript", "#example", "#schema"):
        assert page.css_first(heading) is not None, heading
    assert page.css_first("html").attributes["lang"] == language


@every_contract
async def test_every_field_is_named_and_explained(http: httpx.AsyncClient, contract: Contract) -> None:
    page = await page_of(http, contract, "en")
    for shape in shapes(reader_schema(contract)):
        rows = page.css(f"#{shape.name} tbody tr")
        assert [text_of(row, "th") for row in rows] == [field.name for field in shape.fields]
        for row, field in zip(rows, shape.fields, strict=True):
            meaning, kind, always = (words(cell.text()).strip() for cell in row.css("td"))
            assert kind
            assert always.startswith("yes" if field.always_there else "no; read as")
            assert meaning != "not described in the contract", (
                f"{shape.name}.{field.name}: give it Field(description=...) in contracts/{contract.service}.py"
            )


@every_contract
def test_meaning_occasion_and_fields_are_said_in_slovenian(pages: Pages, contract: Contract) -> None:
    fields = [field.description or "" for shape in shapes(reader_schema(contract)) for field in shape.fields]
    for said in filter(None, (contract.meaning, contract.sent_when, *fields)):
        assert pages.catalogues.translate("sl", said) != said, f"translate {said!r} of {contract.type} in {PO}"


@every_contract
async def test_the_example_on_the_page_is_an_event_we_would_read(http: httpx.AsyncClient, contract: Contract) -> None:
    shown = text_of(await page_of(http, contract, "en"), "#example")
    assert decode(shown.encode()).event == EXAMPLES[contract.type]


@every_contract
async def test_the_schema_is_shown_and_served(http: httpx.AsyncClient, contract: Contract) -> None:
    shown = json.loads(text_of(await page_of(http, contract, "en"), "#schema"))
    served = await http.get(f"/events/{contract.type}/schema.json")
    assert served.headers["content-type"] == "application/schema+json"
    assert shown == served.json() == reader_schema(contract)


@every_contract
async def test_links_within_the_page_lead_somewhere(http: httpx.AsyncClient, contract: Contract) -> None:
    page = await page_of(http, contract, "en")
    targets = [str(link.attributes["href"]) for link in page.css("main a[href^='#']")]
    assert "#subscribe" in targets
    for target in targets:
        assert page.css_first(target) is not None, target


def test_no_page_lacks_a_word_and_no_word_is_said_twice() -> None:
    catalogues = Catalogues(OWN_CATALOGUE, *service_catalogues([TEMPLATES]))
    assert untranslated(sorted(TEMPLATES.glob("*.html")), catalogues, "sl") == {}
    assert catalogues.conflicts == []


async def test_an_unknown_event_is_a_page_that_says_where_the_known_ones_are(http: httpx.AsyncClient) -> None:
    for address in (
        "/events/cinnabar.funding.call.vanished.v1",
        "/events/cinnabar.funding.call.vanished.v1/schema.json",
    ):
        answer = await http.get(address, params={"lang": "en"})
        assert answer.status_code == 404
        assert "cinnabar.funding.call.vanished.v1" in answer.text
        assert "/events lists every one" in answer.text


async def test_asyncapi_is_served_when_it_is_there(
    http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    from kit.catalogue import routes

    monkeypatch.setattr(routes, "ASYNCAPI", tmp_path / "asyncapi.yaml")
    assert (await http.get("/asyncapi.yaml")).status_code == 404
    assert "/asyncapi.yaml" not in (await http.get("/events")).text
    (tmp_path / "asyncapi.yaml").write_text("asyncapi: 3.0.0\n")
    assert (await http.get("/asyncapi.yaml")).text == "asyncapi: 3.0.0\n"
    assert "/asyncapi.yaml" in (await http.get("/events")).text

"""Every page of the frame renders in both languages, escapes what it shows, and stays on its own origin."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from jinja2 import UndefinedError
from starlette.requests import Request

from kit.embedded import Mail
from kit.web.i18n import Catalogues
from kit.web.render import OWN_CATALOGUE, OWN_TEMPLATES, FrameSettings, Pages
from kit.web.styleguide import SAMPLES

HOSTILE = "\"><script>alert(1)</script><img src=x onerror='x'>"
USERS = [SimpleNamespace(user="a@x.example", name="Ana", roles=frozenset({"viewer", "editor"}))]
MAIL = Mail("1.eml", "Razpis", ("ana@example.si",), datetime(2026, 11, 20, 8, tzinfo=UTC), "Besedilo", None)
FRAME_PAGES: dict[str, dict[str, Any]] = {
    "styleguide.html": SAMPLES,
    "accessibility.html": {},
    "sign_in.html": {"users": USERS, "next": "/plan"},
    "mailbox.html": {"mails": [MAIL]},
    "mail.html": {"mail": MAIL},
    "error.html": {"code": 404, "detail": "there is nothing at /x", "errors": []},
}
Build = Callable[..., Request]


class Outline(HTMLParser):
    """Collects what a structural check needs: headings, ids, references, labels."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, *names: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag in names]

    def ids(self) -> list[str]:
        return [str(attributes["id"]) for _, attributes in self.tags if "id" in attributes]


def body(response: Any) -> str:
    return bytes(response.body).decode()


@pytest.mark.parametrize("language", ["sl", "en"])
@pytest.mark.parametrize("name", FRAME_PAGES)
def test_every_page_renders_in_both_languages(pages: Pages, a_request: Build, name: str, language: str) -> None:
    pages.catalogues.missing.clear()
    response = pages.render(a_request(query=f"lang={language}", person="Ana"), name, **FRAME_PAGES[name])
    assert response.headers["content-language"] == language
    assert f'<html lang="{language}">' in body(response)
    assert not pages.catalogues.missing


@pytest.mark.parametrize("name", FRAME_PAGES)
def test_structure_that_a_screen_reader_needs(pages: Pages, a_request: Build, name: str) -> None:
    outline = Outline(body(pages.render(a_request("/plan"), name, **FRAME_PAGES[name])))
    ids = outline.ids()
    assert len(ids) == len(set(ids)), "an id stands twice"
    assert len(outline.all("h1")) == 1
    assert len(outline.all("main")) == 1
    referred = [
        target
        for _, attributes in outline.tags
        for attribute in ("for", "aria-labelledby", "aria-describedby")
        for target in (attributes.get(attribute) or "").split()
    ]
    referred += [str(link["href"])[1:] for link in outline.all("a") if re.match(r"#\w", str(link.get("href")))]
    assert set(referred) <= set(ids)
    assert all(svg.get("aria-hidden") or svg.get("aria-label") for svg in outline.all("svg"))


def test_every_template_of_the_frame_is_covered() -> None:
    whole_pages = {path.name for path in OWN_TEMPLATES.glob("*.html")} - {"layout.html", "components.html"}
    assert whole_pages == set(FRAME_PAGES)


def test_no_template_holds_inline_style_or_script() -> None:
    services = Path(__file__).parents[3] / "services"
    for path in [*OWN_TEMPLATES.rglob("*.html"), *services.glob("*/pages/**/*.html")]:
        source = path.read_text(encoding="utf-8")
        assert not re.search(r"""\sstyle\s*=|<style|\son[a-z]+\s*=\s*["']|javascript:""", source, re.I), path
        assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", source)), path
        assert not re.search(r"""(src|href)=["'](https?:)?//""", source), path


def test_hostile_titles_are_shown_as_text(tmp_path: Path, a_request: Build) -> None:
    (tmp_path / "list.html").write_text(
        """{% extends "layout.html" %}{% import "components.html" as c %}
        {% block title %}{{ title }}{% endblock %}{% block lead %}{{ title }}{% endblock %}
        {% block content %}{% call c.row_card(title, title) %}{{ title }}{% endcall %}
        {{ c.field(title, title, title, hint=title, error=title) }}{{ c.tag("circle", "good", title) }}
        {{ c.change_view([(title, title, title, title)]) }}{{ c.code_sample("x", title, title) }}{% endblock %}""",
        encoding="utf-8",
    )
    frame = FrameSettings("Občina", "1", demo=False, zone=ZoneInfo("Europe/Ljubljana"))
    pages = Pages({"funding": tmp_path}, Catalogues(OWN_CATALOGUE), frame)
    html = body(pages.render(a_request(person=HOSTILE), "funding/list.html", title=HOSTILE))
    assert "<script>alert" not in html
    assert "<img" not in html
    assert html.count("&lt;script&gt;alert(1)") >= 12


def test_a_forgotten_value_fails_instead_of_showing_nothing(pages: Pages, a_request: Build) -> None:
    with pytest.raises(UndefinedError, match="users"):
        pages.render(a_request(), "sign_in.html", next="/")


def test_the_section_of_the_page_is_marked(pages: Pages, a_request: Build) -> None:
    def marked(path: str) -> list[tuple[str | None, str | None]]:
        outline = Outline(body(pages.render(a_request(path), "accessibility.html")))
        return [(a.get("href"), a["aria-current"]) for a in outline.all("a") if "aria-current" in a]

    assert marked("/funding") == [("/funding", "page")]
    assert marked("/funding/calls") == [("/funding", "true")]
    assert marked("/fundings") == []


def test_the_frame_knows_who_is_signed_in(pages: Pages, a_request: Build) -> None:
    signed_in = body(pages.render(a_request("/inbox", person="Maja Kavčič"), "accessibility.html"))
    assert "Maja Kavčič" in signed_in
    assert 'action="/sign-out"' in signed_in
    assert "/inbox/count" in signed_in
    stranger = body(pages.render(a_request("/plan", query="a=1"), "accessibility.html"))
    assert "/sign-in?next=%2Fplan%3Fa%3D1" in stranger
    assert "/inbox/count" not in stranger


def test_a_refusal_becomes_a_page_that_tells_the_mend(pages: Pages, a_request: Build) -> None:
    refusal = SimpleNamespace(
        status=503, detail="the database <cannot> be reached", errors=[], headers={"Retry-After": "5"}
    )
    response = pages.problem(a_request("/plan", query="lang=en"), refusal)
    assert response.status_code == 503
    assert response.headers["retry-after"] == "5"
    assert "nothing you saved was lost" in body(response)
    assert "&lt;cannot&gt;" in body(response)


@pytest.mark.parametrize("code", [400, 401, 403, 404, 409, 412, 413, 418, 422, 429, 500, 502, 503])
def test_every_status_has_a_page(pages: Pages, a_request: Build, code: int) -> None:
    error = SimpleNamespace(field="amount", message="not a number", mend="write 15000")
    refusal = SimpleNamespace(status=code, detail="", errors=[error], headers={})
    assert "write 15000" in body(pages.problem(a_request(), refusal))

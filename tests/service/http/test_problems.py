"""Refusals: each names what is wrong and the mend, changes nothing, and shows nobody a stack trace."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fastapi import APIRouter

from kit.auth.middleware import COOKIE
from kit.auth.people import DEMO_PEOPLE
from kit.auth.tokens import LocalIssuer
from kit.http.app import LARGEST_BODY
from kit.service import Service
from kit.settings import Settings
from tests.conftest import running


def faulty() -> Service:
    """A service with a bug in it."""
    api, pages = APIRouter(), APIRouter()

    @api.get("/bug")
    async def bug() -> None:
        raise RuntimeError("secret detail of the bug")

    @pages.get("/bug")
    async def page_bug() -> None:
        raise RuntimeError("secret detail of the bug")

    return Service(name="faulty", title="Faulty", collections=[], api=api, pages=pages, templates=Path(__file__).parent)


def problem(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    return body


async def test_unknown_addresses_and_methods(settings: Settings) -> None:
    async with running(settings, "actions") as system:
        assert "/api/nothing" in problem(await system.http.get("/api/nothing"), 404)["detail"]
        problem(await system.http.delete("/api/actions/plans"), 405)
        page = await system.http.get("/nothing", headers={"Accept": "text/html"})
        assert page.status_code == 404
        assert "<h1>" in page.text


async def test_a_bug_is_logged_and_not_shown(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    async with running(settings, faulty()) as system:
        assert "secret" not in problem(await system.http.get("/api/faulty/bug"), 500)["detail"]
        page = await system.http.get("/bug", headers={"Accept": "text/html"})
        assert page.status_code == 500
        assert "secret" not in page.text
        assert "Traceback" not in page.text
    assert "secret detail of the bug" in caplog.text


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"{", "body"),
        (b'{"activity_id": "x"}', "amount"),
        (b'{"activity_id": "x", "amount": {"amount": "many"}, "source_class": "eu"}', "amount.amount"),
        (b'{"activity_id": "x", "amount": {"amount": "-1"}, "source_class": "eu"}', "amount"),
        (b'{"activity_id": "x", "amount": {"amount": "1"}, "source_class": "moon"}', "source_class"),
        (b'{"activity_id": "x", "amount": {"amount": "1"}, "source_class": "eu", "amuont": 1}', "amuont"),
    ],
)
async def test_a_malformed_body_names_field_and_mend(settings: Settings, body: bytes, field: str) -> None:
    async with running(settings, "funding") as system:
        headers = {**system.as_("officer"), "Content-Type": "application/json"}
        answer = await system.http.post("/api/funding/commitments", content=body, headers=headers)
        errors = problem(answer, 422)["errors"]
        assert field in {error["field"] for error in errors}
        assert all(error["mend"] for error in errors)


async def test_a_body_over_the_limit_is_refused(settings: Settings) -> None:
    async with running(settings, "actions") as system:
        huge = b" " * (LARGEST_BODY + 1)
        answer = await system.http.post("/api/actions/plans", content=huge, headers=system.as_("coordinator"))
        assert answer.status_code == 413


async def test_who_may_not_is_told_what_it_takes(settings: Settings) -> None:
    async with running(settings, "funding") as system:
        call = {"title": "x"}
        anonymous = await system.http.post("/api/funding/calls", json=call)
        problem(anonymous, 401)
        assert anonymous.headers["www-authenticate"] == "Bearer"
        detail = problem(await system.http.post("/api/funding/calls", json=call, headers=system.as_("viewer")), 403)
        assert "funding-officer" in detail["detail"]
        forged = {"Authorization": f"{system.as_('officer')['Authorization'][:-4]}AAAA"}
        problem(await system.http.post("/api/funding/calls", json=call, headers=forged), 401)


async def test_a_form_from_another_site_is_refused(settings: Settings) -> None:
    async with running(settings, "funding") as system:
        issuer = LocalIssuer(settings.data_dir, settings.oidc_audience, settings.municipality)
        session = {"Cookie": f"{COOKIE}={issuer.issue(DEMO_PEOPLE['officer@idrija.example'])}"}
        call = {"title": "Razpis"}
        elsewhere = {**session, "Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
        problem(await system.http.post("/api/funding/calls", json=call, headers=elsewhere), 403)
        ours = {**session, "Sec-Fetch-Site": "same-origin"}
        assert (await system.http.post("/api/funding/calls", json=call, headers=ours)).status_code == 201


async def test_pages_carry_strict_security_headers(settings: Settings) -> None:
    async with running(settings, "actions") as system:
        page = await system.http.get("/plan")
        policy = page.headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "unsafe-inline" not in policy
        assert page.headers["x-content-type-options"] == "nosniff"


async def test_a_sign_in_leads_only_to_our_own_pages(settings: Settings) -> None:
    async with running(settings, "actions") as system:
        form = {"user": "officer@idrija.example", "next": "https://evil.example/"}
        answer = await system.http.post("/sign-in", data=form)
        assert answer.status_code == 303
        assert answer.headers["location"] == "/"
        unknown = await system.http.post("/sign-in", data={"user": "root@idrija.example"})
        problem(unknown, 422)

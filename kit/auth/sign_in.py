"""Signing in to and out of the pages. The embedded mode offers its demo people; elsewhere there is no form."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse

from kit.auth.middleware import COOKIE
from kit.auth.people import DEMO_PEOPLE
from kit.auth.tokens import HOURS, LocalIssuer
from kit.http.problems import Problem
from kit.web.links import local_path

router = APIRouter(include_in_schema=False)


def _issuer(request: Request) -> LocalIssuer:
    verifier = request.app.state.runtime.verifier
    if not isinstance(verifier, LocalIssuer) or not request.app.state.settings.embedded:
        raise Problem(404, "here people sign in with the municipality's own identity provider")
    return verifier


@router.get("/sign-in")
async def choose(request: Request, next: str = "/") -> Any:  # noqa: A002 - the form's field
    _issuer(request)
    people = list(DEMO_PEOPLE.values())
    return request.app.state.pages.render(request, "sign_in.html", users=people, next=local_path(next))


@router.post("/sign-in")
async def sign_in(
    request: Request,
    user: Annotated[str, Form()],
    next: Annotated[str, Form()] = "/",  # noqa: A002 - the form's field
) -> RedirectResponse:
    issuer = _issuer(request)
    person = DEMO_PEOPLE.get(user)
    if person is None:
        raise Problem.at("user", f"{user!r} is none of the demo people", "choose one from the list")
    answer = RedirectResponse(local_path(next), 303)
    secure = request.url.scheme == "https"
    answer.set_cookie(COOKIE, issuer.issue(person), max_age=HOURS * 3600, httponly=True, samesite="lax", secure=secure)
    return answer


@router.post("/sign-out")
async def sign_out() -> RedirectResponse:
    answer = RedirectResponse("/", 303)
    answer.delete_cookie(COOKIE)
    return answer

"""RFC 9457 problem details: every refusal names the field and how to mend it; nobody sees a stack trace.

Who asks for Slovenian (`Accept-Language`) is answered in it; a program that asks for nothing gets English. What no
catalogue knows stays English, and `Content-Language` names every language there is in the answer.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import ValidationError
from starlette.exceptions import HTTPException

from kit import metrics
from kit.store import Conflict
from kit.store.errors import is_unavailable
from kit.web.i18n import SOURCE_LANGUAGE, asked_language

log = logging.getLogger(__name__)

PROBLEM_JSON = "application/problem+json"


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field, and what to do about it."""

    field: str
    message: str
    mend: str


class Problem(Exception):
    """A request that cannot be done, in words for the person who asked."""

    def __init__(
        self,
        status: int,
        detail: str,
        errors: Sequence[FieldError] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors = list(errors)
        self.headers = headers or {}

    @classmethod
    def at(cls, field: str, message: str, mend: str, status: int = 422) -> Problem:
        return cls(status, message, [FieldError(field, message, mend)])


def answer(problem: Problem, request: Request) -> JSONResponse:
    told = _Telling(request)
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": told(HTTPStatus(problem.status).phrase),
        "status": problem.status,
        "detail": told.detail(problem),
        "instance": request.url.path,
    }
    if problem.errors:
        body["errors"] = [
            {"field": error.field, "message": told(error.message), "mend": told(error.mend)} for error in problem.errors
        ]
    headers = problem.headers | {
        "Content-Language": ", ".join(sorted(told.languages)),
        "Vary": "Accept-Language, Cookie",
    }
    return JSONResponse(body, problem.status, headers=headers, media_type=PROBLEM_JSON)


class _Telling:
    """Says sentences in the language a request asks for; `languages` are those it had to use."""

    def __init__(self, request: Request) -> None:
        self._language = asked_language(request) or SOURCE_LANGUAGE
        pages = getattr(request.app.state, "pages", None)
        self._refusals = pages.refusals[self._language] if pages is not None else None
        self.languages: set[str] = set()

    def __call__(self, sentence: str) -> str:
        told: str | None = self._refusals.retold(sentence) if self._refusals is not None else None
        self.languages.add(SOURCE_LANGUAGE if told is None else self._language)
        return sentence if told is None else told

    def detail(self, problem: Problem) -> str:
        if problem.errors and problem.detail == _summary(problem.errors):
            return _summary([replace(error, message=self(error.message)) for error in problem.errors])
        return self(problem.detail)


def _summary(errors: Sequence[FieldError]) -> str:
    return "; ".join(f"{error.field}: {error.message}" for error in errors[:5])


def from_validation(error: ValidationError | RequestValidationError, status: int = 422) -> Problem:
    told = [field_error(problem) for problem in error.errors()]
    # A union tells of each of its branches; the first says what is wrong with the field.
    errors = list({each.field: each for each in reversed(told)}.values())[::-1]
    return Problem(status, _summary(errors) or "the request is not valid", errors)


def field_error(problem: Any) -> FieldError:
    field = ".".join(_named(problem)) or "body"
    message = str(problem.get("msg", "not valid")).removeprefix("Value error, ")
    # An error of the house may say itself what to do about it.
    mend = getattr(problem.get("ctx", {}).get("error"), "mend", None)
    return FieldError(field, message, mend or _mend(str(problem.get("type", "")), field, message))


def _named(problem: Any) -> list[str]:
    """The way to the field, without where it was sent, the place in a text that is no JSON, and a union's branches."""
    if problem.get("type") == "json_invalid":
        return []
    place = [str(part) for part in problem.get("loc", ()) if part not in {"body", "query", "path", "header"}]
    return [part for part in place if "[" not in part]


def _mend(kind: str, field: str, message: str) -> str:
    mends = {
        "missing": f"add {field}",
        "json_invalid": "send a valid JSON document",
        "extra_forbidden": f"leave {field} out, or check its spelling",
        "decimal_parsing": "write a number such as 150000.00",
        "date_parsing": "write a day such as 2027-03-31",
        "date_from_datetime_parsing": "write a day such as 2027-03-31",
        "model_attributes_type": "send a JSON object, with Content-Type: application/json",
        "timezone_aware": "add the offset, such as 2027-03-31T12:00:00+02:00",
        "datetime_parsing": "write an ISO 8601 time such as 2027-03-31T12:00:00+02:00",
        "datetime_from_date_parsing": "write an ISO 8601 time such as 2027-03-31T12:00:00+02:00",
    }
    return mends.get(kind, f"correct {field}: {message[:1].lower()}{message[1:]}")


def install(app: FastAPI, page: Any) -> None:
    """Answer every refusal: as problem details, or as a page where a person asked for one.

    `page(request, problem)` draws the page.
    """

    def respond(request: Request, problem: Problem) -> Response:
        if problem.status in {400, 413, 415, 422}:
            metrics.REFUSED.labels(_service(request), "http").inc()
        if not request.url.path.startswith("/api/") and "text/html" in request.headers.get("accept", ""):
            drawn: Response = page(request, problem)
            return drawn
        return answer(problem, request)

    async def on_problem(request: Request, error: Exception) -> Response:
        return respond(request, error if isinstance(error, Problem) else Problem(500, str(error)))

    async def on_http(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        headers = dict(getattr(error, "headers", None) or {})
        detail = str(getattr(error, "detail", "")) or HTTPStatus(status).phrase
        if status == 404:
            detail = f"there is nothing at {request.url.path}"
        return respond(request, Problem(status, detail, headers=headers))

    async def on_validation(request: Request, error: Exception) -> Response:
        if not isinstance(error, ValidationError | RequestValidationError):
            raise error
        return respond(request, from_validation(error))

    async def on_conflict(request: Request, error: Exception) -> Response:
        return respond(request, Problem(409, "somebody else changed this at the same time; read it again and repeat"))

    async def on_anything(request: Request, error: Exception) -> Response:
        if is_unavailable(error):
            return respond(
                request,
                Problem(503, "the database cannot be reached; nothing was changed", headers={"Retry-After": "5"}),
            )
        log.exception("unexpected error at %s", request.url.path, exc_info=error)
        return respond(request, Problem(500, "something went wrong here; nothing was changed, and it was logged"))

    app.add_exception_handler(Problem, on_problem)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(RequestValidationError, on_validation)
    app.add_exception_handler(ValidationError, on_validation)
    app.add_exception_handler(Conflict, on_conflict)
    app.add_exception_handler(Exception, on_anything)


def _service(request: Request) -> str:
    store = getattr(request.state, "store", None)
    return str(store.service) if store is not None else "frame"

"""Draws pages: the frame, the words and formats of the reader's language, and a service's own template."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from kit.web import charts
from kit.web.assets import OWN_FILES, Assets
from kit.web.format import Formats
from kit.web.i18n import LANGUAGES, Catalogues, language_of, remember_language
from kit.web.links import local_path, with_param
from kit.web.refusals import CONTEXT, Refusals

OWN_TEMPLATES = Path(__file__).parent / "templates"
OWN_CATALOGUE = Path(__file__).parent / "locales" / "sl.po"
SECTIONS = ("/plan", "/funding", "/sensors", "/reports", "/inbox")


@dataclass(frozen=True, slots=True)
class FrameSettings:
    """What the frame says about the installation.

    `version` is that of the service that draws the page, `search_url` the address that answers `?q=`, if any.
    """

    municipality_name: str
    version: str
    demo: bool
    zone: ZoneInfo
    search_url: str | None = None
    contact_email: str | None = None


class Refusal(Protocol):
    """A refused request, as `kit.http.problems.Problem` describes it: `errors` have field, message and mend."""

    status: int
    detail: str
    errors: list[Any]
    headers: dict[str, str]


class Pages:
    """Renders templates in the reader's language.

    `template_dirs` maps a service's name to its folder, so that `funding/calls.html` is `calls.html` in the folder of
    funding; every template may extend `layout.html` and import from `components.html`.
    """

    def __init__(
        self,
        template_dirs: Mapping[str, Path],
        catalogues: Catalogues,
        frame: FrameSettings,
        assets: Assets | None = None,
    ) -> None:
        self.frame = frame
        self.assets = assets or Assets()
        self.catalogues = catalogues
        loader = ChoiceLoader(
            [
                FileSystemLoader([OWN_TEMPLATES, OWN_FILES]),
                PrefixLoader({name: FileSystemLoader(folder) for name, folder in template_dirs.items()}),
            ]
        )
        self.refusals = {each: Refusals(each, catalogues.within(each, CONTEXT)) for each in LANGUAGES}
        # One environment per language: imported macros see globals, but not the context of the page.
        self._environments = {language: self._environment(language, loader) for language in LANGUAGES}

    def render(self, request: Request, name: str, *, status: int = 200, **context: Any) -> HTMLResponse:
        """The page `name` in the reader's language. `context` may override what the frame sets."""
        language = language_of(request)
        html = self.text(language, name, **self._page_context(request), **context)
        headers = {
            "Content-Language": language,
            "Vary": "Accept-Language, Cookie",
            "Cache-Control": "private, no-cache",
        }
        response = HTMLResponse(html, status, headers)
        if request.query_params.get("lang") == language:
            remember_language(request, response, language)
        return response

    def problem(self, request: Request, problem: Refusal) -> HTMLResponse:
        """The page for a refused request: what happened, that nothing was lost, and the mend."""
        response = self.render(
            request,
            "error.html",
            status=problem.status,
            detail=problem.detail,
            errors=problem.errors,
            code=problem.status,
        )
        response.headers.update(problem.headers)
        return response

    def text(self, language: str, name: str, **context: Any) -> str:
        """A template without a request, such as the body of an e-mail."""
        return self._environments[language].get_template(name).render(context)

    def _page_context(self, request: Request) -> dict[str, Any]:
        path = request.url.path
        address = f"{path}?{request.url.query}" if request.url.query else path
        return {
            "request": request,
            "person": getattr(request.state, "person", None),
            "address": local_path(with_param(address, lang=None)),
            "section": _section_of(path),
        }

    def _environment(self, language: str, loader: ChoiceLoader) -> Environment:
        environment = Environment(
            loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        environment.globals.update(
            _words(self.catalogues, language),
            asset=self.assets.url,
            charts=charts,
            frame=self.frame,
            language=language,
            with_param=with_param,
        )
        environment.filters.update(_filters(Formats(language, self.frame.zone)))
        environment.filters["refusal"] = self.refusals[language].markup
        environment.globals["mistake"] = self.refusals[language].mistake
        return environment


def _section_of(path: str) -> str | None:
    return next((section for section in SECTIONS if path == section or path.startswith(f"{section}/")), None)


def _words(catalogues: Catalogues, language: str) -> dict[str, Callable[..., str]]:
    def translate(text: str, **values: Any) -> str:
        return catalogues.translate(language, text, **values)

    def translate_count(singular: str, plural: str, n: int, **values: Any) -> str:
        return catalogues.ntranslate(language, singular, plural, n, **values)

    def translate_in(context: str, text: str, **values: Any) -> str:
        return catalogues.translate(language, text, context=context, **values)

    return {"_": translate, "ngettext": translate_count, "pgettext": translate_in}


def _filters(formats: Formats) -> dict[str, Callable[..., Any]]:
    return {
        "money": formats.money,
        "vat": formats.vat,
        "datetime": formats.datetime,
        "date": formats.date,
        "relative": formats.relative,
        "timing": formats.timing,
        "percent": formats.percent,
        "number": formats.number,
        "unknown": formats.unknown,
        "local": formats.text,
    }


def service_catalogues(folders: Sequence[Path]) -> list[Path]:
    """The catalogues of services' page folders (`<folder>/locales/*.po`), sorted; a folder may have none."""
    return [path for folder in folders for path in sorted((folder / "locales").glob("*.po"))]

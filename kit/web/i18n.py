"""Words in the reader's language: English is the message id, Slovenian comes from .po files read at start-up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel import Locale
from babel.messages.pofile import read_po
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import Response

LANGUAGES = ("sl", "en")
DEFAULT_LANGUAGE = "sl"
SOURCE_LANGUAGE = "en"
LANGUAGE_COOKIE = "cinnabar_language"

_YEAR = 365 * 24 * 3600
_CLDR_PLURALS = ("zero", "one", "two", "few", "many", "other")


@dataclass(frozen=True, slots=True)
class Message:
    """A msgid as a template uses it; `plural` is None for a message without a count."""

    singular: str
    plural: str | None = None
    context: str | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two catalogues translate one msgid differently; the earlier one wins until one of them gets a msgctxt."""

    message: str
    kept: str
    ignored: str
    ignored_in: Path


class Catalogues:
    """Every translation this process knows.

    `paths` are .po files named after their language (`sl.po`), the frame's first. A message nobody translated is
    shown in English and counted in `missing`.
    """

    def __init__(self, *paths: Path) -> None:
        self.missing: Counter[tuple[str, str]] = Counter()
        self.conflicts: list[Conflict] = []
        self._texts: dict[tuple[str, str | None, str], tuple[str, ...]] = {}
        for path in paths:
            self._read(path)

    def translate(self, language: str, msgid: str, /, *, context: str | None = None, **values: Any) -> str:
        """`msgid` in `language`, with `%(name)s` filled from `values`."""
        forms = self._forms(language, msgid, context)
        return _filled(forms[0] if forms else msgid, values)

    def ntranslate(
        self, language: str, singular: str, plural: str, n: int, /, *, context: str | None = None, **values: Any
    ) -> str:
        """The form that fits `n` (Slovenian has four: 1, 2, 3-4, 5); `%(n)s` is always available."""
        forms = self._forms(language, singular, context)
        if len(forms) > 1:
            text = forms[min(_plural_index(language, n), len(forms) - 1)]
        else:
            text = singular if n == 1 else plural
        return _filled(text, {"n": n, **values})

    def has(self, language: str, message: Message) -> bool:
        """Whether `message` is translated, in all the plural forms the language needs."""
        if language == SOURCE_LANGUAGE:
            return True
        forms = self._texts.get((language, message.context, message.singular), ())
        needed = len(_plural_tags(language)) if message.plural else 1
        return len(forms) >= needed and all(forms[:needed])

    def within(self, language: str, context: str) -> dict[str, str]:
        """Every translation of a context into `language`, by its message."""
        return {
            msgid: forms[0] for (spoken, of, msgid), forms in self._texts.items() if (spoken, of) == (language, context)
        }

    def _forms(self, language: str, msgid: str, context: str | None) -> tuple[str, ...]:
        if language == SOURCE_LANGUAGE:
            return ()
        forms = self._texts.get((language, context, msgid))
        if forms is None:
            self.missing[(language, msgid)] += 1
            return ()
        return forms

    def _read(self, path: Path) -> None:
        language = path.stem.rpartition(".")[2]
        if language not in LANGUAGES:
            raise ValueError(f"{path}: a catalogue is named after its language, one of {', '.join(LANGUAGES)}")
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language, abort_invalid=True)
        for message in catalogue:
            if not message.id or message.fuzzy:
                continue
            msgid = message.id if isinstance(message.id, str) else message.id[0]
            forms = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
            if not forms or not all(forms):
                continue
            self._keep((language, message.context, msgid), forms, path)

    def _keep(self, key: tuple[str, str | None, str], forms: tuple[str, ...], path: Path) -> None:
        kept = self._texts.setdefault(key, forms)
        if kept != forms:
            self.conflicts.append(Conflict(message=key[2], kept=kept[0], ignored=forms[0], ignored_in=path))


def language_of(request: Request) -> str:
    """The reader's language: `?lang=`, then the cookie, then Accept-Language, then Slovenian."""
    return asked_language(request) or DEFAULT_LANGUAGE


def asked_language(request: Request) -> str | None:
    """The language a request asks for; None where it names none of ours, as a program's."""
    for chosen in (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        if chosen in LANGUAGES:
            return chosen
    return _accepted(request.headers.get("accept-language", ""))


def remember_language(request: Request, response: Response, language: str) -> None:
    """Keep the chosen language for a year, on this site only."""
    response.set_cookie(
        LANGUAGE_COOKIE, language, max_age=_YEAR, samesite="lax", httponly=True, secure=request.url.scheme == "https"
    )


def _accepted(header: str) -> str | None:
    """The first of our languages in an Accept-Language header, by its q value (RFC 9110, 12.5.4)."""
    wanted: list[tuple[float, str]] = []
    for part in header.split(","):
        tag, _, parameters = part.strip().partition(";")
        language = tag.strip().lower().split("-")[0]
        quality = _quality(parameters)
        if language in LANGUAGES and quality > 0:
            wanted.append((quality, language))
    return max(wanted, key=lambda entry: entry[0])[1] if wanted else None


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def _plural_tags(language: str) -> tuple[str, ...]:
    known = Locale.parse(language).plural_form.tags | {"other"}
    return tuple(tag for tag in _CLDR_PLURALS if tag in known)


def _plural_index(language: str, n: int) -> int:
    return _plural_tags(language).index(Locale.parse(language).plural_form(n))


def _filled(text: str, values: Mapping[str, Any]) -> str:
    if not values:
        return text
    if any(isinstance(value, Markup) for value in values.values()):
        return escape(text) % values
    return text % values

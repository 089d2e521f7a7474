"""One thing in the field's vocabulary, and how it is written down."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing in the field's vocabulary."""

    code: str
    themes: tuple[str, ...]
    sl: tuple[str, ...]
    en: tuple[str, ...]
    weak: bool = False
    excluded: tuple[str, ...] = ()
    required: tuple[str, ...] = ()


def concept(
    code: str, themes: str, sl: str, en: str, *, weak: bool = False, excluded: str = "", required: str = ""
) -> Concept:
    return Concept(code, tuple(themes.split()), _terms(sl), _terms(en), weak, _terms(excluded), _terms(required))


def _terms(listed: str) -> tuple[str, ...]:
    return tuple(term.strip() for term in listed.split(",") if term.strip())

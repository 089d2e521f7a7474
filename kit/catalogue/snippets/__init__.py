"""Subscribers to copy and run: what the page shows is the file, with the event's stream and subject filled in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

_FOLDER = Path(__file__).parent
_FILES = (("python", "Python", "subscribe.py.txt"), ("javascript", "JavaScript", "subscribe.js.txt"))


@dataclass(frozen=True, slots=True)
class Snippet:
    """A whole program; `id` is its place on the page."""

    id: str
    language: str
    text: str


def snippets(stream: str, subject: str) -> list[Snippet]:
    """The subscribers in every language for one subject of one stream."""
    return [
        Snippet(id_, language, _template(file).replace("<<stream>>", stream).replace("<<subject>>", subject))
        for id_, language, file in _FILES
    ]


def _template(file: str) -> str:
    return (_FOLDER / file).read_text(encoding="utf-8")

"""Programs to copy that follow the event stream: what the page shows is the file, with a key filled in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

_FOLDER = Path(__file__).parent
_FILES = (
    ("curl", "curl", "follow.sh.txt"),
    ("python", "Python", "follow.py.txt"),
    ("javascript", "JavaScript", "follow.js.txt"),
)


@dataclass(frozen=True, slots=True)
class Snippet:
    """A whole program; `id` is its place on the page."""

    id: str
    language: str
    text: str


def snippets(address: str, name: str, secret: str) -> list[Snippet]:
    """The programs in every language for one key."""
    found = []
    for id_, language, file in _FILES:
        text = (_FOLDER / file).read_text(encoding="utf-8")
        for mark, value in (("address", address), ("name", name), ("secret", secret)):
            text = text.replace(f"<<{mark}>>", value)
        found.append(Snippet(id_, language, text))
    return found

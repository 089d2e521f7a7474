"""Programs to copy that read the events of one key: what the page shows is the file, with the key filled in."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_FOLDER = Path(__file__).parent
_FILES = (
    ("curl", "curl", "follow.sh.txt"),
    ("python", "Python", "follow.py.txt"),
    ("javascript", "JavaScript", "follow.js.txt"),
    ("python-nats", "Python, NATS", "hear.py.txt"),
    ("javascript-nats", "JavaScript, NATS", "hear.js.txt"),
)


@dataclass(frozen=True, slots=True)
class Snippet:
    """A whole program; `id` is its place on the page."""

    id: str
    language: str
    text: str


def snippets(address: str, nats: str, streams: Sequence[str], name: str, secret: str) -> list[Snippet]:
    """The programs in every language for one key, over HTTP at `address` and over NATS, where it has these streams."""
    marks = {"address": address, "nats": nats, "streams": json.dumps(streams), "name": name, "secret": secret}
    found = []
    for id_, language, file in _FILES:
        text = (_FOLDER / file).read_text(encoding="utf-8")
        for mark, value in marks.items():
            text = text.replace(f"<<{mark}>>", value)
        found.append(Snippet(id_, language, text))
    return found

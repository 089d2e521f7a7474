"""Running text cut into sentences, though dates and abbreviations are full of points."""

from __future__ import annotations

import re

# A sentence ends before a capital letter: '14. septembra 2026', '3. 10. 2025' and 'št. 12' go on.
_END = re.compile(r"(?<=[.!?;])\s+(?=[A-ZČŠŽ»„\"(])|\n+")


def sentences(text: str) -> list[str]:
    """The sentences of a text, white space made single. A line end ends a sentence, too."""
    return [sentence for part in _END.split(text) if (sentence := " ".join(part.split()))]

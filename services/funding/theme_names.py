"""Several themes in a line, for people."""

from __future__ import annotations

from contracts.funding.themes import THEMES
from contracts.values import LocalText


def named(codes: list[str]) -> LocalText:
    """The names of several themes in one line; a code we do not know stands for itself."""
    names = [THEMES.get(code, LocalText(sl=code, en=code)) for code in codes]
    return LocalText(sl=", ".join(name.sl for name in names), en=", ".join(name.en for name in names))

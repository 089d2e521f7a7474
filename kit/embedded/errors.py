"""What the embedded servers say when they cannot run."""

from __future__ import annotations


class EmbeddedError(RuntimeError):
    """Says what is wrong and how to mend it, in words for the person at the terminal."""

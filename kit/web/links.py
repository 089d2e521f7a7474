"""Addresses inside the site: with another query parameter, and safe to send a reader back to."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit


def local_path(candidate: str | None, fallback: str = "/") -> str:
    """`candidate` when it is a path on this site, else `fallback`.

    Refuses other hosts in every spelling browsers accept: `https://…`, `//host`, `/\\host`, control characters.
    """
    if not candidate or not candidate.startswith("/"):
        return fallback
    if (
        candidate.startswith("//")
        or "\\" in candidate
        or any(ord(letter) < 33 or ord(letter) == 127 for letter in candidate)
    ):
        return fallback
    return candidate


def with_param(url: str, **params: object) -> str:
    """`url` with query parameters replaced; a parameter that is None is dropped."""
    parts = urlsplit(url)
    kept = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in params]
    added = [(name, str(value)) for name, value in params.items() if value is not None]
    return urlunsplit(parts._replace(query=urlencode(kept + added)))

"""Bodies from outside: read within bounds of size and depth, or refused with a reason."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any, NoReturn

from services.funding.sources.source import Malformed

MAX_BYTES = 16 * 1024 * 1024
MAX_DEPTH = 40
# An unfinished string runs to the end of the body, which keeps the scan linear whatever is sent.
_TOKENS = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\Z)|[\[{]|[\]}]', re.DOTALL)

_UNPRINTABLE = re.compile("[\ud800-\udfff\x00-\x08\x0b\x0c\x0e-\x1f]")


def read_text(body: bytes, *, max_bytes: int = MAX_BYTES) -> str:
    """The body as text. Raises Malformed when it is too large or not UTF-8."""
    if len(body) > max_bytes:
        raise Malformed(f"The answer is {len(body)} bytes, more than the {max_bytes} allowed", "Ask for smaller pages")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Malformed(
            f"The answer is not UTF-8: byte {error.start} cannot be read",
            "Check that the address gives the expected document",
        ) from None


def read_json(body: bytes, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> Any:
    """The body as JSON, fractions as Decimal. Raises Malformed when it is too large, too deep or not JSON."""
    text = read_text(body, max_bytes=max_bytes)
    if _depth(text) > max_depth:
        raise Malformed(
            f"The answer is nested deeper than {max_depth} levels",
            "Check that the address gives the expected document",
        )
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_refuse_constant)
    except (ValueError, ArithmeticError) as error:
        raise Malformed(
            f"The answer is not JSON: {str(error)[:200]}", "Check that the address gives the expected document"
        ) from None


def clean(text: str) -> str:
    """The text without characters that no document can hold: halves of surrogate pairs and control characters."""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text).strip()


def _depth(text: str) -> int:
    depth = deepest = 0
    for token in _TOKENS.finditer(text):
        if token[0] in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif token[0] in "]}":
            depth -= 1
    return deepest


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from services.funding.sources.html_text import MAX_OPEN_TAGS, plain_text, tree
from services.funding.sources.source import Malformed
from services.funding.sources.untrusted import clean, read_json, read_text


def test_json_keeps_exact_fractions() -> None:
    assert read_json(b'{"a": 0.1}') == {"a": Decimal("0.1")}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"[" * 100_000, "nested deeper"),
        (b'{"a":' * 50 + b"1" + b"}" * 50, "nested deeper"),
        (b"\xff\xfe{", "not UTF-8"),
        (b"<html>", "not JSON"),
        (b'{"a": NaN}', "NaN"),
        (b'{"a": ' + b"9" * 5000 + b"}", "not JSON"),
    ],
)
def test_what_cannot_be_trusted_is_refused_with_a_reason(body: bytes, reason: str) -> None:
    with pytest.raises(Malformed, match=reason):
        read_json(body)


def test_brackets_inside_strings_are_no_depth() -> None:
    text = "[" * 500 + '\\"{'
    assert read_json(json.dumps({"a": text}).encode()) == {"a": text}


def test_size_is_bounded() -> None:
    with pytest.raises(Malformed, match="more than the 10 allowed"):
        read_text(b"x" * 11, max_bytes=10)


def test_a_byte_order_mark_is_no_text() -> None:
    assert read_text("\ufeff{}".encode()) == "{}"


def test_characters_that_no_document_can_hold_are_replaced() -> None:
    assert clean("a\ud800b\x00 ").encode() == "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}".encode()


def test_deep_html_is_refused_before_a_tree_is_built() -> None:
    with pytest.raises(Malformed, match="open at once"):
        tree("<div>" * (MAX_OPEN_TAGS + 1))


def test_many_closed_tags_are_no_depth() -> None:
    assert plain_text("<p>a<br></p>" * (MAX_OPEN_TAGS * 2)).count("a") == MAX_OPEN_TAGS * 2


def test_html_becomes_lines_without_scripts() -> None:
    assert plain_text("<p>Hello <b>big</b> world</p><script>x</script><ul><li>one<li>two &amp; three</ul>") == (
        "Hello big world\none\ntwo & three"
    )

"""Reading a message: never an exception, always an envelope or a finding."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.envelope import CONTENT_TYPE, Unreadable
from kit.bus.delivery import BODY_LIMIT, CloudEventsCodec, read
from kit.bus.letter import LONGEST_VALUE, Which, header_text, letter_of, text_of
from tests.service.bus.toys import envelope


def message(body: bytes, headers: dict[str, str] | None = None, subject: str = "cinnabar.x") -> Any:
    metadata = SimpleNamespace(stream="ACTIONS", sequence=SimpleNamespace(stream=7), num_delivered=1)
    return SimpleNamespace(data=body, headers=headers, subject=subject, metadata=metadata)


@pytest.mark.parametrize("name", ["content-type", "Content-Type", "CONTENT-TYPE"])
@pytest.mark.parametrize("value", [CONTENT_TYPE, f"{CONTENT_TYPE}; charset=utf-8", CONTENT_TYPE.upper()])
def test_the_content_type_is_known_in_any_writing(name: str, value: str) -> None:
    assert read(message(envelope("a").encode(), {name: value})).envelope is not None


def test_a_message_without_content_type_is_read_as_an_event() -> None:
    assert read(message(envelope("a").encode())).envelope is not None


@given(st.binary(max_size=200))
def test_whatever_comes_is_read_or_named(body: bytes) -> None:
    delivery = read(message(body))
    assert (delivery.envelope is None) == isinstance(delivery.defect, Unreadable)


@given(
    st.dictionaries(st.sampled_from(list(envelope("a").document())), st.none() | st.integers() | st.text(), max_size=4)
)
def test_whatever_stands_in_an_envelope_is_read_or_named(changes: dict[str, Any]) -> None:
    from pydantic_core import to_json

    delivery = read(message(to_json(envelope("a").document() | changes)))
    assert (delivery.envelope is None) == isinstance(delivery.defect, Unreadable)


def test_one_too_large_is_not_even_parsed() -> None:
    defect = read(message(b"{" * (BODY_LIMIT + 1))).defect
    assert defect is not None
    assert defect.code == "too_large"


async def test_one_bad_message_spoils_no_batch() -> None:
    batch = SimpleNamespace(
        raw_message=[message(envelope("a").encode()), message(b"{"), message(envelope("b").encode())]
    )
    first, bad, last = await CloudEventsCodec().decode_batch(batch)
    assert first.envelope.subject == "a"
    assert bad.defect.code == "bad_json"
    assert last.envelope.subject == "b"


def test_only_a_redrive_is_believed_about_where_a_message_came_from() -> None:
    told = {"Cinnabar-Subject": "ingest.idrija.other", "Cinnabar-Original": "INGEST:1"}
    forged = read(message(b"", told, "ingest.idrija.x"))
    assert (forged.subject, forged.origin) == ("ingest.idrija.x", "ACTIONS:7")
    redriven = read(message(b"", told, "redrive.ingest.sensors_take_in"))
    assert (redriven.subject, redriven.origin) == ("ingest.idrija.other", "INGEST:1")


@given(st.text())
def test_any_reason_becomes_one_header_line(text: str) -> None:
    line = header_text(text)
    assert line.isascii()
    assert line.isprintable()
    assert len(line) <= LONGEST_VALUE


@given(st.text(st.characters(categories=["L", "N", "P", "S"]), max_size=300))
def test_a_reason_is_read_back_as_it_was_written(text: str) -> None:
    assert text_of(header_text(text)) == text


def test_a_reason_nobody_escaped_is_shown_as_it_is() -> None:
    assert text_of("C:\\users \\ and \\x") == "C:\\users \\ and \\x"


@pytest.mark.parametrize(
    ("which", "meets"),
    [
        (Which(), True),
        (Which(event="funding.call.published.v1"), True),
        (Which(event="cinnabar.funding.call.published"), True),
        (Which(event="funding.call.pub"), False),
        (Which(event="actions"), False),
        (Which(code="bad_json"), True),
        (Which(code="bad_data"), False),
        (Which(since=datetime(2026, 11, 24, tzinfo=UTC)), True),
        (Which(since=datetime(2026, 11, 25, tzinfo=UTC)), False),
    ],
)
def test_which_letters_a_filter_means(which: Which, meets: bool) -> None:
    headers = {
        "Cinnabar-Subject": "cinnabar.idrija.funding.call.published.v1",
        "Cinnabar-Code": "bad_json",
        "Cinnabar-Last-At": "2026-11-24T08:00:00+00:00",
    }
    assert which.meets(letter_of(1, headers, b"{")) == meets


def test_a_name_that_is_no_name_asks_for_nothing_instead_of_everything() -> None:
    assert Which(handler="a_b", service="actions").subject == "deadletters.waiting.*.actions.a_b.>"
    assert Which(handler=">", service="*", dropped=True).subject == "deadletters.dropped.*.-.-.>"

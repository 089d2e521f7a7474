"""Reading a message: never an exception, always an envelope or a finding."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.envelope import CONTENT_TYPE, Unreadable
from kit.bus.dead_letters import one_line
from kit.bus.delivery import BODY_LIMIT, CloudEventsCodec, read
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
    line = one_line(text)
    assert line.isascii()
    assert line.isprintable()
    assert len(line) <= 1000

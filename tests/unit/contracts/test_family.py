"""A violation says in one sentence what changed, who would suffer, and what to do instead."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.compatibility import Revision, check_family
from contracts.freeze import reader_of
from tests.unit.contracts.rows import TEXT, closed

NULL = {"type": "null"}
TITLED = closed(("title",), title=TEXT)


def revision(number: int, writer: dict[str, Any]) -> Revision:
    return Revision("funding.call.published.v1", number, writer, reader_of(writer))


def told(current: dict[str, Any], *earlier: dict[str, Any]) -> list[str]:
    revisions = [revision(number, writer) for number, writer in enumerate(earlier, start=1)]
    return [str(violation) for violation in check_family(revisions, revision(0, current))]


def test_a_field_that_became_required_says_so() -> None:
    assert told(closed(("title", "deadline"), title=TEXT, deadline=TEXT), TITLED) == [
        "`deadline` in funding.call.published.v1 is new and required: old events without it (revision 1) would be "
        "refused; make it optional or publish v2 [REQUIRED_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL]"
    ]


def test_a_field_that_is_no_longer_sent_breaks_old_readers() -> None:
    assert told(closed(), TITLED) == [
        "`title` in funding.call.published.v1 was required and is no longer sent: readers of revision 1 would refuse "
        "new events without it; keep sending it or publish v2 [REQUIRED_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL]"
    ]


def test_a_new_value_breaks_old_readers_only() -> None:
    old = closed(("status",), status={"enum": ["open"]})
    new = closed(("status",), status={"enum": ["open", "paused"]})
    assert told(new, old) == [
        '`status` in funding.call.published.v1 newly allows "paused": readers of revision 1 would refuse new events '
        "with such a value; allow no more than before or publish v2 [ENUM_ARRAY_NARROWED]"
    ]


def test_a_field_that_may_no_longer_be_null_breaks_replay_only() -> None:
    old = closed(("url",), url={"anyOf": [TEXT, NULL], "default": None})
    new = closed(("url",), url=TEXT)
    assert told(new, old) == [
        "`url` in funding.call.published.v1 no longer allows null: old events with such a value (revision 1) would be "
        "refused; keep what it allowed or publish v2 [SUM_TYPE_NARROWED]"
    ]


def test_a_type_is_told_in_the_order_of_time_in_both_directions() -> None:
    sentences = told(closed(("title",), title={"type": "integer"}), TITLED)
    assert len(sentences) == 2
    assert all("changed its type from string to integer" in sentence for sentence in sentences)


def test_every_earlier_revision_counts_and_is_told_once() -> None:
    optional = closed(("title", "url"), title=TEXT, url=TEXT | {"default": ""})
    second = closed(("title", "url", "note"), title=TEXT, url=TEXT | {"default": ""}, note=TEXT | {"default": ""})
    third = closed(
        ("title", "url", "note"), title=TEXT, url={"type": "integer", "default": 0}, note=TEXT | {"default": ""}
    )
    assert told(second, TITLED, optional) == []
    sentences = told(third, TITLED, optional, second)
    assert len(sentences) == 2
    assert all("revisions 2, 3" in sentence for sentence in sentences)


def test_what_the_last_revision_forgot_an_earlier_one_remembers() -> None:
    """A field dropped in revision 2 comes back in 3 with another type: only revision 1 tells."""
    worded = closed(("title", "rate"), title=TEXT, rate=TEXT | {"default": ""})
    counted = closed(("title", "rate"), title=TEXT, rate={"type": "integer", "default": 0})
    assert told(TITLED, worded) == []
    assert told(counted, TITLED) == []
    assert {sentence.split(" in ")[0] for sentence in told(counted, worded, TITLED)} == {"`rate`"}


@pytest.mark.parametrize("rule", ["NO_SUCH_RULE", ""])
def test_a_rule_must_be_known(rule: str) -> None:
    from contracts.compatibility import Difference

    with pytest.raises(ValueError, match="is no compatibility rule"):
        Difference(rule, "title")

"""The integrator's guide names what there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.envelope_schema import ENVELOPE
from contracts.registry import find, stream_of

GUIDE = (Path(__file__).parents[3] / "docs" / "events.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("attribute", ENVELOPE["properties"])
def test_the_guide_explains_every_attribute_of_the_envelope(attribute: str) -> None:
    assert any(f"`{attribute}`" in row.split("|")[1] for row in GUIDE.splitlines() if row.startswith("| `"))


def test_the_event_and_stream_of_the_guide_exist() -> None:
    contract = find("cinnabar.funding.call.published.v1")
    assert contract is not None
    assert f"`{contract.subject('idrija')}`" in GUIDE
    assert f"`{contract.type}`" in GUIDE
    assert f"`{stream_of('funding')}`" in GUIDE

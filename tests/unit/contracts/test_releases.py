"""A released schema stays; an optional field becomes a new revision; anything else is refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from contracts import releases
from contracts.registry import Event
from tests.unit.contracts.contract_of import contract_of

TODAY = date(2026, 10, 5)
NAME = "funding.call.tested.v1"


class First(Event):
    """As it was first released."""

    call_id: str
    title: str


class WithNote(Event):
    """With an optional field more."""

    call_id: str
    title: str
    note: str | None = None


class WithNumberedNote(Event):
    """The optional field with another type."""

    call_id: str
    title: str
    note: int | None = None


class Demanding(Event):
    """With a required field more."""

    call_id: str
    title: str
    deadline: str


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    releases.release(tmp_path, "0.1.0", [contract_of(First)])
    return tmp_path


def test_before_the_first_release_nothing_is_forbidden(tmp_path: Path) -> None:
    assert releases.problems(tmp_path, [contract_of(Demanding)], TODAY) == []
    assert releases.last_release(tmp_path) == "0.1.0"


def test_a_release_lists_each_schema_with_its_digest(folder: Path) -> None:
    [frozen] = releases.released(folder)[NAME]
    assert (frozen.revision, frozen.release, len(frozen.sha256)) == (1, "0.1.0", 64)
    assert releases.problems(folder, [contract_of(First)], TODAY) == []


def test_an_optional_field_becomes_the_next_revision(folder: Path) -> None:
    assert releases.problems(folder, [contract_of(WithNote)], TODAY) == []
    assert releases.release(folder, "0.2.0", [contract_of(WithNote)]) == [NAME]
    assert [frozen.release for frozen in releases.released(folder)[NAME]] == ["0.1.0", "0.2.0"]
    assert releases.last_release(folder) == "0.2.0"
    assert releases.release(folder, "0.3.0", [contract_of(WithNote)]) == []


def test_versions_are_ordered_as_numbers(folder: Path) -> None:
    releases.release(folder, "0.10.0", [contract_of(WithNote)])
    assert releases.last_release(folder) == "0.10.0"


def test_a_required_field_is_refused_with_its_mend(folder: Path) -> None:
    [message] = releases.problems(folder, [contract_of(Demanding)], TODAY)
    assert message.startswith(f"`deadline` in {NAME} is new and required")
    assert "publish v2" in message


def test_every_released_revision_counts_not_only_the_last(folder: Path) -> None:
    releases.release(folder, "0.2.0", [contract_of(WithNote)])
    releases.release(folder, "0.3.0", [contract_of(First)])
    assert releases.problems(folder, [contract_of(First)], TODAY) == []
    messages = releases.problems(folder, [contract_of(WithNumberedNote)], TODAY)
    assert messages
    assert all("`note`" in message and "revision 2" in message for message in messages)


def test_an_edited_revision_is_noticed(folder: Path) -> None:
    path = folder / "released" / NAME / "1.json"
    path.write_text(path.read_text().replace("A call", "The call"))
    [message] = releases.problems(folder, [contract_of(First)], TODAY)
    assert "1.json was edited after release 0.1.0" in message


def test_a_lost_and_a_stray_revision_are_noticed(folder: Path) -> None:
    path = folder / "released" / NAME / "1.json"
    path.rename(path.with_name("7.json"))
    lost, stray = releases.problems(folder, [contract_of(First)], TODAY)
    assert "1.json came with release 0.1.0 and is gone" in lost
    assert "7.json is in no release" in stray


def test_a_contract_may_go_only_after_its_announced_sunset(folder: Path) -> None:
    assert "announce its sunset" in releases.problems(folder, [], TODAY)[0]
    releases.release(folder, "0.2.0", [contract_of(First, sunset=date(2027, 1, 1))])
    assert "promised until 2027-01-01" in releases.problems(folder, [], date(2027, 1, 1))[0]
    assert releases.problems(folder, [], date(2027, 1, 2)) == []


@pytest.mark.parametrize("version", ["0.1.0", "0.0.9"])
def test_a_release_is_never_changed_afterwards(folder: Path, version: str) -> None:
    with pytest.raises(ValueError, match="choose a later version"):
        releases.release(folder, version, [contract_of(WithNote)])
    assert len(releases.released(folder)[NAME]) == 1


def test_a_version_has_three_numbers(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"write it as 1\.2\.3"):
        releases.release(tmp_path, "v1", [contract_of(First)])

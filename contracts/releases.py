"""What was released stays as it was: every revision of every schema, and what it forbids to change.

`schemas/released/funding.call.published.v1/1.json` is the first released revision of a schema, byte for byte;
`schemas/released.json` lists for each type its revisions, the release each came with, and its SHA-256. A release adds
a revision where the current schema differs from the last one, and is refused where it would break a reader.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path

from contracts.compatibility import Revision, check_family
from contracts.freeze import Schema, reader_of, text, writer_schema
from contracts.registry import Contract

FIRST_RELEASE = "0.1.0"
_VERSION = re.compile(r"^\d+\.\d+\.\d+$")


@dataclass(frozen=True, slots=True)
class Frozen:
    """One released revision of one schema."""

    revision: int
    release: str
    sha256: str


def released(folder: Path) -> dict[str, list[Frozen]]:
    """Released revisions by type without its prefix (`funding.call.published.v1`); empty before the first release."""
    path = folder / "released.json"
    if not path.exists():
        return {}
    listed = json.loads(path.read_text(encoding="utf-8"))
    return {name: [Frozen(**entry) for entry in entries] for name, entries in listed.items()}


def last_release(folder: Path) -> str:
    """The newest release by its numbers; FIRST_RELEASE while there is none."""
    versions = {frozen.release for entries in released(folder).values() for frozen in entries}
    return max(versions, key=_numbers, default=FIRST_RELEASE)


def problems(folder: Path, contracts: Iterable[Contract], today: date) -> list[str]:
    """Edited or lost revisions, contracts gone before their sunset, and changes that would break somebody."""
    current = {_name(contract): contract for contract in contracts}
    listed = released(folder)
    damaged = {name: _damage(folder, name, entries) for name, entries in listed.items()}
    messages = [message for each in damaged.values() for message in each] + _unlisted(folder, listed)
    for name in sorted(name for name, damage in damaged.items() if not damage):
        schemas = [_read(folder, name, frozen.revision) for frozen in listed[name]]
        if name in current:
            messages += _violations(name, schemas, writer_schema(current[name]))
        else:
            messages += _gone(name, schemas[-1], today)
    return messages


def release(folder: Path, version: str, contracts: Iterable[Contract]) -> list[str]:
    """Freeze every schema that differs from its last revision; the types that got a new revision.

    Raises ValueError when `version` is no `1.2.3`, or older than or the same as a release that it would change.
    """
    if not _VERSION.match(version):
        raise ValueError(f"{version!r} is no release version: write it as 1.2.3")
    listed = released(folder)
    fresh = [contract for contract in contracts if _differs(folder, contract, listed.get(_name(contract), []))]
    if fresh and listed and _numbers(version) <= _numbers(last_release(folder)):
        raise ValueError(f"{last_release(folder)} is released and stays as it is: choose a later version")
    for contract in fresh:
        content = text(writer_schema(contract))
        entries = listed.setdefault(_name(contract), [])
        entries.append(Frozen(len(entries) + 1, version, _digest(content)))
        path = _path(folder, _name(contract), entries[-1].revision)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    listing = {name: [asdict(frozen) for frozen in listed[name]] for name in sorted(listed)}
    (folder / "released.json").write_text(json.dumps(listing, indent=2) + "\n", encoding="utf-8")
    return [_name(contract) for contract in fresh]


def _violations(name: str, schemas: list[Schema], writer: Schema) -> list[str]:
    revisions = [Revision(name, place, schema, reader_of(schema)) for place, schema in enumerate(schemas, start=1)]
    return [str(each) for each in check_family(revisions, Revision(name, 0, writer, reader_of(writer)))]


def _gone(name: str, last: Schema, today: date) -> list[str]:
    """A contract may go once a release has announced its sunset and that day has passed."""
    sunset = last.get("x-sunset")
    if sunset is None:
        return [f"{name} was released and is gone: restore it, and announce its sunset in a release before removing it"]
    if today <= date.fromisoformat(sunset):
        return [f"{name} is promised until {sunset} and is gone: restore it until then"]
    return []


def _damage(folder: Path, name: str, entries: list[Frozen]) -> list[str]:
    messages = []
    for frozen in entries:
        path = _path(folder, name, frozen.revision)
        shown = f"schemas/{path.relative_to(folder).as_posix()}"
        if not path.exists():
            messages.append(f"{shown} came with release {frozen.release} and is gone: restore it")
        elif _digest(path.read_text(encoding="utf-8")) != frozen.sha256:
            messages.append(f"{shown} was edited after release {frozen.release}: restore it, a release never changes")
    return messages


def _unlisted(folder: Path, listed: dict[str, list[Frozen]]) -> list[str]:
    known = {_path(folder, name, frozen.revision) for name, entries in listed.items() for frozen in entries}
    strays = sorted(set((folder / "released").rglob("*.json")) - known)
    return [
        f"schemas/{path.relative_to(folder).as_posix()} is in no release: delete it; "
        "`python -m contracts.check --release VERSION` adds revisions"
        for path in strays
    ]


def _differs(folder: Path, contract: Contract, entries: list[Frozen]) -> bool:
    return not entries or entries[-1].sha256 != _digest(text(writer_schema(contract)))


def _read(folder: Path, name: str, revision: int) -> Schema:
    schema: Schema = json.loads(_path(folder, name, revision).read_text(encoding="utf-8"))
    return schema


def _path(folder: Path, name: str, revision: int) -> Path:
    return folder / "released" / name / f"{revision}.json"


def _name(contract: Contract) -> str:
    return f"{contract.family}.v{contract.version}"


def _digest(content: str) -> str:
    return sha256(content.encode()).hexdigest()


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))

"""The example municipality's people, departments, and who is asked last."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from kit.auth.people import DEMO_PEOPLE
from kit.store import Work
from services.notifications.people.department import Department, Organisation
from services.notifications.people.person import Person
from services.notifications.people.store import DEPARTMENTS, ORGANISATION, PEOPLE, kept


def put_people(folder: Path, work: Work) -> None:
    """Those of `people.yaml`; whoever is among the demo people has their name and roles from there."""
    told = yaml.safe_load((folder / "people.yaml").read_text(encoding="utf-8"))
    work.put(ORGANISATION, kept(Organisation(version=1, **told["organisation"])))
    for each in told["departments"]:
        work.put(DEPARTMENTS, kept(Department(version=1, **each)))
    for each in told["people"]:
        work.put(PEOPLE, kept(_person(each)))


def _person(facts: dict[str, Any]) -> Person:
    address = facts["address"]
    demo = DEMO_PEOPLE.get(address)
    known = {"name": demo.name, "language": demo.language, "roles": tuple(sorted(demo.roles))} if demo else {}
    return Person.model_validate({"id": address, "version": 1, **known, **facts})

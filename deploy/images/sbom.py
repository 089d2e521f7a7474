"""A bill of materials of the Python packages in a folder, as CycloneDX 1.6, from what each package says of itself.

It says nothing of the base image below. No date and no random number, so that the same packages give the same bytes.
"""

from __future__ import annotations

import re
import uuid
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any


def sbom(service: str, folder: Path) -> dict[str, Any]:
    """The document. `folder`: where the packages were installed."""
    found = sorted(distributions(path=[str(folder)]), key=_name)
    own = next(each for each in found if _name(each) == "cinnabar")
    others = [each for each in found if each is not own]
    names = {_name(each): _reference(each) for each in others}
    references = [_reference(each) for each in found]
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, ' '.join([service, *references]))}",
        "version": 1,
        "metadata": {
            "component": {**_component(own), "type": "application", "name": f"cinnabar-{service}"},
            "properties": [{"name": "cinnabar:service", "value": service}],
        },
        "components": [_component(each) for each in others],
        "dependencies": [
            {"ref": _reference(each), "dependsOn": sorted({names[need] for need in _needs(each) if need in names})}
            for each in found
        ],
    }


def _name(each: Distribution) -> str:
    return re.sub(r"[-_.]+", "-", each.metadata["Name"]).lower()


def _reference(each: Distribution) -> str:
    """The package's address in the common form (purl)."""
    return f"pkg:pypi/{_name(each)}@{each.version}"


def _component(each: Distribution) -> dict[str, Any]:
    component: dict[str, Any] = {
        "type": "library",
        "bom-ref": _reference(each),
        "name": _name(each),
        "version": each.version,
        "purl": _reference(each),
    }
    licence = each.metadata.get("License-Expression") or each.metadata.get("License", "")
    if licence and "\n" not in licence and len(licence) < 100:
        component["licenses"] = [{"license": {"name": licence}}]
    if summary := each.metadata.get("Summary"):
        component["description"] = summary
    return component


def _needs(each: Distribution) -> list[str]:
    named = (re.match(r"[A-Za-z0-9._-]+", requirement) for requirement in each.requires or [])
    return [re.sub(r"[-_.]+", "-", match[0]).lower() for match in named if match]

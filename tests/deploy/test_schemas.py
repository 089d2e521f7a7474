"""Strict schema validation against every Kubernetes version we support: misspelt fields and wrong types.

`kubernetes-validate` reads its schemas anew for each object; here they are read once per version. It knows no custom
resources: those are left to the rules here and to a server with their definitions (tests/k8s).
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from kubernetes_validate.utils import SchemaNotFoundError, all_versions, schema_contents, validate
from referencing import Registry, Resource

from tests.deploy.kustomize import Object
from tests.deploy.overlays import OVERLAYS, rendered

SUPPORTED = ("1.34", "1.35", "1.36", "1.37")
CUSTOM = {"keda.sh", "gateway.networking.k8s.io", "cert-manager.io", "external-secrets.io"}


@pytest.mark.parametrize("version", SUPPORTED)
@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_object_is_valid(overlay: str, version: str) -> None:
    wrong = [
        f"{each['kind']}/{each['metadata']['name']}: {error.json_path}: {error.message[:300]}"
        for each in rendered(overlay)
        if each["apiVersion"].partition("/")[0] not in CUSTOM
        for error in validator(version, each["apiVersion"], each["kind"]).iter_errors(each)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("version", SUPPORTED)
def test_kubernetes_validate_itself_agrees(version: str) -> None:
    """One object through the tool's own front door, as it is and misspelt."""
    deployment = next(each for each in rendered(OVERLAYS[0]) if each["kind"] == "Deployment")
    assert validate(deployment, version, strict=True) == version
    deployment["spec"]["template"]["spec"]["containers"][0]["livenesProbe"] = {}
    with pytest.raises(jsonschema.ValidationError, match="livenesProbe"):
        validate(deployment, version, strict=True)


def test_a_misspelt_field_is_found() -> None:
    each: Object = next(one for one in rendered(OVERLAYS[0]) if one["kind"] == "PodDisruptionBudget")
    each["spec"]["maxUnavailabel"] = 1
    errors = [error.message for error in validator("1.36", each["apiVersion"], each["kind"]).iter_errors(each)]
    assert any("maxUnavailabel" in error for error in errors)


@cache
def validator(version: str, api_version: str, kind: str) -> Any:
    short = re.sub(r"^([^./]*)(?:\.[^/]*)?/", r"\1-", api_version)
    path = f"kubernetes-json-schema/{_folder(version)}/{kind.lower()}-{short}.json"
    try:
        schema = schema_contents(path, version)
    except FileNotFoundError:
        raise SchemaNotFoundError(kind, version, api_version) from None
    return jsonschema.Draft202012Validator(schema, registry=Resource.from_contents(schema) @ definitions(version))


@cache
def definitions(version: str) -> Registry[Any]:
    contents = schema_contents(f"kubernetes-json-schema/{_folder(version)}/_definitions.json", version)
    return Resource.from_contents(contents) @ Registry()


def _folder(version: str) -> str:
    exact = next(each for each in all_versions() if each == version or each.startswith(f"{version}."))
    return str(Path(f"v{exact}-local-strict"))

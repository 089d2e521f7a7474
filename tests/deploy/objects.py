"""The rendered objects, as the rules look at them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from kit.service import NAMES
from tests.deploy.kustomize import WORKLOADS, Object, containers, pod_spec
from tests.deploy.overlays import PRODUCTION, rendered

LOCAL, CPU = "overlays/local", "../../tests/deploy/variants/cpu"


both = pytest.mark.parametrize("overlay", [LOCAL, PRODUCTION])


SERVERS = {"Deployment", "StatefulSet"}
HASH = re.compile(r"(?<=[a-z0-9])-[a-z0-9]{10}$")


def of_kind(overlay: str, *kinds: str) -> list[Object]:
    return [each for each in rendered(overlay) if each["kind"] in kinds]


def named(overlay: str, kind: str, name: str) -> Object:
    return next(each for each in of_kind(overlay, kind) if each["metadata"]["name"] == name)


def services(overlay: str) -> dict[str, Object]:
    return {name: named(overlay, "Deployment", f"cinnabar-{name}") for name in NAMES}


def pods(overlay: str) -> Iterator[tuple[str, Object]]:
    for each in of_kind(overlay, *WORKLOADS):
        yield f"{each['kind']}/{each['metadata']['name']}", pod_spec(each) or {}


def all_containers(overlay: str) -> Iterator[tuple[str, Object]]:
    for name, spec in pods(overlay):
        yield from ((f"{name}/{one['name']}", one) for one in containers(spec))


def labels_of(each: Object) -> dict[str, str]:
    found: dict[str, str] = each["spec"]["template"]["metadata"]["labels"]
    return found


def config_of(workload: str) -> str:
    volumes = (pod_spec(named(PRODUCTION, "StatefulSet", workload)) or {})["volumes"]
    return next(volume["configMap"]["name"] for volume in volumes if "configMap" in volume)


def startup_seconds(each: Object) -> int:
    probe = (pod_spec(each) or {})["containers"][0]["startupProbe"]
    return int(probe["periodSeconds"] * probe["failureThreshold"])


MEGABYTES = {"Mi": 2**20 / 1e6, "Gi": 2**30 / 1e6}


def megabytes(text: str) -> float:
    return int(text[:-2]) * MEGABYTES[text[-2:]]


def by_name(objects: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Objects by kind and name, without the hash in the names of generated ConfigMaps, which each makes its own way."""
    hashed = [each["metadata"]["name"] for each in objects if each["kind"] == "ConfigMap"]
    plain = {name: HASH.sub("", name) for name in hashed if HASH.search(name)}

    def without(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: without(each) for key, each in value.items()}
        if isinstance(value, list):
            return [without(each) for each in value]
        return plain.get(value, value) if isinstance(value, str) else value

    return {f"{each['kind']}/{each['metadata']['name']}": each for each in without(objects)}

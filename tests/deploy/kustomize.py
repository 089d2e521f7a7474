"""The part of Kustomize that deploy/k8s uses, so that the rules look at rendered manifests on any machine.

`test_renders.py` holds it to `kubectl kustomize`, object by object, wherever there is a kubectl. What it does not know
it refuses, so that a manifest cannot use a feature that only one of the two understands. Order of a kustomization's
steps as in Kustomize: resources, generators, components, namespace, suffix, labels, patches, images.
"""

from __future__ import annotations

import copy
import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

Object = dict[str, Any]

KNOWN = {
    *("apiVersion", "kind", "resources", "components", "namespace", "nameSuffix", "labels"),
    *("patches", "images", "configMapGenerator", "generatorOptions"),
}
CLUSTER_WIDE = {"Namespace", "PriorityClass", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"}
# Lists that a strategic merge joins by a key; every other list is replaced.
MERGE_KEYS = {
    **dict.fromkeys(("containers", "initContainers", "env", "volumes"), "name"),
    "volumeMounts": "mountPath",
    "topologySpreadConstraints": "topologyKey",
}
SOURCE = "internal/generated"  # marks a generated object until the last step gives it its hash


class Unknown(Exception):
    """The kustomization uses something this renderer does not know."""


def render(folder: Path) -> list[Object]:
    """Every object of an overlay, as it would be applied. Raises Unknown, FileNotFoundError."""
    objects = _build(folder.resolve(), [])
    for each in [one for one in objects if one["metadata"].pop(SOURCE, False)]:
        plain = each["metadata"]["name"]
        content = json.dumps([each.get("data"), plain], sort_keys=True, ensure_ascii=False)
        each["metadata"]["name"] = f"{plain}-{hashlib.sha256(content.encode()).hexdigest()[:10]}"
        _rename(objects, "ConfigMap", plain, each["metadata"]["name"], each["metadata"].get("namespace"))
    return objects


def _build(folder: Path, objects: list[Object]) -> list[Object]:
    file = folder / "kustomization.yaml"
    plan = yaml.safe_load(file.read_text("utf-8"))
    if unknown := set(plan) - KNOWN:
        raise Unknown(f"{file}: {sorted(unknown)}")
    for entry in plan.get("resources", []):
        objects += _load(folder / entry)
    objects += [
        _config_map(each, plan.get("generatorOptions", {}), folder) for each in plan.get("configMapGenerator", [])
    ]
    for entry in plan.get("components", []):
        objects = _build((folder / entry).resolve(), objects)
    for each in plan.get("patches", []):
        _patch(objects, each, folder)
    if namespace := plan.get("namespace"):
        for each in objects:
            if each["kind"] not in CLUSTER_WIDE:
                each["metadata"]["namespace"] = namespace
    if suffix := plan.get("nameSuffix"):
        _suffix(objects, suffix)
    for each in plan.get("labels", []):
        _label(objects, each)
    for each in plan.get("images", []):
        _image(objects, each)
    _refuse_twins(objects, file)
    return objects


def _load(path: Path) -> list[Object]:
    if path.is_dir():
        return _build(path.resolve(), [])
    return _documents(path)


def _documents(path: Path) -> list[Object]:
    """Without what YAML anchors share: a patch of one place must not be one of the other."""
    found: list[Object] = json.loads(json.dumps([each for each in yaml.safe_load_all(path.read_text("utf-8")) if each]))
    return found


def _refuse_twins(objects: list[Object], file: Path) -> None:
    seen = [(each["kind"], each["metadata"].get("namespace"), each["metadata"]["name"]) for each in objects]
    if twins := {one for one in seen if seen.count(one) > 1}:
        raise Unknown(f"{file}: twice: {sorted(twins, key=str)}")


def _config_map(plan: Object, common: Object, folder: Path) -> Object:
    data: dict[str, str] = {}
    for entry in plan.get("envs", []):
        lines = [line for line in (folder / entry).read_text("utf-8").splitlines() if line and not line.startswith("#")]
        data |= {name: value for name, _, value in (line.partition("=") for line in lines)}
    for entry in plan.get("files", []):
        name, _, source = entry.rpartition("=")
        data[name or entry] = (folder / (source or entry)).read_text("utf-8")
    options = plan.get("options", {})
    metadata: Object = {"name": plan["name"]}
    if labels := options.get("labels"):
        metadata["labels"] = dict(labels)
    if not common.get("disableNameSuffixHash"):
        metadata[SOURCE] = True
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}


def _patch(objects: list[Object], plan: Object, folder: Path) -> None:
    if unknown := set(plan) - {"path", "target"}:
        raise Unknown(f"{folder}: patch with {sorted(unknown)}")
    for patch in _documents(folder / plan["path"]):
        target = plan.get("target") or {"kind": patch["kind"], "name": patch["metadata"]["name"]}
        chosen = [each for each in objects if _meets(each, target)]
        if not chosen:
            raise Unknown(f"{folder / plan['path']}: nothing is a {target}")
        for each in chosen:
            _merge(each, {key: value for key, value in patch.items() if key not in {"apiVersion", "kind", "metadata"}})


def _meets(each: Object, target: Object) -> bool:
    if unknown := set(target) - {"kind", "name", "labelSelector"}:
        raise Unknown(f"target {sorted(unknown)}")
    labels = each["metadata"].get("labels", {})
    wanted = [pair.partition("=") for pair in target.get("labelSelector", "").split(",") if pair]
    return (
        each["kind"] == target.get("kind", each["kind"])
        and each["metadata"]["name"] == target.get("name", each["metadata"]["name"])
        and all(labels.get(name) == value for name, _, value in wanted)
    )


def _merge(onto: Object, patch: Object) -> None:
    for key, value in patch.items():
        if value is None:
            onto.pop(key, None)
        elif isinstance(value, dict) and isinstance(onto.get(key), dict):
            _merge(onto[key], value)
        elif isinstance(value, list) and key in MERGE_KEYS and isinstance(onto.get(key), list):
            _merge_lists(onto[key], value, MERGE_KEYS[key])
        else:
            onto[key] = copy.deepcopy(value)


def _merge_lists(onto: list[Object], patch: list[Object], by: str) -> None:
    """Those the patch names come first, in its order, as Kustomize has it."""
    existing = {each[by]: each for each in onto}
    first = []
    for value in patch:
        entry = existing.pop(value[by], {})
        _merge(entry, value)
        first.append(entry)
    onto[:] = first + list(existing.values())


def _suffix(objects: list[Object], suffix: str) -> None:
    for each in objects:
        old = each["metadata"]["name"]
        each["metadata"]["name"] = old + suffix
        for kind in ("ServiceAccount", "ConfigMap"):
            if each["kind"] == kind:
                _rename(objects, kind, old, old + suffix, each["metadata"].get("namespace"))


def _rename(objects: list[Object], kind: str, old: str, new: str, namespace: str | None) -> None:
    """References to an object follow its name."""
    for each in objects:
        if each["metadata"].get("namespace") == namespace and (spec := pod_spec(each)):
            if kind == "ServiceAccount" and spec.get("serviceAccountName") == old:
                spec["serviceAccountName"] = new
            references = [volume.get("configMap", {}) for volume in spec.get("volumes", [])]
            references += [
                source.get("configMapRef", {}) for one in containers(spec) for source in one.get("envFrom", [])
            ]
            for reference in references if kind == "ConfigMap" else []:
                if reference.get("name") == old:
                    reference["name"] = new


def _label(objects: list[Object], plan: Object) -> None:
    for each in objects:
        each["metadata"].setdefault("labels", {}).update(plan["pairs"])
        if plan.get("includeSelectors"):
            for selector in _selectors(each):
                selector.update(plan["pairs"])
        if plan.get("includeSelectors") or plan.get("includeTemplates"):
            for template in _templates(each):
                template.setdefault("metadata", {}).setdefault("labels", {}).update(plan["pairs"])


def _selectors(each: Object) -> Iterator[Object]:
    spec = each.get("spec", {})
    if each["kind"] == "Service":
        yield spec.setdefault("selector", {})
    if each["kind"] in {"Deployment", "StatefulSet"}:
        yield spec["selector"].setdefault("matchLabels", {})
        for rule in spec["template"]["spec"].get("topologySpreadConstraints", []):
            if "matchLabels" in rule.get("labelSelector", {}):
                yield rule["labelSelector"]["matchLabels"]
    for key in ("selector", "podSelector"):
        if each["kind"] in {"PodDisruptionBudget", "NetworkPolicy"} and "matchLabels" in spec.get(key, {}):
            yield spec[key]["matchLabels"]


def _templates(each: Object) -> Iterator[Object]:
    spec = each.get("spec", {})
    if each["kind"] in {"Deployment", "StatefulSet", "Job"}:
        yield spec["template"]
    if each["kind"] == "CronJob":
        job = spec["jobTemplate"]
        yield job
        yield job["spec"]["template"]
    yield from spec.get("volumeClaimTemplates", []) if each["kind"] == "StatefulSet" else []


def pod_spec(each: Object) -> Object | None:
    """The pod that a workload makes, or None for what makes none."""
    spec = each.get("spec", {})
    if each["kind"] == "CronJob":
        spec = spec["jobTemplate"]["spec"]
    found: Object | None = spec.get("template", {}).get("spec") if each["kind"] in WORKLOADS else None
    return found


WORKLOADS = {"Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob"}


def containers(spec: Object) -> list[Object]:
    return [*spec.get("initContainers", []), *spec.get("containers", [])]


def _image(objects: list[Object], plan: Object) -> None:
    for each in objects:
        for one in containers(pod_spec(each) or {}):
            name = re.split(r"[:@]", one["image"])[0]
            if name == plan["name"]:
                rest = one["image"][len(name) :]
                if "digest" in plan:
                    rest = f"@{plan['digest']}"
                elif "newTag" in plan:
                    rest = f":{plan['newTag']}"
                one["image"] = plan.get("newName", name) + rest

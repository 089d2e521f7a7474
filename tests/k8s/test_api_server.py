"""Tier 2: a real API server takes every object, without an error and without a warning, and refuses what it should."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.deploy.kustomize import Object
from tests.deploy.overlays import PRODUCTION, rendered
from tests.deploy.test_schemas import CUSTOM
from tests.k8s.apiserver import Kubectl
from tests.k8s.conftest import without


@pytest.fixture(scope="module")
def ready(kubectl: Kubectl) -> Kubectl:
    """Namespace and cluster-wide objects stand, for a dry run of the others needs them."""
    first = [each for each in rendered(PRODUCTION) if each["kind"] in {"Namespace", "PriorityClass"}]
    answer = kubectl.apply(*first)
    assert answer.code == 0, answer.error
    return kubectl


def group(each: Object) -> str:
    found: str = each["apiVersion"].partition("/")[0]
    return found


@pytest.mark.parametrize("overlay", ["overlays/local", PRODUCTION])
def test_the_server_takes_everything_without_a_warning(ready: Kubectl, overlay: str) -> None:
    for each in rendered(overlay):
        if group(each) not in CUSTOM:
            answer = ready.try_out(each)
            name = f"{each['kind']}/{each['metadata']['name']}"
            assert answer.code == 0, f"{name}: {answer.error}"
            assert answer.warnings == [], f"{name}: {answer.error}"


@pytest.fixture(scope="module")
def with_definitions(ready: Kubectl) -> Kubectl:
    folder = Path(os.environ.get("KUBE_CRDS") or "/nowhere")
    if not folder.is_dir():
        without("NO CUSTOM RESOURCE WAS ASKED ABOUT: KUBE_CRDS must name a folder with the definitions")
    answer = ready.ask("apply", "--server-side", "-f", str(folder), "--recursive")
    assert answer.code == 0, answer.error
    answer = ready.ask("wait", "--for=condition=Established", "crd", "--all", "--timeout=60s")
    assert answer.code == 0, answer.error
    return ready


def test_the_server_takes_our_custom_resources(with_definitions: Kubectl) -> None:
    for each in rendered(PRODUCTION):
        if group(each) in CUSTOM:
            answer = with_definitions.try_out(each)
            name = f"{each['kind']}/{each['metadata']['name']}"
            assert (answer.code, answer.warnings) == (0, []), f"{name}: {answer.error}"


def deployment() -> Object:
    return next(
        each
        for each in rendered(PRODUCTION)
        if each["metadata"]["name"] == "cinnabar-funding" and each["kind"] == "Deployment"
    )


def test_a_pod_that_may_do_too_much_is_warned_of(ready: Kubectl) -> None:
    each = deployment()
    each["spec"]["template"]["spec"]["containers"][0]["securityContext"]["allowPrivilegeEscalation"] = True
    assert any("restricted" in warning for warning in ready.try_out(each).warnings)


def test_a_misspelt_field_is_refused(ready: Kubectl) -> None:
    each = deployment()
    each["spec"]["template"]["spec"]["terminationGracePeriodSecond"] = 1
    answer = ready.try_out(each)
    assert answer.code != 0
    assert "unknown field" in answer.error


def test_an_image_named_by_a_tag_is_refused(ready: Kubectl) -> None:
    """The policy comes into force a moment after it is applied."""
    policies = [each for each in rendered(PRODUCTION) if each["kind"].startswith("ValidatingAdmissionPolicy")]
    answer = ready.apply(*policies)
    assert answer.code == 0, answer.error
    each = deployment()
    each["spec"]["template"]["spec"]["initContainers"][0]["image"] = "cinnabar/funding:0.4.0"
    for _ in range(200):
        answer = ready.try_out(each)
        if answer.code:
            break
    assert "images must be named by digest" in answer.error
    assert ready.try_out(deployment()).code == 0

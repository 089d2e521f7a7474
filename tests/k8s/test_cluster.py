"""Tier 3: the local overlay on real nodes. It runs, a call becomes an alert, and pods may die, roll and be drained.

Needs CINNABAR_KUBECONFIG of a throw-away cluster whose nodes have the images of `make images`. Deletes the namespace
`cinnabar` at its beginning and leaves it at its end, to be looked at.
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE, Popen
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import pytest

from deploy.local_secrets import manifests
from kit.auth.people import DEMO_PEOPLE
from kit.auth.tokens import LocalIssuer
from kit.service import NAMES
from tests.deploy.overlays import K8S, rendered
from tests.k8s.apiserver import Kubectl

CALL = {"title": "Equipment for youth makerspaces", "eligible_applicants": ["municipality"]}
PATIENCE_SECONDS = 600

pytestmark = pytest.mark.timeout(1800)


@pytest.fixture(scope="module")
def deployed(cluster: Kubectl, tmp_path_factory: pytest.TempPathFactory) -> Kubectl:
    cluster.ask("delete", "namespace", "cinnabar", "--ignore-not-found", "--wait")
    platform = [each for each in rendered("overlays/local") if each["kind"] in {"Namespace", "PriorityClass"}]
    assert cluster.apply(*platform).code == 0
    secrets = tmp_path_factory.mktemp("secrets") / "secrets.yaml"
    secrets.write_text(manifests())
    for arguments in (["-f", str(secrets)], ["-k", str(K8S / "overlays" / "local")]):
        answer = cluster.ask("apply", "--server-side", *arguments)
        assert answer.code == 0, answer.error
        assert answer.warnings == []
    for what in ("statefulset/nats", "statefulset/mongo", *(f"deploy/cinnabar-{name}" for name in NAMES)):
        rolled_out(cluster, what)
    return cluster


def rolled_out(cluster: Kubectl, what: str) -> None:
    answer = cluster.ask("-n", "cinnabar", "rollout", "status", what, f"--timeout={PATIENCE_SECONDS}s")
    assert answer.code == 0, f"{what}: {answer.out}{answer.error}"


@contextmanager
def reached(cluster: Kubectl, name: str) -> Iterator[httpx.Client]:
    """A service over a port of this machine, as its officer."""
    command = [cluster.program, f"--kubeconfig={cluster.config}", "-n", "cinnabar", "port-forward"]
    with Popen([*command, f"deploy/cinnabar-{name}", ":8080"], stdout=PIPE, text=True) as forward:
        assert forward.stdout
        port = forward.stdout.readline().split(" -> ")[0].rpartition(":")[2]
        headers = {"Authorization": f"Bearer {token(cluster)}"}
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=30) as client:
                yield client
        finally:
            forward.terminate()


def token(cluster: Kubectl) -> str:
    """Of the local issuer, whose key the pods mount."""
    secret = cluster.get("-n", "cinnabar", "secret", "cinnabar-local-issuer")
    with TemporaryDirectory() as folder:
        (Path(folder) / "issuer.pem").write_bytes(base64.b64decode(secret["data"]["issuer.pem"]))
        return LocalIssuer(Path(folder), "cinnabar", "idrija").issue(DEMO_PEOPLE["officer@idrija.example"])


def until(look: Callable[[], Any]) -> Any:
    ends = time.monotonic() + PATIENCE_SECONDS
    while not (found := look()):
        assert time.monotonic() < ends
        time.sleep(0.5)
    return found


def type_in(cluster: Kubectl, title: str) -> None:
    with reached(cluster, "funding") as funding:
        funding.post("/api/funding/calls", json={**CALL, "title": title}).raise_for_status()


def heard(cluster: Kubectl, title: str) -> None:
    """The call has come over the bus to another service."""
    with reached(cluster, "reporting") as reporting:
        until(lambda: title in reporting.get("/").text or title in reporting.get("/api/reporting/overview").text)


def test_a_call_is_heard_by_other_services(deployed: Kubectl) -> None:
    type_in(deployed, "First light")
    heard(deployed, "First light")


def test_pods_are_as_restricted_as_they_say(deployed: Kubectl) -> None:
    code = "print(open('/proc/1/status').read())"
    answer = deployed.ask("-n", "cinnabar", "exec", "deploy/cinnabar-funding", "--", "python3", "-c", code)
    found = dict(line.split(":\t", 1) for line in answer.out.splitlines() if ":\t" in line)
    assert (found["Uid"].split()[0], int(found["CapEff"], 16)) == ("10001", 0)
    assert (found["NoNewPrivs"], found["Seccomp"]) == ("1", "2")


@pytest.mark.parametrize("pod", ["nats-0", "mongo-0"])
def test_a_killed_server_loses_nothing(deployed: Kubectl, pod: str) -> None:
    deployed.ask("-n", "cinnabar", "delete", "pod", pod, "--grace-period=0", "--force")
    type_in(deployed, f"While {pod} was away")
    heard(deployed, f"While {pod} was away")
    rolled_out(deployed, f"statefulset/{pod.partition('-')[0]}")


def test_rolling_a_service_loses_nothing(deployed: Kubectl) -> None:
    deployed.ask("-n", "cinnabar", "rollout", "restart", "deploy/cinnabar-reporting")
    type_in(deployed, "While reporting rolled")
    rolled_out(deployed, "deploy/cinnabar-reporting")
    heard(deployed, "While reporting rolled")


def test_lag_is_told_at_the_headless_service_and_drains(deployed: Kubectl) -> None:
    """Events wait while nobody handles them, and are gone once somebody does."""
    deployed.ask("-n", "cinnabar", "scale", "deploy/cinnabar-reporting", "--replicas=0")
    for place in range(20):
        type_in(deployed, f"Waiting {place}")
    until(lambda: lag(deployed) >= 20)
    deployed.ask("-n", "cinnabar", "scale", "deploy/cinnabar-reporting", "--replicas=3")
    until(lambda: lag(deployed) == 0)


def lag(cluster: Kubectl) -> int:
    """num_pending and num_ack_pending at the consumer's leader, as the scaler counts them."""
    found = 0
    for pod in range(3):
        raw = f"/api/v1/namespaces/cinnabar/pods/nats-{pod}:8222/proxy/jsz?acc=CINNABAR&consumers=true&config=true"
        answer = cluster.ask("get", f"--raw={raw}")
        for account in json.loads(answer.out).get("account_details", []) if answer.code == 0 else []:
            for stream in account.get("stream_detail", []):
                for consumer in stream.get("consumer_detail") or []:
                    leads = consumer.get("cluster", {}).get("leader") == f"nats-{pod}"
                    if leads and consumer["name"] == "reporting_call_published":
                        found = consumer["num_pending"] + consumer["num_ack_pending"]
    return found


def test_evictions_go_one_by_one(deployed: Kubectl) -> None:
    """By the API, as a drain does, and not by delete, which asks no budget."""
    answers = [evict(deployed, f"nats-{place}") for place in range(2)]
    assert answers[0].code == 0, answers[0].error
    assert "disruption budget" in answers[1].error
    rolled_out(deployed, "statefulset/nats")


def evict(cluster: Kubectl, pod: str) -> Any:
    eviction = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": pod, "namespace": "cinnabar"}}
    path = f"/api/v1/namespaces/cinnabar/pods/{pod}/eviction"
    return cluster.ask("create", f"--raw={path}", objects=[eviction])

"""Rows 15 to 28 of the checklist in docs/operations.md: probes, endings, resources and rights of every pod."""

from __future__ import annotations

import json
import re

from kit.bus.declaration import ConsumerSpec
from tests.deploy.kustomize import WORKLOADS, containers, pod_spec
from tests.deploy.objects import (
    SERVERS,
    all_containers,
    both,
    megabytes,
    named,
    of_kind,
    pods,
    services,
    startup_seconds,
)
from tests.deploy.overlays import PRODUCTION, TOP


@both
def test_row_15_startup_waits_for_the_worst_start(overlay: str) -> None:
    for each in services(overlay).values():
        assert startup_seconds(each) >= 300
    for each in of_kind(overlay, "StatefulSet"):
        assert startup_seconds(each) >= 300


@both
def test_row_16_readiness_has_its_own_path(overlay: str) -> None:
    for each in services(overlay).values():
        probe = (pod_spec(each) or {})["containers"][0]["readinessProbe"]
        assert probe["httpGet"]["path"] == "/readyz"
        assert probe["timeoutSeconds"] > 2  # the runtime gives MongoDB two seconds to answer


@both
def test_row_17_liveness_is_another_question_than_readiness(overlay: str) -> None:
    for each in of_kind(overlay, *SERVERS):
        for one in (pod_spec(each) or {})["containers"]:
            ready, alive = one["readinessProbe"], one["livenessProbe"]
            how = {"httpGet", "tcpSocket", "exec"}
            assert {key: ready[key] for key in how & set(ready)} != {key: alive[key] for key in how & set(alive)}
            assert "startupProbe" in one
            if one["name"] == "service":
                assert alive["httpGet"]["path"] == "/healthz"


@both
def test_row_18_the_grace_is_longer_than_everything_a_stop_may_take(overlay: str) -> None:
    serve = (TOP / "kit" / "serve.py").read_text()
    http = int(re.search(r"timeout_graceful_shutdown=(\d+)", serve)[1])  # type: ignore[index]
    for each in services(overlay).values():
        spec = pod_spec(each) or {}
        settings = named(overlay, "ConfigMap", spec["containers"][0]["envFrom"][0]["configMapRef"]["name"])["data"]
        grace = float(settings["CINNABAR_GRACE_SECONDS"])
        sleep = spec["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
        # work in hand, then the relay's last window with what is left of as much again, then the connections
        assert spec["terminationGracePeriodSeconds"] >= sleep + http + 2 * grace + 5
        assert grace < ConsumerSpec("S", "d", ("s",)).ack_wait
    dockerfile = (TOP / "deploy" / "images" / "Dockerfile").read_text()
    assert 'ENTRYPOINT ["python3"' in dockerfile, "the process itself gets the signal, no shell before it"


@both
def test_row_19_servers_wait_until_nobody_sends_to_them(overlay: str) -> None:
    for each in of_kind(overlay, "Deployment"):
        assert (pod_spec(each) or {})["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"] >= 5


@both
def test_row_20_everything_says_what_it_needs(overlay: str) -> None:
    for name, one in all_containers(overlay):
        requests, limits = one["resources"]["requests"], one["resources"]["limits"]
        assert {"cpu", "memory", "ephemeral-storage"} <= set(requests), name
        assert {"memory", "ephemeral-storage"} <= set(limits), name
        assert "cpu" not in limits, f"{name}: throttled work is late work"
        assert megabytes(requests["memory"]) <= megabytes(limits["memory"]), name


def test_row_20_requests_and_limits_are_the_measured_figures() -> None:
    """deploy/footprint.json, by `python -m bench.footprint`."""
    measured = json.loads((TOP / "deploy" / "footprint.json").read_text())
    for name, each in services(PRODUCTION).items():
        figures = measured["services"][name]
        resources = (pod_spec(each) or {})["containers"][0]["resources"]
        request, limit = megabytes(resources["requests"]["memory"]), megabytes(resources["limits"]["memory"])
        assert figures["idle_mb"] <= request <= 1.5 * figures["idle_mb"], name
        assert 1.5 * figures["busy_mb"] <= limit <= 4 * figures["busy_mb"], name
        millis = int(resources["requests"]["cpu"].removesuffix("m"))
        assert figures["busy_millicores"] <= millis <= max(2 * figures["busy_millicores"], 50), name


@both
def test_row_21_runtimes_know_their_limit(overlay: str) -> None:
    for name, one in all_containers(overlay):
        for variable in one.get("env", []):
            if variable["name"] == "GOMEMLIMIT":
                assert megabytes(variable["value"].removesuffix("B")) < 0.9 * megabytes(
                    one["resources"]["limits"]["memory"]
                ), name
        for argument in one.get("args", []):
            if argument.startswith("--wiredTigerCacheSizeGB="):
                cache = 1000 * float(argument.partition("=")[2])
                assert cache <= 0.5 * megabytes(one["resources"]["limits"]["memory"]), name


@both
def test_row_22_the_namespace_is_restricted(overlay: str) -> None:
    labels = named(overlay, "Namespace", "cinnabar")["metadata"]["labels"]
    for mode in ("enforce", "warn", "audit"):
        assert labels[f"pod-security.kubernetes.io/{mode}"] == "restricted"


@both
def test_row_23_nobody_is_root(overlay: str) -> None:
    for name, spec in pods(overlay):
        security = spec["securityContext"]
        assert security["runAsNonRoot"] is True, name
        assert min(security["runAsUser"], security["runAsGroup"], security["fsGroup"]) >= 10000, name
    assert re.search(r"USER (\d+):\d+", (TOP / "deploy/images/Dockerfile").read_text())[1] == "10001"  # type: ignore[index]


@both
def test_row_24_roots_are_read_only_and_tmp_is_there(overlay: str) -> None:
    for name, spec in pods(overlay):
        volumes = {volume["name"]: volume for volume in spec["volumes"]}
        for one in containers(spec):
            assert one["securityContext"]["readOnlyRootFilesystem"] is True, name
            mounts = {mount["mountPath"]: mount["name"] for mount in one["volumeMounts"]}
            assert "sizeLimit" in volumes[mounts["/tmp"]]["emptyDir"], name


@both
def test_row_25_no_capability_and_no_escalation(overlay: str) -> None:
    for name, spec in pods(overlay):
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        for one in containers(spec):
            assert one["securityContext"]["capabilities"] == {"drop": ["ALL"]}, name
            assert one["securityContext"]["allowPrivilegeEscalation"] is False, name
            assert "privileged" not in one["securityContext"], name
        assert not {"hostNetwork", "hostPID", "hostIPC"} & set(spec), name


@both
def test_row_26_accounts_of_their_own_without_a_token(overlay: str) -> None:
    accounts = {each["metadata"]["name"]: each for each in of_kind(overlay, "ServiceAccount")}
    used: dict[str, set[str]] = {}
    for each in of_kind(overlay, *WORKLOADS):
        spec = pod_spec(each) or {}
        assert spec["automountServiceAccountToken"] is False
        assert accounts[spec["serviceAccountName"]]["automountServiceAccountToken"] is False
        used.setdefault(spec["serviceAccountName"], set()).add(each["metadata"]["labels"]["app.kubernetes.io/name"])
    assert set(used) == set(accounts)
    assert all(len(names) == 1 for names in used.values()), "shared"


@both
def test_row_27_nobody_may_ask_the_api_server(overlay: str) -> None:
    assert not of_kind(overlay, "Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding")


@both
def test_row_28_closed_by_default(overlay: str) -> None:
    spec = named(overlay, "NetworkPolicy", "default-deny")["spec"]
    assert spec == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}

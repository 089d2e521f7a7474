"""Rows 4 to 14 of the checklist in docs/operations.md: what scales, and what stays up meanwhile."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from deploy import generate
from kit.bus.declaration import ConsumerSpec
from kit.bus.handlers import TIME_LIMIT
from kit.service import NAMES
from tests.deploy.kustomize import Object, pod_spec
from tests.deploy.objects import (
    CPU,
    SERVERS,
    both,
    config_of,
    labels_of,
    named,
    of_kind,
    services,
    startup_seconds,
)
from tests.deploy.overlays import PRODUCTION, rendered


@both
def test_row_04_no_deprecated_api(overlay: str) -> None:
    groups = {each["apiVersion"] for each in rendered(overlay) if each["kind"] not in {"ScaledObject"}}
    assert not [each for each in groups if "beta" in each or "alpha" in each]
    assert not of_kind(overlay, "Endpoints", "Ingress", "PodSecurityPolicy")


def test_row_05_a_deployment_and_an_autoscaler_per_service() -> None:
    for overlay, kind in ((PRODUCTION, "ScaledObject"), (CPU, "HorizontalPodAutoscaler")):
        targets = [each["spec"]["scaleTargetRef"]["name"] for each in of_kind(overlay, kind)]
        assert sorted(targets) == sorted(f"cinnabar-{name}" for name in NAMES)


@pytest.mark.parametrize("overlay", [PRODUCTION, CPU])
def test_row_06_no_replicas_beside_an_autoscaler_and_never_two_autoscalers(overlay: str) -> None:
    scaled = [
        each["spec"]["scaleTargetRef"]["name"] for each in of_kind(overlay, "ScaledObject", "HorizontalPodAutoscaler")
    ]
    assert len(scaled) == len(set(scaled)) == 5
    assert not [name for name in scaled if "replicas" in named(overlay, "Deployment", name)["spec"]]


def lag_triggers() -> Iterator[tuple[Object, Object]]:
    for each in of_kind(PRODUCTION, "ScaledObject"):
        yield from ((each, one) for one in each["spec"]["triggers"] if one["type"] == "nats-jetstream")


def test_row_07_every_consumer_of_a_service_scales_it() -> None:
    """Generated from the handlers; stale after one has come or gone: `make manifests`."""
    stale = [str(path) for path, text in generate.generated().items() if path.read_text("utf-8") != text]
    assert not stale, "run `make manifests`"
    for each, trigger in lag_triggers():
        assert trigger["metricType"] == "AverageValue"
        assert all(isinstance(value, str) for value in trigger["metadata"].values()), each["metadata"]["name"]
        needed = {"natsServerMonitoringEndpoint", "account", "stream", "consumer", "lagThreshold"}
        assert needed <= set(trigger["metadata"])
        users = named(PRODUCTION, "ConfigMap", config_of("nats"))["data"]["users.conf"]
        assert f"{trigger['metadata']['account']}: {{" in users


def test_row_08_lag_is_read_at_the_leader() -> None:
    """A follower says 0: the endpoint must name every server, which a headless service does."""
    for _, trigger in lag_triggers():
        host, _, port = trigger["metadata"]["natsServerMonitoringEndpoint"].partition(":")
        service = named(PRODUCTION, "Service", host.partition(".")[0])
        assert service["spec"]["clusterIP"] == "None"
        assert int(port) in {each["port"] for each in service["spec"]["ports"]}


def behaviours() -> Iterator[tuple[Object, int]]:
    for each in of_kind(PRODUCTION, "ScaledObject"):
        advanced = each["spec"]["advanced"]["horizontalPodAutoscalerConfig"]
        yield advanced["behavior"], each["spec"]["maxReplicaCount"]
    for each in of_kind(CPU, "HorizontalPodAutoscaler"):
        yield each["spec"]["behavior"], each["spec"]["maxReplicas"]


def test_row_09_up_fast_down_slowly_and_bounded_by_what_a_consumer_shares_out() -> None:
    assert len(list(behaviours())) == 10
    for behaviour, most in behaviours():
        assert behaviour["scaleUp"]["stabilizationWindowSeconds"] == 0
        assert behaviour["scaleDown"]["stabilizationWindowSeconds"] >= TIME_LIMIT
        # a hundred events make a full group commit; more replicas than that would have empty hands
        assert most * 100 <= ConsumerSpec("S", "d", ("s",)).max_ack_pending


def test_row_10_the_api_side_scales_on_processor_time() -> None:
    """Of its request, which differs; for every service that is 60 % of the one core its process can use."""
    for name, deployment in services(PRODUCTION).items():
        one = (pod_spec(deployment) or {})["containers"][0]
        request = int(one["resources"]["requests"]["cpu"].removesuffix("m"))
        lag = named(PRODUCTION, "ScaledObject", f"cinnabar-{name}")["spec"]["triggers"]
        (cpu,) = (each for each in lag if each["type"] == "cpu")
        (alone,) = named(CPU, "HorizontalPodAutoscaler", f"cinnabar-{name}")["spec"]["metrics"]
        assert cpu["metricType"] == alone["resource"]["target"]["type"] == "Utilization"
        for percent in (int(cpu["metadata"]["value"]), alone["resource"]["target"]["averageUtilization"]):
            assert 500 <= percent * request / 100 <= 700


def test_row_11_never_fewer_than_two() -> None:
    for each in of_kind(PRODUCTION, "ScaledObject"):
        assert each["spec"]["minReplicaCount"] >= 2
        assert each["spec"]["fallback"]["replicas"] >= 2
    assert all(each["spec"]["minReplicas"] >= 2 for each in of_kind(CPU, "HorizontalPodAutoscaler"))


@both
def test_row_12_a_disruption_budget_for_each_server(overlay: str) -> None:
    budgets = of_kind(overlay, "PodDisruptionBudget")
    for each in of_kind(overlay, *SERVERS):
        mine = [one for one in budgets if one["spec"]["selector"]["matchLabels"].items() <= labels_of(each).items()]
        assert [one["spec"].get("maxUnavailable") for one in mine] == [1], each["metadata"]["name"]
        assert "minAvailable" not in mine[0]["spec"]


@both
def test_row_13_spread_that_lets_a_node_drain(overlay: str) -> None:
    for each in of_kind(overlay, *SERVERS):
        rules = (pod_spec(each) or {})["topologySpreadConstraints"]
        assert {rule["topologyKey"] for rule in rules} == {"kubernetes.io/hostname", "topology.kubernetes.io/zone"}
        assert {rule["whenUnsatisfiable"] for rule in rules} == {"ScheduleAnyway"}
        assert all(rule["labelSelector"]["matchLabels"].items() <= labels_of(each).items() for rule in rules)


@both
def test_row_14_rollouts_keep_what_serves(overlay: str) -> None:
    for each in of_kind(overlay, "Deployment"):
        spec = each["spec"]
        assert spec["strategy"] == {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1}}
        assert spec["minReadySeconds"] > 0
        assert spec["progressDeadlineSeconds"] >= spec["minReadySeconds"] + startup_seconds(each)

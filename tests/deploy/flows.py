"""What NetworkPolicies allow, computed as Kubernetes defines it.

A pod that a policy selects is closed in that policy's directions but for what some policy allows; rules add up, there
is no deny. A flow passes when the source's egress and the destination's ingress both allow it; replies always pass.
Ports are the pod's own, after any Service.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import Any

from tests.deploy.kustomize import WORKLOADS, Object, containers, pod_spec

Labels = dict[str, str]


@dataclass(frozen=True)
class End:
    """One end of a flow: a pod, or an address outside the cluster (then `address` is set)."""

    name: str
    labels: Labels = field(default_factory=dict, hash=False, compare=False)
    namespace: Labels = field(default_factory=dict, hash=False, compare=False)
    ports: dict[str, int] = field(default_factory=dict, hash=False, compare=False)
    address: str = ""


@dataclass(frozen=True, order=True)
class Flow:
    source: str
    target: str
    port: int
    protocol: str = "TCP"


def ends_of(objects: list[Object], namespace: Labels) -> list[End]:
    """The pods of every workload, one end each."""
    found = []
    for each in objects:
        if each["kind"] not in WORKLOADS:
            continue
        template = each["spec"]["jobTemplate"]["spec"] if each["kind"] == "CronJob" else each["spec"]
        ports = {
            port["name"]: port["containerPort"]
            for one in containers(pod_spec(each) or {})
            for port in one.get("ports", [])
        }
        labels = template["template"]["metadata"]["labels"]
        found.append(End(each["metadata"]["name"], labels, namespace, ports))
    return found


class Policies:
    """The policies of one namespace."""

    def __init__(self, policies: list[Object], namespace: Labels) -> None:
        self._specs = [each["spec"] for each in policies]
        self._namespace = namespace

    def allow(self, source: End, target: End, port: int, protocol: str = "TCP") -> bool:
        return self._way("Egress", "egress", "to", source, target, target, port, protocol) and self._way(
            "Ingress", "ingress", "from", target, source, target, port, protocol
        )

    def _way(
        self, kind: str, rules: str, peers: str, own: End, other: End, target: End, port: int, protocol: str
    ) -> bool:
        if own.address or own.namespace != self._namespace:
            return True  # not ours to close
        selecting = [spec for spec in self._specs if _selects(spec["podSelector"], own.labels) and kind in _kinds(spec)]
        return not selecting or any(
            self._is_peer(rule.get(peers), other) and _is_port(rule.get("ports"), target, port, protocol)
            for spec in selecting
            for rule in spec.get(rules) or []
        )

    def _is_peer(self, peers: list[Object] | None, other: End) -> bool:
        return not peers or any(self._is_one(peer, other) for peer in peers)

    def _is_one(self, peer: Object, other: End) -> bool:
        if block := peer.get("ipBlock"):
            return bool(other.address) and _within(other.address, block)
        if other.address:
            return False
        if "namespaceSelector" in peer:
            if not _selects(peer["namespaceSelector"], other.namespace):
                return False
        elif other.namespace != self._namespace:
            return False
        return _selects(peer.get("podSelector", {}), other.labels)


def _kinds(spec: Object) -> list[str]:
    return spec.get("policyTypes") or ["Ingress", *(["Egress"] if "egress" in spec else [])]


def _selects(selector: Object, labels: Labels) -> bool:
    matching = all(labels.get(name) == value for name, value in selector.get("matchLabels", {}).items())
    return matching and all(_meets(each, labels) for each in selector.get("matchExpressions", []))


def _meets(expression: Object, labels: Labels) -> bool:
    key, values = expression["key"], expression.get("values", [])
    match expression["operator"]:
        case "In":
            return labels.get(key) in values
        case "NotIn":
            return labels.get(key) not in values
        case "Exists":
            return key in labels
        case "DoesNotExist":
            return key not in labels
    raise ValueError(expression)


def _is_port(ports: list[Object] | None, target: End, port: int, protocol: str) -> bool:
    return not ports or any(_is_one_port(each, target, port, protocol) for each in ports)


def _is_one_port(entry: Object, target: End, port: int, protocol: str) -> bool:
    if entry.get("protocol", "TCP") != protocol:
        return False
    wanted: Any = entry.get("port")
    if wanted is None:
        return True
    if isinstance(wanted, str):
        return target.ports.get(wanted) == port
    return bool(wanted <= port <= entry.get("endPort", wanted))


def _within(address: str, block: Object) -> bool:
    one = ip_address(address)
    networks = [ip_network(block["cidr"]), *(ip_network(each) for each in block.get("except", []))]
    inside = [one.version == network.version and one in network for network in networks]
    return inside[0] and not any(inside[1:])

"""Which flows the system needs, read from what makes it talk: settings, addresses in the manifests, imports, routes."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from kit.service import NAMES
from kit.settings import Settings
from tests.deploy.flows import End, Flow, ends_of
from tests.deploy.kustomize import Object, containers, pod_spec
from tests.deploy.overlays import TOP

OURS = {"kubernetes.io/metadata.name": "cinnabar"}
EDGE = End("edge", {}, {"cinnabar/role": "edge"})
MONITORING = End("monitoring", {}, {"cinnabar/role": "monitoring"})
SCALER = End("scaler", {}, {"cinnabar/role": "scaler"})
NAME_SERVER = End("name server", {"k8s-app": "kube-dns"}, {"kubernetes.io/metadata.name": "kube-system"})
STRANGER = End("stranger", {"app.kubernetes.io/name": "nats"}, {"kubernetes.io/metadata.name": "default"})
INTERNET = End("internet", address="203.0.113.7")
INTERNET_6 = End("internet over IPv6", address="2001:db8::7")
PRIVATE = End("private network", address="10.1.2.3")
METADATA = End("cloud metadata", address="169.254.169.254")

MAIL_PORTS = (465, 587)  # implicit TLS, submission
WEB_CLIENTS = {"httpx", "apprise"}
ADDRESS = re.compile(r"\b(?:mongodb|nats|tls|https?)://[^\s\"']+")


def needed(objects: list[Object]) -> set[Flow]:
    """Every flow that something in the rendered objects or in the code depends on."""
    ends = {end.name: end for end in ends_of(objects, OURS)}
    flows = {flow for each in objects if pod_spec(each) for flow in _of_workload(each, objects, ends)}
    flows |= _from_outside(objects, ends)
    looks_up = {flow.source for flow in flows} & set(ends)
    return flows | {Flow(name, NAME_SERVER.name, 53, protocol) for name in looks_up for protocol in ("TCP", "UDP")}


def _of_workload(each: Object, objects: list[Object], ends: dict[str, End]) -> Iterator[Flow]:
    name = each["metadata"]["name"]
    for text in _addresses(each, objects):
        for host, port in _hosts(text):
            target = _behind(host, port, objects)
            if target is None:
                yield from (Flow(name, end.name, port) for end in (INTERNET, INTERNET_6))
            else:
                yield Flow(name, target[0], target[1])
        if "replicaSet=" in text:  # its members talk to each other
            members = {_behind(host, port, objects) for host, port in _hosts(text)} - {None}
            yield from (Flow(member[0], member[0], member[1]) for member in members if member)
    if each["kind"] == "Deployment" and (service := name.removeprefix("cinnabar-")) in NAMES:
        ports = [443] if _uses_the_web(service) else []
        if any(one["name"] == "CINNABAR_SMTP_URL" for one in _variables(each)):
            ports += MAIL_PORTS
        yield from (Flow(name, end.name, port) for end in (INTERNET, INTERNET_6) for port in ports)


def _addresses(each: Object, objects: list[Object]) -> set[str]:
    """Addresses a workload is given: in variables, settings and mounted configuration. Those settings that only say
    where we are found ourselves, such as the public URL, are not connected to."""
    spec = pod_spec(each) or {}
    connects = {f"CINNABAR_{name.upper()}" for name in CONNECTING}
    texts = [one.get("value", "") for one in _variables(each) if not one["name"].startswith("CINNABAR_")]
    texts += [one.get("value", "") for one in _variables(each) if one["name"] in connects]
    maps = {one["metadata"]["name"]: one["data"] for one in objects if one["kind"] == "ConfigMap"}
    for one in containers(spec):
        for source in one.get("envFrom", []):
            settings = maps[source["configMapRef"]["name"]]
            if one["args"] == ["run"]:  # only a running service asks the issuer for its keys
                texts += [value for key, value in settings.items() if key in connects]
    mounted = [volume["configMap"]["name"] for volume in spec.get("volumes", []) if "configMap" in volume]
    texts += ["\n".join(maps[one].values()) for one in mounted]
    return {found for text in texts for found in ADDRESS.findall(text)}


# The settings that name something a process connects to.
CONNECTING = {name for name, one in Settings.model_fields.items() if (one.json_schema_extra or {}).get("connects")}  # type: ignore[union-attr]


def _variables(each: Object) -> list[Object]:
    return [variable for one in containers(pod_spec(each) or {}) for variable in one.get("env", [])]


def _hosts(address: str) -> list[tuple[str, int]]:
    """Hosts and ports of an address, which may name several: `mongodb://user:word@a:1,b:2/?x=y`."""
    scheme = address.partition("://")[0]
    places = address.partition("://")[2].partition("/")[0].partition("?")[0].rpartition("@")[2]
    default = {"https": 443, "http": 80, "mongodb": 27017}.get(scheme, 4222)
    split = [urlsplit(f"//{place}") for place in places.split(",")]
    return [(one.hostname or "", one.port or default) for one in split]


def _behind(host: str, port: int, objects: list[Object]) -> tuple[str, int] | None:
    """The workload and pod port behind a name in the cluster (`mongo-0.mongo` is a pod of mongo); None outside."""
    if host in {"127.0.0.1", "localhost", "0.0.0.0"}:
        return None
    names = host.removesuffix(".svc.cluster.local").split(".")
    for each in objects:
        service = each["metadata"]["name"]
        if each["kind"] == "Service" and service in names[:2]:
            entry = next(one for one in each["spec"]["ports"] if one["port"] == port)
            for end in ends_of(objects, OURS):
                if each["spec"]["selector"].items() <= end.labels.items():
                    wanted = entry.get("targetPort", port)
                    return end.name, end.ports[wanted] if isinstance(wanted, str) else wanted
            raise LookupError(f"nothing is behind {host}:{port}")
    return None


def _uses_the_web(service: str) -> bool:
    """Whether a service's code, or what its extra installs, is a client of the web."""
    project = tomllib.loads((TOP / "pyproject.toml").read_text())["project"]
    installed = {re.split(r"[<>=\[;]", one)[0] for one in project["optional-dependencies"][service]}
    return bool(WEB_CLIENTS & (installed | _imports(TOP / "services" / service)))


def _imports(folder: Path) -> set[str]:
    found = set()
    for file in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.partition(".")[0])
    return found


def _from_outside(objects: list[Object], ends: dict[str, End]) -> set[Flow]:
    """People through the gateway, the scraper, and the scaler that asks for lag."""
    flows = set()
    for end in ends.values():
        if "metrics" in end.ports:
            flows.add(Flow(MONITORING.name, end.name, end.ports["metrics"]))
        if end.name.removeprefix("cinnabar-") in NAMES:
            flows |= {Flow(EDGE.name, end.name, end.ports["http"]), Flow(MONITORING.name, end.name, end.ports["http"])}
        for port in end.ports.values():  # the servers of a cluster talk over the ports they call routes
            if end.ports.get("routes") == port:
                flows.add(Flow(end.name, end.name, port))
    for each in objects:
        if each["kind"] == "ScaledObject":
            for trigger in each["spec"]["triggers"]:
                if place := trigger["metadata"].get("natsServerMonitoringEndpoint"):
                    host, _, port = place.partition(":")
                    target = _behind(host, int(port), objects)
                    assert target, place
                    flows.add(Flow(SCALER.name, *target))
    return flows

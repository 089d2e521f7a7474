"""Writes what follows from the code: scaling on each consumer's lag, who answers which path, and the settings.

`make manifests` after a handler or a page has come or gone; without `--write` it says what is stale.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import yaml
from pydantic import SecretStr

from kit.bus.declaration import declare
from kit.embedded.gateway import table_of
from kit.service import NAMES, Service, load
from kit.settings import Settings

HERE = Path(__file__).parent
COMPONENTS = HERE / "k8s" / "components"
NAMESPACE = "cinnabar"
# A replica is added for each so many events that wait or are being handled: a second's work of one replica, measured.
LAG_PER_REPLICA = 1000
MOST_REPLICAS = 10
BUSY_MILLICORES = 600
# Event streams stay open; everything else answers at once.
PATIENT = ("/api/notifications", "/api/events")


def generated() -> dict[Path, str]:
    """Every generated file and what it must hold."""
    services = [load(name) for name in NAMES]
    paths = paths_of(services)
    files = {COMPONENTS / "scale-on-lag" / one.name / "scale.yaml": _document(scaled_object(one)) for one in services}
    files |= {COMPONENTS / "scale-on-cpu" / name / "scale.yaml": _document(autoscaler(name)) for name in NAMES}
    files[COMPONENTS / "gateway" / "routes.yaml"] = _document(*(http_route(name, paths[name]) for name in NAMES))
    files[HERE / "compose" / "Caddyfile"] = caddyfile(paths)
    files[HERE.parent / "docs" / "configuration.md"] = configuration()
    return files


def paths_of(services: list[Service]) -> dict[str, list[str]]:
    """Service -> the path prefixes it answers, from its own routes; the one with the front page takes the rest."""
    paths = {service.name: [f"/api/{service.name}"] for service in services}
    for first, name in sorted(table_of(services).items()):
        paths[name].append(f"/{first}")
    return paths


def scaled_object(service: Service) -> dict[str, Any]:
    consumers = declare([(service.name, handler) for handler in service.handlers], "any").consumers
    own = [consumer for consumer in consumers if consumer.durable.startswith(f"{service.name}_")]
    return {
        "apiVersion": "keda.sh/v1alpha1",
        "kind": "ScaledObject",
        "metadata": _metadata(f"cinnabar-{service.name}", service.name),
        "spec": {
            "scaleTargetRef": {"name": f"cinnabar-{service.name}"},
            "pollingInterval": 15,
            "cooldownPeriod": 300,
            "minReplicaCount": 2,
            "maxReplicaCount": MOST_REPLICAS,
            "fallback": {"failureThreshold": 4, "replicas": 3},
            "advanced": {"horizontalPodAutoscalerConfig": {"behavior": behaviour()}},
            "triggers": [
                {"type": "cpu", "metricType": "Utilization", "metadata": {"value": str(utilization(service.name))}},
                *(_lag(consumer.stream, consumer.durable) for consumer in own),
            ],
        },
    }


def autoscaler(name: str) -> dict[str, Any]:
    """For clusters without KEDA: needs nothing but the metrics server."""
    target = {"type": "Utilization", "averageUtilization": utilization(name)}
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": _metadata(f"cinnabar-{name}", name),
        "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": f"cinnabar-{name}"},
            "minReplicas": 2,
            "maxReplicas": MOST_REPLICAS,
            "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": target}}],
            "behavior": behaviour(),
        },
    }


def behaviour() -> dict[str, Any]:
    """Up at once; down only after longer than a handler may take."""
    up = {"type": "Pods", "value": 4, "periodSeconds": 15}
    down = {"type": "Percent", "value": 50, "periodSeconds": 60}
    return {
        "scaleUp": {"stabilizationWindowSeconds": 0, "policies": [up]},
        "scaleDown": {"stabilizationWindowSeconds": 300, "policies": [down]},
    }


def utilization(name: str) -> int:
    """Percent of its request at which a service's replica is busy: a process has one core, and 60 % of it is busy."""
    deployment = next(yaml.safe_load_all((HERE / "k8s" / "base" / name / "own.yaml").read_text()))
    container = deployment["spec"]["template"]["spec"]["containers"][0]
    return 100 * BUSY_MILLICORES // int(container["resources"]["requests"]["cpu"].removesuffix("m"))


def _lag(stream: str, durable: str) -> dict[str, Any]:
    """The headless service names every server: only the leader of a consumer knows its lag."""
    return {
        "type": "nats-jetstream",
        "metricType": "AverageValue",
        "metadata": {
            "natsServerMonitoringEndpoint": f"nats-headless.{NAMESPACE}.svc.cluster.local:8222",
            "account": "CINNABAR",
            "stream": stream,
            "consumer": durable,
            "lagThreshold": str(LAG_PER_REPLICA),
            "activationLagThreshold": "0",
        },
    }


def http_route(name: str, paths: list[str]) -> dict[str, Any]:
    rules = [
        {
            "matches": [{"path": {"type": "PathPrefix", "value": path}}],
            "timeouts": {"request": "1h" if path in PATIENT else "60s"},
            "backendRefs": [{"name": f"cinnabar-{name}", "port": 80}],
        }
        for path in paths
    ]
    if "/" in paths:
        inner = [{"path": {"type": "Exact", "value": path}} for path in INNER]
        home = {"path": {"type": "ReplaceFullPath", "replaceFullPath": "/"}, "statusCode": 302}
        rules.insert(0, {"matches": inner, "filters": [{"type": "RequestRedirect", "requestRedirect": home}]})
    return {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "HTTPRoute",
        "metadata": _metadata(f"cinnabar-{name}", name),
        "spec": {"parentRefs": [{"name": "cinnabar", "sectionName": "https"}], "rules": rules},
    }


# For probes and scrapers inside; nobody outside needs them.
INNER = ("/metrics", "/healthz", "/readyz")


def caddyfile(paths: dict[str, list[str]]) -> str:
    lines = ["# Generated by `make manifests`: which service answers which path.", ":8080 {"]
    lines += [f"\tredir {path} / 302" for path in INNER]
    ordered = sorted(((path, name) for name, each in paths.items() for path in each), key=lambda pair: -len(pair[0]))
    for path, name in ordered:
        if path == "/":
            lines += ["\thandle {", f"\t\treverse_proxy {name}:8080", "\t}"]
        else:
            lines += [f"\t@{_word(path)} path {path} {path}/*"]
            lines += [f"\thandle @{_word(path)} {{", f"\t\treverse_proxy {name}:8080", "\t}"]
    return "\n".join([*lines, "}", ""])


def configuration() -> str:
    """The settings as a table, from their model."""
    lines = [
        "# Configuration",
        "",
        "<!-- Generated from kit/settings.py: `make manifests`. -->",
        "",
        "Everything that may be set from outside, by environment variables. An empty one counts as not set.",
        "A value that cannot be read ends the start with a sentence that names the variable.",
        "",
        "| variable | default | connects | shared | what |",
        "|---|---|---|---|---|",
    ]
    for name, each in Settings.model_fields.items():
        marks: Any = each.json_schema_extra or {}
        connects, shared = ("yes" if marks.get(mark) else "" for mark in ("connects", "shared"))
        value = each.default.get_secret_value() if isinstance(each.default, SecretStr) else each.default
        shown = f"`{value}`" if value != "" else ""
        lines.append(f"| `CINNABAR_{name.upper()}` | {shown} | {connects} | {shared} | {each.description} |")
    lines += [
        "",
        "*connects*: a process with this setting opens connections to that address, so the network must let it;",
        "the network policies in `deploy/k8s` are held to this by a test.",
        "*shared*: all processes of a deployment must agree on it; one that does not is named by its own start and by",
        "`cinnabar doctor`.",
        "",
    ]
    return "\n".join(lines)


def _word(path: str) -> str:
    return path.strip("/").replace("/", "_").replace(".", "_")


def _metadata(name: str, service: str) -> dict[str, Any]:
    labels = {"app.kubernetes.io/name": service, "app.kubernetes.io/part-of": "cinnabar"}
    return {"name": name, "namespace": NAMESPACE, "labels": labels}


def _document(*objects: dict[str, Any]) -> str:
    head = "# Generated by `make manifests` from the services' declarations.\n"
    return head + "---\n".join(yaml.safe_dump(each, sort_keys=False, width=120) for each in objects)


def main() -> int:
    stale = [path for path, text in generated().items() if not path.exists() or path.read_text() != text]
    if "--write" in sys.argv:
        for path in stale:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(generated()[path])
        return 0
    for path in stale:
        sys.stderr.write(f"stale: {path.relative_to(HERE.parent)}; run `make manifests`\n")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())

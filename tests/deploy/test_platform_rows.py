"""Rows 30 to 42 of the checklist in docs/operations.md: images, secrets, servers, edge, telemetry, jobs."""

from __future__ import annotations

import json
import re

import yaml
from prometheus_client import REGISTRY

import kit.metrics  # registers what we count
from kit.bus.declaration import declare
from kit.service import NAMES
from kit.settings import Settings
from tests.deploy.kustomize import containers, pod_spec
from tests.deploy.objects import (
    LOCAL,
    all_containers,
    both,
    by_name,
    config_of,
    megabytes,
    named,
    of_kind,
    pods,
    services,
)
from tests.deploy.overlays import K8S, PRODUCTION, TOP, rendered

FLOATING = {"latest", "main", "master", "edge", "stable", "dev", "nightly"}


def test_row_30_images_are_named_exactly() -> None:
    for name, one in all_containers(LOCAL):
        tag = one["image"].rpartition(":")[2] if ":" in one["image"].rpartition("/")[2] else ""
        assert re.fullmatch(r"\d+\.\d+\.\d+(-[a-z0-9]+)?", tag), f"{name}: {one['image']}"
        assert tag not in FLOATING
    for name, one in all_containers(PRODUCTION):
        assert re.search(r"@sha256:[0-9a-f]{64}$", one["image"]), f"{name}: {one['image']}"
    policy = named(PRODUCTION, "ValidatingAdmissionPolicy", "cinnabar-pinned-images")
    assert "@sha256:[0-9a-f]{64}$" in policy["spec"]["validations"][0]["expression"]
    assert named(PRODUCTION, "ValidatingAdmissionPolicyBinding", "cinnabar-pinned-images")["spec"][
        "validationActions"
    ] == ["Deny"]


def test_row_31_the_image_build() -> None:
    lines = (TOP / "deploy/images/Dockerfile").read_text()
    assert lines.count("\nFROM ") == 2, "what builds stays behind"
    assert "--require-hashes" in lines
    assert 'CMD ["run"]' in lines
    ignored = (TOP / "deploy/images/Dockerfile.dockerignore").read_text().splitlines()
    assert "*" in ignored, "nothing but what is named"
    for name in (*NAMES, "operate", "build"):
        lock = (TOP / "requirements/images" / f"{name}.txt").read_text()
        pins = re.findall(r"^[a-z0-9._-]+==\S+", lock, re.MULTILINE)
        assert pins, name
        assert all(f"{pin} " in lock and "--hash=sha256:" in lock.split(pin, 1)[1][:400] for pin in pins), name
        assert "://" not in lock, "locks name no place"


def test_row_31_an_image_holds_what_was_tested() -> None:
    tested = pinned("requirements/dev.txt")
    for name in (*NAMES, "operate", "build"):
        assert pinned(f"requirements/images/{name}.txt").items() <= tested.items(), f"{name}: run `make lock`"


def pinned(path: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", (TOP / path).read_text(), re.MULTILINE))


SECRET_WORDS = re.compile(r"password|secret|token|private key|BEGIN [A-Z ]*KEY", re.IGNORECASE)


def test_row_34_no_secret_is_in_git() -> None:
    for overlay in (LOCAL, PRODUCTION):
        assert not of_kind(overlay, "Secret")
        for name, one in all_containers(overlay):
            for variable in one.get("env", []):
                secret = SECRET_WORDS.search(variable["name"])
                assert not secret or "secretKeyRef" in variable.get("valueFrom", {}), f"{name}: {variable['name']}"
        for each in of_kind(overlay, "ConfigMap"):
            for key, value in each["data"].items():
                for line in value.splitlines() if not key.startswith("CINNABAR") else [f"{key}={value}"]:
                    assert not re.search(
                        r"(password|secret)\W*[:=]\s*[\"']?(?!\$)[A-Za-z0-9]{6}", line, re.IGNORECASE
                    ), line


def test_row_34_every_secret_that_is_asked_for_is_provided() -> None:
    """In production by external-secrets and cert-manager, in a throw-away cluster by deploy/local_secrets.py."""
    from deploy.local_secrets import make

    provided = {
        each["spec"]["target"]["name"]: {one["secretKey"] for one in each["spec"]["data"]}
        for each in of_kind(PRODUCTION, "ExternalSecret")
    }
    provided |= {
        each["spec"]["secretName"]: {"ca.crt", "tls.crt", "tls.key"} for each in of_kind(PRODUCTION, "Certificate")
    }
    assert missing(PRODUCTION, provided) == []
    assert missing(LOCAL, {name: set(data) for name, data in make().items()}) == []
    for each in of_kind(PRODUCTION, "ExternalSecret"):
        assert each["apiVersion"] == "external-secrets.io/v1"
        assert each["spec"]["target"]["creationPolicy"] == "Owner"
        assert "refreshInterval" in each["spec"]


def missing(overlay: str, provided: dict[str, set[str]]) -> list[str]:
    asked: list[tuple[str, str | None]] = []
    for _, spec in pods(overlay):
        for one in containers(spec):
            references = [variable.get("valueFrom", {}).get("secretKeyRef") for variable in one.get("env", [])]
            asked += [(each["name"], each["key"]) for each in references if each]
        for volume in spec["volumes"]:
            if secret := volume.get("secret"):
                asked += [(secret["secretName"], item["key"]) for item in secret.get("items", [])] or [
                    (secret["secretName"], None)
                ]
    return sorted(
        {f"{name}/{key}" for name, key in asked if name not in provided or (key and key not in provided[name])}
    )


@both
def test_row_35_a_changed_setting_changes_the_pods(overlay: str) -> None:
    """The generated name holds a hash of the contents, and the pods name it."""
    names = {each["metadata"]["name"] for each in of_kind(overlay, "ConfigMap")}
    for name, spec in pods(overlay):
        used = [source["configMapRef"]["name"] for one in containers(spec) for source in one.get("envFrom", [])]
        used += [volume["configMap"]["name"] for volume in spec["volumes"] if "configMap" in volume]
        assert set(used) <= names, name
        assert all(re.search(r"-[a-z0-9]{10}$", each) for each in used), name


def test_row_36_the_base_knows_no_environment() -> None:
    texts = "\n".join(file.read_text("utf-8") for file in (K8S / "base").rglob("*.*"))
    for word in ("idrija", "registry.", "cinnabar.example", "localhost/cinnabar"):
        assert word not in texts, word
    assert {folder.name for folder in (K8S / "overlays").iterdir()} == {"local", "stage", "production"}


def test_row_36_a_stage_differs_from_production_by_its_addresses_alone() -> None:
    stage, production = by_name(rendered("overlays/stage")), by_name(rendered(PRODUCTION))
    assert set(stage) == set(production)
    differing = {name for name, each in stage.items() if each != production[name]}
    settings = {f"ConfigMap/cinnabar-{name}" for name in NAMES}
    assert differing == {"Gateway/cinnabar", *settings}
    assert "stage.cinnabar.example" in str(stage["Gateway/cinnabar"])


@both
def test_row_37_nats(overlay: str) -> None:
    each = named(overlay, "StatefulSet", "nats")
    config = next(one["data"] for one in of_kind(overlay, "ConfigMap") if "nats.conf" in one["data"])
    conf = config["nats.conf"]
    assert each["spec"]["replicas"] == 3
    assert each["spec"]["podManagementPolicy"] == "Parallel"
    assert each["spec"]["volumeClaimTemplates"]
    assert "sync_interval: always" in conf
    lame_duck = int(re.search(r"lame_duck_duration: (\d+)s", conf)[1])  # type: ignore[index]
    assert lame_duck >= 30, "the server refuses to start with less"
    assert (pod_spec(each) or {})["terminationGracePeriodSeconds"] > lame_duck + 10
    assert conf.count("tls {") == 2
    assert "verify: true" in conf
    users = re.findall(r"user: (\w+)", config["users.conf"])
    assert set(NAMES) <= set(users)
    assert len(users) == len(set(users))
    for settings in (one["data"] for one in of_kind(overlay, "ConfigMap") if "CINNABAR_STREAM_REPLICAS" in one["data"]):
        assert settings["CINNABAR_STREAM_REPLICAS"] == "3"
    size = int(re.search(r"max_file_store: (\d+)GB", conf)[1])  # type: ignore[index]
    claim = each["spec"]["volumeClaimTemplates"][0]["spec"]["resources"]["requests"]["storage"]
    assert 1000 * size < 0.95 * megabytes(claim)


def test_row_37_every_stream_finds_its_room() -> None:
    """JetStream sets a stream's limit aside when the stream is made; GB are 2^30 bytes to it."""
    conf = named(PRODUCTION, "ConfigMap", config_of("nats"))["data"]["nats.conf"]
    room = int(re.search(r"max_file_store: (\d+)GB", conf)[1]) * 2**30  # type: ignore[index]
    default = Settings.model_fields["stream_max_bytes"].default
    assert len(declare([], "any", 3).streams) * default <= room


def test_row_37_a_service_may_say_its_own_events_and_no_other() -> None:
    """What the registry says each service publishes, and the subjects its user may publish to."""
    users = named(PRODUCTION, "ConfigMap", config_of("nats"))["data"]["users.conf"]
    for name in NAMES:
        allowed = re.search(rf"user: {name}\n.*?allow: \[(.*?)\]", users, re.DOTALL)[1]  # type: ignore[index]
        said = [subject for subject in re.findall(r'"([^"]+)"', allowed) if subject.startswith("cinnabar.")]
        assert said == [f"cinnabar.*.{name}.>"]


@both
def test_row_38_mongodb(overlay: str) -> None:
    each = named(overlay, "StatefulSet", "mongo")
    arguments = (pod_spec(each) or {})["containers"][0]["args"]
    assert each["spec"]["replicas"] == 3
    assert each["spec"]["volumeClaimTemplates"]
    assert "--tlsMode=requireTLS" in arguments
    assert any(one.startswith("--keyFile=") for one in arguments)
    assert named(overlay, "CronJob", "mongo-backup")
    assert 'WriteConcern(w="majority", j=True)' in (TOP / "kit/store/client.py").read_text()


def test_row_39_one_public_door() -> None:
    kinds = {each["spec"].get("type", "ClusterIP") for each in of_kind(PRODUCTION, "Service")}
    assert kinds == {"ClusterIP"}
    gateway = of_kind(PRODUCTION, "Gateway")
    assert len(gateway) == 1
    https = gateway[0]["spec"]["listeners"][0]
    assert (https["protocol"], https["tls"]["mode"]) == ("HTTPS", "Terminate")
    for route in of_kind(PRODUCTION, "HTTPRoute"):
        for rule in route["spec"]["rules"]:
            assert "backendRefs" not in rule or "request" in rule["timeouts"]
    hidden = {
        match["path"]["value"]
        for route in of_kind(PRODUCTION, "HTTPRoute")
        for rule in route["spec"]["rules"]
        if "filters" in rule
        for match in rule.get("matches", [])
    }
    assert {"/metrics", "/healthz", "/readyz"} <= hidden


@both
def test_row_40_telemetry(overlay: str) -> None:
    for each in services(overlay).values():
        (one,) = (pod_spec(each) or {})["containers"]
        variables = {variable["name"]: variable for variable in one["env"]}
        assert variables["CINNABAR_OTLP_ENDPOINT"]["value"].endswith(":4318")
        for part in ("k8s.pod.name=$(POD_NAME)", "k8s.node.name=$(NODE_NAME)", "k8s.namespace.name=$(NAMESPACE)"):
            assert part in variables["OTEL_RESOURCE_ATTRIBUTES"]["value"]
        assert each["spec"]["template"]["metadata"]["annotations"]["prometheus.io/path"] == "/metrics"
    telemetry = (TOP / "kit/telemetry.py").read_text()
    assert all(word in telemetry for word in ("service.name", "service.version", "service.namespace"))


# What the exporter beside each nats-server says (its README), and what Prometheus itself does.


OF_OTHERS = {"jetstream_consumer_num_pending", "up", "target_info"}


def test_row_41_alerts_and_dashboards_name_metrics_that_exist() -> None:
    ours = {sample.name for metric in REGISTRY.collect() for sample in metric.samples}
    ours |= {
        f"{metric.name}{end}" for metric in REGISTRY.collect() for end in ("_total", "_bucket", "_count", "_sum", "")
    }
    assert kit.metrics.HANDLED
    groups = yaml.safe_load((K8S / "base/observe/rules.yaml").read_text())["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    dashboard = json.loads((K8S / "base/observe/dashboard.json").read_text())
    expressions = [rule["expr"] for rule in rules]
    expressions += [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    names = {
        name
        for each in expressions
        for name in METRIC.findall(
            re.sub(r"\{[^}]*\}|\[[^\]]*\]|(by|without|on|group_left) \([^)]*\)|\"[^\"]*\"", " ", each)
        )
    }
    assert sorted(names - ours - OF_OTHERS) == []
    for rule in rules:
        assert {"summary", "mend", "runbook"} <= set(rule["annotations"])
        assert rule["labels"]["severity"] in {"page", "ticket"}
    shown = " ".join(target["expr"] for panel in dashboard["panels"] for target in panel["targets"])
    assert {"municipality", "service"} <= {each["name"] for each in dashboard["templating"]["list"]}
    assert "by (municipality, service)" in shown
    topics = " ".join(expressions)
    for word in ("consumer_lag", "redelivered", "dead_letters", "outbox_oldest", "source_age", "alert_seconds"):
        assert word in topics


METRIC = re.compile(r"\b(?:cinnabar|jetstream|process)_[a-z_]+|\btarget_info\b|\bup\b")


@both
def test_row_42_labels_quota_priority_and_jobs(overlay: str) -> None:
    for each in rendered(overlay):
        labels = each["metadata"].get("labels", {})
        assert {"app.kubernetes.io/name", "app.kubernetes.io/part-of"} <= set(labels), each["metadata"]
        cluster_wide = {"Namespace", "PriorityClass", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"}
        assert each["kind"] in cluster_wide or each["metadata"]["namespace"] == "cinnabar", each["metadata"]
    assert of_kind(overlay, "ResourceQuota")
    assert of_kind(overlay, "LimitRange")
    priorities = {each["metadata"]["name"] for each in of_kind(overlay, "PriorityClass")}
    assert {spec["priorityClassName"] for _, spec in pods(overlay)} == priorities
    for each in of_kind(overlay, "Job"):
        assert {"backoffLimit", "activeDeadlineSeconds", "ttlSecondsAfterFinished"} <= set(each["spec"])


@both
def test_jobs_come_before_the_services(overlay: str) -> None:
    """By waves where a tool knows them, and for everybody else because each service's pod waits for its own."""
    waves = {
        each["metadata"]["name"]: int(each["metadata"]["annotations"]["argocd.argoproj.io/sync-wave"])
        for each in of_kind(overlay, "Job")
    }
    for name, each in services(overlay).items():
        assert waves["mongo-users"] < waves[f"cinnabar-prepare-{name}"] < 0
        assert [one["args"] for one in (pod_spec(each) or {})["initContainers"]] == [["wait"]]
        job = pod_spec(named(overlay, "Job", f"cinnabar-prepare-{name}")) or {}
        assert [one["args"] for one in containers(job)] == [["migrate"], ["provision"]]
        assert {one["image"] for one in containers(job)} == {one["image"] for one in containers(pod_spec(each) or {})}


@both
def test_a_variable_is_named_before_it_is_used(overlay: str) -> None:
    """Kubernetes fills `$(NAME)` only from what stands above it, and else leaves it as it is written."""
    for name, one in all_containers(overlay):
        above: set[str] = set()
        for variable in one.get("env", []):
            assert set(re.findall(r"\$\((\w+)\)", variable.get("value", ""))) <= above, f"{name}: {variable['name']}"
            above.add(variable["name"])


@both
def test_settings_are_ones_the_services_know(overlay: str) -> None:
    known = {f"CINNABAR_{name.upper()}" for name in Settings.model_fields} | {"CINNABAR_SERVICE"}
    for each in of_kind(overlay, "ConfigMap"):
        assert {key for key in each["data"] if key.startswith("CINNABAR_")} <= known
    for name, one in all_containers(overlay):
        assert {each["name"] for each in one.get("env", []) if each["name"].startswith("CINNABAR_")} <= known, name

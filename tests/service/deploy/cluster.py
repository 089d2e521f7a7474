"""Real servers configured by the rendered manifests: what the ConfigMap and the arguments say, on loopback."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from kit.embedded import wheels
from kit.embedded.processes import ServerProcess, free_port
from tests.deploy.kustomize import Object, containers, pod_spec
from tests.deploy.overlays import rendered
from tests.waiting import until

OVERLAY = "overlays/local"
MEMBERS = 3


@dataclass(frozen=True)
class Cluster:
    """`secrets` as the cluster has them; `environment(...)` is what a pod's container sees."""

    folder: Path
    secrets: dict[str, dict[str, str]]
    nats_ports: list[int]
    mongo_port: int

    def environment(self, kind: str, name: str, container: str) -> dict[str, str]:
        """A container's variables as the kubelet would fill them, with this machine's ports for the cluster's names."""
        workload = found(kind, name)
        one = next(each for each in containers(pod_spec(workload) or {}) if each["name"] == container)
        seen = {
            key: value
            for source in one.get("envFrom", [])
            for key, value in found("ConfigMap", source["configMapRef"]["name"])["data"].items()
        }
        labels = workload["spec"]["template"]["metadata"]["labels"]
        for variable in one["env"]:
            seen[variable["name"]] = self._value(variable, labels, seen)
        return {key: self._here(value) for key, value in seen.items()}

    def _value(self, variable: Object, labels: dict[str, str], seen: dict[str, str]) -> str:
        source = variable.get("valueFrom", {})
        if reference := source.get("secretKeyRef"):
            return self.secrets[reference["name"]][reference["key"]]
        if reference := source.get("fieldRef"):
            label = re.fullmatch(r"metadata\.labels\['(.*)'\]", reference["fieldPath"])
            return labels[label[1]] if label else "somewhere"
        value: str = variable["value"]
        return re.sub(r"\$\((\w+)\)", lambda match: seen.get(match[1], match[0]), value)

    def _here(self, text: str) -> str:
        text = text.replace("/etc/cinnabar/ca", str(self.folder / "cinnabar-ca"))
        text = text.replace("/etc/cinnabar/issuer", str(self.folder / "cinnabar-local-issuer"))
        text = text.replace("@nats:4222", f"@127.0.0.1:{self.nats_ports[0]}").replace("http://collector:4318", "")
        members = ",".join(f"mongo-{place}.mongo:27017" for place in range(MEMBERS))
        return text.replace(members, f"127.0.0.1:{self.mongo_port}")


def found(kind: str, name: str) -> Object:
    return next(one for one in rendered(OVERLAY) if one["kind"] == kind and one["metadata"]["name"] == name)


@asynccontextmanager
async def cluster(folder: Path, secrets: dict[str, dict[str, str]]) -> AsyncIterator[Cluster]:
    """Three nats-servers and one mongod, with TLS and users, stopped at the end."""
    for name, data in secrets.items():
        for key, value in data.items():
            file = folder / name / key
            file.parent.mkdir(exist_ok=True)
            file.touch(mode=0o600)
            file.write_text(value)
    ports = [free_port() for _ in range(3 * MEMBERS + 1)]
    clients, routes, monitors, mongo = ports[:3], ports[3:6], ports[6:9], ports[9]
    here = Cluster(folder, secrets, clients, mongo)
    async with AsyncExitStack() as stack:
        # `sync_interval: always` of three servers on one disk would be this test's whole time
        quick = "/dev/shm" if Path("/dev/shm").is_dir() else None
        data_dir = Path(stack.enter_context(TemporaryDirectory(dir=quick)))
        for place in range(MEMBERS):
            server = ServerProcess("nats-server", folder / f"nats-{place}")
            config = _nats_config(here, place, data_dir / str(place), clients, routes, monitors)
            monitor = monitors[place]
            # the first ones wait for a second to form a majority, so readiness is only that they listen
            await server.start([wheels.nats_server(), "-c", config], lambda port=monitor: _answers(port, "/"))
            stack.push_async_callback(server.stop)
        await _until_ready(monitors)
        server = ServerProcess("mongod", folder / "mongo")
        await server.start([wheels.mongod(), *_mongod_arguments(here)], lambda: _listens(here))
        stack.push_async_callback(server.stop)
        yield here


def _nats_config(
    here: Cluster, place: int, data_dir: Path, clients: list[int], routes: list[int], monitors: list[int]
) -> Path:
    """The ConfigMap's files, with this machine's folders and ports and, as in the pod, passwords by environment."""
    folder = here.folder / f"nats-{place}"
    folder.mkdir()
    mounted = next(one for one in (pod_spec(found("StatefulSet", "nats")) or {})["volumes"] if "configMap" in one)
    data = found("ConfigMap", mounted["configMap"]["name"])["data"]
    environment = here.environment("StatefulSet", "nats", "nats") | {"POD_NAME": f"nats-{place}"}
    replaced = {
        "/etc/nats/tls": str(here.folder / "nats-tls"),
        '"/data"': f'"{data_dir}"',
        "/run/nats": str(folder),
        "0.0.0.0:4222": f"127.0.0.1:{clients[place]}",
        "0.0.0.0:6222": f"127.0.0.1:{routes[place]}",
        "0.0.0.0:8222": f"127.0.0.1:{monitors[place]}",
        **{f"nats-{other}.nats-headless:6222": f"127.0.0.1:{routes[other]}" for other in range(MEMBERS)},
    }
    for name, text in data.items():
        here_text = re.sub(r"\$((?:NATS|POD)_[A-Z_]+)", lambda match: environment[match[1]], text)
        for there, ours in replaced.items():
            here_text = here_text.replace(there, ours)
        (folder / name).write_text(here_text)
    return folder / "nats.conf"


def _mongod_arguments(here: Cluster) -> list[str]:
    container = (pod_spec(found("StatefulSet", "mongo")) or {})["containers"][0]
    folder = here.folder / "mongo"
    (folder / "db").mkdir(parents=True)
    tls = here.secrets["mongo-tls"]
    (folder / "server.pem").write_text(tls["tls.crt"] + tls["tls.key"])
    replaced = {
        "--bind_ip_all": "--bind_ip=127.0.0.1",
        "--dbpath=/data/db": f"--dbpath={folder}/db",
        "--keyFile=/run/mongo/keyfile": f"--keyFile={here.folder}/mongo-key/keyfile",
        "--tlsCertificateKeyFile=/run/mongo/server.pem": f"--tlsCertificateKeyFile={folder}/server.pem",
        "--tlsCAFile=/etc/mongo/tls/ca.crt": f"--tlsCAFile={here.folder}/mongo-tls/ca.crt",
    }
    assert set(replaced) <= set(container["args"])
    return [replaced.get(argument, argument) for argument in container["args"]] + [f"--port={here.mongo_port}"]


async def _answers(port: int, path: str) -> bool:
    try:
        async with httpx.AsyncClient() as client:
            return (await client.get(f"http://127.0.0.1:{port}{path}")).status_code == 200
    except httpx.HTTPError:
        return False


async def _until_ready(monitors: list[int]) -> None:
    async def ready() -> bool:
        return all([await _answers(port, "/healthz") for port in monitors])

    await until(ready)


async def _listens(here: Cluster) -> bool:
    url = f"mongodb://127.0.0.1:{here.mongo_port}/?tls=true&tlsCAFile={here.folder}/cinnabar-ca/ca.crt"
    try:
        with MongoClient(url, directConnection=True, serverSelectionTimeoutMS=500) as client:
            client.admin.command("ping")
    except PyMongoError:
        return False
    return True

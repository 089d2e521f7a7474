"""A kube-apiserver and its etcd from a folder of binaries, on loopback, with nothing behind them."""

from __future__ import annotations

import json
import secrets
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from deploy.local_secrets import Authority
from kit.embedded.processes import free_port
from tests.deploy.kustomize import Object

START_SECONDS = 120


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    error: str

    @property
    def warnings(self) -> list[str]:
        return [line for line in self.error.splitlines() if line.startswith("Warning:")]


@dataclass(frozen=True)
class Kubectl:
    program: Path
    config: Path

    def ask(self, *arguments: str, objects: Sequence[Object] = ()) -> Answer:
        given = "\n---\n".join(json.dumps(each) for each in objects) if objects else None
        command = [self.program, f"--kubeconfig={self.config}", *arguments, *(["-f", "-"] if objects else [])]
        done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
        return Answer(done.returncode, done.stdout, done.stderr)

    def apply(self, *objects: Object) -> Answer:
        return self.ask("apply", "--server-side", "--validate=strict", objects=objects)

    def try_out(self, *objects: Object) -> Answer:
        """What the server would answer, warnings and all, without changing anything."""
        return self.ask("apply", "--dry-run=server", "--validate=strict", objects=objects)

    def get(self, *arguments: str) -> Any:
        answer = self.ask("get", *arguments, "-o", "json")
        assert answer.code == 0, answer.error
        return json.loads(answer.out)


class ApiServer:
    def __init__(self, assets: Path, folder: Path) -> None:
        self._assets = assets
        self._folder = folder

    @contextmanager
    def running(self) -> Iterator[Kubectl]:
        client, peer, port = free_port(), free_port(), free_port()
        token = secrets.token_hex(16)
        self._write_keys(token)
        kubectl = Kubectl(self._assets / "kubectl", self._write_config(port, token))
        with ExitStack() as stack:
            data = stack.enter_context(tempfile.TemporaryDirectory())
            etcd = f"http://127.0.0.1:{client}"
            peers = f"http://127.0.0.1:{peer}"
            self._start(
                stack,
                "etcd",
                f"--data-dir={data}",
                f"--listen-client-urls={etcd}",
                f"--advertise-client-urls={etcd}",
                f"--listen-peer-urls={peers}",
                f"--initial-advertise-peer-urls={peers}",
                f"--initial-cluster=default={peers}",
                "--unsafe-no-fsync",
            )
            server = self._start(
                stack,
                "kube-apiserver",
                f"--etcd-servers={etcd}",
                f"--secure-port={port}",
                "--bind-address=127.0.0.1",
                "--service-cluster-ip-range=10.0.0.0/24",
                f"--tls-cert-file={self._folder}/server.crt",
                f"--tls-private-key-file={self._folder}/server.key",
                f"--service-account-key-file={self._folder}/accounts.key",
                f"--service-account-signing-key-file={self._folder}/accounts.key",
                "--service-account-issuer=https://kubernetes.default.svc",
                f"--token-auth-file={self._folder}/tokens.csv",
                "--authorization-mode=RBAC",
                # there is no controller to make the default accounts
                "--disable-admission-plugins=ServiceAccount",
            )
            self._until_ready(kubectl, server)
            yield kubectl

    def _start(self, stack: ExitStack, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        log = stack.enter_context((self._folder / f"{name}.log").open("wb"))
        process = subprocess.Popen([self._assets / name, *arguments], stdout=log, stderr=log)
        stack.callback(process.wait)
        stack.callback(process.terminate)
        return process

    def _until_ready(self, kubectl: Kubectl, server: subprocess.Popen[bytes]) -> None:
        ends = time.monotonic() + START_SECONDS
        while kubectl.ask("get", "--raw=/readyz").code:
            log = (self._folder / "kube-apiserver.log").read_text("utf-8", "replace")
            assert server.poll() is None, log[-3000:]
            assert time.monotonic() < ends, log[-3000:]
            time.sleep(0.2)

    def _write_keys(self, token: str) -> None:
        certificate = Authority().certificate(["127.0.0.1", "localhost", "kubernetes.default.svc"])
        (self._folder / "server.crt").write_text(certificate["tls.crt"])
        (self._folder / "server.key").write_text(certificate["tls.key"])
        (self._folder / "ca.crt").write_text(certificate["ca.crt"])
        encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL
        key = rsa.generate_private_key(65537, 2048).private_bytes(encoding, form, serialization.NoEncryption())
        (self._folder / "accounts.key").write_bytes(key)
        (self._folder / "tokens.csv").write_text(f"{token},tests,tests,system:masters\n")

    def _write_config(self, port: int, token: str) -> Path:
        server = {"server": f"https://127.0.0.1:{port}", "certificate-authority": str(self._folder / "ca.crt")}
        config = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "tests", "cluster": server}],
            "users": [{"name": "tests", "user": {"token": token}}],
            "contexts": [{"name": "tests", "context": {"cluster": "tests", "user": "tests"}}],
            "current-context": "tests",
        }
        file = self._folder / "kubeconfig"
        file.write_text(yaml.safe_dump(config))
        return file

"""Every image is built for real, runs as it would in a pod, and is the same at the second build.

Asked for by CINNABAR_IMAGES=1, for it takes minutes and needs root, buildah or podman, and a base image
(deploy/images/local_base.sh makes one). CINNABAR_BUILD_OPTIONS goes to the builder.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from deploy.images import build as images
from kit.bus.bus import Bus
from kit.bus.provision import provision
from kit.embedded import Embedded
from kit.embedded.processes import free_port
from kit.runtime import declaration_of
from kit.service import NAMES, load
from kit.settings import Settings
from tests.waiting import until

TAG = "localhost/cinnabar/{}:test"

pytestmark = [
    pytest.mark.timeout(1800),
    pytest.mark.skipif(
        not os.environ.get("CINNABAR_IMAGES"),
        reason="THE IMAGES WERE NOT BUILT NOR RUN: set CINNABAR_IMAGES=1, with podman and a base image",
    ),
]


@pytest.fixture(scope="session")
def built() -> dict[str, str]:
    """Image -> digest."""
    if not shutil.which("podman"):
        pytest.fail("CINNABAR_IMAGES is set, and there is no podman here")
    return {name: build(name) for name in (*NAMES, "operate")}


def build(name: str, *options: str, version: str = "test") -> str:
    command = [sys.executable, "-m", "deploy.images.build", "--version", version, *options, name]
    done = subprocess.run(command, cwd=images.TOP, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    sys.stdout.write(done.stdout)
    return done.stdout.split()[1]


@pytest.fixture
async def settings(empty: Embedded) -> AsyncIterator[Settings]:
    settings = Settings(nats_url=empty.nats_url, mongo_url=empty.mongo_url)
    bus = Bus(settings.nats_url, "provision", 1)
    await bus.connect()
    await provision(bus.jetstream, declaration_of([load(name) for name in NAMES], settings))
    await bus.stop()
    yield settings


@pytest.mark.parametrize("name", NAMES)
async def test_it_runs_as_in_a_pod_and_is_ready(built: dict[str, str], settings: Settings, name: str) -> None:
    port = free_port()
    container = podman(
        *("run", "-d", "--network=host", "--read-only", "--tmpfs=/tmp", "--cap-drop=all"),
        *("--security-opt=no-new-privileges", "-v", "/var/lib/cinnabar"),
        *("-e", f"CINNABAR_PORT={port}", "-e", "CINNABAR_HOST=127.0.0.1", "-e", "CINNABAR_DATA_DIR=/var/lib/cinnabar"),
        *("-e", f"CINNABAR_NATS_URL={settings.nats_url}", "-e", f"CINNABAR_MONGO_URL={settings.mongo_url}"),
        TAG.format(name),
    )
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:

            async def ready() -> bool:
                try:
                    return (await client.get("/readyz")).status_code == 200
                except httpx.TransportError:
                    running = podman("inspect", "-f", "{{.State.Running}}", container)
                    assert running == "true", podman("logs", container)
                    return False

            await until(ready, seconds=120)
            assert (await client.get(f"/api/{name}/nothing")).status_code == 404
        status = podman("exec", container, "python3", "-c", "print(open('/proc/1/status').read())")
        found = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
        assert found["Uid"].split()[0] == "10001"
        assert (int(found["CapEff"], 16), found["NoNewPrivs"]) == (0, "1")
        podman("exec", container, "python3", "-m", "kit.health")
        others = podman("exec", container, "python3", "-c", "import os; print(os.listdir('/deps/services'))")
        assert not [other for other in NAMES if other != name and f"'{other}'" in others]
        await asyncio.to_thread(podman, "stop", "-t", "60", container)
        assert podman("inspect", "-f", "{{.State.ExitCode}}", container) == "0", podman("logs", container)
    finally:
        podman("rm", "-f", "-v", container)


def test_an_image_that_cannot_reach_its_servers_says_so(built: dict[str, str]) -> None:
    options = ["-e", "CINNABAR_NATS_URL=nats://127.0.0.1:1", "-e", "CINNABAR_MONGO_URL=mongodb://127.0.0.1:1/"]
    command = [
        "podman",
        "run",
        "--rm",
        "--network=host",
        "--read-only",
        "--tmpfs=/tmp",
        *options,
        TAG.format("sensors"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "check CINNABAR_" in done.stderr + done.stdout


def test_built_again_it_is_the_same() -> None:
    assert build("funding") == build("funding")


def test_dockers_form_keeps_the_health_check(built: dict[str, str]) -> None:
    build("operate", "--format", "docker", version="docker")
    found = json.loads(podman("image", "inspect", TAG.format("operate").replace(":test", ":docker")))[0]
    assert found["Healthcheck"]["Test"] == ["CMD", "python3", "-m", "kit.health"]


def test_a_release_is_pushed_signed_attested_and_verified(tmp_path: Path) -> None:
    """On a registry of this machine's own, with a key made here; nothing is told to a public log."""
    tools = {name: shutil.which(name) for name in ("cosign", "docker-registry")}
    if None in tools.values():
        pytest.skip(f"NO IMAGE WAS SIGNED: this needs {' and '.join(tools)} in the PATH")
    build("operate", version=images.version())
    port = free_port()
    config = tmp_path / "registry.yaml"
    storage = f"storage: {{filesystem: {{rootdirectory: {tmp_path}/registry}}}}"
    config.write_text(f"version: 0.1\n{storage}\nhttp: {{addr: 127.0.0.1:{port}}}\n")
    environment = os.environ | {
        "COSIGN_PASSWORD": "",
        "KEY": str(tmp_path / "cosign.key"),
        "PUSH_OPTIONS": "--tls-verify=false",
        "COSIGN_OPTIONS": "--use-signing-config=false --tlog-upload=false --allow-http-registry",
        "VERIFY_OPTIONS": "--insecure-ignore-tlog=true --allow-http-registry",
    }
    subprocess.run(["cosign", "generate-key-pair"], cwd=tmp_path, env=environment, check=True)
    with subprocess.Popen(["docker-registry", "serve", config], stderr=subprocess.DEVNULL) as registry:
        try:
            publish = [images.TOP / "deploy" / "images" / "publish.sh", f"127.0.0.1:{port}/cinnabar", "operate"]
            done = subprocess.run(publish, env=environment, capture_output=True, text=True, check=False)
        finally:
            registry.terminate()
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.fullmatch(
        rf"python -m deploy\.pin operate sha256:[0-9a-f]{{64}} --name 127\.0\.0\.1:{port}/cinnabar/operate\n",
        done.stdout,
    )
    provenance = json.loads((images.OUT / "operate.provenance.json").read_text())
    assert provenance["buildDefinition"]["externalParameters"]["version"] == images.version()


def test_labels_and_size(built: dict[str, str]) -> None:
    for name in NAMES:
        found = json.loads(podman("image", "inspect", TAG.format(name)))[0]
        assert found["Labels"]["org.opencontainers.image.title"] == f"Cinnabar {name}"
        assert found["Labels"]["org.opencontainers.image.licenses"] == "EUPL-1.2"
        assert found["User"] == "10001:10001"


def test_the_bills_of_materials_meet_the_official_schema(built: dict[str, str], tmp_path: Path) -> None:
    """Judged by CycloneDX's own library, in an environment of its own, for its pins clash with others."""
    python = tmp_path / "venv" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    subprocess.run([python, "-m", "pip", "install", "-q", "cyclonedx-python-lib[json-validation]"], check=True)
    judge = (
        "import sys; from cyclonedx.schema import SchemaVersion\n"
        "from cyclonedx.validation.json import JsonStrictValidator\n"
        "wrong = JsonStrictValidator(SchemaVersion.V1_6).validate_str(open(sys.argv[1]).read())\n"
        "sys.exit(str(wrong) if wrong else 0)"
    )
    for name in built:
        file = images.OUT / f"{name}.cdx.json"
        done = subprocess.run([python, "-c", judge, file], capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{name}: {done.stderr}"
        components = {each["name"] for each in json.loads(file.read_text())["components"]}
        assert "motor" in components
        assert ("aiosmtplib" in components) == (name == "notifications")


def podman(*arguments: str) -> str:
    done = subprocess.run(["podman", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"
    # a service writes to its stderr
    return done.stderr.strip() if arguments[0] == "logs" else done.stdout.strip()

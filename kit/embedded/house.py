"""What lives on the embedded servers: the services in one process or in five, and the note of where they are."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import signal
import socket
import sys
from pathlib import Path

import httpx
from pydantic import SecretStr

from kit.auth.people import DEMO_PEOPLE
from kit.auth.tokens import LocalIssuer
from kit.embedded import Embedded
from kit.embedded.gateway import create_gateway
from kit.run import run
from kit.serve import serve
from kit.service import Service, load
from kit.settings import Settings

# Who is to be told must be known before there is something to tell.
SERVICES = [load(name) for name in ("notifications", "actions", "funding", "sensors", "reporting")]


async def live(settings: Settings, servers: Embedded, *, processes: bool) -> int:
    """Serve until asked to stop; the exit code."""
    own = _settings(settings, servers)
    LocalIssuer(own.data_dir, own.oidc_audience, own.municipality)
    mqtt_url = servers.nats.mqtt_url if servers.nats else ""
    if processes:
        return await _five_processes(own, SERVICES, mqtt_url)
    return await run(own, SERVICES, when_ready=lambda: _announce(own, mqtt_url))


async def _five_processes(settings: Settings, services: list[Service], mqtt_url: str) -> int:
    addresses: dict[str, str] = {}
    children: list[asyncio.subprocess.Process] = []
    try:
        for service in services:
            port = _free_port()
            addresses[service.name] = f"http://127.0.0.1:{port}"
            children.append(await _child(settings, service.name, port))
            if service is services[0]:
                await _ready(addresses[service.name], children[-1])
        for child, address in zip(children, addresses.values(), strict=True):
            await _ready(address, child)

        async def when_started() -> None:
            _announce(settings, mqtt_url)

        started = await serve(create_gateway(services, addresses), settings.host, settings.port, when_started)
        return 0 if started else 1
    finally:
        for child in children:
            if child.returncode is None:
                child.send_signal(signal.SIGTERM)
        await asyncio.gather(*(child.wait() for child in children))


async def _child(settings: Settings, name: str, port: int) -> asyncio.subprocess.Process:
    environment = os.environ | {
        "CINNABAR_NATS_URL": settings.nats_url,
        "CINNABAR_NATS_PUBLIC_URL": settings.nats_public_url,
        "CINNABAR_NATS_ISSUER": settings.nats_issuer.get_secret_value(),
        "CINNABAR_NATS_SYSTEM_URL": settings.nats_system_url,
        "CINNABAR_MONGO_URL": settings.mongo_url,
        "CINNABAR_SMTP_URL": settings.smtp_url,
        "CINNABAR_SECRET": settings.secret.get_secret_value(),
        "CINNABAR_DATA_DIR": str(settings.data_dir),
        "CINNABAR_PUBLIC_URL": settings.public_url,
        "CINNABAR_HOST": "127.0.0.1",
        "CINNABAR_PORT": str(port),
        "CINNABAR_EMBEDDED": "true",
    }
    leash = Path(__file__).with_name("leash.py")
    return await asyncio.create_subprocess_exec(
        sys.executable,
        leash,
        str(os.getpid()),
        sys.executable,
        "-m",
        "kit.cli",
        "run",
        name,
        env=environment,
        start_new_session=True,
    )


async def _ready(address: str, child: asyncio.subprocess.Process, tries: int = 600) -> None:
    async with httpx.AsyncClient(timeout=2) as client:
        for _ in range(tries):
            if child.returncode is not None:
                raise RuntimeError(
                    f"a service ended at its start with code {child.returncode}; its last words are above"
                )
            try:
                if (await client.get(f"{address}/readyz")).status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            await asyncio.sleep(0.1)
    raise RuntimeError(f"the service at {address} did not get ready")


def _settings(settings: Settings, servers: Embedded) -> Settings:
    """The settings with what the embedded servers add; addresses given from outside stay."""
    data_dir = settings.data_dir.expanduser().resolve()
    return settings.model_copy(
        update={
            "nats_url": servers.nats_url,
            "nats_public_url": settings.nats_public_url or servers.nats_url,
            "nats_issuer": SecretStr(servers.nats.issuer) if servers.nats else settings.nats_issuer,
            "nats_system_url": servers.nats.system_url if servers.nats else settings.nats_system_url,
            "mongo_url": servers.mongo_url,
            "smtp_url": settings.smtp_url or servers.smtp_url,
            "data_dir": data_dir,
            "secret": SecretStr(settings.secret.get_secret_value() or _own_secret(data_dir / "secret")),
            "public_url": os.environ.get("CINNABAR_PUBLIC_URL", f"http://{settings.host}:{settings.port}"),
            "embedded": True,
        }
    )


def _own_secret(file: Path) -> str:
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(48))
    return file.read_text()


def _announce(settings: Settings, mqtt_url: str) -> None:
    """Leave a note for other commands, and tell the person at the terminal where to look."""
    running = {
        "pid": os.getpid(),
        "url": settings.public_url,
        "nats_url": settings.nats_url,
        "mqtt_url": mqtt_url,
        "mongo_url": settings.mongo_url,
        "smtp_url": settings.smtp_url,
    }
    (settings.data_dir / "running.json").write_text(json.dumps(running, indent=2))
    people = "\n".join(
        f"    {person.user:<28} {person.name}, {', '.join(sorted(person.roles - {'viewer'})) or 'viewer'}"
        for person in DEMO_PEOPLE.values()
    )
    sys.stdout.write(
        f"\nCinnabar is ready for {settings.municipality_name}.\n\n"
        f"  Look        {settings.public_url}\n"
        f"  Mailbox     {settings.public_url}/mailbox\n"
        f"  API         {settings.public_url}/openapi.json\n"
        f"  Sign in at  {settings.public_url}/sign-in as one of\n{people}\n"
        f"  API token   cinnabar token --user officer@idrija.example\n"
        f"  Data        {settings.data_dir}\n"
        f"  Stop        Ctrl-C\n\n"
    )
    sys.stdout.flush()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

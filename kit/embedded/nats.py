"""A real nats-server with JetStream on loopback."""

from __future__ import annotations

import asyncio
import json
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from kit.auth.nkeys import AccountKey
from kit.embedded import wheels
from kit.embedded.processes import ServerProcess, free_port

SERVER_NAME = "cinnabar-embedded"
# The account of the streams, and the one integrators are let into, which holds what it imports alone: an answer is
# sent where its asker says, and among the streams it is as good as a command (docs/decisions/outside.md).
ACCOUNT, OUTSIDE = "CINNABAR", "OUTSIDE"
_READING = {"$JS.API.CONSUMER.MSG.NEXT.*.*": "stream", "$JS.API.CONSUMER.INFO.*.*": "single", "$JS.ACK.>": "single"}
_EXPORTS = [
    f'{{service: "{subject}", response_type: {answers}, accounts: [{OUTSIDE}]}}'
    for subject, answers in _READING.items()
]
_IMPORTS = [f'{{service: {{account: {ACCOUNT}, subject: "{subject}"}}}}' for subject in _READING]
HEALTH_REQUEST = b"GET /healthz HTTP/1.0\r\n\r\n"


class NatsServer:
    """`url` and `mqtt_url` for clients and `monitoring_url` (http) are known once started, and stay the same.

    `port` 0 lets the server choose one. `sync_always` has JetStream flush every message to disk before the
    acknowledgement: safe against a power cut, and much slower.

    Who connects without a name is one of this machine's own and may do everything; whoever gives one is let in by who
    holds `issuer` (auth callout). `system_url` is for looking after the server itself.
    """

    def __init__(self, data_dir: Path, *, port: int = 0, sync_always: bool = False) -> None:
        self.process = ServerProcess("nats-server", data_dir)
        self.url, self.mqtt_url = "", ""
        self.monitoring_url = ""
        self._program = wheels.nats_server()
        self._directory = data_dir / "nats"
        self.issuer, self._system_password = "", ""
        self._ports = (port, 0)
        self._mqtt_port = 0
        self._sync_always = sync_always

    async def start(self) -> None:
        """Returns when JetStream is ready. Raises EmbeddedError."""
        self._directory.mkdir(parents=True, exist_ok=True)
        for old in self._directory.glob("*.ports"):
            old.unlink()
        _move_streams(self._directory / "jetstream")
        self.issuer, self._system_password = _own_keys(self._directory / "keys.json")
        # the one port that the server does not write down where it chose it itself
        self._mqtt_port = self._mqtt_port or free_port()
        config = self._directory / "nats-server.conf"
        config.touch(mode=0o600)
        config.write_text(self._config())
        await self.process.start([self._program, "-c", config], self._is_ready)

    async def stop(self) -> None:
        await self.process.stop()

    @property
    def system_url(self) -> str:
        return self.url.replace("nats://", f"nats://system:{self._system_password}@")

    def _config(self) -> str:
        client, monitoring = (port or -1 for port in self._ports)  # -1: the server picks a free one
        sync = ", sync_interval: always" if self._sync_always else ""
        return (
            f"server_name: {SERVER_NAME}\n"
            f'listen: "127.0.0.1:{client}"\n'
            f'http: "127.0.0.1:{monitoring}"\n'
            f'mqtt {{ listen: "127.0.0.1:{self._mqtt_port}" }}\n'
            f"ports_file_dir: {json.dumps(str(self._directory))}\n"
            f"jetstream {{ store_dir: {json.dumps(str(self._directory))}{sync} }}\n"
            "system_account: SYS\n"
            "no_auth_user: local\n"
            "accounts {\n"
            f"  SYS: {{ users: [{{user: system, password: {json.dumps(self._system_password)}}}] }}\n"
            f"  {ACCOUNT}: {{\n"
            "    jetstream: enabled\n"
            f"    users: [{{user: local, password: {json.dumps(secrets.token_urlsafe(24))}}}]\n"
            f"    exports: [{', '.join(_EXPORTS)}]\n"
            "  }\n"
            f"  {OUTSIDE}: {{ imports: [{', '.join(_IMPORTS)}] }}\n"
            "}\n"
            f"authorization {{ auth_callout {{ issuer: {AccountKey(self.issuer).public}, account: {ACCOUNT}, "
            "auth_users: [local, system] } }\n"
        )

    async def _is_ready(self) -> bool:
        return self._read_ports() and await _healthy(self._ports[1])

    def _read_ports(self) -> bool:
        """The server writes its addresses to a file as soon as it listens."""
        try:
            ports = json.loads(next(self._directory.glob("*.ports")).read_text())
        except (StopIteration, FileNotFoundError, json.JSONDecodeError):
            return False
        self.url, self.monitoring_url = ports["nats"][0], ports["monitoring"][0]
        self._ports = (_port(self.url), _port(self.monitoring_url))
        self.mqtt_url = f"mqtt://127.0.0.1:{self._mqtt_port}"
        return True


def _move_streams(kept: Path) -> None:
    """Into the work's own account, from the one without a name, where they were before it had any."""
    if (kept / "$G").is_dir() and not (kept / ACCOUNT).exists():
        (kept / "$G").rename(kept / ACCOUNT)


def _own_keys(file: Path) -> tuple[str, str]:
    """The seed under which integrators are let in, and the password of the system's user, made at the first start."""
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(json.dumps({"issuer": AccountKey.new_seed(), "system": secrets.token_urlsafe(24)}))
    keys = json.loads(file.read_text())
    return keys["issuer"], keys["system"]


def _port(url: str) -> int:
    return urlsplit(url).port or 0


async def _healthy(port: int) -> bool:
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    try:
        writer.write(HEALTH_REQUEST)
        answer = await asyncio.wait_for(reader.read(), 2.0)
    except (OSError, TimeoutError):
        return False
    finally:
        writer.close()
    return b" 200 " in answer.partition(b"\r\n")[0]

"""Holds what `requests` connects to for Apprise to the addresses it may go to (`kit.egress`).

Apprise's clients are not ours to give a transport to, so the guard sits where each of their connections is made, with
redirects and names that lead elsewhere a moment later. It holds in threads that are within `guarded` alone: what else
in the process uses urllib3 goes its way.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from urllib3.util import connection

from kit.egress import Inside

_here = threading.local()
_connect = connection.create_connection


@contextmanager
def guarded(inside: Inside) -> Iterator[list[str]]:
    """Within it, this thread's connections lead outside, or where `inside` allows; gives the hosts refused."""
    _here.inside, _here.refused = inside, []
    try:
        yield _here.refused
    finally:
        _here.inside = None


def _create_connection(address: tuple[str, int], *args: Any, **options: Any) -> socket.socket:
    inside: Inside | None = getattr(_here, "inside", None)
    if inside is None:
        return _connect(address, *args, **options)
    host, port = address
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(each[4][0]) for each in found]
    if not addresses or not all(inside.allows(host.strip("[]"), each) for each in addresses):
        _here.refused.append(host)
        raise OSError(f"{host} leads inside the own network")
    return _connect((addresses[0], port), *args, **options)


connection.create_connection = _create_connection

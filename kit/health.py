"""`python3 -m kit.health`: does the service in this container turn? For images, which have neither shell nor curl."""

from __future__ import annotations

import os
import sys
from http.client import HTTPConnection

SECONDS = 4


def main() -> int:
    """0 when /healthz answers 200 on this machine, else 1."""
    try:
        connection = HTTPConnection("127.0.0.1", int(os.environ.get("CINNABAR_PORT", "8080")), timeout=SECONDS)
        connection.request("GET", "/healthz")
        return int(connection.getresponse().status != 200)
    except (OSError, ValueError):
        return 1


if __name__ == "__main__":
    sys.exit(main())

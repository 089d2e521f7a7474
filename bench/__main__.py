"""Measures what is named, or everything, and prints one table. A missed aim is no error; what cannot be measured is."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import traceback
from importlib import import_module

import uvloop

from bench.figure import Figure, Size
from bench.table import table
from kit.settings import Settings
from kit.telemetry import start_logs, start_traces

NAMES = (
    *("relay", "handlers", "projection", "hop", "replay", "imports", "call_to_mail"),
    *("alerts", "matching", "revision", "searches", "start", "scale", "sse", "webhooks"),
)


def main() -> int:
    arguments = _arguments()
    start_logs("ERROR")
    start_traces(Settings(otlp_endpoint=""), "bench")
    figures: list[Figure] = []
    broken: list[str] = []
    for name in arguments.names or NAMES:
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        try:
            figures += uvloop.run(import_module(f"bench.{name}").measure(arguments.size))
        except Exception:
            traceback.print_exc()
            broken.append(name)
    command = " ".join(["python -m bench", *sys.argv[1:]])
    print(f"\n{table(figures)}\n\n{command}\n{_machine()}")
    if broken:
        print(f"could not be measured: {', '.join(broken)}; see above", file=sys.stderr)
    return 1 if broken else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"some of {', '.join(NAMES)}; none means all")
    size = parser.add_mutually_exclusive_group()
    size.set_defaults(size="normal")
    sizes: dict[Size, str] = {"quick": "fewer and shorter rounds", "full": "replay a million events"}
    for name, meaning in sizes.items():
        size.add_argument(f"--{name}", dest="size", action="store_const", const=name, help=meaning)
    arguments = parser.parse_args()
    if unknown := sorted(set(arguments.names) - set(NAMES)):
        parser.error(f"there is no figure {', '.join(unknown)}; name some of {', '.join(NAMES)}")
    return arguments


def _machine() -> str:
    python, load = platform.python_version(), os.getloadavg()[0]
    return f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {python}, load {load:.1f}"


if __name__ == "__main__":
    sys.exit(main())

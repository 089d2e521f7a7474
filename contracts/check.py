"""Are the generated files what the models say, and does every change keep its promises?

`python -m contracts.check` answers and exits with 1 when something is wrong; `--write` generates the schemas and the
AsyncAPI document first; `--release 0.1.0` freezes the schemas as released once everything is in order.
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from contracts import asyncapi, freeze, releases
from contracts.conversions import missing_steps
from contracts.examples import EXAMPLES
from contracts.registry import Contract, contracts

ASYNCAPI = Path(__file__).parent / "asyncapi.yaml"


def run(write: bool) -> list[str]:
    """What is wrong with the contracts, one sentence each; with `write`, after generating what is generated."""
    known = list(contracts())
    unshown = without_example(known)
    if write:
        freeze.write(freeze.FOLDER, known)
        ASYNCAPI.write_text(_asyncapi_text(known), encoding="utf-8")
    messages = unshown + missing_steps(known) + freeze.stale(freeze.FOLDER, known)
    if not ASYNCAPI.exists() or ASYNCAPI.read_text(encoding="utf-8") != _asyncapi_text(known):
        messages.append(f"asyncapi.yaml is not what the contracts say: {freeze.MEND}")
    return messages + releases.problems(freeze.FOLDER, known, datetime.now(UTC).date())


def freeze_release(version: str) -> list[str]:
    """Freeze the current schemas as `version`; what stands in the way, empty when it is done."""
    messages = run(write=True)
    if messages:
        return messages
    try:
        releases.release(freeze.FOLDER, version, contracts())
    except ValueError as error:
        return [str(error)]
    return run(write=True)


def without_example(known: list[Contract]) -> list[str]:
    return [
        f"{contract.type} has no example: add one to contracts/examples/{contract.service}.py"
        for contract in known
        if contract.type not in EXAMPLES
    ]


def _asyncapi_text(known: list[Contract]) -> str:
    return asyncapi.text(known, releases.last_release(freeze.FOLDER), EXAMPLES)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m contracts.check", description="Check the event contracts.")
    parser.add_argument("--write", action="store_true", help="generate schemas and asyncapi.yaml first")
    parser.add_argument("--release", metavar="VERSION", help="freeze the schemas as released, such as 0.1.0")
    options = parser.parse_args()
    messages = freeze_release(options.release) if options.release else run(options.write)
    sys.stdout.writelines(f"{message}\n" for message in messages)
    return 1 if messages else 0


if __name__ == "__main__":
    sys.exit(main())

"""Runs several `cinnabar` commands in one process, for loading the product is what takes long. Ends at one that fails.

    python -P in_turn.py "OPTION..." COMMAND...

The options are those of tests.chaos.process, which comes from the version that PYTHONPATH names, as the commands do.
"""

from __future__ import annotations

import shlex
import sys


def main(options: str, *commands: str) -> None:
    from tests.chaos import process

    for command in commands:
        sys.argv = ["in_turn", *shlex.split(options), "--", *shlex.split(command)]
        options = ""  # what they replace stays replaced
        try:
            process.main()
        except SystemExit as end:
            if end.code:
                raise


if __name__ == "__main__":
    main(*sys.argv[1:])

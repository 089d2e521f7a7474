"""The example municipality, loaded once: each service brings its own part in through its own unit of work."""

from __future__ import annotations

import logging
from pathlib import Path

from kit.runtime import Runtime

log = logging.getLogger(__name__)

EXAMPLE = Path(__file__).parents[1] / "examples" / "idrija"
STEP = "example data"


async def load_example(runtime: Runtime, folder: Path = EXAMPLE) -> list[str]:
    """Load what the services of this process have not loaded yet; the names of those that did so now."""
    loaded: list[str] = []
    for service in runtime.services:
        marker = runtime.settings.data_dir / f"example-{service.name}"
        if service.load_example is None or marker.exists() or not folder.is_dir():
            continue
        await service.load_example(runtime.context(service), folder)
        marker.touch()
        loaded.append(service.name)
    return loaded

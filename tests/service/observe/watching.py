"""The rules as they are deployed, and looking at a process as Prometheus would."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import yaml

from tests.conftest import Running
from tests.deploy.promql import Scrape, firing, gone, scrape

TOP = Path(__file__).parents[3]
RULES = {
    rule["alert"]: rule
    for group in yaml.safe_load((TOP / "deploy/k8s/base/observe/rules.yaml").read_text())["groups"]
    for rule in group["rules"]
}
DRILLED: set[str] = set()
POD = "cinnabar-drill"


def drills(*alerts: str) -> Callable[[Any], Any]:
    """Marks a test as the drill that raises these alerts."""
    DRILLED.update(alerts)
    return lambda test: test


class Watch:
    """Looks half a minute apart; what `for:` asks beyond that is not waited for."""

    def __init__(self) -> None:
        self._scrapes: list[Scrape] = []

    async def look(self, client: httpx.AsyncClient | Running) -> None:
        http = client.http if isinstance(client, Running) else client
        at = 30.0 * len(self._scrapes)
        try:
            self._scrapes.append(scrape(at, (await http.get("/metrics")).text, pod=POD))
        except httpx.TransportError:
            self._scrapes.append(gone(at, pod=POD))

    def fires(self, alert: str, **labels: str) -> bool:
        """Whether the rule's expression gives something that bears these labels."""
        found = firing(RULES[alert]["expr"], self._scrapes)
        return any(labels.items() <= each.items() for each in found)

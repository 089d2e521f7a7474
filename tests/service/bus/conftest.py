"""Servers of these tests' own, because they are killed here; everybody else's go on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kit.embedded import Embedded, blocking_embedded_servers


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    with blocking_embedded_servers(tmp_path_factory.mktemp("bus-servers"), mail=False) as running:
        yield running

"""Pages as the chassis builds them, and requests as a browser sends them."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from starlette.requests import Request

from kit.auth.people import Person
from kit.web.i18n import Catalogues
from kit.web.render import OWN_CATALOGUE, FrameSettings, Pages


@pytest.fixture(scope="session")
def pages() -> Pages:
    frame = FrameSettings("Občina Idrija", "1.2.3", demo=True, zone=ZoneInfo("Europe/Ljubljana"))
    return Pages({}, Catalogues(OWN_CATALOGUE), frame)


@pytest.fixture
def a_request() -> Any:
    def build(
        path: str = "/", query: str = "", headers: dict[str, str] | None = None, person: str | None = None
    ) -> Request:
        return Request(
            {
                "type": "http",
                "method": "GET",
                "path": path,
                "query_string": query.encode(),
                "scheme": "http",
                "server": ("localhost", 80),
                "headers": [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()],
                "state": {"person": Person("ana", person, frozenset({"viewer"}), "idrija") if person else None},
            }
        )

    return build

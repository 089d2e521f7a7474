"""The composition root of the reporting service."""

from __future__ import annotations

from pathlib import Path

from kit.service import Service
from services.reporting import api, figures, pages, store
from services.reporting.projections import HANDLERS

service = Service(
    name="reporting",
    title="Reports",
    collections=store.ALL,
    read_model=store.READ_MODEL,
    api=api.router,
    pages=pages.router,
    templates=Path(__file__).parent / "pages",
    handlers=HANDLERS,
    jobs=[figures.EVERY_MINUTE],
)

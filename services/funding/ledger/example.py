"""The sample ledger: parameters with their sources, and invented budget lines."""

from __future__ import annotations

import json
from pathlib import Path

from kit.store import Store, Work
from services.funding.ledger.arranging import record_parameter
from services.funding.ledger.budget_csv import read_lines
from services.funding.ledger.keeping import import_lines
from services.funding.parameters import ParameterForm

WHO = "example"


async def load_ledger(store: Store, folder: Path) -> None:
    """What `folder` holds; nothing when it is not there."""
    parameters, lines = folder / "parameters.json", folder / "budget-lines.csv"
    forms = (
        [ParameterForm.model_validate(each) for each in json.loads(parameters.read_text())]
        if parameters.exists()
        else []
    )
    for form in forms:

        async def record(work: Work, form: ParameterForm = form) -> None:
            await record_parameter(form, work)

        await store.transact(record, actor=WHO)

    async def keep(work: Work) -> None:
        await import_lines(read_lines(lines.read_bytes()).lines, work)

    if lines.exists():
        await store.transact(keep, actor=WHO)

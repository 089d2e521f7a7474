"""The job that says a key figure whenever it has another value."""

from __future__ import annotations

from kit.service import Context, Job
from kit.store import Work
from services.reporting.kpis import key_figures
from services.reporting.reading import FIGURES_SCOPE, read_known
from services.reporting.store import FIGURES
from services.reporting.told import Told


async def tell_figures(context: Context) -> None:
    """Compute every key figure, and tell those that the others know otherwise."""

    async def tell(work: Work) -> None:
        known = await read_known(work.database, FIGURES_SCOPE, work.now)
        for figure in key_figures(known, work.now, context.settings.zone):
            before = await work.load(FIGURES, figure.name) or Told(name=figure.name)
            told = before.computed(figure)
            if told is not None:
                work.save(FIGURES, told)

    await context.store.transact(tell)


EVERY_MINUTE = Job(name="reporting-figures", every=60, run=tell_figures)

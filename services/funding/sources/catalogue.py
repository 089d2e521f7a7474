"""The sources this house knows by itself; feeds and CommonGrants servers are added by people."""

from __future__ import annotations

from services.funding.sources.by_hand import ByHand
from services.funding.sources.sedia import Sedia
from services.funding.sources.sedia_bulk import SediaBulk
from services.funding.sources.sedia_updates import SediaUpdates
from services.funding.sources.slovenian import SLOVENIAN
from services.funding.sources.source import Source
from services.funding.sources.table import Table
from services.funding.sources.ted import Ted

EUROPEAN: tuple[Source, ...] = (Sedia(), SediaBulk(), SediaUpdates(), Ted())
BUILT_IN: dict[str, Source] = {source.name: source for source in (*EUROPEAN, *SLOVENIAN, ByHand(), Table())}

"""The Slovenian sources, one instance of each."""

from __future__ import annotations

from services.funding.sources.eko_sklad import EkoSklad
from services.funding.sources.evropskasredstva import EvropskaSredstva
from services.funding.sources.gov_si import GovSi
from services.funding.sources.gov_si_news import GovSiNews
from services.funding.sources.skp import Skp
from services.funding.sources.source import Source
from services.funding.sources.spirit import Spirit
from services.funding.sources.srrs import Srrs
from services.funding.sources.uradni_list import UradniList

SLOVENIAN: tuple[Source, ...] = (
    *(GovSi(), GovSiNews(), EvropskaSredstva(), Srrs()),
    *(EkoSklad(), Spirit(), Skp(), UradniList()),
)

"""What the State pays of a municipality's eligible investment: by its development coefficient on the day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from contracts.values import Value
from services.funding.ledger.refusal import Refused
from services.funding.parameters import Parameters


class StateShare(Value):
    """The share, and the two recorded values it follows from."""

    share: Decimal
    coefficient: Decimal
    municipality: str
    coefficient_source: str
    bands_source: str


def state_share(parameters: Parameters, municipality: str, day: date) -> StateShare:
    """Share of eligible investment by ZFO-1, article 24.a, read from the bands recorded for `day`.

    Raises Missing without a coefficient or bands for the day, and Refused where the recorded bands leave a gap
    at the coefficient: a share is never guessed between two known ones.
    """
    coefficient = parameters.value("development_coefficient", day, municipality)
    bands = parameters.value("state_share_bands", day)
    number = coefficient.number or Decimal(0)
    share = next((band.share for band in bands.bands if band.holds(number)), None)
    if share is None:
        raise Refused.at(
            "state_share_bands",
            f"the bands from {bands.source} do not say which share holds at coefficient {number}",
            "record the exact edges of the bands with their source under /funding/parameters",
            f"Razredi ({bands.source}) ne povedo, kateri delež velja pri koeficientu {number}. Vpišite natančne meje.",
        )
    return StateShare(
        share=share,
        coefficient=number,
        municipality=municipality,
        coefficient_source=coefficient.source,
        bands_source=bands.source,
    )

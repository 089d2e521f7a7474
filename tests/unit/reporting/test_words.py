"""Every page of this service speaks Slovenian, and agrees with the frame's own words."""

from __future__ import annotations

from pathlib import Path

import services.reporting
from kit.web.i18n import Catalogues
from kit.web.messages import untranslated
from kit.web.render import OWN_CATALOGUE

PAGES = Path(services.reporting.__file__).parent / "pages"
CATALOGUES = Catalogues(OWN_CATALOGUE, PAGES / "locales" / "sl.po")


def test_every_message_is_translated() -> None:
    assert untranslated(sorted(PAGES.glob("*.html")), CATALOGUES, "sl") == {}


def test_no_word_of_the_frame_is_said_otherwise() -> None:
    assert CATALOGUES.conflicts == []

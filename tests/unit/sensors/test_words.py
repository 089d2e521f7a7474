"""Every word of the sensors pages is there in Slovenian, too."""

from __future__ import annotations

from kit.web.i18n import Catalogues
from kit.web.messages import untranslated
from kit.web.render import OWN_CATALOGUE, service_catalogues
from services.sensors.app import service


def test_every_message_is_translated() -> None:
    catalogues = Catalogues(OWN_CATALOGUE, *service_catalogues([service.templates]))
    templates = sorted(service.templates.glob("*.html"))
    assert templates
    assert untranslated(templates, catalogues, "sl") == {}
    assert catalogues.conflicts == []

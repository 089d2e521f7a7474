"""Places by their codes, and their names for people."""

from __future__ import annotations

from contracts.values import LocalText

PLACES: dict[str, LocalText] = {
    code: LocalText(sl=sl, en=en)
    for code, sl, en in (
        ("EU", "Evropska unija", "European Union"),
        ("SI", "Slovenija", "Slovenia"),
        ("SI03", "Vzhodna Slovenija", "Eastern Slovenia"),
        ("SI04", "Zahodna Slovenija", "Western Slovenia"),
        ("SI031", "Pomurska regija", "Pomurska region"),
        ("SI032", "Podravska regija", "Podravska region"),
        ("SI033", "Koroška regija", "Koroška region"),
        ("SI034", "Savinjska regija", "Savinjska region"),
        ("SI035", "Zasavska regija", "Zasavska region"),
        ("SI036", "Posavska regija", "Posavska region"),
        ("SI037", "Jugovzhodna Slovenija", "South-eastern Slovenia"),
        ("SI038", "Primorsko-notranjska regija", "Primorsko-notranjska region"),
        ("SI041", "Osrednjeslovenska regija", "Central Slovenia"),
        ("SI042", "Gorenjska regija", "Gorenjska region"),
        ("SI043", "Goriška regija", "Goriška region"),
        ("SI044", "Obalno-kraška regija", "Obalno-kraška region"),
        ("SI-036", "Občina Idrija", "Municipality of Idrija"),
        ("SI-014", "Občina Cerkno", "Municipality of Cerkno"),
        ("SI-052", "Mestna občina Kranj", "City Municipality of Kranj"),
        ("SI-061", "Mestna občina Ljubljana", "City Municipality of Ljubljana"),
        ("INTERREG-IT-SI", "območje Interreg Italija–Slovenija", "Interreg Italy–Slovenia area"),
        ("INTERREG-SI-AT", "območje Interreg Slovenija–Avstrija", "Interreg Slovenia–Austria area"),
        ("INTERREG-SI-HR", "območje Interreg Slovenija–Hrvaška", "Interreg Slovenia–Croatia area"),
        ("INTERREG-SI-HU", "območje Interreg Slovenija–Madžarska", "Interreg Slovenia–Hungary area"),
        ("INTERREG-ALPINE", "območje Interreg Alpe", "Interreg Alpine Space"),
        ("INTERREG-CE", "območje Interreg Srednja Evropa", "Interreg Central Europe"),
        ("INTERREG-DANUBE", "območje Interreg Podonavje", "Interreg Danube Region"),
        ("INTERREG-EURO-MED", "območje Interreg Euro-MED", "Interreg Euro-MED"),
        ("INTERREG-IPA-ADRION", "območje Interreg IPA Adrion", "Interreg IPA Adrion"),
        ("INTERREG-EUROPE", "območje Interreg Europe", "Interreg Europe"),
        ("URBACT", "območje URBACT", "URBACT"),
    )
}


def named(code: str) -> LocalText:
    """The name of a place; a code we have no name for stands for itself."""
    return PLACES.get(code, LocalText(sl=code, en=code))

"""The themes that calls and activities are sorted by, and their names for people."""

from __future__ import annotations

from contracts.values import LocalText

THEMES: dict[str, LocalText] = {
    code: LocalText(sl=sl, en=en)
    for code, sl, en in (
        ("entrepreneurship", "podjetništvo", "entrepreneurship"),
        ("coworking", "sodelovno delo", "coworking"),
        ("digital_skills", "digitalne veščine", "digital skills"),
        ("stem_education", "naravoslovje in tehnika v izobraževanju", "STEM education"),
        ("youth", "mladi", "youth"),
        ("makerspace", "ustvarjalne delavnice in oprema", "makerspaces"),
        ("migrant_integration", "vključevanje priseljencev", "integration of migrants"),
        ("social_inclusion", "socialno vključevanje", "social inclusion"),
        ("gender_equality", "enakost spolov", "gender equality"),
        ("cultural_heritage", "kulturna dediščina", "cultural heritage"),
        ("creative_industries", "kulturne in kreativne industrije", "creative industries"),
        ("building_renovation", "prenova stavb", "renovation of buildings"),
        ("energy_efficiency", "energetska učinkovitost", "energy efficiency"),
        ("public_space", "javni prostor", "public space"),
        ("tourism", "turizem", "tourism"),
        ("branding", "prepoznavnost kraja", "place branding"),
        ("culture_arts", "kultura in umetnost", "culture and the arts"),
        ("data", "podatki", "data"),
        ("partnership", "partnerstva", "partnerships"),
        ("environment_sensors", "okoljske meritve", "environmental sensing"),
    )
}

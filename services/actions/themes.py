"""The controlled list of themes: what an activity is about, in the terms funding calls are matched by."""

from __future__ import annotations

from typing import Literal, get_args

from contracts.values import LocalText

Theme = Literal[
    "entrepreneurship",
    "coworking",
    "mentoring",
    "digital_skills",
    "stem_education",
    "youth",
    "makerspace",
    "migrant_integration",
    "social_inclusion",
    "gender_equality",
    "cultural_heritage",
    "creative_industries",
    "culture_arts",
    "building_renovation",
    "energy_efficiency",
    "public_space",
    "tourism",
    "branding",
    "awareness_raising",
    "data",
    "partnership",
    "environment_sensors",
]

THEME_NAMES: dict[Theme, LocalText] = {
    "entrepreneurship": LocalText(sl="podjetništvo in zagon podjetij", en="entrepreneurship and start-ups"),
    "coworking": LocalText(sl="sodelo in skupni delovni prostori", en="coworking and shared workspaces"),
    "mentoring": LocalText(sl="mentorstvo in svetovanje", en="mentoring and consultancy"),
    "digital_skills": LocalText(sl="digitalne spretnosti", en="digital skills"),
    "stem_education": LocalText(sl="izobraževanje STEM in STEAM", en="STEM and STEAM education"),
    "youth": LocalText(sl="mladi", en="young people"),
    "makerspace": LocalText(sl="ustvarjalne delavnice in laboratoriji", en="makerspaces and fab labs"),
    "migrant_integration": LocalText(sl="vključevanje priseljencev", en="integration of migrants"),
    "social_inclusion": LocalText(sl="socialno vključevanje", en="social inclusion"),
    "gender_equality": LocalText(sl="enakost spolov", en="gender equality"),
    "cultural_heritage": LocalText(sl="kulturna dediščina", en="cultural heritage"),
    "creative_industries": LocalText(sl="kulturne in kreativne industrije", en="cultural and creative industries"),
    "culture_arts": LocalText(sl="kultura in umetnost", en="culture and the arts"),
    "building_renovation": LocalText(sl="prenova stavb", en="renovation of buildings"),
    "energy_efficiency": LocalText(sl="energetska učinkovitost", en="energy efficiency"),
    "public_space": LocalText(sl="javni prostor in degradirana območja", en="public space and brownfield sites"),
    "tourism": LocalText(sl="turizem", en="tourism"),
    "branding": LocalText(sl="znamčenje in promocija kraja", en="place branding and promotion"),
    "awareness_raising": LocalText(sl="ozaveščanje", en="awareness raising"),
    "data": LocalText(sl="podatki in spremljanje", en="data and monitoring"),
    "partnership": LocalText(sl="partnerstva in mreže", en="partnerships and networks"),
    "environment_sensors": LocalText(sl="okoljski senzorji", en="environmental sensors"),
}

THEMES: tuple[Theme, ...] = get_args(Theme)

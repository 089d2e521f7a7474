"""What municipalities build and run, as concepts with the Slovenian and English terms calls and plans use for them.

A concept carries the themes it belongs to. Terms are written in their dictionary form and matched by stem,
word for word. `weak` concepts support a theme but never make one alone.

A word may mean something else in other company: a mention does not count in a sentence that has one of the concept's
`excluded` words, nor anywhere under a heading that has one; and where a concept names `required` words, the text must
have one of them. (The idea is that of the reference projects of Aides-territoires.)
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing in the field's vocabulary."""

    code: str
    themes: tuple[str, ...]
    sl: tuple[str, ...]
    en: tuple[str, ...]
    weak: bool = False
    excluded: tuple[str, ...] = ()
    required: tuple[str, ...] = ()


def _concept(
    code: str, themes: str, sl: str, en: str, *, weak: bool = False, excluded: str = "", required: str = ""
) -> Concept:
    return Concept(code, tuple(themes.split()), _terms(sl), _terms(en), weak, _terms(excluded), _terms(required))


def _terms(listed: str) -> tuple[str, ...]:
    return tuple(term.strip() for term in listed.split(",") if term.strip())


CONCEPTS: tuple[Concept, ...] = (
    _concept(
        "start_up",
        "entrepreneurship",
        "podjetništvo, podjetniški, podjetnik, zagonsko podjetje, samozaposlitev, inkubator, podjetniška ideja",
        "entrepreneurship, entrepreneur, entrepreneurial, start-up, startup, self-employment, incubator, business idea,"
        " business creation, new business",
    ),
    _concept(
        "mentoring", "entrepreneurship", "mentorstvo, mentorski, mentor", "mentoring, mentorship, mentor", weak=True
    ),
    _concept(
        "coworking",
        "coworking entrepreneurship",
        "coworking, sodelovni prostor, sodelovno delo, skupni delovni prostor,"
        " delovno stičišče, skupna pisarna, delo na daljavo, delavec na daljavo, skupnostni delovni prostor, sodelo,"
        " souporaba prostora, digitalni nomad",
        "coworking, co-working, community workspace, community working space, shared workspace, shared office,"
        " remote worker, remote work, digital nomad,"
        " freelancer",
    ),
    _concept(
        "innovation_hub",
        "coworking entrepreneurship",
        "inovacijsko središče, inovacijski center, inovacijsko stičišče, podjetniški center",
        "innovation hub, innovation centre, business hub",
    ),
    _concept(
        "digital_skills",
        "digital_skills",
        "digitalna kompetenca, digitalno znanje, digitalna spretnost, digitalna pismenost, digitalna veščina,"
        " digitalna vključenost",
        "digital skill, digital competence, digital literacy, digital inclusion, digital education, digital upskilling",
        excluded="starejši, upokojenec, older people, elderly",
    ),
    _concept("digital", "digital_skills", "digitalni, digitalizacija", "digital, digitalisation", weak=True),
    _concept(
        "training",
        "digital_skills stem_education",
        "usposabljanje, delavnica, tečaj, izobraževanje, izobraževalni program, učenje",
        "training, workshop, course, class, learning, educational programme, capacity building",
        weak=True,
    ),
    _concept(
        "steam",
        "stem_education",
        "naravoslovje, STEM, STEAM, naravoslovno-tehnični, tehniška ustvarjalnost, tehnična kultura, robotika,"
        " programiranje, tehniški poklic",
        "STEM, STEAM, robotics, coding, science education, technology education, vocational training",
    ),
    _concept("school", "stem_education youth", "šola, učenec, dijak, vrtec", "school, pupil, student", weak=True),
    _concept(
        "youth",
        "youth",
        "mladina, mladinski, mlad, mladi, mladostnik",
        "youth, young people, young person, young, young talent",
        excluded="kmet, kmetija, kmetijski, farmer, farm",
    ),
    _concept(
        "youth_centre", "youth", "mladinski center, mladinsko delo", "youth centre, youth work, youth participation"
    ),
    _concept(
        "maker",
        "makerspace",
        "maker, makerski, ustvarjalni prostor, ustvarjalni laboratorij, ustvarjalna delavnica,"
        " ustvarjalnica, fablab, 3D tisk,"
        " 3D tiskalnik, prototip, odprta delavnica",
        "makerspace, maker, fablab, 3D printer, 3D printing, prototype, prototyping, digital fabrication, hackerspace",
    ),
    _concept(
        "media_studio",
        "makerspace creative_industries",
        "podkast, snemalni studio, avdiovizualni, medijski studio",
        "podcast, recording studio, photo studio, audiovisual, media studio, digital media",
    ),
    _concept(
        "equipment",
        "makerspace",
        "oprema, nakup opreme, naprava, pohištvo, stroj",
        "equipment, device, furniture, furnish, fit out, machinery",
        weak=True,
    ),
    _concept(
        "migrants",
        "migrant_integration social_inclusion",
        "tujec, priseljenec, migrant, migracija, državljan tretje države, begunec, tuj delavec",
        "migrant, immigrant, foreigner, foreign worker, third-country national, refugee, newcomer",
    ),
    _concept(
        "language_learning",
        "migrant_integration",
        "učenje slovenščine, učenje slovenskega jezika, jezikovni tečaj, medkulturni",
        "language learning, language course, intercultural",
    ),
    _concept(
        "one_stop_shop",
        "migrant_integration",
        "točka vse na enem mestu, info točka, informacijska točka",
        "one-stop-shop, one stop shop, information point, welcome point, contact point, advice point",
    ),
    _concept(
        "inclusion",
        "social_inclusion",
        "vključevanje, socialna vključenost, ranljiva skupina, vključujoč, enake možnosti, prikrajšan",
        "social inclusion, inclusion, inclusive, vulnerable group, disadvantaged, underprivileged, deprived,"
        " equal opportunity, marginalised, diversity",
    ),
    _concept(
        "gender",
        "gender_equality",
        "enakost spolov, ženska, podjetnica, nasilje nad ženskami, spolni",
        "gender equality, gender, women, woman, girls",
    ),
    _concept(
        "heritage",
        "cultural_heritage",
        "dediščina, kulturna dediščina, spomenik, kulturni spomenik, Unesco, rudniški, rudarski",
        "heritage, cultural heritage, monument, Unesco, mining heritage, historic building",
        excluded="naravna dediščina, natural heritage, biodiversity",
    ),
    _concept(
        "mine",
        "cultural_heritage",
        "rudnik, živo srebro",
        "mine, mining, mercury",
        weak=True,
        required="dediščina, heritage, opuščen, abandoned",
    ),
    _concept(
        "creative_industries",
        "creative_industries",
        "kulturne in kreativne industrije, kulturni in kreativni sektor, kreativna industrija, ustvarjalne industrije,"
        " KKS, oblikovanje, ustvarjalno gospodarstvo",
        "creative industry, cultural and creative industry, cultural and creative sector, creative sector, CCI, CCIs,"
        " design thinking",
    ),
    _concept(
        "creative_centre",
        "creative_industries culture_arts",
        "ustvarjalni center, ustvarjalno središče, kreativni center, center ustvarjalnosti, kreativno središče",
        "creative centre, creative center, creative hub, creative space",
    ),
    _concept(
        "creative",
        "creative_industries",
        "ustvarjalni, ustvarjalnost, ustvarjalec, kreativni",
        "creative, creativity, creator",
        weak=True,
    ),
    _concept(
        "crafts",
        "creative_industries cultural_heritage",
        "rokodelstvo, rokodelski, obrt, čipka, klekljanje, tekstil",
        "craft, lace, textile, handicraft, artisan",
    ),
    _concept(
        "renovation",
        "building_renovation",
        "prenova, obnova, rekonstrukcija, sanacija, prenova stavbe, obnova stavbe, adaptacija, energetska prenova,"
        " energetska sanacija",
        "renovation, refurbishment, reconstruction, restoration, retrofit, building renovation, redevelopment,"
        " energy renovation, energy retrofit",
        excluded="šola, vrtec, bolnišnica, stanovanje, večstanovanjska stavba, gospodinjstvo, school building,"
        " hospital, dwelling, household, habitat, mokrišče, wetland, river",
    ),
    _concept(
        "degraded_site",
        "building_renovation public_space",
        "degradirano območje, opuščen objekt, opuščena stavba, razvrednoteno območje, revitalizacija",
        "abandoned building, abandoned site, abandoned mining site, abandoned industrial building, brownfield,"
        " degraded area, revitalisation, revitalization, redevelopment",
        excluded="jalovina, tailings, raw material",
    ),
    _concept(
        "premises", "building_renovation", "prostor, stavba, objekt", "premises, building, infrastructure", weak=True
    ),
    _concept(
        "setting_up",
        "",
        "vzpostavitev, ustanovitev, ureditev prostora, oživitev",
        "set up, set-up, setting up, establishment, creation and start",
        weak=True,
        excluded="partnerstvo, mreža, partnership, network",
    ),
    _concept(
        "energy_renovation",
        "energy_efficiency building_renovation",
        "energetska prenova, energetska sanacija",
        "energy renovation, building renovation wave, energy retrofit",
        excluded="šola, vrtec, bolnišnica, stanovanje, večstanovanjska stavba, gospodinjstvo, school building,"
        " hospital, dwelling, household",
    ),
    _concept(
        "energy",
        "energy_efficiency",
        "energetska učinkovitost, raba energije, sončna elektrarna, toplotna črpalka",
        "energy efficiency, energy performance, solar power, heat pump, energy saving",
    ),
    _concept(
        "public_space",
        "public_space",
        "javni prostor, javna površina, mestni trg, zelena infrastruktura, urbana prenova, mestno središče",
        "public space, town square, green infrastructure, urban regeneration, city centre",
    ),
    _concept("tourism", "tourism", "turizem, turistični, turist, obiskovalec", "tourism, tourist, visitor economy"),
    _concept(
        "branding",
        "branding",
        "znamka, blagovna znamka, identiteta kraja, identiteta mesta,"
        " znamčenje, promocija kraja, prepoznavnost kraja, promocija mesta",
        "brand, branding, place brand, identity of the town, town identity, identity of the place,"
        " city brand, place branding, place marketing, city marketing, city identity",
    ),
    _concept(
        "campaign",
        "branding",
        "komunikacijska kampanja, kampanja, oglaševanje, promocija, promocijski, ozaveščanje, ozaveščevalna kampanja",
        "communication campaign, campaign, publicity, awareness raising, awareness campaign, promotional campaign,"
        " promotional event, promotion",
        weak=True,
    ),
    _concept(
        "arts",
        "culture_arts",
        "umetnost, umetniški, umetnik, kultura, kulturni projekt, razstava, gledališče, galerija",
        "art, artist, artistic, exhibition, culture, performing art, gallery",
    ),
    _concept(
        "public_art",
        "culture_arts",
        "skupnostna umetnost, umetnost v javnem prostoru, javna postavitev, mural, umetniška instalacija",
        "community art, public art, participatory art, art in public space, public installation, mural",
    ),
    _concept(
        "residency",
        "culture_arts",
        "rezidenca, umetniška rezidenca, rezidenčni program",
        "artist residency, art residency, artist in residence",
    ),
    _concept("festival", "culture_arts", "festival, sejem, prireditev", "festival, fair, event", weak=True),
    _concept(
        "data",
        "data",
        "podatkovni prostor, odprti podatki, podatkovna platforma, zbiranje podatkov, baza podatkov, podatkovno jezero,"
        " pametno mesto, pametna skupnost",
        "open data, data space, data platform, data lake, data collection, data gathering, database, smart city,"
        " smart community, monitoring system",
        excluded="promet, traffic",
    ),
    _concept("survey", "data", "anketa, raziskava, analiza", "survey, analysis, statistics", weak=True),
    _concept(
        "partnership",
        "partnership",
        "partnerstvo, mreženje, mreža partnerjev, javno-zasebno partnerstvo, pobratenje, čezmejno sodelovanje",
        "partnership, networking, public-private partnership, town twinning, network of towns, stakeholder network",
    ),
    _concept(
        "management",
        "",
        "upravljanje, delovanje prostora, redno delovanje, obratovalni stroški",
        "management, regular operating, operating costs, running costs",
        weak=True,
    ),
    _concept("monitoring", "", "spremljanje, vrednotenje", "monitoring, evaluation", weak=True),
    _concept(
        "sensors",
        "environment_sensors",
        "senzor, kakovost zraka, meritve okolja, okoljski monitoring, internet stvari",
        "sensor, air quality, environmental monitoring, internet of things, IoT",
    ),
)

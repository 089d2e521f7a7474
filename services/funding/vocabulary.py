"""What municipalities build and run, as concepts with the Slovenian and English terms calls and plans use for them.

A concept carries the themes it belongs to. Terms are written in their dictionary form and matched by stem,
word for word. `weak` concepts support a theme but never make one alone.

A word may mean something else in other company: a mention does not count in a sentence that has one of the concept's
`excluded` words, nor anywhere under a heading that has one; and where a concept names `required` words, the text must
have one of them. (The idea is that of the reference projects of Aides-territoires.)
"""

from __future__ import annotations

from services.funding.concepts import Concept, concept

CONCEPTS: tuple[Concept, ...] = (
    concept(
        "start_up",
        "entrepreneurship",
        "podjetništvo, podjetniški, podjetnik, zagonsko podjetje, samozaposlitev, inkubator,"
        " podjetniška ideja, poslovna ideja, poslovni model, podjetniški pospeševalnik, pospeševalnik,"
        " mlado podjetje, novo podjetje, podporno okolje za podjetnike, podjetnost",
        "entrepreneurship, entrepreneur, entrepreneurial, start-up, startup, self-employment, incubator,"
        " business idea, business creation, new business, accelerator, spin-off, enterprise creation,"
        " business support, young company, new company, founder",
    ),
    concept(
        "mentoring",
        "entrepreneurship",
        "mentorstvo, mentorski, mentor, mentoriranje, svetovanje podjetnikom",
        "mentoring, mentorship, mentor, coaching, mentored",
        weak=True,
    ),
    concept(
        "coworking",
        "coworking entrepreneurship",
        "coworking, sodelovni prostor, sodelovno delo, skupni delovni prostor, delovno stičišče,"
        " skupna pisarna, delo na daljavo, delavec na daljavo, skupnostni delovni prostor, sodelo,"
        " souporaba prostora, digitalni nomad, deljena pisarna, deljeni delovni prostor,"
        " skupni prostor za delo, podjetniško stičišče, hibridno delo",
        "coworking, co-working, community workspace, community working space, shared workspace,"
        " shared office, remote worker, remote work, digital nomad, freelancer, flexible workspace, telework,"
        " telecentre, hot desk, shared work space, hybrid work, work hub",
    ),
    concept(
        "innovation_hub",
        "coworking entrepreneurship",
        "inovacijsko središče, inovacijski center, inovacijsko stičišče, podjetniški center,"
        " inovacijsko vozlišče, tehnološki park, živi laboratorij",
        "innovation hub, innovation centre, business hub, technology park, innovation lab, living lab",
    ),
    concept(
        "digital_skills",
        "digital_skills",
        "digitalna kompetenca, digitalno znanje, digitalna spretnost, digitalna pismenost, digitalna veščina,"
        " digitalna vključenost, računalniško opismenjevanje, digitalno opismenjevanje,"
        " digitalno opolnomočenje",
        "digital skill, digital competence, digital literacy, digital inclusion, digital education,"
        " digital upskilling, ICT skill, computer literacy, e-skills",
        excluded="starejši, upokojenec, older people, elderly",
    ),
    concept("digital", "digital_skills", "digitalni, digitalizacija", "digital, digitalisation", weak=True),
    concept(
        "training",
        "digital_skills stem_education",
        "usposabljanje, delavnica, tečaj, izobraževanje, izobraževalni program, učenje, izpopolnjevanje,"
        " vseživljenjsko učenje, seminar, poletna šola",
        "training, workshop, course, class, learning, educational programme, capacity building,"
        " lifelong learning, upskilling, reskilling, seminar, bootcamp, summer school",
        weak=True,
    ),
    concept(
        "steam",
        "stem_education",
        "naravoslovje, STEM, STEAM, naravoslovno-tehnični, tehniška ustvarjalnost, tehnična kultura,"
        " robotika, programiranje, tehniški poklic, mladi izumitelj, računalništvo, elektronika,"
        " tehniški dan, tehnika in znanost",
        "STEM, STEAM, robotics, coding, science education, technology education, vocational training,"
        " engineering education, computational thinking, science centre, young inventor, electronics,"
        " maker education",
    ),
    concept("school", "stem_education youth", "šola, učenec, dijak, vrtec", "school, pupil, student", weak=True),
    concept(
        "youth",
        "youth",
        "mladina, mladinski, mlad, mladi, mladostnik, najstnik",
        "youth, young people, young person, young, young talent, teenager, adolescent",
        excluded="kmet, kmetija, kmetijski, farmer, farm",
    ),
    concept(
        "youth_centre",
        "youth",
        "mladinski center, mladinsko delo, mladinski klub, mladinska organizacija, mladinski prostor,"
        " mladinski svet, mladinski delavec",
        "youth centre, youth work, youth participation, youth club, youth organisation, youth space,"
        " youth hub, youth worker, youth council",
    ),
    concept(
        "maker",
        "makerspace",
        "maker, makerski, ustvarjalni prostor, ustvarjalni laboratorij, ustvarjalna delavnica, ustvarjalnica,"
        " fablab, 3D tisk, 3D tiskalnik, prototip, odprta delavnica, izdelovalnica, laserski rezalnik, CNC,"
        " popravljalnica, knjižnica predmetov, knjižnica orodja",
        "makerspace, maker, fablab, 3D printer, 3D printing, prototype, prototyping, digital fabrication,"
        " hackerspace, maker space, fab lab, laser cutter, CNC, repair café, repair cafe, tinkering,"
        " open workshop, tool library",
    ),
    concept(
        "media_studio",
        "makerspace creative_industries",
        "podkast, snemalni studio, avdiovizualni, medijski studio, radijski studio, zvočni studio,"
        " videoprodukcija, medijska produkcija, filmski studio",
        "podcast, recording studio, photo studio, audiovisual, media studio, digital media, podcasting,"
        " video production, radio studio, sound studio, film studio, media production",
    ),
    concept(
        "equipment",
        "makerspace",
        "oprema, nakup opreme, naprava, pohištvo, stroj",
        "equipment, device, furniture, furnish, fit out, machinery",
        weak=True,
    ),
    concept(
        "migrants",
        "migrant_integration social_inclusion",
        "tujec, priseljenec, migrant, migracija, državljan tretje države, begunec, tuj delavec, azilant,"
        " prosilec za azil, mednarodna zaščita, priseljevanje, vključevanje tujcev",
        "migrant, immigrant, foreigner, foreign worker, third-country national, refugee, newcomer,"
        " asylum seeker, migration, expatriate, foreign-born, international protection",
    ),
    concept(
        "language_learning",
        "migrant_integration",
        "učenje slovenščine, učenje slovenskega jezika, jezikovni tečaj, medkulturni, slovenščina za tujce,"
        " slovenščina kot drugi jezik, jezikovna podpora, medkulturna mediacija",
        "language learning, language course, intercultural, language class, language support,"
        " intercultural mediation, integration course",
    ),
    concept(
        "one_stop_shop",
        "migrant_integration",
        "točka vse na enem mestu, info točka, informacijska točka, svetovalna točka, enotna kontaktna točka,"
        " svetovalnica, svetovalna pisarna",
        "one-stop-shop, one stop shop, information point, welcome point, contact point, advice point,"
        " welcome centre, advice centre, single contact point, single point of contact",
    ),
    concept(
        "inclusion",
        "social_inclusion",
        "vključevanje, socialna vključenost, ranljiva skupina, vključujoč, enake možnosti, prikrajšan,"
        " socialna aktivacija, socialna kohezija, revščina, družbeno vključevanje",
        "social inclusion, inclusion, inclusive, vulnerable group, disadvantaged, underprivileged, deprived,"
        " equal opportunity, marginalised, diversity, social cohesion, poverty, socially excluded,"
        " social exclusion",
    ),
    concept(
        "gender",
        "gender_equality",
        "enakost spolov, ženska, podjetnica, nasilje nad ženskami, spolni, enakopravnost žensk,"
        " opolnomočenje žensk, podjetništvo žensk, deklica, dekle",
        "gender equality, gender, women, woman, girls, female, female entrepreneurship, empowerment of women,"
        " gender gap",
    ),
    concept(
        "heritage",
        "cultural_heritage",
        "dediščina, kulturna dediščina, spomenik, kulturni spomenik, Unesco, rudniški, rudarski,"
        " nesnovna dediščina, tehniška dediščina, industrijska dediščina, muzej, muzejski, zgodovinsko jedro,"
        " arheološki",
        "heritage, cultural heritage, monument, Unesco, mining heritage, historic building, museum,"
        " industrial heritage, intangible heritage, historic centre, historic town, listed building,"
        " archaeological",
        excluded="naravna dediščina, natural heritage, biodiversity",
    ),
    concept(
        "mine",
        "cultural_heritage",
        "rudnik, živo srebro",
        "mine, mining, mercury",
        weak=True,
        required="dediščina, heritage, opuščen, abandoned",
    ),
    concept(
        "creative_industries",
        "creative_industries",
        "kulturne in kreativne industrije, kulturni in kreativni sektor, kreativna industrija,"
        " ustvarjalne industrije, KKS, oblikovanje, ustvarjalno gospodarstvo, kulturna industrija,"
        " kreativni sektor, kreativno podjetje",
        "creative industry, cultural and creative industry, cultural and creative sector, creative sector,"
        " CCI, CCIs, design thinking, creative economy, cultural industry, creative professional,"
        " creative enterprise, designer",
    ),
    concept(
        "creative_centre",
        "creative_industries culture_arts",
        "ustvarjalni center, ustvarjalno središče, kreativni center, center ustvarjalnosti,"
        " kreativno središče, kulturno središče, kulturni center, kulturno stičišče, kreativna četrt,"
        " kulturni inkubator",
        "creative centre, creative center, creative hub, creative space, cultural centre, arts centre,"
        " culture hub, creative quarter, creative district, cultural incubator",
    ),
    concept(
        "creative",
        "creative_industries",
        "ustvarjalni, ustvarjalnost, ustvarjalec, kreativni",
        "creative, creativity, creator",
        weak=True,
    ),
    concept(
        "crafts",
        "creative_industries cultural_heritage",
        "rokodelstvo, rokodelski, obrt, čipka, klekljanje, tekstil, obrtnik, umetna obrt, domača obrt,"
        " mojstrska delavnica",
        "craft, lace, textile, handicraft, artisan, craftsman, craftspeople, lacemaking, weaving",
    ),
    concept(
        "renovation",
        "building_renovation",
        "prenova, obnova, rekonstrukcija, sanacija, prenova stavbe, obnova stavbe, adaptacija,"
        " energetska prenova, energetska sanacija, preureditev, celovita prenova, dozidava, obnovitvena dela",
        "renovation, refurbishment, reconstruction, restoration, retrofit, building renovation,"
        " redevelopment, energy renovation, energy retrofit, conversion, adaptive reuse, rehabilitation,"
        " renovation works",
        excluded="šola, vrtec, bolnišnica, stanovanje, večstanovanjska stavba, gospodinjstvo, school building,"
        " hospital, dwelling, household, habitat, mokrišče, wetland, river",
    ),
    concept(
        "degraded_site",
        "building_renovation public_space",
        "degradirano območje, opuščen objekt, opuščena stavba, razvrednoteno območje, revitalizacija,"
        " prazen objekt, prazna stavba, zapuščena stavba, neizkoriščena stavba, nekdanja tovarna",
        "abandoned building, abandoned site, abandoned mining site, abandoned industrial building,"
        " brownfield, degraded area, revitalisation, revitalization, redevelopment, vacant building,"
        " empty building, disused building, underused building, derelict building, former factory",
        excluded="jalovina, tailings, raw material",
    ),
    concept(
        "premises", "building_renovation", "prostor, stavba, objekt", "premises, building, infrastructure", weak=True
    ),
    concept(
        "setting_up",
        "",
        "vzpostavitev, ustanovitev, ureditev prostora, oživitev",
        "set up, set-up, setting up, establishment, creation and start",
        weak=True,
        excluded="partnerstvo, mreža, partnership, network",
    ),
    concept(
        "energy_renovation",
        "energy_efficiency building_renovation",
        "energetska prenova, energetska sanacija",
        "energy renovation, building renovation wave, energy retrofit",
        excluded="šola, vrtec, bolnišnica, stanovanje, večstanovanjska stavba, gospodinjstvo, school building,"
        " hospital, dwelling, household",
    ),
    concept(
        "energy",
        "energy_efficiency",
        "energetska učinkovitost, raba energije, sončna elektrarna, toplotna črpalka",
        "energy efficiency, energy performance, solar power, heat pump, energy saving",
    ),
    concept(
        "public_space",
        "public_space",
        "javni prostor, javna površina, mestni trg, zelena infrastruktura, urbana prenova, mestno središče,"
        " staro mestno jedro, mestno jedro, ulična oprema, zelena površina, peš cona, mestni park",
        "public space, town square, green infrastructure, urban regeneration, city centre, streetscape,"
        " pedestrian zone, town centre, old town, town park, street furniture, placemaking",
    ),
    concept(
        "tourism",
        "tourism",
        "turizem, turistični, turist, obiskovalec, turistična ponudba, turistični produkt, turistična destinacija",
        "tourism, tourist, visitor economy, tourist destination, visitor experience, destination management",
    ),
    concept(
        "branding",
        "branding",
        "znamka, blagovna znamka, identiteta kraja, identiteta mesta, znamčenje, promocija kraja,"
        " prepoznavnost kraja, promocija mesta, celostna podoba, celostna grafična podoba, podoba kraja,"
        " trženje kraja, trženje destinacije, destinacijska znamka",
        "brand, branding, place brand, identity of the town, town identity, identity of the place,"
        " city brand, place branding, place marketing, city marketing, city identity, visual identity,"
        " destination brand, destination branding, destination marketing, place identity,"
        " territorial marketing, placemaking",
    ),
    concept(
        "campaign",
        "branding",
        "komunikacijska kampanja, kampanja, oglaševanje, promocija, promocijski, ozaveščanje,"
        " ozaveščevalna kampanja, obveščanje javnosti, komuniciranje z javnostjo",
        "communication campaign, campaign, publicity, awareness raising, awareness campaign,"
        " promotional campaign, promotional event, promotion, public communication, outreach",
        weak=True,
    ),
    concept(
        "arts",
        "culture_arts",
        "umetnost, umetniški, umetnik, kultura, kulturni projekt, razstava, gledališče, galerija, glasba,"
        " glasbeni, ples, film, uprizoritven, likovni, vizualna umetnost",
        "art, artist, artistic, exhibition, culture, performing art, gallery, music, dance, theatre, film,"
        " visual art, contemporary art",
    ),
    concept(
        "public_art",
        "culture_arts",
        "skupnostna umetnost, umetnost v javnem prostoru, javna postavitev, mural, umetniška instalacija,"
        " ulična umetnost, participativna umetnost, skulptura v javnem prostoru",
        "community art, public art, participatory art, art in public space, public installation, mural,"
        " street art, socially engaged art, artistic intervention",
    ),
    concept(
        "residency",
        "culture_arts",
        "rezidenca, umetniška rezidenca, rezidenčni program, umetnik na rezidenci, rezidenčni center,"
        " gostovanje umetnikov",
        "artist residency, art residency, artist in residence, residency programme, creative residency",
    ),
    concept(
        "festival",
        "culture_arts",
        "festival, sejem, prireditev, dogodek, bienale",
        "festival, fair, event, biennial, biennale",
        weak=True,
    ),
    concept(
        "data",
        "data",
        "podatkovni prostor, odprti podatki, podatkovna platforma, zbiranje podatkov, baza podatkov,"
        " podatkovno jezero, pametno mesto, pametna skupnost, digitalni dvojček, urbani podatki,"
        " podatki v realnem času, izmenjava podatkov, nadzorna plošča",
        "open data, data space, data platform, data lake, data collection, data gathering, database,"
        " smart city, smart community, monitoring system, digital twin, urban data, real-time data,"
        " data sharing, dashboard, data-driven",
        excluded="promet, traffic",
    ),
    concept("survey", "data", "anketa, raziskava, analiza", "survey, analysis, statistics", weak=True),
    concept(
        "partnership",
        "partnership",
        "partnerstvo, mreženje, mreža partnerjev, javno-zasebno partnerstvo, pobratenje,"
        " čezmejno sodelovanje, lokalna akcijska skupina, konzorcij, medobčinsko sodelovanje,"
        " sodelovanje deležnikov, mreža mest",
        "partnership, networking, public-private partnership, town twinning, network of towns,"
        " stakeholder network, local action group, consortium, stakeholder cooperation, twinning,"
        " network of cities, city network",
    ),
    concept(
        "management",
        "",
        "upravljanje, delovanje prostora, redno delovanje, obratovalni stroški",
        "management, regular operating, operating costs, running costs",
        weak=True,
    ),
    concept("monitoring", "", "spremljanje, vrednotenje", "monitoring, evaluation", weak=True),
    concept(
        "sensors",
        "environment_sensors",
        "senzor, kakovost zraka, meritve okolja, okoljski monitoring, internet stvari, merilna postaja,"
        " merilnik, hrup, kakovost vode, onesnaženost zraka, prašni delec",
        "sensor, air quality, environmental monitoring, internet of things, IoT, measuring station,"
        " noise monitoring, water quality, air pollution, particulate matter",
    ),
)

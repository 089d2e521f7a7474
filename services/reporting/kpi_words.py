"""What each key figure is called and means, and why one cannot be known, in both languages."""

from __future__ import annotations

from contracts.values import LocalText, Value


class Definition(Value):
    """A key figure in words. `version` rises when a figure is computed in another way; `public`: anybody may see it."""

    title: LocalText
    text: LocalText
    source: LocalText
    version: int = 1
    public: bool = True


def _words(sl: str, en: str) -> LocalText:
    return LocalText(sl=sl, en=en)


DEFINITIONS = {
    "committed_share": Definition(
        title=_words("Delež zagotovljenega denarja", "Share of the money committed"),
        text=_words(
            "Pisno zagotovljeni zneski za aktivnosti potrjenega načrta, deljeni z vsoto proračunov njegovih ukrepov. "
            "Denar, za katerega je oddana le prijava, ne šteje.",
            "Amounts committed in writing to the activities of the approved plan, divided by the sum of its action "
            "budgets. Money that was only applied for does not count.",
        ),
        source=_words("Načrt in vpisane odobritve sredstev.", "The plan, and the commitments written down."),
    ),
    "funding_committed": Definition(
        title=_words("Zagotovljena sredstva", "Funding committed"),
        text=_words(
            "Vsota zneskov, ki so jih občina, država, EU, zasebniki ali partnerji pisno namenili aktivnostim načrta, "
            "od začetka do danes.",
            "Sum of what the municipality, the state, the EU, private bodies or partners have committed in writing to "
            "activities of the plan, to date.",
        ),
        source=_words("Vpisane odobritve sredstev.", "The commitments written down."),
    ),
    "activities_on_time": Definition(
        title=_words("Aktivnosti, končane pravočasno", "Activities completed on time"),
        text=_words(
            "Aktivnosti, končane do roka iz potrjenega načrta, deljene z vsemi, ki jim je rok potekel do včeraj. Leto "
            "kot rok pomeni 31. december. Aktivnosti brez trdnega roka, stalne in pravočasno opuščene ne štejejo. "
            "Za dan konca velja dan, ko je bila vpisana faza.",
            "Activities finished by the date of the approved plan, divided by all whose date had come by yesterday. A "
            "year as a date means 31 December. Those without a firm date, the continuous ones and those cancelled in "
            "time do not count. The day of completion is the day the stage was set.",
        ),
        source=_words("Potrjeni načrt in vpisane faze aktivnosti.", "The approved plan, and the stages set."),
    ),
    "matches_per_open_call": Definition(
        title=_words("Ujemanja na odprti razpis", "Matches per open call"),
        text=_words(
            "Število ujemanj odprtih razpisov z aktivnostmi, deljeno s številom odprtih razpisov.",
            "How often an open call fits an activity, divided by the number of open calls.",
        ),
        source=_words("Prebrani razpisi in presoja ujemanja.", "The calls read, and how they were judged."),
        public=False,
    ),
    "hours_to_alert": Definition(
        title=_words("Ure od razpisa do obvestila", "Hours from a call to its alert"),
        text=_words(
            "Mediana ur od prve objave razpisa v sistemu do prvega dostavljenega obvestila o njem.",
            "Median hours from the moment a call was first published here to the first delivered alert about it.",
        ),
        source=_words("Časi objave razpisov in dostave obvestil.", "When calls were published and alerts delivered."),
        public=False,
    ),
    "devices_reporting": Definition(
        title=_words("Naprave, ki poročajo", "Devices that report"),
        text=_words(
            "Število naprav, ki so v zadnjih 30 dneh poslale vsaj eno meritev.",
            "How many devices have sent at least one reading in the last 30 days.",
        ),
        source=_words("Sporočila naprav.", "What the devices sent."),
    ),
}

BECAUSE = {
    "no_plan": _words("Nobena različica načrta še ni potrjena.", "No version of a plan is approved yet."),
    "no_estimate": _words("Načrt ne navaja ocene stroškov.", "The plan gives no estimate."),
    "other_currency": _words(
        "Vse odobritve so v drugi valuti kot načrt.", "Every commitment is in another currency than the plan."
    ),
    "none_due": _words("Nobeni aktivnosti rok še ni potekel.", "None is due yet."),
    "no_open_call": _words("Trenutno ni odprtih razpisov.", "No call is open at present."),
    "no_alert": _words("Dostavljeno še ni bilo nobeno obvestilo.", "No alert has been delivered yet."),
    "no_device": _words("Nobena naprava se še ni oglasila.", "No device has been heard of yet."),
}

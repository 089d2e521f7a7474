"""What calendars say, in both languages."""

from __future__ import annotations

from services.notifications.people.person import Language

WORDS: dict[Language, dict[str, str]] = {
    "sl": {
        "deadline": "Rok: {title}",
        "deadline_of_several": "Rok {number}: {title}",
        "stage": "Rok za oddajo: {title}",
        "stage_of_several": "Rok za {number}. fazo: {title}",
        "cut_off": "Presečni rok: {title}",
        "cut_off_of_several": "Presečni rok {number}: {title}",
        "task": "{what} – {title}",
        "step": "Naslednji rok prijave: {title}",
        "step_of_several": "Naslednji rok prijave: {title}",
        "obligation": "{title}",
        "obligation_of_several": "{title}",
        "cancelled": "ODPADE: {what}",
        "done": "OPRAVLJENO: {what}",
        "why_cancelled": "Odpade: {reason}",
        "hour_unknown": "Ali ura velja natanko, vir ne pove; preverite pri viru.",
        "no_hour": "Vir ure ne navaja.",
        "source_says": "Vir pravi: »{phrase}«",
        "owner": "Odgovorna oseba: {owner}",
        "mine": "{municipality}: moji roki",
        "department": "{municipality}: {department}",
    },
    "en": {
        "deadline": "Deadline: {title}",
        "deadline_of_several": "Deadline {number}: {title}",
        "stage": "Deadline: {title}",
        "stage_of_several": "Deadline of stage {number}: {title}",
        "cut_off": "Cut-off: {title}",
        "cut_off_of_several": "Cut-off {number}: {title}",
        "task": "{what} – {title}",
        "step": "Next date of the application: {title}",
        "step_of_several": "Next date of the application: {title}",
        "obligation": "{title}",
        "obligation_of_several": "{title}",
        "cancelled": "CANCELLED: {what}",
        "done": "DONE: {what}",
        "why_cancelled": "Cancelled: {reason}",
        "hour_unknown": "The source does not say whether the hour is exact; look there.",
        "no_hour": "The source states no hour.",
        "source_says": "The source says: '{phrase}'",
        "owner": "Responsible: {owner}",
        "mine": "{municipality}: my dates",
        "department": "{municipality}: {department}",
    },
}

"""The fixed words of a digest, in both languages."""

from __future__ import annotations

from services.notifications.people.person import Language

WORDS: dict[Language, dict[str, str]] = {
    "sl": {
        "subject": "Povzetek ({count}), najbližji rok {day}: {title}",
        "subject_no_deadline": "Povzetek ({count}): {title}",
        "title": "Kaj je novega za vas",
        "lead_all": "Novosti od zadnjega sporočila, najnujnejše najprej.",
        "lead_some": "Novosti od zadnjega sporočila, najnujnejše najprej: {told} od {count}.",
        "deadline": "Rok",
        "no_deadline": "ni objavljen",
        "fits": "Ustreza",
        "more_fits": "in še {count}",
        "own_share": "Lastni delež",
        "unknown": "ni podatka",
        "why": "Zakaj to prejemate",
        "open": "Odprite in odločite",
        "rest": "V nabiralniku je še (vse so tudi tam): {count}",
        "inbox": "Nabiralnik",
        "delivery": "Kdaj in kako vam pišemo",
        "unsubscribe": "Odjava od naročil iz tega povzetka",
        "leave": "Odjava samo od tega naročila",
    },
    "en": {
        "subject": "Digest ({count}), nearest deadline {day}: {title}",
        "subject_no_deadline": "Digest ({count}): {title}",
        "title": "What is new for you",
        "lead_all": "What came up since the last mail, the most pressing first.",
        "lead_some": "What came up since the last mail, the most pressing first: {told} of {count}.",
        "deadline": "Deadline",
        "no_deadline": "not published",
        "fits": "Fits",
        "more_fits": "and {count} more",
        "own_share": "Own share",
        "unknown": "not known",
        "why": "Why you get this",
        "open": "Open and decide",
        "rest": "More in your inbox, where all of these are, too: {count}",
        "inbox": "Inbox",
        "delivery": "When and how we write to you",
        "unsubscribe": "Leave the subscriptions behind this digest",
        "leave": "Leave only this subscription",
    },
}

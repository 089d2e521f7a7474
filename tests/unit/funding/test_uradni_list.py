from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest

from services.funding.sources.gazette_text import joined, notices_in
from services.funding.sources.parsed_call import ParsedCall
from services.funding.sources.source import Malformed, Payload, Reading
from services.funding.sources.uradni_list import UradniList
from tests.papers import pdf

FUND = "Slovenski regionalno razvojni sklad objavlja spremembe Javnega razpisa za finančni produkt"
URL = "https://www.uradni-list.si/_pdf/2026/Ra/r2026091.pdf"


def issue(*columns: Sequence[str]) -> Payload:
    return Payload(URL, pdf(*[columns[at : at + 2] for at in range(0, len(columns), 2)]))


def amendment(
    *changes: str, name: str = "OBČINE 2027", call: str = "3301-1/2026-SRRS-23", number: str = "3540"
) -> list[str]:
    opening = f"{FUND} – {name}, št. {call}, objavljenega v Uradnem listu RS, št. 12/2026, in sicer kot sledi:"
    return [f"Št. 3301-1/2026-SRRS-42 Ob-{number}/26", "Sprememba", opening, *changes]


def only(reading: Reading) -> ParsedCall:
    assert reading.rejected == []
    (call,) = reading.calls
    return call


def test_an_amendment_names_its_call_by_reference_and_speaks_of_what_it_changes_alone() -> None:
    call = only(UradniList().read([issue(amendment("Skupni razpisani znesek produkta je 9.538.838,50 EUR."))]))
    assert (call.amends, call.reference, call.key) == (True, "3301-1/2026-SRRS-23", "Ob-3540/26")
    assert call.budget is not None
    assert call.budget.amount == Decimal("9538838.50")
    assert {"title", "status", "deadlines", "eligible_applicants", "territory"} <= set(call.not_read)
    assert not {"budget", "reference"} & set(call.not_read)


def test_the_reference_decides_though_the_name_is_wrong() -> None:
    mislabelled = amendment(
        "Skupni razpisani znesek je 4.153.646 EUR.", name="AGRO FI mladi", call="3301-1/2024-SRRS-22"
    )
    assert only(UradniList().read([issue(mislabelled)])).reference == "3301-1/2024-SRRS-22"


def test_an_amendment_without_a_reference_is_matched_by_nothing_else() -> None:
    lines = ["Ob-3541/26", "Sprememba", "Sklad objavlja spremembo Javnega razpisa BIZI Krožno.", "Rok je 1. 3. 2027."]
    reading = UradniList().read([issue(lines)])
    assert reading.calls == []
    assert [rejected.field for rejected in reading.rejected] == ["reference"]


def test_a_reference_broken_at_a_line_end_is_whole_again() -> None:
    broken = [
        "Št. 3301-1/2025-SRRS-9 Ob-1/26",
        "Sprememba",
        f"{FUND} – X,",
        "št. 3301-1/2024-",
        "SRRS-28, kot sledi:",
        ".",
    ]
    assert only(UradniList().read([issue(broken)])).reference == "3301-1/2024-SRRS-28"


def test_columns_are_read_in_the_order_of_the_stream() -> None:
    left = amendment("Rok za oddajo vlog se podaljša do")
    right = ["31. 3. 2027 do 12. ure."]
    (deadline,) = only(UradniList().read([issue(left, right)])).deadlines
    assert deadline.at.isoformat() == "2027-03-31T10:00:00+00:00"


@pytest.mark.parametrize(
    ("sentence", "moment"),
    [
        ("Rok za oddajo vlog se s 1. 3. 2027 podaljša na 31. 3. 2027 do 12. ure.", "2027-03-31T10:00:00"),
        ("Rok za prijavo je namesto 1. 3. 2027 zdaj 28. 3. 2027 (24:00).", "2027-03-28T21:59:59"),
        ("Razpisni rok se podaljša do 31. 10. 2027 (24:00).", "2027-10-31T22:59:59"),
    ],
)
def test_a_moved_deadline_is_the_new_one(sentence: str, moment: str) -> None:
    (deadline,) = only(UradniList().read([issue(amendment(sentence))])).deadlines
    assert deadline.at.isoformat().startswith(moment)


def test_a_change_told_in_one_sentence_is_read_behind_the_reference() -> None:
    told = (
        "Ministrstvo objavlja spremembo javnega razpisa, št. 303-18/2026-2130-4, objavljenega v Uradnem listu RS, "
        "št. 80/2026 z dne 2. 10. 2026. Rok za oddajo vlog se podaljša do 15. 4. 2027 (14:00)."
    )
    call = only(UradniList().read([issue(["Št. 303-18/2026-2130-9 Ob-12/26", told])]))
    assert call.reference == "303-18/2026-2130-4"
    assert [deadline.at.isoformat() for deadline in call.deadlines] == ["2027-04-15T12:00:00+00:00"]


def test_a_notice_of_the_environmental_fund_names_its_call_by_the_fund_s_number() -> None:
    lines = [
        "Ob-13/26",
        "Sprememba",
        "Eko sklad objavlja spremembo Javnega poziva 118SUB-LS26.",
        "Skupna višina sredstev je 5.000 EUR.",
    ]
    call = only(UradniList().read([issue(lines)]))
    assert (call.reference, call.funder) == ("118SUB-LS26", "Eko sklad, Slovenski okoljski javni sklad")


def test_the_old_amount_beside_the_new_one_is_not_taken() -> None:
    call = only(
        UradniList().read([issue(amendment("Skupni razpisani znesek se z 500.000,00 EUR poveča na 800.000,00 EUR."))])
    )
    assert call.budget is not None
    assert call.budget.amount == Decimal(800_000)


def test_one_moved_date_of_several_is_not_taken_for_all_of_them() -> None:
    call = only(UradniList().read([issue(amendment("Zadnji razpisni rok se s 30. 6. 2027 podaljša do 30. 9. 2027."))]))
    assert call.deadlines == []
    assert [(unread.field, "one date of several" in unread.reason) for unread in call.unread] == [("deadlines", True)]


def test_two_new_amounts_leave_the_budget_unread() -> None:
    call = only(UradniList().read([issue(amendment("Skupni razpisani znesek je 1.000 EUR ali 2.000 EUR."))]))
    assert call.budget is None
    assert [unread.field for unread in call.unread] == ["budget"]


def test_one_notice_for_several_calls_moves_each_deadline_but_guesses_no_amount() -> None:
    lines = amendment("Rok za oddajo vlog je 1. 4. 2027.", "Skupni razpisani znesek je 5.000 EUR.")
    lines[2] = f"{FUND} – AGRO PF, št. 3301-1/2026-SRRS-1, ter BIZI PF, št. 3301-1/2026-SRRS-2, in sicer kot sledi:"
    reading = UradniList().read([issue(lines)])
    assert [call.reference for call in reading.calls] == ["3301-1/2026-SRRS-1", "3301-1/2026-SRRS-2"]
    assert all(len(call.deadlines) == 1 and call.budget is None for call in reading.calls)


@pytest.mark.parametrize(
    ("heading", "verb", "status"),
    [
        ("Preklic", "preklic Javnega razpisa za pametna mesta", "withdrawn"),
        ("Razveljavitev javnega razpisa", "razveljavitev Javnega razpisa za pametna mesta", "withdrawn"),
        ("Zaprtje razpisa", "zaprtje Javnega razpisa za pametna mesta", "closed"),
    ],
)
def test_a_call_is_withdrawn_or_closed_only_where_a_notice_says_so(heading: str, verb: str, status: str) -> None:
    lines = ["Št. 430-19/2026-3150-7 Ob-8/26", heading, f"Ministrstvo objavlja {verb}, št. 430-19/2023-3150-1."]
    call = only(UradniList().read([issue(lines)]))
    assert (call.status, call.reference) == (status, "430-19/2023-3150-1")


def test_a_head_glued_to_the_sentence_before_it_cuts_neither_notice() -> None:
    first = amendment("Rok za oddajo vlog je odprt")
    glued = [
        "do porabe sredstev Št. 3301-1/2023-SRRS-53 Ob-3539/26",
        *amendment("Rok za oddajo vlog je 1. 5. 2027.")[1:],
    ]
    one, other = UradniList().read([issue([*first, *glued])]).calls
    assert one.until_funds_run_out
    assert (one.key, other.key) == ("Ob-3540/26", "Ob-3539/26")


@pytest.mark.parametrize(
    "head",
    [
        "Stran 2178 / Št. 91 / 20. 11. 2026 Uradni list Republike Slovenije – Razglasni del",
        "Uradni list Republike Slovenije – Razglasni del Št. 91 / 20. 11. 2026 / Stran 2179",
    ],
)
def test_a_page_head_in_the_middle_of_a_sentence_is_taken_out(head: str) -> None:
    assert joined(f"Rok za oddajo\n{head}\nvlog") == "Rok za oddajo vlog"


def test_words_broken_at_line_ends_are_whole_again() -> None:
    assert (
        joined("objavlja spre-\nmembe v Savinjsko-\nŠaleški regiji")
        == "objavlja spremembe v Savinjsko-\nŠaleški regiji"
    )


def test_a_number_of_another_notice_in_running_text_opens_no_notice() -> None:
    text = "Št. 303-18/2026-2130-4 Ob-100/26\nRazpis, objavljen pod Ob-99/26 dne 1. 2. 2026, velja."
    assert [notice.number for notice in notices_in(text)] == ["Ob-100/26"]


def test_an_issue_that_amends_nothing_gives_nothing_and_that_is_no_alarm() -> None:
    reading = UradniList().read([issue(["Št. 303-1/2026-1 Ob-7/26", "Ministrstvo objavlja javni razpis za muzeje."])])
    assert (reading.seen, UradniList().may_be_empty) == (0, True)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<html>Stran ne obstaja</html>", "no PDF"),
        (b"%PDF-1.4\nunfinished", "cannot be read"),
        (pdf([["Popolnoma drugo besedilo"]]), "no notice"),
        (pdf([["Ob-1/26"]])[:300], "cannot be read"),
    ],
)
def test_what_is_no_issue_is_refused(body: bytes, words: str) -> None:
    with pytest.raises(Malformed, match=words):
        UradniList().read([Payload(URL, body)])


def test_a_page_that_unpacks_beyond_all_bounds_is_refused() -> None:
    import zlib

    bomb = zlib.compress(b"BT (x) Tj ET " * 7_000_000, 9)
    honest = pdf([["Ob-1/26"]])
    start, end = honest.index(b"5 0 obj"), honest.index(b"endstream")
    packed = b"5 0 obj\n<< /Length %d /Filter /FlateDecode >>\nstream\n%s\n" % (len(bomb), bomb)
    with pytest.raises(Malformed):
        UradniList().read([Payload(URL, honest[:start] + packed + honest[end:])])

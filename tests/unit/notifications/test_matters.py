"""An alert may tell of something that is no call: its mail, its states, and what an older version stored."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from contracts.funding import CallMatchedV1
from contracts.notifications import AlertRaisedV1
from contracts.values import LocalText, PartialDate
from services.notifications.alerts import Alert
from services.notifications.kinds import KINDS, kind_of
from services.notifications.mail import Links, compose
from services.notifications.matters.matter import Fact, Matter
from services.notifications.people.person import Person
from services.notifications.raising import raised_of_matter
from tests.unit.notifications.conftest import Match

MARKUP = '<script>alert("x")</script> & co'


def matter(**changes: object) -> Matter:
    facts = {
        "type": "application",
        "id": "application-1",
        "title": LocalText(sl="Digitalni muzej", en="Digital museum"),
        "what": LocalText(sl="Prijava je odobrena.", en="The application was approved."),
        "path": "/funding/applications/application-1",
        "since": datetime(2027, 2, 19, 7, 0, tzinfo=UTC),
        "why": LocalText(sl="Vodite jo.", en="You lead it."),
    }
    return Matter.model_validate(facts | changes)


def raised(now: datetime, kind: str = "application_state", **changes: object) -> Alert:
    return raised_of_matter(
        alert_id="alert-1",
        kind=kind,
        person="mateja",
        subscriptions=(),
        matter=matter(**changes),
        now=now,
        gather=timedelta(0),
    )


def test_it_tells_of_a_matter_and_says_so_on_the_bus(now: datetime) -> None:
    alert = raised(now, due=PartialDate(value="2027-03"))
    [said] = alert.events
    assert isinstance(said, AlertRaisedV1)
    assert (said.title, said.title_sl, said.about, said.about_id, said.path, said.call_id) == (
        *("Digital museum", "Digitalni muzej"),
        *("application", "application-1", "/funding/applications/application-1", None),
    )
    assert alert.mandatory and alert.urgent
    assert alert.deadline is not None and alert.deadline.isoformat() == "2027-03-31T23:59:59+02:00"


def test_a_matter_that_happens_again_is_counted_and_keeps_its_beginning(now: datetime) -> None:
    first = raised(now)
    again = first.again(matter(since=now, what=LocalText(sl="Spet.", en="Again.")))
    assert again.matter is not None and first.matter is not None
    assert (again.matter.times, again.matter.since, again.matter.what.en) == (2, first.matter.since, "Again.")


def test_an_alert_tells_of_one_thing(now: datetime, match: Match) -> None:
    stored = raised(now).model_dump(exclude={"events"})
    with pytest.raises(ValidationError, match="a call or of a matter"):
        Alert.model_validate(stored | {"call": match().call})
    with pytest.raises(ValueError, match="look at its matter"):
        _ = raised(now).told_call


def test_what_0_2_0_stored_is_read(now: datetime, match: Match) -> None:
    event: CallMatchedV1 = match()
    stored = {
        "alert_id": "a",
        "version": 3,
        "kind": "call_withdrawn",
        "person": "mateja",
        "subscriptions": ["s"],
        "call": event.call.model_dump(),
        "fits": [],
        "raised_at": now,
        "not_before": None,
        "state": "delivered",
    }
    alert = Alert.model_validate(stored)
    assert (alert.about_id, alert.path) == (event.call.call_id, f"/funding/calls/{event.call.call_id}")


def test_a_kind_of_a_newer_version_is_shown_by_its_code(now: datetime) -> None:
    assert kind_of("flood_expected").heading.en == "Flood expected"
    assert raised(now, kind="flood_expected").heading.sl == "Flood expected"


def test_every_kind_has_a_name_in_both_languages() -> None:
    for kind in KINDS.values():
        assert kind.name.sl and kind.name.en and kind.name.sl != kind.name.en


@pytest.mark.parametrize("language", ["sl", "en"])
def test_its_mail_says_what_where_and_who_and_holds_no_foreign_markup(
    now: datetime, officer: Person, language: str
) -> None:
    alert = raised(
        now,
        title=LocalText(sl=MARKUP, en=MARKUP),
        due=PartialDate(value="2027-02-26"),
        leads="maja",
        facts=(Fact(label=LocalText(sl="Opomba", en="Note"), value=LocalText(sl=MARKUP, en=MARKUP)),),
    )
    message = compose(
        alert,
        officer.model_copy(update={"language": language}),
        subscription=None,
        links=Links(
            about="https://cinnabar.example/funding/applications/application-1",
            alert="https://cinnabar.example/inbox/alert-1",
            preferences="https://cinnabar.example/inbox/preferences",
        ),
        sender="Cinnabar <cinnabar@obcina.example>",
        municipality="Idrija",
        now=now,
    )
    text, html = (part.get_content() for part in message.iter_parts())
    assert message["List-Unsubscribe"] is None
    assert "<script>" not in html and "&lt;script&gt;" in html
    for part in (text, html):
        assert matter().what.in_language(language) in part
        assert matter().why.in_language(language) in part
        assert "/funding/applications/application-1" in part and "maja" in part
    assert ("čez 7 dni" if language == "sl" else "in 7 days") in text
    assert ("Novo stanje prijave, rok 26. februar 2027" if language == "sl" else "due 26 February 2027") in str(
        message["Subject"]
    )


@pytest.mark.parametrize("path", ["https://evil.example/", "//evil.example", "/a b", "/a\nb", "x"])
def test_it_leads_to_a_page_of_ours(path: str) -> None:
    with pytest.raises(ValidationError, match="no path of ours"):
        matter(path=path)

from __future__ import annotations

from datetime import timedelta

import pytest

from contracts.funding import CallChangedV1, CallClosedV1, CallReopenedV1, CallWithdrawnV1, FieldChange
from services.notifications.answers.asking import Asked
from services.notifications.answers.passing import passed_on
from services.notifications.changes.concern import Concern
from services.notifications.changes.judging import judge_news, outrun
from services.notifications.changes.news import of_change, of_closing, of_reopening, of_withdrawal
from services.notifications.changes.standing import Standing
from services.notifications.judging import KNOWN_FIT, judge
from services.notifications.mail import compose, subject_of
from services.notifications.subscriptions import Subscription

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
EARLIER = FieldChange(
    field="deadline",
    before="2027-03-31 12:00",
    after="2027-03-15 12:00",
    material=True,
    urgent=True,
    rule="deadline_earlier",
)
WORDING = FieldChange(field="title", before="A", after="B", rule="wording")


@pytest.fixture
def told(match, subscription, officer, now):
    alert = judge(subscription, officer, match(), None, now - 3 * DAY)
    return alert.sending(now - 2 * DAY).delivered("<m@x.example>", now - 2 * DAY)


@pytest.fixture
def changed(call):
    def of(*changes, sequence=2, **facts):
        event = CallChangedV1(
            call=call.model_copy(update=facts),
            call_id=call.call_id,
            changes=list(changes),
            material=any(each.material for each in changes),
            urgent=any(each.urgent for each in changes),
        )
        return of_change(event, sequence)

    return of


def withdrawn(call):
    return of_withdrawal(
        CallWithdrawnV1(call_id=call.call_id, title=call.title, reason="Razpis je preklican."), sequence=3
    )


def closed(call, because):
    return of_closing(CallClosedV1(call_id=call.call_id, title=call.title, because=because, joined_into="b"), 3)


def only_reason(verdict):
    assert verdict.alerts == []
    [silence] = verdict.silences
    return silence.reason.code


def test_who_knows_the_call_hears_what_matters_with_before_and_after(changed, subscription, officer, told, now):
    [alert] = judge_news(changed(EARLIER, WORDING), officer, [subscription], [told], now).alerts
    assert (alert.kind, alert.urgent, alert.told_before) == ("call_changed", True, told.raised_at)
    assert [change.field for change in alert.changes] == ["deadline", "title"]
    assert [fit.activity_number for fit in alert.fits] == ["3.1.2"]
    assert alert.events[0].kind == "call_changed"


def test_the_same_version_told_by_two_events_makes_one_alert(changed, call, subscription, officer, told, now):
    status = FieldChange(field="status", before="closed", after="open", material=True, urgent=True, rule="reopened")
    [alert] = judge_news(changed(status), officer, [subscription], [told], now).alerts
    assert alert.kind == "call_reopened"
    second = of_reopening(CallReopenedV1(call=call, call_id=call.call_id, was="closed"), 2)
    assert only_reason(judge_news(second, officer, [subscription], [told, alert], now)) == "already_told"


RATE = FieldChange(field="co_financing_rate", before="85 %", after="50 %", material=True, rule="grant_lower")


def test_two_events_of_one_version_lose_no_change(changed, subscription, officer, told, now):
    [first] = judge_news(changed(EARLIER), officer, [subscription], [told], now).alerts
    [both] = judge_news(changed(RATE), officer, [subscription], [told, first], now).alerts
    assert (both.alert_id, [change.field for change in both.changes]) == (
        first.alert_id,
        ["deadline", "co_financing_rate"],
    )
    gone = first.sending(now + SECOND).delivered("<m@x.example>", now + SECOND)
    [second] = judge_news(changed(RATE), officer, [subscription], [told, gone], now).alerts
    assert second.alert_id != first.alert_id
    assert [change.field for change in second.changes] == ["co_financing_rate"]
    assert only_reason(judge_news(changed(RATE), officer, [subscription], [told, gone, second], now)) == "already_told"


def test_a_closing_is_told_by_the_event_that_says_why(changed):
    assert changed(FieldChange(field="status", before="open", after="closed", material=True, rule="closed")) is None


@pytest.mark.parametrize(
    ("asks", "code"), [({}, "not_material"), ({"every_change": True}, None)], ids=["silence", "asked for"]
)
def test_other_words_reach_those_who_asked_for_every_change(changed, subscription, officer, told, now, asks, code):
    wanting = subscription.model_copy(update=asks)
    verdict = judge_news(changed(WORDING), officer, [wanting], [told], now)
    assert [silence.reason.code for silence in verdict.silences] == ([code] if code else [])
    assert len(verdict.alerts) == (0 if code else 1)


def test_not_for_us_stays_silent_unless_it_matters(changed, call, subscription, officer, told, now):
    aside = told.decide("not_for_us", by="m", now=now - DAY, reason="too small")
    every = subscription.model_copy(update={"every_change": True})
    assert only_reason(judge_news(changed(WORDING), officer, [every], [aside], now)) == "dismissed"
    assert only_reason(judge_news(withdrawn(call), officer, [subscription], [aside], now)) == "dismissed"
    assert len(judge_news(changed(EARLIER), officer, [subscription], [aside], now).alerts) == 1


@pytest.mark.parametrize(
    ("because", "code"), [("deadline_passed", "closed_as_announced"), ("joined", "goes_on_elsewhere")]
)
def test_an_expected_end_is_no_news(call, subscription, officer, told, now, because, code):
    assert only_reason(judge_news(closed(call, because), officer, [subscription], [told], now)) == code


def test_a_change_heard_after_a_later_end_is_told_to_nobody(changed, call, subscription, officer, now):
    ended = Standing.of(closed(call, "source"), now, None)
    end = ended.end_after(changed(sequence=2))
    assert end == "closed"
    assert only_reason(outrun(changed(), end, officer, [subscription], now)) == "call_not_open"
    assert ended.end_after(changed(sequence=4)) is None, "what was said after the end still counts"
    assert ended.end_after(withdrawn(call)) is None, "an end is told whatever came before it"


def test_a_withdrawal_stops_the_mail_that_has_not_left(match, call, subscription, officer, now):
    waiting = judge(subscription, officer, match(), None, now)
    verdict = judge_news(withdrawn(call), officer, [subscription], [waiting], now)
    [stopped] = verdict.alerts
    assert (stopped.alert_id, stopped.state, stopped.withheld.code) == (
        waiting.alert_id,
        "withheld",
        "over_before_mail",
    )
    assert [silence.reason.code for silence in verdict.silences] == ["over_before_mail"]


def test_a_mail_still_to_go_tells_the_new_state_instead_of_a_second_mail(match, changed, subscription, officer, now):
    waiting = judge(subscription, officer, match(), None, now)
    verdict = judge_news(changed(EARLIER, funder="Drug"), officer, [subscription], [waiting], now)
    [updated] = verdict.alerts
    assert (updated.alert_id, updated.call.funder) == (waiting.alert_id, "Drug")
    assert [silence.reason.code for silence in verdict.silences] == ["mail_still_to_go"]


def test_a_call_nobody_was_told_of_reaches_those_who_ask_for_changes(changed, call, officer, now):
    asking = Subscription(id="changes", person=officer.id, kinds=("call_changed",))
    [alert] = judge_news(changed(EARLIER), officer, [asking], [], now).alerts
    assert (alert.fits, alert.told_before) == ((), None)
    narrow = asking.model_copy(update={"activities": ("3.1.2",)})
    assert only_reason(judge_news(changed(EARLIER), officer, [narrow], [], now)) == "fits_nothing_chosen"
    assert only_reason(judge_news(withdrawn(call), officer, [asking], [], now)) == "never_told"


def test_whoever_left_or_unsubscribed_hears_nothing(changed, subscription, officer, told, now):
    gone, off = officer.model_copy(update={"active": False}), subscription.model_copy(update={"enabled": False})
    assert only_reason(judge_news(changed(EARLIER), gone, [subscription], [told], now)) == "person_left"
    assert only_reason(judge_news(changed(EARLIER), officer, [off], [told], now)) == "subscription_off"


def test_the_match_of_the_changed_call_is_no_second_mail(match, call, subscription, officer, told, now):
    newer = call.model_copy(update={"deadline": now + DAY})
    silence = judge(subscription, officer, match(call=newer), None, now, earlier=[told])
    assert silence.reason == KNOWN_FIT
    other = judge(subscription, officer, match("4.1.1", call=newer), None, now, earlier=[told])
    assert other.mailed_fits[0].activity_number == "4.1.1"


@pytest.mark.parametrize("language", ["sl", "en"])
def test_the_mail_says_before_and_after_and_why(changed, subscription, officer, told, now, links, language):
    reader = officer.model_copy(update={"language": language})
    markup = EARLIER.model_copy(update={"field": "documents", "after": "<b>x</b>\r\nBcc: a@b.si"})
    [alert] = judge_news(changed(EARLIER, markup), reader, [subscription], [told], now).alerts
    mail = compose(
        alert,
        reader,
        subscription=subscription,
        links=links,
        sender="Cinnabar <no-reply@x.example>",
        municipality="I",
        now=now,
    )
    text = mail.get_body(("plain",)).get_content()
    before, after = {"sl": ("31. marec 2027", "15. marec 2027"), "en": ("31 March 2027", "15 March 2027")}[language]
    assert f": {before} 12:00" in text
    assert f": {after} 12:00" in text
    assert {"sl": "16. februarja 2027", "en": "16 February 2027"}[language] in text, "when the person heard of it first"
    assert {"sl": "rok za prijavo", "en": "deadline"}[language] in subject_of(alert, reader)
    html = mail.get_body(("html",)).get_content()
    assert "&lt;b&gt;x&lt;/b&gt; Bcc" in html
    assert "<b>x" not in html


def test_a_withdrawal_s_mail_has_the_source_s_words(call, subscription, officer, told, now, links):
    [alert] = judge_news(withdrawn(call), officer, [subscription], [told], now).alerts
    mail = compose(
        alert, officer, subscription=subscription, links=links, sender="C <a@x.example>", municipality="I", now=now
    )
    assert mail["Subject"].startswith("Razpis je preklican: Digitalne")
    assert "„Razpis je preklican.“" in mail.get_body(("plain",)).get_content()
    assert alert.call.status == "withdrawn"


@pytest.fixture
def handed(told, officer, now):
    asked = Asked(how="handed_over", by="maja", by_name="Maja", since=now - DAY, may_decide=True)
    alert = passed_on(told, officer.id, asked, family="handed", now=now - DAY)
    return alert.sending(now - DAY).delivered("<h@x.example>", now - DAY)


def test_who_was_handed_the_call_hears_what_becomes_of_it_without_a_subscription(changed, call, officer, handed, now):
    concern = Concern.of([handed], applies=False)
    [alert] = judge_news(changed(EARLIER), officer, [], [handed], now, concern=concern).alerts
    assert (alert.subscriptions, alert.mandatory, alert.told_before) == ((), True, handed.raised_at)
    assert (alert.asked, alert.family) == (handed.asked, "handed"), "their answer goes on to count"
    assert subject_of(alert, officer).startswith("Predano vam: Razpis se je spremenil")
    [ended] = judge_news(
        withdrawn(call), officer, [], [handed, alert.sending(now + SECOND)], now, concern=concern
    ).alerts[1:]
    assert ended.kind == "call_withdrawn"
    silent = judge_news(changed(WORDING), officer, [], [handed], now, concern=concern)
    assert (only_reason(silent), silent.silences[0].subscription) == ("not_material", "concerned:mateja")
    for choice, concerned in (("apply", True), ("hand_over", False)):
        decided = handed.decide(choice, by=officer.id, now=now, reason="Tadej")
        assert (Concern.of([decided], applies=False) is not None) is concerned


def test_who_leads_an_application_hears_the_end_of_a_call_they_were_never_told_of(call, officer, links, now):
    concern = Concern.of([], applies=True)
    news = withdrawn(call)
    [alert] = judge_news(news, officer, [], [], now, concern=concern, first_told=call).alerts
    assert (alert.kind, alert.told_call.status, alert.mandatory) == ("call_withdrawn", "withdrawn", True)
    mail = compose(
        alert, officer, subscription=None, links=links, sender="C <c@x.example>", municipality="Idrija", now=now
    )
    assert "vodite prijavo" in mail.get_body(("plain",)).get_content()
    expected = judge_news(closed(call, "deadline_passed"), officer, [], [], now, concern=concern, first_told=call)
    assert only_reason(expected) == "closed_as_announced"
    assert Concern.of([], applies=False) is None

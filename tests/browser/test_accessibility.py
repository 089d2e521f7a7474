"""Every page to WCAG 2.1 AA as far as axe-core can tell, and by keyboard alone."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from typing import Any

import nats
import pytest
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from kit.embedded import list_mail
from tests.browser.axe import Axe, fetched
from tests.system.copy import Copy, copy_of_cinnabar

pytestmark = pytest.mark.browser

PUBLIC = (
    "/",
    "/plan",
    "/plan/actions/4.1",
    "/plan/activities/2.1.1",
    "/funding",
    "/funding/neighbours",
    "/funding/sources",
    "/funding/sources/eu-portal",
    "/funding/calls",
    "/funding/strategy",
    "/funding/calls/joins",
    "/sensors",
    "/reports",
    "/inbox",
    *("/events", "/events/start"),
)
MISSING = "/nothing-here"
FRAME = ("/accessibility", "/sign-in", MISSING, "/styleguide")
SIGNED_IN = (
    *(
        "/",
        "/plan",
        "/plan/activities/2.1.1",
        "/plan/risks",
        "/plan/risks/R3",
        "/plan/decisions",
        "/funding",
        "/inbox",
        "/inbox/preferences",
        "/inbox/delivery",
        "/reports",
        "/mailbox",
    ),
    *("/inbox/audit", "/inbox/calendar", "/inbox/channels"),
    *("/funding/sources/ted", "/funding/sources/new", "/funding/sources/upload"),
)
FUNDING = (
    *("/funding/applications", "/funding/applications/new", "/funding/council"),
    *("/funding/planning", "/funding/planning/diip_days"),
    *("/funding/ledger?year=2027", "/funding/ledger/lines/line-2027-160310", "/funding/ledger/lines/new"),
    *("/funding/ledger/financings/new", "/funding/ledger/aid", "/funding/parameters"),
    *("/funding/obligations", "/funding/obligations/awards/new", "/funding/commitments"),
    *("/funding/strategy", "/funding/strategy/suggestions"),
)
# Lists of funding, each with where in it the first link to one of its things stands.
ONE_OF_EACH = (
    ("/funding/ledger?year=2027", "main a[href*='/financings/01']"),
    ("/funding/obligations", "main a[href*='/awards/01']"),
    ("/funding/obligations", "main .rows h3 a"),
    ("/funding/commitments", "main a[href*='/commitments/01']"),
)
INTEGRATORS = ("/events/start", "/integrations/webhooks")
COORDINATORS = (
    *("/plan/risks/R3", "/plan/decisions/new"),
    *("/inbox/me", "/inbox/people", "/inbox/people?q=nobody-called-so", "/inbox/people/new"),
    *("/inbox/people/officer@idrija.example", "/inbox/departments/new", "/inbox/departments/social"),
    "/inbox/organisation",
)
OPERATORS = ("/dead-letters", "/dead-letters?state=dropped", "/dead-letters?code=none", "/inbox/mailboxes")
MOST_STOPS = 400

_TABBABLE = """
const stops = [...document.querySelectorAll(
  "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")]
  .filter(each => !each.disabled && each.checkVisibility({visibilityProperty: true}));
const groups = new Set();
return stops.filter(each => {
  if (each.type !== "radio") return true;
  if (groups.has(each.name)) return false;
  groups.add(each.name);
  return true;
}).length;
"""
_FOCUSED = """
const each = document.activeElement;
if (each === document.body) return null;
const style = getComputedStyle(each), box = each.getBoundingClientRect();
const seen = new Set(window.stops || []);
// A date is one field with a stop for each of its parts.
const within = window.stop === each;
window.stops = [...seen, each];
window.stop = each;
return {
  within,
  name: each.outerHTML.slice(0, 120),
  again: seen.has(each),
  ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
  shown: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight,
};
"""


@pytest.fixture(scope="module")
def axe() -> Axe:
    return fetched()


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    inside = {"CINNABAR_WEBHOOK_INSIDE": "127.0.0.1"}
    with copy_of_cinnabar(tmp_path_factory.mktemp("accessible") / "data", environment=inside) as running:
        asyncio.run(unreadable_event(running))
        money_won(running)
        integrated(running)
        yield running


async def unreadable_event(copy: Copy) -> None:
    """Something nobody can read comes in, so that operators have something to see."""
    note = json.loads((copy.folder / "running.json").read_text())
    client = await nats.connect(note["nats_url"])
    headers = {"content-type": "text/plain"}
    await client.jetstream().publish("cinnabar.idrija.funding.call.withdrawn.v1", b'{"call": 1}', headers=headers)
    await client.close()


def sign_in(browser: Chrome, copy: Copy, who: str = "officer") -> None:
    browser.get(f"{copy.url}/sign-in?next=/accessibility")
    browser.find_element(By.CSS_SELECTOR, f"input[value='{who}@idrija.example']").click()
    browser.find_element(By.CSS_SELECTOR, "form[action='/sign-in'] button").click()
    # A click does not wait for the page it leads to, and the next address would break the sign-in off.
    WebDriverWait(browser, 30).until(lambda chrome: chrome.current_url == f"{copy.url}/accessibility")


def says(browser: Chrome, words: str) -> None:
    """Wait until the page says that; the one that is just being left may be gone in the middle of a look."""
    wait = WebDriverWait(browser, 30, ignored_exceptions=[StaleElementReferenceException])
    wait.until(lambda chrome: words in chrome.find_element(By.CSS_SELECTOR, "html").text)


def first_link(browser: Chrome, copy: Copy, page: str, selector: str) -> str:
    """The address of the first link on a page, once there is one: events take a moment to arrive."""

    def link(chrome: Chrome) -> Any:
        chrome.get(copy.url + page)
        return next((each.get_attribute("href") for each in chrome.find_elements(By.CSS_SELECTOR, selector)), None)

    return str(WebDriverWait(browser, 30, 0.5, [StaleElementReferenceException]).until(link)).removeprefix(copy.url)


def money_won(copy: Copy) -> None:
    """A contract and a commitment, which the example does not have: it has applied for money, and won none."""
    officer = copy.as_("officer")
    amount = {"amount": "10000.00", "currency": "EUR"}
    commitment = {"activity_id": "idrija-iap-2025:2.1.2", "amount": amount, "source_class": "eu"}
    award = {
        "title": "Oprema", "funder": "Ministrstvo za kulturo", "amount": amount, "owner": "officer@idrija.example",
        "signed_on": {"value": "2026-11-20"}, "ends_on": {"value": "2027-12-31"},
    }  # fmt: skip
    for path, body in (("commitments", commitment), ("awards", award)):
        answer = copy.http.post(f"/api/funding/{path}", json=body, headers={**officer, "Idempotency-Key": path})
        assert answer.status_code == 201, answer.text


def integrated(copy: Copy) -> None:
    """A key, and a webhook whose receiver is not there, with what was to be delivered to it."""
    integrator, kept = copy.as_("integrator"), "/api/notifications"
    hook = {"url": "http://127.0.0.1:9/hook", "types": ["funding.>"]}
    copy.http.post(f"{kept}/integrators", json={"name": "bsc-kranj"}, headers=integrator).raise_for_status()
    made = copy.http.post(f"{kept}/webhooks", json=hook, headers=integrator).raise_for_status().json()
    copy.http.post(f"{kept}/webhooks/{made['id']}/ping", headers=integrator).raise_for_status()


def links_of_a_mail(copy: Copy) -> list[str]:
    """The pages on which a call is decided from a mail."""
    mail = next(mail for mail in list_mail(copy.folder / "mail") if "/inbox/answer/" in (mail.text or ""))
    return re.findall(r"/inbox/answer/[\w-]+", mail.text or "")


def faults(browser: Chrome, axe: Axe, copy: Copy, pages: tuple[str, ...]) -> dict[str, list[str]]:
    found = {}
    for page in pages:
        browser.get(copy.url + page)
        status = browser.execute_script("return performance.getEntriesByType('navigation')[0].responseStatus")
        assert status == (404 if page == MISSING else 200), f"{page} answers {status}"
        if violations := axe.violations(browser):
            found[page] = violations
    return found


def prefer(browser: Chrome, scheme: str) -> None:
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


# Both languages and both colour schemes in two runs instead of four.
@pytest.mark.parametrize(("language", "scheme"), [("sl", "light"), ("en", "dark")])
def test_no_page_breaks_a_rule_that_can_be_checked(
    browser: Chrome, axe: Axe, copy: Copy, language: str, scheme: str
) -> None:
    prefer(browser, scheme)
    browser.get(f"{copy.url}/?lang={language}")
    call = first_link(browser, copy, "/funding/calls", "main .rows h3 a")
    series = first_link(browser, copy, "/sensors", "main .figure-value a")
    device = first_link(browser, copy, "/sensors", "main h2 a")
    found = faults(browser, axe, copy, (*PUBLIC, *FRAME, call, series, device))

    sign_in(browser, copy)
    alert = first_link(browser, copy, "/inbox", "main .rows h3 a")
    mail = first_link(browser, copy, "/mailbox", "main th a")
    measured = (device, series, f"{series}/thresholds/new", f"{series}/checks")
    found |= faults(browser, axe, copy, (*SIGNED_IN, alert, mail, *measured, f"{call}/edit", f"{call}/history"))

    application = first_link(browser, copy, "/funding/applications", "#applications th a")
    forms = ("edit", "moves/start", "moves/withdraw", "tasks/new", "tasks/diip", "documents/form", "documents/new")
    ones = [first_link(browser, copy, page, selector) for page, selector in ONE_OF_EACH]
    found |= faults(browser, axe, copy, (*FUNDING, application, *(f"{application}/{form}" for form in forms), *ones))

    browser.get(f"{copy.url}/funding/calls/new")
    browser.find_element(By.NAME, "deadline").send_keys("?", Keys.ENTER)
    WebDriverWait(browser, 30).until(lambda chrome: chrome.find_elements(By.CSS_SELECTOR, ".error-summary"))
    if violations := axe.violations(browser):
        found["a refused form"] = violations

    sign_in(browser, copy, "integrator")
    hook = first_link(browser, copy, "/integrations/webhooks", "main .rows h3 a")
    delivery = first_link(browser, copy, hook, "main a[href*='/deliveries/']")
    found |= faults(browser, axe, copy, (*INTEGRATORS, hook, delivery))

    sign_in(browser, copy, "coordinator")
    found |= faults(browser, axe, copy, COORDINATORS)
    found |= faults(browser, axe, copy, tuple(f"{link}?lang={language}" for link in links_of_a_mail(copy)))

    sign_in(browser, copy, "operator")
    letter = first_link(browser, copy, "/dead-letters", "main th a")
    found |= faults(browser, axe, copy, (*OPERATORS, letter))
    browser.find_element(By.CSS_SELECTOR, "form[action$='/drop'] button").click()
    WebDriverWait(browser, 30).until(lambda chrome: chrome.find_elements(By.CSS_SELECTOR, ".error-summary"))
    if violations := axe.violations(browser):
        found["a letter dropped without a reason"] = violations
    assert browser.find_element(By.TAG_NAME, "html").get_attribute("lang") == language
    assert found == {}


def test_what_is_pushed_is_shown(browser: Chrome, copy: Copy) -> None:
    """As the browser's maker would deliver it, whose service cannot be reached here."""
    browser.execute_cdp_cmd("Browser.grantPermissions", {"permissions": ["notifications"], "origin": copy.url})
    sign_in(browser, copy)
    browser.get(f"{copy.url}/inbox/channels")
    script = "navigator.serviceWorker.register('/sw.js').then(() => navigator.serviceWorker.ready).then(() => {0}(1))"
    browser.execute_async_script(script.format("arguments[0]"))
    browser.execute_cdp_cmd("ServiceWorker.enable", {})
    pushed = {"title": "Razpis", "body": "<b>Rok</b>", "url": f"{copy.url}/inbox/1", "tag": "one", "lang": "sl"}
    notes = "navigator.serviceWorker.ready.then(each => each.getNotifications())"
    script = f"{notes}.then(all => arguments[0](all.map(each => [each.title, each.body, each.tag, each.data.url])))"

    def shown(chrome: Chrome) -> Any:
        """Delivered at each look: no event tells when the worker listens, nor which of the first numbers it has."""
        for number in range(10):
            worker = {"origin": copy.url, "registrationId": str(number), "data": json.dumps(pushed)}
            chrome.execute_cdp_cmd("ServiceWorker.deliverPushMessage", worker)
        return chrome.execute_async_script(script)

    assert WebDriverWait(browser, 30).until(shown) == [["Razpis", "<b>Rok</b>", "one", f"{copy.url}/inbox/1"]]


def test_a_fault_would_be_found(browser: Chrome, axe: Axe, copy: Copy) -> None:
    browser.get(f"{copy.url}/accessibility")
    browser.execute_script("document.querySelector('main').insertAdjacentHTML('beforeend', '<input><img src=x>')")
    rules = {violation.partition(":")[0] for violation in axe.violations(browser)}
    assert {"label", "image-alt"} <= rules


def test_the_first_stop_leads_past_the_frame(browser: Chrome, copy: Copy) -> None:
    browser.get(f"{copy.url}/plan")
    press(browser, Keys.TAB)
    skip = browser.switch_to.active_element
    assert skip.get_attribute("class") == "skip"
    assert skip.is_displayed()
    press(browser, Keys.ENTER)
    assert browser.switch_to.active_element.get_attribute("id") == "content"
    press(browser, Keys.TAB)
    assert browser.execute_script("return document.activeElement.closest('main') !== null")


def test_every_stop_is_reached_by_keyboard_and_seen(browser: Chrome, copy: Copy) -> None:
    sign_in(browser, copy)
    alert = first_link(browser, copy, "/inbox", "main .rows h3 a")
    for page in ("/", "/funding", "/funding/calls", "/funding/calls/new", "/inbox/preferences", alert):
        every_stop_is_seen(browser, copy, page)
    sign_in(browser, copy, "operator")
    letter = first_link(browser, copy, "/dead-letters", "main th a")
    for page in ("/dead-letters", letter):
        every_stop_is_seen(browser, copy, page)


def every_stop_is_seen(browser: Chrome, copy: Copy, page: str) -> None:
    browser.get(copy.url + page)
    expected = browser.execute_script(_TABBABLE)
    stops = walk(browser)
    assert [stop["name"] for stop in stops if not stop["ring"]] == [], f"{page}: focus without a visible ring"
    assert [stop["name"] for stop in stops if not stop["shown"]] == [], f"{page}: focus outside the window"
    assert len(stops) == expected > 0, page


def test_an_operator_decides_about_an_event_without_a_script(browser: Chrome, copy: Copy) -> None:
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    sign_in(browser, copy, "operator")
    first_link(browser, copy, "/dead-letters", "main th a")
    browser.get(f"{copy.url}/?lang=en")
    browser.find_element(By.LINK_TEXT, "Dead letters").click()
    browser.find_element(By.NAME, "letter").click()
    browser.find_element(By.CSS_SELECTOR, "form[action='/dead-letters/redrive'] .button-primary").click()
    says(browser, "1 event was given to its handler again.")
    letter = first_link(browser, copy, "/dead-letters?event=funding.call.withdrawn", "main th a")
    browser.get(copy.url + letter)
    browser.find_element(By.NAME, "reason").send_keys("Nobody knows who sent it.")
    browser.find_element(By.CSS_SELECTOR, "form[action$='/drop'] button").click()
    says(browser, "was given up")
    browser.get(f"{copy.url}/dead-letters?state=dropped")
    browser.find_element(By.CSS_SELECTOR, "main th a").click()
    says(browser, "Nobody knows who sent it.")


def test_the_board_is_worked_with_single_keys(browser: Chrome, axe: Axe, copy: Copy) -> None:
    sign_in(browser, copy)
    first = first_link(browser, copy, "/funding", "[data-shortcut-item] h2 a")
    press(browser, "j")
    assert browser.switch_to.active_element.get_attribute("data-shortcut-item") is not None
    press(browser, "n")
    assert browser.switch_to.active_element.get_attribute("name") == "reason_code"
    press(browser, Keys.TAB)
    press(browser, "a")
    assert browser.switch_to.active_element.get_attribute("value") == "a", "a letter typed in a field is only a letter"
    press(browser, Keys.ENTER)
    assert not browser.find_elements(By.CSS_SELECTOR, "[data-key-anywhere]"), "Enter in a field decides nothing"
    assert axe.violations(browser) == []
    # Without a reason it is refused, with the form as it was left.
    submit = "[data-shortcut-item] button[value='not_for_us']"
    browser.find_element(By.CSS_SELECTOR, submit).click()
    wait = WebDriverWait(browser, 30)
    wait.until(lambda chrome: chrome.find_elements(By.CSS_SELECTOR, ".error-summary"))
    assert axe.violations(browser) == []
    browser.find_element(By.CSS_SELECTOR, ".decide details[open] option[value='lack_match_ability']").click()
    browser.find_element(By.CSS_SELECTOR, submit).click()
    wait.until(lambda chrome: chrome.find_elements(By.CSS_SELECTOR, "[data-key-anywhere]"))
    assert first != browser.find_element(By.CSS_SELECTOR, "[data-shortcut-item] h2 a").get_attribute("href")
    press(browser, "u")
    wait.until(lambda chrome: not chrome.find_elements(By.CSS_SELECTOR, "[data-key-anywhere]"))
    again = browser.find_element(By.CSS_SELECTOR, "[data-shortcut-item] h2 a").get_attribute("href")
    assert str(again).removeprefix(copy.url) == first


def walk(browser: Chrome) -> list[dict[str, Any]]:
    """Everything the Tab key stops at, until it comes round."""
    stops: list[dict[str, Any]] = []
    for _ in range(MOST_STOPS):
        press(browser, Keys.TAB)
        stop = browser.execute_script(_FOCUSED)
        if stop is None or (stop["again"] and not stop["within"]):
            return stops
        if not stop["within"]:
            stops.append(stop)
    raise AssertionError(f"Tab does not come round within {MOST_STOPS} stops")


def press(browser: Chrome, key: str) -> None:
    browser.switch_to.active_element.send_keys(key)

"""A funding officer's first minutes: sign in, type in a call, read the alert and the mail."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from selenium.common.exceptions import JavascriptException
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from tests.system.copy import copy_of_cinnabar

pytestmark = pytest.mark.browser

TITLE = "Javni razpis za opremo ustvarjalnih delavnic <b>2027</b>"


def sees(browser: Chrome, words: str, refresh: Callable[[], Any] | None = None) -> None:
    """Wait until the page shows `words`, loading it again if asked to."""

    def shown(chrome: Chrome) -> bool:
        if words in str(chrome.execute_script("return document.body?.innerText ?? ''")):
            return True
        if refresh is not None:
            refresh()
        return False

    WebDriverWait(browser, 30, 0.3, [JavascriptException]).until(shown)


def foreign_requests(browser: Chrome, origin: str) -> list[str]:
    """Addresses outside the site that the pages asked for."""
    asked = []
    for entry in browser.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            asked.append(message["params"]["request"]["url"])
    return [url for url in asked if url.startswith("http") and not url.startswith(origin)]


def test_from_sign_in_to_the_mail(browser: Chrome, tmp_path: Path) -> None:
    with copy_of_cinnabar(tmp_path / "data") as copy:
        browser.get(f"{copy.url}/?lang=en")
        assert "1.1" in browser.page_source
        assert len(browser.find_elements(By.TAG_NAME, "h1")) == 1

        browser.get(f"{copy.url}/sign-in?next=/funding/calls/new")
        browser.find_element(By.CSS_SELECTOR, "input[value='officer@idrija.example']").click()
        browser.find_element(By.CSS_SELECTOR, "form[action='/sign-in'] button").click()
        sees(browser, "Sign out")

        browser.find_element(By.NAME, "deadline").send_keys("next spring")
        browser.find_element(By.NAME, "title").send_keys(TITLE, Keys.ENTER)
        summary = WebDriverWait(browser, 10).until(
            lambda chrome: chrome.find_element(By.CSS_SELECTOR, ".error-summary")
        )
        assert "31. 3. 2027 (12:00)" in summary.text
        assert browser.find_element(By.NAME, "title").get_attribute("value") == TITLE, "nothing typed is lost"

        for name, text in {
            "deadline": "31. 3. 2027 (12:00)",
            "description": "Oprema makerspace prostorov in delavnice za mlade v občinah, 3D tisk, podkast.",
            "rate": "85",
            "max_amount": "150.000,00",
            "territory": "SI",
        }.items():
            field = browser.find_element(By.NAME, name)
            field.clear()
            field.send_keys(text)
        browser.find_element(By.NAME, "municipality").click()
        browser.find_element(By.CSS_SELECTOR, "form[action='/funding/calls/new'] button").click()
        sees(browser, "31 March 2027, 12:00")
        sees(browser, "2.1.1", browser.refresh)

        browser.get(f"{copy.url}/mailbox")
        sees(browser, "ustvarjalnih delavnic", browser.refresh)
        browser.find_element(By.PARTIAL_LINK_TEXT, "ustvarjalnih delavnic <b>2027").click()
        sees(browser, "2.1.1")

        browser.get(f"{copy.url}/inbox")
        sees(browser, TITLE, browser.refresh)
        browser.find_element(By.LINK_TEXT, TITLE).click()
        sees(browser, "€17,250")
        browser.find_element(By.XPATH, "//details[.//input[@value='not_for_us']]/summary").click()
        browser.find_element(By.CSS_SELECTOR, ".decide details[open] button").click()
        sees(browser, "say why the call is not for us")
        browser.find_element(By.NAME, "words").send_keys("We have the equipment.")
        browser.find_element(By.CSS_SELECTOR, ".decide details[open] button").click()
        sees(browser, "Decided on")

        browser.get(f"{copy.url}/inbox")
        browser.execute_script("document.body.dataset.here = 'still'")
        second = {
            "title": "Drugi razpis za makerspace in mlade",
            "description": "Oprema makerspace za mlade v občinah.",
        }
        answer = copy.http.post(
            "/api/funding/calls",
            json=second | {"deadline": "2027-05-31T12:00:00+02:00", "eligible_applicants": ["municipality"]},
            headers=copy.as_("officer"),
        )
        assert answer.status_code == 201, answer.text
        sees(browser, second["title"])
        assert browser.execute_script("return document.body.dataset.here") == "still", "without loading the page again"
        assert int(browser.find_element(By.CSS_SELECTOR, "[data-count]").text) > 0

        for path in ("/", "/plan", "/funding", "/sensors", "/inbox", "/reports"):
            browser.get(copy.url + path)
            overflow = browser.execute_script(
                "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert overflow <= 0, f"{path} is wider than the window"
        severe = [entry["message"] for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]
        assert [message for message in severe if "status of 422" not in message] == [], "a refused form is no fault"
        assert foreign_requests(browser, copy.url) == []


def test_the_pages_can_be_read_without_script_and_on_a_phone(browser: Chrome, tmp_path: Path) -> None:
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": 360, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    )
    with copy_of_cinnabar(tmp_path / "data") as copy:
        for path in ("/", "/plan", "/funding", "/sensors", "/reports"):
            browser.get(f"{copy.url}{path}?lang=sl")
            main = browser.find_element(By.TAG_NAME, "main")
            assert main.text.strip()
            assert browser.find_element(By.TAG_NAME, "html").get_attribute("lang") == "sl"
            assert browser.find_element(By.TAG_NAME, "body").size["width"] <= 360, path

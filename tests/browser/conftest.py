"""Debian's chromium, driven headless; where it is missing the browser tests are skipped, loudly."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
# Without these chromium calls home, which a closed network answers with long waits.
QUIET = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--window-size=1280,1400",
    "--hide-scrollbars",
)


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Chrome]:
    program = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    driver = shutil.which("chromedriver")
    if program is None or driver is None:
        warnings.warn("BROWSER TESTS WERE SKIPPED: install chromium and chromium-driver", stacklevel=1)
        pytest.skip("chromium or chromedriver is missing: install Debian's chromium and chromium-driver")
    options = Options()
    options.binary_location = program
    for argument in (*QUIET, f"--user-data-dir={tmp_path / 'profile'}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    chrome = Chrome(options=options, service=Service(driver))
    try:
        yield chrome
    finally:
        chrome.quit()

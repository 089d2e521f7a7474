"""The whole path as its users walk it: `cinnabar up`, HTTP and the mail files, nothing else; then a restart."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kit.embedded import list_mail
from tests.system.copy import Copy, children_of, copy_of_cinnabar

CALL = {
    "title": "Javni razpis za opremo ustvarjalnih delavnic za mlade",
    "funder": "Ministrstvo za zgled",
    "description": "Sofinanciramo opremo ustvarjalnih prostorov (makerspace) in podkast studiev za mlade v občinah.",
    "deadline": "2027-03-31T12:00:00+02:00",
    "co_financing_rate": 0.85,
    "max_amount": {"amount": "150000.00", "currency": "EUR"},
    "eligible_applicants": ["municipality"],
    "territory": "SI",
    "url": "https://razpisi.example/delavnice",
}


def eventually(look: Callable[[], Any], tries: int = 900) -> Any:
    """The first truthy value; the path is asynchronous, and nothing here measures how long it takes."""
    for _ in range(tries):
        if found := look():
            return found
        time.sleep(0.1)
    raise AssertionError("waited in vain")


def mails_about(copy: Copy, words: str) -> list[Any]:
    return [mail for mail in list_mail(copy.folder / "mail") if words in (mail.text or "")]


def walk(copy: Copy) -> None:
    """Plan, call, match, alert, mail, readings, overview."""
    token = copy.cli("token", "--user", "officer@idrija.example").stdout.strip()
    officer = {"Authorization": f"Bearer {token}"}
    plan = copy.http.get("/api/actions/plans/idrija-iap-2025", headers=officer).json()
    assert plan["totals"]["actions"] == 5
    assert plan["totals"]["activities"] == 24
    assert plan["totals"]["risks"] == 6
    assert plan["totals"]["estimated"]["amount"] == "1410000.00"

    answer = copy.http.post("/api/funding/calls", json=CALL, headers=officer)
    assert answer.status_code == 201, answer.text
    call = answer.json()
    (mail,) = eventually(lambda: mails_about(copy, CALL["title"]))
    assert mail.to == ("officer@idrija.example",)
    assert "2.1.1" in mail.text
    raw = (copy.folder / "mail" / mail.file).read_text()
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in raw
    matches = copy.http.get(f"/api/funding/matches?call={call['id']}", headers=officer).json()["items"]
    assert all(match["reasons_for"] for match in matches)
    alerts = copy.http.get("/api/notifications/alerts?limit=100", headers=officer).json()["items"]
    assert call["id"] in {alert["call"]["call_id"] for alert in alerts}

    reading = {
        "device": "air-test",
        "observed_property": "pm10",
        "unit": "ug/m3",
        "time": "2026-11-20T08:00:00Z",
        "value": 12.4,
    }
    for _ in range(2):
        sent = copy.http.post("/api/sensors/readings", json=reading, headers=copy.as_("integrator"))
        assert sent.status_code < 300, sent.text
    series = [
        each
        for each in copy.http.get("/api/sensors/series?limit=100").json()["items"]
        if each["id"].startswith("air-test")
    ]
    assert len(series) == 1
    readings = copy.http.get(
        f"/api/sensors/series/{series[0]['id']}/readings?from=2026-11-20T00:00:00Z&to=2026-11-21T00:00:00Z"
    )
    assert len(readings.json()["items"]) == 1

    def overview() -> Any:
        shown = copy.http.get("/api/reporting/overview", headers=officer).json()
        return shown if len(shown["actions"]) == 5 and shown["counts"]["calls_open"] else None

    assert [row["number"] for row in eventually(overview)["actions"]] == ["1.1", "2.1", "3.1", "4.1", "5.1"]


def look_at_pages(copy: Copy) -> None:
    """Every page answers signed out and signed in, in both languages."""
    session = copy.as_("officer")
    for path in ("/", "/plan", "/funding", "/sensors", "/inbox", "/reports", "/mailbox", "/sign-in", "/styleguide"):
        for language in ("sl", "en"):
            for headers in ({}, session):
                page = copy.http.get(f"{path}?lang={language}", headers={**headers, "Accept": "text/html"})
                assert page.status_code == 200, (path, language, page.text[:500])
                assert f'lang="{language}"' in page.text


@pytest.mark.parametrize("options", [(), ("--processes",)], ids=["one process", "five processes"])
def test_first_light(tmp_path: Path, options: tuple[str, ...]) -> None:
    folder = tmp_path / "data"
    with copy_of_cinnabar(folder, *options) as copy:
        walk(copy)
        look_at_pages(copy)
        described = copy.http.get("/openapi.json").json()["paths"]
        assert {"/api/actions/plans", "/api/funding/calls", "/api/sensors/readings"} <= described.keys()
        children = children_of(copy.process.pid)
        assert children
        told = len(list_mail(folder / "mail"))
        assert copy.stop(signal.SIGTERM) == 0
        assert not [pid for pid in children if Path(f"/proc/{pid}").exists()]

    with copy_of_cinnabar(folder, *options) as again:
        officer = again.as_("officer")
        calls = again.http.get("/api/funding/calls?limit=200", headers=officer).json()["items"]
        assert CALL["title"] in {call["title"] for call in calls}
        overview = again.http.get("/api/reporting/overview", headers=officer).json()
        assert len(overview["actions"]) == 5
        assert len(mails_about(again, CALL["title"])) == 1
        assert len(list_mail(folder / "mail")) == told
        assert again.stop(signal.SIGINT) == 0


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    with copy_of_cinnabar(tmp_path_factory.mktemp("copies") / "one") as copy:
        yield copy


def test_two_copies_run_beside_each_other_and_one_folder_holds_one(one: Copy, tmp_path: Path) -> None:
    with copy_of_cinnabar(tmp_path / "two") as two:
        assert one.port != two.port
        third = Copy(one.folder)
        assert third.ended() != 0
        assert "another cinnabar" in third.log()


def test_the_plan_command_names_defects_and_imports_all_or_nothing(one: Copy, tmp_path: Path) -> None:
    plan = Path(__file__).parents[2] / "examples" / "idrija" / "plan.yaml"
    broken = tmp_path / "broken.yaml"
    broken.write_text(plan.read_text().replace("activities:", "activties:", 1))
    refused = one.cli("plan", "import", str(broken))
    assert refused.returncode == 1
    assert "broken.yaml" in refused.stderr
    assert "actions[0].activties" in refused.stderr
    done = one.cli("plan", "import", str(plan))
    assert done.returncode == 0, done.stderr
    assert "24 activities" in done.stdout
    assert "version 1" in done.stdout, "the same plan again is no new version"

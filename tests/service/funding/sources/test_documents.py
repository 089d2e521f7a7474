"""The documents of a call are looked at: the first time in silence, and told when one is another file."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from services.funding.calls.fetching import fetch_documents
from services.funding.calls.store import CALLS
from services.funding.sources.parsed_call import TenderDocument
from tests.conftest import Running
from tests.service.funding.sources.conftest import QUICK, said
from tests.service.funding.sources.site import NOT_FOUND, Answer, Asked, site
from tests.service.funding.test_joining import given, reading


async def test_another_file_at_the_same_address_is_a_material_change(funding: Running) -> None:
    store = funding.runtime.stores["funding"]
    context = funding.runtime.context(funding.runtime.services[0])
    files = {"/razpis.pdf": b"%PDF-1.7 first", "/obrazec.docx": b"form"}

    def answer(asked: Asked) -> Answer:
        body = files.get(asked.path)
        if body is None:
            return NOT_FOUND
        tag = f'"{hash(body)}"'
        unchanged = asked.headers.get("if-none-match") == tag
        return Answer(b"" if unchanged else body, 304 if unchanged else 200, {"ETag": tag})

    async def look() -> dict[str, TenderDocument]:
        long_ago = datetime.now(UTC) - timedelta(days=2)
        await store.database[CALLS.name].update_many({}, {"$set": {"documents.$[].tried_at": long_ago}})
        await fetch_documents(context, QUICK)
        (call,) = [CALLS.to_aggregate(each) async for each in store.database[CALLS.name].find({})]
        return {each.url.rsplit("/", 1)[-1]: each for each in call.documents}

    async with site(answer) as there:
        named = [TenderDocument(url=there.url + path) for path in (*files, "/gone.pdf")]
        await given(funding, reading("gov.si", "a", documents=named))
        first = await look()
        assert first["razpis.pdf"].media_type == "application/pdf"
        assert first["gone.pdf"].sha256 is None
        assert "404" in (first["gone.pdf"].refusal or "")
        asked = len(there.asked)
        await fetch_documents(context, QUICK)
        assert len(there.asked) == asked, "nobody is asked twice within a day"
        again = await look()
        assert [each.sha256 for each in again.values()] == [each.sha256 for each in first.values()]
        assert "call.changed.v1" not in await said(funding)
        files["/razpis.pdf"] = b"%PDF-1.7 second"
        second = await look()
    assert second["razpis.pdf"].sha256 != first["razpis.pdf"].sha256
    assert second["obrazec.docx"].sha256 == first["obrazec.docx"].sha256
    assert (await said(funding)).count("call.changed.v1") == 1
    (call,) = (await funding.http.get("/api/funding/calls")).json()["items"]
    (version, _) = (await funding.http.get(f"/api/funding/calls/{call['id']}/versions")).json()["items"]
    (change,) = version["changes"]
    assert (change["field"], change["material"], "razpis.pdf" in change["after"]) == ("documents", True, True)

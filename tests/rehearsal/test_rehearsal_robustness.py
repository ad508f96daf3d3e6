"""Whatever is asked, the answer is a refusal in Graph's form or what was asked for, never a failure."""

import gettext
import json
import os
import stat

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from filrydd import lang
from filrydd.rehearsal.calls import graph
from filrydd.rehearsal.wire.server import running

PIECES = st.sampled_from(
    ["v1.0", "_api", "v2.0", "$batch", "sites", "drives", "lists", "list", "root", "items", "children", "content",
     "versions", "delta", "delta(", "delta(token='x')", ":", ":/", "createUploadSession", "%3A", "%2F", "%FF", "%00", "..",
     "~$x", "1.0", "current", "uploadSession", "download", "a", "æ", "%C3%A6", "[]",
     "copy", "search(q='a')", "search(q='')", "search(q='", "retentionLabel", "checkout", "checkin", "discardCheckout",
     "restoreVersion", "listItem", "fields", "columns", "permissions", "invite", "monitor", "driveItem", "users", "groups",
     "transitiveMembers", "teams", "channels", "filesFolder", "-", "admin", "admin.json", "rehearsal", "web",
     "lists(guid'00000000-0000-0000-0000-000000000000')", "1", "99999999999999999999", "fil.txt", "beta", "$count"]
)  # fmt: skip
QUERIES = st.sampled_from(
    ["", "$top=99999999999", "$top=٣", "$skiptoken=%FF", "$select=", "$select=*", "token=%00", "guid=x&opened=%D9%A3",
     "@name.conflictBehavior=x", "until=9&tempauth=%ED%A0%80", "lang=en%00", "after=%ED%A0%80",
     "$filter=fields/Title eq 'a'", "$filter=fields/Title eq", "$filter=(((((((((((", "$filter=name eq 'a' and", "$orderby=name",
     "$orderby=fields/X desc", "$orderby=", "$expand=fields($select=Title)", "$expand=children", "$expand=fields(", "$top=1",
     "$top=-1", "$count=true", "$skip=1", "$skiptoken=LTU", "$search=\"a\"", "q=%00", "search=*", "every=x", "every=1e999"]
)  # fmt: skip
WORDS = st.sampled_from(
    ["name", "folder", "item", "parentReference", "id", "path", "fileSystemInfo", "lastModifiedDateTime", "requests",
     "method", "url", "displayName", "list", "template", "@microsoft.graph.conflictBehavior", "recipients", "roles",
     "requireSignIn", "sendInvitation", "objectId", "fields", "Title", "columns", "text", "number", "choice", "choices",
     "indexed",
     "retentionSettings", "isRecordLocked", "includeAllVersionHistory", "driveId", "webUrl", "comment", "checkInAs",
     "MajorVersionLimit", "grantedToIdentities", "application", "dependsOn", "headers", "body"]
)  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    | st.sampled_from(["GET", "/drives/x", "http://[", "\ud800", "root", "0001-01-01T00:00:00+23:59", "documentLibrary"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=8,
)  # fmt: skip
CALLS = st.tuples(
    st.sampled_from(["GET", "PUT", "POST", "PATCH", "DELETE", "HEAD", "OPTIONS"]),
    st.lists(PIECES, max_size=5),
    QUERIES,
    VALUES,
    st.booleans(),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(call=CALLS)
def test_no_request_makes_the_tenant_fail(library, tenant, call, monkeypatch) -> None:
    # An unknown language is Norwegian; its texts are somebody else's.
    monkeypatch.setattr(lang, "_catalogue", lambda _wanted: gettext.NullTranslations())
    method, pieces, query, value, in_drive = call
    top = library.address if in_drive else tenant.web
    transfers = library.put("fil.txt").json()["@microsoft.graph.downloadUrl"].partition("/download")[0]
    for address in (top, transfers):
        url = f"{address}/{'/'.join(pieces)}?{query}"
        try:
            answer = library.http.request(method, url, content=json.dumps(value).encode())
        except httpx.InvalidURL:
            continue
        assert answer.status_code < 500 or answer.status_code == 501, (url, value, answer.text)
        if answer.status_code >= 400 and method != "HEAD" and "json" in answer.headers["Content-Type"]:
            assert set(answer.json()) == {"error"}
    # Whatever was written can still be read.
    assert library.http.get(f"{library.address}/root/children").status_code == 200
    assert library.http.get(f"{library.address}/root/delta").status_code == 200


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-12:00", "1600-12-31T23:59:59Z"])
def test_a_time_that_no_file_can_have_is_refused(library, error, time: str) -> None:
    library.put("a.txt")
    refusal = library.patch("a.txt", {"fileSystemInfo": {"lastModifiedDateTime": time}})
    assert error(refusal) == (400, "invalidRequest")


def test_times_before_1970_are_kept(library) -> None:
    library.put("a.txt")
    for time in ("1601-01-01T00:00:00Z", "1969-12-31T23:59:59Z"):
        body = library.patch("a.txt", {"fileSystemInfo": {"lastModifiedDateTime": time}}).json()
        assert body["fileSystemInfo"]["lastModifiedDateTime"] == time


def test_what_is_selected_is_checked_also_where_nothing_is_listed(library, error) -> None:
    for action in ("children", "delta?token=latest&", "delta"):
        joined = "" if action.endswith("&") else "?"
        refusal = library.http.get(f"{library.address}/root/{action}{joined}$select=farge")
        assert error(refusal) == (400, "BadRequest")


def test_an_option_that_comes_twice_is_refused(library, error) -> None:
    assert error(library.http.get(f"{library.address}/root/children?$top=1&$top=2")) == (400, "BadRequest")
    call = {"id": "1", "method": "GET", "url": f"/drives/{library.drive}/root/children?$top=1&$top=2"}
    told = library.http.post(f"{library.graph}/$batch", json={"requests": [call]}).json()["responses"]
    assert [each["status"] for each in told] == [400]


@pytest.mark.parametrize(
    "body",
    [
        b'{"name": "a", "name": "b", "folder": {}}',
        b'{"name": "a", "folder": {"x": 1, "x": 1}}',
        b'{"name": "a", "folder": {"x": NaN}}',
        b'{"name": "a", "folder": {"x": -Infinity}}',
    ],
)
def test_json_that_only_python_understands_is_refused_and_makes_nothing(library, error, body: bytes) -> None:
    assert error(library.http.post(f"{library.address}/root/children", content=body)) == (400, "BadRequest")
    assert library.http.get(f"{library.address}/root/children").json()["value"] == []


@pytest.mark.parametrize("query", ["$filter=x", "$select=Noe", "$expand=Noe", "$top=1"])
def test_sharepoints_own_api_ignores_no_option_either(library, tenant, error, query: str) -> None:
    listed = library.http.get(f"{library.address}/list").json()["id"]
    address = f"{tenant.web}/sites/rehearsal/_api/web/lists(guid'{listed}')"
    assert error(library.http.get(f"{address}?{query}")) == (400, "invalidRequest")


@pytest.mark.filterwarnings("ignore")
def test_a_failure_of_the_tenant_itself_is_told_in_graphs_form(library, tenant, error, monkeypatch) -> None:
    def fail(*_words: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(graph, "_in_drive", fail)
    answer = library.http.get(library.address)
    assert error(answer) == (500, "generalException")
    assert "Date" in answer.headers


@pytest.mark.skipif(os.name == "nt", reason="Windows gives folders their owner's rights by itself")
def test_only_the_owner_looks_into_the_tenants_folder(tmp_path) -> None:
    with running(tmp_path / "ny"):
        assert stat.S_IMODE((tmp_path / "ny").stat().st_mode) == 0o700

"""The tenant in figures, for its admin: as a page, and as JSON."""

import html
import re
import threading
import timeit
from pathlib import Path
from typing import Any

import httpx
import pytest

from filrydd.rehearsal.figures import MOST_APPS, Figures, Second
from filrydd.rehearsal.pages import admin
from filrydd.rehearsal.store import glances
from filrydd.rehearsal.ways import Ready, Ways
from filrydd.rehearsal.wire.server import running


def told(http: httpx.Client, ready: Ready) -> dict[str, Any]:
    answer = http.get(f"{ready.web}/-/admin.json")
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "application/json"
    return answer.json()


def page_text(http: httpx.Client, ready: Ready, query: str = "") -> str:
    answer = http.get(f"{ready.web}/-/admin{query}")
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", answer.text)))


def test_requests_are_counted_by_status_kind_and_application(tmp_path: Path, http, library_of) -> None:
    with running(tmp_path, Ways()) as ready:
        library = library_of(ready)
        library.put("a.txt")
        library.put("a.txt")
        library.get("borte.txt")
        library.content("a.txt")
        library.folder("m")
        library.patch("a.txt", {"name": "b.txt"})
        url = library.session("stor.bin").json()["uploadUrl"]
        library.fragment(url, bytes(320 << 10), 0, 640 << 10)
        http.get(url)
        http.delete(library.at("b.txt"))
        http.get(f"{ready.web}/")
        said = told(http, ready)
        assert said["kinds"] == {
            "delete": 1,
            "download": 1,
            "fragment": 1,
            "patch": 1,
            "post": 2,
            "put": 2,
            "read": 2,
            "session": 1,
        }
        assert said["statuses"]["404"] == 1 and said["statuses"]["302"] == 1 and said["statuses"]["202"] == 1
        assert said["requests"] == sum(said["kinds"].values()) == sum(said["statuses"].values()) == 11
        assert sum(said["requests_by_app"].values()) == 11
        assert 0 < said["usual_seconds"] <= said["slowest_seconds"] < 10
        text = page_text(http, ready)
        assert "Requests since the start 11" in text
        assert "404 refused 1" in text and "302 sent on to another address 1" in text
        assert "Fragments of large files 1" in text


def test_looking_does_not_change_what_is_seen(tmp_path: Path, http) -> None:
    with running(tmp_path) as ready:
        before = told(http, ready)
        for path in ("/", "/-/admin", "/-/style.css", "/sites/rehearsal", "/borte"):
            http.get(ready.web + path)
        after = told(http, ready)
        assert (before["requests"], after["requests"], after["last_minute"]) == (0, 0, 0)
        assert after["pages"] == before["pages"] + 6


def test_what_was_throttled_and_the_units_of_each_application_are_told(tmp_path: Path, http, library_of) -> None:
    with running(tmp_path, Ways(tier="0-1000", units_per_minute=6)) as ready:
        library = library_of(ready)
        answers = [library.put("a.txt").status_code for _ in range(5)]
        assert answers == [201, 200, 200, 429, 429]
        said = told(http, ready)
        assert said["throttled"] == said["statuses"]["429"] == 2
        (app,) = said["apps"]
        assert (app["minute_used"], app["minute_limit"], app["refused"]) == (10, 6, 2)
        assert (app["day_used"], app["day_limit"]) == (10, 1_200_000)
        assert (app["tenant_used"], app["tenant_limit"]) == (10, 18_750)
        page = http.get(f"{ready.web}/-/admin").text
        assert re.search(r'<meter min="0" max="6" value="6" [^>]*aria-label="10 of 6"', page)
        text = page_text(http, ready)
        assert "Throttled since the start 2" in text
        assert "Without a token 5 10 of 6 10 of 1,200,000 10 of 18,750" in text


def test_without_limits_the_units_are_told_all_the_same(tmp_path: Path, http, library_of) -> None:
    with running(tmp_path) as ready:
        library_of(ready).put("a.txt")
        assert [(app["minute_used"], app["minute_limit"]) for app in told(http, ready)["apps"]] == [(2, 0)]
        assert "2 no limit" in page_text(http, ready)
        assert "<meter" not in http.get(f"{ready.web}/-/admin").text


def test_faults_that_were_given_out_are_told(tmp_path: Path, http, library_of) -> None:
    file = tmp_path / "faults.yaml"
    file.write_text("faults: [{fault: unavailable, on: upload, first: 1, status: 504}]", encoding="utf-8")
    with running(tmp_path / "tenant", Ways(faults=file)) as ready:
        library = library_of(ready)
        assert [library.put("æ & <b>.txt".replace("<b>", "b")).status_code for _ in range(2)] == [504, 201]
        said = told(http, ready)
        assert said["faults"]["counts"] == {"unavailable": 1}
        (given,) = said["faults"]["latest"]
        assert (given["fault"], given["call"]) == ("unavailable", "upload") and "æ & b.txt" in given["target"]
        assert given["time"].endswith("Z")
        assert (said["statuses"]["504"], said["throttled"]) == (1, 0)
        assert sum(second["failed"] for second in said["seconds"]) <= 1
        text = page_text(http, ready)
        assert "Faults given out Fault Times unavailable 1" in text and "æ & b. txt" in text


def test_without_a_fault_file_that_is_said(tmp_path: Path, http) -> None:
    with running(tmp_path) as ready:
        assert told(http, ready)["faults"] is None
        assert "the tenant runs without a fault file" in page_text(http, ready)


def test_what_the_tenant_holds_is_told(tmp_path: Path, http, library_of, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admin, "_COUNT_EVERY", 0.0)
    monkeypatch.setattr(admin, "_AT_MOST_A_PART", 0)
    monkeypatch.setattr(admin, "_PATIENCE", 10.0)
    with running(tmp_path, Ways(sites=("sites/a", "sites/b"))) as ready:
        library = library_of(ready)
        library.put("m/n/a.txt", b"x" * 1000)
        library.put("m/b.txt", b"x" * 200)
        library.put("c.txt", b"x" * 34)
        library.put("c.txt", b"x" * 5)
        library.session("stor.bin")
        held = told(http, ready)["held"]
        assert (held["sites"], held["lists"]) == (2, 2)
        assert (held["items"], held["bytes"], held["open_sessions"]) == (5, 1205, 1)
        http.delete(library.at("m")).raise_for_status()
        held = told(http, ready)["held"]
        assert (held["items"], held["bytes"]) == (1, 5)
        assert "Folders and files 1 " in page_text(http, ready)


def test_a_session_that_is_over_is_not_open(tmp_path: Path, http, library_of) -> None:
    with running(tmp_path, Ways(session_seconds=0.0)) as ready:
        library_of(ready).session("stor.bin")
        assert told(http, ready)["held"]["open_sessions"] == 0


def test_nobody_waits_for_the_items_to_be_counted(
    tmp_path: Path, http, library_of, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With many items that takes a while: the page says so, and the tenant goes on answering."""
    go, counted = threading.Event(), glances.items_held

    def slow(con: Any) -> int:
        go.wait(20)
        return counted(con)

    monkeypatch.setattr(glances, "items_held", slow)
    with running(tmp_path) as ready:
        library = library_of(ready)
        try:
            assert told(http, ready)["held"]["items"] is None
            assert "They are being counted" in page_text(http, ready)
            assert library.put("a.txt").status_code == 201
        finally:
            go.set()
        for _try in range(200):
            if (items := told(http, ready)["held"]["items"]) is not None:
                break
        assert items == 1


@pytest.mark.parametrize(
    ("query", "refresh"),
    [
        ("", None),
        ("?every=5", "5"),
        ("?every=1", "1"),
        ("?every=0", None),
        ("?every=-5", None),
        ("?every=99999999999999999999", None),
        ("?every=5;url=https://e.example/", None),
        ("?every=%D9%A5", None),
        ("?every=", None),
    ],
)
def test_the_page_is_loaded_anew_only_where_that_is_asked(tenant: Ready, http, query: str, refresh: str | None) -> None:
    answer = http.get(f"{tenant.web}/-/admin{query}")
    assert answer.status_code == 200
    assert answer.headers.get("Refresh") == refresh
    assert ("Stop loading this page anew" in answer.text) == (refresh is not None)


def test_the_ways_of_this_run_are_told_and_no_token(tmp_path: Path, http) -> None:
    with running(tmp_path, Ways(sites=("sites/a", "teams/b"), seed=4711, rewrite=False)) as ready:
        said = told(http, ready)
        assert said["ways"]["sites"] == ["sites/a", "teams/b"] and said["ways"]["seed"] == 4711
        text = page_text(http, ready)
        assert "seed 4,711" in text and "rewrite no" in text
        assert ready.token not in text + str(said)


def test_the_last_minute_is_told_second_by_second() -> None:
    now = 1000.5
    figures = Figures(lambda: now)
    for now, statuses in ((1000.5, [200, 429]), (1001.2, [503]), (1001.9, [500]), (1059.0, [201] * 3), (1060.0, [200])):  # noqa: B007
        for status in statuses:
            figures.note("GET", "/v1.0/drives", status, "", 0.25)
    assert [one for one in figures.last_minute() if one.requests] == [
        Second(60, 2, 1, 0),
        Second(59, 2, 1, 1),
        Second(1, 3, 0, 0),
    ]
    assert [one.ago for one in figures.last_minute()] == list(range(60, 0, -1))
    now = 1061.0
    assert sum(one.requests for one in figures.last_minute()) == 6, "the oldest second is over"
    figures.note("GET", "/v1.0/drives", 200, "", 0.25)
    now = 5000.0
    assert sum(one.requests for one in figures.last_minute()) == 0
    assert figures.requests == 9 and figures.usual == 0.25


def test_figures_stay_small_whoever_asks() -> None:
    figures = Figures()
    for number in range(MOST_APPS + 50):
        figures.note("GET", "/v1.0/x", 200, f"app {number}", 0.0)
    assert len(figures.apps) == MOST_APPS
    assert figures.requests == MOST_APPS + 50


def test_to_count_a_request_takes_next_to_no_time() -> None:
    figures = Figures()

    def note() -> None:
        figures.note("PUT", "/v1.0/drives/x/items/y", 201, "app", 0.001)

    # 0.7 microseconds where this was written; the quickest of several rounds, since the machine has more to do.
    assert min(timeit.repeat(note, number=2000, repeat=20)) / 2000 < 5e-6

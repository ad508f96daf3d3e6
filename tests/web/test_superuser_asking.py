"""The questions of a new department's policy, one on a page: nothing is written before the last, and nothing is lost."""

import html
import re
from collections.abc import Callable

import pytest

from filrydd.policy import load
from tests.areas import Area
from tests.web.reader import forms
from tests.web.test_superuser_journey import Web, done, reading, web  # noqa: F401 - a fixture

QUESTIONS = "/new-department/questions"
ANSWERS = {
    "owner": "Berit Bakken berit@example.no",
    "site": "https://contoso.sharepoint.com/sites/kultur",
    "areas": "kultur-felles",
}


def begin(web: Web, area: str = "") -> str:  # noqa: F811
    return web.send("/new-department", "/new-department", department="kultur", area=area)


def answered(web: Web, address: str) -> str:  # noqa: F811
    """Answer everything with what stands there, but for what has no default; returns the address of the summary."""
    for _question in range(40):
        page = web.read(address)
        if "/new-department/write" in forms(page):
            return address
        form = forms(page)[QUESTIONS]
        asked = form["question"]
        chosen = re.search(r'name="answer" value="([^"]*)" checked', page)
        if chosen:
            form["answer"] = html.unescape(chosen[1])
        if asked in ANSWERS:
            form["answer"] = ANSWERS[asked]
        if asked == "tasks":
            form |= {"task clients": "yes", "task economy": "yes"}
        answer = web.client.post(QUESTIONS, data=form, headers={"origin": "http://127.0.0.1:8765"})
        assert "<title>Error" not in web.read(answer.headers["location"]), (asked, form)
        address = answer.headers["location"]
    raise AssertionError("the questions have no end")


def test_a_superuser_answers_and_the_file_is_written_at_the_end(web: Web) -> None:  # noqa: F811
    web.as_whom("Sture Superbruker", "sture")
    policies = web.area.workspace / "policies"
    summary = answered(web, begin(web))
    assert not (policies / "kultur.yaml").exists(), "nothing is written before the last question"
    page = reading(web.read(summary))
    assert "Berit Bakken berit@example.no" in page
    assert "cases of named people: clients, pupils, patients, accounts, vouchers and budgets" in page
    led = web.send(summary, "/new-department/write")
    assert "kultur has a policy" in reading(web.read(led))
    department = load(policies, "kultur")
    assert department.areas() == ("kultur-felles",)
    assert "gamle bilag" in [rule.written.name for rule in department.dated_rules]
    web.read("/department/kultur")
    assert web.read(summary, 404), "the questions are over"


def test_an_answer_can_be_changed_before_the_end_and_the_others_stay(web: Web) -> None:  # noqa: F811
    web.as_whom("Sture Superbruker", "sture")
    summary = answered(web, begin(web))
    form = forms(web.read(f"{summary}&again=library"))[QUESTIONS]
    assert form["answer"] == "Dokumenter"
    web.client.post(QUESTIONS, data={**form, "answer": "Arkiv"}, headers={"origin": "http://127.0.0.1:8765"})
    page = reading(web.read(summary))
    assert "Arkiv" in page and "Berit Bakken" in page


def test_an_answer_that_cannot_be_read_is_asked_again_with_the_reason_and_the_text(web: Web) -> None:  # noqa: F811
    web.as_whom("Sture Superbruker", "sture")
    address = begin(web)
    while (form := forms(web.read(address))[QUESTIONS])["question"] != "site":
        answer = web.client.post(QUESTIONS, data=form, headers={"origin": "http://127.0.0.1:8765"})
        address = answer.headers["location"]
    led = web.client.post(
        QUESTIONS, data={**form, "answer": "<script>site</script>"}, headers={"origin": "http://127.0.0.1:8765"}
    ).headers["location"]
    page = web.read(led)
    assert "<title>Error:" in page
    assert "is not a site" in reading(page)
    assert "<script>site" not in page
    assert forms(page)[QUESTIONS]["answer"] == "<script>site</script>"


@pytest.mark.parametrize("name", ["regnskap", "REGNSKAP", "../x", "con", "", "common"])
def test_a_name_that_is_taken_or_no_files_is_refused(web: Web, name: str) -> None:  # noqa: F811
    web.as_whom("Sture Superbruker", "sture")
    page = web.read(web.send("/new-department", "/new-department", department=name))
    assert "<title>Error:" in page


def test_a_scanned_area_without_a_department_is_asked_about(make_area: Callable[..., Area], web: Web) -> None:  # noqa: F811
    from filrydd.stages import scan
    from filrydd.stages.work import Work

    homes = web.area.top.parent / "ny" / "Hjem"
    for name in ("kari", "ola", "per"):
        (homes / name).mkdir(parents=True)
        (homes / name / "a.txt").write_text("own")
    scan.run(Work(web.area.workspace, "nytt", "tester"), str(homes.parent))
    web.as_whom("Sture Superbruker", "sture")
    assert "nytt" in web.read("/new-department")
    led = begin(web, "nytt")
    done(web, led)
    ANSWERS["areas"] = "nytt"
    try:
        summary = answered(web, led if "/job/" not in led else html.unescape(_go_on(web, led)))
    finally:
        ANSWERS["areas"] = "kultur-felles"
    assert "Hjem" in reading(web.read(summary))
    web.send(summary, "/new-department/write")
    text = (web.area.workspace / "policies" / "kultur.yaml").read_text(encoding="utf-8")
    assert "ansattes egne mapper" in text


def _go_on(web: Web, job: str) -> str:  # noqa: F811
    found = re.search(r'class="button" href="([^"]+)"', web.read(job))
    assert found
    return found[1]


def test_whoever_makes_a_department_can_go_on_with_it_and_the_others_cannot_begin_one(web: Web) -> None:  # noqa: F811
    web.as_whom("Sture Superbruker", "sture")
    web.send(answered(web, begin(web)), "/new-department/write")
    text = (web.area.workspace / "policies" / "kultur.yaml").read_text(encoding="utf-8")
    assert "superusers: [{name: Sture Superbruker, id: sture}]\n" in text
    web.as_whom("Kari Nordmann", "kari")
    web.read("/new-department", 403)
    web.read(f"{QUESTIONS}?draft=x", 403)
    web.read("/new-department/written?department=kultur", 403)
    session = list(web.door._sessions.values())[-1]
    sent = {"form_key": session.form_key, "once": "x", "department": "annen"}
    for page in ("/new-department", QUESTIONS, "/new-department/write"):
        answer = web.client.post(page, data=sent, headers={"origin": "http://127.0.0.1:8765"})
        assert answer.status_code == 403

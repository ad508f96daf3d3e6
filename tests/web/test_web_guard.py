"""What holds for every request."""

import re

import pytest
from starlette.testclient import TestClient

from filrydd.web.application import application, pages
from filrydd.web.door import SESSION_RESTS
from filrydd.web.guard import LARGEST_FORM, LOG_IN, OPEN, Place
from filrydd.web.service import Service
from tests.web.reader import HERE, NAME, PORT, Reader, forms, reading

COOKIE = f"filrydd_{PORT}"


def _addresses(reader: Reader) -> list[tuple[str, str]]:
    """Every page that there is, by method."""
    table = pages(Service(reader.area.workspace, only="felles"), reader.door, Place.here(PORT))
    words = {"{name}": "felles", "{area}": "felles", "{department}": "regnskap", "{number}": "1", "{id}": "1"}
    found = []
    for page in table:
        path = page.path
        for word, value in words.items():
            path = path.replace(word, value)
        found.append((page.method, re.sub(r"\{\w+(:path)?\}", "x", path)))
    return found


def test_no_page_is_shown_without_log_in(reader: Reader) -> None:
    asked = _addresses(reader)
    assert len(asked) > 15
    texts = set()
    for method, address in [*asked, ("GET", "/nowhere"), ("GET", "/part/x%2Fy"), ("PUT", "/"), ("GET", "/docs")]:
        if address in OPEN:
            continue
        answer = reader.client.request(method, address, headers=reader.headers)
        assert answer.status_code == 403, (method, address)
        told = answer.text.replace(address, "")
        assert "felles" not in told and "bilag" not in told and "regnskap" not in told
        # What is there and what is not look the same from outside, but for the address that was asked for.
        texts.add(re.sub(r'href="[^"]*language=', 'href="', answer.text))
    assert len(texts - {""}) == 1


def test_what_is_open_to_all_tells_nothing(reader: Reader) -> None:
    assert {"/log-in", "/log-in/begin", "/log-in/back", "/style.css", "/pages.js", "/icon.svg", "/metrics"} == OPEN


def test_the_log_in_page_and_its_refusal_name_no_area(reader: Reader) -> None:
    key = reader.door.new_link()
    assert "felles" not in reader.read(f"/log-in?key={key}")
    assert "felles" not in reader.read("/log-in?key=wrong", 403)


def test_every_page_is_shown_after_log_in(reader: Reader) -> None:
    reader.log_in()
    part = "/area/felles/part/felles"
    always = {"/", "/totals", "/search", "/practice", part, f"{part}/structure", f"{part}/sign", f"{part}/names"}
    always |= {
        f"{part}/portion/1",
        "/department/regnskap",
        "/department/regnskap/archive",
        "/department/regnskap/privacy",
    }
    assert always <= {address for _method, address in _addresses(reader)}
    for method, address in _addresses(reader):
        if method == "GET" and address not in OPEN:
            # The pages about one file, folder, problem, group or job say that there is none, since none is asked for.
            answer = reader.client.get(address)
            expected = (200, 303) if address in always else (200, 303, 403, 404)
            assert answer.status_code in expected, (address, reading(answer.text))


def test_looking_at_the_link_twice_does_not_burn_it(reader: Reader) -> None:
    address = f"/log-in?key={reader.door.new_link()}"
    for _preview in range(2):
        answer = reader.client.get(address)
        assert answer.status_code == 200 and not answer.cookies
    assert "Log in" in answer.text and COOKIE not in reader.client.cookies
    form = reader.form(address)
    assert form == {"key": address.partition("key=")[2], "name": ""}
    assert reader.client.post("/log-in", data={**form, "name": NAME}, headers=reader.headers).status_code == 303


def test_the_link_does_not_work_twice(reader: Reader) -> None:
    key = reader.door.new_link()
    assert reader.client.post("/log-in", data={"key": key, "name": NAME}, headers=reader.headers).status_code == 303
    reader.client.cookies.clear()
    again = reader.client.post("/log-in", data={"key": key, "name": NAME}, headers=reader.headers)
    assert again.status_code == 403 and "does not work any more" in again.text
    assert "does not work any more" in reader.read(f"/log-in?key={key}", 403)
    reader.read("/", 403)


def test_the_cookie_is_kept_from_scripts_and_other_sites(reader: Reader) -> None:
    answer = reader.client.post("/log-in", data={"key": reader.door.new_link(), "name": NAME}, headers=reader.headers)
    words = {word.strip().lower() for word in answer.headers["set-cookie"].split(";")[1:]}
    assert {"httponly", "samesite=strict", "path=/"} <= words
    assert "secure" not in words, "the pages are on plain http here, where such a cookie would be dropped"


def test_every_answer_has_the_headers_that_fence_it(reader: Reader) -> None:
    refused = reader.client.get("/")
    reader.log_in()
    answers = [refused, reader.client.get("/"), reader.client.get("/nowhere"), reader.client.get("/style.css")]
    answers.append(reader.client.get("/", headers={"host": "example.no"}))
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
        assert "form-action 'self'" in policy and "base-uri 'none'" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"


def test_no_page_needs_a_script_or_a_style_of_its_own(reader: Reader) -> None:
    reader.log_in()
    for method, address in _addresses(reader):
        if method == "GET" and address not in OPEN:
            text = reader.client.get(address).text.lower()
            text = text.replace('<script src="/pages.js" defer></script>', "")
            assert "<script" not in text and "style=" not in text and "<style" not in text
            assert not re.search(r"<[^>]+\son[a-z]+=", text)


@pytest.mark.parametrize(
    "host", ["example.no", f"example.no:{PORT}", "127.0.0.1", "127.0.0.1:1", f"127.0.0.1.nip.io:{PORT}", ""]
)
def test_another_name_for_this_computer_is_refused(reader: Reader, host: str) -> None:
    reader.log_in()
    assert reader.client.get("/", headers={"host": host}).status_code == 400


def test_localhost_is_this_computer_too(reader: Reader) -> None:
    reader.log_in()
    cookie = f"{COOKIE}={reader.client.cookies[COOKIE]}"
    assert reader.client.get("/", headers={"host": f"localhost:{PORT}", "cookie": cookie}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "http://example.no"},
        {"origin": "http://127.0.0.1:1"},
        {"origin": f"https://127.0.0.1:{PORT}"},
        {"origin": "null"},
        {"origin": "null", "sec-fetch-site": "cross-site"},
        {"origin": "null", "sec-fetch-site": "same-site"},
    ],
)
def test_a_form_from_another_page_is_refused(reader: Reader, headers: dict[str, str]) -> None:
    reader.log_in()
    form = reader.signed("bilag", destroys="no")
    assert reader.client.post("/area/felles/part/bilag/sign", data=form, headers=headers).status_code == 400
    assert "Begun, not signed." in reader.read("/area/felles/part/bilag")


def test_a_form_whose_origin_the_browser_withholds_is_taken_when_it_came_from_here(reader: Reader) -> None:
    reader.log_in()
    headers = {"origin": "null", "sec-fetch-site": "same-origin"}
    form = reader.signed("bilag", destroys="no")
    assert reader.client.post("/area/felles/part/bilag/sign", data=form, headers=headers).status_code == 303


@pytest.mark.parametrize("key", ["", "wrong", "ø", None])
def test_a_form_without_this_sessions_key_is_refused(reader: Reader, key: str | None) -> None:
    reader.log_in()
    form = reader.signed("bilag", destroys="no")
    del form["form_key"]
    if key is not None:
        form["form_key"] = key
    answer = reader.client.post("/area/felles/part/bilag/sign", data=form, headers=reader.headers)
    assert answer.status_code == 403 and "earlier log-in" in answer.text
    assert "Begun, not signed." in reader.read("/area/felles/part/bilag")


def test_every_form_needs_the_key(reader: Reader) -> None:
    reader.log_in()
    posts = [address for method, address in _addresses(reader) if method == "POST"]
    assert len(posts) > 14
    for address in posts:
        if address == LOG_IN:
            continue
        assert reader.client.post(address, data={"key": "x"}, headers=reader.headers).status_code == 403, address


def test_a_form_that_is_too_long_or_of_another_kind_is_refused(reader: Reader) -> None:
    reader.log_in()
    form = reader.signed("bilag", destroys="no", note="x" * LARGEST_FORM)
    assert reader.client.post("/area/felles/part/bilag/sign", data=form, headers=reader.headers).status_code == 413
    assert reader.client.post("/area/felles/part/bilag/sign", json=form, headers=reader.headers).status_code == 400


def test_a_session_that_rested_too_long_sees_nothing(reader: Reader) -> None:
    reader.log_in()
    reader.read("/")
    reader.clock.ahead += SESSION_RESTS * 1.01
    assert "not logged in" in reader.read("/", 403)


def test_whoever_logs_out_is_out(reader: Reader) -> None:
    reader.log_in()
    form = forms(reader.read("/"))["/log-out"]
    cookie = reader.client.cookies[COOKIE]
    assert "You are logged out" in reader.client.post("/log-out", data=form, headers=reader.headers).text
    assert COOKIE not in reader.client.cookies
    reader.client.cookies.set(COOKIE, cookie)
    reader.read("/", 403)


def test_a_session_of_another_server_on_this_computer_is_another_session(reader: Reader) -> None:
    reader.log_in()
    other = application(Service(reader.area.workspace, only="felles"), reader.door, Place.here(PORT + 1))
    client = TestClient(other, base_url=f"http://127.0.0.1:{PORT + 1}", follow_redirects=False)
    client.post(
        "/log-in",
        data={"key": reader.door.new_link(), "name": NAME},
        headers={"origin": HERE.replace(str(PORT), str(PORT + 1))},
    )
    assert set(client.cookies) == {f"filrydd_{PORT + 1}"}

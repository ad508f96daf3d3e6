"""Attacks on the pages, each a real one, and what comes of it: nothing."""

import csv
import io
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from filrydd.catalog.signoffs import Signature
from filrydd.stages import review
from filrydd.web.addresses import is_ours
from filrydd.web.application import pages
from filrydd.web.guard import LARGEST_FORM, LOG_IN, MOST_FIELDS, OPEN, Place
from filrydd.web.openid import Provider, Settings
from tests.web import municipality as town_of
from tests.web.municipality import Town, Visitor, digest
from tests.web.municipality_listening import listening
from tests.web.offices import HOW
from tests.web.provider import CLIENT, KARI, SECRET, WrongProvider, at
from tests.web.reader import HERE, PORT, Clock, forms

PART = "/area/felles/part/felles"
EVIL = "evil.example"
ELSEWHERE = (
    f"//{EVIL}",
    f"/\\{EVIL}",
    f"\\\\{EVIL}",
    f"\\/{EVIL}",
    f"https:{EVIL}",
    f"https:/{EVIL}",
    f"https://{EVIL}/",
    f"HTTPS://{EVIL}/",
    f"///{EVIL}",
    f"/\t/{EVIL}",
    f"/\n/{EVIL}",
    f"\t//{EVIL}",
    f" //{EVIL}",
    f"{HERE}@{EVIL}/",
    f"//{EVIL}%2f..",
    f"/\u2028/{EVIL}",
    f"/totals\r\nLocation: https://{EVIL}",
    f"/totals\r\n\r\n<script>alert('{EVIL}')</script>",
    f"javascript:alert('{EVIL}')",
    f"java\nscript:alert('{EVIL}')",
    f"data:text/html,{EVIL}",
    f"//[{EVIL}",
    f"//{EVIL}:x",
)
ASTRAY = (
    "..%2f..%2fpolicies%2fregnskap.yaml",
    "..%2F..%2F..%2F..%2Fetc%2Fpasswd",
    "..%5c..%5cpolicies",
    "%2e%2e%2f%2e%2e",
    "..%252f..%252fetc",
    "%00",
    "felles%00",
    "felles%2F..%2Ffelles",
    "%2Fetc%2Fpasswd",
    "%EF%BD%86%EF%BD%85lles",
    "lag%2Fa%CC%8Ar",
    "%C0%AE%C0%AE%C0%AF",
    "%ED%A0%80",
    "%0d%0aSet-Cookie:%20evil=1",
    "-1",
    "0x1",
    "9" * 40,
    "%D9%A1",
    "a" * 8000,
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The municipality; nothing here changes it."""
    with pytest.MonkeyPatch.context() as patch:
        base = tmp_path_factory.mktemp("municipality")
        patch.setenv("FILRYDD_KEY", str(tmp_path_factory.getbasetemp() / "ledger.key"))
        workspace = town_of.make(base / "workspace")
        town_of.passed_on(Town(workspace).work(), "bilag", "nora")
        town_of.counted(Town(workspace).work())
        before = digest(workspace)
        yield workspace
        assert digest(workspace) == before, "an attack changed something"


@pytest.fixture
def town(made: Path) -> Town:
    return Town(made)


@pytest.fixture
def wrong() -> Iterator[WrongProvider]:
    provider = WrongProvider()
    yield provider
    provider.close()


def _posts(town: Town) -> list[str]:
    words = {"{area}": "felles", "{name}": "felles", "{department}": "regnskap", "{number}": "1"}
    found = []
    for page in pages(town.service, town.door, town.place):
        path = page.path
        for word, value in words.items():
            path = path.replace(word, value)
        if page.method == "POST" and path not in OPEN:
            found.append(re.sub(r"\{\w+\}", "x", path))
    return found


def _come_back(town: Town, provider: WrongProvider, then: str = "/", former: str = "") -> tuple[Visitor, str]:
    """Somebody logs in at the provider; returns their browser and the page that they see first."""
    visitor = Visitor(town.client())
    if former:
        visitor.client.cookies.set(town.place.cookie, former)
    begun = visitor.client.get(f"/log-in/begin?{urlencode({'then': then})}")
    assert begun.status_code == 302
    back = visitor.client.get(f"/log-in/back?{urlencode(provider.answers(begun.headers['location']))}")
    assert back.status_code == 200, back.text
    return visitor, back.text


# Forms from elsewhere.


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": f"https://{EVIL}"},
        {"origin": f"http://127.0.0.1:{PORT}.{EVIL}"},
        {"origin": f"http://127.0.0.1:{PORT}/"},
        {"origin": f"http://localhost:{PORT}"},
        {"origin": "null"},
        {"origin": "null", "sec-fetch-site": "cross-site"},
        {},
    ],
)
def test_no_form_of_another_site_is_taken(town: Town, headers: dict[str, str]) -> None:
    siri = town.visit("kari")
    for address in _posts(town):
        answer = siri.client.post(address, data={"form_key": siri.key, "agree": "yes"}, headers=headers)
        assert answer.status_code == 400, address


def test_no_form_is_taken_without_the_key_of_its_own_session(town: Town) -> None:
    kari, other = town.visit("kari"), town.visit("kari")
    for address in _posts(town):
        for sent in (
            {},
            {"form_key": ""},
            {"form_key": other.key},
            {"form_key": kari.key[:-1]},
            {"Form_Key": kari.key},
        ):
            answer = kari.client.post(address, data={"agree": "yes", **sent}, headers={"origin": HERE})
            assert answer.status_code == 403 and "earlier log-in" in answer.text, address
        # Neither an address nor a header stands for the field.
        answer = kari.client.post(
            f"{address}?form_key={kari.key}", data={"x": ""}, headers={"origin": HERE, "x-csrf-token": kari.key}
        )
        assert answer.status_code == 403, address


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "multipart/form-data; boundary=x", "", "text/xml"])
def test_no_form_of_another_kind_is_taken(town: Town, kind: str) -> None:
    kari = town.visit("kari")
    for address in _posts(town):
        answer = kari.client.post(
            address, content=urlencode({"form_key": kari.key}), headers={"origin": HERE, "content-type": kind}
        )
        assert answer.status_code == 400, address


def test_looking_never_acts(town: Town) -> None:
    acts = [(visitor, address) for visitor in map(town.visit, ("kari", "ada", "siri")) for address in _posts(town)]
    before = digest(town.workspace)
    for visitor, address in acts:
        for method in ("GET", "HEAD"):
            answer = visitor.client.request(method, address, params={"form_key": visitor.key, "agree": "yes"})
            assert answer.status_code in (200, 303, 403, 404, 405), address
            assert answer.status_code != 303 or "form=" not in answer.headers["location"]
        for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
            asked = visitor.client.request(method, address, headers={"origin": HERE})
            assert asked.status_code in (400, 403, 405), (method, address)
    assert digest(town.workspace) == before


# Sessions.


def test_a_cookie_from_before_the_link_is_not_the_one_after(town: Town) -> None:
    former = town.visit("kari")
    for planted in ("chosen-by-somebody", former.client.cookies[town.place.cookie]):
        client = town.client()
        client.cookies.set(town.place.cookie, planted)
        page = client.get(f"/log-in?key={town.door.new_link()}").text
        answer = client.post(LOG_IN, data={**forms(page)["/log-in"], "name": "Kari"}, headers={"origin": HERE})
        assert answer.status_code == 303, answer.text
        (given,) = [part for part in answer.headers["set-cookie"].split(";") if part.startswith(town.place.cookie)]
        assert planted not in given
        outsider = town.client()
        outsider.cookies.set(town.place.cookie, planted)
        assert outsider.get("/").status_code == 403, "what was there before is over"


def test_a_cookie_from_before_the_provider_is_not_the_one_after(made: Path, wrong: WrongProvider) -> None:
    clock = Clock()
    town = Town(made, clock=clock, provider=at(wrong, clock))
    former = town.visit("siri").client.cookies[town.place.cookie]
    for planted in ("chosen-by-somebody", former):
        visitor, _page = _come_back(town, wrong, former=planted)
        given = [cookie.value for cookie in visitor.client.cookies.jar if cookie.name == town.place.cookie]
        assert any(value != planted for value in given)
        outsider = town.client()
        outsider.cookies.set(town.place.cookie, planted)
        assert outsider.get("/").status_code == 403


def test_a_log_in_that_another_browser_began_or_that_is_used_twice_is_refused(made: Path, wrong: WrongProvider) -> None:
    clock = Clock()
    town = Town(made, clock=clock, provider=at(wrong, clock))
    attacker = town.client()
    begun = attacker.get("/log-in/begin")
    back = f"/log-in/back?{urlencode(wrong.answers(begun.headers['location']))}"
    # The victim follows the attacker's address: they must not be logged in as the attacker.
    victim = town.client()
    victim.get("/log-in/begin")
    answer = victim.get(back)
    assert answer.status_code == 403 and town.place.cookie not in victim.cookies
    assert attacker.get(back).status_code == 200
    assert attacker.get(back).status_code == 403, "once"
    assert town.client().get(back).status_code == 403


def test_logging_in_at_the_provider_leads_to_the_page_that_was_asked_for_and_to_none_elsewhere(
    made: Path, wrong: WrongProvider
) -> None:
    clock = Clock()
    town = Town(made, clock=clock, provider=at(wrong, clock))
    assert 'content="0; url=/totals"' in _come_back(town, wrong, "/totals")[1]
    for then in ELSEWHERE:
        assert not is_ours(then), then
        shown = town.client().get(f"/log-in?{urlencode({'then': then})}")
        assert shown.status_code == 200 and EVIL not in shown.text.partition("<main")[2], then
        page = _come_back(town, wrong, then)[1]
        assert 'content="0; url=/"' in page and EVIL not in page, then


@pytest.mark.parametrize("path", [f"//{EVIL}/x", f"///{EVIL}", f"/%5c{EVIL}", f"//{EVIL}%2f.."])
def test_no_link_of_a_page_leads_away(made: Path, wrong: WrongProvider, path: str) -> None:
    clock = Clock()
    town = Town(made, clock=clock, provider=at(wrong, clock))
    for visitor in (town.visit("nobody"), town.visit("kari")):
        text = visitor.client.get(f"{HERE}{path}").text
        leads = re.findall(r'(?:href|action|url)="?([^" >]*)', text)
        assert leads and not [one for one in leads if re.match(r"[/\\]{2}|[a-z]+:", one)], leads


@pytest.mark.parametrize("host", [EVIL, f"{EVIL}:{PORT}", f"127.0.0.1:{PORT}@{EVIL}", f"127.0.0.1:{PORT}.{EVIL}", " "])
def test_another_host_is_refused_and_named_nowhere(town: Town, host: str) -> None:
    for visitor in (town.visit("kari"), town.visit("nobody")):
        answer = visitor.client.get("/", headers={"host": host})
        assert answer.status_code == 400 and EVIL not in answer.text and "Content-Security-Policy" in answer.headers


def test_what_a_proxy_says_of_the_host_changes_no_page(town: Town) -> None:
    kari = town.visit("kari")
    said = {
        "x-forwarded-host": EVIL,
        "x-forwarded-proto": "https",
        "forwarded": f"host={EVIL};proto=https",
        "x-original-url": f"//{EVIL}/",
        "x-rewrite-url": "/area/teknisk/archive",
        "x-http-method-override": "POST",
    }
    for address in ("/", PART, "/nowhere"):
        plain = kari.client.get(address)
        told = kari.client.get(address, headers=said)
        assert (told.text, told.status_code) == (plain.text, plain.status_code)
    sent = kari.client.post("/practice", data={"form_key": kari.key}, headers={"origin": HERE, **said})
    assert sent.headers["location"] == "/practice"
    origin = {"origin": f"https://{EVIL}", "host": f"127.0.0.1:{PORT}", "x-forwarded-host": EVIL}
    assert kari.client.post("/practice", data={"form_key": kari.key}, headers=origin).status_code == 400


def test_the_link_of_one_pc_opens_nothing_of_a_shared_service(made: Path, wrong: WrongProvider) -> None:
    clock = Clock()
    town = Town(made, clock=clock, provider=at(wrong, clock))
    sent = {"key": town.door.new_link(), "name": "Kari"}
    answer = town.client().post(LOG_IN, data=sent, headers={"origin": HERE})
    assert answer.status_code == 403 and town.door.count() == 0
    assert town.client().get(f"/log-in?key={sent['key']}").text.count('name="key"') == 0


@pytest.mark.parametrize("department", ["../scans/evil", "plan", "/tmp/evil", "x/../../evil", "", "evil\x00"])
def test_a_form_that_was_kept_for_one_page_is_no_other_pages(town: Town, department: str) -> None:
    """What somebody sends to the practice comes back as answers to the questions of a new department."""
    siri = town.visit("siri")
    forged = {"once": "forged", "department": department, "area": "teknisk", "job": "x", "answer name": "x"}
    assert "form=forged" in siri.send("/practice/plans", forged)
    for address in ("/new-department/questions?draft=forged", "/?form=forged", "/department/regnskap/scan?form=forged"):
        assert siri.ask("GET", address).status_code in (200, 404, 409), address
    for below in ("questions", "write"):
        sent = {"draft": "forged", "once": below, "question": "name", "answer": "x"}
        assert siri.ask("POST", f"/new-department/{below}", sent).status_code in (303, 404, 409)
    assert sorted(path.name for path in (town.workspace / "policies").iterdir()) == [
        "common.yaml",
        "plan.yaml",
        "regnskap.yaml",
    ]


# Cookies and headers.


def test_the_cookies_of_a_shared_service_are_bound_to_it(made: Path, wrong: WrongProvider) -> None:
    clock, place = Clock(), Place(("https://rydd.example.no",))
    provider = Provider(Settings(wrong.issuer, CLIENT, SECRET), "https://rydd.example.no/log-in/back", clock=clock)
    town = Town(made, clock=clock, place=place, provider=provider)
    client = town.client()
    begun = client.get("/log-in/begin")
    back = client.get(f"/log-in/back?{urlencode(wrong.answers(begun.headers['location'], KARI))}")
    assert back.status_code == 200, back.text
    key = re.search(r'name="form_key" value="([^"]+)"', back.text)
    assert key is not None
    left = client.post("/log-out", data={"form_key": key[1]}, headers={"origin": "https://rydd.example.no"})
    assert left.status_code == 200
    cookies = [(answer, line) for answer in (begun, back, left) for line in answer.headers.get_list("set-cookie")]
    assert len(cookies) == 4  # begun; the session and the end of what was begun; the end of the session
    for answer, line in cookies:
        words = {word.strip().lower() for word in line.split(";")[1:]}
        assert line.startswith("__Host-filrydd") and {"secure", "httponly", "path=/"} <= words, line
        assert not any(word.startswith("domain") for word in words)
        assert ("samesite=lax" if answer is begun else "samesite=strict") in words
        assert answer.headers["strict-transport-security"]
    assert (
        client.get("/", headers={"cookie": f"__Host-filrydd={cookies[1][1].split('=')[1].split(';')[0]}"}).status_code
        == 403
    )


def test_no_name_gets_into_a_header(made: Path, town: Town) -> None:
    evil = "x\r\nSet-Cookie: evil=1\r\n\r\n<script>"
    with town.catalog() as catalog:
        found = [row["id"] for row in catalog.rows("SELECT id FROM file WHERE instr(name, char(13)) > 0")]
    kari, ada = town.visit("kari"), town.visit("ada")
    answers = [
        kari.ask("POST", f"{PART}/portion/1/look", {"file": "x", "verdict": "wrong", "key": evil, "once": "1"}),
        kari.ask("POST", f"{PART}/portion/1/group/{'%0d%0aSet-Cookie:%20evil=1'}", {"agree": evil, "once": evil}),
        kari.ask("POST", "/practice/plans", {"agree": evil, "once": evil}),
        kari.ask("POST", f"{PART}/sign", {"agree": evil, "once": evil, "seen": evil, "follow": evil}),
        kari.ask("GET", f"/search?{urlencode({'q': evil})}"),
        kari.ask("GET", f"/?{urlencode({'language': evil, evil: evil})}"),
        *(kari.ask("GET", f"{PART}/why?file={file}") for file in found),
        ada.ask("POST", "/area/felles/archive/freeze", {"path": evil, "case": "", "once": evil}),
        ada.ask("GET", "/area/felles/archive/disposals.csv"),
        town.client().get("/", headers={"accept-language": evil.replace("\r\n", " ")}),
    ]
    assert found, "a name with a line break is there"
    for answer in answers:
        assert "evil" not in {name.partition("=")[0].strip() for name in answer.headers.get_list("set-cookie")}
        for name, value in answer.headers.multi_items():
            assert not re.search(r"[\r\n\x00]", name + value) and value.isascii(), (name, value)


def test_no_cell_of_the_list_of_deleted_files_is_a_formula(made: Path, tmp_path: Path) -> None:
    town = Town(town_of.copied(made, tmp_path))
    signature = Signature("=1+1|cmd", "contact", HOW, destroys=True, who="https://log.in||kari")
    review.sign(town.work(), signature, ["bilag"])
    text = town.visit("ada").read("/area/felles/archive/disposals.csv")
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";"))
    cells = [cell for row in rows for cell in row]
    assert any("HYPERLINK" in cell for cell in cells) and "'=1+1|cmd" in cells
    assert [cell for cell in cells if cell[:1] in tuple("=+-@\t\r")] == []


def test_the_policy_for_contents_has_no_hole(town: Town) -> None:
    kari = town.visit("kari")
    for answer in (kari.client.get("/"), kari.client.get("/style.css"), town.client().get("/x"), kari.client.put("/")):
        policy = {piece.split()[0]: piece.split()[1:] for piece in answer.headers["content-security-policy"].split(";")}
        assert not re.search(r"unsafe|\*|data:|blob:|http", answer.headers["content-security-policy"])
        assert policy["default-src"] == ["'none'"] and policy["script-src"] == policy["style-src"] == ["'self'"]
        assert policy["frame-ancestors"] == policy["base-uri"] == ["'none'"] and policy["form-action"] == ["'self'"]


# Addresses that lead astray.


def test_no_word_in_an_address_leads_astray(made: Path, town: Town) -> None:
    """Every placeholder of every address, with every word, as somebody with every role."""
    words = {
        "area": "felles",
        "name": "felles",
        "department": "regnskap",
        "number": "1",
        "list": "open",
        "rule": "drafts",
    }
    files = sorted(path for path in made.rglob("*") if path.suffix not in (".db-wal", ".db-shm"))
    link, nora = town.visit("link"), town.visit("nora")
    asked = 0
    for page in pages(town.service, town.door, town.place):
        if page.method != "GET":
            continue
        holes = re.findall(r"\{(\w+)\}", page.path)
        for hole in holes:
            # All words where it is the page that reads them; some where the guard of all pages does.
            for word in ASTRAY if hole == holes[-1] else ASTRAY[::6]:
                path = page.path
                for other in holes:
                    path = path.replace(f"{{{other}}}", word if other == hole else words.get(other, "1"))
                answer = (nora if "asked" in path else link).client.get(path)
                asked += 1
                assert answer.status_code in (303, 403, 404), (path, answer.status_code)
                assert "root:" not in answer.text and str(made) not in answer.text, path
    assert asked > 400
    assert sorted(path for path in made.rglob("*") if path.suffix not in (".db-wal", ".db-shm")) == files


@pytest.mark.parametrize("who", ["link", "siri"])
def test_no_question_behind_an_address_is_a_fault(made: Path, town: Town, who: str) -> None:
    visitor = town.visit(who)
    asks = (
        "q",
        "file",
        "folder",
        "old",
        "new",
        "old_first",
        "new_first",
        "problem",
        "question",
        "edit",
        "said",
        "form",
    )
    asks += ("freeze", "path", "done", "confirmed", "area", "rule", "taken", "job", "draft", "again", "group", "after")
    asks += ("seen", "language", "then", "key", "department", "still")
    values = [*(word[:1000] for word in ASTRAY[::4]), "%3Cimg%20src=x%20onerror=alert(1)%3E", "%", "1", "-0"]
    addresses = ["/", "/search", "/totals", "/practice", "/log-in", "/new-department", "/new-department/questions"]
    addresses += ["/new-department/written", "/area/felles/archive", "/area/felles/archive/freeze"]
    addresses += ["/area/felles/archive/lift", "/area/felles/privacy/open", "/department/regnskap/archive"]
    addresses += [f"/department/regnskap{below}" for below in ("", "/scan", "/begin", "/rules", "/rules/take-up")]
    addresses += [f"{PART}{below}" for below in ("", "/why", "/structure", "/structure/change", "/structure/accept")]
    addresses += [f"{PART}{below}" for below in ("/structure/take-back", "/sign", "/withdraw", "/portion/1")]
    for address in addresses:
        for value in values:
            answer = visitor.client.get(address + "?" + "&".join(f"{ask}={value}" for ask in asks))
            assert answer.status_code in (200, 303, 403, 404, 409), (address, value, answer.status_code)
            assert "<img src=x" not in answer.text and str(made) not in answer.text.replace(
                str(made.parent / "felles"), ""
            )


# Too much, and too slow.


def test_a_form_is_bounded_in_size_and_in_fields(town: Town) -> None:
    kari = town.visit("kari")
    address, headers = "/practice", {"origin": HERE}
    fits = {"form_key": kari.key, "x": "x" * (LARGEST_FORM - 200)}
    assert kari.client.post(address, data=fits, headers=headers).status_code == 303
    too_long = {"form_key": kari.key, "x": "x" * LARGEST_FORM}
    assert kari.client.post(address, data=too_long, headers=headers).status_code == 413
    many = {"form_key": kari.key, **{f"f{number}": "" for number in range(MOST_FIELDS)}}
    answer = kari.client.post(address, data=many, headers=headers)
    assert answer.status_code == 400 and "not one of the forms" in answer.text
    assert answer.headers["content-security-policy"], "the refusal is fenced as all pages are"
    for content in (b"\xff\xfe%", b"%", b"&&&=&=;", b"form_key=%ff%fe", b"\x00" * 1000):
        sent = kari.client.post(
            address, content=content, headers={**headers, "content-type": "application/x-www-form-urlencoded"}
        )
        assert sent.status_code == 403


def test_slow_forms_keep_nobody_waiting_and_end(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("filrydd.web.guard.SLOWEST_FORM", 1.5)
    with listening(made) as (town, port):
        slow = []
        for _one in range(60):
            one = socket.create_connection(("127.0.0.1", port))
            one.sendall(
                f"POST /log-in HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
                "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 60000\r\n\r\nkey=".encode()
            )
            slow.append(one)
        begun = time.monotonic()
        with socket.create_connection(("127.0.0.1", port)) as other:
            other.sendall(f"GET /style.css HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode())
            assert other.recv(100).startswith(b"HTTP/1.1 200")
        assert time.monotonic() - begun < 1.5
        for one in slow:
            one.settimeout(20)
            assert one.recv(100).startswith(b"HTTP/1.1 408")
            one.close()
        assert town.door.count() == 0

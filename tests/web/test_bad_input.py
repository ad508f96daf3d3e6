"""What goes wrong at the pages: stale, double, at the same time, too late, or broken behind them. A clear sentence, nothing
lost, nothing counted twice."""

import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from filrydd.stages import classify, portions, propose, review, scan
from filrydd.stages.work import Work
from filrydd.web.application import pages
from filrydd.web.identity import LINK
from tests.areas import Area
from tests.web import municipality as town_of
from tests.web.municipality import Town, Visitor, digest, group_of, rows, who
from tests.web.municipality_files import ACCOUNTING, PRIVATE
from tests.web.provider import WrongProvider, at
from tests.web.reader import Clock, reading, review_part

PART, BILAG = "/area/felles/part/felles", "/area/felles/part/bilag"
ARCHIVE = "/area/felles/archive"
DESTROYED_BY_ONE = ACCOUNTING + "limits: {sign_destroy: one person, decided: {by: Berit Bakken, on: 2026-01-02}}\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as patch:
        base = tmp_path_factory.mktemp("municipality")
        patch.setenv("FILRYDD_KEY", str(tmp_path_factory.getbasetemp() / "ledger.key"))
        yield town_of.make(base / "workspace")


@pytest.fixture
def town(made: Path, tmp_path: Path) -> Town:
    return Town(town_of.copied(made, tmp_path))


def _count(town: Town, table: str, area: str = "felles") -> int:
    assert table in ("group_answer", "ledger", "signoff", "edit", "cosign")
    return sum(row.startswith(f"{table}(") for row in rows(town.workspace / "scans" / f"{area}.db"))


def _group(town: Town, part: str = "felles", place: int = 0) -> str:
    group = group_of(town.work(), part, place)
    return f"/area/felles/part/{part}/portion/{group.portion}/group/{quote(group.key, safe='')}"


def _said(town: Town, part: str = "felles", place: int = 0) -> portions.Said | None:
    return group_of(town.work(), part, place).said


def _reviewed(town: Town, made: Path, part: str = "bilag") -> None:
    review_part(Area(town.workspace, made.parent / "felles"), part)


def _signing(visitor: Visitor, part: str = "bilag", **more: str) -> dict[str, str]:
    filled = {"role": "contact", "agree": "yes", "destroys": "no", **more}
    return visitor.form(f"/area/felles/part/{part}/sign", **filled)


@pytest.fixture
def another_file(made: Path, town: Town) -> Iterator[Callable[[], None]]:
    """A file comes to `Brev`, and all is proposed anew."""
    new = made.parent / "felles" / "Brev" / "kom etterpå.docx"

    def come() -> None:
        new.write_bytes(b"came later")
        scan.run(town.work(), str(made.parent / "felles"))
        classify.run(town.work())
        propose.run(town.work())

    yield come
    new.unlink(missing_ok=True)


# Stale pages.


def test_an_answer_from_a_stale_page_is_not_stored_and_what_was_written_is_kept(
    town: Town, another_file: Callable[[], None]
) -> None:
    kari, group = town.visit("kari"), group_of(town.work(), "felles")
    address = next(
        f"{PART}/portion/{group.portion}/group/{quote(one.key, safe='')}"
        for one in _groups(town, "felles")
        if one.path.startswith("Brev") or one.total.files > 5
    )
    form = kari.form(address, answer="elsewhere", where="Fagsystemet", note="Spør Per først.")
    another_file()
    back = kari.send(address, form)
    page = kari.read(back)
    assert "have changed since the page was shown" in page and "Error:" in page
    assert "Spør Per først." in page and "Fagsystemet" in page, "nothing that was written is lost"
    assert _count(town, "group_answer") == 0
    assert kari.send(address, kari.form(back, to=address)) != back, "sent again as it is shown now, it is taken"


def _groups(town: Town, part: str) -> list[portions.GroupShown]:
    with town.catalog() as catalog:
        shown = portions.portion(catalog, part, 1)
    assert shown is not None
    return list(shown.groups)


def test_a_signature_on_a_stale_page_is_refused_in_a_sentence(
    town: Town, made: Path, another_file: Callable[[], None]
) -> None:
    _reviewed(town, made, "felles")
    kari = town.visit("kari")
    address, form = f"{PART}/sign", _signing(kari, "felles")
    another_file()
    page = kari.send(address, form, 409)
    assert "has changed since you looked at it" in reading(page) and "Look at it again" in page
    assert _count(town, "signoff") == 0


def test_a_place_that_is_gone_meanwhile_is_said_to_be_gone(town: Town) -> None:
    kari = town.visit("kari")
    with town.catalog() as catalog:
        folder = catalog.value("SELECT id FROM folder WHERE name = 'Brev'")
    form = kari.form(f"{PART}/structure/change?folder={folder}", to=f"{PART}/structure/change", rename="Post")
    page = kari.send(f"{PART}/structure/change", {**form, "folder": "99999"}, 404)
    assert "not here any more" in page and f'href="{PART}/structure"' in page
    assert _count(town, "edit") == 0


def test_the_second_signature_on_another_sign_off_than_was_shown_is_refused(town: Town, made: Path) -> None:
    _reviewed(town, made)
    kari, dag, berit = map(town.visit, ("ola", "dag", "berit"))
    kari.send(f"{BILAG}/sign", _signing(kari, destroys="yes"))
    form = berit.form(f"{BILAG}/second", agree="yes")
    withdrawal = kari.form(f"{BILAG}/withdraw")
    dag.send(f"{BILAG}/withdraw", dag.form(f"{BILAG}/withdraw"))
    dag.send(f"{BILAG}/sign", _signing(dag, destroys="yes"))
    page = berit.send(f"{BILAG}/second", form, 409)
    assert "cannot be done now" in page and _count(town, "cosign") == 0
    page = kari.send(f"{BILAG}/withdraw", withdrawal, 409)
    assert "has signed bilag anew" in reading(page), "only what was shown is withdrawn"
    assert berit.send(f"{BILAG}/second", berit.form(f"{BILAG}/second", agree="yes")) == f"{BILAG}/receipt"


# Twice.


def _twice(town: Town, visitor: Visitor, address: str, form: dict[str, str]) -> set[str]:
    """The same form from two windows at the same moment; where each was led to."""
    assert form["once"] and visitor.session is not None
    ready = threading.Barrier(2)
    cookie = visitor.session.id

    def click() -> str:
        client = town.client()
        client.cookies.set(town.place.cookie, cookie)
        window = Visitor(client, visitor.session)
        ready.wait(20)
        return window.send(address, form)

    with ThreadPoolExecutor(2) as both:
        return {one.result(60) for one in [both.submit(click), both.submit(click)]}


def _ledger(town: Town) -> int:
    return _count(town, "ledger")


def test_a_double_click_acts_once_on_every_form_of_a_contact(town: Town, made: Path) -> None:
    kari, ola, dag, berit = map(town.visit, ("kari", "ola", "dag", "berit"))
    group = _group(town)
    for act, visitor, address, form in (
        ("answer", kari, group, kari.form(group, agree="as suggested")),
        ("structure", kari, f"{PART}/structure/change", _renaming(town, kari)),
    ):
        before = _ledger(town)
        led = _twice(town, visitor, address, form)
        assert len(led) == 1 and "form=" not in next(iter(led)), act
        assert _ledger(town) == before + 1, act
    answered = _said(town)
    undo = {"once": "undo", "answered": str(answered.id if answered else 0)}
    before = _ledger(town)
    assert len(_twice(town, kari, f"{group}/undo", undo)) == 1 and _ledger(town) == before + 1
    with town.catalog() as catalog:
        shown = portions.portion(catalog, "felles", 1)
    assert shown is not None
    look = {"once": "look", "file": str(shown.looks[0].file), "verdict": "fine"}
    before = _ledger(town)
    assert len(_twice(town, kari, f"{PART}/portion/1/look", look)) == 1 and _ledger(town) == before + 1

    _reviewed(town, made)
    before = _ledger(town)
    assert _twice(town, ola, f"{BILAG}/sign", _signing(ola, destroys="yes")) == {f"{BILAG}/receipt"}
    assert (_ledger(town), _count(town, "signoff")) == (before + 1, 1)
    second = berit.form(f"{BILAG}/second", agree="yes")
    assert _twice(town, berit, f"{BILAG}/second", second) == {f"{BILAG}/receipt"}
    assert _ledger(town) == before + 2
    assert _twice(town, dag, f"{BILAG}/withdraw", dag.form(f"{BILAG}/withdraw")) == {f"{BILAG}/withdrawn"}
    assert (_ledger(town), _count(town, "signoff")) == (before + 3, 1)


def _renaming(town: Town, visitor: Visitor) -> dict[str, str]:
    with town.catalog() as catalog:
        folder = catalog.value("SELECT id FROM folder WHERE name = 'Brev'")
    address = f"{PART}/structure/change"
    return visitor.form(f"{address}?folder={folder}", to=address, rename="Post")


def test_a_double_click_acts_once_on_every_form_of_an_archivist(town: Town) -> None:
    ada = town.visit("ada")
    for address, form in (
        (f"{ARCHIVE}/freeze", ada.form(f"{ARCHIVE}/freeze", path="Brev", case="2026/1")),
        ("/department/regnskap/archive/rule/drafts", ada.form("/department/regnskap/archive/rule/drafts")),
    ):
        before = _ledger(town)
        assert len(_twice(town, ada, address, form)) == 1
        assert _ledger(town) == before + 1, address
    lift = ada.form(f"{ARCHIVE}/lift?freeze=1", to=f"{ARCHIVE}/lift", note="x")
    before = _ledger(town)
    assert len(_twice(town, ada, f"{ARCHIVE}/lift", lift)) == 1 and _ledger(town) == before + 1
    handed = ada.form(f"{ARCHIVE}/hand-over", path="Personal", place="Fagsystem", receipt="17")
    before = _ledger(town)
    assert len(_twice(town, ada, f"{ARCHIVE}/hand-over", handed)) == 1
    _wait(town)
    assert _ledger(town) == before + 1


def test_a_double_click_starts_one_job(town: Town) -> None:
    for visitor, address, form in (
        (town.visit("siri"), "/department/regnskap/run", {"area": "felles", "what": "propose"}),
        (town.visit("kari"), f"{PART}/take-in", {}),
    ):
        known = set(town.service.jobs._jobs)
        assert len(_twice(town, visitor, address, {**form, "once": "twice"})) == 1
        assert len(set(town.service.jobs._jobs) - known) == 1
        _wait(town)


def _wait(town: Town) -> None:
    for job in list(town.service.jobs._jobs.values()):
        assert job.over.wait(60) and job.state == "done", job.why


def test_a_form_that_is_sent_again_much_later_leads_where_it_led(town: Town) -> None:
    kari, address = town.visit("kari"), _group(town)
    form = kari.form(address, agree="as suggested")
    first = kari.send(address, form)
    before = digest(town.workspace)
    assert kari.send(address, form) == first and digest(town.workspace) == before


# Two at the same time.


def test_two_contacts_answer_one_group_and_the_second_is_told_of_the_first(town: Town) -> None:
    kari, dag, address = town.visit("kari"), town.visit("dag"), _group(town)
    first, second = (
        kari.form(address, answer="hold"),
        dag.form(address, answer="elsewhere", where="Arkivet", note="Nei!"),
    )
    kari.send(address, first)
    page = dag.read(dag.send(address, second))
    assert "Kari Nordmann has answered" in reading(page) and "Nei!" in page
    said = _said(town)
    assert said is not None and (said.by.name, said.answer) == ("Kari Nordmann", portions.Answer.HOLD)
    # Who has seen it, and means something else, is heard.
    dag.send(address, dag.form(address, answer="elsewhere", where="Arkivet"))
    said = _said(town)
    assert said is not None and said.by.name == "Dag Vik"
    # Kari's page still offers to take her answer back: it must not take his.
    page = kari.send(f"{address}/undo", {"once": "stale", "answered": str(said.id - 1)}, 409)
    assert "Dag Vik has answered" in reading(page) and _said(town) == said
    kari.send(f"{address}/undo", {"once": "nothing seen"}, 409)
    assert _said(town) == said


def test_two_contacts_at_the_same_moment_leave_one_answer(town: Town) -> None:
    address = _group(town)
    visitors = {"kari": town.visit("kari"), "dag": town.visit("dag")}
    answers = {"kari": {"answer": "hold"}, "dag": {"answer": "elsewhere", "where": "Arkivet"}}
    sent = {key: visitors[key].form(address, **answers[key]) for key in visitors}
    ready = threading.Barrier(2)

    def say(key: str) -> str:
        ready.wait(20)
        return visitors[key].send(address, sent[key])

    with ThreadPoolExecutor(2) as both:
        led = [one.result(60) for one in [both.submit(say, key) for key in visitors]]
    assert sum("form=" in one for one in led) == 1, "one was taken, the other told so"
    assert _count(town, "group_answer") == 1


def test_an_answer_for_all_of_a_kind_counts_for_as_many_as_were_shown(make_area: Callable[..., Area]) -> None:
    large = {name: {f"{number}.txt": "x" for number in range(450)} for name in ("Drift", "Leie", "Salg")}
    area = make_area({"Bilag": {"x": "1"}, **large})
    area.until_proposed()
    town = Town(area.workspace, only="felles")
    kari, address = town.visit(LINK), _group(town)
    form = kari.form(address, agree="as suggested", alike="yes")
    assert form["alike_seen"] == "2"
    page = kari.read(kari.send(address, {**form, "alike_seen": "5"}))
    assert "2 other groups of this kind now, and the page said 5" in reading(page)
    assert _count(town, "group_answer") == 0
    kari.send(address, kari.form(address, agree="as suggested", alike="yes"))
    assert _count(town, "group_answer") == 3


# No role, too late, broken.


def test_who_logs_in_without_a_role_is_told_whom_to_ask_and_what_to_say(town: Town) -> None:
    page = town.log_in(who("3f2a-object-id")).read("/")
    assert "no part is yours" in page and "ask the superuser" in page and "<code>3f2a-object-id</code>" in page
    assert [word for word in PRIVATE if word in page] == []


def test_a_deadline_that_is_over_is_said_and_stops_nobody(town: Town, made: Path) -> None:
    town.policy(ACCOUNTING + "review: {deadline: 2026-01-31}\n")
    kari = town.visit("kari")
    for address in ("/", PART):
        assert "The deadline was 31 January 2026." in reading(kari.read(address)), address
    assert kari.send(_group(town), kari.form(_group(town), agree="as suggested"))
    _reviewed(town, made)
    ola = town.visit("ola")
    assert ola.send(f"{BILAG}/sign", _signing(ola)) == f"{BILAG}/receipt"
    assert "The deadline was" not in ola.read("/").partition("bilag")[2].partition("<h2>")[0], "done is not late"
    town.policy(ACCOUNTING + "review: {deadline: 2200-01-31}\n")
    assert "The deadline is 31 January 2200." in reading(kari.read("/"))


@pytest.mark.parametrize(
    "broken", ["department: [\n", "", "\x00\x01", ACCOUNTING.replace("owner:", "onwer:"), ACCOUNTING + "bogus: 1\n"]
)
def test_a_broken_policy_lets_nobody_in_says_so_on_one_pc_and_is_over_when_it_is_mended(
    town: Town, broken: str
) -> None:
    people = {
        "kari": PART,
        "berit": f"{PART}/sign",
        "siri": "/department/regnskap",
        "ada": ARCHIVE,
        "pia": "/area/felles/privacy",
    }
    visitors = {key: town.visit(key) for key in people}
    form = visitors["kari"].form(_group(town), agree="as suggested")
    pc = Town(town.workspace, only="felles")
    link = pc.visit(LINK)
    town.policy(broken)
    before = digest(town.workspace)
    for key, address in people.items():
        text = visitors[key].read(address, 403)
        assert "This page is not for you" in text
        home = visitors[key].read("/")
        assert [word for word in ("bilag", "Brev", "regnskap.yaml") if word in home] == []
    visitors["kari"].send(_group(town), form, 403)
    assert digest(town.workspace) == before
    told = link.read("/").partition("<main")[2]
    assert "felles" in told and 'class="note"' in told
    assert "regnskap.yaml" in reading(link.read("/policy-problems"))
    assert "cannot be done now" in link.read(PART, 409)
    assert town.visit("per").read("/area/teknisk/part/teknisk"), "the other department goes on"
    town.policy(ACCOUNTING)
    assert visitors["kari"].send(_group(town), form), "nothing was lost meanwhile"
    assert link.read(PART)


def test_a_catalog_that_is_gone_or_damaged_is_a_sentence_and_keeps_nobody_from_the_other(town: Town) -> None:
    kari, per, ada, nemo = map(town.visit, ("kari", "per", "ada", "nemo"))
    place = town.workspace / "scans" / "felles.db"
    content = place.read_bytes()
    for path in town.workspace.glob("scans/felles.db-*"):
        path.unlink()
    place.write_bytes(b"this is no catalog" * 500)
    told = kari.read("/")
    assert "Nothing of it can be shown now" in told and "scans" not in told and "no part is yours" not in told
    assert kari.read(PART, 409) and ada.read(ARCHIVE, 409)
    for stranger in (per, nemo):
        for address in (PART, ARCHIVE, "/area/felles/asked/1"):
            page = stranger.read(address, 403)
            assert "This page is not for you" in page and "felles.db" not in page
    assert per.read("/area/teknisk/part/teknisk") and per.read("/totals") and per.read("/search?q=kart")
    place.unlink()
    for visitor in (kari, per, ada, nemo):
        for address in (PART, ARCHIVE):
            visitor.read(address, 403)
        assert visitor.read("/") and visitor.read("/totals") and visitor.read("/search?q=brev")
    place.write_bytes(content)
    assert kari.read(PART)


def test_an_area_that_is_not_proposed_yet_is_said_to_its_contact(town: Town, made: Path) -> None:
    town.policy(ACCOUNTING.replace("areas:\n", "areas:\n  ny: {folder: Ny}\n"))
    scan.run(Work(town.workspace, "ny", "tester"), str(made.parent / "teknisk"))
    kari = town.visit("kari")
    assert "Nothing of it can be shown now" in kari.read("/") and "felles" in kari.read("/")
    assert "This page is not for you" in kari.read("/area/ny/part/ny", 403)
    assert "/area/ny" not in town.visit("per").read("/")


@pytest.mark.parametrize("stage", ["scan", "classify", "propose"])
def test_pages_are_shown_while_an_area_is_worked_on_and_what_must_wait_says_so(
    town: Town, made: Path, stage: str
) -> None:
    _reviewed(town, made)
    kari, ola, siri = map(town.visit, ("kari", "ola", "siri"))
    address = _group(town)
    answer, signature = kari.form(address, agree="as suggested"), _signing(ola)
    renaming = _renaming(town, kari)
    with town.work().holding(stage):
        for page in ("/", PART, f"{PART}/structure", address, "/totals", f"{PART}/portion/1"):
            assert kari.read(page)
        assert "form=" not in kari.send(address, answer), "an answer waits for nobody"
        before = _ledger(town)
        told = kari.read(kari.send(f"{PART}/structure/change", renaming))
        assert _ledger(town) in (before, before + 1) and "Error" in told
        kari.send(f"{PART}/take-in", {"once": "busy"})
        siri.ask("POST", "/department/regnskap/run", {"area": "felles", "what": "classify", "once": "busy"})
        for job in town.service.jobs._jobs.values():
            assert job.over.wait(60)
            assert job.state == "done" or "wait until it is done" in reading(siri.read(f"/job/{job.id}")).lower()
        signed = ola.ask("POST", f"{BILAG}/sign", signature)
        assert signed.status_code == 303 or (signed.status_code == 409 and "being worked on" in signed.text)
    if signed.status_code == 409:
        assert ola.send(f"{BILAG}/sign", signature) == f"{BILAG}/receipt", "the same form, when the work is over"
    assert _count(town, "signoff") == 1


def test_a_provider_that_is_down_is_a_sentence_with_a_way_back(made: Path) -> None:
    wrong, clock = WrongProvider(), Clock()
    wrong.close()
    town = Town(made, clock=clock, provider=at(wrong, clock))
    answer = town.client().get("/log-in/begin")
    assert answer.status_code == 403 and "You were not logged in" in answer.text
    assert 'href="/log-in"' in answer.text and "Ctrl+C" not in answer.text
    assert town.visit("kari").read("/"), "who is logged in goes on"


# Anything in any field.

_WORDS = (
    "",
    "\x00",
    "-1",
    "9" * 30,
    "٣",
    "../../x",
    "x" * 1200,
    "\ud7ff\uffff",
    "=1+1",
    "<img src=x>",
    "\r\nX: y",
    "yes",
    "0",
)


@pytest.mark.parametrize("word", _WORDS, ids=ascii)
def test_no_field_of_any_form_is_a_fault_whatever_is_in_it(town: Town, word: str) -> None:
    fields = (
        "agree answer seen answered alike alike_seen where to to_name note name role follow destroys signoff file key"
    )
    fields += (
        " verdict folder choice rename below into library find edit problem question who how like entra area address"
    )
    fields += " what after all rule digest department draft task path"
    form = dict.fromkeys([*fields.split(), "place", "case"][:48], word)
    words = {"area": "felles", "name": "felles", "department": "regnskap", "number": "1", "rule": "drafts"}
    words |= {"key": group_of(town.work(), "felles").key, "answer": "1"}
    for key in ("kari", "siri", "ada", "nora", LINK):
        visitor = town.visit(key)
        for page in pages(town.service, town.door, town.place):
            if page.method != "POST" or page.path in ("/log-out", "/log-in") or page.path.endswith("take-in"):
                continue
            address = re.sub(r"\{(\w+)\}", lambda found: words[found[1]], page.path)
            answer: Any = visitor.ask("POST", address, form)
            assert answer.status_code in (303, 403, 404, 409, 422), (key, address, answer.status_code)
            if answer.status_code == 303:
                shown = visitor.client.get(answer.headers["location"])
                assert shown.status_code in (200, 303, 404, 409), (key, address, answer.headers["location"])
    assert _count(town, "signoff") == 0 and review.seen(town.work()).parts
    _wait(town)

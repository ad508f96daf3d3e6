"""The pages that come after the upload: the new place is confirmed, or not; and more time to read the old area."""

import html
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from filrydd.catalog import acceptances, arrivals, extensions, seals
from filrydd.catalog.acceptances import Says
from filrydd.stages import accept, grace, verify
from filrydd.stages.work import Work
from tests.areas import Area, new_area
from tests.conftest import lay_out
from tests.stages.moving import Moving, tenant_for_journeys
from tests.web.arrived import arrived
from tests.web.offices import HOW, OFFICES, Offices, words
from tests.web.reader import Clock

PART, FELLES = "/area/felles/part/bilag", "/area/felles/part/felles"
NUMBER = "13097248022"
POLICY = (
    OFFICES.replace("owner: {name: Berit Bakken}", "owner: {name: Berit Bakken, id: berit}")
    .replace("contacts: [{name: Kari Nordmann}]", "contacts: [{name: Kari Nordmann, id: kari}]")
    .replace("grace: 0d", "grace: {days: 90d, until: 2027-06-30}")
)
TREE = {
    "Utkast": {},
    "Bilag": {"2026": {"ny.docx": b"new", "kvittering.docx": b"paid"}},
    f"Sak {NUMBER}": {"brev.docx": b"letter"},
    "Notat": {"a.docx": b"alpha"},
}


@pytest.fixture(scope="module")
def uploaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Area]:
    """An area that is really in a rehearsal tenant, and compared."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FILRYDD_KEY", str(tmp_path_factory.getbasetemp() / "ledger.key"))
        area = new_area(tmp_path_factory.mktemp("accepting"))
        lay_out(area.top, TREE)
        with tenant_for_journeys(tmp_path_factory.mktemp("tenant")) as tenant:
            moving = Moving(area, tenant, area.workspace.parent / "backup")
            moving.set_policy(POLICY)
            moving.until_uploaded()
            assert moving.act(verify.run).findings == {}
            yield area


@pytest.fixture
def offices(
    uploaded: Area, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> Offices:
    """The pages of a copy of it, counted."""
    monkeypatch.setenv("FILRYDD_KEY", str(tmp_path_factory.getbasetemp() / "ledger.key"))
    shutil.copytree(uploaded.workspace, tmp_path / "workspace", ignore=shutil.ignore_patterns(".locks"))
    made = Offices(tmp_path / "workspace", Clock())
    with work_of(made).catalog() as catalog:
        arrivals.refresh(catalog)
    return made


def work_of(offices: Offices) -> Work:
    return Work(offices.workspace, "felles", "tester", offices.clock)


def said(offices: Offices, part: str) -> list[acceptances.Acceptance]:
    with work_of(offices).catalog() as catalog:
        return acceptances.history(catalog, part)


def sealed(offices: Offices) -> None:
    """The row of a seal that stands since now."""
    work = work_of(offices)
    with work.catalog() as catalog:
        begun = seals.begin(catalog, work.now())
        seals.turn(catalog, begun.id, "sealed", "tester", work.now())


def test_a_contact_looks_answers_no_and_then_yes(offices: Offices) -> None:
    ola = offices.visit("ola", "Ola Lunde")
    home = ola.read("/")
    assert f'href="{PART}/accept"' in home and "1 of 1 parts waits for you" in words(home)
    assert f'href="{PART}/accept"' in ola.read(PART)
    page = ola.read(f"{PART}/accept")
    assert "2 files of bilag are in SharePoint now." in words(page)
    (link,) = re.findall(r'<a href="([^"]*)" rel="noopener noreferrer">', page)
    with work_of(offices).catalog() as catalog:
        (place,) = accept.questions(catalog)["bilag"].arrival.places
    assert html.unescape(link) == place and place.endswith("/Felles/Bilag")
    assert "Nothing. Every copy was compared with the old file." in words(page)
    assert "read for at least 90 days. They can be read until 30 June 2027 in any case." in words(page)

    form = ola.form(f"{PART}/accept")
    for filled, field, sentence in (
        ({}, "answer", "Choose yes or no."),
        ({"answer": "maybe"}, "answer", "Choose yes or no."),
        ({"answer": "no", "note": " \n"}, "note", "Write what you did not find"),
        ({"answer": "yes", "note": "x" * 4001}, "note", "Use at most 4000 characters."),
    ):
        back = ola.read(ola.send(f"{PART}/accept", {**form, **filled}))
        assert f'<a href="#{field}">{sentence}' in back and "<title>Error: Is everything" in back
        assert said(offices, "bilag") == []
    led = ola.send(f"{PART}/accept", {**form, "answer": "no", "note": f"Jeg finner ikke {NUMBER}.\n<b>Se</b>"})
    assert led == f"{PART}/accepted"
    page = ola.read(led)
    assert "Something is missing in bilag" in words(page) and NUMBER not in page and "&lt;b&gt;Se" in page
    assert ola.send(f"{PART}/accept", {**form, "answer": "yes"}) == led, "the same form acts once"
    (no,) = said(offices, "bilag")
    assert (no.says, no.by.name, no.by.who, no.by.how, no.role) == (
        Says.NO, "Ola Lunde", "https://log.in||ola", HOW, "contact",
    )  # fmt: skip
    assert f'href="{PART}/accept"' in ola.read("/"), "still asked"

    assert "Ola Lunde said on" in words(ola.read(f"{PART}/accept"))
    led = ola.send(f"{PART}/accept", ola.form(f"{PART}/accept", answer="yes", name="Somebody else"))
    assert "The new place of bilag is confirmed" in words(ola.read(led))
    assert [(one.says, one.by.name) for one in said(offices, "bilag")] == [
        (Says.YES, "Ola Lunde"),
        (Says.NO, "Ola Lunde"),
    ]
    home = ola.read("/")
    assert f"{PART}/accept" not in home and "No part waits for you" in words(home)
    assert f'href="{PART}/accepted"' in ola.read(PART)


def test_only_who_answers_for_the_part_is_asked(offices: Offices) -> None:
    for who in ("ada", "pia"):
        reader = offices.visit(who)
        assert f"{PART}/accept" not in reader.read(PART) + reader.read("/")
        reader.read(f"{PART}/accept", 403)
        reader.read(f"{PART}/accepted", 303)
    for who in ("siri", "adam", "nemo", "kari"):
        offices.visit(who).read(f"{PART}/accept", 403)
    kari = offices.visit("kari", "Kari Nordmann")
    form = kari.form(f"{FELLES}/accept", answer="yes")
    kari.send(f"{PART}/accept", form, 403)
    assert said(offices, "bilag") == []
    berit = offices.visit("berit", "Berit Bakken")
    berit.send(f"{PART}/accept", berit.form(f"{PART}/accept", answer="yes"))
    assert [(one.by.name, one.role) for one in said(offices, "bilag")] == [("Berit Bakken", "manager")]


def test_an_identity_number_in_a_folders_name_is_masked_where_it_is_read(offices: Offices) -> None:
    page = offices.visit("kari").read(f"{FELLES}/accept")
    shown = re.sub(r'href="[^"]*"', "", page)
    assert NUMBER not in shown
    with work_of(offices).catalog() as catalog:
        places = accept.questions(catalog)["felles"].arrival.places
    assert all(html.escape(place) in page for place in places)


def test_what_was_seen_is_what_is_answered_for(offices: Offices) -> None:
    ola = offices.visit("ola", "Ola Lunde")
    form = ola.form(f"{PART}/accept", answer="yes")
    for seen in ("", "0" * 64):
        back = ola.read(ola.send(f"{PART}/accept", {**form, "seen": seen, "once": f"x{seen}"}))
        assert "The new place of bilag has changed since you looked at it." in back
    assert said(offices, "bilag") == []
    assert ola.send(f"{PART}/accept", form) == f"{PART}/accepted"


def test_pages_count_beside_and_never_while_somebody_waits(offices: Offices, monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[str] = []
    monkeypatch.setattr(offices.service, "count_anew", counted.append)
    ola = offices.visit("ola")
    ola.read(PART)
    assert counted == []
    with work_of(offices).catalog() as catalog, catalog.writing():
        catalog.run("INSERT INTO run (stage, begun, ended) VALUES ('verify', 1, 2)")
    monkeypatch.setattr(arrivals, "_counted", lambda _catalog: pytest.fail("a page counted"))
    for address in ("/", PART, f"{PART}/accept"):
        ola.read(address)
    assert set(counted) == {"felles"}


def test_a_hostile_address_of_a_place_becomes_no_link(make_hostile: Offices) -> None:
    page = make_hostile.visit("ola").read(f"{PART}/accept")
    assert "javascript:" in page and 'href="javascript:' not in page and "<script>x" not in page
    assert "U+202E" in page and "\u202e" not in page
    assert "http://[" in page.replace("<wbr>", "") and 'href="http://[' not in page


@pytest.fixture
def make_hostile(offices: Offices) -> Offices:
    with work_of(offices).catalog() as catalog, catalog.writing():
        places = "javascript:alert(1)//<script>x\nhttp://[\nhttps://x.no/\u202ecod"
        catalog.run("UPDATE arrival SET places = ? WHERE part = 'bilag'", (places,))
    return offices


def test_when_the_area_is_read_only_the_answer_stands_and_more_time_can_be_asked_for(offices: Offices) -> None:
    ola = offices.visit("ola", "Ola Lunde")
    form = ola.form(f"{PART}/accept", answer="yes")
    late = ola.form(f"{PART}/accept", answer="no", note="For sent")
    ola.read("/area/felles/longer", 303)
    ola.send(f"{PART}/accept", form)
    sealed(offices)
    assert ola.client.get(f"{PART}/accept").headers["location"] == f"{PART}/accepted"
    back = ola.send(f"{PART}/accept", late)
    assert "form=" in back and len(said(offices, "bilag")) == 1
    page = ola.read(f"{PART}/accepted")
    assert "Change the answer" not in page and "The old area is read-only now." in words(page)

    home = ola.read("/")
    assert "It can be read until 30 June 2027." in words(home) and 'href="/area/felles/longer"' in home
    longer = "/area/felles/longer"
    page = ola.read(longer)
    assert "The old area can be read until 30 June 2027. After that it is deleted." in words(page)
    form = ola.form(longer)
    for filled, field in (
        ({}, "until"),
        ({"until": "2027-06-30", "reason": "x"}, "until"),
        ({"until": "2050-01-01", "reason": "x"}, "until"),
        ({"until": "2027-13-01", "reason": "x"}, "until"),
        ({"until": "2027-09-01", "reason": " "}, "reason"),
        ({"until": "2027-09-01", "reason": "x" * 4001}, "reason"),
    ):
        assert f'href="#{field}"' in ola.read(ola.send(longer, {**form, **filled}))
    sent = {**form, "until": "1.9.2027", "reason": "Revisjonen er ikke ferdig."}
    led = ola.send(longer, sent)
    page = ola.read(led)
    assert "✓ The old area can be read until 1 September 2027." in words(page)
    assert "Ola Lunde on" in words(page) and "Revisjonen er ikke ferdig." in page
    assert ola.send(longer, sent) == led, "the same form acts once"
    with work_of(offices).catalog() as catalog:
        (one,) = extensions.history(catalog)
        assert (one.until.isoformat(), one.by.who, one.role) == ("2027-09-01", "https://log.in||ola", "contact")


def test_more_time_is_for_those_who_answer_for_a_part_of_the_very_area(offices: Offices) -> None:
    other = POLICY.replace(
        "areas:\n", "areas:\n  annet: {parts: [{name: x, path: X, contact: {name: Per, id: per}}]}\n"
    )
    policy = offices.workspace / "policies" / "regnskap.yaml"
    policy.write_text(other, "utf-8")
    sealed(offices)
    for who in ("per", "ada", "siri", "nemo"):
        visitor = offices.visit(who)
        visitor.read("/area/felles/longer", 403)
        visitor.send("/area/felles/longer", {"until": "2027-09-01", "reason": "x", "once": "x"}, 403)
    offices.visit("kari").read("/area/felles/longer")
    with work_of(offices).catalog() as catalog:
        assert extensions.history(catalog) == []
        found = grace.period(work_of(offices), catalog)
        assert found is not None and found.last_day.isoformat() == "2027-06-30"


def test_the_rows_that_other_tests_make_are_those_that_an_upload_leaves(offices: Offices, tmp_path: Path) -> None:
    """So that what `arrived` makes in every state stays what there is."""
    made = new_area(tmp_path / "made")
    lay_out(made.top, TREE)
    made.policy((offices.workspace / "policies" / "regnskap.yaml").read_text("utf-8"))
    made.until_proposed()
    arrived(made.work(), "bilag", "felles")
    with made.catalog() as catalog, work_of(offices).catalog() as real:
        like, found = accept.questions(catalog), accept.questions(real)
    assert {part: (one.state, one.arrival.files) for part, one in like.items()} == {
        part: (one.state, one.arrival.files) for part, one in found.items()
    }
    for part, one in like.items():
        ends = [place.partition("/Dokumenter/")[2] for place in found[part].arrival.places]
        assert [place.partition("/Dokumenter/")[2] for place in one.arrival.places] == ends

"""The privacy officer's pages: all that concerns personal data, for reading alone."""

import time
from collections.abc import Callable
from datetime import timedelta

import pytest

from filrydd.catalog import tallies, tallying
from filrydd.catalog.insight import tallies as adding_up
from filrydd.catalog.tallies import About
from filrydd.model import times
from filrydd.stages import private
from tests.areas import Area
from tests.web.offices import NUMBER, TREE, Offices, counted, made, words
from tests.web.reader import Clock

PRIVACY = "/department/regnskap/privacy"
OF_AREA = "/area/felles/privacy"
# "<img" in the name of a folder that everybody can read, and of an account.
OPEN, EVIL = "Åpen", "<img src=x onerror=alert(1)>"


@pytest.fixture
def area(make_area: Callable[..., Area]) -> Area:
    """The area, of which everybody can read `Åpen` and nothing else."""
    area = make_area(TREE | {OPEN: {EVIL: {"x.txt": b"1"}, "y.txt": b"2"}})
    for folder in (area.top, *(one for one in area.top.rglob("*") if one.is_dir())):
        folder.chmod(0o755 if OPEN in folder.parts else 0o700)
    return made(area)


@pytest.fixture
def offices(area: Area) -> Offices:
    return Offices(area.workspace, Clock())


def told_of_geir(area: Area) -> None:
    """As if the directory had said that Geir, who owns one file, has quit."""
    with area.catalog() as catalog, catalog.writing():
        catalog.run(
            "INSERT INTO principal (id, sid, name, kind, state) VALUES (91, 'S-1-5-21-1-2-3-1005', ?, 'user', 'disabled')",
            (f"Geir {EVIL}",),
        )
        catalog.run("UPDATE file SET owner = 91 WHERE name = 'y.txt'")
    counted(area)


def test_every_area_stands_there_in_sums(offices: Offices, area: Area) -> None:
    told_of_geir(area)
    text = words(offices.visit("pia").read(PRIVACY))
    # No number in a text, for nobody examined any; one in a name; ten files nobody knows; one own folder, one open, nobody gains.
    assert "felles 0 1 12 1 1 0 1" in text
    assert "Superuser: Siri Super, siri@example.no" in text


def test_files_with_a_number_in_the_name_are_listed_and_the_number_never_is(offices: Offices) -> None:
    pia = offices.visit("pia")
    page = pia.read(f"{OF_AREA}/named")
    assert "søknad.docx" in words(page) and NUMBER not in page
    assert NUMBER not in pia.read(OF_AREA)
    assert "felles an identity number in the name 1" in words(pia.read(OF_AREA))


def test_a_private_folder_tells_what_was_done_about_it_and_who_was_let_in(offices: Offices, area: Area) -> None:
    pia = offices.visit("pia")
    assert "Hjem/kari" not in (before := words(pia.read(OF_AREA))) and "Hjem – not told nobody 1" in before
    begun = Clock()
    deadline = begun().date() + timedelta(days=14)
    private.tell(area.work(begun), "Hjem", "Siri Super", deadline)
    begun.ahead = timedelta(days=30)
    private.open_to(area.work(begun), "Hjem", "Per Leser", "Siri Super", "Kari er sykmeldt")
    counted(area)
    text = words(pia.read(OF_AREA))
    assert "Hjem – Siri Super" in text and "Per Leser" in text and "Kari er sykmeldt" in text
    assert "Per Leser was let in by Siri Super on" in text


def test_folders_that_everybody_can_read_and_owners_who_are_gone(offices: Offices, area: Area) -> None:
    told_of_geir(area)
    page = offices.visit("pia").read(OF_AREA)
    assert EVIL not in page
    text = words(page)
    assert "2 files lie in 1 such folder and below" in text and "Åpen Everyone 2" in text
    assert "Geir &lt;img src=x onerror=alert(1)&gt; the account is disabled 1" in text


def test_a_list_goes_on_where_the_page_ends(offices: Offices, make_area: Callable[..., Area], area: Area) -> None:
    for number in range(120):
        (area.top / f"{NUMBER} {number:03}.txt").write_bytes(b"x")
    area.until_proposed()
    counted(area)
    pia = offices.visit("pia")
    seen: list[str] = []
    address = f"{OF_AREA}/named"
    while address:
        page = pia.read(address)
        seen += [line.partition(".txt")[0][-3:] for line in words(page).split("***********")[1:] if ".txt" in line]
        address = page.partition('class="button" href="')[2].partition('"')[0]
    assert len(seen) == len(set(seen)) == 120


def test_counts_are_of_before_and_say_so_until_they_were_counted_anew(offices: Offices, area: Area) -> None:
    pia = offices.visit("pia")
    assert "Something has changed since" not in words(pia.read(OF_AREA))
    (area.top / f"{NUMBER} ny.txt").write_bytes(b"x")
    area.until_proposed()
    first = words(pia.read(OF_AREA))
    assert "Something has changed since, so it is being counted anew" in first
    for _attempt in range(100):
        with area.catalog() as catalog:
            if tallies.counted(catalog, area.work().department().digest).is_current:
                break
        pia.client.get(OF_AREA)
        time.sleep(0.1)
    assert "felles an identity number in the name 2" in words(pia.read(OF_AREA))


def test_what_is_shown_is_counted_and_not_guessed(area: Area) -> None:
    told_of_geir(area)
    with area.catalog() as catalog:
        unexamined = tallies.read(catalog, About.UNEXAMINED)
        assert sum(one.total.files for one in unexamined) == catalog.value(
            "SELECT COUNT(*) FROM file WHERE gone IS NULL"
        )
        catalog_rules = {one.name: one.total.files for one in tallies.catches(catalog)}
        counted_again = {
            row[0]: row[1]
            for row in catalog.rows(
                "SELECT r.name, COUNT(*) FROM ruling g JOIN rule r ON r.id = g.rule JOIN file f ON f.id = g.file"
                " WHERE f.gone IS NULL GROUP BY r.name"
            )
        }
        assert catalog_rules == counted_again
        assert tallies.counted(catalog, "another policy").is_current is False
        assert (tallies.counted(catalog, area.work().department().digest).at or 0) <= times.from_datetime(Clock()())


@pytest.mark.parametrize("who", ["siri", "ada", "adam", "ola", "nobody"])
def test_nobody_else_reads_it(offices: Offices, who: str) -> None:
    visitor = offices.visit(who)
    for address in (PRIVACY, OF_AREA, f"{OF_AREA}/private", f"{OF_AREA}/named"):
        assert "This page is not for you" in visitor.read(address, 403)


def test_nothing_can_be_sent_here(offices: Offices) -> None:
    pia = offices.visit("pia")
    for address in (PRIVACY, OF_AREA, f"{OF_AREA}/private"):
        assert "<form" not in pia.read(address).partition("<main")[2]
        pia.send(address, {}, 405)
    assert "That is not here any more" in pia.read(f"{OF_AREA}/everything", 404)


def test_what_classify_stores_while_somebody_counts_is_not_put_back(area: Area) -> None:
    with area.catalog() as catalog:
        digest = area.work().department().digest
        before = tallies.stamp(catalog, digest)
    (area.top / "ny.txt").write_bytes(b"new")
    area.until_proposed()
    with area.catalog() as catalog:
        of_classify = {one.name: one.total for one in tallies.catches(catalog)}
        tallies.keep(catalog, [(About.RULE, "", "1", 0, 1, 1, "")], before, digest, 0)
        assert {one.name: one.total for one in tallies.catches(catalog)} == of_classify
        assert not tallies.counted(catalog, digest).is_current


def test_a_scan_that_adds_up_the_area_does_not_stand_before_what_is_kept(area: Area) -> None:
    with area.catalog() as catalog:
        adding_up.tally(catalog)
        assert tallies.catches(catalog) and tallies.sums(catalog)
        tallying.refresh(catalog, "policy", (), 1)
        assert tallies.counted(catalog, "policy").is_current

"""Any old path or name is found by those who may see it, and by nobody else."""

import time
import unicodedata
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from filrydd.catalog.connection import Catalog
from filrydd.catalog.descriptors import descriptor_id
from filrydd.catalog.paths import path_of_file
from filrydd.catalog.searching import filling
from filrydd.catalog.searching.index import behind, open_index, path_of
from filrydd.catalog.searching.words import DEEP, fits, words
from filrydd.model.names import fold
from filrydd.stages import classify, scan, search
from filrydd.stages.search import Found, State, Viewer, What
from filrydd.stages.search.telling import sentence
from tests.areas import POLICY, Area
from tests.catalogs import KARI, OLA, PEOPLE, PER, READ, STAFF, judge, packed, share, tell
from tests.conftest import Tree

TREE: Tree = {
    "Årsmelding 2019.docx": b"1",
    "notat.txt": b"2",
    "Bilag": {
        "2010": {"faktura 12.pdf": b"3", "faktura 1.pdf": b"4", "KVITTERING_å-b.PDF": b"5"},
        "2019": {"rapport_v2 endelig NY.docx": b"6", "rapport.docx": b"7", "100% ferdig.txt": b"8"},
    },
    "Lønn": {" luft .txt": b"9", "2019": {"budsjett.xlsx": b"10", "rapport.docx": b"11"}},
    "Hjem": {"kari": {"privat årsrapport.txt": b"12", "~$lås.docx": b"13"}},
}
DRIVES = POLICY.replace(
    "    folder: Felles\n",
    "    folder: Felles\n    drives: {F: '', L: Lønn}\n    addresses: ['\\\\filer.oslo.no\\avd$\\felles']\n",
)


def all_seen(area: Area) -> Viewer:
    return Viewer(True, lambda _name: True, "", parts(area))


def seen(area: Area, *names: str, who: str = "") -> Viewer:
    return Viewer(False, lambda name: name in names, who, parts(area))


def parts(area: Area) -> tuple[tuple[str, str], ...]:
    return search.viewer_parts(area.work().department(), "felles")


def look(area: Area, text: str, viewer: Viewer | None = None, seconds: float = 5) -> Found:
    work = area.work()
    return search.find(work, work.department(), viewer or all_seen(area), search.understood(text), seconds)


def paths(found: Found) -> list[str]:
    return [one.path for one in found.files]


@pytest.fixture
def area(make_area: Callable[..., Area]) -> Area:
    made = make_area(TREE)
    made.until_proposed()
    return made


@pytest.mark.parametrize(
    "text",
    [
        "Bilag/2010/KVITTERING_å-b.PDF",
        "Bilag\\2010\\KVITTERING_å-b.PDF",
        "bilag/2010/kvittering_Å-B.pdf",
        unicodedata.normalize("NFD", "Bilag/2010/KVITTERING_å-b.PDF"),
        '"F:\\Bilag\\2010\\KVITTERING_å-b.PDF"',
        "f:/Bilag/2010/kvittering_å-b.pdf",
        "\\\\FILER.oslo.no\\avd$\\Felles\\Bilag\\2010\\KVITTERING_å-b.PDF",
        "smb://kari@filer.oslo.no:445/avd$/felles/Bilag/2010/KVITTERING_å-b.PDF",
        "file://filer.oslo.no/avd$/felles/Bilag/2010/KVITTERING_%C3%A5-b.PDF",
        "Bilag/2010/KVITTERING_%C3%A5-b.PDF",
        "\\\\ukjent\\disk\\Bilag\\2010\\KVITTERING_å-b.PDF",
        "X:\\gammelt\\Bilag\\2010\\KVITTERING_å-b.PDF",
        "/Bilag//2010/./KVITTERING_å-b.PDF ",
        " Bilag/2010/KVITTERING_å-b.PDF\n",
    ],
)
def test_an_old_path_is_found_however_it_is_written(area: Area, text: str) -> None:
    area.policy(DRIVES)
    found = look(area, text)
    assert paths(found) == ["Bilag/2010/KVITTERING_å-b.PDF"] and found.by_path


def test_the_area_s_own_address_and_odd_names_are_found(area: Area) -> None:
    assert paths(look(area, f"{area.top}/Bilag/2019/100% ferdig.txt")) == ["Bilag/2019/100% ferdig.txt"]
    assert paths(look(area, "Lønn/ luft .txt")) == ["Lønn/ luft .txt"]
    assert paths(look(area, "~$lås.docx")) == ["Hjem/kari/~$lås.docx"]
    assert [one.path for one in look(area, str(area.top)).folders] == [""]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("RAPPORT.docx", {"Bilag/2019/rapport.docx", "Lønn/2019/rapport.docx"}),
        ("faktura", {"Bilag/2010/faktura 12.pdf", "Bilag/2010/faktura 1.pdf"}),
        ("faktura 1", {"Bilag/2010/faktura 1.pdf"}),
        ("faktura 12", {"Bilag/2010/faktura 12.pdf"}),
        ("lønn rapport", {"Lønn/2019/rapport.docx"}),
        ("ende rapp", {"Bilag/2019/rapport_v2 endelig NY.docx"}),
        ("ÅRSMELDING", {"Årsmelding 2019.docx"}),
        ("lønn 2019", set()),
        ("budsjet 2019 xls", {"Lønn/2019/budsjett.xlsx"}),
        ("rapporten", set()),
        ("../../etc/passwd", set()),
    ],
)
def test_names_and_words_are_found(area: Area, text: str, found: set[str]) -> None:
    assert set(paths(look(area, text))) == found


def test_a_file_tells_its_state_and_place_and_a_folder_where_most_of_it_goes(area: Area) -> None:
    found = look(area, "Bilag/2019/rapport.docx").files[0]
    assert found.state is State.PLANNED and found.part == "bilag" and found.opens
    assert found.of.place is not None and found.of.place.path.endswith("rapport.docx")
    assert found.of.rule is not None and found.of.rule.name == "the rest"
    assert look(area, "Hjem/kari/privat årsrapport.txt").files[0].state is State.HELD
    folder = look(area, "Bilag/2019").folders[0].of
    assert folder.files == 3 and folder.places[0][1] == 3
    assert look(area, "Bilag").folders[0].of.folders == 2


def test_nobody_is_told_of_what_lies_in_other_parts(area: Area) -> None:
    ola = seen(area, "bilag")
    assert set(paths(look(area, "rapport.docx", ola))) == {"Bilag/2019/rapport.docx"}
    assert look(area, "Lønn/2019/budsjett.xlsx", ola).files == ()
    # What is not theirs to see is as if it was not there: only the name is looked for.
    other = look(area, "Lønn/2019/rapport.docx", ola)
    assert paths(other) == ["Bilag/2019/rapport.docx"] and not other.by_path
    assert look(area, "Lønn", ola).folders == ()
    assert not look(area, "rapport", seen(area)).sees
    the_rest = seen(area, "felles")
    assert set(paths(look(area, "rapport", the_rest))) == {"Lønn/2019/rapport.docx"}


def test_whoever_could_read_the_old_folder_finds_what_is_in_it_and_nobody_else_does(area: Area) -> None:
    with area.catalog() as catalog:
        give(catalog, {"Bilag/2019": [(STAFF, READ)], "Lønn/2019": [(OLA, READ), (PER, -READ), (STAFF, READ)]})
        tell(
            catalog,
            [replace(one, disabled=False, entra_id=f"entra-{one.name}") for one in PEOPLE],
            {STAFF: [KARI, PER]},
        )
        share(catalog, [(STAFF, READ), (OLA, READ)])
    rapport = {"Bilag": "Bilag/2019/rapport.docx", "Lønn": "Lønn/2019/rapport.docx"}
    assert set(paths(look(area, "rapport.docx", seen(area, who="entra-Kari")))) == set(rapport.values())
    assert set(paths(look(area, "rapport.docx", seen(area, who="entra-Åse")))) == {rapport["Bilag"]}
    assert set(paths(look(area, "rapport.docx", seen(area, who="entra-Ola")))) == {rapport["Lønn"]}
    assert not look(area, rapport["Lønn"], seen(area, who="entra-ukjent")).sees
    assert not look(area, rapport["Lønn"], seen(area, who="entra-Kari")).files[0].opens
    # A share that lets nobody in, or whose list nobody understands, keeps everybody out.
    with area.catalog() as catalog:
        share(catalog, [])
    assert paths(look(area, "rapport.docx", seen(area, who="entra-Kari"))) == []
    with area.catalog() as catalog, catalog.writing():
        catalog.run("UPDATE area SET descriptor = ?", (descriptor_id(catalog, b"nonsense"),))
    assert paths(look(area, "rapport.docx", seen(area, who="entra-Kari"))) == []


def give(catalog: Catalog, lists: dict[str, list[tuple[str, int]] | None]) -> None:
    """Give folders their lists; all others have one that nobody is in."""
    with catalog.writing():
        catalog.run("UPDATE folder SET descriptor = ?", (descriptor_id(catalog, packed([])),))
        for row in list(catalog.rows("SELECT id, name, parent FROM folder")):
            above = catalog.value("SELECT name FROM folder WHERE id = ?", (row["parent"],))
            entries = lists.get(f"{above}/{row['name']}")
            if entries is not None:
                catalog.run(
                    "UPDATE folder SET descriptor = ? WHERE id = ?",
                    (descriptor_id(catalog, packed(entries)), row["id"]),
                )
    judge(catalog)


def test_disabled_and_vanished_accounts_and_groups_find_nothing(area: Area) -> None:
    with area.catalog() as catalog:
        give(catalog, {"Bilag/2019": [(KARI, READ), (STAFF, READ)]})
        tell(catalog, [replace(one, entra_id=f"entra-{one.name}") for one in PEOPLE], {STAFF: [KARI]})
        for state in ("disabled", "vanished"):
            with catalog.writing():
                catalog.run("UPDATE principal SET state = ? WHERE sid = ?", (state, KARI))
            assert paths(look(area, "rapport", seen(area, who="entra-Kari"))) == []
    assert paths(look(area, "rapport", seen(area, who="entra-Regnskap"))) == []


def test_what_comes_later_and_what_is_gone_are_found_too(area: Area) -> None:
    assert paths(look(area, "nykommer")) == []
    (area.top / "Lønn" / "nykommer.txt").write_bytes(b"new")
    (area.top / "notat.txt").unlink()
    (area.top / "Lønn" / "2019" / "budsjett.xlsx").rename(area.top / "Bilag" / "budsjett flyttet.xlsx")
    scan.run(area.work(), str(area.top))
    classify.run(area.work())
    assert paths(look(area, "nykommer")) == ["Lønn/nykommer.txt"]
    assert look(area, "notat").files[0].state is State.VANISHED
    moved = look(area, "Lønn/2019/budsjett.xlsx").files[0]
    assert moved.became == "Bilag/budsjett flyttet.xlsx"
    events = told(area, moved.path, "felles")
    assert [event.what for event in events][:2] == [What.MOVED_AWAY, What.SEEN_FIRST]
    assert "Since then it is Bilag/budsjett flyttet.xlsx" in sentence(events[0])


def told(area: Area, path: str, part: str) -> list[search.Event]:
    found = look(area, path).files[0]
    answer = search.told(area.work(), all_seen(area), part, found.of.id)
    assert answer is not None
    assert [event.at for event in answer.events] == sorted((event.at for event in answer.events), reverse=True)
    return list(answer.events)


def test_what_happened_to_a_file_is_told_with_who_did_it(area: Area) -> None:
    area.sign("felles")
    (area.top / "notat.txt").write_bytes(b"somebody works on it")
    scan.run(area.work(), str(area.top))
    area.policy(
        POLICY.replace("  - rule: homes\n    when: {path: Hjem}", "  - rule: homes\n    when: {name: notat.txt}")
    )
    classify.run(area.work(), allow_many=True)
    events = told(area, "notat.txt", "felles")
    assert [event.what for event in events] == [What.RULED, What.CHANGED, What.SIGNED, What.SEEN_FIRST]
    assert "Kari Nordmann (contact) signed that it moves" in sentence(events[2])
    assert "it was to stay for now, by homes" in sentence(events[0])
    with area.catalog() as catalog, catalog.writing():
        number = look(area, "notat.txt").files[0].of.id
        later = events[0].at + 1
        catalog.run("INSERT INTO answer VALUES (?, 'hold', 'Ola', 'se på dette', ?)", (number, later))
        catalog.run(
            "INSERT INTO freeze (path, matter, name, note, at) VALUES ('NOTAT.txt', 'sak 1', 'Ada', '', ?)",
            (later + 1,),
        )
        catalog.run(
            "INSERT INTO freeze (path, matter, name, note, at) VALUES ('not', 'sak 2', 'Ada', '', ?)", (later + 2,)
        )
    sentences = [sentence(event) for event in told(area, "notat.txt", "felles")]
    assert sentences[0] == "Ada set a freeze on it. The case: sak 1"
    assert sentences[1] == "Ola answered: keep it for now. The note: se på dette"
    assert all(sentences)


def test_a_file_has_its_page_only_in_its_own_part(area: Area) -> None:
    number = look(area, "Bilag/2019/rapport.docx").files[0].of.id
    assert search.told(area.work(), all_seen(area), "felles", number) is None
    assert search.told(area.work(), seen(area, "felles"), "bilag", number) is None
    assert search.told(area.work(), seen(area, "bilag"), "bilag", number) is not None
    assert search.told(area.work(), all_seen(area), "bilag", 10**12) is None


@pytest.mark.parametrize(
    ("url", "pasted"),
    [
        ("https://x.sharepoint.com/sites/r/Delte%20dokumenter/L%C3%B8nn/Notat.txt",) * 2,
        (
            "https://x.sharepoint.com/sites/r/Delte%20dokumenter/Notat.txt",
            "https://X.sharepoint.com/:t:/r/sites/r/Delte dokumenter/notat.txt?csf=1&web=1&e=abc",
        ),
        (
            "https://x.sharepoint.com/sites/r/_layouts/15/Doc.aspx?sourcedoc=%7B0A1B2C3D-0000-1111-2222-333344445555%7D&file=n.docx",
            "https://x.sharepoint.com/sites/r/_layouts/15/Doc.aspx?sourcedoc={0a1b2c3d-0000-1111-2222-333344445555}&action=edit",
        ),
    ],
)
def test_a_new_address_answers_with_the_old_path(area: Area, url: str, pasted: str) -> None:
    number = look(area, "notat.txt").files[0].of.id
    receive(area, number, url)
    found = look(area, pasted)
    assert paths(found) == ["notat.txt"] and found.files[0].state is State.MOVED and found.files[0].of.known.url == url
    assert paths(look(area, pasted, seen(area, "bilag"))) == []
    assert paths(look(area, pasted.replace("n", "m"))) == []


def receive(area: Area, file: int, url: str) -> None:
    with area.catalog() as catalog, catalog.writing():
        catalog.run(
            "INSERT INTO receipt (run, file, signoff, drive, item, parent, name, url, size, hash, etag, ctag, source_size,"
            " source_modified, source_hash, at) VALUES (1, ?, 1, 'd', 'i', 'p', 'n', ?, 1, '', '', '', 1, 1, '', 1)",
            (file, url),
        )


def test_a_side_file_that_is_lost_damaged_or_of_another_catalog_is_made_anew(area: Area) -> None:
    assert len(look(area, "rapport").files) == 3
    with area.catalog() as catalog:
        side = path_of(catalog)
    for content in (None, b"no database at all" * 100, b""):
        for name in (side.with_name(side.name + "-wal"), side.with_name(side.name + "-shm")):
            name.unlink(missing_ok=True)
        side.unlink()
        if content is not None:
            side.write_bytes(content)
        assert len(look(area, "rapport").files) == 3, content
    with area.catalog() as catalog, catalog.writing():
        catalog.run("UPDATE scan SET begun = begun + 1")
        catalog.run("UPDATE file SET name = 'helt nytt.txt' WHERE name = 'notat.txt'")
    assert paths(look(area, "helt nytt")) == ["helt nytt.txt"]
    # Only the folder of catalogs has it, and nothing that lists areas takes it for one.
    assert side.suffix == ".search" and side.exists()


class Stopped(Exception):
    """Somebody pulled the plug."""


def test_an_interrupted_preparation_goes_on_where_it_was(area: Area, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filling, "PORTION", 3)
    with area.catalog() as catalog:
        seen_before = -1
        for stop in range(1, 30):
            portions: list[int] = []

            def count(_rows: int, portions: list[int] = portions, stop: int = stop) -> None:
                portions.append(1)
                if len(portions) == 1 and stop < 29:
                    raise Stopped

            with open_index(catalog) as index:
                late = behind(catalog, index)
                assert late != seen_before
                seen_before = late
                if not late:
                    break
                try:
                    filling.fill(catalog, index, count)
                except Stopped:
                    continue
        assert twice(index_rows(catalog)) == []
    assert len(look(area, "rapport").files) == 3


def index_rows(catalog: Catalog) -> list[int]:
    with open_index(catalog) as index:
        return [
            row[0] for row in index.rows('SELECT rowid FROM file_words WHERE file_words MATCH \'"txt"* OR "docx"*\'')
        ]


def twice(found: list[int]) -> list[int]:
    return [one for one in set(found) if found.count(one) > 1]


def test_without_its_index_whole_paths_are_found_and_the_rest_is_said_to_be_prepared(
    area: Area, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "AT_ONCE", 0)
    found = look(area, "Bilag/2019/RAPPORT.docx")
    assert paths(found) == ["Bilag/2019/rapport.docx"] and found.behind and found.known == 0
    found = look(area, "rapport")
    assert found.files == () and found.behind and found.known == 0
    assert search.prepare(area.work())
    found = look(area, "rapport")
    assert len(found.files) == 3 and not found.behind and found.known == 1


def test_names_in_very_full_folders_are_found_in_any_case(area: Area, monkeypatch: pytest.MonkeyPatch) -> None:
    from filrydd.catalog.searching import walking

    monkeypatch.setattr(walking, "_MOST_COMPARED", 1)
    assert paths(look(area, "bilag/2019/RAPPORT.DOCX")) == ["Bilag/2019/rapport.docx"]
    assert paths(look(area, "/NOTAT.txt")) == ["notat.txt"]


def test_very_deep_folders_do_not_grow_the_index_beyond_bounds(make_area: Callable[..., Area]) -> None:
    tree: Tree = {"dypest nede.txt": b"1"}
    for level in reversed(range(filling.DEEPEST + 20)):
        tree = {f"n{level}": tree}
    area = make_area(tree)
    area.scan()
    classify.run(area.work())
    assert len(look(area, "dypest nede").files) == 1
    assert len(look(area, "n3 dypest").files) == 1
    with area.catalog() as catalog, open_index(catalog) as index:
        too_deep = "SELECT COUNT(*) FROM folder_words WHERE folder_words MATCH ?"
        assert index.value(too_deep, (f'"{DEEP}"',)) == 19


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Area:
    from tests.areas import new_area
    from tests.conftest import lay_out

    made = new_area(tmp_path_factory.mktemp("shared"))
    lay_out(made.top, TREE)
    made.scan()
    classify.run(made.work())
    return made


def naive(area: Area, text: str, part: str | None) -> tuple[set[str], set[str]]:
    """The paths that a line of words finds by looking at every name, and those of them whose whole name it is."""
    wanted = words(text)[:12]
    fitting, same = set(), set()
    with area.catalog() as catalog:
        for row in catalog.rows("SELECT id, name FROM file"):
            path = path_of_file(catalog, row["id"])
            if part is not None and (path.startswith("Bilag/") != (part == "bilag")):
                continue
            known, above = words(row["name"]), words(path.rpartition("/")[0])
            in_name = [word for word in wanted if fits(word, known)]
            rest = [word for word in wanted if word not in in_name]
            if fold(row["name"]) == fold(text):
                same.add(path)
            if in_name and all(fits(word, above) for word in rest):
                fitting.add(path)
    return fitting | same, same


PIECES = [
    "rapport",
    "Bilag",
    "2019",
    "1",
    "12",
    "å",
    "Årsm",
    "lønn",
    "docx",
    ".",
    " ",
    "_",
    "%",
    "%20",
    "v2",
    "~$",
    "pdf",
    "\\u0041",
    "ny",
    '"',
    "*",
    "AND",
    "(",
    "§",
    "¤1",
    "¶",
]
LINES = st.one_of(
    st.text(max_size=30),
    st.lists(st.sampled_from(PIECES), max_size=6).map("".join),
    st.lists(st.sampled_from(PIECES), max_size=6).map(" ".join),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=LINES, part=st.sampled_from([None, "bilag", "felles"]))
def test_words_find_what_looking_at_every_name_finds(shared: Area, text: str, part: str | None) -> None:
    asked = search.understood(text)
    if asked.is_path or asked.is_web:
        return
    viewer = all_seen(shared) if part is None else seen(shared, part)
    found = look(shared, text, viewer)
    expected, same = naive(shared, asked.text, part)
    assert len(paths(found)) == len(set(paths(found)))
    if same and "." in asked.text:
        # A whole name asks for just that one.
        assert same <= set(paths(found)) <= expected
    else:
        assert set(paths(found)) == expected


@given(text=st.one_of(LINES, st.text(), st.binary().map(lambda raw: raw.decode("utf-8", "surrogateescape"))))
def test_whatever_is_typed_is_answered_in_time_and_shows_nothing_of_others(shared: Area, text: str) -> None:
    for whole in (text, "\\\\" + text, "https://" + text, "F:\\" + text, text * 50, "a/" * 200 + text):
        begun = time.monotonic()
        found = look(shared, whole, seen(shared, "bilag"), seconds=0.2)
        assert time.monotonic() - begun < 5
        assert all(path.startswith("Bilag/") for path in paths(found))
        assert all(one.path.startswith("Bilag") for one in found.folders)

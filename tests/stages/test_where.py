"""Any old path answers with its new address, or with its fate and why; a list of them all is what other programs read."""

import csv
import json
import os
import re
import stat
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filrydd.catalog.connection import Catalog
from filrydd.catalog.gathered import Gathered, Line
from filrydd.catalog.new_folders import NewFolder, common
from filrydd.catalog.paths import find_file, find_folder
from filrydd.catalog.whereabouts import below
from filrydd.errors import BadUsage, NoSuchArea
from filrydd.model import times
from filrydd.stages import scan, search, where
from filrydd.stages.search import What
from filrydd.stages.where import State, export, telling
from filrydd.stages.where.forms import FORMS
from filrydd.stages.where.spelling import ways
from filrydd.stages.where.web import address
from tests.areas import POLICY, Area, new_area
from tests.conftest import lay_out
from tests.reading import number
from tests.stages.moving import Moving
from tests.tenants import Visitor

TREE = {
    "Bilag": {
        "2026": {"Årsmøte & referat.txt": b"1", "100% ferdig #2.txt": b"2", "plan.txt": b"3"},
        "2027": {"budsjett.txt": b"4"},
    },
    "Hjem": {"kari": {"privat.txt": b"5"}},
    "Rot.txt": b"6",
    "Thumbs.db": b"7",
}
DRIVES = POLICY.replace(
    "    folder: Felles\n",
    "    folder: Felles\n    drives: {K: '', L: Bilag/2026}\n    addresses: ['\\\\filer.oslo.no\\avd$\\felles']\n",
)


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory, tenant: Visitor) -> Area:
    """An area of which everything that moves is in the tenant; its policy knows other addresses of it. Tests only read it."""
    place = tmp_path_factory.mktemp("moved")
    area = new_area(place)
    lay_out(area.top, TREE)
    moving = Moving(area, tenant, place / "backup")
    moving.set_policy(DRIVES)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("FILRYDD_KEY", str(place / "ledger.key"))
        environment.setenv("FILRYDD_STATE", str(place / "state"))
        moving.until_uploaded()
    return area


@pytest.fixture
def area(make_area: Callable[..., Area]) -> Area:
    made = make_area(TREE)
    made.policy(DRIVES)
    made.until_proposed()
    return made


def arrive(area: Area, urls: dict[str, str], at: int = 1) -> None:
    """Say of files that they arrived at these addresses."""
    with area.catalog() as catalog, catalog.writing():
        for path, url in urls.items():
            catalog.run(
                "INSERT INTO receipt (run, file, signoff, drive, item, parent, name, url, size, hash, etag, ctag, source_size,"
                " source_modified, source_hash, at) VALUES (1, ?, 1, 'd', 'i', 'p', 'n', ?, 1, '', '', '', 1, 1, '', ?)",
                (find_file(catalog, path), url, at),
            )


def ask(area: Area, text: str) -> where.Answers:
    return where.find(area.workspace, text)


def said(area: Area, text: str) -> str:
    return "\n".join(line for one in ask(area, text).found for line in telling.sentences(one))


def spellings(area: Area) -> Iterator[str]:
    path = "Bilag/2026/Årsmøte & referat.txt"
    back = path.replace("/", "\\")
    yield from (path, back, path.upper(), f"{path}/", unicodedata.normalize("NFD", path), f'  "{back}"\n', f"«{back}»")
    yield from (f"{area.top}/{path}", f"file://{quote(f'{area.top}/{path}')}", quote(path))
    for server in ("filer.oslo.no", "FILER.OSLO.NO", "filer"):
        yield from (f"\\\\{server}\\avd$\\felles\\{back}", f"//{server}/AVD$/Felles/{path}")
        yield from (f"\\\\?\\UNC\\{server}\\avd$\\felles\\{back}", f"smb://kari@{server}:445/avd$/felles/{quote(path)}")
        yield from (f"{file}{server}/avd$/felles/{quote(path)}" for file in ("file://", "file:////", "file://///"))
        yield f"file:\\\\{server}\\avd$\\felles\\{back}"
    yield from (f"K:\\{back}", f"k:/{path.lower()}", f"file:///K:/{quote(path)}", f"file:///k|/{quote(path)}")
    yield from ("L:\\årsmøte & referat.TXT", "\\\\?\\L:\\Årsmøte & referat.txt", "file://localhost/K:/" + quote(path))


def test_a_file_answers_with_its_address_however_its_path_is_written(moved: Area) -> None:
    for text in spellings(moved):
        answers = ask(moved, text)
        assert answers.by_path, text
        (found,) = answers.found
        assert found.old == "Bilag/2026/Årsmøte & referat.txt" and found.state is State.MOVED, text
        assert unquote(found.url).endswith("/Årsmøte & referat.txt"), text


def test_the_new_address_answers_with_itself(moved: Area) -> None:
    (found,) = ask(moved, "Bilag/2026/plan.txt").found
    assert ask(moved, found.url).found == (found,)


def test_a_path_is_not_answered_by_what_only_has_its_name(moved: Area) -> None:
    # Another server's file of that path is another file, and no program may be sent to ours.
    for text in ("\\\\annen\\disk\\Bilag\\2026\\plan.txt", "Z:\\Bilag\\2026\\plan.txt", "Bilag/2027/plan.txt"):
        with pytest.raises(NoSuchArea) as refused:
            ask(moved, text)
        assert "felles: Bilag/2026/plan.txt" in refused.value.details, text
    with pytest.raises(NoSuchArea) as refused:
        ask(moved, "Bilag/2026/finnes ikke på disken.txt")
    assert refused.value.details == ()


def test_part_of_a_name_answers_with_what_fits_best_first(moved: Area) -> None:
    answers = ask(moved, "plan")
    assert [one.old for one in answers.found] == ["Bilag/2026/plan.txt"] and not answers.by_path
    assert ask(moved, "plan.txt").found[0].old == "Bilag/2026/plan.txt"
    assert ask(moved, "Rot.txt").by_path


def test_a_folder_answers_with_where_its_files_went(moved: Area) -> None:
    (one,) = ask(moved, "Bilag\\2026").found
    assert one.is_folder and one.state is State.MOVED and one.counts == {State.MOVED: 3}
    assert [place.files for place in one.places] == [3] and one.places[0].url == one.url
    files = [ask(moved, f"Bilag/2026/{name}").found[0].url for name in ("plan.txt", "100% ferdig #2.txt")]
    assert all(url.startswith(one.url + "/") for url in files)
    (both,) = ask(moved, "K:\\Bilag").found
    assert both.counts == {State.MOVED: 4} and sum(place.files for place in both.places) == 4
    assert all(place.url.startswith(both.url) for place in both.places) and one.url.startswith(both.url)


def test_the_top_answers_for_all_of_it_with_reasons_for_what_stays(moved: Area) -> None:
    for text in (str(moved.top), "K:\\", "\\\\filer\\avd$\\felles\\"):
        (top,) = ask(moved, text).found
        assert top.state is State.MIXED and top.counts[State.MOVED] == 5, text
    assert {(one.state, one.reason, one.files) for one in top.others} == {
        (State.HELD, "Somebody's own area.", 1),
        (State.TO_BE_DESTROYED, "The computer made the file.", 1),
    }
    lines = "\n".join(telling.sentences(top))
    assert "5 files are now in or under" in lines and "1 file stays for now: Somebody's own area." in lines
    (home,) = ask(moved, "Hjem").found
    assert home.state is State.HELD and home.url == "" and home.reason == "Somebody's own area."


def test_new_folders_of_several_libraries_are_told_one_by_one(area: Area) -> None:
    site = "https://x.sharepoint.com/sites"
    arrive(area, {"Bilag/2026/plan.txt": f"{site}/a/Dok/plan.txt", "Bilag/2027/budsjett.txt": f"{site}/b/Dok/b.txt"})
    with area.catalog() as catalog, catalog.writing():
        for drive, library in (("d", "sites/a/Dok"), ("e", "sites/b/Dok")):
            catalog.run("INSERT INTO library (site, name) VALUES (?, ?)", (library, drive))
            catalog.run(
                "INSERT INTO landing (library, drive, root, path) SELECT id, ?, ?, ? FROM library WHERE name = ?",
                (drive, f"root {drive}", library, drive),
            )
        catalog.run("UPDATE receipt SET drive = 'e', parent = 'root e' WHERE url LIKE '%/b/%'")
        catalog.run("UPDATE receipt SET parent = 'root d' WHERE url LIKE '%/a/%'")
    (found,) = ask(area, "Bilag").found
    assert found.url == "" and {place.url for place in found.places} == {f"{site}/a/Dok", f"{site}/b/Dok"}
    assert found.counts == {State.MOVED: 2, State.PLANNED: 2} and found.state is State.MIXED
    assert "2 files went to several places" in said(area, "Bilag")


def test_office_documents_are_placed_by_their_folder_and_not_by_the_address_that_opens_them(area: Area) -> None:
    opens = "https://x.sharepoint.com/sites/a/_layouts/15/Doc.aspx?sourcedoc=%7B1%7D&file=plan.docx"
    arrive(area, {"Bilag/2026/plan.txt": opens})
    with area.catalog() as catalog, catalog.writing():
        catalog.run(
            "INSERT OR REPLACE INTO landing (library, drive, root, path) VALUES (1, 'd', 'r', 'sites/a/Delte dokumenter')"
        )
        catalog.run("INSERT INTO made_folder (target, item, path) VALUES (1, 'p', 'Felles/Årets')")
    (found,) = ask(area, "Bilag/2026").found
    assert found.url == "https://x.sharepoint.com/sites/a/Delte%20dokumenter/Felles/%C3%85rets"


def retire(area: Area, path: str, proof: dict[str, object], at: int) -> None:
    with area.catalog() as catalog, catalog.writing():
        file = find_file(catalog, path)
        catalog.run("UPDATE file SET gone = 1 WHERE id = ?", (file,))
        catalog.run("DELETE FROM ruling WHERE file = ?", (file,))
        catalog.run(
            "INSERT INTO retirement (run, file, path, size, hash, proof, begun, done) VALUES (1, ?, ?, 1, '', ?, ?, ?)",
            (file, path, json.dumps(proof), at, at),
        )


def test_what_was_deleted_tells_when_by_which_law_and_who_signed(area: Area) -> None:
    area.sign("felles")
    with area.catalog() as catalog:
        signoff = catalog.value("SELECT id FROM signoff WHERE part = 'felles'")
    day = times.from_day(date(2026, 3, 3))
    retire(area, "Thumbs.db", {"signoff": signoff, "basis": "arkivlova § 13"}, day)
    (found,) = ask(area, "thumbs.DB").found
    assert found.state is State.DESTROYED and found.at == day and found.basis == "arkivlova § 13"
    assert (found.role, found.signed_by) == ("contact", "Kari Nordmann")
    lines = said(area, "Thumbs.db")
    assert "Thumbs.db was deleted on 3 March 2026:" in lines and "Legal basis: arkivlova § 13" in lines
    assert "Signed by Kari Nordmann (contact)." in lines


def test_what_was_set_aside_tells_until_when_it_can_be_brought_back(area: Area) -> None:
    first, last = times.from_day(date(2026, 3, 3)), times.from_day(date(2026, 4, 2))
    for path in ("Thumbs.db", "Bilag/2026/plan.txt"):
        retire(area, path, {"signoff": 1, "basis": "arkivlova § 13"}, first)
    arrive(area, {"Bilag/2026/plan.txt": "https://x.sharepoint.com/plan.txt"})
    with area.catalog() as catalog, catalog.writing():
        catalog.run("UPDATE retirement SET place = '.filrydd-quarantine/1', aside_until = ?", (last,))
    (junk,) = ask(area, "Thumbs.db").found
    assert (junk.state, junk.at, junk.aside_until) == (State.SET_ASIDE, first, last)
    lines = said(area, "Thumbs.db")
    assert "was set aside on 3 March 2026, to be deleted" in lines and "brought back until 1 April 2026." in lines
    (plan,) = ask(area, "Bilag/2026/plan.txt").found
    assert plan.state is State.MOVED and plan.aside_until == last and "brought back until" in said(area, plan.old)
    (top,) = ask(area, str(area.top)).found
    assert top.counts[State.SET_ASIDE] == 1 and top.counts[State.MOVED] == 1
    with area.catalog() as catalog, catalog.writing():
        catalog.run("UPDATE retirement SET purged = ?", (last + 1,))
    (junk,) = ask(area, "Thumbs.db").found
    assert (junk.state, junk.at, junk.aside_until) == (State.DESTROYED, last + 1, None)
    with area.catalog() as catalog, catalog.writing():
        file = find_file(catalog, "Thumbs.db")
        catalog.run(
            "INSERT INTO former_retirement (run, file, path, size, hash, proof, begun, done, place, restored)"
            " SELECT run, file, path, size, hash, proof, begun, 5, place, 6 FROM retirement WHERE file = ?",
            (file,),
        )
    everything = search.Viewer(True, lambda _name: True, "", search.viewer_parts(area.work().department(), "felles"))
    assert file is not None
    told = search.told(area.work(), everything, "felles", file)
    assert told is not None and [event.what for event in told.events if event.at in (5, 6, first, last + 1)] == [
        What.DELETED,
        What.SET_ASIDE,
        What.BROUGHT_BACK,
        What.SET_ASIDE,
    ]


def test_what_somebody_renamed_in_the_area_is_followed(area: Area) -> None:
    (area.top / "Rot.txt").rename(area.top / "Bilag" / "Rot flyttet.txt")
    (area.top / "Bilag" / "2026" / "plan.txt").unlink()
    scan.run(area.work(), str(area.top))
    arrive(area, {"Bilag/Rot flyttet.txt": "https://x.sharepoint.com/r.txt"})
    (found,) = ask(area, "Rot.txt").found
    assert found.url == "https://x.sharepoint.com/r.txt" and found.became == "Bilag/Rot flyttet.txt"
    assert found.old == "Rot.txt" and "was moved within the old area" in said(area, "Rot.txt")
    assert ask(area, "Bilag/2026/plan.txt").found[0].state is State.VANISHED
    (folder,) = ask(area, "Bilag/2026").found
    assert (
        "1 file was gone before it was moved." in "\n".join(telling.sentences(folder))
        and folder.counts[State.VANISHED] == 1
    )


def test_a_hold_that_ended_elsewhere_tells_where(area: Area) -> None:
    with area.catalog() as catalog, catalog.writing():
        file = find_file(catalog, "Hjem/kari/privat.txt")
        catalog.run("INSERT INTO handed_over VALUES (?, 'Personalmappa', '26/1', 'Kari', '', 1, 1, 1)", (file,))
    assert "It was handed over to Personalmappa. The receipt: 26/1" in said(area, "Hjem/kari/privat.txt")


@pytest.mark.parametrize(
    "text", ["", " ", "\0", "\ud800", "a" * 10_000, "../" * 500, "\\\\", "K:", "%", "?", "file:", "\\\\?\\"]
)
def test_whatever_is_asked_is_answered_or_refused(moved: Area, text: str) -> None:
    try:
        assert ask(moved, text).found
    except NoSuchArea as refused:
        assert refused.next


def test_a_policy_with_mistakes_does_not_hide_where_files_are(area: Area) -> None:
    area.policy("nonsense")
    assert ask(area, f"{area.top}/Bilag/2026/plan.txt").found[0].old == "Bilag/2026/plan.txt"


# The list


def written(area: Area, form: str, path: Path) -> str:
    export.run([area.work()], path, form, force=True)
    return path.read_text(encoding="utf-8-sig" if form == "csv" else "utf-8")


def test_the_list_has_every_file_and_folder_that_moved_in_every_spelling(moved: Area, tmp_path: Path) -> None:
    rows = list(csv.DictReader(written(moved, "csv", tmp_path / "list.csv").splitlines(), delimiter=";"))
    found = {row["old"]: (row["new"], row["kind"]) for row in rows}
    assert len(found) == len(rows)
    for text in ("plan.txt", "100% ferdig #2.txt", "Årsmøte & referat.txt"):
        (one,) = ask(moved, f"Bilag/2026/{text}").found
        olds = (
            f"{moved.top}/Bilag/2026/{text}",
            f"\\\\filer.oslo.no\\avd$\\felles\\Bilag\\2026\\{text}",
            f"L:\\{text}",
        )
        assert {found[old] for old in (*olds, f"K:\\Bilag\\2026\\{text}")} == {(one.url, "file")}
        # Whoever has an old address from the list finds the same by asking.
        assert {ask(moved, old).found[0].url for old in olds} == {one.url}
    (folder,) = ask(moved, "Bilag/2026").found
    assert found["L:"] == found["K:\\Bilag\\2026"] == (folder.url, "folder")
    assert not any("Hjem" in old or "Thumbs" in old for old in found)
    assert all(new.startswith("http://127.0.0.1") for new, _kind in found.values())
    told = json.loads(written(moved, "json", tmp_path / "list.json"))["moved"]
    assert {one["old"]: (one["new"], one["kind"]) for one in told} == found


def test_only_whoever_writes_the_list_can_read_it_and_nothing_is_written_over(moved: Area, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    done = export.run([moved.work()], path, "csv")
    assert (done.files, done.left_out) == (5, {}) and done.lines > 15
    if os.name != "nt":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_text("mine")
    with pytest.raises(BadUsage):
        export.run([moved.work()], path, "csv")
    dangling = tmp_path / "dangling.csv"
    dangling.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(BadUsage):
        export.run([moved.work()], dangling, "csv")
    with pytest.raises(BadUsage):
        export.run([moved.work()], tmp_path / "nowhere" / "list.csv", "csv")
    assert path.read_text() == "mine" and sorted(tmp_path.iterdir()) == sorted([path, dangling])


def test_what_comes_to_that_name_while_the_list_is_made_stays(
    moved: Area, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "list.csv"
    fsync = os.fsync

    def late(handle: int) -> None:
        path.write_text("somebody else's")
        fsync(handle)

    monkeypatch.setattr(export.os, "fsync", late)
    with pytest.raises(BadUsage):
        export.run([moved.work()], path, "csv")
    assert path.read_text() == "somebody else's" and list(tmp_path.iterdir()) == [path]


def test_what_cannot_be_written_or_must_not_is_left_out_and_counted(
    make_area: Callable[..., Area], tmp_path: Path
) -> None:
    person, url = number(), "https://x.sharepoint.com/d/{}"
    names = {
        "a.txt": url.format("a"), "A.TXT": url.format("b"), f"{person}.txt": url.format("c"), "b\nc.txt": url.format("d"),
        "script.txt": "javascript:alert(1)", "plain.txt": "http://x.sharepoint.com/d", "own.txt": "https://u@x.sharepoint.com/",
        "tall.txt": url.format(person), "x.txt": url.format("x"),
    }  # fmt: skip
    area = make_area(dict.fromkeys(names, b"1"))
    area.scan()
    arrive(area, names)
    for form in ("csv", "json", "nginx", "apache"):
        path = tmp_path / f"list.{form}"
        done = export.run([area.work()], path, form)
        text = path.read_text(encoding="utf-8")
        assert "d/x" in text and person not in text and "javascript" not in text and "u@x" not in text
        assert done.left_out[export.Why.NUMBER] == 2
        assert done.left_out[export.Why.UNFIT] == (4 if form == "json" else 5)
        # Three lead to no web page, the folder by what one of them says, and one name does not fit in a line.
        # Both web servers take `a.txt` and `A.TXT` for one.
        assert ("d/a" in text and "d/b" in text) is (form in ("csv", "json"))
        assert done.left_out.get(export.Why.TWICE, 0) == (0 if form in ("csv", "json") else 2)


HOSTILE = st.text(
    st.one_of(st.characters(codec="utf-8", exclude_characters="/\0"), st.sampled_from("\"\\$;{}# '~*=\u202e%`|^<>\n")),
    min_size=1, max_size=30,
)  # fmt: skip


def nginx_words(text: str) -> list[list[str]]:
    """The words of a configuration, by the grammar of ngx_conf_read_token."""
    directives: list[list[str]] = [[]]
    place = 0
    while place < len(text):
        letter = text[place]
        if letter in " \t\r\n":
            place += 1
        elif letter == "#":
            place = text.index("\n", place)
        elif letter == ";":
            directives.append([])
            place += 1
        else:
            assert letter == '"', "everything that is written stands in quotes"
            word, place = "", place + 1
            while text[place] != '"':
                if text[place] == "\\":
                    place += 1
                    word += {"t": "\t", "r": "\r", "n": "\n", '"': '"', "'": "'", "\\": "\\"}.get(
                        text[place], "\\" + text[place]
                    )
                else:
                    word += text[place]
                place += 1
            place += 1
            assert text[place] in "; ", "a quoted word ends at its quote"
            directives[-1].append(word)
    return directives[:-1]


@settings(max_examples=60)
@given(st.lists(st.tuples(HOSTILE, st.booleans()), min_size=1, max_size=5, unique_by=lambda one: one[0].lower()))
def test_no_name_breaks_out_of_its_line(entries: list[tuple[str, bool]]) -> None:
    lines = []
    for name, folder in entries:
        if re.search("[\x00-\x1f\x7f\x85\u2028\u2029]", name):
            continue
        new = address(f"https://x.sharepoint.com/sites/{quote(name, safe='$')}")
        lines.append(Line(f"\\\\srv\\d\\{name}", f"/srv/d/{name}", new, folder, 0))
    text = "".join(FORMS["nginx"].write(iter(lines), len(lines), 100))
    expected = [[line.key + end, line.new] for line in lines for end in ("", "/")[: 1 + line.is_folder]]
    assert nginx_words(text) == expected and "$" not in "".join(new for _key, new in expected)
    apache = "".join(FORMS["apache"].write(iter(lines), len(lines), 100))
    told = [line.split(" ") for line in apache.split("\n") if line and not line.startswith("#")]
    assert [(unquote(key), new) for key, new in told] == [
        (re.sub("[A-Z]", lambda found: found[0].lower(), line.key), line.new)
        for line in lines
        # Some versions of Apache encode a semicolon, others do not.
        for _version in range(2 if ";" in line.key else 1)
    ]
    table = list(csv.reader("".join(FORMS["csv"].write(iter(lines), len(lines), 100)).split("\r\n"), delimiter=";"))
    assert [row[:2] for row in table[1:] if row] == [[line.old, line.new] for line in lines]
    assert [one["old"] for one in json.loads("".join(FORMS["json"].write(iter(lines), 1, 1)))["moved"]] == [
        line.old for line in lines
    ]


def test_lines_that_a_web_server_would_cut_are_not_written() -> None:
    new = "https://x.sharepoint.com/a"
    for form, longest in (("apache", 1_023 - len(f" {new}\n")), ("nginx", 4_000 - len("/"))):
        for length, fits in ((longest, True), (longest + 1, False)):
            line = Line("", "/" + "a" * (length - 1), new, False, 0)
            assert FORMS[form].fits(line) is fits, (form, length)
    assert not FORMS["nginx"].fits(Line("", "/" + "\\" * 2_000, new, False, 0)), "each is written as two"


def test_an_old_address_that_leads_to_two_places_leads_nowhere() -> None:
    with Gathered() as gathered:
        rows = [("a", 1), ("b", 2), ("c", 2), ("d", 3), ("d", 3), ("e", 4)]
        gathered.add(Line(f"old {number}", f"key {mark}", new, False, mark) for number, (new, mark) in enumerate(rows))
        assert gathered.leave_out_ambiguous() == 2
        assert [line.old for line in gathered.lines()] == ["old 0", "old 3", "old 5"]


def test_every_way_to_write_a_path_is_told_apart() -> None:
    into = ways(
        ["smb://kari@filer:445/avd$/felles", "\\\\filer\\avd$\\felles", "/srv/felles", "D:\\data", ""],
        {"K": "", "L": "Å/b"},
    )
    told = {one.write(["å", "B", "x\\y.txt"][:count]) for one in into for count in (2, 3)}
    assert told == {
        ("\\\\filer\\avd$\\felles\\å\\B", "/filer/avd$/felles/å/B"), ("D:\\data\\å\\B", "/D:/data/å/B"),
        ("/srv/felles/å/B", "/srv/felles/å/B"), ("/srv/felles/å/B/x\\y.txt", "/srv/felles/å/B/x\\y.txt"),
        ("K:\\å\\B", "/K:/å/B"), ("L:", "/L:"), None,
    }  # fmt: skip


def test_the_folder_that_holds_several_is_the_deepest_one_of_the_same_library() -> None:
    def at(*way: str, library: str = "Dok") -> NewFolder:
        return NewFolder("https://x.sharepoint.com", ("sites", library), way)

    assert common([at("A", "x"), at("A", "y", "z"), at("A", "y")]) == at("A")
    assert common([at("A", "x"), at("B")]) == at() and common([at("A"), at("A", "x")]) == at("A")
    assert common([at("A"), at("A", library="Annet")]) is None and common([]) is None
    assert at("Å 1", "b#").url == "https://x.sharepoint.com/sites/Dok/%C3%85%201/b%23"


def test_of_a_large_folder_some_is_looked_at_and_said_so(area: Area) -> None:
    with area.catalog() as catalog:
        top = _top(catalog)
        whole = below(catalog, top, lambda _folder: True, 100, 100)
        assert whole.is_whole and sum(whole.counts.values()) == 7
        assert not below(catalog, top, lambda _folder: True, 100, 3).is_whole
        assert not below(catalog, top, lambda _folder: True, 2, 100).is_whole
        # What lies in folders that somebody may not see is not counted for them.
        hidden = find_folder(catalog, "Hjem/kari")
        assert below(catalog, top, lambda folder: folder != hidden, 100, 100).counts[State.HELD] == 0


def _top(catalog: Catalog) -> int:
    top = find_folder(catalog, "")
    assert top is not None
    return top

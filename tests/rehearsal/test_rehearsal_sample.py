"""The made-up department area."""

import hashlib
import io
import os
import stat
import unicodedata
import zipfile
from pathlib import Path

import olefile
import openpyxl
import pytest

from filrydd.errors import BadUsage
from filrydd.rehearsal.sample.area import SampleFacts, make_sample


def walk(top: Path) -> tuple[dict[str, os.stat_result], dict[str, os.stat_result], list[str]]:
    """Folders, files, and what is neither."""
    folders, files, other = {}, {}, []
    for place, names, here in os.walk(top):
        for name in names + here:
            path = os.path.relpath(os.path.join(place, name), top).replace(os.sep, "/")
            seen = os.lstat(os.path.join(place, name))
            if stat.S_ISDIR(seen.st_mode):
                folders[path] = seen
            elif stat.S_ISREG(seen.st_mode):
                files[path] = seen
            else:
                other.append(path)
    return folders, files, other


@pytest.fixture(scope="module")
def area(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SampleFacts]:
    top = tmp_path_factory.mktemp("sample") / "area"
    return top, make_sample(top)


def test_the_counts_are_what_is_there(area) -> None:
    top, facts = area
    folders, files, other = walk(top)
    assert (len(folders), len(files), sorted(other)) == (facts.folders, facts.files, sorted(facts.special))
    assert sum(seen.st_size for seen in files.values()) == facts.bytes
    assert 300 <= len(files) <= 400
    assert [path for path in files if len(path) > 400] == list(facts.too_long) != []
    empty = {
        folder for folder in folders if not any(path.startswith(f"{folder}/") for path in [*files, *folders, *other])
    }
    assert empty == set(facts.empty_folders) | (set(facts.unreadable) & set(folders))
    assert len(facts.special) == 2


def test_everything_is_the_same_the_next_time(area, tmp_path: Path) -> None:
    def state(top: Path) -> dict[str, tuple[int, str]]:
        folders, files, _other = walk(top)
        seen = {path: (one.st_mtime_ns, "") for path, one in folders.items()}
        for path, one in files.items():
            readable = os.access(top / path, os.R_OK)
            seen[path] = (one.st_mtime_ns, hashlib.sha256((top / path).read_bytes()).hexdigest() if readable else "")
        return seen

    make_sample(tmp_path / "igjen")
    make_sample(tmp_path / "annet", seed=2)
    assert state(tmp_path / "igjen") == state(area[0])
    assert state(tmp_path / "annet") != state(area[0])


def test_what_real_areas_have_is_there(area) -> None:
    top, facts = area
    _folders, files, _other = walk(top)
    names = {path.rpartition("/")[2] for path in files}
    assert {
        "Thumbs.db",
        "desktop.ini",
        ".skjult.txt",
        "rapport: utkast?.txt",
        "CON.txt",
        "Rapport v2 endelig NY.docx",
    } <= names
    assert any(name.startswith("~$") and name.endswith(".docx") for name in names)
    assert any(name.endswith(" ") for name in names)
    assert any("_vti_" in path for path in files)
    assert any(path != unicodedata.normalize("NFC", path) for path in files)
    assert any("\udce6" in name for name in names)
    assert max(seen.st_size for seen in files.values()) == 12_000_000
    assert min(seen.st_size for seen in files.values()) == 0
    assert any(path.startswith("Hjemmeomrader/kari/") for path in files)
    # Old vouchers by name and by time; the law looks at both.
    for path, seen in files.items():
        if path.startswith("Bilag/"):
            year = int(path.split("/")[1])
            assert 1970 + seen.st_mtime / 31_556_952 == pytest.approx(year + 0.5, abs=0.55)
    assert facts.kinds["old voucher"] == facts.kinds["voucher"] == 48
    assert min(seen.st_mtime for seen in files.values()) >= 1_230_768_000
    assert max(seen.st_mtime for seen in files.values()) < 1_782_864_000


def test_duplicates_are_alike_and_the_chains_are_not(area) -> None:
    top, facts = area
    _folders, files, _other = walk(top)
    by_content: dict[str, list[str]] = {}
    for path in files:
        if os.access(top / path, os.R_OK) and not path.startswith(("Diverse/", "Personal/")):
            by_content.setdefault(hashlib.sha256((top / path).read_bytes()).hexdigest(), []).append(path)
    again = sum(len(paths) - 1 for paths in by_content.values() if files[paths[0]].st_size > 100)
    assert again == facts.kinds["duplicate"]
    chain = [top / f"Rapporter/Rapport{step}.docx" for step in ("", " v2", " v2 endelig", " v2 endelig NY")]
    assert len({path.read_bytes() for path in chain}) == 4
    times = [path.stat().st_mtime for path in chain]
    assert times == sorted(set(times))


def test_the_files_are_of_their_kind(area) -> None:
    top, _facts = area
    _folders, files, _other = walk(top)
    checked = 0
    for path in files:
        name = path.rpartition("/")[2]
        if name.startswith("~$") or "Skadet" in name or not os.access(top / path, os.R_OK):
            continue
        data = (top / path).read_bytes()
        if name.endswith((".docx", ".pptx", ".xlsx")):
            with zipfile.ZipFile(io.BytesIO(data)) as package:
                assert package.testzip() is None
                assert "[Content_Types].xml" in package.namelist()
        if name.endswith(".xlsx"):
            assert openpyxl.load_workbook(io.BytesIO(data)).active["A1"].value == "Konto"
        if name.endswith((".doc", ".xls")):
            assert olefile.OleFileIO(io.BytesIO(data)).listdir() in ([["WordDocument"]], [["Workbook"]])
        if name.endswith(".pdf"):
            start = int(data.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
            assert data[start : start + 4] == b"xref"
        if name.lower().endswith(".jpg"):
            assert data.startswith(b"\xff\xd8\xff") and data.endswith(b"\xff\xd9")
        checked += name.endswith((".docx", ".pptx", ".xlsx", ".doc", ".xls", ".pdf", ".JPG", ".jpg"))
    assert checked > 200


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may read everything")
def test_what_is_unreadable_cannot_be_read(area) -> None:
    top, facts = area
    assert len(facts.unreadable) == 2
    for path in facts.unreadable:
        assert not os.access(top / path, os.R_OK)


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mitt.txt").write_text("mitt")
    with pytest.raises(BadUsage, match="not empty"):
        make_sample(tmp_path)
    assert [place.name for place in tmp_path.iterdir()] == ["mitt.txt"]

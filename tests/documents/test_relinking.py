"""Packages that lead elsewhere: the intended targets of external relationships change, and not one other byte."""

import io
import shutil
import struct
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.sax.saxutils import escape

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from filrydd.documents import Examiner, splices
from filrydd.documents.comparison import NotReadable, Why
from filrydd.documents.differences import compare
from filrydd.documents.opc import relationships
from filrydd.documents.relinking import Bar, Pointing, pointing, relinked

Parts = dict[str, bytes]
Packed = Callable[..., bytes]
RELS = "word/_rels/document.xml.rels"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMESPACE = "http://schemas.openxmlformats.org/package/2006/relationships"
OLD, NEW = r"file:///F:\Tall\Årlig%20sum.xlsx#Ark1!A1", "https://c.sharepoint.com/sites/x/Tall/%C3%85r%26.xlsx#Ark1!A1"


def rels(*targets: str, kind: str = "hyperlink", mode: str = ' TargetMode="External"') -> bytes:
    rows = "".join(
        f'<Relationship Id="rId{n}" Type="{OFFICE}/{kind}" Target="{target}"{mode}/>'
        for n, target in enumerate(targets)
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\r\n<Relationships xmlns="{NAMESPACE}">{rows}</Relationships>'.encode()
    )


@pytest.fixture
def made(tmp_path: Path, packed: Packed, docx: Parts) -> Callable[..., Path]:
    """`made(parts)`: a Word document with these parts instead of its own."""

    def make(parts: Parts, compression: int = zipfile.ZIP_DEFLATED) -> Path:
        path = tmp_path / "one.docx"
        path.write_bytes(packed({**docx, **parts}, compression))
        return path

    return make


def rewritten(path: Path, links: dict[str, str]) -> Path:
    place = path.with_name("other.docx")
    splices.write(path, relinked(path, links), place)
    return place


def members(path: Path) -> list[tuple[object, ...]]:
    """All that a zip file says of its members, with their packed bytes; but for where they lie."""
    whole = path.read_bytes()
    found = []
    with zipfile.ZipFile(path) as package:
        for one in package.infolist():
            name, extra = struct.unpack_from("<HH", whole, one.header_offset + 26)
            data = one.header_offset + 30 + name + extra
            packed = whole[data : data + one.compress_size]
            found.append((one.filename, one.date_time, one.compress_type, one.CRC, one.extra, one.comment, packed))
    return found


def parts(path: Path) -> Parts:
    with zipfile.ZipFile(path) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


def test_only_the_intended_targets_change(made: Callable[..., Path]) -> None:
    old = made({RELS: rels(OLD, "../annet.docx", OLD)})
    new = rewritten(old, {OLD: NEW})
    before, after = parts(old), parts(new)
    assert after.pop(RELS) == before.pop(RELS).replace(OLD.encode(), NEW.encode())
    assert after == before
    assert [one for one in members(new) if one[0] != RELS] == [one for one in members(old) if one[0] != RELS]
    assert [one[0] for one in members(new)] == [one[0] for one in members(old)]


def test_what_leads_nowhere_new_stays_as_it_is(made: Callable[..., Path]) -> None:
    old = made({RELS: rels("../annet.docx")})
    assert relinked(old, {OLD: NEW}) == ()
    inside = made({RELS: rels("styles.xml", kind="styles", mode="")})
    assert relinked(inside, {"styles.xml": NEW}) == (), "a part of the package itself is no address"
    merged = made({RELS: rels(OLD, kind="mailMergeSource")})
    assert relinked(merged, {OLD: NEW}) == () and pointing(merged) == Pointing()


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16"])
def test_relationships_are_written_as_they_were(made: Callable[..., Path], codec: str) -> None:
    written = rels(OLD).decode().replace("UTF-8", codec.upper().replace("-SIG", "")).encode(codec)
    new = rewritten(made({RELS: written}), {OLD: NEW})
    assert parts(new)[RELS] == written.decode(codec).replace(OLD, NEW).encode(codec)


def test_quotes_comments_prefixes_and_entities_do_not_mislead(made: Callable[..., Path]) -> None:
    trap = f'<Relationship Id="x" Type="{OFFICE}/hyperlink" Target="{OLD}" TargetMode="External"/>'
    xml = (
        f"<p:Relationships xmlns:p='{NAMESPACE}'><!-- {trap} --><?x {trap}?>"
        f"<p:Relationship TargetMode = 'External' Id=' Target=\"{OLD}\"' Type='{OFFICE}/hyperlink'\n Target\n=\n"
        f"'file:///F:\\Tall\\&#xC5;rlig%20sum.xlsx#Ark1!A1' /></p:Relationships>"
    ).encode()
    new = parts(rewritten(made({RELS: xml}), {OLD: "https://x/a&b'c"}))[RELS]
    assert new == xml.replace(b"'file:///F:\\Tall\\&#xC5;rlig%20sum.xlsx#Ark1!A1'", b'"https://x/a&amp;b\'c"')


def test_it_is_told_what_a_package_points_to_off_the_web(made: Callable[..., Path]) -> None:
    told = pointing(made({RELS: rels(OLD, "https://x/", "mailto:a@b", "#here", OLD, "../b.docx", r"\\srv\x\c.docx")}))
    assert told == Pointing((OLD, "../b.docx", r"\\srv\x\c.docx"))


@pytest.mark.parametrize(
    ("added", "bar"),
    [
        ({"_xmlsignatures/origin.sigs": b""}, Bar.SIGNED),
        ({"word/vbaProjectSignatureAgile.bin": b"x"}, Bar.MACROS_SIGNED),
        ({"docMetadata/LabelInfo.xml": b"<labelList/>"}, Bar.SENSITIVITY),
        ({"docProps/custom.xml": b'<Properties><property name="MSIP_Label_1_Enabled"/></Properties>'}, Bar.SENSITIVITY),
        ({"_rels/.rels": rels("o.sigs", kind="metadata/digital-signature/origin", mode="")}, Bar.SIGNED),
        ({RELS: rels(*(f"F:\\{number}.docx" for number in range(2_001)))}, Bar.MANY),
        ({RELS: rels("F:\\" + "x" * 4_001)}, Bar.MANY),
        ({"docProps/app.xml": b"<Properties>"}, Why.MALFORMED),
        ({RELS: b'<!DOCTYPE a [<!ENTITY b "c">]>' + rels(OLD)[40:]}, Why.MALFORMED),
    ],
)
def test_what_must_stay_as_it_is_says_why(made: Callable[..., Path], added: Parts, bar: str) -> None:
    assert pointing(made({RELS: rels(OLD), **added})).bar == bar


def test_an_encrypted_package_is_protected(tmp_path: Path, compound: Callable[..., bytes]) -> None:
    path = tmp_path / "one.docx"
    path.write_bytes(compound({"EncryptedPackage": b"x" * 5000}))
    assert pointing(path).bar == Why.PROTECTED


def refusal(path: Path, target: str = OLD) -> Why:
    with pytest.raises(NotReadable) as told:
        relinked(path, {target: NEW})
    return told.value.reason


def test_hostile_packages_are_left_alone(made: Callable[..., Path], packed: Packed, docx: Parts) -> None:
    path = made({RELS: rels(OLD)})
    whole = path.read_bytes()
    path.write_bytes(b"MZ" + whole)
    assert refusal(path) == Why.MALFORMED, "something before the first part"
    path.write_bytes(whole + b"more")
    assert refusal(path) == Why.MALFORMED, "something behind the directory"
    path.write_bytes(packed({**docx, RELS: rels(OLD), "WORD/_rels/document.xml.RELS": rels(OLD)}))
    assert refusal(path) == Why.DOUBLE_PART
    path.write_bytes(packed({**docx, RELS: rels("F:/a.docx", OLD).replace(b"UTF-8", b"ISO-8859-1")}))
    assert refusal(path, "F:/a.docx") == Why.MALFORMED, "an encoding that no package may use"
    path.write_bytes(packed({**docx, RELS: b" " * (17 << 20)}))
    assert refusal(path) == Why.TOO_LARGE
    path.write_bytes(packed({**docx, RELS: rels(OLD), "word/media.bin": bytes(80 << 20)}))
    assert refusal(path) == Why.TOO_LARGE, "a bomb"
    encrypted = bytearray(packed({**docx, RELS: rels(OLD)}))
    encrypted[encrypted.rfind(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(encrypted)
    assert refusal(path) == Why.PROTECTED


def test_a_name_that_leads_out_of_the_package_is_just_a_name(made: Callable[..., Path], tmp_path: Path) -> None:
    before = set(tmp_path.parent.iterdir())
    new = rewritten(made({RELS: rels(OLD), "../../ut.xml": b"<x/>"}), {OLD: NEW})
    assert parts(new)["../../ut.xml"] == b"<x/>" and set(tmp_path.parent.iterdir()) == before


def test_parts_whose_sizes_follow_them_are_understood(tmp_path: Path, docx: Parts) -> None:
    class Pipe(io.RawIOBase):
        """A file that cannot seek: a zip file written to it tells sizes behind each part."""

        def __init__(self) -> None:
            self.whole = b""

        def writable(self) -> bool:
            return True

        def write(self, data: bytes, /) -> int:  # type: ignore[override]
            self.whole += bytes(data)
            return len(data)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as package:  # type: ignore[arg-type]
        for name, content in {**docx, RELS: rels(OLD)}.items():
            package.writestr(name, content)
    old = tmp_path / "one.docx"
    old.write_bytes(pipe.whole)
    assert parts(rewritten(old, {OLD: NEW}))[RELS] == rels(NEW)


def test_wherever_a_package_is_damaged_it_is_refused_or_only_the_links_change(made: Callable[..., Path]) -> None:
    path = made({RELS: rels(OLD)})
    whole = path.read_bytes()
    for at in range(0, len(whole), 3):
        damaged = bytearray(whole)
        damaged[at] ^= 0x55
        path.write_bytes(damaged)
        try:
            new = rewritten(path, {OLD: NEW})
        except NotReadable:
            continue
        said = [one for one in members(path) if one[0] != RELS]
        assert [one for one in members(new) if one[0] != RELS] == said, f"byte {at}"


TARGETS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\x7f\ufffe\uffff"), max_size=30)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    targets=st.lists(TARGETS, min_size=1, max_size=6),
    news=st.lists(TARGETS.map(lambda text: f"https://x/{text}"), min_size=6, max_size=6),
    chosen=st.sets(st.integers(0, 5)),
    compression=st.sampled_from([zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED]),
)
def test_rewriting_keeps_all_other_bytes_and_twice_is_once(
    made: Callable[..., Path], targets: list[str], news: list[str], chosen: set[int], compression: int
) -> None:
    xml = rels(*(escape(target, {'"': "&quot;"}) for target in targets))
    old = made({RELS: xml}, compression)
    links = {target: news[number] for number, target in enumerate(targets) if number in chosen}
    new = rewritten(old, links)
    before, after = parts(old), parts(new)
    wanted = {
        each._replace(target=links.get(each.target, each.target)) for each in relationships(before.pop(RELS), RELS)
    }
    assert relationships(after.pop(RELS), RELS) == wanted
    assert after == before
    assert [one for one in members(new) if one[0] != RELS] == [one for one in members(old) if one[0] != RELS]
    left = {old: new for old, new in links.items() if old not in links.values()}
    again = new.with_name("again.docx")
    splices.write(new, relinked(new, left), again)
    assert again.read_bytes() == new.read_bytes()


def test_the_fence_says_it_without_writing_a_file(made: Callable[..., Path], tmp_path: Path) -> None:
    old = made({RELS: rels(OLD)})
    with Examiner() as examiner:
        assert examiner.pointing(old) == Pointing((OLD,))
        assert examiner.relink(old, {OLD: NEW}, tmp_path / "new") == ("", "")
        assert (tmp_path / "new").read_bytes() == rewritten(old, {OLD: NEW}).read_bytes()
        old.write_bytes(b"PK\x03\x04 and nothing")
        assert examiner.pointing(old).bar == Why.MALFORMED
        assert examiner.relink(old, {OLD: NEW}, tmp_path / "new")[0] == Why.MALFORMED


@pytest.mark.parametrize(
    "said", [[[0, 1]], [[0, 1, "!"]], [[5, 4, ""]], [[4, 5, ""], [3, 6, ""]], [[-1, 0, ""]], [[True, 2, ""]], "x", [7]]
)
def test_splices_that_make_no_sense_are_refused(said: object) -> None:
    with pytest.raises(ValueError):
        splices.understood(said)


def test_a_splice_beyond_the_end_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    for one in (splices.Splice(2, 9, b""), splices.Splice(7, 9, b"")):
        with pytest.raises(ValueError):
            splices.write(tmp_path / "a", [one], tmp_path / "b")
    splices.write(tmp_path / "a", [splices.Splice(1, 2, b"xyz"), splices.Splice(3, 3, b"!")], tmp_path / "b")
    assert (tmp_path / "b").read_bytes() == b"axyzc!"


@pytest.fixture
def workbook(tmp_path: Path) -> Iterator[Path]:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["A1"].hyperlink = "summen", r"file:///F:\Tall\sum.xlsx#Ark1!A1"
    sheet["A2"] = "innhold"
    path = tmp_path / "bok.xlsx"
    book.save(path)
    yield path


def test_a_workbook_is_read_as_before_with_its_new_link(workbook: Path, tmp_path: Path) -> None:
    (target,) = pointing(workbook).targets
    new = tmp_path / "ny.xlsx"
    splices.write(workbook, relinked(workbook, {target: "https://c.sharepoint.com/sum.xlsx#Ark1!A1"}), new)
    sheet = openpyxl.load_workbook(new).active
    assert sheet is not None and sheet["A2"].value == "innhold"
    assert sheet["A1"].hyperlink.target == "https://c.sharepoint.com/sum.xlsx#Ark1!A1"
    assert compare("xlsx", workbook, new).reason == Why.PART_DIFFERS


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_what_was_rewritten(workbook: Path, tmp_path: Path) -> None:
    (target,) = pointing(workbook).targets
    new = tmp_path / "ny.xlsx"
    splices.write(workbook, relinked(workbook, {target: "https://c.sharepoint.com/sum.xlsx"}), new)
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(new)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    assert b"https://c.sharepoint.com/sum.xlsx" in (tmp_path / "ny.pdf").read_bytes()

"""Documents that are broken, huge or hostile: each has an examination, and the next one is read as ever."""

import io
import os
import signal
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from filrydd.documents import Examiner, answers
from filrydd.model.finding import Examination, Outcome

Reading = Callable[[str, bytes], Examination]
_EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@pytest.fixture(scope="module")
def examiner() -> Iterator[Examiner]:
    with Examiner(seconds=30) as examiner:
        yield examiner


@pytest.fixture(scope="module")
def reading(examiner: Examiner, tmp_path_factory: pytest.TempPathFactory) -> Reading:
    path = tmp_path_factory.mktemp("hostile") / "document"

    def run(name: str, content: bytes) -> Examination:
        path.write_bytes(content)
        return examiner.examine(name, path)

    return run


def zipped(parts: dict[str, bytes], level: int = 9) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return file.getvalue()


def test_a_test_virus_is_only_text(reading: Reading) -> None:
    assert reading("eicar.txt", _EICAR).outcome is Outcome.READ
    assert reading("eicar.docx", _EICAR).outcome is Outcome.DAMAGED


@pytest.mark.parametrize("name", ["a.docx", "a.xlsx", "a.pdf", "a.odt", "a.zip"])
@pytest.mark.parametrize("content", [b"x", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF-1.4\n"])
def test_broken_beginnings_are_damage(reading: Reading, name: str, content: bytes) -> None:
    assert reading(name, content).outcome is Outcome.DAMAGED


def test_an_empty_file_holds_nothing(reading: Reading) -> None:
    assert reading("a.docx", b"") == Examination(Outcome.READ)


def test_a_document_cut_short_is_damaged(reading: Reading) -> None:
    whole = zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<a><t>hei</t></a>" * 1})
    assert reading("a.docx", whole).outcome is Outcome.READ
    for length in range(1, len(whole), 17):
        assert reading("a.docx", whole[:length]).outcome is not Outcome.READ


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    st.sampled_from(["docx", "xls", "pdf", "rtf", "msg", "eml", "html", "csv", "ods", "lnk", "txt"]),
    st.binary(max_size=300),
)
def test_whatever_the_bytes_there_is_an_examination(reading: Reading, extension: str, content: bytes) -> None:
    starts = {"docx": b"PK\x03\x04", "xls": bytes.fromhex("D0CF11E0A1B11AE1"), "pdf": b"%PDF-1.7\n", "rtf": b"{\\rtf1"}
    assert isinstance(reading(f"x.{extension}", starts.get(extension, b"") + content), Examination)


def test_zip_bombs_are_too_large(reading: Reading) -> None:
    zeros = bytes(65 << 20)
    bomb = zipped({"a.txt": zeros}, 1)
    assert len(bomb) < 1 << 20
    assert reading("a.zip", bomb).outcome is Outcome.TOO_LARGE
    assert "unpacks to" in reading("a.zip", bomb).detail
    harmless = zipped({"a.txt": zeros[: 60 << 20]}, 1)
    assert reading("a.zip", zipped({"1.zip": harmless})).outcome is not Outcome.TOO_LARGE
    five = zipped({f"{number}.zip": harmless for number in range(5)})
    assert reading("a.zip", five).outcome is Outcome.TOO_LARGE, "each is harmless by itself"
    parts = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w>" + zeros.replace(b"\0", b" ") + b"</w>"}
    assert reading("a.docx", zipped(parts, 1)).outcome is Outcome.TOO_LARGE


def test_zips_within_zips_without_end_are_too_large(reading: Reading) -> None:
    nested = zipped({"a.txt": b"hei"})
    for _each in range(2):
        nested = zipped({"a.zip": nested})
    assert reading("a.zip", nested).outcome is Outcome.READ
    assert reading("a.zip", zipped({"a.zip": nested})).outcome is Outcome.TOO_LARGE


def test_entities_that_grow_are_refused(reading: Reading) -> None:
    bomb = "<!DOCTYPE x [<!ENTITY a 'ha'>" + "".join(
        f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(9)
    )
    xml = f"{bomb}]><w><t>&j;</t></w>".encode()
    assert (
        reading("a.docx", zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": xml})).outcome
        is Outcome.REFUSED
    )


def test_deep_nesting_is_damage(reading: Reading) -> None:
    xml = b"<a>" * 100_000 + b"</a>" * 100_000
    assert (
        reading("a.docx", zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": xml})).outcome
        is Outcome.DAMAGED
    )
    assert reading("a.rtf", b"{\\rtf1" + b"{" * 100_000).outcome is Outcome.DAMAGED
    assert reading("a.html", b"<div>" * 100_000).outcome is Outcome.READ


def test_a_huge_file_is_too_large_without_being_read(examiner: Examiner, tmp_path: Path) -> None:
    with (tmp_path / "huge").open("wb") as file:
        file.truncate(5 << 30)
    assert examiner.examine("a.txt", tmp_path / "huge") == Examination(Outcome.TOO_LARGE, f"{5 << 30} bytes")


def test_more_text_than_the_bound_is_too_large_and_what_came_before_counts(reading: Reading) -> None:
    told = reading("a.txt", b"dette er en linje om ingen\n" * (22_000_000 // 27))
    assert told.outcome is Outcome.TOO_LARGE
    assert "20000000" in told.detail
    assert told.likeness is not None


def test_a_reader_that_takes_too_long_is_ended_and_the_next_document_is_read(tmp_path: Path) -> None:
    (tmp_path / "slow").write_bytes(b"<t>" + b"x " * (10 << 20))
    (tmp_path / "quick").write_bytes(b"hei")
    with Examiner(seconds=0.5) as examiner:
        assert examiner.examine("a.html", tmp_path / "slow") == Examination(Outcome.TOO_SLOW, "0.5")
    with Examiner() as examiner:
        assert examiner.examine("a.txt", tmp_path / "quick").outcome is Outcome.READ


def test_a_child_that_is_killed_refuses_and_the_next_document_is_read(tmp_path: Path) -> None:
    (tmp_path / "slow").write_bytes(b"x " * (9 << 20))
    (tmp_path / "quick").write_bytes(b"hei")
    with Examiner() as examiner:
        assert examiner.examine("a.txt", tmp_path / "quick").outcome is Outcome.READ
        assert examiner.pid
        killing = threading.Timer(0.3, os.kill, (examiner.pid, signal.SIGTERM))
        killing.start()
        told = examiner.examine("a.txt", tmp_path / "slow")
        killing.join()
        assert told.outcome is Outcome.REFUSED
        assert "exit code" in told.detail
        assert examiner.examine("a.txt", tmp_path / "quick").outcome is Outcome.READ


@pytest.mark.skipif(sys.platform == "win32", reason="memory is bounded on POSIX only")
def test_a_document_that_needs_more_memory_than_there_is_is_too_large(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(b"<p>" + "æ日".encode() * (12 << 20))
    (tmp_path / "quick").write_bytes(b"hei")
    with Examiner(memory=200 << 20) as examiner:
        assert examiner.examine("a.html", tmp_path / "large").outcome is Outcome.TOO_LARGE
        assert examiner.examine("a.txt", tmp_path / "quick").outcome is Outcome.READ


def test_a_file_that_cannot_be_opened_is_refused(examiner: Examiner, tmp_path: Path) -> None:
    assert examiner.examine("a.txt", tmp_path / "nothing").outcome is Outcome.REFUSED
    assert examiner.examine("a.txt", tmp_path).outcome is Outcome.REFUSED


def test_two_hundred_long_links_come_through_the_fence(reading: Reading) -> None:
    lines = [f"copy \\\\server\\felles\\{number:03d}{'𝄞' * 980}\\a.txt x" for number in range(250)]
    told = reading("a.cmd", "\r\n".join(lines).encode())
    assert told.outcome is Outcome.READ
    assert len(told.links) == 200
    assert max(len(link.target) for link in told.links) <= 1_000


def test_an_answer_that_lies_is_no_examination() -> None:
    honest: dict[str, object] = {"outcome": "read", "detail": "a\nb", "numbers": [], "links": [], "likeness": None}
    assert answers.examination(honest) == Examination(Outcome.READ, "a?b")
    for key, lie in (("outcome", "fine"), ("likeness", 1 << 64), ("likeness", "x"), ("numbers", {}), ("links", [1])):
        with pytest.raises((ValueError, TypeError)):
            answers.examination(honest | {key: lie})

"""The fence: whatever happens to the child, the run goes on and nothing is called proved."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from filrydd.documents import Comparison, Examiner, Why
from filrydd.documents.examiner import extended
from filrydd.lang import speaking

Parts = dict[str, bytes]


@pytest.fixture
def examiner() -> Iterator[Examiner]:
    with Examiner() as examiner:
        yield examiner


@pytest.fixture
def endless(tmp_path: Path) -> tuple[Path, Path]:
    """Two files of equal size that take long to compare and no room on the disk."""
    paths = tmp_path / "endless-1", tmp_path / "endless-2"
    for path in paths:
        with path.open("wb") as file:
            file.truncate(1 << 37)
    return paths


@pytest.fixture
def pair(tmp_path: Path, packed: Callable[..., bytes], docx: Parts, rewritten_docx: Parts) -> tuple[Path, Path]:
    """A document and what SharePoint made of it."""
    sent, found = tmp_path / "Vedtak æ.docx", tmp_path / "found"
    sent.write_bytes(packed(docx))
    found.write_bytes(packed(rewritten_docx))
    return sent, found


def test_one_child_serves_many_comparisons(examiner: Examiner, pair: tuple[Path, Path]) -> None:
    sent, found = pair
    assert examiner.pid is None
    assert examiner.compare("Vedtak.DOCX", sent, found) == Comparison("rewritten", Why.PROPERTIES)
    child = examiner.pid
    assert examiner.compare("Vedtak.docx", sent, sent) == Comparison("equal", Why.SAME_BYTES)
    assert examiner.compare("Vedtak.txt", sent, found) == Comparison("different", Why.BYTES)
    assert examiner.pid == child


def test_relative_paths_and_names_from_anywhere_are_found(
    examiner: Examiner, pair: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert examiner.compare("x.docx", *pair).outcome == "rewritten"
    monkeypatch.chdir(pair[0].parent)
    assert examiner.compare("x.docx", Path(pair[0].name), Path(pair[1].name)).outcome == "rewritten"


def test_a_file_that_is_not_there_is_not_examined(examiner: Examiner, pair: tuple[Path, Path], tmp_path: Path) -> None:
    assert examiner.compare("x.docx", pair[0], tmp_path / "nothing") == Comparison("not examined", Why.NO_FILE, "found")
    assert examiner.compare("x.docx", tmp_path, pair[1]) == Comparison("not examined", Why.NO_FILE, "sent")


def test_a_child_killed_in_the_middle_is_not_examined_and_the_next_comparison_works(
    examiner: Examiner, endless: tuple[Path, Path], pair: tuple[Path, Path]
) -> None:
    assert examiner.compare("x.docx", *pair).outcome == "rewritten"
    child = examiner.pid
    assert child
    killing = threading.Timer(0.3, os.kill, (child, signal.SIGTERM))
    killing.start()
    result = examiner.compare("x.bin", *endless)
    killing.join()
    assert (result.outcome, result.reason) == ("not examined", Why.DIED)
    assert examiner.compare("x.docx", *pair).outcome == "rewritten"
    assert examiner.pid != child


def test_a_child_killed_while_idle_costs_nobody_a_comparison(examiner: Examiner, pair: tuple[Path, Path]) -> None:
    examiner.compare("x.docx", *pair)
    assert examiner.pid
    os.kill(examiner.pid, signal.SIGTERM)
    time.sleep(0.2)
    assert examiner.compare("x.docx", *pair).outcome == "rewritten"


def test_a_child_that_takes_too_long_is_ended_and_the_next_comparison_works(
    endless: tuple[Path, Path], pair: tuple[Path, Path]
) -> None:
    with Examiner(seconds=0.4) as examiner:
        began = time.monotonic()
        assert examiner.compare("x.bin", *endless) == Comparison("not examined", Why.TOO_SLOW, "0.4")
        assert time.monotonic() - began < 20
        assert examiner.pid is None
        assert examiner.compare("x.docx", *pair).outcome == "rewritten"


@pytest.mark.skipif(sys.platform == "win32", reason="memory is bounded on POSIX only")
def test_a_child_that_needs_too_much_memory_is_not_examined_and_the_next_comparison_works(
    tmp_path: Path, pair: tuple[Path, Path]
) -> None:
    for name in ("large", "larger"):
        with (tmp_path / name).open("wb") as file:
            file.truncate((60 << 20) + len(name))
    with Examiner(memory=120 << 20) as examiner:
        assert examiner.compare("x.html", tmp_path / "large", tmp_path / "larger").reason is Why.NO_MEMORY
        assert examiner.compare("x.docx", *pair).outcome == "rewritten"


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_child_gets_no_credentials(pair: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FILRYDD_SMB_PASSWORD", "secret-of-the-test")
    with Examiner() as examiner:
        examiner.compare("x.docx", *pair)
        assert b"secret-of-the-test" not in Path(f"/proc/{examiner.pid}/environ").read_bytes()
        assert b"Vedtak" not in Path(f"/proc/{examiner.pid}/cmdline").read_bytes()


def test_closing_ends_the_child_and_a_closed_examiner_can_be_used_again(pair: tuple[Path, Path]) -> None:
    examiner = Examiner()
    examiner.compare("x.docx", *pair)
    child = examiner._child
    examiner.close()
    examiner.close()
    assert child
    assert child.returncode == 0
    assert examiner.compare("x.docx", *pair).outcome == "rewritten"
    examiner.close()


def test_threads_share_an_examiner_and_each_gets_its_own_answer(examiner: Examiner, pair: tuple[Path, Path]) -> None:
    sent, found = pair
    outcomes: dict[int, str] = {}

    def ask(number: int) -> None:
        outcomes[number] = examiner.compare("x.docx", sent, found if number % 2 else sent).outcome

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == {number: "rewritten" if number % 2 else "equal" for number in range(20)}


@pytest.mark.parametrize(
    "act",
    [
        "import socket; socket.socket()",
        "open('written', 'w')",
        "open('written', 'rb+')",
        "import os; os.open('written', os.O_CREAT | os.O_WRONLY)",
        "import pathlib; pathlib.Path('kept').unlink()",
        "import subprocess, sys; subprocess.run([sys.executable, '-c', ''])",
        "import os; os.system('true')",
        "import ctypes; ctypes.CDLL(None)",
    ],
)
def test_behind_the_fence_nothing_is_written_sent_or_started(tmp_path: Path, act: str) -> None:
    (tmp_path / "kept").write_text("x")
    program = f"import ctypes, socket, subprocess; from filrydd.documents import fence; fence.close(1 << 30); {act}"
    ended = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "PermissionError" in ended.stderr
    assert os.listdir(tmp_path) == ["kept"]


def test_a_module_in_the_current_folder_cannot_stand_in_for_one_of_pythons(
    pair: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = pair[0].parent
    (folder / "zipfile.py").write_text("raise SystemExit(7)")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("PYTHONPATH", str(folder))
    with Examiner() as examiner:
        assert examiner.compare("x.docx", *pair).outcome == "rewritten"


def test_long_windows_paths_get_the_prefix_that_lifts_the_limit() -> None:
    assert extended("C:\\a\\b") == "\\\\?\\C:\\a\\b"
    assert extended("\\\\server\\share\\x") == "\\\\?\\UNC\\server\\share\\x"
    assert extended("\\\\?\\C:\\a") == "\\\\?\\C:\\a"


def test_every_reason_has_a_sentence_that_names_the_detail_it_needs() -> None:
    with speaking("en"):
        sentences = {Comparison("not examined", reason, "DETAIL").why for reason in Why}
    assert len(sentences) == len(Why)
    assert not any("{" in sentence for sentence in sentences)

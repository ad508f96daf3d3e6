"""rclone as an independent client, in SharePoint's own form of address."""

import base64
import json
import shutil
import subprocess
import sysconfig
import time
import unicodedata
from pathlib import Path

import pytest

from filrydd.rehearsal.store.quickxor import QuickXor
from filrydd.rehearsal.ways import Ways
from filrydd.rehearsal.wire.server import running

TREE = {
    **{
        f"Bilag/{year}/Bilag {number}.pdf": f"%PDF {year} {number}".encode()
        for year in (2009, 2010)
        for number in range(18)
    },
    "Møter/Årsmøte ÆØÅ æøå.txt": b"referat",
    unicodedata.normalize("NFD", "Møter på nett/måltall å.txt"): b"NFD",
    "100% #1 & 'sitat' +.txt": b"tegn",
    "[x] {y} (z) ;,=!@^`$.csv": b"flere tegn",
    "prosent %41 %2F %.txt": b"som ser kodet ut",
    "tom.txt": b"",
    "rapport.docx": b"ikke en ekte docx",
    "punktum på slutten.": b"punktum",
    ".skjult": b"skjult",
    "dyp/" * 12 + "fil.txt": b"dypt nede",
    "lang/" + "l" * 200 + ".txt": b"langt navn",
    "stor.bin": bytes(range(256)) * 45_000,
    "\U0001f4c1 mappe/\U0001f600.txt": b"utenfor BMP",
    **{f"mange/{number:03}.dat": bytes([number]) * number * 331 for number in range(14)},
}


@pytest.fixture
def rclone(tmp_path: Path):
    """Run rclone against a tenant: `run(ready, words...)`; `{tenant}` in a word is the library."""
    program = shutil.which("rclone", path=sysconfig.get_path("scripts")) or shutil.which("rclone")
    if not program:
        pytest.fail("rclone is missing; install the extra `test`")

    def run(ready, *words: str, check: bool = True) -> str:
        token = {
            "access_token": ready.token,
            "token_type": "Bearer",
            "refresh_token": "x",
            "expiry": "2099-01-01T00:00:00Z",
        }
        config = tmp_path / "rclone.conf"
        config.write_text(
            "[t]\ntype = onedrive\ndrive_type = documentLibrary\n"
            f"drive_id = {ready.drives[0].id}\ntenant_url = {ready.api}\ntoken = {json.dumps(token)}\n"
        )
        command = [program, "--config", str(config), "--retries", "1", "--low-level-retries", "2", *words]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        assert not check or done.returncode == 0, done.stderr
        return done.stdout + ("" if check else done.stderr)

    return run


def test_rclone_copies_checks_moves_and_deletes_a_difficult_tree(tmp_path, make_tree, rclone) -> None:
    source = make_tree(TREE)
    with running(tmp_path / "tenant", Ways(anonymous=False)) as ready:
        rclone(ready, "copy", "--onedrive-chunk-size", "5120k", str(source), "t:inn")
        rclone(ready, "check", str(source), "t:inn")
        listed = json.loads(rclone(ready, "lsjson", "-R", "--hash", "--files-only", "t:inn"))
        assert len(listed) == len(TREE)
        found = {unicodedata.normalize("NFC", file["Path"]): file for file in listed}
        for path, data in TREE.items():
            hasher = QuickXor()
            hasher.update(data)
            hashes = {"quickxor": base64.b64decode(hasher.base64()).hex()} if data else None
            file = found[unicodedata.normalize("NFC", path)]
            assert (file["Size"], file.get("Hashes")) == (len(data), hashes)
            moment = (source / path).stat().st_mtime
            assert file["ModTime"] == time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))
        rclone(ready, "moveto", "t:inn/Møter/Årsmøte ÆØÅ æøå.txt", "t:ut/flyttet.txt")
        rclone(ready, "deletefile", "t:inn/tom.txt")
        rclone(ready, "purge", "t:inn/Bilag")
        names = rclone(ready, "lsf", "-R", "--files-only", "t:").splitlines()
        assert len(names) == len(TREE) - 1 - 36
        assert "ut/flyttet.txt" in names
        assert rclone(ready, "cat", "t:ut/flyttet.txt") == "referat"


def test_rclone_sees_that_an_office_file_was_rewritten(tmp_path, make_tree, rclone) -> None:
    from filrydd.rehearsal.sample.contents import docx

    source = make_tree({"ekte.docx": docx("Referat"), "ren.txt": b"tekst"})
    with running(tmp_path / "tenant") as ready:
        rclone(ready, "copy", "--ignore-size", "--ignore-checksum", str(source), "t:inn")
        said = rclone(ready, "check", str(source), "t:inn", check=False)
        assert "1 differences found" in said
        assert "1 matching files" in said

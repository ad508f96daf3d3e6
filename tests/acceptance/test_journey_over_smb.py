"""The whole journey from a real Samba share, by the commands that people type, into the rehearsal tenant and back.

`FILRYDD_DOCUMENTS=DIR` takes documents from a folder of one's own instead of the made ones.
"""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from filrydd.quickxor import of_stream
from filrydd.rehearsal.sample.area import make_sample
from tests.areas import POLICY
from tests.commands import Said, filrydd
from tests.samba import Samba
from tests.tenants import Visitor, tenant_process

pytestmark = pytest.mark.samba
OPERATOR, COLLEAGUE = "daemon", "games"


@pytest.fixture(scope="module")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    with tenant_process(tmp_path_factory.mktemp("tenant")) as graph:
        yield Visitor(graph)


@pytest.fixture
def share(samba: Samba) -> Iterator[Path]:
    """A department's area on the share, as files of the operator that everybody may change."""
    top = samba.folder.parent / "shares" / "felles" / "avdeling"
    shutil.rmtree(top, ignore_errors=True)
    documents = os.environ.get("FILRYDD_DOCUMENTS")
    if documents:
        for number, path in enumerate(sorted(Path(documents).iterdir())):
            place = top / ("Bilag" if path.suffix == ".pdf" else f"Dokumenter {number % 7}") / path.name
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, place)
            then = datetime(2009 + number % 18, 3, 4, tzinfo=UTC).timestamp()
            os.utime(place, (then, then))
    else:
        make_sample(top)
    for folder, folders, files in os.walk(top):
        os.chmod(folder, 0o777)
        shutil.chown(folder, OPERATOR)
        for path in (os.path.join(folder, name) for name in (*folders, *files)):
            if os.path.islink(path) or not (os.path.isdir(path) or os.path.isfile(path)):
                # Samba shows a link within a share as what it points to, and a pipe as a file that nobody can read.
                os.unlink(path)
            elif os.path.isfile(path):
                os.chmod(path, 0o666)
                shutil.chown(path, OPERATOR)
    yield top
    shutil.rmtree(top)


def as_colleague(samba: Samba, command: str) -> "subprocess.CompletedProcess[str]":
    """One command of smbclient, a program that is none of ours, as an ordinary user."""
    words = ["smbclient", "//127.0.0.1/felles", "-p", str(samba.port), "-U", f"{COLLEAGUE}%{samba.users[COLLEAGUE]}"]
    return subprocess.run([*words, "-c", command], capture_output=True, text=True, timeout=60, check=False)


def expect(said: Said, *codes: int) -> Said:
    assert said.code in codes, (said.code, said.err, said.out)
    return said


def test_from_a_share_to_the_tenant_and_back_to_a_tidy_area(
    samba: Samba, share: Path, tenant: Visitor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FILRYDD_SMB_USER", OPERATOR)
    monkeypatch.setenv("FILRYDD_SMB_PASSWORD", samba.users[OPERATOR])
    workspace = tmp_path / "workspace"
    for name in ("policies", "scans"):
        (workspace / name).mkdir(parents=True)
    (workspace / "policies" / "regnskap.yaml").write_text(POLICY, encoding="utf-8")
    (tmp_path / "backup").mkdir()

    def command(*words: str) -> Said:
        return filrydd(*words, workspace=workspace)

    scanned = expect(command("scan", "felles", samba.url("felles", "avdeling"), "--json"), 0, 3).json
    on_disk = {
        str(Path(folder, name).relative_to(share))
        for folder, _folders, names in os.walk(share)
        for name in names
        if Path(folder, name).is_file() and not Path(folder, name).is_symlink()
    }
    # Samba leaves names that are no UTF-8 out of its listings.
    assert scanned["files"] == len({path for path in on_disk if not any(0xDC80 <= ord(c) <= 0xDCFF for c in path)})

    classified = expect(command("classify", "felles", "--json"), 0, 3).json
    fates = classified["fates"]
    assert sum(fate["files"] for fate in fates.values()) == classified["files"] == scanned["files"]
    assert sum(fate["bytes"] for fate in fates.values()) == classified["bytes"] == scanned["bytes"]

    proposed = expect(command("propose", "felles", "--json"), 0).json
    assert proposed["placements"] == fates["move"]["files"]

    signed = expect(command("sign", "felles", "--as", "Kari Nordmann", "--json"), 0, 3).json["signed"]
    junk_and_moves = sum(part["files"] for part in signed)
    assert fates["move"]["files"] <= junk_and_moves <= scanned["files"]

    to = ("--tenant", "rehearsal", "--address", tenant.graph)
    assert expect(command("upload", "felles", "--json"), 0, 3).json["files"] == fates["move"]["files"]
    sent = expect(command("upload", "felles", *to, "--execute", "--json"), 0).json
    assert (sent["uploaded"], sent["failed"], sent["skipped"]) == (fates["move"]["files"], 0, 0)
    assert sent["bytes"] == fates["move"]["bytes"]

    verified = expect(command("verify", "felles", "--json"), 0).json
    assert (verified["checked"], verified["ok"], verified["findings"]) == (sent["uploaded"], sent["uploaded"], {})
    check_hashes(workspace, share, tenant)

    put = "cd avdeling; lcd /etc; put hostname ny-fil.txt"
    assert as_colleague(samba, put).returncode == 0
    (share / "ny-fil.txt").unlink()

    expect(command("accept", "felles", "--as", "Kari Nordmann"), 0)
    expect(command("backup", "felles", str(tmp_path / "backup"), "--same-machine"), 0)
    before = {path: path.stat().st_size for path in share.rglob("*") if path.is_file() and not path.is_symlink()}
    sealed = expect(command("seal", "felles", "--execute", "--json"), 0).json
    assert sealed["verified"] == sent["uploaded"]
    refused = as_colleague(samba, put)
    assert refused.returncode != 0
    assert "NT_STATUS_ACCESS_DENIED" in refused.stdout + refused.stderr
    listing = as_colleague(samba, "cd avdeling; ls")
    assert listing.returncode == 0
    one = next(path for path in sorted(before) if path.name.isascii() and path.suffix in (".xlsx", ".pdf"))
    got = as_colleague(samba, f'cd "avdeling/{one.parent.relative_to(share)}"; get "{one.name}" {tmp_path / "got"}')
    assert got.returncode == 0, got.stdout + got.stderr
    assert (tmp_path / "got").read_bytes() == one.read_bytes()

    retired = expect(command("retire", "felles", "--execute", "--json"), 0, 3).json
    assert retired["deleted"] + retired["kept"] == scanned["files"]
    assert retired["deleted"] == junk_and_moves
    gone = {path for path in before if not path.exists()}
    assert len(gone) == retired["deleted"]
    check_proofs(workspace, {str(path.relative_to(share)) for path in gone})

    expect(command("ledger", "verify", "felles"), 0)
    where = expect(command("where", str(one.relative_to(share)), "--json"), 0).json
    if where["state"] == "moved":
        assert where["url"].endswith(one.name.replace(" ", "%20"))
    expect(command("unseal", "felles", "--execute"), 0)
    assert as_colleague(samba, put).returncode == 0
    status = expect(command("status", "felles", "--json", "--html", str(tmp_path / "status.html")), 0, 3).json
    assert status["areas"][0]["deleted"] == retired["deleted"]
    assert "felles" in (tmp_path / "status.html").read_text(encoding="utf-8")


def check_hashes(workspace: Path, share: Path, tenant: Visitor) -> None:
    """Every file that was not rewritten has the same quickXorHash there, by the tenant's own children listing."""
    listed = tenant.files(tenant.drive("regnskap", "Dokumenter"), versions=False)
    rewritten = 0
    catalog = sqlite3.connect(workspace / "scans" / "felles.db")
    rows = catalog.execute(
        "WITH RECURSIVE p (id, path) AS (SELECT id, '' FROM folder WHERE id = 1 UNION ALL"
        " SELECT f.id, p.path || f.name || '/' FROM folder f JOIN p ON p.id = f.parent)"
        " SELECT p.path || f.name, t.path, c.name, f.name, k.outcome FROM file f JOIN p ON p.id = f.folder"
        " JOIN placement c ON c.file = f.id JOIN target t ON t.id = c.target"
        " JOIN comparison k ON k.file = f.id"
    ).fetchall()
    catalog.close()
    assert rows
    for old, folder, new_name, old_name, outcome in rows:
        there = listed[f"{folder}/{new_name or old_name}"]
        on_disk = share / old.replace("\\\\", "\\")
        if not on_disk.exists():
            # SMB shows a name that Windows cannot hold in a short form of its own.
            continue
        if outcome == "rewritten":
            rewritten += 1
            assert there.size != on_disk.stat().st_size
            continue
        with on_disk.open("rb") as file:
            assert there.hash == (of_stream(file) if on_disk.stat().st_size else ""), old
    assert rewritten


def check_proofs(workspace: Path, gone: set[str]) -> None:
    catalog = sqlite3.connect(workspace / "scans" / "felles.db")
    proofs = catalog.execute("SELECT path, proof FROM retirement WHERE done IS NOT NULL").fetchall()
    catalog.close()
    assert len(proofs) == len(gone)
    assert all(('"comparison"' in proof and '"etag"' in proof) or '"basis"' in proof for _path, proof in proofs)

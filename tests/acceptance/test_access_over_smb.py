"""Access from real lists on a Samba share to permissions in the tenant: nobody gains or loses unless it is accepted by name.

The tenant is asked by plain HTTP, so what people get is seen by a program that is none of ours.
"""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from filrydd.model import descriptor as security
from filrydd.model.entry import Kind
from filrydd.sources.address import SmbAddress, parse
from filrydd.sources.credentials import Credentials
from filrydd.sources.smb.source import SmbSource
from tests.areas import POLICY
from tests.catalogs import CHANGE, FULL, READ
from tests.commands import Said, filrydd
from tests.samba import Samba, program
from tests.targets.place import PEOPLE, PERSONS
from tests.tenants import Visitor, tenant_process

pytestmark = pytest.mark.samba
OPERATOR, KARI, OLA = "daemon", "games", "nobody"
OBJECTS = {OPERATOR: PERSONS[1], KARI: PERSONS[2], OLA: PERSONS[3]}
EVERYONE = "S-1-1-0"
INHERITED_BY_ALL = 0x03  # by folders and files
ALLOWED, DENIED = security.ALLOWED, security.DENIED
LISTS = {
    "": [(OPERATOR, ALLOWED, FULL), (KARI, ALLOWED, CHANGE), (OLA, ALLOWED, CHANGE)],
    "Ledelse": [(OPERATOR, ALLOWED, FULL), (OLA, ALLOWED, READ)],
    "Saker/Klage": [(OLA, DENIED, FULL), (OPERATOR, ALLOWED, FULL), (KARI, ALLOWED, CHANGE), (OLA, ALLOWED, CHANGE)],
    # Everybody but Ola: no set of grants says that.
    "Saker/Alle": [(OLA, DENIED, FULL), (OPERATOR, ALLOWED, FULL), (EVERYONE, ALLOWED, READ)],
}


@pytest.fixture(scope="module")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    folder = tmp_path_factory.mktemp("tenant")
    (folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
    with tenant_process(folder) as graph:
        yield Visitor(graph)


@pytest.fixture
def share(samba: Samba) -> Iterator[Path]:
    top = samba.folder.parent / "shares" / "felles" / "tilgang"
    shutil.rmtree(top, ignore_errors=True)
    for path in ("Bilag", "Ledelse/Notater", "Saker/Klage", "Saker/Alle"):
        (top / path).mkdir(parents=True)
        for number in range(3):
            (top / path / f"{number}.txt").write_text(f"{path} {number}")
    (top / "Saker" / "sak.txt").write_text("a case")
    for path in (top, *top.rglob("*")):
        path.chmod(0o777 if path.is_dir() else 0o666)
    for path, entries in LISTS.items():
        _permit(samba, path, entries)
    yield top
    shutil.rmtree(top)


def _permit(samba: Samba, path: str, entries: list[tuple[str, int, int]]) -> None:
    """Give a folder and all folders in it that list."""
    address = parse(samba.url("felles", "tilgang"))
    assert isinstance(address, SmbAddress)
    aces = [
        security.Ace(
            kind, INHERITED_BY_ALL, rights, security.sid_from_text(EVERYONE if who == EVERYONE else _sid(samba, who))
        )
        for who, kind, rights in entries
    ]
    top = samba.folder.parent / "shares" / "felles" / "tilgang"
    with SmbSource(address, Credentials("root", samba.users["root"])) as source:
        for folder in (top / path, *(one for one in (top / path).rglob("*") if one.is_dir())):
            inside = "" if folder == top else str(folder.relative_to(top))
            former = security.parse(source.permission(inside, Kind.FOLDER))
            wanted = security.Descriptor(former.control, former.owner, former.group, tuple(aces))
            source.permit(inside, Kind.FOLDER, security.build(wanted))


def _sid(samba: Samba, user: str) -> str:
    said = subprocess.run(
        [program("pdbedit"), "-s", str(samba.configuration), "-L", "-v", "-u", user],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    found = re.search(r"User SID:\s+(S-1-[\d-]+)", said.stdout)
    assert found, said.stdout
    return found[1]


def _open_to(tenant: Visitor, path: str) -> dict[str, list[str]]:
    """Who can open a folder of the tenant, by Entra object."""
    drive = tenant.drive("regnskap", "Dokumenter")
    listed = tenant.get(f"/drives/{drive}/root:/{quote(path)}:/permissions")["value"]
    people = [(one["grantedToV2"], one["roles"]) for one in listed if "grantedToV2" in one]
    return {who[kind]["id"]: roles for who, roles in people for kind in ("user", "group") if kind in who}


def test_real_lists_become_exactly_these_permissions(
    samba: Samba, share: Path, tenant: Visitor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FILRYDD_SMB_USER", OPERATOR)
    monkeypatch.setenv("FILRYDD_SMB_PASSWORD", samba.users[OPERATOR])
    workspace = tmp_path / "workspace"
    for name in ("policies", "scans"):
        (workspace / name).mkdir(parents=True)
    (workspace / "policies" / "regnskap.yaml").write_text(POLICY, encoding="utf-8")
    people = tmp_path / "people.csv"
    rows = [f"{_sid(samba, user)},{user},user,false,{entra}" for user, entra in OBJECTS.items()]
    people.write_text("\n".join(["sid,name,kind,disabled,entra_id", *rows]) + "\n", encoding="utf-8")

    def command(*words: str, codes: tuple[int, ...] = (0, 3)) -> Said:
        said = filrydd(*words, workspace=workspace)
        assert said.code in codes, (words, said.code, said.err)
        return said

    command("scan", "felles", samba.url("felles", "tilgang"), "--people", str(people))
    command("classify", "felles")
    proposed = command("propose", "felles", codes=(3,))
    assert proposed.err.count("SharePoint cannot say who has access here") + proposed.err.count("kan ikke gjengi") == 1
    assert "Saker/Alle" in proposed.err
    command("sign", "felles", "--as", "Kari", codes=(1,))

    # Somebody answers for it: only those who can read the complaint get to read this.
    structure = tmp_path / "structure.yaml"
    command("propose", "felles", "--edit", str(structure), codes=(3,))
    text = structure.read_text(encoding="utf-8").replace('name: ""', "name: Berit Bakken", 1)
    text += '  - open: Saker/Alle\n    as: Saker/Klage\n    note: "agreed with the owner"\n'
    structure.write_text(text, encoding="utf-8")
    command("propose", "felles", "--edit", str(structure), codes=(0,))
    command("sign", "felles", "--as", "Kari")
    to = ("--tenant", "rehearsal", "--address", tenant.graph)
    sent = command("upload", "felles", *to, "--execute", "--json", codes=(0,)).json
    assert sent["failed"] == 0 and sent["uploaded"] == 13

    operator, kari, ola = (OBJECTS[user] for user in (OPERATOR, KARI, OLA))
    drive = tenant.drive("regnskap", "Dokumenter")
    folders = {path.rpartition("/")[0] for path in tenant.files(drive, versions=False) if path.startswith("Felles")}

    def open_to(word: str) -> list[dict[str, list[str]]]:
        return [_open_to(tenant, path) for path in sorted(folders) if word in path]

    assert _open_to(tenant, "Felles") == {operator: ["write"], kari: ["write"], ola: ["write"]}
    assert open_to("Ledelse") == [{operator: ["write"], ola: ["read"]}]
    # Ola is denied the complaint although the list allows him too, and is shut out of the other by name.
    assert open_to("Klage") == open_to("Alle") == [{operator: ["write"], kari: ["write"]}]
    assert command("verify", "felles", "--json", codes=(0,)).json["ok"] == 13
    command("ledger", "verify", "felles", codes=(0,))


def test_such_a_share_can_be_rehearsed_before_anybody_has_answered(
    samba: Samba, share: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FILRYDD_SMB_USER", OPERATOR)
    monkeypatch.setenv("FILRYDD_SMB_PASSWORD", samba.users[OPERATOR])
    monkeypatch.setenv("FILRYDD_KEY", str(tmp_path / "key"))
    before = {path: path.stat().st_mtime for path in share.rglob("*")}
    said = filrydd("rehearse", samba.url("felles", "tilgang"), "--folder", str(tmp_path / "place"), "--json")
    assert said.code == 0, said.err
    assert (said.json["uploaded"], said.json["failed"], said.json["verified"]) == (13, 0, 13)
    assert "invented place" in said.err and "1 folder can be opened here" in said.err
    assert {path: path.stat().st_mtime for path in share.rglob("*")} == before

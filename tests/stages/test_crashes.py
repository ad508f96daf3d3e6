"""A crash at any commit and any act, and then the same command again, ends as if nothing had happened."""

import json
import os
import random
import shutil
import sqlite3
import stat
import urllib.request
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest

from filrydd.stages import signposts
from tests.areas import POLICY, new_area
from tests.conftest import lay_out
from tests.crashing import CRASHED, Crasher, crasher
from tests.targets.place import PERSONS
from tests.tenants import Visitor

TREE = {
    "Bilag": {"gammel.pdf": "old voucher", "ny.pdf": "new voucher"},
    "Notat": {
        "a.txt": "alpha",
        "tom.txt": "",
        "plan_v1.txt": "a plan",
        "plan_v2.txt": "a better plan",
        "Under": {"b: c.txt": "beta"},
    },
    "Hjem": {"privat.txt": "mine"},
    "Thumbs.db": "junk",
    "stor.bin": "x" * 6_000_000,
}
# Versions of one file, columns, and (with a folder that not all can open) permissions: what the structure asks of a tenant.
STRUCTURE = f"""
structure:
  versions: {{as history: yes, kept: 100}}
  columns: [department, original path]
  labels: {{Vurderes senere: Arkivverdig}}
  access:
    stands for:
      S-1-1-0: {PERSONS[3]}
      S-1-22-1-{os.getuid()}: {PERSONS[1]}
      S-1-22-2-{os.getgid()}: {PERSONS[2]}
    decided: {{by: Arkivar, on: 2026-01-02}}
"""
# In CI a sample, half of it once the area is being sealed; tests/torture has all of them.
SAMPLE = 8
# By so many commits a run may be shorter than another one: what waits for the disk at the same time is one commit.
FEWER = 10


def new_journey(folder: Path) -> str:
    """An area and its workspace; returns the site that only this one goes to."""
    area = new_area(folder)
    lay_out(area.top, TREE)
    # No time is that of the upload, by which a file that has its times could be taken for one that has not.
    (area.top / "Notat" / "Under").chmod(0o700)
    for path in area.top.rglob("*"):
        day = 6 if path.name == "plan_v2.txt" else 5
        then = datetime(2010 if path.name == "gammel.pdf" else 2025, 5, day, tzinfo=UTC).timestamp()
        os.utime(path, (then, then))
    site = uuid.uuid4().hex
    area.policy(POLICY.replace("/sites/regnskap", f"/sites/{site}") + STRUCTURE)
    return site


def structured(tenant: Visitor, drive: str) -> dict[str, object]:
    """Who can open the closed folder, the versions of the plan (the newest first), the columns of a file, the label of all."""
    root = f"/drives/{drive}/root:/Felles/Notat"
    listed = tenant.get(f"{root}/Under:/permissions")["value"]
    opened = {
        one["grantedToV2"][kind]["id"]: one["roles"]
        for one in listed
        for kind in one.get("grantedToV2", {})
        if kind in ("user", "group")
    }
    plan = tenant.get(f"{root}/plan_v2.txt")["id"]
    versions = tenant.get(f"/drives/{drive}/items/{plan}/versions")["value"]
    addresses = [f"/drives/{drive}/items/{plan}/content"]
    addresses += [f"/drives/{drive}/items/{plan}/versions/{one['id']}/content" for one in versions[1:]]
    contents = [urllib.request.urlopen(tenant.graph + address, timeout=30).read() for address in addresses]
    item = tenant.get(f"{root}/Under/{quote('b- c.txt')}")["id"]
    fields = tenant.get(f"/drives/{drive}/items/{item}/listItem?expand=fields")["fields"]
    return {
        "open to": opened,
        "history": list(dict.fromkeys(contents)),
        "columns": {name: value for name, value in fields.items() if name.startswith("Filrydd")},
        "label": tenant.get(f"/drives/{drive}/root:/Felles:/retentionLabel")["name"],
    }


def end_state(folder: Path, tenant: Visitor, site: str) -> dict[str, object]:
    """Everything that matters afterwards: the old area, the tenant, and what the catalog says of both."""
    top = folder / "area"
    area = {
        str(path.relative_to(top)): (
            path.is_dir(),
            # Signposts name it.
            "" if path.is_dir() else path.read_text().replace(site, "SITE"),
            stat.S_IMODE(path.stat().st_mode),
        )
        for path in top.rglob("*")
    }
    catalog = sqlite3.connect(folder / "workspace" / "scans" / "felles.db")

    there = tenant.files(tenant.drive(site, "Dokumenter"), versions=False)

    def rows(sql: str) -> list[tuple[object, ...]]:
        return sorted(catalog.execute(sql).fetchall(), key=str)

    try:
        return {
            "area": area,
            # The ledger's head and the proofs are named and made anew by each run; columns that were filled a second time
            # are a version more.
            "tenant": {p: (f.size, f.hash) for p, f in there.items() if not p.startswith("_filrydd")},
            # The lease was given back in the end, whoever held it when the crash came.
            "leases": [path for path in there if path.endswith(".lease.json")],
            **structured(tenant, tenant.drive(site, "Dokumenter")),
            "rulings": rows(
                "SELECT f.name, r.name FROM ruling g JOIN file f ON f.id = g.file JOIN rule r ON r.id = g.rule"
            ),
            "receipts": rows(
                "SELECT f.name, r.name, r.size, r.hash, r.source_hash FROM receipt r JOIN file f ON f.id = r.file"
            ),
            "compared": rows(
                "SELECT DISTINCT f.name, c.outcome, c.seal IS NULL FROM comparison c JOIN file f ON f.id = c.file"
            ),
            "retired": rows("SELECT path, hash, done IS NOT NULL, place <> '', purged IS NOT NULL FROM retirement"),
            "brought back": rows("SELECT path, hash, restore IS NOT NULL FROM former_retirement"),
            "signposts": rows("SELECT path, taken IS NOT NULL FROM signpost WHERE file_id IS NOT NULL"),
            "gone": rows("SELECT name FROM file WHERE gone IS NOT NULL"),
            "open": rows("SELECT kind, detail FROM finding WHERE closed IS NULL"),
            "journal": rows("SELECT * FROM journal"),
            "seals": rows("SELECT state FROM seal"),
            "figures": rows(
                "SELECT stage, name, value FROM figure WHERE name NOT IN ('digest', 'policy', 'sealed', 'insight of scan')"
            ),
        }
    finally:
        catalog.close()


@pytest.fixture(scope="module")
def crashing(tenant: Visitor, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crasher]:
    os.environ["FILRYDD_KEY"] = str(tmp_path_factory.getbasetemp() / "ledger.key")
    with crasher(tenant.graph) as server:
        yield server


@pytest.fixture(scope="module")
def undisturbed(
    crashing: Crasher, tenant: Visitor, tmp_path_factory: pytest.TempPathFactory
) -> tuple[list[str], dict[str, object]]:
    """The events of a journey without a crash, and how it ends."""
    folder = tmp_path_factory.mktemp("undisturbed")
    site = new_journey(folder)
    code, events = crashing.go(folder)
    assert code == 0, (folder / "error").read_text()
    return events, end_state(folder, tenant, site)


def test_an_undisturbed_journey_leaves_only_what_is_held(undisturbed: tuple[list[str], dict[str, object]]) -> None:
    events, end = undisturbed
    left = {path for path, (is_folder, _text, _mode) in end["area"].items() if not is_folder}  # type: ignore[attr-defined]
    # The top stays, and with it the signposts there.
    posts = {f"{signposts.NAME}.txt", f"{signposts.NAME}.url"}
    frozen = {f"Notat/{name}" for name in ("a.txt", "tom.txt", "plan_v1.txt", "plan_v2.txt", "Under/b: c.txt")}
    assert left == {"Hjem/privat.txt"} | frozen | posts
    assert {path for path in end["tenant"] if path.startswith("Felles")} == {  # type: ignore[attr-defined]
        "Felles/Bilag/ny.pdf",
        "Felles/Notat/a.txt",
        "Felles/Notat/plan_v2.txt",
        "Felles/Notat/tom.txt",
        "Felles/Notat/Under/b- c.txt",
        "Felles/stor.bin",
    }
    assert {"commit", "send", "put", "retire", "deposit", "make_folder"} <= set(events)
    assert {"leave", "make_private", "set_aside", "bring_back", "retire_folder"} <= set(events)
    assert {"restrict", "make_columns", "set_fields", "set_label", "claim", "give_up"} <= set(events)
    assert end["label"] == "Arkivverdig"
    assert end["leases"] == []
    assert end["open to"] == {PERSONS[1]: ["write"]}
    assert end["history"] == [b"a better plan", b"a plan"]
    assert end["columns"] == {"FilryddDepartment": "Regnskap", "FilryddOriginalPath": "Notat/Under/b: c.txt"}


def crash_and_go_on(crashing: Crasher, tenant: Visitor, folder: Path, crash_at: int) -> dict[str, object]:
    site = new_journey(folder)
    former = modes(folder / "area")
    code, events = crashing.go(folder, crash_at)
    ended_before = code == 0 and len(events) < crash_at <= len(events) + FEWER
    assert code == CRASHED or ended_before, f"no crash at {crash_at}: {len(events)} events, {events[-3:]}"
    no_file_is_lost(folder)
    permissions_are_known(folder, former)
    code, _events = crashing.go(folder)
    assert code == 0, f"crash before event {crash_at}, {events[-1]}: " + (folder / "error").read_text()
    return end_state(folder, tenant, site)


def modes(top: Path) -> dict[str, int]:
    """The permission bits of the area's entries; of what came back from the quarantine too."""
    return {str(path.relative_to(top)): stat.S_IMODE(path.stat().st_mode) for path in (top, *top.rglob("*"))}


def permissions_are_known(folder: Path, former: dict[str, int]) -> None:
    """At the moment of the crash: every entry has the permissions from before, or those that the catalog says it was given
    for them. A folder that is being made again may still be the operator's alone."""
    with sqlite3.connect(folder / "workspace" / "scans" / "felles.db") as catalog:
        recorded = {
            path: tuple(int(json.loads(one)["mode"], 8) for one in (before, sealed))
            for path, before, sealed in catalog.execute(
                "SELECT p.path, d.content, s.content FROM former_permission p JOIN descriptor d ON d.id = p.descriptor"
                " JOIN descriptor s ON s.id = p.sealed ORDER BY p.seal"
            )
        }
    catalog.close()
    top = folder / "area"
    for path, mode in modes(top).items():
        if path not in former or mode == former[path]:
            continue
        name = "" if path == "." else path
        made_again = (top / path).is_dir() and mode == 0o700 and not any((top / path).iterdir())
        assert made_again or recorded[name] == (former[path], mode), f"{path} has {mode:o}"


def no_file_is_lost(folder: Path) -> None:
    """At the moment of the crash: what is gone from the area has a durable proof, and a move also its copy."""
    catalog = folder / "workspace" / "scans" / "felles.db"
    for path in ("Bilag/gammel.pdf", "Bilag/ny.pdf", "Notat/a.txt", "Thumbs.db", "stor.bin"):
        if not (folder / "area" / path).exists():
            with sqlite3.connect(catalog) as opened:
                assert opened.execute("SELECT proof FROM retirement WHERE path = ?", (path,)).fetchone(), path
            opened.close()


@pytest.mark.parametrize("share", range(4))
def test_a_crash_anywhere_and_the_same_command_again_end_the_same(
    share: int, crashing: Crasher, tenant: Visitor, undisturbed: tuple[list[str], dict[str, object]], tmp_path: Path
) -> None:
    events, expected = undisturbed
    drawn, sealing = random.Random(20261123), events.index("put")
    halves = range(1, sealing + 1), range(sealing + 1, len(events) + 1)
    chosen = {crash_at for half in halves for crash_at in drawn.sample(half, SAMPLE // 2)}
    # Always the worst one: the tenant has opened an upload session, and nobody has stored its address.
    chosen.add(len(events) - events[::-1].index("send") + 1)
    for crash_at in sorted(chosen)[share::4]:
        folder = tmp_path / str(crash_at)
        found = crash_and_go_on(crashing, tenant, folder, crash_at)
        for what, state in expected.items():
            assert found[what] == state, f"{what} after a crash before event {crash_at}, {events[crash_at - 1]}"
        shutil.rmtree(folder)

"""Verification sees what is wrong in the new place, whose hand it was, and what it may not conclude."""

import json
import os
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from filrydd.catalog.findings import open_findings
from filrydd.errors import NotVerified, SourceGone
from filrydd.sources.local.posix import PosixSource
from filrydd.sources.source import Reader
from filrydd.stages import seal, verify
from filrydd.stages.verify import comparing
from filrydd.stages.verify.outcomes import outcomes
from filrydd.stages.verify.sampling import Wish
from filrydd.stages.work import Work
from filrydd.targets import Tenant, receiving
from tests.areas import Area
from tests.benchmarks.verification import Size, trial
from tests.commands import filrydd
from tests.stages.moving import Moving
from tests.targets.place import PERSONS
from tests.tenants import Visitor

TREE = {
    "Bilag": {},
    "Notat": {"a.txt": "alpha", "b.txt": "beta", "side.html": "<html><head></head><body>hei</body></html>"},
    "Vedtak": {"c.txt": "gamma", "tom.txt": ""},
}


@pytest.fixture
def moving(make_area: Callable[..., Area], tenant: Visitor, tmp_path: Path) -> Moving:
    moving = Moving(make_area(TREE), tenant, tmp_path / "backup")
    moving.until_uploaded()
    return moving


def there(moving: Moving, path: str, method: str, body: object = None, suffix: str = "") -> dict[str, Any]:
    """What a person does in the library, by plain HTTP."""
    colon = f":{suffix}" if suffix else ""
    url = f"{moving.tenant.graph}/drives/{moving.drive}/root:/{urllib.parse.quote(path)}{colon}"
    data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
    kind = "application/octet-stream" if isinstance(body, bytes) else "application/json"
    request = urllib.request.Request(url, data=data, method=method, headers={"Content-Type": kind})
    with urllib.request.urlopen(request, timeout=30) as answer:
        text = answer.read()
        return dict(json.loads(text)) if text else {}


def found(moving: Moving) -> dict[str, tuple[str, str]]:
    """Path -> kind of each open finding, and its detail."""
    with moving.area.catalog() as catalog:
        return {one.path: (one.kind, one.detail) for one in open_findings(catalog, "verify")}


def share(moving: Moving, path: str, who: str, role: str = "read") -> None:
    body = {"recipients": [{"objectId": who}], "roles": [role], "requireSignIn": True, "sendInvitation": False}
    there(moving, path, "POST", body, "/invite")


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The old files that are opened, as they are."""
    paths: list[str] = []
    real = PosixSource.open

    def counting(self: PosixSource, path: str) -> Reader:
        paths.append(path)
        return real(self, path)

    monkeypatch.setattr(PosixSource, "open", counting)
    return paths


def test_everything_that_is_wrong_is_found_and_nothing_else(tmp_path: Path) -> None:
    outcome = trial(tmp_path, Size(files=77, folders=6, corruptions=24), measured=False)
    assert (outcome.missed, outcome.false) == ({}, [])
    assert len(outcome.done.expected) == 24
    assert (outcome.before, outcome.checked) == (77, 77)
    assert outcome.rewritten > 25


def test_the_night_after_costs_a_listing_and_what_changed(moving: Moving, opened: list[str]) -> None:
    first = moving.act(verify.run)
    assert (first.checked, first.ok, first.rewritten, first.findings) == (5, 5, 1, {})
    opened.clear()

    async def again(work: Work, tenant: Tenant) -> tuple[verify.Verified, int]:
        return await verify.run(work, tenant), tenant.meter.requests

    done, requests = moving.act(again)
    assert (done.ok, done.rewritten, opened, requests) == (5, 1, [], 1)
    there(moving, "Felles/Notat/a.txt", "PUT", b"alpha", "/content")
    done, requests = moving.act(again)
    assert (done.ok, done.findings, opened, requests) == (5, {}, ["Notat/a.txt"], 1)


def test_a_folder_that_somebody_renamed_is_one_finding_and_what_lies_in_it_is_whole(moving: Moving) -> None:
    there(moving, "Felles/Notat", "PATCH", {"name": "Gamle notat"})
    there(moving, "Felles/Vedtak", "PATCH", {"name": "VEDTAK"})
    there(moving, "i roten.txt", "PUT", b"somebody else's", "/content")
    done = moving.act(verify.run)
    assert (done.ok, done.findings) == (5, {"changed since": 1})
    assert found(moving) == {"Felles/Notat": ("changed since", "moved\tFelles/Gamle notat")}
    # Another folder of the old name is none of ours.
    there(moving, "Felles/Notat/ny.txt", "PUT", b"not ours", "/content")
    assert moving.act(verify.run).findings == {"changed since": 1, "unexpected": 2}
    assert found(moving)["Felles/Notat/ny.txt"][0] == "unexpected"


def test_what_people_did_to_files_is_told_apart_from_what_happened_to_them(moving: Moving) -> None:
    moving.act(verify.run)
    there(moving, "Felles/Notat/a.txt", "PATCH", {"name": "ny a.txt"})
    there(moving, "Felles/Notat/b.txt", "PUT", b"edited", "/content")
    there(moving, "Felles/Vedtak/c.txt", "DELETE")
    there(moving, "Felles/Vedtak/c.txt", "PUT", b"gamma", "/content")
    there(moving, "Felles/Vedtak/tom.txt", "DELETE")
    moving.act(verify.run)
    assert found(moving) == {
        "Notat/a.txt": ("changed since", "renamed\tFelles/Notat/ny a.txt"),
        "Notat/b.txt": ("changed since", "edited"),
        "Vedtak/c.txt": ("changed since", "replaced"),
        "Vedtak/tom.txt": ("missing", ""),
    }
    with moving.area.catalog() as catalog:
        told = {one.path: one for one in outcomes(catalog)}
    assert told["Notat/a.txt"].detail == "Somebody has given it another name: Felles/Notat/ny a.txt"
    assert told["Notat/side.html"].verdict == "rewritten"
    assert all(bool(one.to_do) != (one.verdict in ("ok", "rewritten")) for one in told.values())
    there(moving, "Felles/Notat/ny a.txt", "PATCH", {"name": "a.txt"})
    moving.act(verify.run)
    assert "Notat/a.txt" not in found(moving)


def test_an_old_file_of_another_content_under_its_old_size_and_time_is_seen(moving: Moving) -> None:
    path = moving.area.top / "Notat" / "a.txt"
    facts = path.stat()
    path.write_text("ALPHA")
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    moving.act(verify.run)
    assert found(moving) == {"Notat/a.txt": ("source changed", "")}


def test_a_file_that_somebody_has_shared_is_named_until_it_is_closed_again(moving: Moving) -> None:
    moving.act(verify.run)
    share(moving, "Felles/Notat/a.txt", PERSONS[7], "write")
    share(moving, "Felles/Vedtak", PERSONS[8])
    done = moving.act(verify.run)
    assert (done.access_told, done.findings) == (True, {"access": 2})
    expected = {
        "Notat/a.txt": ("access", f"differs\t+write:{PERSONS[7]}"),
        "Felles/Vedtak": ("access", f"differs\t+read:{PERSONS[8]}"),
    }
    assert found(moving) == expected
    # The listing tells nothing of sharing where it is not asked for, and then nothing is concluded from that.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(receiving, "_PREFER", "")
        assert not moving.act(verify.run).access_told
        assert found(moving) == expected
    listed = moving.tenant.get(f"/drives/{moving.drive}/root:/Felles/Notat/a.txt:/permissions")["value"]
    (added,) = [one["id"] for one in listed if "user" in one["grantedToV2"]]
    there(moving, "Felles/Notat/a.txt", "DELETE", None, f"/permissions/{added}")
    moving.act(verify.run)
    assert set(found(moving)) == {"Felles/Vedtak"}


def test_stopped_at_any_file_it_goes_on_with_the_rest(
    moving: Moving, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    counting = PosixSource.open

    def lost(self: PosixSource, path: str) -> Reader:
        if path == "Vedtak/tom.txt":
            raise SourceGone("The server does not answer.", next="Try again.")
        return counting(self, path)

    monkeypatch.setattr(PosixSource, "open", lost)
    # The fifth file is begun when one of four others is done.
    monkeypatch.setattr(comparing, "_MOST", 4)
    with pytest.raises(SourceGone):
        moving.act(verify.run)
    monkeypatch.setattr(PosixSource, "open", counting)
    with moving.area.catalog() as catalog:
        kept = catalog.value("SELECT COUNT(*) FROM comparison")
    assert 0 < kept < 5
    opened.clear()
    done = moving.act(verify.run)
    assert (done.ok, done.findings, len(opened)) == (5, {}, 5 - kept)


def test_a_sample_tells_a_bound_and_proves_nothing_of_the_others(moving: Moving, opened: list[str]) -> None:
    there(moving, "Felles/Notat/b.txt", "PUT", b"edited", "/content")
    moving.act(verify.run)
    opened.clear()
    before = found(moving)
    asked = Wish(0.9, 0.5, 11)

    async def sampled(work: Work, tenant: Tenant) -> verify.Verified:
        return await verify.run(work, tenant, sample=asked)

    with moving.area.catalog() as catalog, catalog.writing():
        for table in ("comparison", "seen_content"):
            catalog.run(f"DELETE FROM {table}")
    done = moving.act(sampled)
    assert done.sample is not None
    # Were three of five different, the chance that two drawn are not among them would be 1 in 10.
    assert (done.sample.files, done.sample.drawn, len(opened)) == (5, 2, 2)
    assert done.ok == 2 - done.sample.different
    assert found(moving) == before
    drawn = list(opened)
    opened.clear()
    moving.act(sampled)
    assert opened and sorted(opened) == sorted(drawn)
    there(moving, "Felles/Notat/b.txt", "PUT", b"beta", "/content")
    moving.act(verify.run)
    with moving.area.catalog() as catalog, catalog.writing():
        catalog.run("DELETE FROM comparison")
    moving.act(sampled)
    with pytest.raises(NotVerified, match="Not everything that arrived has been verified"):
        seal.plan(moving.area.work())


def test_the_command_says_what_each_finding_means_and_what_to_do(moving: Moving) -> None:
    there(moving, "Felles/Notat/b.txt", "PUT", b"edited", "/content")
    share(moving, "Felles/Vedtak", PERSONS[8])
    said = filrydd("verify", "felles", "--json", "--sample", "99%/0.1%", "--seed", "3", workspace=moving.area.workspace)
    assert said.code == 3
    assert {key: said.json[key] for key in ("area", "checked", "ok", "rewritten", "findings", "access_told")} == {
        "area": "felles",
        "checked": 5,
        "ok": 4,
        "rewritten": 1,
        "findings": {"access": 1, "changed since": 1},
        "access_told": True,
    }
    assert said.json["sample"] == {
        "files": 5,
        "drawn": 5,
        "different": 1,
        "seed": 3,
        "confidence": 0.99,
        "share": 0.001,
        "bound": 0.2,
    }
    assert "Notat/b.txt: Somebody has worked on the new file." in said.err
    assert f"Felles/Vedtak: Can open it, and should not: {PERSONS[8]} (read)." in said.err
    assert "Put the access back as it was signed, or let the new one be signed." in said.err
    refused = filrydd("verify", "felles", "--sample", "99", workspace=moving.area.workspace)
    assert (refused.code, "--sample 99%/0.1%" in refused.err) == (2, True)

"""Folders are made and restricted while they are empty, once, whatever somebody does to them in the tenant."""

import asyncio
import contextlib
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from filrydd.catalog import landings
from filrydd.errors import TenantRefused
from filrydd.stages import upload, verify
from filrydd.targets.graph import GraphTenant
from filrydd.targets.tenant import Grant, ItemTrouble
from tests.areas import Area
from tests.conftest import lay_out
from tests.stages.labelled import Labelled, tenant_with_labels
from tests.targets.front import Front, error, front_before
from tests.targets.place import PERSONS
from tests.tenants import Visitor

ACCESS = f"""
structure:
  weights: {{known: 100000}}
  access:
    stands for:
      S-1-1-0: {PERSONS[3]}
      S-1-22-1-{os.getuid()}: {PERSONS[1]}
      S-1-22-2-{os.getgid()}: {PERSONS[2]}
    decided: {{by: Arkivar, on: 2026-01-02}}
"""
TREE = {"Notat": {"a.txt": "alpha", "Lukket": {"b.txt": "beta", "c.txt": "gamma"}}, "Annet": {"d.txt": "delta"}}
CLOSED = "Felles/Notat/Lukket"


class Closing(Labelled):
    """An area with a folder that only one may open, sent through a front that keeps every request."""

    front: Front

    def send(self) -> upload.Uploaded:
        return self.act(upload.apply)

    def opened_to(self, path: str = CLOSED) -> dict[str, list[str]]:
        listed = self.http.get(f"{self.address(path)}/permissions").raise_for_status().json()["value"]
        kinds = ("user", "group")
        return {
            one["grantedToV2"][kind]["id"]: one["roles"]
            for one in listed
            for kind in one.get("grantedToV2", {})
            if kind in kinds
        }

    def item_id(self, path: str) -> str:
        return str(self.http.get(self.address(path)).raise_for_status().json()["id"])

    def names(self) -> set[str]:
        return set(self.files())


@pytest.fixture
def start(make_area: Callable[..., Area], tmp_path: Path) -> Iterator[Callable[..., Closing]]:
    with ExitStack() as stack:

        def begin(tree: object = TREE, closed: Sequence[str] = ("Notat/Lukket",), structure: str = ACCESS) -> Closing:
            area = make_area(tree)
            for path in closed:
                (area.top / path).chmod(0o700)
            moving = stack.enter_context(tenant_with_labels(tmp_path, area, structure))
            moving.__class__ = Closing
            assert isinstance(moving, Closing)
            moving.front = stack.enter_context(front_before(moving.tenant.graph.split("/")[2]))
            moving.tenant = Visitor(f"{moving.front.address}/v1.0")
            moving.ready_to_send()
            return moving

        yield begin


def nothing_precedes_the_reading_back(moving: Closing) -> None:
    """Into the closed folder nothing was sent before the tenant had listed who can open it, and something afterwards."""
    id = moving.item_id(CLOSED)
    asked = [(one.method, one.path.replace("%3A", ":")) for one in moving.front.requests]
    invited = [n for n, (method, path) in enumerate(asked) if method == "POST" and path.endswith(f"/{id}/invite")]
    read_back = [n for n, (method, path) in enumerate(asked) if method == "GET" and f"/{id}/permissions" in path]
    filled = [n for n, (method, path) in enumerate(asked) if method in ("POST", "PUT") and f"/{id}:" in path]
    assert invited and filled, asked
    assert any(invited[0] < n < filled[0] for n in read_back)


def test_a_closed_folder_is_read_back_while_it_is_empty(start: Callable[..., Closing]) -> None:
    moving = start()
    assert moving.send().uploaded == 4
    assert moving.opened_to() == {PERSONS[1]: ["write"]}
    nothing_precedes_the_reading_back(moving)


@pytest.mark.parametrize("at", ["before", "after the invitation"])
def test_nor_does_anything_after_a_crash_in_between(
    start: Callable[..., Closing], monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    moving = start()
    real = GraphTenant.restrict

    async def restrict(self: GraphTenant, drive: str, id: str, grants: Sequence[Grant]) -> None:
        if at == "after the invitation":
            moving.front.answer("GET", f"/{id}/permissions", error(418, "ended"))
            with contextlib.suppress(ItemTrouble):
                await real(self, drive, id, grants)
        raise KeyboardInterrupt

    monkeypatch.setattr(GraphTenant, "restrict", restrict)
    with pytest.raises(KeyboardInterrupt):
        moving.send()
    monkeypatch.undo()
    assert moving.tenant.files(moving.drive, versions=False) == {}
    assert moving.send().uploaded == 4
    assert moving.opened_to() == {PERSONS[1]: ["write"]}
    nothing_precedes_the_reading_back(moving)


def test_a_folder_that_cannot_be_closed_is_left_out_with_its_reason_until_it_can(start: Callable[..., Closing]) -> None:
    moving = start()
    # The area's own folder is opened to two kinds of people first.
    moving.front.answer("POST", "/invite$", None, None, *[error(403, "accessDenied")] * 2)
    sent = moving.send()
    assert (sent.uploaded, sent.failed) == (2, 2)
    assert moving.names() == {"Felles/Notat/a.txt", "Felles/Annet/d.txt"}
    ((kind, detail),) = moving.findings()
    assert kind == "folder missing" and detail.startswith(CLOSED) and "403 accessDenied" in detail
    moving.send()
    assert len(moving.findings()) == 1
    assert moving.send().uploaded == 2
    assert moving.findings() == [] and moving.opened_to() == {PERSONS[1]: ["write"]}


def test_where_no_folder_at_all_can_be_made_the_upload_says_so(start: Callable[..., Closing]) -> None:
    moving = start()
    moving.front.answer("POST", "/invite$", *[error(403, "accessDenied")] * 4)
    with pytest.raises(TenantRefused) as refused:
        moving.send()
    assert any("403 accessDenied" in detail for detail in refused.value.details)
    assert moving.names() == set()


def test_a_renamed_and_moved_folder_is_the_same_one(start: Callable[..., Closing]) -> None:
    moving = start()
    moving.send()
    elsewhere = {"name": "Nytt navn", "parentReference": {"id": moving.item_id("Felles/Annet")}}
    moving.http.patch(moving.address(CLOSED), json=elsewhere).raise_for_status()
    (moving.area.top / "Notat" / "Lukket" / "ny.txt").write_text("new")
    moving.ready_to_send()
    assert moving.send().uploaded == 1
    assert "Felles/Annet/Nytt navn/ny.txt" in moving.names()
    assert not any(path.startswith(CLOSED) for path in moving.names())


def test_a_folder_that_somebody_deleted_is_made_again_with_its_access(start: Callable[..., Closing]) -> None:
    moving = start()
    moving.send()
    moving.http.delete(moving.address("Felles/Notat")).raise_for_status()
    (moving.area.top / "Notat" / "Lukket" / "ny.txt").write_text("new")
    moving.ready_to_send()
    moving.front.requests.clear()
    assert moving.send().uploaded == 1
    assert moving.names() == {f"{CLOSED}/ny.txt", "Felles/Annet/d.txt"}
    assert moving.opened_to() == {PERSONS[1]: ["write"]}
    nothing_precedes_the_reading_back(moving)
    assert moving.rows("SELECT COUNT(*) FROM former_folder") == [(2,)]
    checked = moving.act(verify.run)
    assert checked.findings == {"missing": 3}


def test_a_folder_of_somebody_else_that_is_not_empty_is_not_closed(start: Callable[..., Closing]) -> None:
    moving = start({"Notat": {"a.txt": "alpha"}, "Annet": {"d.txt": "delta"}}, ["Annet"])
    moving.send()
    moving.http.put(f"{moving.address(CLOSED)[:-1]}/deres.txt:/content", content=b"theirs").raise_for_status()
    before = moving.http.get(f"{moving.address(CLOSED)}/permissions").json()["value"]
    lay_out(moving.area.top, {"Notat": {"Lukket": {"b.txt": "beta", "c.txt": "gamma"}}})
    (moving.area.top / "Notat" / "Lukket").chmod(0o700)
    moving.ready_to_send()
    sent = moving.send()
    assert (sent.uploaded, sent.failed) == (0, 2)
    assert "folderHoldsOthers" in moving.findings()[0][1]
    assert moving.http.get(f"{moving.address(CLOSED)}/permissions").json()["value"] == before
    assert f"{CLOSED}/b.txt" not in moving.names()


def test_folders_are_made_several_at_once_and_none_before_the_one_above(
    start: Callable[..., Closing], monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = {f"M{n:02}": {"a.txt": f"{n}", **{f"U{m}": {"b.txt": f"{n} {m}"} for m in range(2)}} for n in range(5)}
    moving = start(tree, [], "structure: {weights: {known: 100000}}\n")
    real, under_way, most = GraphTenant.make_folder, 0, 0
    there: set[str] = set()

    async def make_folder(self: GraphTenant, drive: str, parent: str, name: str) -> Any:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.01)
        if re.fullmatch(r"U\d", name):
            assert parent in there
        made = await real(self, drive, parent, name)
        there.add(made.id)
        under_way -= 1
        return made

    monkeypatch.setattr(GraphTenant, "make_folder", make_folder)
    assert moving.send().uploaded == 15
    assert most >= 4
    asked = len(moving.front.seen("POST", "/children$"))
    moving.send()
    assert len(moving.front.seen("POST", "/children$")) == asked


def test_a_great_many_folders_come_in_portions_of_one_level(start: Callable[..., Closing]) -> None:
    moving = start()
    with moving.area.catalog() as catalog:
        with catalog.writing():
            catalog.run("UPDATE target SET present = 0")
            catalog.run("INSERT INTO target (id, library, name, path, present) VALUES (1000, 1, '', '-', 1)")
            catalog.run("UPDATE target SET path = '' , present = 1 WHERE id = (SELECT MIN(id) FROM target)")
            catalog.run("DELETE FROM target WHERE id = 1000")
            rows = [(1001 + n, 1, 1, f"m{n}", f"m{n}", 1) for n in range(1200)]
            rows += [(5001 + n, 1, 1001 + n, "u", f"m{n}/u", 1) for n in range(1200)]
            catalog.run_many(
                "INSERT INTO target (id, library, parent, name, path, present) VALUES (?, ?, ?, ?, ?, ?)", rows
            )
        sizes, seen = [], set[int]()
        for batch in landings.target_folders(catalog):
            sizes.append(len(batch))
            assert all(folder.parent is None or folder.parent in seen for folder in batch)
            seen.update(folder.id for folder in batch)
        assert sum(sizes) == landings.count_folders(catalog) == 2401
        assert max(sizes) <= 500

"""Retention labels as proposed: on folders where all below agrees, else on single files; never over somebody else's."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from filrydd.errors import TenantLacks, TenantRefused
from filrydd.rehearsal.rules.apps import App
from filrydd.stages import explain, upload
from filrydd.targets.graph import GraphTenant
from tests.areas import Area
from tests.stages.labelled import DESTROYED, KEPT, RECORD, TREE, Labelled, tenant_with_labels

ONE = f"structure: {{labels: {{Bevares: {KEPT}}}}}\n"
IN_VEDTAK = ("vedtak1.txt", "vedtak2.txt", "Under/vedtak3.txt")


@pytest.fixture
def start(make_area: Callable[..., Area], tmp_path: Path) -> Iterator[Callable[..., Labelled]]:
    """`start(structure)`: an area that is signed, and a tenant with labels."""
    with ExitStack() as stack:

        def begin(structure: str, tree: object = TREE, **ways: object) -> Labelled:
            moving = stack.enter_context(tenant_with_labels(tmp_path, make_area(tree), structure, **ways))
            moving.ready_to_send()
            return moving

        yield begin


def send(moving: Labelled) -> upload.Uploaded:
    sent = moving.act(upload.apply)
    assert sent.failed == 0, sent.failures
    return sent


def test_a_folder_whose_files_agree_is_labelled_and_the_others_one_by_one(start: Callable[..., Labelled]) -> None:
    moving = start(ONE)
    send(moving)
    told = [explain.run(moving.area.work(), f"Blandet/{name}").label for name in ("vedtak4.txt", "notat.txt")]
    assert told == [KEPT, ""]
    assert moving.label("Felles/Vedtak") == (KEPT, True)
    assert moving.label("Felles") == moving.label("Felles/Blandet") == ("", False)
    assert moving.label("Felles/Blandet/vedtak4.txt") == (KEPT, True)
    assert moving.label("Felles/Blandet/notat.txt") == ("", False)
    for name in IN_VEDTAK:
        moving.come(f"Felles/Vedtak/{name}", KEPT)
        assert moving.label(f"Felles/Vedtak/{name}") == (KEPT, False)


def test_a_label_that_comes_later_is_seen_by_the_next_upload_and_then_not_asked_for(
    start: Callable[..., Labelled], monkeypatch: pytest.MonkeyPatch
) -> None:
    moving = start(ONE, label_seconds=60)
    send(moving)
    seen = "SELECT f.name FROM labelled_file l JOIN file f ON f.id = l.file WHERE l.sure ORDER BY f.name"
    assert moving.rows(seen) == [("vedtak4.txt",)]
    moving.tenancy.clock.move(61)
    for name in IN_VEDTAK:
        moving.come(f"Felles/Vedtak/{name}", KEPT)
    send(moving)
    assert moving.rows(seen) == [("vedtak1.txt",), ("vedtak2.txt",), ("vedtak3.txt",), ("vedtak4.txt",)]
    for name in ("labelled", "labels_below", "set_label"):
        monkeypatch.delattr(GraphTenant, name)
    send(moving)
    moving.wish("")
    send(moving)
    assert moving.label("Felles/Vedtak") == (KEPT, True)


def test_a_file_whose_label_has_moved_its_etag_can_be_sent_again(start: Callable[..., Labelled]) -> None:
    moving = start(ONE)
    send(moving)
    for name in IN_VEDTAK:
        moving.come(f"Felles/Vedtak/{name}", KEPT)
    for name in ("Vedtak/vedtak1.txt", "Blandet/vedtak4.txt"):
        (moving.area.top / name).write_text("decided anew")
    moving.scan()
    moving.propose()
    assert send(moving).uploaded == 2
    assert moving.versions("vedtak1.txt")[0] == moving.versions("vedtak4.txt")[0] == b"decided anew"


def test_a_label_that_somebody_else_has_put_there_stays_and_is_a_finding(start: Callable[..., Labelled]) -> None:
    moving = start(ONE)
    moving.wish("")
    send(moving)
    moving.put_label("Felles/Blandet/vedtak4.txt", "Annet")
    moving.put_label("Felles/Vedtak/Under", "Annet")
    moving.come("Felles/Vedtak/Under/vedtak3.txt", "Annet")
    moving.wish(ONE)
    for _again in range(2):
        send(moving)
        assert moving.label("Felles/Blandet/vedtak4.txt") == ("Annet", True)
        assert moving.label("Felles/Vedtak/Under/vedtak3.txt") == ("Annet", False)
        assert moving.label("Felles/Vedtak/vedtak1.txt") == (KEPT, True)
        folder = ("label", "Felles/Vedtak/Under: Annet")
        assert moving.findings() == [("label", "Annet"), ("label", "Annet"), folder]
    for path in ("Felles/Blandet/vedtak4.txt", "Felles/Vedtak/Under"):
        moving.put_label(path, KEPT)
    moving.come("Felles/Vedtak/Under/vedtak3.txt", KEPT)
    send(moving)
    assert moving.findings() == []


def test_a_folder_that_others_use_is_not_labelled_but_our_files_in_it_are(start: Callable[..., Labelled]) -> None:
    moving = start(ONE)
    root = f"{moving.tenant.graph}/sites/localhost:/sites/{moving.site}"
    site = moving.http.get(root).json()["id"]
    made = {"displayName": "Dokumenter", "list": {"template": "documentLibrary"}}
    moving.http.post(f"{moving.tenant.graph}/sites/{site}/lists", json=made)
    moving.http.put(f"{moving.address('Felles/Vedtak/deres.txt')}/content", content=b"theirs").raise_for_status()
    send(moving)
    assert moving.label("Felles/Vedtak") == ("", False)
    assert moving.label("Felles/Vedtak/vedtak1.txt") == (KEPT, True)
    assert moving.label("Felles/Vedtak/deres.txt") == ("", False)
    # A folder of our own in it is ours to label.
    assert moving.label("Felles/Vedtak/Under") == (KEPT, True)


def test_another_label_in_the_policy_replaces_ours(start: Callable[..., Labelled]) -> None:
    moving = start(ONE)
    send(moving)
    for name in IN_VEDTAK:
        moving.come(f"Felles/Vedtak/{name}", KEPT)
    send(moving)
    moving.wish(ONE.replace(KEPT, DESTROYED))
    send(moving)
    assert moving.label("Felles/Vedtak") == moving.label("Felles/Blandet/vedtak4.txt") == (DESTROYED, True)
    for name in IN_VEDTAK:
        moving.come(f"Felles/Vedtak/{name}", DESTROYED)
    send(moving)
    assert moving.findings() == []
    assert moving.rows("SELECT DISTINCT label, sure FROM labelled_file") == [(DESTROYED, 1)]


def test_a_folder_whose_files_no_longer_agree_loses_our_label_and_its_files_keep_theirs(
    start: Callable[..., Labelled],
) -> None:
    moving = start(ONE)
    send(moving)
    for name in IN_VEDTAK:
        moving.come(f"Felles/Vedtak/{name}", KEPT)
    (moving.area.top / "Vedtak" / "notat2.txt").write_text("no decision")
    moving.ready_to_send()
    assert send(moving).uploaded == 1
    assert moving.label("Felles/Vedtak") == moving.label("Felles/Vedtak/notat2.txt") == ("", False)
    for name in IN_VEDTAK:
        assert moving.label(f"Felles/Vedtak/{name}")[0] == KEPT
    assert moving.findings() == []


def test_where_all_agree_the_uppermost_folder_is_labelled_alone(start: Callable[..., Labelled]) -> None:
    moving = start(ONE.replace("Bevares", "Vurderes senere"), {"A": {"a.txt": "a", "B": {"b.txt": "b"}}, "c.txt": "c"})
    send(moving)
    assert moving.label("Felles") == (KEPT, True)
    assert moving.rows("SELECT label, sure FROM labelled_folder") == [(KEPT, 1)]


def test_a_label_that_the_tenant_does_not_know_is_named_before_anything_is_sent(
    start: Callable[..., Labelled],
) -> None:
    moving = start(ONE.replace(KEPT, "Finnes ikke"))
    with pytest.raises(TenantLacks, match="Finnes ikke"):
        moving.act(upload.apply)
    assert moving.tenant.files(moving.drive) == {}


def test_a_label_of_records_names_the_grant_that_it_takes(
    start: Callable[..., Labelled], monkeypatch: pytest.MonkeyPatch
) -> None:
    moving = start(ONE.replace(KEPT, RECORD))
    some = App("11111111-0000-0000-0000-000000000000", "Noe", frozenset({"Sites.Manage.All", "Files.ReadWrite.All"}))
    monkeypatch.setattr("filrydd.rehearsal.wire.front.check_token", lambda *_more: some)
    with pytest.raises(TenantRefused, match=RECORD) as refused:
        moving.act(upload.apply)
    assert "Sites.FullControl.All" in refused.value.next
    monkeypatch.undo()
    assert moving.tenant.files(moving.drive) == {}
    send(moving)
    assert moving.label("Felles/Vedtak") == (RECORD, True)


def test_a_file_costs_four_units_with_its_times_its_column_and_its_folders_label(
    start: Callable[..., Labelled],
) -> None:
    """The row of the issue: what more files cost beside the same run with fewer, in the tenant's own count."""
    tree = {"Vedtak": {f"vedtak{number:02}.txt": "x" * number for number in range(1, 11)}}
    wishes = f"structure: {{labels: {{Bevares: {KEPT}}}, columns: [department]}}\n"
    moving = start(wishes, tree, busy_items=0, label_seconds=60)

    def settle(last: str, minutes: int) -> None:
        moving.tenancy.clock.move(61 * minutes)
        moving.come(f"Felles/Vedtak/{last}", KEPT)
        send(moving)

    send(moving)
    settle("vedtak10.txt", 1)
    spent = {}
    for more in (10, 20):
        for number in range(more):
            (moving.area.top / "Vedtak" / f"vedtak{more}-{number}.txt").write_text("y" * (number + 1))
        moving.ready_to_send()
        before = moving.units()
        assert send(moving).uploaded == more
        spent[more] = moving.units() - before
        settle(f"vedtak{more}-{more - 1}.txt", 1 + more // 10)
    assert (spent[20] - spent[10]) / 10 == 4
    item = moving.item("vedtak20-7.txt")
    modified = (moving.area.top / "Vedtak" / "vedtak20-7.txt").stat().st_mtime
    assert item["fileSystemInfo"]["lastModifiedDateTime"][:19] == _second(modified)
    assert moving.fields("vedtak20-7.txt")["FilryddDepartment"] == "Regnskap"
    assert moving.label("Felles/Vedtak/vedtak20-7.txt") == (KEPT, False)
    assert len(moving.versions("vedtak20-7.txt")) == 1


def _second(stamp: float) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(int(stamp), UTC).isoformat()[:19]


@pytest.mark.parametrize(("where", "done"), [("folder", False), ("folder", True), ("file", True)])
def test_a_crash_while_one_label_takes_the_place_of_another_is_no_conflict_afterwards(
    start: Callable[..., Labelled], monkeypatch: pytest.MonkeyPatch, where: str, done: bool
) -> None:
    moving = start(ONE)
    send(moving)
    for name in IN_VEDTAK:
        moving.come(f"Felles/Vedtak/{name}", KEPT)
    moving.wish(ONE.replace(KEPT, DESTROYED))
    path = {"folder": "Felles/Vedtak", "file": "Felles/Blandet/vedtak4.txt"}[where]
    struck = moving.http.get(moving.address(path)).json()["id"]
    real = GraphTenant.set_label

    async def set_label(self: GraphTenant, drive: str, id: str, label: str) -> None:
        if id != struck or done:
            await real(self, drive, id, label)
        if id == struck:
            raise KeyboardInterrupt

    monkeypatch.setattr(GraphTenant, "set_label", set_label)
    with pytest.raises(KeyboardInterrupt):
        send(moving)
    monkeypatch.undo()
    send(moving)
    assert moving.label("Felles/Vedtak") == moving.label("Felles/Blandet/vedtak4.txt") == (DESTROYED, True)
    assert moving.findings() == []

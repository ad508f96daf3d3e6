"""Folders that were there before us: what others have in them is theirs, and what we made in them is looked at as ever."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from filrydd.catalog.findings import open_findings
from filrydd.stages import backup, seal, upload, verify
from filrydd.stages.work import Work
from filrydd.targets import Tenant
from filrydd.targets.graph import GraphTenant
from tests.areas import Area
from tests.commands import filrydd
from tests.stages.labelled import Labelled, tenant_with_labels
from tests.targets.front import Front, front_before
from tests.tenants import Visitor

STRUCTURE = "structure: {weights: {known: 100000}}\n"
TREE = {"Notat": {"a.txt": "alpha", "Under": {"b.txt": "beta"}}, "Annet": {"c.txt": "gamma"}}


class Shared(Labelled):
    """An area whose department works in its library already."""

    front: Front

    async def make_library(self, _work: Work, tenant: Tenant) -> None:
        site = await tenant.site(f"https://contoso.sharepoint.com/sites/{self.site}")
        await tenant.make_library(site, "Dokumenter")

    def put(self, path: str, content: bytes = b"theirs") -> None:
        """A file of other people, with the folders above it."""
        self.http.put(f"{self.address(path)}/content", content=content).raise_for_status()

    def verified(self) -> verify.Verified:
        return self.act(verify.run)

    def found(self) -> dict[str, str]:
        with self.area.catalog() as catalog:
            return {one.path: one.kind for one in open_findings(catalog, "verify")}

    def before_us(self) -> set[str]:
        """The paths of the folders that are stored as found."""
        return {
            path
            for (path,) in self.rows("SELECT t.path FROM made_folder m JOIN target t ON t.id = m.target WHERE m.found")
        }


@pytest.fixture
def start(make_area: Callable[..., Area], tmp_path: Path) -> Iterator[Callable[[], Shared]]:
    with ExitStack() as stack:

        def begin() -> Shared:
            moving = stack.enter_context(tenant_with_labels(tmp_path, make_area(TREE), STRUCTURE))
            moving.__class__ = Shared
            assert isinstance(moving, Shared)
            moving.front = stack.enter_context(front_before(moving.tenant.graph.split("/")[2]))
            moving.tenant = Visitor(f"{moving.front.address}/v1.0")
            moving.act(moving.make_library)
            moving.ready_to_send()
            return moving

        yield begin


def test_what_others_have_in_folders_that_were_there_is_no_finding(start: Callable[[], Shared]) -> None:
    moving = start()
    for path in ("i roten.txt", "Felles/deres.txt", "Felles/Notat/deres.txt", "Felles/Deres/Dypt/x.txt"):
        moving.put(path)
    assert moving.act(upload.apply).failed == 0
    assert moving.before_us() == {"", "Felles", "Felles/Notat"}
    done = moving.verified()
    assert (done.ok, done.checked, done.findings, done.found_folders) == (3, 3, {}, 2)
    # What came after us is theirs too; but not in the folders that we made in theirs.
    moving.put("Felles/Notat/senere.txt")
    moving.put("Felles/Notat/Deres/y.txt")
    assert moving.verified().findings == {}
    moving.put("Felles/Notat/Under/uventet.txt")
    moving.put("Felles/Annet/Fremmed/uventet.txt")
    moving.verified()
    assert moving.found() == dict.fromkeys(
        ["Felles/Notat/Under/uventet.txt", "Felles/Annet/Fremmed", "Felles/Annet/Fremmed/uventet.txt"], "unexpected"
    )


def test_the_command_says_how_many_there_are_and_such_an_area_can_be_sealed(start: Callable[[], Shared]) -> None:
    moving = start()
    moving.put("Felles/deres.txt")
    moving.act(upload.apply)
    said = filrydd("verify", "felles", "--json", workspace=moving.area.workspace)
    assert (said.code, said.json["found_folders"]) == (0, 1), said.err
    assert said.err.count("Folders that were there before: 1.") == 1
    moving.area.accept()
    backup.run(moving.area.work(), moving.backups, same_machine=True)
    moving.act(seal.apply)
    assert moving.rows("SELECT state FROM seal") == [("sealed",)]


def test_what_is_ours_in_such_a_folder_is_looked_at_as_ever(start: Callable[[], Shared]) -> None:
    moving = start()
    moving.put("Felles/Notat/deres.txt")
    moving.act(upload.apply)
    moving.http.patch(moving.address("Felles/Notat/a.txt"), json={"name": "a2.txt"}).raise_for_status()
    moving.http.delete(moving.address("Felles/Notat/Under")).raise_for_status()
    moving.verified()
    assert moving.found() == {"Notat/a.txt": "changed since", "Notat/Under/b.txt": "missing"}


def test_a_name_that_others_have_taken_there_is_a_failure_and_theirs_is_untouched(start: Callable[[], Shared]) -> None:
    moving = start()
    moving.put("Felles/Notat/a.txt")
    sent = moving.act(upload.apply)
    assert [(path, reason) for path, reason, _detail in sent.failures] == [("Notat/a.txt", "name taken")]
    assert moving.versions("a.txt") == [b"theirs"]


@pytest.mark.parametrize("lost", ["a crash", "an answer"])
def test_a_folder_of_which_we_never_heard_that_we_made_it_is_ours(
    start: Callable[[], Shared], monkeypatch: pytest.MonkeyPatch, lost: str
) -> None:
    moving = start()
    if lost == "an answer":
        moving.front.lose_answer("POST", "/children$", 1)
    else:
        real = GraphTenant.make_folder

        async def make_folder(self: GraphTenant, drive: str, parent: str, name: str) -> Any:
            await real(self, drive, parent, name)
            raise KeyboardInterrupt

        monkeypatch.setattr(GraphTenant, "make_folder", make_folder)
        with pytest.raises(KeyboardInterrupt):
            moving.act(upload.apply)
        monkeypatch.undo()
        assert moving.http.get(moving.address("Felles")).status_code == 200
    assert moving.act(upload.apply).failed == 0
    assert moving.before_us() == {""}
    moving.put("Felles/uventet.txt")
    assert moving.verified().findings == {"unexpected": 1}


def test_a_folder_that_we_made_stays_ours_when_it_is_put_back_after_a_deletion(start: Callable[[], Shared]) -> None:
    moving = start()
    moving.put("Felles/deres.txt")
    moving.act(upload.apply)
    ours, theirs = (moving.http.get(moving.address(path)).json()["id"] for path in ("Felles/Notat", "Felles"))
    with moving.area.catalog() as catalog, catalog.writing():
        catalog.run("INSERT INTO former_folder (target, item, found) SELECT target, item, found FROM made_folder")
        catalog.run("DELETE FROM made_folder WHERE item IN (?, ?)", (ours, theirs))
    moving.put("Felles/Notat/uventet.txt")
    moving.act(upload.apply)
    assert moving.before_us() == {"", "Felles"}
    assert moving.verified().findings == {"unexpected": 1}

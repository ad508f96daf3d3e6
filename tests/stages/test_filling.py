"""What a library's columns say by themselves is not written file by file, and only what they do say is trusted."""

from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

from filrydd.stages import upload
from filrydd.targets.graph import GraphTenant
from tests.areas import POLICY, Area
from tests.stages.labelled import PART, TREE, Labelled, tenant_with_labels

DEPARTMENT = "structure: {columns: [department, year]}\n"


def write_of(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The items whose columns are written from now on."""
    written: list[str] = []
    real = GraphTenant.set_fields

    async def set_fields(self: GraphTenant, drive: str, id: str, *more: object, **named: object) -> object:
        written.append(id)
        return await real(self, drive, id, *more, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(GraphTenant, "set_fields", set_fields)
    return written


def said(moving: Labelled) -> set[str]:
    return {str(moving.fields(path.rpartition("/")[2]).get("FilryddDepartment")) for path in moving.files()}


def test_a_department_comes_by_itself_until_it_is_called_something_else(
    make_area: Callable[..., Area], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tenant_with_labels(tmp_path, make_area(TREE), DEPARTMENT) as moving:
        moving.ready_to_send()
        written = write_of(monkeypatch)
        for _again in range(2):
            assert moving.act(upload.apply).failed == 0
            assert (written, said(moving)) == ([], {"Regnskap"})
        moving.set_policy(POLICY.replace(PART, "").replace("nb: Regnskap,", "nb: Økonomi,") + DEPARTMENT)
        (moving.area.top / "Vedtak" / "ny.txt").write_text("new")
        moving.ready_to_send()
        assert moving.act(upload.apply).uploaded == 1
        assert len(written) == 6 and said(moving) == {"Økonomi"}


def test_a_tenant_whose_columns_say_nothing_by_themselves_has_them_written(
    make_area: Callable[..., Area], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("filrydd.rehearsal.store.changes._say_defaults", lambda _con, _row: None)
    with tenant_with_labels(tmp_path, make_area(TREE), DEPARTMENT) as moving:
        moving.ready_to_send()
        written = write_of(monkeypatch)
        for _again in range(2):
            assert moving.act(upload.apply).failed == 0
            assert len(written) == 5 and said(moving) == {"Regnskap"}


@pytest.mark.parametrize("at", ["fields", "times"])
def test_what_was_filled_as_a_run_was_interrupted_is_not_filled_again(
    make_area: Callable[..., Area], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    """Killed before it was stored that columns are filled, or before the times were put back: no version too many."""
    with tenant_with_labels(tmp_path, make_area(TREE), "structure: {columns: [original path]}\n") as moving:
        moving.ready_to_send()
        with monkeypatch.context() as patched:
            if at == "fields":
                patched.setattr("filrydd.catalog.columns.keep_filled", _killed)
            else:
                patched.setattr("filrydd.targets.columns.set_times", _killed)
            with pytest.raises(_Killed):
                moving.act(upload.apply)
        assert moving.act(upload.apply).failed == 0
        for name in moving.files():
            assert len(moving.versions(name.rpartition("/")[2])) == 3, name
        written = write_of(monkeypatch)
        assert moving.act(upload.apply).failed == 0
        assert written == []


def test_no_more_is_looked_at_than_can_have_been_under_way(
    make_area: Callable[..., Area], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tenant_with_labels(tmp_path, make_area(TREE), "structure: {columns: [original path]}\n") as moving:
        moving.ready_to_send()
        with monkeypatch.context() as patched:
            patched.setattr("filrydd.stages.upload.filling.fill", _killed)
            with pytest.raises(_Killed):
                moving.act(upload.apply)
        looked: list[str] = []
        real = GraphTenant.fields

        async def fields(self: GraphTenant, drive: str, id: str) -> object:
            looked.append(id)
            return await real(self, drive, id)

        monkeypatch.setattr(GraphTenant, "fields", fields)
        monkeypatch.setattr("filrydd.stages.upload.filling.UNDER_WAY", 2)
        assert moving.act(upload.apply).unfilled == 0
        assert len(looked) == 2
        assert {len(moving.versions(path.rpartition("/")[2])) for path in moving.files()} == {3}


class _Killed(Exception):
    """Stands for the end of the process."""


def _killed(*_facts: object, **_more: object) -> NoReturn:
    raise _Killed

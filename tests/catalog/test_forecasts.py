"""What lies before an upload, counted in the catalog as one would count it file by file; and runs compared with it."""

from collections.abc import Callable

import pytest

from filrydd.catalog import forecasts, queue
from filrydd.catalog.connection import Catalog
from filrydd.catalog.forecasts import Actual, Expected, ToSend
from filrydd.model.times import from_datetime
from filrydd.stages import classify, propose, scan
from filrydd.stages.work import system_clock
from tests.areas import POLICY, Area
from tests.stages.test_shared_items import STRUCTURE, TREE, dated

FRAGMENT = 10


@pytest.fixture
def catalog(make_area: Callable[..., Area]) -> Catalog:
    area = make_area({**TREE, "Tom": {"tom.txt": "", "ti.txt": "0123456789", "elleve.txt": "0123456789a"}})
    dated(area)
    area.policy(POLICY + STRUCTURE)
    work = area.work()
    scan.run(work, str(area.top))
    classify.run(work)
    scan.run(work, str(area.top), scan.Wishes(copies=True))
    classify.run(work)
    propose.run(work)
    area.sign()
    catalog = area.catalog()
    queue.queue_up(catalog, from_datetime(system_clock()))
    return catalog


def test_the_queue_is_counted_as_one_counts_it_file_by_file(catalog: Catalog) -> None:
    with catalog:
        found = forecasts.to_send(catalog, FRAGMENT, columns=True)
        queued = list(
            catalog.rows(
                "SELECT f.size, c.role, c.of FROM temp.queue q JOIN file f ON f.id = q.file JOIN placement c ON c.file = f.id"
            )
        )
        folders = catalog.value("SELECT COUNT(*) FROM target WHERE present AND parent IS NOT NULL")
    sent = [row for row in queued if row["role"] != "copy"]
    versions = [row for row in sent if row["role"] == "version"]
    assert found == ToSend(
        files=len(sent),
        bytes=sum(row["size"] for row in sent),
        fragments=sum(-(-row["size"] // FRAGMENT) for row in sent),
        empty=1,
        versions=2,
        chains=1,
        copies=1,
        copy_bytes=len("what was said in the meeting"),
        folders=folders,
        filled=len(sent) - 2,
    )
    assert len(versions) == 2
    assert found.files == 7 and found.folders > 0


def test_folders_that_are_made_cost_no_more_and_restricted_ones_cost_their_invitations(catalog: Catalog) -> None:
    with catalog:
        before = forecasts.to_send(catalog, FRAGMENT, columns=False)
        target = catalog.value("SELECT id FROM target WHERE present AND parent IS NOT NULL")
        with catalog.writing():
            scope = catalog.run("INSERT INTO scope (digest) VALUES ('abc')")
            for principal, role in ((1, "read"), (2, "write"), (3, "write")):
                catalog.run("INSERT INTO scope_grant VALUES (?, ?, ?, ?)", (scope, principal, role, f"id-{principal}"))
            catalog.run("UPDATE target SET scope = ? WHERE id = ?", (scope, target))
        restricted = forecasts.to_send(catalog, FRAGMENT, columns=False)
        with catalog.writing():
            catalog.run("INSERT INTO made_folder (target, item, path, access) VALUES (?, 'x', 'x', 'abc')", (target,))
        made = forecasts.to_send(catalog, FRAGMENT, columns=False)
    assert (before.restricted, before.invitations, before.filled) == (0, 0, 0)
    assert (restricted.folders, restricted.restricted, restricted.invitations) == (before.folders, 1, 2)
    assert (made.folders, made.restricted, made.invitations) == (before.folders - 1, 0, 0)


def test_a_forecast_is_kept_beside_what_the_run_came_to(catalog: Catalog) -> None:
    expected = Expected("0-1000", "17:00-07:00", "units a minute", 7, 100, 14, 28, 60)
    endless = Expected("0-1000", "", "units a day", 7, 100, 14, 28, None)
    actual = Actual(6, 90, 1, 15, 30, 2, 40, 75, 70)
    with catalog:
        forecasts.keep_expected(catalog, 1, expected)
        forecasts.keep_expected(catalog, 2, endless)
        forecasts.keep_actual(catalog, 1, actual)
        # The second run was interrupted.
        assert list(forecasts.compared(catalog)) == [(1, expected, actual), (2, endless, None)]


def test_earlier_runs_tell_of_the_line_and_of_the_answers(catalog: Catalog) -> None:
    def after(files: int, size: int, working: int) -> tuple[float | None, float | None]:
        forecasts.keep_actual(catalog, 1, Actual(files, size, 0, 2 * files, 4 * files, 0, 0, 2 * working, working))
        return forecasts.measured(catalog)

    with catalog:
        # Large files tell of the line, small ones of the answers, what lies between of neither; a short run tells nothing.
        assert after(100, 100 * 10_000_000, 1_000) == (1_000_000.0, None)
        assert after(100_000, 100_000 * 10_000, 1_000) == (None, 200.0)
        assert after(100, 100 * 3_000_000, 1_000) == (None, None)
        assert after(100_000, 100_000 * 10_000, 200) == (None, None)
        assert after(0, 0, 1_000) == (None, None)
        forecasts.keep_actual(catalog, 2, Actual(100_000, 10, 0, 500_000, 0, 0, 0, 1_000, 1_000))
        assert after(100_000, 10, 1_000) == (None, 500.0)

"""Owners of files are asked once, and only within the hours."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from filrydd.catalog.people import principals
from filrydd.model.hours import Hours
from filrydd.stages import scan
from filrydd.stages.scan import owners as stage
from filrydd.stages.scan.walking import Load
from tests.areas import Area


def test_every_files_owner_is_asked_once(make_area: Callable[..., Area]) -> None:
    area = make_area({f"F{n}": {"x.txt": "1"} for n in range(4)})
    first = scan.run(area.work(), str(area.top), scan.Wishes(owners=True)).owners
    assert first is not None
    assert (first.files, first.untold) == (4, {})
    (area.top / "F1" / "new.txt").write_text("1")
    second = scan.run(area.work(), wishes=scan.Wishes(owners=True)).owners
    assert second is not None
    assert second.files == 1
    with area.catalog() as catalog:
        (owner,) = principals.owners(catalog)
        assert (owner.sid, owner.files) == (f"S-1-22-1-{(area.top / 'F1').stat().st_uid}", 5)


def test_outside_the_hours_asking_stops_and_goes_on_later(
    make_area: Callable[..., Area], monkeypatch: pytest.MonkeyPatch
) -> None:
    area = make_area({f"F{n}": {"x.txt": "1"} for n in range(5)})
    area.scan()
    monkeypatch.setattr(stage, "_BATCH", 2)
    now = [datetime(2026, 3, 2, 6, 0)]
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds / 3600)
        now[0] += timedelta(seconds=seconds)

    keep = stage.owners.keep_owners

    def an_hour_later(*given: object) -> None:
        keep(*given)  # type: ignore[arg-type]
        now[0] += timedelta(hours=1)

    monkeypatch.setattr(stage.owners, "keep_owners", an_hour_later)
    load = Load(hours=Hours.parse("17:00-07:00"), clock=lambda: now[0], sleep=sleep)
    from filrydd.sources import open_source

    with area.catalog() as catalog:
        source = open_source(str(area.top))
        asked = stage.ask(area.work(), catalog, source, load)
        source.close()
        assert (asked.files, slept) == (5, [10.0])
        assert catalog.value("SELECT COUNT(*) FROM file WHERE owner IS NULL") == 0

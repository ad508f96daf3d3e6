"""Where files went is answered after the whole journey, when nothing is left of them in the old area."""

from collections.abc import Callable
from pathlib import Path

from filrydd.stages import backup, retire, scan, seal, search, verify
from filrydd.stages.search import Found, State, Viewer, What
from filrydd.stages.search.telling import sentence
from tests.areas import Area
from tests.stages.moving import Moving
from tests.tenants import Visitor


def look(area: Area, text: str) -> Found:
    work = area.work()
    department = work.department()
    viewer = Viewer(True, lambda _name: True, "", search.viewer_parts(department, work.area))
    return search.find(work, department, viewer, search.understood(text), 5)


def test_a_file_that_is_gone_answers_with_its_new_address_and_all_that_happened(
    make_area: Callable[..., Area], tenant: Visitor, tmp_path: Path
) -> None:
    area = make_area({"Bilag": {"2026": {"avtale å.txt": b"content"}}, "Thumbs.db": b"junk"})
    moving = Moving(area, tenant, tmp_path / "backup")
    moving.until_uploaded()
    moving.act(verify.run)
    area.accept()
    backup.run(area.work(), tmp_path / "backup", same_machine=True)
    moving.act(seal.apply)
    moving.act(retire.apply)
    scan.run(area.work(), str(area.top))
    assert not (area.top / "Bilag" / "2026").exists()

    (found,) = look(area, "bilag\\2026\\AVTALE Å.txt").files
    assert found.state is State.MOVED and found.of.gone and found.part == "bilag" and found.opens
    assert look(area, found.of.known.url).files == (found,)
    (junk,) = look(area, "Thumbs.db").files
    assert junk.state is State.DESTROYED

    everything = Viewer(True, lambda _name: True, "")
    told = search.told(area.work(), everything, "", found.of.id)
    assert told is None
    viewer = Viewer(True, lambda _name: True, "", search.viewer_parts(area.work().department(), "felles"))
    told = search.told(area.work(), viewer, "bilag", found.of.id)
    assert told is not None
    happened = [event.what for event in told.events]
    assert {What.SEEN_FIRST, What.SIGNED, What.SENT, What.COMPARED, What.SEALED, What.DELETED} <= set(happened)
    assert (
        happened.index(What.DELETED)
        < happened.index(What.SEALED)
        < happened.index(What.SENT)
        < happened.index(What.SIGNED)
    )
    (deleted,) = [event for event in told.events if event.what is What.DELETED]
    assert "since the copy in SharePoint had been compared in full" in sentence(deleted)
    gone = search.told(area.work(), viewer, "felles", junk.of.id)
    assert gone is not None
    assert "It was deleted for good, as signed. Legal basis: arkivlova § 13" in [
        sentence(event) for event in gone.events
    ]

"""An area that goes to several places: its own library, one of another site, and a channel of a team."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from filrydd.errors import NotApproved
from filrydd.stages import backup, look, propose, retire, seal, upload, verify, where
from tests.areas import POLICY, Area
from tests.stages.moving import Moving
from tests.targets.place import TEAMS
from tests.tenants import Visitor, tenant_process

STRUCTURE = """
structure:
  libraries:
    - {library: Møter, site: "https://contoso.sharepoint.com/sites/SITE-felles", folder: Referater, paths: ["**/Møter"]}
    - {team: Plan og bygg, channel: CHANNEL, paths: ["**/Byggesak"]}
  columns: [original path]
"""
TREE = {
    "Bilag": {},
    "Notat": {"a.txt": "alpha"},
    "Møter": {"2025": {"referat.txt": "what was said"}, "innkalling.txt": "come"},
    "Byggesak": {"tegning.txt": "a house", "Vedlegg": {"kart.txt": "a map"}},
}


@pytest.fixture(scope="module")
def teams(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    folder = tmp_path_factory.mktemp("tenant")
    (folder / "teams.csv").write_text(TEAMS, encoding="utf-8")
    with tenant_process(folder, "--session-seconds", "2") as graph:
        yield Visitor(graph)


def going(make_area: Callable[..., Area], teams: Visitor, tmp_path: Path, channel: str) -> Moving:
    area = make_area(TREE)
    for path in area.top.rglob("*"):
        then = datetime(2025, 5, 5, tzinfo=UTC).timestamp()
        os.utime(path, (then, then))
    moving = Moving(area, teams, tmp_path / "backup")
    structure = STRUCTURE.replace("SITE", moving.site).replace("CHANNEL", channel)
    moving.set_policy(POLICY + structure)
    return moving


@pytest.mark.parametrize("channel", ["Byggesak", "Ledelse"])
def test_everything_lies_where_it_was_sent_is_compared_and_found_again(
    channel: str, make_area: Callable[..., Area], teams: Visitor, tmp_path: Path
) -> None:
    moving = going(make_area, teams, tmp_path, channel)
    moving.scan()
    done = moving.propose()
    assert (done.libraries, done.placements, done.problems) == (3, 5, ())
    moving.area.sign()
    sent = moving.act(upload.apply)
    assert (sent.uploaded, sent.failed) == (5, 0), sent.failures
    assert set(moving.files()) == {"Felles/Notat/a.txt"}
    meetings = teams.files(teams.drive(f"{moving.site}-felles", "Møter"))
    assert {path for path in meetings if not path.startswith("_")} == {
        "Referater/referat.txt",
        "Referater/innkalling.txt",
    }
    found = {
        path: where.find(moving.area.workspace, path).found[0].url
        for path in ("Byggesak/Vedlegg/kart.txt", "Notat/a.txt")
    }
    assert found["Byggesak/Vedlegg/kart.txt"].endswith("/Vedlegg/kart.txt")
    assert ("/Byggesak/" in found["Byggesak/Vedlegg/kart.txt"]) == (channel == "Byggesak")
    checked = moving.act(verify.run)
    assert (checked.checked, checked.ok, checked.findings) == (5, 5, {})
    moving.area.accept()
    backup.run(moving.area.work(), moving.backups, same_machine=True)
    moving.act(seal.apply)
    assert moving.act(retire.apply).deleted == 5


def test_a_channel_without_files_is_a_problem_until_somebody_has_opened_it(
    make_area: Callable[..., Area], teams: Visitor, tmp_path: Path
) -> None:
    moving = going(make_area, teams, tmp_path, "Ny")
    moving.scan()
    moving.propose()
    (problem,) = moving.act(look.check).problems
    assert "has no folder for files yet" in problem.detail
    with pytest.raises(NotApproved):
        moving.area.sign()
    assert "The tenant has no such site." in propose.run(moving.area.work()).problems[0]
    moving.set_policy(POLICY + STRUCTURE.replace("SITE", moving.site).replace("CHANNEL", "Byggesak"))
    moving.propose()
    assert moving.act(look.check).problems == ()
    assert moving.propose().problems == ()
    moving.area.sign()

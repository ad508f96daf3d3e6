"""What verification missed or found different is sent again, by whoever asks for it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from filrydd.stages import upload, verify
from filrydd.stages.upload import Wishes
from tests.areas import POLICY, Area
from tests.rehearsal.bad_day import bad_day
from tests.stages.moving import Moving
from tests.targets.place import PEOPLE
from tests.tenants import Visitor

FAULTS = """
faults:
  - {fault: corrupted_item, path: "**/skadet*", nth: [1], seconds: 0}
  - {fault: lost_item, path: "**/borte*", nth: [1], seconds: 0}
  - {fault: lost_item, path: "**/tapt*", nth: [2], seconds: 0}
  - {fault: lost_item, path: "**/straks*", nth: [1], seconds: 0}
"""
TREE = {
    "Bilag": {"hel.txt": "whole"},
    "Notat": {
        "skadet.txt": "this one arrives and is then another",
        "borte.txt": "this one is not there afterwards",
        "straks_v1.txt": "the first of two",
        "straks_v2.txt": "the second of two",
        "tapt_v1.txt": "a plan",
        "tapt_v2.txt": "a better plan",
        "kopi.txt": "the same in two places, and long enough to be one",
    },
    "Kopier": {"kopi.txt": "the same in two places, and long enough to be one"},
}


@pytest.fixture
def moving(make_area: Callable[..., Area], tmp_path: Path) -> Iterator[Moving]:
    (tmp_path / "tenant").mkdir()
    (tmp_path / "tenant" / "people.csv").write_text(PEOPLE, encoding="utf-8")
    with bad_day(tmp_path, FAULTS, busy_items=0) as day:
        one = Moving(make_area(TREE), Visitor(day.ready.graph), tmp_path / "backup")
        one.set_policy(POLICY + "structure:\n  versions: {as history: yes, kept: 100}\n")
        one.scan(copies=True)
        one.propose()
        one.area.sign()
        yield one


def test_what_was_lost_or_changed_in_the_tenant_is_found_and_can_be_sent_again(moving: Moving) -> None:
    sent = moving.act(upload.apply)
    assert sent.failed == 0, sent.failures
    found = moving.act(verify.run)
    kinds = {finding.path: finding.kind for finding in found.details}
    assert kinds["Notat/skadet.txt"] == "mismatch"
    assert kinds["Notat/borte.txt"] == kinds["Notat/tapt_v1.txt"] == kinds["Notat/tapt_v2.txt"] == "missing"
    # A history whose beginning is lost before the file itself has arrived is begun anew at once.
    assert moving.versions("straks_v2.txt") == [b"the second of two", b"the first of two"]
    assert "Bilag/hel.txt" not in kinds

    idle = moving.act(upload.apply)
    assert (idle.uploaded, idle.failed) == (0, 0), "nothing is sent over what somebody may have done on purpose"
    assert upload.plan(moving.area.work(), mend=True).files == len(kinds)

    mended = moving.act(lambda work, tenant: upload.apply(work, tenant, wishes=Wishes(mend=True)))
    assert mended.failed == 0, mended.failures
    assert moving.act(verify.run).findings == {}
    assert moving.versions("skadet.txt")[0] == b"this one arrives and is then another"
    assert moving.versions("tapt_v2.txt") == [b"a better plan", b"a plan"]
    again = moving.act(lambda work, tenant: upload.apply(work, tenant, wishes=Wishes(mend=True)))
    assert again.uploaded == 0, "what is mended is not sent once more"

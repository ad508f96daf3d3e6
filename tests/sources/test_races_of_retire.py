"""Names and folders that are swapped all the time while files are deleted and set aside: a short run of the campaign in
`tests/torture/retire_races.py`."""

import errno
import os
from pathlib import Path

import pytest

from filrydd.sources.address import LocalAddress
from filrydd.sources.local.posix import PosixSource
from tests.sources.conftest import Share
from tests.torture.retire_races import Place, exchange, race

SECONDS = 1.5
pytestmark = pytest.mark.skipif(os.name == "nt", reason="a POSIX system is needed")


@pytest.fixture(autouse=True)
def exchanging(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).touch()
    try:
        exchange(tmp_path / "a", tmp_path / "b")
    except (OSError, AttributeError) as error:
        if getattr(error, "errno", errno.ENOSYS) not in (errno.ENOSYS, errno.EINVAL):
            raise
        pytest.skip("this system cannot exchange two names in one step")


def test_nothing_unproved_and_nothing_outside_is_touched_in_a_local_folder(tmp_path: Path) -> None:
    place = Place(tmp_path / "area", tmp_path / "outside")
    place.lay_out()
    with PosixSource(LocalAddress(str(place.top))) as source:
        swaps, tries, _gone = race(place, source, SECONDS, 1)
    assert swaps > 20
    assert tries > 20


@pytest.mark.samba
def test_nothing_unproved_and_nothing_outside_is_touched_on_a_share(share: Share, tmp_path: Path) -> None:
    place = Place(share.top, tmp_path / "outside")
    place.lay_out()
    with share.source("root") as source:
        swaps, tries, _gone = race(place, source, SECONDS, 1)
    assert swaps > 20
    assert tries > 5

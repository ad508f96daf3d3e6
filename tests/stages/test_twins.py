"""The same share scanned under two names is noticed."""

from pathlib import Path

import pytest

from filrydd.catalog import figures
from filrydd.stages import scan
from filrydd.stages.work import Silent, Work
from tests.areas import new_area
from tests.samba import Samba

pytestmark = pytest.mark.samba


class Heard(Silent):
    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, sentence: str) -> None:
        self.said.append(sentence)


def test_a_folder_scanned_under_two_names_of_its_server_is_told(
    samba: Samba, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FILRYDD_SMB_USER", "daemon")
    monkeypatch.setenv("FILRYDD_SMB_PASSWORD", samba.users["daemon"])
    shares = samba.folder.parent / "shares" / "felles"
    for name in ("tvilling", "en annen"):
        (shares / name).mkdir()
        (shares / name).chmod(0o777)
        (shares / name / "a.txt").write_text("1")
        (shares / name / "a.txt").chmod(0o666)
    workspace = new_area(tmp_path).workspace

    def scanned(area: str, address: str) -> list[str]:
        heard = Heard()
        work = Work(workspace, area, "tester", progress=heard)
        assert scan.run(work, address).files == 1
        with work.catalog() as catalog:
            assert figures.identity_of(catalog)
        return [sentence for sentence in heard.said if "two names" in sentence]

    assert scanned("felles", samba.url("felles", "tvilling")) == []
    assert scanned("annen", samba.url("felles", "en annen")) == []
    (told,) = scanned("igjen", samba.url("felles", "tvilling").replace("127.0.0.1", "localhost"))
    assert "igjen and felles" in told

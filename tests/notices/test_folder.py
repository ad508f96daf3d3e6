"""Messages as files in a folder."""

from email import message_from_bytes
from email.policy import default
from pathlib import Path

from filrydd.notices.message import compose
from filrydd.notices.post import FolderPost
from tests.notices.people import NOW, SENDER, about, letter


def test_each_message_is_a_file_that_outlook_opens_as_a_draft(tmp_path: Path) -> None:
    with FolderPost(tmp_path / "new" / "out") as post:
        assert post.deliver(compose(about(), letter(), SENDER, NOW), "2026-11-30-felles-abc") == ""
    (file,) = (tmp_path / "new" / "out").iterdir()
    assert file.name == "2026-11-30-felles-abc.eml"
    message = message_from_bytes(file.read_bytes(), policy=default)
    assert message["X-Unsent"] == "1"
    assert message["To"] == "Kari Nordmann <kari@example.no>"
    assert b"\n" not in file.read_bytes().replace(b"\r\n", b"")


def test_the_same_message_again_is_the_same_file(tmp_path: Path) -> None:
    with FolderPost(tmp_path) as post:
        for _time in range(2):
            post.deliver(compose(about(), letter(), SENDER, NOW), "one")
    assert len(list(tmp_path.iterdir())) == 1

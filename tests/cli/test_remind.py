"""remind as a person, or a timer, types it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from filrydd.cli import session
from filrydd.stages.work import Work
from tests.areas import Area
from tests.commands import Said, filrydd
from tests.notices.mail import Mailbox, mail_server
from tests.stages.test_remind import KARI, MONDAY, OLA, TREE, WITH_ADDRESSES


@pytest.fixture
def area(make_area: Callable[..., Area]) -> Area:
    made = make_area(TREE)
    made.policy(WITH_ADDRESSES)
    made.until_proposed()
    return made


@pytest.fixture
def say(area: Area, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Said]:
    """`remind` on a working day a week after the proposal; `on` is another day."""
    for name in ("HOST", "PORT", "USER", "PASSWORD", "FROM", "SECURITY"):
        monkeypatch.delenv(f"FILRYDD_SMTP_{name}", raising=False)
    monkeypatch.delenv("FILRYDD_ADDRESS", raising=False)

    def said(*words: str, on: date = MONDAY) -> Said:
        def clock() -> datetime:
            return datetime(on.year, on.month, on.day, 7, tzinfo=UTC)

        monkeypatch.setattr(session, "work_on", lambda workspace, name: Work(workspace, name, "tester", clock))
        return filrydd("remind", *words, workspace=area.workspace)

    return said


def with_deadline(area: Area, deadline: date) -> None:
    area.policy(f"{WITH_ADDRESSES}review: {{deadline: {deadline.isoformat()}}}\n")


def test_without_execute_it_says_who_would_be_told_and_writes_nothing(
    area: Area, say: Callable[..., Said], tmp_path: Path
) -> None:
    area.sign("bilag")
    said = say("felles", "--to", str(tmp_path / "out"))
    assert said.code == 0
    assert "Would be told: Kari Nordmann (felles: contact, every week)" in said.err
    assert "Not told: Ola Lunde (contact, bilag): signed, and nothing has changed since" in said.err
    assert "Nothing was sent. To do it: filrydd remind felles --to FOLDER --execute" in said.err
    assert not (tmp_path / "out").exists()
    told = say("felles", "--json").json
    assert (told["area"], told["day"], told["deadline"], told["told"]) == ("felles", MONDAY.isoformat(), None, [])
    assert [one["email"] for one in told["due"]] == [KARI]
    assert told["not_told"] == [{"name": "Ola Lunde", "part": "bilag", "role": "contact", "why": "signed", "on": None}]


def test_with_execute_the_messages_are_files_and_a_second_run_writes_none(
    say: Callable[..., Said], tmp_path: Path
) -> None:
    words = ["felles", "--to", str(tmp_path / "out"), "--address", "https://filrydd.example.no", "--execute"]
    said = say(*words)
    assert said.code == 0
    assert "Told: Ola Lunde (bilag: contact, every week)" in said.err
    files = sorted((tmp_path / "out").iterdir())
    assert len(files) == 2 and all(file.name.startswith(f"{MONDAY.isoformat()}-felles-") for file in files)
    for file in files:
        message = message_from_bytes(file.read_bytes(), policy=default)
        assert message["From"] == "Berit Bakken <berit@example.no>"
        text = message.get_body(("plain",))  # type: ignore[attr-defined]
        assert "https://filrydd.example.no" in text.get_content().splitlines()
    again = say(*words)
    assert (again.code, again.err.count("has had a message today")) == (0, 2)
    assert len(list((tmp_path / "out").iterdir())) == 2


def test_messages_go_to_the_mail_server_that_the_environment_names(
    say: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    mailbox = Mailbox(refusing={OLA: "550 no such user"})
    with mail_server(mailbox) as port:
        for name, value in (("HOST", "localhost"), ("PORT", str(port)), ("SECURITY", "none")):
            monkeypatch.setenv(f"FILRYDD_SMTP_{name}", value)
        assert "whom the messages come from" in say("felles", "--execute").err
        monkeypatch.setenv("FILRYDD_SMTP_FROM", "Filrydd <filrydd@example.no>")
        said = say("felles", "--execute", "--json")
    assert said.code == 3
    assert "Could not be told: Ola Lunde (bilag: contact, every week): 550 no such user." in said.err
    assert [one["email"] for one in said.json["told"]] == [KARI]
    assert [(one["email"], one["why"]) for one in said.json["failed"]] == [(OLA, "550 no such user")]
    assert [one.rcpt_tos for one in mailbox.taken] == [[KARI]]


def test_a_run_with_nobody_to_tell_asks_no_mail_server(
    say: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FILRYDD_SMTP_HOST", "no-such-host.invalid")
    monkeypatch.setenv("FILRYDD_SMTP_FROM", "filrydd@example.no")
    saturday = say("felles", "--execute", on=MONDAY + timedelta(days=5))
    assert saturday.code == 0
    assert "Nobody is told today: weekend." in saturday.err
    monday = say("felles", "--execute")
    assert monday.code == 1
    assert "The mail server no-such-host.invalid does not answer on port 587" in monday.err


def test_a_deadline_in_the_past_is_said_plainly(area: Area, say: Callable[..., Said], tmp_path: Path) -> None:
    with_deadline(area, date(2020, 1, 31))
    said = say("felles", "--to", str(tmp_path), "--execute")
    assert said.code == 3
    assert "The deadline was over before anything was proposed." in said.err
    assert list(tmp_path.glob("*.eml")) == []
    with_deadline(area, MONDAY - timedelta(days=1))
    passed = say("felles")
    assert passed.code == 3
    assert "The deadline is over, and not everything is signed." in passed.err
    assert "Would be told: Kari Nordmann (felles: contact, the deadline is over)" in passed.err


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["felles", "--execute"], 2, "Nobody has said where the messages go."),
        (["felles", "--address", "javascript:x"], 2, "is not the address of a page"),
        (["felles", "--language", "se"], 2, "se"),
        (["ukjent"], 1, "has not been scanned"),
        ([], 2, "Name one or more areas"),
    ],
)
def test_bad_input_is_answered_in_a_sentence(say: Callable[..., Said], words: list[str], code: int, told: str) -> None:
    said = say(*words)
    assert said.code == code
    assert told in said.err
    assert "Traceback" not in said.err


def test_an_area_that_cannot_be_read_keeps_no_other_from_being_told(
    area: Area, say: Callable[..., Said], tmp_path: Path
) -> None:
    said = say("ukjent", "felles", "--to", str(tmp_path / "out"), "--execute", "--json")
    assert said.code == 1
    assert "ukjent: The area ukjent has not been scanned." in said.err
    assert [one.get("error") for one in said.json["areas"]] == ["NoSuchArea", None]
    assert len(list((tmp_path / "out").iterdir())) == 2


def test_before_a_proposal_it_says_so(area: Area, say: Callable[..., Said], tmp_path: Path) -> None:
    with area.catalog() as catalog, catalog.writing():
        catalog.run("DELETE FROM run WHERE stage = 'propose'")
    said = say("felles", "--json")
    assert (said.code, said.json["proposed"]) == (0, None)
    assert "nothing is proposed yet, so nobody is asked." in said.err

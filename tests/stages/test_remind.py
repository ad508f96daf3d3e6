"""Telling people that a part waits for them: what is remembered of it, and what a crash leaves."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from filrydd.catalog import reminders
from filrydd.catalog.portions import reading
from filrydd.catalog.signoffs import OPENID, Signature
from filrydd.errors import BadUsage, Busy, NoticeGone
from filrydd.model.by import By
from filrydd.model.reviewed import Answer
from filrydd.notices.due import As, Why
from filrydd.notices.message import Sender
from filrydd.notices.post import FolderPost
from filrydd.notices.smtp import Server, SmtpPost
from filrydd.notices.state import Kind, Progress
from filrydd.stages import classify, portions, propose, remind, review
from filrydd.stages.work import Work
from tests.areas import POLICY, Area
from tests.notices.mail import Mailbox, mail_server

TREE = {"Bilag": {"a.docx": "a"}, "Notat": {"c.txt": "ccc"}}
KARI, OLA, BERIT = "kari@example.no", "ola@example.no", "berit@example.no"
WITH_ADDRESSES = (
    POLICY.replace("{name: Berit Bakken}", f"{{name: Berit Bakken, email: {BERIT}}}", 1)
    .replace("contacts: [{name: Kari Nordmann}]", f"contacts: [{{name: Kari Nordmann, email: {KARI}}}]")
    .replace("contact: {name: Ola Lunde}", f"contact: {{name: Ola Lunde, email: {OLA}}}")
)
WISHES = remind.Wishes("en", "https://filrydd.example.no", Sender("filrydd", "filrydd@example.no"))


def next_monday() -> date:
    """A Monday at least a week after today, which is when the tests' areas are proposed."""
    today = datetime.now(UTC).date() + timedelta(days=7)
    monday = today + timedelta(days=-today.weekday() % 7)
    from filrydd.notices.workdays import is_workday

    while not is_workday(monday):
        monday += timedelta(days=7)
    return monday


MONDAY = next_monday()


@pytest.fixture
def area(make_area: Callable[..., Area]) -> Area:
    made = make_area(TREE)
    made.policy(WITH_ADDRESSES)
    made.until_proposed()
    return made


def on(area: Area, day: date, hour: int = 7) -> Work:
    return area.work(lambda: datetime(day.year, day.month, day.day, hour, tzinfo=UTC))


def run(area: Area, folder: Path, day: date = MONDAY) -> remind.Reminded:
    with FolderPost(folder) as post:
        return remind.apply(on(area, day), WISHES, post)


def written(folder: Path) -> list[EmailMessage]:
    found = [message_from_bytes(path.read_bytes(), policy=default) for path in sorted(folder.glob("*.eml"))]
    assert all(isinstance(one, EmailMessage) for one in found)
    return found  # type: ignore[return-value]


def stored(area: Area) -> list[tuple[str, str, str, bool, str]]:
    with area.catalog() as catalog:
        return [(one.part, one.email, one.kind, one.sent is not None, one.failed) for one in reminders.history(catalog)]


def until(area: Area, deadline: date) -> None:
    area.policy(f"{WITH_ADDRESSES}review: {{deadline: {deadline.isoformat()}}}\n")


@contextmanager
def post_to(mailbox: Mailbox) -> Iterator[SmtpPost]:
    with mail_server(mailbox) as port, SmtpPost(Server("localhost", port, "none")) as post:
        yield post


def test_each_contact_is_told_of_their_part_once_a_week(area: Area, tmp_path: Path) -> None:
    done = run(area, tmp_path / "out")
    assert [letter.address for letter in done.sent] == [OLA, KARI]
    assert [str(one["To"]) for one in written(tmp_path / "out")] and len(written(tmp_path / "out")) == 2
    assert stored(area) == [("bilag", OLA, "weekly", True, ""), ("felles", KARI, "weekly", True, "")]
    again = run(area, tmp_path / "again")
    assert again.sent == ()
    assert {(left.person.email, left.why) for left in again.plan.left} == {(OLA, Why.TODAY), (KARI, Why.TODAY)}
    assert run(area, tmp_path / "again", MONDAY + timedelta(days=1)).sent == ()
    assert not list((tmp_path / "again").iterdir())


def test_a_plan_writes_nothing(area: Area) -> None:
    assert len(remind.plan(on(area, MONDAY)).letters) == 2
    assert stored(area) == []


def test_a_part_that_is_signed_tells_nobody_until_something_changes(area: Area) -> None:
    area.sign("bilag")
    plan = remind.plan(on(area, MONDAY))
    assert [letter.address for letter in plan.letters] == [KARI]
    assert [(left.person.email, left.why) for left in plan.left] == [(OLA, Why.SIGNED)]
    (area.top / "Bilag" / "new.docx").write_text("new")
    area.scan()
    classify.run(area.work())
    propose.run(area.work())
    again = remind.plan(on(area, MONDAY))
    assert [letter.address for letter in again.letters] == [OLA, KARI]
    assert again.letters[0].dues[0].standing.changed


def test_the_manager_is_asked_once_only_their_signature_is_missing(make_area: Callable[..., Area]) -> None:
    area = make_area({"Bilag": {"gammel.pdf": "1", "ny.docx": "1"}})
    then = datetime(2010, 5, 5, tzinfo=UTC).timestamp()
    os.utime(area.top / "Bilag" / "gammel.pdf", (then, then))
    area.policy(WITH_ADDRESSES.replace("one person", "two people"))
    area.until_proposed()
    how = f"{OPENID}, https://login.example"
    contact = Signature("Ola Lunde", "contact", how, destroys=True, who="https://login.example|t1|ola")
    (signed,) = review.sign(area.work(), contact, ["bilag"])
    plan = remind.plan(on(area, MONDAY))
    assert [(one.address, one.dues[0].role) for one in plan.letters] == [(BERIT, As.SECOND)]
    manager = Signature("Berit Bakken", "manager", how, who="https://login.example|t1|berit", as_manager=True)
    review.cosign(area.work(), manager, "bilag", signed.digest, 1)
    assert remind.plan(on(area, MONDAY)).letters == ()


def test_a_part_with_nothing_to_ask_tells_nobody(make_area: Callable[..., Area]) -> None:
    area = make_area({"Hjem": {"a.txt": "a"}, "Bilag": {"b.docx": "b"}})
    area.policy(WITH_ADDRESSES)
    area.until_proposed()
    plan = remind.plan(on(area, MONDAY))
    assert [letter.address for letter in plan.letters] == [OLA]
    assert [(left.person.email, left.why) for left in plan.left] == [(KARI, Why.NOBODY)]


def test_a_run_at_midnight_in_norway_is_on_the_day_that_begins(area: Area) -> None:
    # 23:00 UTC is after midnight there all year.
    friday = MONDAY - timedelta(days=3)
    late = [remind.plan(on(area, friday + timedelta(days=days), 23)).day for days in (0, 2)]
    assert late == [friday + timedelta(days=1), MONDAY]
    assert {left.why for left in remind.plan(on(area, friday, 23)).left} == {Why.FREE}


def test_an_area_that_is_sealed_asks_nobody(area: Area) -> None:
    with area.catalog() as catalog, catalog.writing():
        catalog.run("INSERT INTO seal (state, begun, sealed) VALUES ('sealed', 1, 2)")
    plan = remind.plan(on(area, MONDAY))
    assert (plan.closed, plan.letters, {one.why for one in plan.left}) == (True, (), {Why.OVER})
    assert not plan.needs_a_person


def test_before_a_proposal_nobody_is_asked(make_area: Callable[..., Area]) -> None:
    area = make_area(TREE)
    area.scan()
    plan = remind.plan(on(area, MONDAY))
    assert (plan.proposed, plan.letters, plan.left) == (None, (), ())


def test_the_deadline_is_told_before_and_after(area: Area, tmp_path: Path) -> None:
    friday = MONDAY + timedelta(days=4)
    until(area, friday)
    plan = remind.plan(on(area, MONDAY + timedelta(days=1)))
    assert {due.kind for letter in plan.letters for due in letter.dues} == {Kind.BEFORE}
    run(area, tmp_path / "before", MONDAY + timedelta(days=1))
    after = run(area, tmp_path / "after", friday + timedelta(days=3))
    told = {(letter.address, due.role, due.kind) for letter in after.sent for due in letter.dues}
    assert told == {(OLA, As.CONTACT, Kind.PASSED), (KARI, As.CONTACT, Kind.PASSED), (BERIT, As.MANAGER, Kind.PASSED)}
    # The manager of both parts has one message about both.
    assert [len(letter.dues) for letter in after.sent if letter.address == BERIT] == [2]
    assert after.plan.is_over
    assert after.plan.needs_a_person
    assert remind.plan(on(area, friday + timedelta(days=4))).letters == ()


def test_a_deadline_before_the_proposal_tells_nobody_and_needs_a_person(area: Area) -> None:
    until(area, date(2020, 1, 31))
    plan = remind.plan(on(area, MONDAY))
    assert plan.letters == ()
    assert {left.why for left in plan.left} == {Why.TOO_EARLY}
    assert plan.needs_a_person


def test_one_that_is_refused_is_tried_again_the_next_day_and_the_others_are_told(area: Area) -> None:
    mailbox = Mailbox(refusing={OLA: "550 no such user"})
    with post_to(mailbox) as post:
        done = remind.apply(on(area, MONDAY), WISHES, post)
        assert [letter.address for letter in done.sent] == [KARI]
        assert [(letter.address, why) for letter, why in done.failed] == [(OLA, "550 no such user")]
        assert remind.apply(on(area, MONDAY, 12), WISHES, post).sent == ()
        mailbox.refusing.clear()
        tuesday = remind.apply(on(area, MONDAY + timedelta(days=1)), WISHES, post)
    assert [letter.address for letter in tuesday.sent] == [OLA]
    assert [(one[1], one[3], one[4]) for one in stored(area)] == [
        (OLA, False, "550 no such user"),
        (KARI, True, ""),
        (OLA, True, ""),
    ]


def test_a_line_that_breaks_leaves_the_message_undetermined_and_a_later_run_sends_it_under_the_same_id(
    area: Area,
) -> None:
    mailbox = Mailbox(hang_up=True)
    with post_to(mailbox) as post, pytest.raises(NoticeGone) as caught:
        remind.apply(on(area, MONDAY), WISHES, post)
    assert "Whether Ola Lunde was told is not known." in caught.value.details
    assert stored(area) == [("bilag", OLA, "weekly", False, "")]
    mailbox.hang_up = False
    with post_to(mailbox) as post:
        same_day = remind.apply(on(area, MONDAY, 12), WISHES, post)
        assert [letter.address for letter in same_day.sent] == [KARI]
        assert [(left.person.email, left.why) for left in same_day.plan.left] == [(OLA, Why.UNKNOWN)]
        assert same_day.plan.needs_a_person
        next_day = remind.apply(on(area, MONDAY + timedelta(days=1)), WISHES, post)
    assert [letter.address for letter in next_day.sent] == [OLA]
    first, _kari, second = [
        message_from_bytes(one.content if isinstance(one.content, bytes) else b"", policy=default)
        for one in mailbox.taken
    ]
    assert first["Message-ID"] == second["Message-ID"]


def test_what_surely_did_not_leave_is_sent_by_another_run_of_the_same_day(area: Area) -> None:
    with post_to(Mailbox(refusing={OLA: "421 closing"})) as post, pytest.raises(NoticeGone):
        remind.apply(on(area, MONDAY), WISHES, post)
    assert stored(area) == []
    with post_to(Mailbox()) as post:
        assert len(remind.apply(on(area, MONDAY, 12), WISHES, post).sent) == 2


def test_a_folder_that_cannot_be_written_leaves_nobody_marked(area: Area, tmp_path: Path) -> None:
    post = FolderPost(tmp_path / "gone")
    with pytest.raises(FileNotFoundError):
        remind.apply(on(area, MONDAY), WISHES, post)
    assert stored(area) == []


CRASHING = """
import os, sys
from datetime import UTC, date, datetime
from pathlib import Path
from filrydd.notices.message import Sender
from filrydd.notices.post import FolderPost
from filrydd.stages import remind
from filrydd.stages.work import Work

class Dying(FolderPost):
    def deliver(self, message, name):
        if sys.argv[4] == "after":
            super().deliver(message, name)
        os._exit(9)

day = date.fromisoformat(sys.argv[2])
work = Work(Path(sys.argv[1]), "felles", "x", lambda: datetime(day.year, day.month, day.day, 7, tzinfo=UTC))
with Dying(Path(sys.argv[3])) as post:
    remind.apply(work, remind.Wishes("en", "", Sender("f", "f@example.no")), post)
"""


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_run_that_dies_leaves_an_intent_that_the_next_one_tells_of(area: Area, tmp_path: Path, when: str) -> None:
    out = tmp_path / "out"
    command = [sys.executable, "-c", CRASHING, str(area.workspace), MONDAY.isoformat(), str(out), when]
    assert subprocess.run(command, env={**os.environ, "PYTHONPATH": os.getcwd()}, check=False).returncode == 9
    assert len(written(out)) == (when == "after")
    assert stored(area) == [("bilag", OLA, "weekly", False, "")]
    done = run(area, out)
    assert [letter.address for letter in done.sent] == [KARI]
    assert [(left.person.email, left.why) for left in done.plan.left] == [(OLA, Why.UNKNOWN)]
    assert [letter.address for letter in run(area, out, MONDAY + timedelta(days=1)).sent] == [OLA]


def test_two_runs_at_once_do_not_both_tell(area: Area, tmp_path: Path) -> None:
    with area.work().holding("remind"), pytest.raises(Busy):
        run(area, tmp_path)
    with area.work().holding("upload"):
        assert len(run(area, tmp_path).sent) == 2


def test_how_many_portions_are_done_is_told(area: Area) -> None:
    plan = remind.plan(on(area, MONDAY))
    assert [due.standing.progress for letter in plan.letters for due in letter.dues] == [Progress(0, 1), Progress(0, 1)]


@pytest.mark.parametrize(
    ("to", "told", "not_told"), [("Berit Bakken", [(As.ASKED, Kind.PASSED_ON)], []), ("Per Ukjent", [], ["Per Ukjent"])]
)
def test_whom_a_group_was_passed_on_to_is_told_once_if_the_policy_knows_them(
    area: Area, tmp_path: Path, to: str, told: list[tuple[As, Kind]], not_told: list[str]
) -> None:
    with area.catalog() as catalog:
        row = next(row for row in reading.rows_of(catalog, "bilag").groups if row["portion"])
    by = By("Ola Lunde", "link", "a link")
    portions.answer(area.work(), by, "bilag", row["key"], row["content"], Answer.PASSED_ON, to=(to, ""))
    done = run(area, tmp_path)
    assert [(due.role, due.kind) for one in done.sent if one.address == BERIT for due in one.dues] == told
    assert [left.person.name for left in done.plan.left if left.why is Why.NO_ADDRESS] == not_told
    if told:
        text = next(one for one in written(tmp_path) if "Berit" in str(one["To"])).get_body(("plain",))
        assert text is not None and "Ola Lunde asks you to decide about 1 group of files." in text.get_content()
    later = run(area, tmp_path, MONDAY + timedelta(days=7))
    assert BERIT not in [letter.address for letter in later.sent]


def test_a_message_names_no_file(area: Area, tmp_path: Path) -> None:
    run(area, tmp_path)
    whole = "".join(one.as_string() + str(one.get_body(("plain",))) for one in written(tmp_path))
    assert "a.docx" not in whole and "c.txt" not in whole and "Notat" not in whole


def test_without_anybody_to_send_from_it_is_said_so(area: Area, tmp_path: Path) -> None:
    area.policy(WITH_ADDRESSES.replace(f", email: {BERIT}", ""))
    with FolderPost(tmp_path) as post, pytest.raises(BadUsage, match="no address that the messages can come from"):
        remind.apply(on(area, MONDAY), remind.Wishes("en"), post)


def test_messages_are_in_the_departments_own_words(area: Area, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # As a policy with a `wording` compiles; which texts it may name is tested where policies are.
    own = replace(area.work().department(), wording={"en": {"Hello {name},": "Dear {name}!"}})
    monkeypatch.setattr(Work, "department", lambda self: own)
    run(area, tmp_path)
    text = written(tmp_path)[0].get_body(("plain",))
    assert text is not None and text.get_content().startswith("Dear ")

"""Messages to a real mail server, which may refuse, hang up, or be somebody else."""

import socket
import traceback
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from filrydd.errors import BadUsage, NoticeGone, NoticeRefused
from filrydd.model.department import Person
from filrydd.notices.message import compose
from filrydd.notices.smtp import Security, Server, SmtpPost, server
from tests.notices.mail import PASSWORD, USER, Certificate, Mailbox, certificate, mail_server
from tests.notices.people import KARI, NOW, OLA, SENDER, about, letter


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def trusted(own: Certificate, monkeypatch: pytest.MonkeyPatch) -> Certificate:
    monkeypatch.setenv("SSL_CERT_FILE", str(own.certificate))
    return own


def at(port: int, security: Security = "none", user: str = "", password: str = "", host: str = "localhost") -> Server:
    return Server(host, port, security, user, password)


def send(where: Server, *people: Person) -> list[str]:
    with SmtpPost(where) as post:
        return [post.deliver(compose(about(), letter(person=one), SENDER, NOW), "x") for one in people or (KARI,)]


def test_a_message_arrives_whole_over_an_encrypted_line_after_the_log_in(trusted: Certificate) -> None:
    mailbox = Mailbox()
    with mail_server(mailbox, trusted, login=True) as port:
        assert send(at(port, "starttls", USER, PASSWORD)) == [""]
    (taken,) = mailbox.taken
    assert (taken.mail_from, taken.rcpt_tos) == (SENDER.email, [KARI.email])
    assert isinstance(taken.content, bytes)
    assert taken.content == compose(about(), letter(), SENDER, NOW).as_bytes()
    assert message_from_bytes(taken.content, policy=default)["To"] == "Kari Nordmann <kari@example.no>"


def test_a_server_that_speaks_tls_from_the_start(trusted: Certificate) -> None:
    mailbox = Mailbox()
    with mail_server(mailbox, trusted, from_the_start=True) as port:
        assert send(at(port, "tls")) == [""]
    assert len(mailbox.taken) == 1


def test_a_server_that_does_not_encrypt_is_told_no_password(tmp_path: Path) -> None:
    mailbox = Mailbox()
    with mail_server(mailbox) as port, pytest.raises(NoticeRefused, match="does not encrypt"):
        send(at(port, "starttls", USER, PASSWORD))
    assert (mailbox.taken, mailbox.logins) == ([], 0)


@pytest.mark.parametrize("from_the_start", [False, True])
def test_a_certificate_that_nobody_vouches_for_is_refused(own: Certificate, from_the_start: bool) -> None:
    mailbox = Mailbox()
    refused = pytest.raises(NoticeRefused, match="cannot be trusted")
    with mail_server(mailbox, own, from_the_start=from_the_start) as port, refused:
        send(at(port, "tls" if from_the_start else "starttls", USER, PASSWORD))
    assert (mailbox.taken, mailbox.logins) == ([], 0)


def test_a_certificate_for_another_name_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = certificate(tmp_path, "mail.example.no")
    monkeypatch.setenv("SSL_CERT_FILE", str(other.certificate))
    with mail_server(Mailbox(), other) as port, pytest.raises(NoticeRefused, match="cannot be trusted"):
        send(at(port, "starttls"))


def test_a_wrong_password_stops_the_run_and_is_told_nowhere(trusted: Certificate) -> None:
    mailbox = Mailbox()
    wrong = "feil-passord-77"
    with mail_server(mailbox, trusted, login=True) as port, pytest.raises(NoticeRefused) as caught:
        send(at(port, "starttls", USER, wrong))
    whole = "".join(traceback.format_exception(caught.value))
    assert "does not accept the user or the password" in caught.value.message
    assert wrong not in whole + repr(caught.value.details) + repr(at(port, "starttls", USER, wrong))
    assert mailbox.taken == []


def test_a_server_without_log_in_is_not_told_a_password(trusted: Certificate) -> None:
    with (
        mail_server(Mailbox(), trusted, without=("LOGIN", "PLAIN")) as port,
        pytest.raises(NoticeRefused, match="no way to log in"),
    ):
        send(at(port, "starttls", USER, PASSWORD))


@pytest.mark.parametrize("answer", ["550 5.1.1 no such user", "451 try later", "552 over quota"])
def test_one_recipient_that_is_refused_keeps_no_other_from_being_told(answer: str) -> None:
    mailbox = Mailbox(refusing={KARI.email: answer})
    with mail_server(mailbox) as port:
        assert send(at(port), OLA, KARI, OLA) == ["", answer, ""]
    assert [one.rcpt_tos for one in mailbox.taken] == [[OLA.email], [OLA.email]]


def test_a_text_that_is_refused_is_that_messages_trouble() -> None:
    mailbox = Mailbox(text="554 5.6.0 content\x00 refused")
    with mail_server(mailbox) as port:
        assert send(at(port), KARI, OLA) == ["554 5.6.0 content refused"] * 2


def test_a_sender_that_is_refused_stops_the_run() -> None:
    with (
        mail_server(Mailbox(sender="550 not from you")) as port,
        pytest.raises(NoticeRefused, match="takes no messages"),
    ):
        send(at(port))


def test_a_server_that_closes_stops_the_run() -> None:
    with mail_server(Mailbox(refusing={KARI.email: "421 closing"})) as port, pytest.raises(NoticeGone, match="421"):
        send(at(port))


def test_a_line_that_breaks_after_the_text_leaves_it_open_whether_the_message_left() -> None:
    mailbox = Mailbox(hang_up=True)
    with mail_server(mailbox) as port:
        post = SmtpPost(at(port))
        with post, pytest.raises(NoticeGone):
            post.deliver(compose(about(), letter(), SENDER, NOW), "x")
    assert post.uncertain
    assert len(mailbox.taken) == 1


def test_a_text_that_is_answered_with_a_refusal_leaves_nothing_open() -> None:
    with mail_server(Mailbox(text="421 closing")) as port, SmtpPost(at(port)) as post:
        with pytest.raises(NoticeGone, match="421"):
            post.deliver(compose(about(), letter(), SENDER, NOW), "x")
        assert not post.uncertain


def test_a_line_that_breaks_before_the_text_leaves_nothing_open() -> None:
    with mail_server(Mailbox()) as port:
        post = SmtpPost(at(port))
        post.__enter__()
        post.deliver(compose(about(), letter(), SENDER, NOW), "x")
    # The server is gone now.
    with pytest.raises(NoticeGone):
        post.deliver(compose(about(), letter(), SENDER, NOW), "y")
    assert not post.uncertain
    post.__exit__(None, None, None)


def test_nobody_listens() -> None:
    with socket.socket() as taken:
        taken.bind(("localhost", 0))
        port = taken.getsockname()[1]
    with pytest.raises(NoticeGone, match=f"does not answer on port {port}"):
        send(at(port))
    with pytest.raises(NoticeGone):
        send(at(25, host="no-such-host.invalid"))


def test_a_server_that_is_no_mail_server_does_not_answer(trusted: Certificate) -> None:
    with mail_server(Mailbox()) as port, pytest.raises(NoticeGone):
        send(at(port, "tls"))


def test_the_environment_names_the_server() -> None:
    assert server({}) is None
    assert server({"FILRYDD_SMTP_HOST": "mail"}) == Server("mail", 587, "starttls")
    assert server({"FILRYDD_SMTP_HOST": "mail", "FILRYDD_SMTP_SECURITY": "TLS"}) == Server("mail", 465, "tls")
    assert server(
        {"FILRYDD_SMTP_HOST": "mail", "FILRYDD_SMTP_SECURITY": "none", "FILRYDD_SMTP_PORT": "2525"}
    ) == Server("mail", 2525, "none")
    whole = server({"FILRYDD_SMTP_HOST": "mail", "FILRYDD_SMTP_USER": "u", "FILRYDD_SMTP_PASSWORD": PASSWORD})
    assert whole is not None and whole.password == PASSWORD
    assert PASSWORD not in repr(whole)


@pytest.mark.parametrize(
    "wrong",
    [
        {"FILRYDD_SMTP_SECURITY": "ssl3"},
        {"FILRYDD_SMTP_PORT": "0"},
        {"FILRYDD_SMTP_PORT": "smtp"},
        {"FILRYDD_SMTP_PORT": "٢٥"},
        {"FILRYDD_SMTP_SECURITY": "none", "FILRYDD_SMTP_USER": "u", "FILRYDD_SMTP_PASSWORD": "p"},
        {"FILRYDD_SMTP_USER": "u", "FILRYDD_SMTP_PASSWORD": "blåbær"},
    ],
)
def test_an_environment_that_cannot_be_meant_is_refused_without_repeating_the_password(wrong: dict[str, str]) -> None:
    with pytest.raises(BadUsage) as caught:
        server({"FILRYDD_SMTP_HOST": "mail", **wrong})
    assert "blåbær" not in caught.value.message + caught.value.next

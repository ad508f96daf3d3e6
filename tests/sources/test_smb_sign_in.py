"""Sign-ins that are refused, told so that somebody who is no programmer can act on it."""

import subprocess
from collections.abc import Iterator

import pytest
from spnego.exceptions import BadMechanismError, CredentialsExpiredError, SpnegoError

from filrydd.errors import SourceGone, SourceRefused
from filrydd.model.entry import Reason
from filrydd.sources.address import SmbAddress
from filrydd.sources.credentials import Credentials
from filrydd.sources.smb import refusal, status
from tests.samba import Samba, program
from tests.sources.refusing import HERE, PASSWORD, failure, refused, running


def run(server: Samba, name: str, *words: str) -> None:
    subprocess.run(
        [program(name), "-s", str(server.configuration), *words], check=True, capture_output=True, timeout=30
    )


# Accounts.


@pytest.fixture(scope="module")
def accounts() -> Iterator[Samba]:
    for server in running():
        run(server, "pdbedit", "-r", "-c", "[D]", "-u", "bin")
        run(server, "pdbedit", "-r", "--kickoff-time=1000000000", "-u", "sys")
        run(server, "net", "sam", "set", "pwdmustchangenow", "man", "yes")
        run(server, "pdbedit", "-P", "bad lockout attempt", "-C", "2")
        yield server


@pytest.mark.samba
@pytest.mark.xdist_group("smb_refusals")
@pytest.mark.parametrize(
    ("user", "password", "words", "action"),
    [
        ("daemon", "Feil-passord-9", "the user name or the password is wrong", "FILRYDD_SMB_PASSWORD"),
        ("finnes-ikke", "Feil-passord-9", "the user name or the password is wrong", "FILRYDD_SMB_USER"),
        ("bin", PASSWORD, "the account is disabled", "those who run the accounts"),
        ("sys", PASSWORD, "the account has expired", "those who run the accounts"),
        ("man", PASSWORD, "the password must be changed first", "Change the password"),
    ],
)
def test_a_sign_in_that_is_refused_says_why(accounts: Samba, user: str, password: str, words: str, action: str) -> None:
    error = refused(accounts.port, user, password)
    assert isinstance(error, SourceRefused)
    assert user in error.message and words in error.message
    assert action in error.next


@pytest.mark.samba
@pytest.mark.xdist_group("smb_refusals")
def test_a_locked_account_says_so(accounts: Samba) -> None:
    for _try in range(3):
        error = refused(accounts.port, "lp", "Feil-passord-9")
    error = refused(accounts.port, "lp", PASSWORD)
    assert isinstance(error, SourceRefused)
    assert "locked" in error.message


@pytest.mark.samba
@pytest.mark.xdist_group("smb_refusals")
def test_a_share_that_is_not_there_is_named(accounts: Samba) -> None:
    error = failure(SmbAddress(HERE, "ukjent", "", "", accounts.port), Credentials("daemon", PASSWORD))
    assert isinstance(error, SourceGone)
    assert "has no share ukjent" in error.message


@pytest.mark.samba
@pytest.mark.xdist_group("smb_refusals")
@pytest.mark.parametrize(("user", "named"), [("", "no user and password"), ("kari", "no password for kari")])
def test_without_a_password_or_ticket_it_says_what_to_do(accounts: Samba, user: str, named: str) -> None:
    error = refused(accounts.port, user, "")
    assert isinstance(error, SourceRefused)
    assert named in error.message and "Kerberos" in error.message
    assert "kinit" in error.next and "FILRYDD_SMB_PASSWORD" in error.next


@pytest.mark.parametrize(
    "error",
    [CredentialsExpiredError(), SpnegoError(error_code=13, context_msg="Ticket expired"), "wrapped"],
)
def test_a_ticket_that_expired_is_told_apart(error: "SpnegoError | str") -> None:
    if isinstance(error, str):
        outer = BadMechanismError(context_msg="Unable to negotiate common mechanism")
        outer.__cause__ = CredentialsExpiredError()
    else:
        outer = error
    told = refusal.no_ticket("fs1", Credentials(), outer)
    assert "has expired" in told.message
    assert "has expired" not in refusal.no_ticket("fs1", Credentials(), BadMechanismError()).message


def test_each_system_is_told_its_own_way_to_a_ticket() -> None:
    assert "Sign in to Windows again" in refusal.fresh_ticket("nt", True)
    assert refusal.fresh_ticket("posix", True).startswith("Run kinit")
    assert "pyspnego[kerberos]" in refusal.fresh_ticket("posix", False)


# What a status says of one entry.


@pytest.mark.parametrize(
    ("code", "reason", "name"),
    [
        (0xC0000906, Reason.VIRUS, "STATUS_VIRUS_INFECTED"),
        (0xC0000907, Reason.VIRUS, "STATUS_VIRUS_DELETED"),
        (0xC0000267, Reason.FAULT, "STATUS_FILE_IS_OFFLINE"),
        (0xC0000290, Reason.NO_PERMISSION, "STATUS_NO_USER_KEYS"),
        (0xC0000123, Reason.VANISHED, "0xC0000123"),
        (0xC0000243, Reason.IN_USE, "0xC0000243"),
        (0xC0000106, Reason.BAD_NAME, "0xC0000106"),
        (0xC0000257, Reason.LINK, "STATUS_PATH_NOT_COVERED"),
    ],
)
def test_a_status_has_its_reason_and_name(code: int, reason: Reason, name: str) -> None:
    assert status.reason_of(code) is reason
    assert name in status.name_of(code)

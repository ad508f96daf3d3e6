"""Addresses as people type them, and credentials."""

import os
from collections.abc import Iterator

import keyring
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keyring.backend import KeyringBackend

from filrydd.errors import BadUsage
from filrydd.sources import LocalAddress, SmbAddress, credentials, parse

PASSWORD = "Hemmelig123"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("smb://fil01/felles", SmbAddress("fil01", "felles")),
        ("smb://fil01/felles/", SmbAddress("fil01", "felles")),
        (
            "SMB://kari@fil01:4450/felles/Økonomi og plan/2019",
            SmbAddress("fil01", "felles", "Økonomi og plan/2019", "kari", 4450),
        ),
        ("smb://OSLO;kari@fil01/felles", SmbAddress("fil01", "felles", "", "OSLO;kari")),
        ("smb://kari@oslo.no@fil01/felles", SmbAddress("fil01", "felles", "", "kari@oslo.no")),
        ("smb://fil01/felles/100%25%20sikkert/50% ferdig", SmbAddress("fil01", "felles", "100% sikkert/50% ferdig")),
        ("smb://[::1]:1445/felles", SmbAddress("::1", "felles", "", "", 1445)),
        ("smb://fil01/felles/post@oslo.no", SmbAddress("fil01", "felles", "post@oslo.no")),
    ],
)
def test_smb_addresses_are_understood(text: str, address: SmbAddress) -> None:
    assert parse(text) == address


def test_a_network_path_is_the_same_place_as_its_smb_address() -> None:
    if os.name == "nt":
        assert parse(r"\\fil01\felles\a") == LocalAddress(r"\\fil01\felles\a")
    else:
        assert parse("\\\\fil01\\felles\\Økonomi\\2019\\") == parse("smb://fil01/felles/Økonomi/2019")


def test_a_folder_becomes_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: os.PathLike[str]) -> None:
    monkeypatch.chdir(tmp_path)
    assert parse("område/../annet") == LocalAddress(os.path.join(os.fspath(tmp_path), "annet"))


@pytest.mark.parametrize(
    "text",
    [
        f"smb://kari:{PASSWORD}@fil01/felles",
        f"smb://kari:{PASSWORD}@/felles",
        f"smb://kari:{PASSWORD}/mer@fil01/felles",
        f"smb://kari:{PASSWORD}/enda/mer@fil01/felles",
        f"smb://kari:1234/{PASSWORD}@fil01/felles",
        f"smb://kari:{PASSWORD}",
        f"smb://kari@fil01:{PASSWORD}/felles",
        f"smb:kari:{PASSWORD}@fil01",
        f"  smb://kari:{PASSWORD}@fil01/felles  ",
        f"SMB://OSLO;kari:{PASSWORD}@fil01/felles",
        f"smb://kari:{PASSWORD}%zz@fil01/felles/%ff",
    ],
)
def test_a_password_in_an_address_is_refused_and_never_repeated(text: str) -> None:
    with pytest.raises(BadUsage) as caught:
        parse(text)
    error = caught.value
    told = " ".join([error.message, error.next, *error.details, repr(error.__cause__), repr(error.__context__)])
    assert PASSWORD not in told
    assert error.next


@pytest.mark.parametrize(
    "text", ["", "   ", "smb://", "smb://fil01", "smb:///felles", "smb://fil01/a/../b", "\\\\fil01", "a\0b"]
)
def test_what_is_no_address_is_bad_usage_that_shows_the_forms(text: str) -> None:
    with pytest.raises(BadUsage) as caught:
        parse(text)
    assert "smb://server/share/path" in caught.value.next


names = st.text(st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="/\\"), min_size=1).filter(
    lambda name: name.strip() and name not in (".", "..")
)


@given(names, st.lists(names, max_size=3), st.integers(1, 65535))
def test_the_stored_form_of_an_address_is_understood_and_the_same(share: str, path: list[str], port: int) -> None:
    address = SmbAddress("fil01.oslo.no", share, "/".join(path), "", port)
    if address.text == address.text.strip():
        assert parse(address.text) == address


def test_the_stored_form_leaves_the_user_out() -> None:
    assert parse("smb://OSLO;kari@fil01/felles/a").text == "smb://fil01/felles/a"


# Credentials.


class InMemory(KeyringBackend):
    """The system's credential store, for a test."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.held[service, username] = password


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemory]:
    for name in ("USER", "PASSWORD", "DOMAIN", "SID"):
        monkeypatch.delenv(f"FILRYDD_SMB_{name}", raising=False)
    before = keyring.get_keyring()
    backend = InMemory()
    keyring.set_keyring(backend)
    yield backend
    keyring.set_keyring(before)


def test_the_environment_goes_before_the_store(store: InMemory, monkeypatch: pytest.MonkeyPatch) -> None:
    store.set_password("filrydd-smb:fil01", "kari", "fra lageret")
    monkeypatch.setenv("FILRYDD_SMB_USER", "kari")
    assert credentials.for_server("FIL01").password == "fra lageret"
    monkeypatch.setenv("FILRYDD_SMB_PASSWORD", PASSWORD)
    monkeypatch.setenv("FILRYDD_SMB_DOMAIN", "OSLO")
    found = credentials.for_server("fil01")
    assert (found.account, found.password) == ("OSLO\\kari", PASSWORD)


def test_another_users_password_is_not_tried(store: InMemory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FILRYDD_SMB_USER", "OSLO\\kari")
    monkeypatch.setenv("FILRYDD_SMB_PASSWORD", PASSWORD)
    assert credentials.for_server("fil01", "BERGEN;ola") == credentials.Credentials("ola", "", "BERGEN")
    assert credentials.for_server("fil01", "kari").password == PASSWORD
    assert credentials.for_server("fil01", "kari").domain == "OSLO"


def test_with_nothing_set_whoever_is_signed_in_is_meant(store: InMemory) -> None:
    assert credentials.for_server("fil01") == credentials.Credentials()


def test_a_machine_without_a_store_is_no_error(store: InMemory) -> None:
    from keyring.backends.fail import Keyring

    keyring.set_keyring(Keyring())
    assert credentials.for_server("fil01", "kari") == credentials.Credentials("kari")


def test_a_password_is_never_in_what_is_printed() -> None:
    assert PASSWORD not in repr(credentials.Credentials("kari", PASSWORD, "OSLO"))

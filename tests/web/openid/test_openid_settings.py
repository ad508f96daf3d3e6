"""Which provider: the settings."""

import subprocess
import sys

import pytest

from filrydd.errors import BadUsage
from filrydd.web.openid import Settings
from tests.web.provider import (
    CLIENT,
    SECRET,
)

WELL_KNOWN = "/.well-known/openid-configuration"
TENANT = "0a1b2c3d-0000-4000-8000-00000000000f"


NAMES = ("ISSUER", "CLIENT", "SECRET", "TENANT")


def settings(monkeypatch: pytest.MonkeyPatch, **values: str) -> Settings | None:
    for name in NAMES:
        monkeypatch.delenv(f"FILRYDD_OIDC_{name}", raising=False)
    for name, value in values.items():
        monkeypatch.setenv(f"FILRYDD_OIDC_{name}", value)
    return Settings.from_environment()


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    issuer = "https://login.example.org/realms/kommune"
    assert settings(monkeypatch) is None
    assert settings(monkeypatch, ISSUER="", CLIENT=" ") is None
    assert settings(monkeypatch, ISSUER=f" {issuer}\n", CLIENT="filrydd") == Settings(issuer, "filrydd")
    assert settings(monkeypatch, ISSUER=issuer, CLIENT="f", SECRET="s", TENANT=TENANT) == Settings(
        issuer, "f", "s", TENANT
    )


@pytest.mark.parametrize(
    "values", [{"ISSUER": "https://a.example.org"}, {"CLIENT": "f"}, {"SECRET": "s"}, {"TENANT": "t"}]
)
def test_half_a_setting_is_said_to_be_half(monkeypatch: pytest.MonkeyPatch, values: dict[str, str]) -> None:
    with pytest.raises(BadUsage, match=r"half set up: FILRYDD_OIDC_(ISSUER|CLIENT) is missing"):
        settings(monkeypatch, **values)


@pytest.mark.parametrize(
    "issuer",
    [
        "http://login.example.org", "login.example.org", "https://", "https://a b", "https://a.example.org/?x=1",
        "https://a.example.org/#x", "https://user:pw@a.example.org", "ftp://a", "http://localhost.example.org",
        "http://127.0.0.1.example.org", "http://2130706433", "https://a.example.org|b", "https://a.example.org\\@b",
    ],
)  # fmt: skip
def test_an_issuer_is_https_or_on_this_computer(issuer: str) -> None:
    with pytest.raises(BadUsage) as caught:
        Settings(issuer, CLIENT, SECRET)
    assert "FILRYDD_OIDC_ISSUER" in caught.value.message and SECRET not in str(caught.value)


@pytest.mark.parametrize(
    "issuer", ["http://localhost:9", "http://127.0.0.9", "http://[::1]:80/x", "https://a.example.org:8443/r"]
)
def test_an_issuer_on_this_computer_may_be_plain_http(issuer: str) -> None:
    assert Settings(issuer, CLIENT).issuer == issuer


def test_the_pages_start_without_the_log_in_library() -> None:
    script = "import sys, filrydd.web.openid; print([name for name in sys.modules if name in ('authlib', 'joserfc', 'httpx')])"
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"

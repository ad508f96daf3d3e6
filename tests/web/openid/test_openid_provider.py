"""A provider that calls itself otherwise, is down, slow or much too talkative."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from filrydd.errors import LogInFailed
from filrydd.web.identity import Identity
from filrydd.web.openid import Settings, channel
from filrydd.web.openid.metadata import understood
from tests.web.provider import (
    CLIENT,
    KARI,
    Answer,
    WrongProvider,
    at,
)
from tests.web.reader import Clock

WELL_KNOWN = "/.well-known/openid-configuration"
TENANT = "0a1b2c3d-0000-4000-8000-00000000000f"


@pytest.mark.parametrize(
    "said",
    [
        {"issuer": "https://login.evil.example.org"}, {"issuer": None}, {"issuer": ["{issuer}"]}, {"issuer": "{issuer}/"},
        {"token_endpoint": "http://login.example.org/token"}, {"token_endpoint": None},
        {"token_endpoint": "https://user@login.example.org/"}, {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": "https://a\\@b/"}, {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": "//evil.example.org"}, {"authorization_endpoint": "https://login.example.org/#x"},
        {"authorization_endpoint": "https://login.example.org/\r\nSet-Cookie: a=b"},
    ],
)  # fmt: skip
def test_metadata_that_names_another_issuer_or_an_unsafe_address_is_not_used(
    wrong: WrongProvider, clock: Clock, said: dict[str, Any]
) -> None:
    wrong.metadata = {
        name: value.replace("{issuer}", wrong.issuer) if isinstance(value, str) else value
        for name, value in said.items()
    }
    with pytest.raises(LogInFailed) as caught:
        at(wrong, clock).begin()
    assert caught.value.message == "The log-in service does not answer as it should."


def test_a_provider_on_the_network_leads_to_no_port_of_this_computer() -> None:
    issuer = "https://login.example.org"
    said = {"issuer": issuer, "authorization_endpoint": f"{issuer}/a", "token_endpoint": f"{issuer}/t"}
    assert understood({**said, "jwks_uri": f"{issuer}/k"}, Settings(issuer, CLIENT)).keys == f"{issuer}/k"
    with pytest.raises(LogInFailed):
        understood({**said, "jwks_uri": "http://127.0.0.1:8080/k"}, Settings(issuer, CLIENT))


def test_metadata_for_many_tenants_needs_the_one_that_is_let_in() -> None:
    host = "https://login.microsoftonline.com"
    said = {
        "issuer": f"{host}/{{tenantid}}/v2.0",
        "authorization_endpoint": f"{host}/organizations/oauth2/v2.0/authorize",
        "token_endpoint": f"{host}/organizations/oauth2/v2.0/token",
        "jwks_uri": f"{host}/organizations/discovery/v2.0/keys",
    }
    organizations = f"{host}/organizations/v2.0"
    assert understood(said, Settings(organizations, CLIENT, tenant=TENANT)).issuer == f"{host}/{TENANT}/v2.0"
    for settings in (
        Settings(organizations, CLIENT),
        Settings("https://login.evil.example.org/organizations/v2.0", CLIENT, tenant=TENANT),
        Settings(f"{host}/organizations/more/v2.0", CLIENT, tenant=TENANT),
    ):
        with pytest.raises(LogInFailed):
            understood(said, settings)


@pytest.mark.parametrize("path", [WELL_KNOWN, "/keys", "/token"])
@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer(503), "The log-in service does not answer."),
        (Answer(500, b"<html>"), "The log-in service does not answer."),
        (Answer(200, b"<html>"), "The log-in service does not answer as it should."),
        (Answer(200, b"[" * 100_000), "The log-in service does not answer as it should."),
        (Answer(200, b"[]"), "The log-in service does not answer as it should."),
        (Answer(200, b'"' + b"x" * 300_000 + b'"'), "The log-in service does not answer as it should."),
        (Answer(200, b"{}", {"content-encoding": "gzip"}), "The log-in service does not answer as it should."),
    ],
)
def test_an_answer_that_cannot_be_used_is_a_plain_sentence(
    wrong: WrongProvider, log_in: Callable[..., Identity], path: str, answer: Answer, said: str
) -> None:
    wrong.instead[path] = answer
    with pytest.raises(LogInFailed) as caught:
        log_in()
    assert caught.value.message == said
    assert "Nothing was lost." in caught.value.next


def test_more_than_256_kib_are_not_read(wrong: WrongProvider, clock: Clock) -> None:
    wrong.metadata["padding"] = "x" * 255_000
    assert at(wrong, clock).begin()
    wrong.metadata["padding"] = "x" * 265_000
    with pytest.raises(LogInFailed, match="as it should"):
        at(wrong, clock).begin()


@pytest.mark.parametrize("path", [WELL_KNOWN, "/keys", "/token"])
def test_no_redirect_is_followed(wrong: WrongProvider, log_in: Callable[..., Identity], path: str) -> None:
    wrong.instead[path] = Answer(307, b"{}", {"location": f"{wrong.issuer}/elsewhere"})
    with pytest.raises(LogInFailed):
        log_in()
    assert "/elsewhere" not in wrong.asked


def test_a_provider_that_is_down_is_asked_again_after_some_seconds(wrong: WrongProvider, clock: Clock) -> None:
    service = at(wrong, clock)
    wrong.instead[WELL_KNOWN] = Answer(503)
    for _each in range(10):
        with pytest.raises(LogInFailed) as caught:
            service.begin()
        assert caught.value.next == "Try again in a moment. Nothing was lost."
    assert wrong.asked == [WELL_KNOWN]
    del wrong.instead[WELL_KNOWN]
    clock.ahead = timedelta(seconds=6)
    assert service.begin().address.startswith(wrong.issuer)


def test_a_provider_that_nobody_listens_for_is_a_plain_sentence(wrong: WrongProvider, clock: Clock) -> None:
    service = at(wrong, clock)
    begun = service.begin()
    answer = wrong.answers(begun.address)
    wrong.close()
    with pytest.raises(LogInFailed, match="does not answer"):
        service.finish(begun, answer)
    with pytest.raises(LogInFailed, match="does not answer"):
        at(wrong, clock).begin()


def test_an_answer_that_never_ends_is_given_up(
    wrong: WrongProvider, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel, "SECONDS", 0.4)
    wrong.instead[WELL_KNOWN] = Answer(drips=True)
    begun = time.monotonic()
    with pytest.raises(LogInFailed, match="does not answer"):
        at(wrong, clock).begin()
    assert time.monotonic() - begun < 3


def test_a_proxy_of_the_environment_is_not_for_this_computer(
    wrong: WrongProvider, log_in: Callable[..., Identity], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert log_in().object_id == KARI

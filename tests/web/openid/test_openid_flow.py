"""Log-in by OpenID Connect: the way to the provider and back."""

import base64
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import unquote_plus

import pytest

from filrydd.errors import BadUsage, LogInFailed
from filrydd.web.identity import Identity
from filrydd.web.openid import Begun, Provider, Settings
from tests.web.provider import (
    BACK,
    CLIENT,
    KARI,
    SECRET,
    RealProvider,
    WrongProvider,
    at,
    parameters,
)
from tests.web.reader import Clock

WELL_KNOWN = "/.well-known/openid-configuration"
TENANT = "0a1b2c3d-0000-4000-8000-00000000000f"

# The provider for tests speaks to its own library in an outworn way.
pytestmark = pytest.mark.filterwarnings("ignore:get_jwt_config:DeprecationWarning")


def test_who_logs_in_is_known_by_issuer_and_object_id(real: RealProvider, clock: Clock) -> None:
    real.knows(KARI, name="Kari Nordmann", email="somebody.else@example.org", groups=["g-1"], roles=["Filrydd.Contact"])
    service = at(real, clock)

    begun = service.begin()
    kari = service.finish(begun, real.answers(begun.address))

    assert kari == Identity(
        name="Kari Nordmann",
        who=f"{real.issuer}||{KARI}",
        how=f"OpenID Connect, {real.issuer}",
        object_id=KARI,
        groups=frozenset({"g-1"}),
        app_roles=frozenset({"Filrydd.Contact"}),
    )
    assert kari.is_openid
    assert "example.org" not in repr(kari)


def test_who_says_no_at_the_provider_is_told_so_and_may_begin_again(real: RealProvider, clock: Clock) -> None:
    service = at(real, clock)
    begun = service.begin()
    answer = real.answers(begun.address, deny=True)
    # The mock leaves the state out of a refusal, which RFC 6749, section 4.1.2.1, requires.
    answer["state"] = begun.state

    with pytest.raises(LogInFailed) as caught:
        service.finish(begun, answer)

    assert caught.value.message == "The log-in service did not let you in, or you stopped it yourself."
    again = service.begin()
    assert service.finish(again, real.answers(again.address)).object_id == KARI


def test_a_code_works_once(real: RealProvider, clock: Clock) -> None:
    service = at(real, clock)
    begun = service.begin()
    answer = real.answers(begun.address)
    service.finish(begun, answer)

    with pytest.raises(LogInFailed) as caught:
        service.finish(begun, answer)

    assert "used already" in caught.value.message


def test_the_code_of_somebody_elses_log_in_lets_nobody_in(real: RealProvider, clock: Clock) -> None:
    service = at(real, clock)
    mine, theirs = service.begin(), service.begin()
    answer = real.answers(theirs.address, "attacker")

    with pytest.raises(LogInFailed) as fixed:
        service.finish(mine, answer)
    with pytest.raises(LogInFailed) as injected:
        service.finish(mine, {**answer, "state": mine.state})

    assert "not begun in this browser" in fixed.value.message
    assert "could not be checked" in injected.value.message  # this provider does not check PKCE: the nonce tells


def test_each_log_in_has_its_own_state_nonce_and_proof(wrong: WrongProvider, clock: Clock) -> None:
    service = at(wrong, clock)
    one, other = service.begin(), service.begin()

    sent = parameters(one.address)
    assert one.address.startswith(f"{wrong.issuer}/authorize?")
    assert sent == {
        "response_type": "code",
        "client_id": CLIENT,
        "redirect_uri": BACK,
        "scope": "openid profile",
        "state": one.state,
        "nonce": one.nonce,
        "code_challenge": sent["code_challenge"],
        "code_challenge_method": "S256",
    }
    assert len(one.state) >= 43 and 43 <= len(one.verifier) <= 128
    assert one.verifier not in one.address
    assert not {one.state, one.nonce, one.verifier} & {other.state, other.nonce, other.verifier}
    assert wrong.asked == [WELL_KNOWN]


def test_an_authorization_address_keeps_its_own_parameters(wrong: WrongProvider, clock: Clock) -> None:
    wrong.metadata["authorization_endpoint"] = f"{wrong.issuer}/authorize?p=policy"
    assert parameters(at(wrong, clock).begin().address)["p"] == "policy"


@pytest.mark.parametrize(
    "back", ["http://elsewhere.example.org/log-in/back", "//elsewhere/back", "javascript:alert(1)"]
)
def test_browsers_come_back_only_to_https_or_to_this_computer(back: str) -> None:
    with pytest.raises(BadUsage):
        Provider(Settings("https://login.example.org", CLIENT), back, clock=Clock())


def test_a_begun_log_in_shows_nothing_secret_when_printed(wrong: WrongProvider, clock: Clock) -> None:
    begun = at(wrong, clock).begin()
    shown = repr(begun) + repr(Settings(wrong.issuer, CLIENT, SECRET))
    assert not [secret for secret in (begun.state, begun.nonce, begun.verifier, SECRET) if secret in shown]


@pytest.mark.parametrize("state", ["", "x", "æøå", "\ud800"])
def test_an_answer_without_the_right_state_is_refused_before_anything_is_asked(
    wrong: WrongProvider, clock: Clock, state: str
) -> None:
    service = at(wrong, clock)
    begun = service.begin()

    with pytest.raises(LogInFailed) as caught:
        service.finish(begun, {**wrong.answers(begun.address), "state": state})

    assert caught.value.next == "Begin the log-in again."
    assert wrong.exchanged == []


def test_a_log_in_that_was_begun_long_ago_is_refused(wrong: WrongProvider, clock: Clock) -> None:
    service = at(wrong, clock)
    begun = service.begin()
    clock.ahead += timedelta(minutes=16)
    with pytest.raises(LogInFailed, match="too old"):
        service.finish(begun, wrong.answers(begun.address))
    assert wrong.exchanged == []


def test_an_answer_of_another_issuer_never_gets_the_code(wrong: WrongProvider, log_in: Callable[..., Identity]) -> None:
    with pytest.raises(LogInFailed, match="could not be checked"):
        log_in(iss="https://login.evil.example.org")
    assert wrong.exchanged == []
    assert log_in(iss=wrong.issuer).object_id == KARI


def test_a_provider_that_says_its_name_in_each_answer_must_say_it(
    wrong: WrongProvider, log_in: Callable[..., Identity]
) -> None:
    wrong.metadata["authorization_response_iss_parameter_supported"] = True
    with pytest.raises(LogInFailed, match="could not be checked"):
        log_in()
    assert log_in(iss=wrong.issuer).object_id == KARI


def test_only_known_error_codes_are_shown_and_no_description(
    wrong: WrongProvider, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    service = at(wrong, clock)
    for code, shown in (
        ("login_required", "refused (login_required)."),
        ("<script>alert(1)</script>", "The log-in service refused."),
        ("temporarily_unavailable", "does not answer"),
    ):
        begun = service.begin()
        said = {"state": begun.state, "error": code, "error_description": "call 555-0100 and say your password"}
        with pytest.raises(LogInFailed) as caught:
            service.finish(begun, said)
        assert shown in caught.value.message
        assert "script" not in caught.value.message + caught.value.next + caplog.text
        assert "555" not in caught.value.message + caught.value.next + caplog.text


@pytest.mark.parametrize("code", [None, "", "c" * 8193, "kåde", "a\r\nb", "\ud800"])
def test_an_answer_with_neither_a_right_code_nor_an_error_is_refused(
    wrong: WrongProvider, clock: Clock, code: str | None
) -> None:
    service = at(wrong, clock)
    begun = service.begin()
    with pytest.raises(LogInFailed, match="could not be checked"):
        service.finish(begun, {"state": begun.state, **({} if code is None else {"code": code})})
    assert wrong.exchanged == []


ODD = "sub &=%+?#~*'"


def test_a_code_is_sent_as_it_came_with_the_proof_and_the_secret(wrong: WrongProvider, clock: Clock) -> None:
    for methods, public in (([], False), (["client_secret_post", "client_secret_basic"], False), ([], True)):
        wrong.metadata["token_endpoint_auth_methods_supported"] = methods or ["client_secret_basic"]
        service = at(wrong, clock, secret="" if public else SECRET)
        begun = service.begin()
        answer = wrong.answers(begun.address, ODD)
        assert service.finish(begun, answer).object_id == ODD

        form, header = wrong.exchanged[-1], wrong.authorizations[-1]
        assert form["code"] == answer["code"] and form["code_verifier"] == begun.verifier
        assert form["redirect_uri"] == BACK
        assert form.get("client_secret") == (SECRET if methods else None)
        assert header.startswith("Basic ") is not (bool(methods) or public)
        if header:
            name, _, secret = base64.b64decode(header.removeprefix("Basic ")).decode().partition(":")
            assert (unquote_plus(name), unquote_plus(secret)) == (CLIENT, SECRET)
        else:
            assert form["client_id"] == CLIENT


def test_a_proof_that_is_not_the_first_ones_is_refused_by_the_provider(wrong: WrongProvider, clock: Clock) -> None:
    service = at(wrong, clock)
    begun = service.begin()
    forged = Begun(begun.address, begun.state, begun.nonce, "another-proof" * 4, begun.at)
    with pytest.raises(LogInFailed, match="too old"):
        service.finish(forged, wrong.answers(begun.address))

"""What is no right ID token lets nobody in."""

import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from joserfc import jws, jwt
from joserfc.jwk import ECKey, RSAKey

from filrydd.errors import LogInFailed
from filrydd.web.identity import Identity
from tests.web.provider import (
    CLIENT,
    KARI,
    SECRET,
    Answer,
    WrongProvider,
    at,
)
from tests.web.reader import Clock

WELL_KNOWN = "/.well-known/openid-configuration"
TENANT = "0a1b2c3d-0000-4000-8000-00000000000f"


LIES: dict[str, Mapping[str, Any]] = {
    "another issuer": {"iss": "https://login.evil.example.org"},
    "an issuer that begins alike": {"iss": "{issuer}/"},
    "no issuer": {"iss": None},
    "another audience": {"aud": "somebody-else"},
    "an empty list of audiences": {"aud": []},
    "no audience": {"aud": None},
    "an audience that is no text": {"aud": {CLIENT: True}},
    "several audiences and no party": {"aud": [CLIENT, "other"]},
    "several audiences and another party": {"aud": [CLIENT, "other"], "azp": "other"},
    "another party": {"azp": "other"},
    "another nonce": {"nonce": "of another log-in"},
    "a list of nonces": {"nonce": ["{nonce}"]},
    "no nonce": {"nonce": None},
    "expired": {"exp": -121},
    "no end": {"exp": None},
    "an end that is text": {"exp": "tomorrow"},
    "an end that never comes": {"exp": float("nan")},
    "issued in the future": {"iat": 130},
    "not issued at all": {"iat": None},
    "not valid yet": {"nbf": 130},
    "no subject": {"sub": None},
    "no subject beside an object id": {"sub": None, "oid": "x"},
    "an empty subject": {"sub": ""},
    "a subject that is a number": {"sub": 7},
    "a subject with a line end": {"sub": "kari\nola"},
    "a subject without end": {"sub": "k" * 256},
    "an object id that is a list": {"oid": ["x"]},
    "a tenant with a bar": {"tid": "a|b"},
}


@pytest.mark.parametrize("lie", LIES)
def test_a_token_that_lies_lets_nobody_in(wrong: WrongProvider, log_in: Callable[..., Identity], lie: str) -> None:
    now = int(time.time())
    for claim, value in LIES[lie].items():
        if isinstance(value, str):
            value = value.replace("{issuer}", wrong.issuer)
        wrong.claims[claim] = now + value if claim in ("exp", "iat", "nbf") and isinstance(value, int) else value

    with pytest.raises(LogInFailed) as caught:
        log_in()

    assert caught.value.message == "The answer of the log-in service could not be checked. Nobody was logged in."
    wrong.claims.clear()
    assert log_in().object_id == KARI


def test_clocks_may_differ_by_two_minutes(wrong: WrongProvider, log_in: Callable[..., Identity], clock: Clock) -> None:
    now = int(time.time())
    wrong.claims = {"exp": now - 110, "iat": now + 110}
    assert log_in().object_id == KARI
    clock.ahead = timedelta(seconds=20)
    with pytest.raises(LogInFailed):
        log_in()


def test_several_audiences_are_accepted_when_the_party_is_this_application(
    wrong: WrongProvider, log_in: Callable[..., Identity]
) -> None:
    wrong.claims = {"aud": ["account", CLIENT], "azp": CLIENT}
    assert log_in().object_id == KARI


def _unsigned(wrong: WrongProvider, claims: dict[str, Any]) -> str:
    registry = jws.JWSRegistry(algorithms=["none"])
    with pytest.warns(UserWarning):
        return jws.serialize_compact({"alg": "none"}, json.dumps(claims), None, registry=registry)


def _by_hmac_of_public_key(wrong: WrongProvider, claims: dict[str, Any]) -> str:
    return _by_hmac(wrong.key.as_pem(private=False), {"alg": "HS256", "kid": wrong.key.kid}, claims)


def _by_hmac_of_client_secret(wrong: WrongProvider, claims: dict[str, Any]) -> str:
    return _by_hmac(SECRET.encode(), {"alg": "HS256"}, claims)


def _by_hmac(secret: bytes, header: dict[str, Any], claims: dict[str, Any]) -> str:
    # By hand: the library would not sign with a public key.
    said = b".".join(urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (header, claims))
    return (said + b"." + urlsafe_b64encode(hmac.digest(secret, said, "sha256")).rstrip(b"=")).decode()


def _by_another_key(wrong: WrongProvider, claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "RS256", "kid": wrong.key.kid}, claims, RSAKey.generate_key(2048))


def _by_own_key_in_header(wrong: WrongProvider, claims: dict[str, Any]) -> str:
    mine = RSAKey.generate_key(2048)
    header = {"alg": "RS256", "kid": wrong.key.kid, "jwk": mine.as_dict(private=False)}
    registry = jws.JWSRegistry(algorithms=["RS256"])
    registry.max_header_length = 10_000
    return jwt.encode(header, claims, mine, registry=registry)


def _by_an_algorithm_that_is_not_listed(wrong: WrongProvider, claims: dict[str, Any]) -> str:
    key = RSAKey.import_key({**wrong.key.as_dict(private=True), "alg": "PS256"})
    return jwt.encode({"alg": "PS256", "kid": key.kid}, claims, key, algorithms=["PS256"])


def _by_a_curve_under_the_keys_name(wrong: WrongProvider, claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "ES256", "kid": wrong.key.kid}, claims, ECKey.generate_key("P-256"))


def _with_extensions(wrong: WrongProvider, claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "RS256", "kid": wrong.key.kid, "b64": True, "crit": ["b64"]}, claims, wrong.key)


def _changed_afterwards(wrong: WrongProvider, claims: dict[str, Any]) -> str:
    right = jwt.encode({"alg": "RS256", "kid": wrong.key.kid}, claims, wrong.key).split(".")
    other = jwt.encode({"alg": "RS256", "kid": wrong.key.kid}, {**claims, "sub": "admin"}, wrong.key).split(".")
    return ".".join((right[0], other[1], right[2]))


@pytest.mark.parametrize(
    "forge",
    [
        _unsigned, _by_hmac_of_public_key, _by_hmac_of_client_secret, _by_another_key, _by_own_key_in_header,
        _by_an_algorithm_that_is_not_listed, _by_a_curve_under_the_keys_name, _with_extensions, _changed_afterwards,
    ],
)  # fmt: skip
def test_a_forged_signature_lets_nobody_in(
    wrong: WrongProvider, log_in: Callable[..., Identity], forge: Callable[[WrongProvider, dict[str, Any]], str]
) -> None:
    assert log_in().object_id == KARI
    wrong.sign = lambda claims: forge(wrong, claims)
    with pytest.raises(LogInFailed, match="could not be checked"):
        log_in()


def test_a_provider_that_lists_only_symmetric_algorithms_is_not_used(
    wrong: WrongProvider, log_in: Callable[..., Identity]
) -> None:
    wrong.metadata["id_token_signing_alg_values_supported"] = ["HS256", "none"]
    with pytest.raises(LogInFailed, match="does not answer as it should"):
        log_in()


@pytest.mark.parametrize(
    "token",
    ["", ".", "..", "...", "a.b.c", "e30.e30.e30", "W10.e30.AA", "ImFsZyI.e30.AA", "æ.ø.å", "eyJhbGciOiJSUzI1NiJ9..",
     "eyJhbGciOlsiUlMyNTYiXX0.e30.AA", "eyJhbGciOiJSUzI1NiIsImtpZCI6N30.e30.AA", 7, None, ["x"], {"alg": "RS256"}, "A" * 200_000],
)  # fmt: skip
def test_what_is_no_token_lets_nobody_in(wrong: WrongProvider, log_in: Callable[..., Identity], token: object) -> None:
    wrong.instead["/token"] = Answer(body=json.dumps({"token_type": "Bearer", "id_token": token}).encode())
    with pytest.raises(LogInFailed, match="could not be checked"):
        log_in()


def test_elliptic_signatures_are_accepted_when_listed(wrong: WrongProvider, log_in: Callable[..., Identity]) -> None:
    wrong.use_elliptic()
    assert log_in().object_id == KARI


def test_header_fields_that_nobody_knows_are_ignored(wrong: WrongProvider, clock: Clock) -> None:
    service = at(wrong, clock)
    registry = jws.JWSRegistry(algorithms=["RS256"], strict_check_header=False)
    wrong.sign = lambda claims: jwt.encode(
        {"alg": "RS256", "kid": "first", "x5t": "abc", "ver": "2.0"}, claims, wrong.key, registry=registry
    )
    begun = service.begin()
    assert service.finish(begun, wrong.answers(begun.address)).object_id == KARI

"""The keys that the provider signs with."""

import json
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from joserfc.jwk import RSAKey

from filrydd.errors import LogInFailed
from filrydd.web.identity import Identity
from tests.web.provider import (
    KARI,
    Answer,
    WrongProvider,
)
from tests.web.reader import Clock

WELL_KNOWN = "/.well-known/openid-configuration"
TENANT = "0a1b2c3d-0000-4000-8000-00000000000f"


def test_a_new_key_is_fetched_once_a_minute_at_most(
    wrong: WrongProvider, log_in: Callable[..., Identity], clock: Clock
) -> None:
    assert log_in().object_id == KARI
    wrong.rotate()
    with pytest.raises(LogInFailed):
        log_in()
    assert wrong.asked.count("/keys") == 1

    clock.ahead = timedelta(seconds=61)
    assert log_in().object_id == KARI
    assert wrong.asked.count("/keys") == 2

    wrong.header["kid"] = "nobody's"
    for _attempt in range(5):
        with pytest.raises(LogInFailed, match="could not be checked"):
            log_in()
    assert wrong.asked.count("/keys") == 2


def test_metadata_and_keys_are_kept_for_an_hour(
    wrong: WrongProvider, log_in: Callable[..., Identity], clock: Clock
) -> None:
    for _each in range(3):
        log_in()
    assert (wrong.asked.count(WELL_KNOWN), wrong.asked.count("/keys")) == (1, 1)
    clock.ahead = timedelta(minutes=61)
    wrong.claims = {"exp": int(time.time()) + 7200}
    log_in()
    assert (wrong.asked.count(WELL_KNOWN), wrong.asked.count("/keys")) == (2, 2)


def test_without_a_key_id_the_only_key_is_taken_and_of_several_none(
    wrong: WrongProvider, log_in: Callable[..., Identity], clock: Clock
) -> None:
    wrong.header["kid"] = None
    assert log_in().object_id == KARI
    wrong.published.append(RSAKey.generate_key(2048, {"kid": "other"}).as_dict(private=False))
    clock.ahead = timedelta(minutes=2)
    wrong.header["kid"] = "other"  # makes the keys be read anew
    with pytest.raises(LogInFailed):
        log_in()
    wrong.header["kid"] = None
    with pytest.raises(LogInFailed):
        log_in()


@pytest.mark.filterwarnings("ignore:Key size")
def test_keys_that_cannot_be_used_are_passed_by(wrong: WrongProvider, log_in: Callable[..., Identity]) -> None:
    short = RSAKey.generate_key(1024, {"kid": "short"})
    wrong.published[:0] = [
        {"kty": "OKP", "crv": "Ed25519", "x": "AA", "kid": "first"},
        {"kty": "oct", "k": "c2VjcmV0", "kid": "first"},
        {"kty": "AKP", "alg": "ML-DSA-44", "pub": "AA", "kid": "first"},
        {"kty": "EC", "crv": "P-999", "x": "AA", "y": "AA", "kid": "first"},
        {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA", "kid": "first"},
        {"kty": "RSA", "n": "", "e": "AQAB", "kid": "first"},
        {"kty": "RSA", "n": 7, "e": [], "kid": "first"},
        {"kty": "RSA", "kid": "first", "use": "odd", "key_ops": ["verify"]},
        {"kty": ["RSA"]},
        "no key",
        None,
        short.as_dict(private=False),
    ]
    assert log_in().object_id == KARI
    wrong.key = short
    with pytest.raises(LogInFailed):
        log_in()


@pytest.mark.parametrize("keys", [[], None, {}, "x", [{"kty": "oct", "k": "AA"}]])
def test_a_provider_without_usable_keys_lets_nobody_in(
    wrong: WrongProvider, log_in: Callable[..., Identity], keys: object
) -> None:
    wrong.instead["/keys"] = Answer(body=json.dumps({"keys": keys}).encode())
    with pytest.raises(LogInFailed, match="does not answer as it should"):
        log_in()


def test_a_key_for_encryption_checks_no_signature(wrong: WrongProvider, log_in: Callable[..., Identity]) -> None:
    wrong.published[0]["use"] = "enc"
    wrong.header["kid"] = None
    with pytest.raises(LogInFailed, match="does not answer as it should"):
        log_in()

"""Whatever a provider or a browser sends: somebody is logged in, or a sentence says that nobody was; nothing else happens."""

import json
from base64 import urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import KeySet, RSAKey

from filrydd.errors import LogInFailed
from filrydd.web.openid import Settings
from filrydd.web.openid.claims import somebody
from filrydd.web.openid.kept import Kept
from filrydd.web.openid.metadata import understood
from filrydd.web.openid.token import checked
from tests.web.provider import CLIENT, WrongProvider, at
from tests.web.reader import Clock

ISSUER = "https://login.example.org"
NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
KEY = RSAKey.generate_key(2048, {"kid": "first"})
KEYS = Kept(lambda: KeySet([KEY]), lambda: NOW)
RIGHT = {"iss": ISSUER, "aud": CLIENT, "sub": "kari", "nonce": "n", "iat": NOW.timestamp(), "exp": NOW.timestamp() + 60}

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.just(CLIENT)
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
NAMES = (
    *("iss", "sub", "aud", "azp", "exp", "iat", "nbf", "nonce", "oid", "tid", "name", "preferred_username"),
    *("groups", "roles", "realm_access", "resource_access", "_claim_names", "hasgroups"),
)
names = st.sampled_from(NAMES)
claims_of_all_kinds = st.dictionaries(names, anything, max_size=4)
headers = st.dictionaries(st.sampled_from(["kid", "typ", "crit", "b64", "jwk", "x5c", "alg"]), anything, max_size=3)


def read(token: str) -> dict[str, Any]:
    return checked(token, keys=KEYS, algorithms=("RS256", "ES256"), issuer=ISSUER, client=CLIENT, nonce="n", now=NOW)


def signed(claims: dict[str, Any]) -> str:
    return jws.serialize_compact({"alg": "RS256", "kid": "first"}, json.dumps(claims), KEY)


@given(claims_of_all_kinds)
def test_signed_claims_of_any_kind_are_somebody_or_a_refusal(claims: dict[str, Any]) -> None:
    token = signed({**RIGHT, **claims})
    try:
        found = somebody(read(token), issuer=ISSUER, client=CLIENT, tenant="")
    except LogInFailed as failed:
        assert failed.next
        return
    said = {**RIGHT, **claims}
    assert said["iss"] == ISSUER and said["nonce"] == "n" and (said["aud"] == CLIENT or CLIENT in said["aud"])
    assert found.who == f"{ISSUER}|{said.get('tid') or ''}|{found.object_id}"
    assert found.object_id in (said.get("oid"), said["sub"])
    assert found.who.isprintable() and found.name.isprintable() and 0 < len(found.name) <= 255


@given(headers, st.binary(max_size=40) | st.just(b""))
def test_nobody_is_logged_in_by_a_token_that_was_not_signed(header: dict[str, Any], signature: bytes) -> None:
    parts = (json.dumps({"alg": "RS256", "kid": "first", **header}).encode(), json.dumps(RIGHT).encode(), signature)
    token = ".".join(urlsafe_b64encode(part).decode().rstrip("=") for part in parts)
    try:
        read(token)
    except LogInFailed:
        return
    raise AssertionError(token)


@given(st.text(alphabet="eyJ.hbGciOiJSUzI1NiJ9-_=æ\ud800 ", max_size=60) | st.text(max_size=60))
def test_text_of_any_kind_is_no_token(text: str) -> None:
    try:
        read(text)
    except LogInFailed:
        return
    raise AssertionError(text)


ENDPOINTS = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
METHODS = ("id_token_signing_alg_values_supported", "token_endpoint_auth_methods_supported")


@given(st.dictionaries(st.sampled_from(ENDPOINTS + METHODS), anything | st.just(ISSUER) | st.just(f"{ISSUER}/x")))
@settings(max_examples=200)
def test_metadata_of_any_kind_is_right_or_a_refusal(said: dict[str, Any]) -> None:
    try:
        found = understood(said, Settings(ISSUER, CLIENT))
    except LogInFailed:
        return
    assert found.issuer == ISSUER and found.algorithms
    assert all(address.startswith("https://") for address in (found.authorize, found.exchange, found.keys))


def test_a_right_token_is_read() -> None:
    assert read(signed(RIGHT))["sub"] == "kari"


def test_many_who_begin_at_once_ask_the_provider_once() -> None:
    wrong = WrongProvider()
    try:
        service = at(wrong, Clock())
        with ThreadPoolExecutor(8) as people:
            begun = list(people.map(lambda _each: service.begin(), range(16)))
        assert len({each.state for each in begun}) == 16
        assert len(wrong.asked) == 1
    finally:
        wrong.close()

"""Who somebody is, from what the provider says; and what the log says of it."""

import logging
import traceback
from collections.abc import Callable
from typing import Any

import pytest

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


def test_of_entra_the_tenant_and_the_object_id_count(wrong: WrongProvider, clock: Clock) -> None:
    service = at(wrong, clock, tenant=TENANT)
    wrong.claims = {"tid": TENANT, "oid": "11111111-2222", "roles": ["Filrydd.Manager"], "email": "ola@example.org"}
    begun = service.begin()
    found = service.finish(begun, wrong.answers(begun.address))
    assert (found.who, found.object_id) == (f"{wrong.issuer}|{TENANT}|11111111-2222", "11111111-2222")
    assert found.app_roles == {"Filrydd.Manager"}

    for other in ("0a1b2c3d-0000-4000-8000-000000000000", None, [TENANT]):
        wrong.claims["tid"] = other
        begun = service.begin()
        with pytest.raises(LogInFailed, match="another organisation"):
            service.finish(begun, wrong.answers(begun.address))


def test_keycloaks_roles_are_read_from_the_id_token(wrong: WrongProvider, log_in: Callable[..., Identity]) -> None:
    wrong.claims = {
        "realm_access": {"roles": ["archivist"]},
        "resource_access": {CLIENT: {"roles": ["contact"]}, "another-application": {"roles": ["admin"]}},
        "groups": ["/Bilag/ansatte", ""],
    }
    found = log_in()
    assert found.app_roles == {"archivist", "contact"}
    assert found.groups == {"/Bilag/ansatte"}


@pytest.mark.parametrize("odd", ["admin", ["admin", 7], {"admin": True}, 7, True, None, [["admin"]]])
def test_roles_and_groups_of_another_shape_count_as_none(
    wrong: WrongProvider, log_in: Callable[..., Identity], odd: object
) -> None:
    wrong.claims = {
        "roles": odd, "groups": odd, "realm_access": {"roles": odd}, "resource_access": {CLIENT: odd},
    }  # fmt: skip
    found = log_in()
    assert (found.groups, found.app_roles) == (frozenset(), frozenset())
    wrong.claims = {"realm_access": odd, "resource_access": odd}
    assert log_in().app_roles == frozenset()


def test_somebody_in_too_many_groups_is_told_what_to_ask_for(
    wrong: WrongProvider, log_in: Callable[..., Identity]
) -> None:
    for claims in ({"_claim_names": {"groups": "src1"}, "_claim_sources": {"src1": {}}}, {"hasgroups": True}):
        wrong.claims = claims
        with pytest.raises(LogInFailed) as caught:
            log_in()
        assert "app roles" in caught.value.next


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({"name": "Kari\u202e\u2066 \r\n\x00Nord\u200bmann\x1b[31m"}, "Kari Nordmann[31m"),
        ({"name": "x" * 500}, "x" * 200),
        ({"name": " \u202e ", "preferred_username": "kari"}, "kari"),
        ({"name": 7, "preferred_username": ["x"]}, KARI),
        ({"name": None}, KARI),
        ({"name": "\ud800Åse Ødegård"}, "Åse Ødegård"),
    ],
)
def test_a_name_is_short_and_has_nothing_unseen_in_it(
    wrong: WrongProvider, log_in: Callable[..., Identity], claims: dict[str, Any], name: str
) -> None:
    wrong.claims = claims
    assert log_in().name == name


def test_an_e_mail_address_makes_no_difference(wrong: WrongProvider, log_in: Callable[..., Identity]) -> None:
    before = log_in()
    wrong.claims = {"email": "manager@example.org", "email_verified": True, "upn": "manager@example.org"}
    assert log_in() == before


def test_nothing_secret_is_ever_logged(wrong: WrongProvider, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    service = at(wrong, clock)
    begun_all, answers = [], []
    for change in ({}, {"nonce": "other"}, {"exp": 1}, {"aud": "x"}):
        wrong.claims = change
        begun = service.begin()
        answer = wrong.answers(begun.address)
        begun_all.append(begun)
        answers.append(answer)
        try:
            service.finish(begun, answer)
        except LogInFailed:
            pass
        with pytest.raises(LogInFailed):
            service.finish(begun, answer)
    with pytest.raises(LogInFailed):
        service.finish(begun, {**answers[0], "state": "x"})

    secrets = [SECRET, "an-access-token", "what the provider wrote", KARI, "Kari"]
    secrets += [part for token in wrong.tokens for part in token.split(".")[1:]]
    secrets += [value for begun in begun_all for value in (begun.state, begun.nonce, begun.verifier)]
    secrets += [answer["code"] for answer in answers]
    said = "\n".join([caplog.text, *(f"{vars(record)}" for record in caplog.records)])
    assert "an ID token was not accepted: it answers another log-in (nonce)" in said
    assert "an ID token was not accepted: expired_token exp" in said
    assert [secret for secret in secrets if secret in said] == []


def test_a_refusal_carries_no_trace_of_what_was_sent(wrong: WrongProvider, clock: Clock) -> None:
    service = at(wrong, clock)
    begun = service.begin()
    wrong.instead["/token"] = Answer(400, b'{"error": "invalid_client", "error_description": "the secret was hunter2"}')
    with pytest.raises(LogInFailed) as caught:
        service.finish(begun, wrong.answers(begun.address))
    assert caught.value.message == "The log-in service refused (invalid_client)."
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))

"""From the claims of an ID token to somebody. An e-mail address is never read: whoever runs a mailbox could claim it."""

import logging
import unicodedata
from collections.abc import Mapping
from typing import Any

from filrydd.web.identity import Identity
from filrydd.web.openid import trouble

LONGEST_NAME = 200
_LONGEST_ID = 255
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
_log = logging.getLogger(__name__)


def somebody(claims: Mapping[str, Any], *, issuer: str, client: str, tenant: str) -> Identity:
    """Who the claims of a checked ID token are about.

    Their key is the issuer, the tenant (`tid`, of Entra ID) and the object id (`oid` of Entra ID, else `sub`). Groups are the
    claim `groups`. App roles are the claim `roles` (Entra ID), and `realm_access.roles` and `resource_access[client].roles`
    (Keycloak). Only the ID token is read: Keycloak puts roles in its access token by default, so its mappers for realm
    roles and client roles must have "Add to ID token" switched on. A claim of another shape counts as not there.

    `tenant`: the only one that is let in, or empty. Raises LogInFailed for somebody of another one, for a key that is no
    plain text, and when there are more groups than a token holds (Entra ID's overage): who belongs to a group that is not
    told would lack its role today and have it tomorrow.
    """
    theirs = claims.get("tid") or ""
    if tenant and theirs != tenant:
        _log.warning("somebody of another tenant was not let in")
        raise trouble.other_tenant()
    who = claims.get("oid") or claims.get("sub")
    # A bar in the tenant could make two people's keys the same.
    if not _is_id(who) or not (theirs == "" or (_is_id(theirs) and "|" not in theirs)):
        _log.warning("an ID token names nobody: its oid, sub or tid is no plain text")
        raise trouble.not_checked()
    _refuse_untold_groups(claims)
    return Identity(
        name=_name(claims) or str(who),
        who=f"{issuer}|{theirs}|{who}",
        how=f"OpenID Connect, {issuer}",
        object_id=str(who),
        groups=_words(claims.get("groups")),
        app_roles=_words(claims.get("roles"))
        | _words(_within(claims, "realm_access", "roles"))
        | _words(_within(claims, "resource_access", client, "roles")),
    )


def _is_id(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _LONGEST_ID and value.isprintable()


def _refuse_untold_groups(claims: Mapping[str, Any]) -> None:
    elsewhere = claims.get("_claim_names")
    if (isinstance(elsewhere, dict) and "groups" in elsewhere) or claims.get("hasgroups"):
        _log.warning("an ID token does not name its groups, there are too many")
        raise trouble.too_many_groups()


def _name(claims: Mapping[str, Any]) -> str:
    for claim in ("name", "preferred_username"):
        value = claims.get(claim)
        if isinstance(value, str):
            # Line ends and the like become spaces before what nobody sees is taken out.
            seen = "".join(letter for letter in " ".join(value.split()) if unicodedata.category(letter) not in _UNSEEN)
            if name := seen[:LONGEST_NAME].strip():
                return name
    return ""


def _within(claims: Mapping[str, Any], *path: str) -> object:
    found: object = claims
    for step in path:
        found = found.get(step) if isinstance(found, Mapping) else None
    return found


def _words(value: object) -> frozenset[str]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        return frozenset()
    return frozenset(value) - {""}

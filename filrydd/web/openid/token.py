"""The ID token, checked: OpenID Connect Core 1.0, section 3.1.3.7."""

import base64
import binascii
import json
import logging
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from filrydd.errors import LogInFailed
from filrydd.web.openid import trouble
from filrydd.web.openid.kept import Kept

if TYPE_CHECKING:
    from joserfc.jwk import Key, KeySet

LEEWAY = 120
"""Seconds by which the provider's clock may differ from ours."""
_log = logging.getLogger(__name__)


def checked(
    token: str,
    *,
    keys: "Kept[KeySet]",
    algorithms: Sequence[str],
    issuer: str,
    client: str,
    nonce: str,
    now: datetime,
) -> dict[str, Any]:
    """The claims of an ID token that the issuer signed for this client, in answer to this nonce, and that is valid `now`.

    `algorithms` are asymmetric and not empty. Raises LogInFailed for anything else; the log says what was wrong, never the token.
    """
    from joserfc import jws, jwt
    from joserfc.errors import ClaimError, JoseError

    header = _header(token)
    algorithm = header.get("alg")
    # joserfc takes an empty list for "the usual ones", symmetric ones among them.
    if algorithm not in algorithms:
        raise _wrong("it is not signed by an algorithm that the metadata lists")
    if "crit" in header:
        raise _wrong("it has extensions that must be understood")
    key = _key(header.get("kid"), str(algorithm), keys)
    try:
        # Header fields that are not known are ignored: RFC 7515, section 4.
        registry = jws.JWSRegistry(algorithms=[str(algorithm)], strict_check_header=False)
        claims = jwt.decode(token, key, registry=registry).claims
        jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=LEEWAY,
            iss={"essential": True, "value": issuer},
            sub={"essential": True},
            aud={"essential": True, "value": client},
            exp={"essential": True},
            iat={"essential": True},
        ).validate(claims)
    except ClaimError as error:
        raise _wrong(f"{error.error} {error.claim}") from None
    except JoseError as error:
        raise _wrong(error.error) from None
    except (ValueError, TypeError, RecursionError) as error:
        raise _wrong(type(error).__name__) from None
    audience, party = claims["aud"], claims.get("azp")
    if (party is not None or (isinstance(audience, list) and len(audience) > 1)) and party != client:
        raise _wrong("it was made for another application too")
    if claims.get("nonce") != nonce:
        raise _wrong("it answers another log-in (nonce)")
    return claims


def _header(token: str) -> dict[str, Any]:
    try:
        first = token.split(".", 1)[0].encode("ascii")
        header = json.loads(base64.urlsafe_b64decode(first + b"=" * (-len(first) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        raise _wrong("its header cannot be read") from None
    if not isinstance(header, dict):
        raise _wrong("its header is no object")
    return header


def _key(id: object, algorithm: str, keys: "Kept[KeySet]") -> "Key":
    """The key with that id; the keys are read anew when there is none: providers change them. Without an id, the only key."""
    from joserfc.errors import InvalidKeyIdError

    if id is not None and not isinstance(id, str):
        raise _wrong("its key's id is no text")
    for found in (keys.get, keys.again):
        try:
            return found().get_by_kid(id, {"alg": algorithm, "use": "sig"})
        except InvalidKeyIdError:
            continue
    raise _wrong("no key of the log-in service has its key's id")


def _wrong(why: str) -> LogInFailed:
    _log.warning("an ID token was not accepted: %s", why)
    return trouble.not_checked()

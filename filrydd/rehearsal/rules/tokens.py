"""Access tokens: issued by the authority, read at every call.

Their claims are those of Entra's tokens for applications (Microsoft, "Access token claims reference"). The texts of refusals
are Graph's. A token runs out to the second; Microsoft's grace of some minutes for clocks that differ is left out, so that the
end can be rehearsed.
"""

import hmac
import math
import threading
import uuid
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from filrydd.rehearsal.clock import Clock
from filrydd.rehearsal.refusal import Refused
from filrydd.rehearsal.rules import jws
from filrydd.rehearsal.rules.apps import App

GRAPH = ("https://graph.microsoft.com", "00000003-0000-0000-c000-000000000000")
"""How tokens name Graph."""
_HERE = ("127.0.0.1", "localhost", "[::1]", "::1")
_KEPT = 4096

_NO_DOTS = (
    "IDX14100: JWT is not well formed, there are no dots (.).\nThe token needs to be in JWS or JWE Compact Serialization "
    "Format. (JWS): 'EncodedHeader.EncodedPayload.EncodedSignature'. (JWE): 'EncodedProtectedHeader.EncodedEncryptedKey."
    "EncodedInitializationVector.EncodedCiphertext.EncodedAuthenticationTag'."
)
_UNREADABLE = "CompactToken parsing failed with error code: 80049217"


@lru_cache(16)
def sharepoint(host: str) -> tuple[str, ...]:
    """How tokens name the SharePoint of a tenant that listens on `host`: by that, or by a name of this machine."""
    return tuple(f"https://{each}" for each in (*_HERE, host.lower(), f"[{host.lower()}]"))


def audiences(path: str, host: str) -> tuple[str, ...]:
    """For which services a token may be at a decoded path: Graph's roots take Graph's, all else is SharePoint itself."""
    return GRAPH if path.startswith(("/v1.0", "/beta")) else sharepoint(host)


class Key(Protocol):
    """A key that is made when it is first needed."""

    def there(self) -> RSAPrivateKey | None:
        """The key, if it was made."""

    def made(self) -> RSAPrivateKey:
        """The key."""

    def name(self) -> str:
        """Its id in headers and key lists."""


@dataclass(frozen=True, slots=True)
class _Known:
    app: App
    audience: str
    expires: float


class Tokens:
    """Issues and reads the access tokens of one tenant. `trial` is a token that never runs out and that all hosts take."""

    def __init__(self, key: Key, clock: Clock, tenant: str, trial: str, first: App) -> None:
        self._key = key
        self._clock = clock
        self._tenant = tenant
        self._trial = trial.encode()
        self._first = _Known(first, "", math.inf)
        self._known: dict[str, _Known] = {}
        # Tokens are issued in threads, since a signature takes its time.
        self._turn = threading.Lock()

    def issue(self, app: App, audience: str, seconds: int) -> str:
        """A token for an app, that lasts so many seconds."""
        begins = self._clock.now()
        now, ends = int(begins), begins + seconds
        claims = {
            "aud": audience,
            "iss": f"https://sts.windows.net/{self._tenant}/",
            "iat": now,
            "nbf": now,
            "exp": math.ceil(ends),
            "app_displayname": app.name,
            "appid": app.id,
            "appidacr": "2" if app.certified else "1",
            "idtyp": "app",
            "oid": str(uuid.uuid5(uuid.NAMESPACE_OID, f"{self._tenant} {app.id}")),
            "sub": str(uuid.uuid5(uuid.NAMESPACE_OID, f"{self._tenant} {app.id}")),
            "roles": sorted(app.permissions),
            "tid": self._tenant,
            "uti": jws.text(uuid.uuid4().bytes),
            "ver": "1.0",
        }
        # Without any permission there is no claim, as in Entra.
        if not claims["roles"]:
            del claims["roles"]
        key = self._key.made()
        token = jws.sign(key, {"x5t": self._key.name(), "kid": self._key.name()}, claims)
        # What is remembered ends exactly then; what is read again, after a restart, at the next whole second.
        self._keep(token, _Known(app, audience, ends))
        return token

    def public_key(self) -> tuple[RSAPublicKey, str]:
        """The key that others check tokens with, and its id."""
        return self._key.made().public_key(), self._key.name()

    def app(self, token: str, audiences: tuple[str, ...]) -> App:
        """Whose token it is. Raises Refused (401) unless it is one of ours, for one of the audiences, and lasts."""
        known = self._known.get(token) or self._read(token)
        if known.audience and known.audience not in audiences:
            if audiences != GRAPH:
                kind = "Microsoft.IdentityModel.Tokens.AudienceUriValidationFailedException"
                raise Refused(401, "unauthenticated", f"Exception of type '{kind}' was thrown.")
            raise _refused("Access token validation failure. Invalid audience.")
        if self._clock.now() >= known.expires:
            raise _refused("Lifetime validation failed, the token is expired.")
        if audiences != GRAPH and not known.app.certified:
            # What SharePoint itself says to an app that signed in with a secret.
            raise Refused(401, "unauthenticated", "Unsupported app only token.")
        return known.app

    def _read(self, token: str) -> _Known:
        if hmac.compare_digest(token.encode("utf-8", "replace"), self._trial):
            return self._keep(token, self._first)
        if not token:
            raise _refused("Access token is empty.")
        try:
            signed = jws.read(token)
        except jws.Malformed:
            raise _refused(_NO_DOTS if "." not in token else _UNREADABLE) from None
        key = self._key.there()
        if key is None or signed.header.get("alg") != "RS256" or not signed.holds(key.public_key()):
            raise _refused("Access token validation failure.")
        # What carries our signature has our claims.
        said = signed.claims
        app = App(said["appid"], said["app_displayname"], frozenset(said.get("roles", ())), said["appidacr"] == "2")
        return self._keep(token, _Known(app, said["aud"], said["exp"]))

    def _keep(self, token: str, known: _Known) -> _Known:
        with self._turn:
            while len(self._known) >= _KEPT:
                del self._known[next(iter(self._known))]
            self._known[token] = known
        return known


def _refused(message: str) -> Refused:
    return Refused(401, "InvalidAuthenticationToken", message)

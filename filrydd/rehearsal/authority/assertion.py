"""Client assertions: an app shows that it holds the key of its certificate.

Source: Microsoft, "Microsoft identity platform application authentication certificate credentials". A `jti` is not remembered:
MSAL sends one assertion again for nine minutes, and Entra takes it.
"""

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256

from filrydd.rehearsal.authority.denial import Denied, client
from filrydd.rehearsal.rules import jws

TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
SKEW = 300
"""Seconds that the clocks may differ."""
_FAR = 1e12
_MALFORMED = "JWT token is invalid or malformed."


def read(text: str) -> jws.Signed:
    """An assertion in its parts, nothing of it proved. Raises Denied."""
    try:
        return jws.read(text)
    except jws.Malformed:
        raise Denied("invalid_request", 50027, _MALFORMED) from None


def app_of(assertion: jws.Signed) -> str:
    """The app that it names; empty if it names none."""
    said = assertion.claims.get("sub") or assertion.claims.get("iss")
    return said if isinstance(said, str) else ""


def check(
    assertion: jws.Signed, app: str, certificate: x509.Certificate | None, audiences: set[str], now: float
) -> None:
    """Raise Denied unless the holder of an app's certificate made it, for us, and it is time for it."""
    claims = assertion.claims
    if claims.get("iss") != claims.get("sub") or str(claims.get("sub")).lower() != app:
        raise client(700021, "Client assertion application identifier doesn't match 'client_id' parameter.")
    name = _thumbprint_said(assertion)
    if certificate is None or name not in _thumbprints(certificate):
        raise client(
            700027,
            "The certificate with identifier used to sign the client assertion is not registered on application. "
            "[Reason - The key was not found.]",
        )
    if not certificate.not_valid_before_utc.timestamp() <= now <= certificate.not_valid_after_utc.timestamp():
        raise client(700027, "Client assertion contains an invalid signature. [Reason - The key used is expired.]")
    key = certificate.public_key()
    if not isinstance(key, RSAPublicKey) or not assertion.holds(key):
        raise client(
            700027,
            "Client assertion contains an invalid signature. "
            "[Reason - The provided signature value did not match the expected signature value.]",
        )
    begins, ends = _time(claims.get("nbf", claims.get("iat", 0))), _time(claims.get("exp"))
    if begins is None or ends is None or not isinstance(claims.get("jti"), str):
        raise Denied("invalid_request", 50027, _MALFORMED)
    if now < begins - SKEW or now >= ends + SKEW:
        raise client(700024, "Client assertion is not within its valid time range.")
    if not isinstance(claims.get("aud"), str) or claims["aud"].lower().rstrip("/") not in audiences:
        raise client(700023, "Client assertion audience claim does not match Realm issuer.")


def _thumbprint_said(assertion: jws.Signed) -> str:
    said = assertion.header.get("x5t#S256") or assertion.header.get("x5t")
    return said.rstrip("=") if isinstance(said, str) else ""


def _thumbprints(certificate: x509.Certificate) -> set[str]:
    # SHA-1 is only a name here; the signature is what proves.
    return {jws.text(certificate.fingerprint(each)) for each in (SHA1(), SHA256())}


def _time(value: object) -> float | None:
    known = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _FAR
    return float(value) if known and isinstance(value, int | float) else None

"""What the provider says about itself: OpenID Connect Discovery 1.0."""

import logging
import re
from dataclasses import dataclass
from typing import Any

from filrydd.web.openid import trouble
from filrydd.web.openid.addresses import is_http, is_safe
from filrydd.web.openid.settings import TENANT, Settings

WELL_KNOWN = "/.well-known/openid-configuration"
_ASYMMETRIC = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
_TENANT_HOLE = "{tenantid}"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Metadata:
    """`issuer` is what ID tokens must name; `algorithms` those of their signatures that are accepted, never empty."""

    issuer: str
    authorize: str
    exchange: str
    keys: str
    algorithms: tuple[str, ...]
    secret_in_body: bool
    names_itself: bool
    """Whether each answer carries `iss` (RFC 9207)."""


def read(settings: Settings) -> Metadata:
    """Ask the provider. Raises LogInFailed when it does not answer, calls itself otherwise, or lacks something."""
    from filrydd.web.openid import channel

    return understood(channel.read(settings.issuer.removesuffix("/") + WELL_KNOWN), settings)


def understood(said: dict[str, Any], settings: Settings) -> Metadata:
    """The metadata document, checked. Raises LogInFailed; the log says why."""
    issuer = _issuer(said.get("issuer"), settings)
    addresses = [said.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
    for address in addresses:
        # A provider on the network that sends the service to this computer's own ports is up to no good.
        if not isinstance(address, str) or not is_safe(address, http=is_http(settings.issuer)):
            _log.warning("the log-in service names an address that is missing or not https")
            raise trouble.not_understood()
    offered = said.get("id_token_signing_alg_values_supported", ["RS256"])
    algorithms = tuple(name for name in _ASYMMETRIC if isinstance(offered, list) and name in offered)
    if not algorithms:
        _log.warning("the log-in service signs ID tokens with nothing of %s", ", ".join(_ASYMMETRIC))
        raise trouble.not_understood()
    authorize, exchange, keys = (str(address) for address in addresses)
    methods = said.get("token_endpoint_auth_methods_supported")
    return Metadata(
        issuer,
        authorize,
        exchange,
        keys,
        algorithms,
        secret_in_body=isinstance(methods, list) and "client_secret_post" in methods,
        names_itself=said.get("authorization_response_iss_parameter_supported") is True,
    )


def _issuer(said: object, settings: Settings) -> str:
    """The issuer exactly as configured (Discovery 1.0, section 4.3).

    Entra ID describes `organizations` and `common` with a hole for the tenant; it is filled with the configured one, and
    such a document is only taken from the configured host and path.
    """
    if said == settings.issuer:
        return settings.issuer
    if isinstance(said, str) and _TENANT_HOLE in said:
        if settings.tenant:
            any_tenant = "[^/]+".join(re.escape(piece) for piece in said.split(_TENANT_HOLE))
            if re.fullmatch(any_tenant, settings.issuer):
                return said.replace(_TENANT_HOLE, settings.tenant)
        else:
            _log.warning("the log-in service is for many tenants: set %s to the one that is let in", TENANT)
            raise trouble.not_understood()
    _log.warning("the log-in service calls itself %.300r, not %s", said, settings.issuer)
    raise trouble.not_understood()

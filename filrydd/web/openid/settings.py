"""Which provider people log in with, and as which application this service is known there."""

import os
import re
from dataclasses import dataclass, field

from filrydd.errors import BadUsage
from filrydd.lang import _
from filrydd.web.openid.addresses import is_safe

ISSUER, CLIENT, SECRET, TENANT = (f"FILRYDD_OIDC_{what}" for what in ("ISSUER", "CLIENT", "SECRET", "TENANT"))


@dataclass(frozen=True, slots=True)
class Settings:
    """`issuer` is the provider's address exactly as it calls itself; `client` the id of this application there.

    Without a `secret` the application is a public client, which PKCE alone protects. With a `tenant` only accounts of it
    are let in (the `tid` claim of Entra ID). Raises BadUsage for an issuer that is neither https nor on this computer, and
    for anything that cannot be an issuer, a client or a tenant.
    """

    issuer: str
    client: str
    secret: str = field(default="", repr=False)
    tenant: str = ""

    def __post_init__(self) -> None:
        # An issuer has no query and no fragment: OpenID Connect Discovery 1.0, section 3.
        if not is_safe(self.issuer) or "?" in self.issuer:
            raise BadUsage(
                _("{variable} is not the address of a log-in service.").format(variable=ISSUER),
                next=_("Give its address as it calls itself: https://, then the host, with no question mark in it."),
            )
        if not re.fullmatch(r"[!-~]{1,255}", self.client):
            raise BadUsage(
                _("{variable} is not the id of an application.").format(variable=CLIENT),
                next=_("Give the client id that the log-in service shows for this application."),
            )
        if not re.fullmatch(r"[A-Za-z0-9._-]{0,255}", self.tenant):
            raise BadUsage(
                _("{variable} is not the id of a tenant.").format(variable=TENANT),
                next=_("Give the tenant id that Entra ID shows, or leave the variable out."),
            )

    @classmethod
    def from_environment(cls) -> "Settings | None":
        """As FILRYDD_OIDC_ISSUER, _CLIENT, _SECRET and _TENANT say; None when none of them is set.

        Raises BadUsage when the issuer or the client is missing beside the others, and as the class does.
        """
        issuer, client, secret, tenant = (os.environ.get(name, "").strip() for name in (ISSUER, CLIENT, SECRET, TENANT))
        if not (issuer or client or secret or tenant):
            return None
        for name, value in ((ISSUER, issuer), (CLIENT, client)):
            if not value:
                raise BadUsage(
                    _("Log-in is only half set up: {variable} is missing.").format(variable=name),
                    next=_("Set {issuer} and {client}, or none of the variables.").format(issuer=ISSUER, client=CLIENT),
                )
        return cls(issuer, client, secret, tenant)

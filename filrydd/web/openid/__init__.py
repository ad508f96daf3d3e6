"""Log-in by OpenID Connect: Entra ID, Keycloak and whoever else follows the standard.

settings.py    which provider, from the environment
addresses.py   which addresses may be spoken to
provider.py    a log-in: where the browser is sent, and who comes back
metadata.py    what the provider says about itself
channel.py     the requests to it: short, small, never led elsewhere
keys.py        the keys that it signs with
kept.py        an answer that is kept for a while
token.py       the ID token, checked
claims.py      from claims to somebody
trouble.py     what a person is told when it does not work

The flow is the authorization code's, with PKCE, state and nonce (OpenID Connect Core 1.0, section 3.1; RFC 7636; RFC 9700). What
identifies a person is the issuer, the tenant and the object id; an e-mail address is never read. No token is kept, and none
is written to the log.
"""

from filrydd.web.openid.provider import Begun, Provider
from filrydd.web.openid.settings import Settings

__all__ = ["Begun", "Provider", "Settings"]

"""A log-in with an OpenID Connect provider: where the browser is sent, and who comes back."""

import logging
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from filrydd.errors import BadUsage
from filrydd.lang import _
from filrydd.web.identity import Identity
from filrydd.web.openid import metadata, trouble
from filrydd.web.openid.addresses import is_safe
from filrydd.web.openid.claims import somebody
from filrydd.web.openid.kept import Kept
from filrydd.web.openid.settings import Settings

if TYPE_CHECKING:
    from joserfc.jwk import KeySet

BEGUN_LIVES = timedelta(minutes=15)
SCOPES = "openid profile"
_CODE = re.compile(r"[ -~]{1,8192}")
"""RFC 6749, appendix A.11; how long a code may be is not said there, Entra ID's have some 1,500 characters."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Begun:
    """A log-in that somebody began. `address` is where their browser is sent; the rest stays on the server, kept for that
    browser alone (a cookie of its own names it) and taken away by the first answer: then an answer that was meant for
    another browser logs nobody in."""

    address: str = field(repr=False)
    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    at: datetime


class Provider:
    """The provider of the settings. `redirect` is this service's own address that browsers come back to,
    `https://HOST/log-in/back`, as registered with the provider; `clock` gives the time with its zone.

    Its methods wait for the provider, some seconds at most, and may be called from several threads. Nothing is asked
    before the first log-in. Raises BadUsage for a `redirect` that is neither https nor on this computer.
    """

    def __init__(self, settings: Settings, redirect: str, *, clock: Callable[[], datetime]) -> None:
        if not is_safe(redirect):
            raise BadUsage(_("Log-in needs an address that begins with https://, or one on this computer."))
        self._settings = settings
        self._redirect = redirect
        self._clock = clock
        self._metadata = Kept(lambda: metadata.read(settings), clock)
        self._keys: Kept[KeySet] = Kept(self._read_keys, clock)

    def begin(self) -> Begun:
        """A new log-in. Raises LogInFailed when the provider does not answer, or not as it should."""
        from authlib.oauth2.rfc6749.parameters import prepare_grant_uri  # type: ignore[import-untyped]
        from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]

        state, nonce, verifier = (secrets.token_urlsafe(48) for _each in range(3))
        address = prepare_grant_uri(
            self._metadata.get().authorize,
            client_id=self._settings.client,
            response_type="code",
            redirect_uri=self._redirect,
            scope=SCOPES,
            state=state,
            nonce=nonce,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
        )
        return Begun(address, state, nonce, verifier, self._clock())

    def finish(self, begun: Begun, query: Mapping[str, str]) -> Identity:
        """Who came back with the parameters of that address. `begun` is forgotten by the caller before it calls.

        Raises LogInFailed, with a sentence for the person, when this answers another log-in or an old one, the provider
        refused or does not answer, or its token cannot be checked.
        """
        from filrydd.web.openid import channel, token

        if not _is_same(query.get("state", ""), begun.state) or self._clock() - begun.at > BEGUN_LIVES:
            _log.warning("an answer does not belong to a log-in that this browser began, or it came too late")
            raise trouble.not_begun()
        about = self._metadata.get()
        # Somebody else's answer must not make us send them this provider's code: RFC 9207, section 2.4.
        if ("iss" in query or about.names_itself) and query.get("iss") != about.issuer:
            _log.warning("an answer is not from the log-in service that was asked (iss)")
            raise trouble.not_checked()
        if "error" in query:
            _log.warning("the log-in service refused: %s", trouble.known(query["error"]))
            raise trouble.refused(query["error"])
        if not _CODE.fullmatch(query.get("code", "")):
            _log.warning("an answer has neither a code nor an error")
            raise trouble.not_checked()
        settings = self._settings
        said = channel.exchange(
            about.exchange,
            client=settings.client,
            secret=settings.secret,
            secret_in_body=about.secret_in_body,
            redirect=self._redirect,
            code=query["code"],
            verifier=begun.verifier,
        )
        claims = token.checked(
            said,
            keys=self._keys,
            algorithms=about.algorithms,
            issuer=about.issuer,
            client=settings.client,
            nonce=begun.nonce,
            now=self._clock(),
        )
        return somebody(claims, issuer=about.issuer, client=settings.client, tenant=settings.tenant)

    def _read_keys(self) -> "KeySet":
        from filrydd.web.openid import keys

        return keys.read(self._metadata.get().keys)


def _is_same(one: str, other: str) -> bool:
    return secrets.compare_digest(*(each.encode("utf-8", "surrogatepass") for each in (one, other)))

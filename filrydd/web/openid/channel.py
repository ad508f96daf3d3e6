"""The requests to the provider: 5 seconds, 256 KiB, and no redirect is followed.

The exchange is Authlib's. Nothing of what is sent or answered is logged but addresses and status codes.
"""

import json
import logging
import sys
import time
import warnings
from functools import cache
from typing import Any
from urllib.parse import quote_plus

from authlib.deprecate import AuthlibDeprecationWarning  # type: ignore[import-untyped]

from filrydd.web.openid import trouble
from filrydd.web.openid.addresses import is_http

with warnings.catch_warnings():
    # Authlib prefers a successor of httpx that this project does not use yet.
    warnings.filterwarnings("ignore", "The httpx module is deprecated", AuthlibDeprecationWarning)
    from authlib.integrations.httpx_client import OAuth2Client, OAuthError  # type: ignore[import-untyped]

# Authlib chooses the HTTP library, so the exceptions are of the one that it chose.
_http: Any = sys.modules[OAuth2Client.__bases__[-1].__module__.partition(".")[0]]

SECONDS = 5.0
MOST = 256 * 1024
_log = logging.getLogger(__name__)


class _TooMuch(Exception):
    """An answer that is longer than MOST, or packed so that its length cannot be told."""


class _Client(OAuth2Client):  # type: ignore[misc]
    def send(self, request: Any, **how: Any) -> Any:
        """As the base's, with an answer that was read whole but never beyond MOST nor long after SECONDS."""
        until = time.monotonic() + SECONDS
        response = super().send(request, **{**how, "stream": True})
        try:
            if response.headers.get("content-encoding", "identity").lower() != "identity":
                raise _TooMuch
            body = bytearray()
            for piece in response.iter_raw():
                body += piece
                if len(body) > MOST:
                    raise _TooMuch
                if time.monotonic() > until:
                    raise _http.ReadTimeout("too slow", request=request)
        finally:
            response.close()
        return _http.Response(response.status_code, headers=response.headers, content=bytes(body), request=request)


@cache
def _trusted() -> Any:
    """Who vouches for hosts: the HTTP library's list, or the file SSL_CERT_FILE. Reading it takes longer than a request."""
    return _http.create_ssl_context()


def _client(near: str, **about: Any) -> _Client:
    return _Client(
        timeout=SECONDS,
        follow_redirects=False,
        verify=_trusted(),
        headers={"accept-encoding": "identity", "accept": "application/json"},
        # A proxy is for addresses outside of this computer.
        trust_env=not is_http(near),
        **about,
    )


def read(address: str) -> dict[str, Any]:
    """The JSON object at an address that `is_safe`. Raises LogInFailed."""
    try:
        with _client(address) as client:
            response = client.request("GET", address, withhold_token=True)
        if response.status_code >= 500:
            _log.warning("%s answered %d", address, response.status_code)
            raise trouble.no_answer()
        if response.status_code != 200:
            _log.warning("%s answered %d", address, response.status_code)
            raise trouble.not_understood()
        found = json.loads(response.content)
    except (_http.HTTPError, _http.InvalidURL) as error:
        _log.warning("%s does not answer: %s", address, type(error).__name__)
        raise trouble.no_answer() from error
    except (_TooMuch, ValueError, RecursionError) as error:
        _log.warning("%s answered with what is no JSON, or with too much", address)
        raise trouble.not_understood() from error
    if not isinstance(found, dict):
        _log.warning("%s answered with what is no JSON object", address)
        raise trouble.not_understood()
    return found


def exchange(
    address: str, *, client: str, secret: str, secret_in_body: bool, redirect: str, code: str, verifier: str
) -> str:
    """The ID token for an authorization code, unchecked (RFC 6749, section 4.1.3; RFC 7636, section 4.5).

    `secret_in_body`: the secret goes in the form instead of the header; empty, none is sent. Raises LogInFailed.
    """
    method = "none" if not secret else "client_secret_post" if secret_in_body else "client_secret_basic"
    if method == "client_secret_basic":
        # Authlib leaves this encoding of RFC 6749, section 2.3.1, to its caller.
        client, secret = quote_plus(client), quote_plus(secret)
    try:
        with _client(
            address, client_id=client, client_secret=secret or None, token_endpoint_auth_method=method
        ) as asking:
            answer = asking.fetch_token(
                address, grant_type="authorization_code", code=code, redirect_uri=redirect, code_verifier=verifier
            )
    except OAuthError as error:
        _log.warning("%s refused the code: %s", address, trouble.known(error.error))
        # What the provider writes beside its code stays out of every trace.
        raise trouble.refused(error.error) from None
    except (_http.HTTPError, _http.InvalidURL) as error:
        _log.warning("%s does not answer: %s", address, type(error).__name__)
        raise trouble.no_answer() from None
    except (_TooMuch, ValueError, RecursionError):
        _log.warning("%s answered the code with what is no JSON object, or with too much", address)
        raise trouble.not_understood() from None
    token = answer.get("id_token")
    if not isinstance(token, str):
        _log.warning("%s sent no ID token", address)
        raise trouble.not_checked()
    return token

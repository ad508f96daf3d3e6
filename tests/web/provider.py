"""Providers to log in with: a real one, and one that can be told to lie. Both in this process, on free ports."""

import json
import threading
import time
import warnings
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from joserfc import jws
from joserfc.jwk import ECKey, RSAKey

from filrydd.web.openid import Provider, Settings

with warnings.catch_warnings():
    # oidc-provider-mock stands on parts of Authlib that are on their way out; Authlib insists on saying so, from here on.
    import authlib.deprecate  # noqa: F401

    warnings.simplefilter("ignore")
    import oidc_provider_mock

CLIENT = "filrydd-tests"
SECRET = "a secret/with+signs=%"
BACK = "http://127.0.0.1:8765/log-in/back"
KARI = "b4f0a7ab-0000-4000-8000-000000000001"


@dataclass(frozen=True)
class RealProvider:
    """oidc-provider-mock, listening; `issuer` is its address."""

    issuer: str

    def knows(self, sub: str, **claims: object) -> None:
        """From now on there is such a person, of whom the ID token says these claims."""
        httpx.put(f"{self.issuer}/users/{sub}", json=claims).raise_for_status()

    def answers(self, address: str, sub: str = KARI, *, deny: bool = False) -> dict[str, str]:
        """A browser that follows `address`, logs in as that person, and is sent back: the parameters that it brings."""
        with httpx.Client(follow_redirects=False) as browser:
            assert browser.get(address).status_code == 200
            sent = browser.post(address, data={"action": "deny"} if deny else {"sub": sub})
        assert sent.status_code == 302, sent.text
        assert sent.headers["location"].startswith(BACK)
        return parameters(sent.headers["location"])


@contextmanager
def real_provider() -> Iterator[RealProvider]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with oidc_provider_mock.run_server_in_thread() as server:
            yield RealProvider(f"http://localhost:{server.server_port}")


def at(
    provider: "RealProvider | WrongProvider", clock: Callable[[], datetime], *, secret: str = SECRET, tenant: str = ""
) -> Provider:
    """The provider as this service knows it."""
    return Provider(Settings(provider.issuer, CLIENT, secret, tenant), BACK, clock=clock)


def parameters(address: str) -> dict[str, str]:
    """The parameters of an address."""
    return {name: values[-1] for name, values in parse_qs(urlsplit(address).query, keep_blank_values=True).items()}


@dataclass
class Answer:
    """What is sent for a request, instead of what is right."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    drips: bool = False
    """Sent a byte at a time, until the other side has had enough."""


class WrongProvider:
    """A provider that is right until a test changes something.

    `claims` and `header` change the next ID tokens (None takes one out), `sign` makes the whole token, `metadata` the
    metadata; `instead` answers a path otherwise. `asked` are the paths so far, `exchanged` the forms of the exchanges.
    """

    def __init__(self) -> None:
        self.key: Any = _key("first")
        self.published: list[Any] = [self.key.as_dict(private=False)]
        self.metadata: dict[str, Any] = {}
        self.claims: dict[str, Any] = {}
        self.header: dict[str, Any] = {}
        self.sign: Callable[[dict[str, Any]], str] = self._signed
        self.instead: dict[str, Answer] = {}
        self.asked: list[str] = []
        self.exchanged: list[dict[str, str]] = []
        self.authorizations: list[str] = []
        self.tokens: list[str] = []
        self._codes: dict[str, dict[str, str]] = {}
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider._answer(self, b"")

            def do_POST(self) -> None:
                provider._answer(self, self.rfile.read(int(self.headers["content-length"])))

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        """From now on nobody answers."""
        self._server.shutdown()
        self._server.server_close()

    def answers(self, address: str, sub: str = KARI) -> dict[str, str]:
        """Somebody logs in: the parameters that their browser brings back."""
        asked = parameters(address)
        code = f"code-{len(self._codes)}-of-{sub}"
        self._codes[code] = {**asked, "sub": sub}
        return {"code": code, "state": asked["state"]}

    def rotate(self, id: str = "second") -> None:
        """Sign with a new key from now on, and publish that one alone."""
        self.key = _key(id)
        self.published = [self.key.as_dict(private=False)]

    def use_elliptic(self) -> None:
        self.key = ECKey.generate_key("P-256", {"kid": "curve"})
        self.published = [self.key.as_dict(private=False)]
        self.metadata["id_token_signing_alg_values_supported"] = ["ES256"]
        self.header["alg"] = "ES256"

    def _signed(self, claims: dict[str, Any]) -> str:
        header = {"alg": "RS256", "kid": self.key.kid, **self.header}
        header = {name: value for name, value in header.items() if value is not None}
        return jws.serialize_compact(header, json.dumps(claims), self.key)

    def _answer(self, request: BaseHTTPRequestHandler, body: bytes) -> None:
        path = urlsplit(request.path).path
        self.asked.append(path)
        answer = self.instead.get(path) or self._right(path, request, body)
        request.send_response(answer.status)
        for name, value in answer.headers.items():
            request.send_header(name, value)
        if answer.drips:
            request.end_headers()
            try:
                while True:
                    request.wfile.write(b" ")
                    time.sleep(0.05)
            except OSError:
                return
        request.send_header("content-length", str(len(answer.body)))
        request.end_headers()
        try:
            request.wfile.write(answer.body)
        except OSError:
            return

    def _right(self, path: str, request: BaseHTTPRequestHandler, body: bytes) -> Answer:
        if path == "/.well-known/openid-configuration":
            return _json({**self._metadata(), **self.metadata})
        if path == "/keys":
            return _json({"keys": self.published})
        if path == "/token":
            form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
            self.exchanged.append(form)
            self.authorizations.append(request.headers.get("authorization", ""))
            return self._exchange(form)
        return Answer(404)

    def _metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
        }

    def _exchange(self, form: dict[str, str]) -> Answer:
        begun = self._codes.pop(form["code"], None)
        proof = urlsafe_b64encode(sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        if begun is None or begun["code_challenge"] != proof or begun["redirect_uri"] != form["redirect_uri"]:
            return _json({"error": "invalid_grant", "error_description": "<b>what the provider wrote</b>"}, 400)
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": begun["sub"],
            "aud": begun["client_id"],
            "iat": now,
            "exp": now + 300,
            "nonce": begun["nonce"],
            "name": "Kari Nordmann",
            **self.claims,
        }
        token = self.sign({name: value for name, value in claims.items() if value is not None})
        self.tokens.append(token)
        return _json({"access_token": "an-access-token", "token_type": "Bearer", "id_token": token})


@cache
def _key(id: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": id, "use": "sig", "alg": "RS256"})


def _json(content: object, status: int = 200) -> Answer:
    return Answer(status, json.dumps(content).encode(), {"content-type": "application/json"})

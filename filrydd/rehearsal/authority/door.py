"""The addresses of the sign-in service, as Entra has them (OpenID Connect Discovery, RFC 6749)."""

import asyncio
import re
import uuid
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from filrydd.rehearsal.authority import credential
from filrydd.rehearsal.authority.denial import Denied, body, shown
from filrydd.rehearsal.rules import jws
from filrydd.rehearsal.rules.tokens import sharepoint
from filrydd.rehearsal.tenancy import DOMAIN, Tenancy

LARGEST = 64 << 10
"""Bytes of a request's body."""
NOBODYS = ("common", "organizations", "consumers")
_NAME = re.compile(r"[0-9a-z](?:[0-9a-z-]*[0-9a-z])?(?:\.[0-9a-z-]+)+")
_PORT = re.compile(r":\d{1,5}$")


class Door:
    """An ASGI application."""

    def __init__(self, tenancy: Tenancy) -> None:
        self._tenancy = tenancy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        correlation = _correlation(request)
        now = self._tenancy.clock.now()
        try:
            response = await self._answer(request)
        except Denied as denied:
            response = JSONResponse(body(denied, now, correlation), status_code=denied.status)
        except ClientDisconnect:
            return
        headers = {
            "Date": self._tenancy.clock.http_date(),
            "Cache-Control": "no-store, no-cache",
            "Pragma": "no-cache",
            "X-Content-Type-Options": "nosniff",
            "x-ms-request-id": str(uuid.uuid4()),
            "client-request-id": correlation,
            # Tokens are asked for seldom; a connection that idles would hold up the tenant's end.
            "Connection": "close",
        }
        response.headers.update(headers)
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        # A page on the web can make a browser ask this machine; its requests carry another name or another origin.
        host = f"https://{_PORT.sub('', request.headers.get('host', '').lower())}"
        if host not in sharepoint(self._tenancy.ways.host) or "origin" in request.headers:
            return Response("Pages and other names are not answered.", status_code=403, media_type="text/plain")
        match request.method, request.url.path.strip("/").split("/"):
            case "GET", ["common", "discovery", "instance"]:
                return JSONResponse(self._instance())
            case "GET", [tenant, "v2.0", ".well-known", "openid-configuration"]:
                return JSONResponse(self._configuration(self._checked(tenant, nobodys=True)))
            case "GET", [tenant, "discovery", "v2.0", "keys"]:
                self._checked(tenant, nobodys=True)
                return JSONResponse(await asyncio.to_thread(self._keys))
            case "POST", [tenant, "oauth2", "v2.0", "token"]:
                return await self._token(request, self._checked(tenant))
            case _, [_, "oauth2", "v2.0", "token"]:
                message = f"The endpoint only accepts POST requests. Received a {shown(request.method)} request."
                raise Denied("invalid_request", 900561, message)
        return Response(status_code=404)

    async def _token(self, request: Request, tenant: str) -> Response:
        raw = bytearray()
        async for piece in request.stream():
            raw += piece
            if len(raw) > LARGEST:
                return Response(status_code=413, headers={"Connection": "close"})
        said = credential.form(bytes(raw), request.headers.get("content-type", ""))
        app = credential.who(
            self._tenancy, said, request.headers.get("authorization", ""), self._names(request, tenant)
        )
        audience = credential.audience(said["scope"], self._tenancy.ways.host)
        # The first token makes the key that signs it.
        lasts = max(1, int(self._tenancy.ways.token_seconds))
        token = await asyncio.to_thread(self._tenancy.tokens.issue, app, audience, lasts)
        return JSONResponse(
            {"token_type": "Bearer", "expires_in": lasts, "ext_expires_in": lasts, "access_token": token}
        )

    def _checked(self, tenant: str, *, nobodys: bool = False) -> str:
        """The tenant that an address names. Raises Denied."""
        name = tenant.lower()
        if name in (self._tenancy.tenant, DOMAIN) or (nobodys and name in NOBODYS):
            return name
        if name in NOBODYS:
            message = (
                "No tenant-identifying information found in either the request or implied by any provided credentials."
            )
            raise Denied("invalid_request", 50059, message)
        if _is_guid(name) or _NAME.fullmatch(name):
            raise Denied(
                "invalid_request",
                90002,
                f"Tenant '{shown(tenant)}' not found. Check to make sure you have the correct tenant ID and are signing into "
                "the correct cloud. Check with your subscription administrator, this may happen if there are no active "
                "subscriptions for the tenant.",
            )
        raise Denied(
            "invalid_request",
            900023,
            f"Specified tenant identifier '{shown(tenant)}' is neither a valid DNS name, nor a valid external domain.",
        )

    def _names(self, request: Request, tenant: str) -> set[str]:
        """What an assertion may call us: by any of our names, by the tenant's id or domain."""
        roots = {self._tenancy.authority, f"https://{request.headers['host'].lower()}"}
        tenants = {self._tenancy.tenant, DOMAIN, tenant}
        ends = ("oauth2/v2.0/token", "v2.0", "oauth2/token")
        return {f"{root}/{each}/{end}" for root in roots for each in tenants for end in ends}

    def _configuration(self, tenant: str) -> dict[str, Any]:
        root = f"{self._tenancy.authority}/{tenant}"
        issuer = "{tenantid}" if tenant in NOBODYS else self._tenancy.tenant
        return {
            "token_endpoint": f"{root}/oauth2/v2.0/token",
            "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
            "jwks_uri": f"{root}/discovery/v2.0/keys",
            "response_modes_supported": ["query", "fragment", "form_post"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "response_types_supported": ["code"],
            "scopes_supported": ["openid"],
            "issuer": f"{self._tenancy.authority}/{issuer}/v2.0",
            "authorization_endpoint": f"{root}/oauth2/v2.0/authorize",
            "tenant_region_scope": "EU",
            "cloud_instance_name": self._tenancy.authority.removeprefix("https://"),
            "msgraph_host": "graph.microsoft.com",
        }

    def _instance(self) -> dict[str, Any]:
        host = self._tenancy.authority.removeprefix("https://")
        discovery = f"{self._tenancy.authority}/{self._tenancy.tenant}/v2.0/.well-known/openid-configuration"
        cloud = {"preferred_network": host, "preferred_cache": host, "aliases": [host]}
        return {"tenant_discovery_endpoint": discovery, "api-version": "1.1", "metadata": [cloud]}

    def _keys(self) -> dict[str, Any]:
        key, name = self._tenancy.tokens.public_key()
        numbers = key.public_numbers()
        one = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": name, "x5t": name}
        return {"keys": [{**one, "n": _number(numbers.n), "e": _number(numbers.e)}]}


def _number(value: int) -> str:
    return jws.text(value.to_bytes((value.bit_length() + 7) // 8))


def _is_guid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False


def _correlation(request: Request) -> str:
    said = request.headers.get("client-request-id", "")
    return said if _is_guid(said.lower()) else str(uuid.uuid4())

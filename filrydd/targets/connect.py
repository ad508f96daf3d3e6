"""Signing in, and the wiring: the Graph SDK and our own content traffic over one governed client.

The SDK builds the calls to the API; its retry and redirect handlers are left out, since repeating and redirecting are ours
(`traffic`, `receiving`), and so is its signing: a call is signed when its turn has come, not before it waits for it.
Content goes without Authorization: its addresses carry their own token.
"""

import os
import ssl
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any, Protocol
from urllib.request import getproxies, proxy_bypass

import httpx
from azure.core.credentials import AccessToken
from azure.core.exceptions import AzureError, ClientAuthenticationError
from azure.identity.aio import EnvironmentCredential
from kiota_abstractions.authentication import AnonymousAuthenticationProvider
from kiota_abstractions.request_information import RequestInformation
from msgraph import GraphRequestAdapter, GraphServiceClient

from filrydd.errors import TenantGone, TenantRefused
from filrydd.lang import _
from filrydd.targets.governor import Governor, Timing
from filrydd.targets.governor.shared import place
from filrydd.targets.hosts import GraphHosts, Hosts, LocalHosts, local_authority, parsed
from filrydd.targets.refusals import token_refused
from filrydd.targets.tenant import Meter
from filrydd.targets.traffic import ONCE, SIGN, STREAMED, Signing, Traffic
from filrydd.targets.wire import Body, Wire

SCOPE = "https://graph.microsoft.com/.default"
USER_AGENT = f"NONISV|filrydd|filrydd/{version('filrydd')}"
"""The form that SharePoint's throttling guidance asks for: kind, company, application and version."""
TIMEOUT = httpx.Timeout(100, connect=30, pool=None)
"""Seconds, the SDK's own; a call may wait for a free connection as long as it takes."""
SIGNINGS = 4
"""How often one call is signed anew after a 401 in a row."""


class Credential(Protocol):
    """What azure-identity's asynchronous credentials are."""

    async def get_token(self, *scopes: str, **options: Any) -> AccessToken: ...

    async def close(self) -> None: ...


class Login:
    """A credential whose failures are this room's errors."""

    def __init__(self, credential: Credential) -> None:
        self._credential = credential

    async def get_token(self, *scopes: str, **options: Any) -> AccessToken:
        """A token, from the credential's cache while it lasts. Raises TenantRefused, TenantGone."""
        try:
            return await self._credential.get_token(*scopes, **options)
        except ClientAuthenticationError as error:
            raise TenantRefused(
                _("The application could not sign in."),
                next=_("Check AZURE_TENANT_ID, AZURE_CLIENT_ID and the secret or certificate of the application."),
                details=tuple(error.message.splitlines()[:1]),
            ) from error
        except AzureError as error:
            raise TenantGone(
                _("No answer from the sign-in service: {detail}.").format(detail=error.message),
                next=_("Check the network, then run the same command again. What is sent stays sent."),
            ) from error

    def signing(self, scope: str) -> Signing:
        """What signs a request when its turn has come. Raises as `get_token` does."""

        async def sign(request: httpx.Request) -> None:
            token = await self.get_token(scope, enable_cae=False)
            request.headers["Authorization"] = f"Bearer {token.token}"

        return sign

    async def close(self) -> None:
        await self._credential.close()


class Connection:
    """One tenant's API and content hosts, with what all calls share. Used on one event loop.

    Units are shared with all processes that speak to the same API as the same application, unless time is not the machine's
    (`timing`) or nobody else can know the tenant (`shared` False). `tier` as in `open_tenant`.
    """

    def __init__(
        self,
        hosts: Hosts,
        timing: Timing | None,
        login: Login | None,
        *,
        proxy: str | None = None,
        tier: str = "",
        shared: bool = True,
    ) -> None:
        self.hosts = hosts
        self.rehearsal = isinstance(hosts, LocalHosts)
        self.meter = Meter()
        file = place(hosts.address, os.environ.get("AZURE_CLIENT_ID", "")) if shared and timing is None else None
        self.governor = Governor(self.meter, timing or Timing(), tier=tier, shared=file)
        self._login = login
        self._http = httpx.AsyncClient(
            transport=Traffic(Wire(proxy=proxy), self.governor, hosts.address),
            headers={"User-Agent": USER_AGENT},
            timeout=TIMEOUT,
        )
        self._adapter = GraphRequestAdapter(AnonymousAuthenticationProvider(), client=self._http)
        self._adapter.base_url = hosts.address
        self.api = GraphServiceClient(request_adapter=self._adapter)

    async def ask(self, call: RequestInformation, *, streamed: bool = False, once: bool = False) -> httpx.Response:
        """The API's answer to a call that the SDK built, whatever its status but 401.

        A streamed answer is open: the caller closes it. With `once`, a drop comes as httpx.TransportError. Raises
        TenantRefused for a 401, TenantGone, and TenantError for an address that is not the API's.
        """
        self._adapter.set_base_url_for_request_information(call)
        self.hosts.check_api(call.url)
        request = await self._adapter.convert_to_native_async(call)
        request.extensions[ONCE] = once
        response = await self._send_signed(request, SCOPE, streamed=streamed)
        if response.status_code == 401:
            raise token_refused(response)
        return response

    async def exchange(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        data: bytes | None = None,
        once: bool = False,
        streamed: bool = False,
    ) -> httpx.Response:
        """The answer of an address that the API pointed to, whatever its status; sent without Authorization.

        With `once`, a drop comes as httpx.TransportError. Raises TenantError for a foreign host before anything is sent.
        """
        self.hosts.check_content(url)
        request = self._http.build_request(
            method, parsed(url), headers=headers, extensions={ONCE: once, STREAMED: streamed}
        )
        if data is None:
            return await self._http.send(request, stream=streamed)
        request.stream = body = Body(data)
        request.headers["Content-Length"] = str(len(data))
        try:
            return await self._http.send(request, stream=streamed)
        finally:
            body.release()

    async def ask_site(self, url: httpx.URL) -> httpx.Response:
        """The answer of SharePoint's own API at a site, whatever its status, with a token that only that host takes.

        Raises TenantRefused where the sign-in service gives none, TenantGone, and TenantError for a foreign host.
        """
        self.hosts.check_content(str(url))
        headers = {"Accept": "application/json;odata=nometadata"}
        if self._login:
            self.hosts.check_site(str(url))
        request = self._http.build_request("GET", url, headers=headers)
        return await self._send_signed(request, f"https://{url.host}/.default", again=1)

    async def close(self) -> None:
        """End connections. Safe to call twice."""
        await self._http.aclose()
        await self.governor.close()
        if self._login:
            await self._login.close()

    async def _send_signed(
        self, request: httpx.Request, scope: str, *, streamed: bool = False, again: int = SIGNINGS
    ) -> httpx.Response:
        """The answer to a call with a token for `scope`. After a 401 it is signed anew, so many times in a row at most."""
        request.extensions[STREAMED] = streamed
        if self._login is None:
            return await self._http.send(request, stream=streamed)
        request.extensions[SIGN] = self._login.signing(scope)
        refused = ""
        for attempt in range(1, again + 2):
            response = await self._http.send(request, stream=streamed)
            signed = request.headers["Authorization"]
            if response.status_code != 401 or attempt > again:
                break
            if signed == refused:
                # The credential still holds it for good. One that is about to run out does so within a second or two.
                await self.governor.back_off(min(2, attempt))
            refused = signed
        return response


def to_graph(timing: Timing | None = None, *, tier: str = "") -> Connection:
    """Microsoft's tenant, as the application of the environment. Raises TenantRefused, naming variables, for none."""
    login = _from_environment()
    hosts = GraphHosts()
    proxy = None if proxy_bypass("graph.microsoft.com") else getproxies().get("https")
    return Connection(hosts, timing, login, proxy=proxy, tier=tier)


def to_rehearsal(
    hosts: LocalHosts, timing: Timing | None = None, *, sign_in: bool = True, tier: str = ""
) -> Connection:
    """The rehearsal tenant: signed in where AZURE_AUTHORITY_HOST is a sign-in service on this machine, else without.

    `sign_in` False: without, whatever the environment says, since its variables are about another tenant.
    SSL_CERT_FILE names the certificate of that service. Raises TenantRefused as `to_graph` does.
    """
    if not sign_in or not local_authority(os.environ.get("AZURE_AUTHORITY_HOST", "")):
        return Connection(hosts, timing, None, tier=tier, shared=sign_in)
    trusted = os.environ.get("SSL_CERT_FILE") or True
    if isinstance(trusted, str):
        try:
            ssl.create_default_context(cafile=trusted)
        except OSError as error:
            raise TenantRefused(
                _("The certificate of the sign-in service could not be used: {detail}.").format(detail=error),
                next=_("Check the file that SSL_CERT_FILE names."),
            ) from error
    # Instance discovery would ask Microsoft about the service; a proxy would not find this machine.
    login = _from_environment(disable_instance_discovery=True, connection_verify=trusted, use_env_settings=False)
    return Connection(hosts, timing, login, tier=tier)


def _from_environment(**options: Any) -> Login:
    missing = [name for name in ("AZURE_TENANT_ID", "AZURE_CLIENT_ID") if not os.environ.get(name)]
    if not (os.environ.get("AZURE_CLIENT_SECRET") or os.environ.get("AZURE_CLIENT_CERTIFICATE_PATH")):
        missing.append("AZURE_CLIENT_SECRET / AZURE_CLIENT_CERTIFICATE_PATH")
    if missing:
        raise TenantRefused(
            _("The application's sign-in is not set up: {names}.").format(names=", ".join(missing)),
            next=_("Set these environment variables, then run the same command again."),
        )
    try:
        return Login(EnvironmentCredential(**options))
    except (ValueError, OSError) as error:
        raise TenantRefused(
            _("The application's certificate could not be used: {detail}.").format(detail=error),
            next=_("Check the file that AZURE_CLIENT_CERTIFICATE_PATH names."),
        ) from error

"""Which app asks for a token, and for which service: the body of a token request, read as Entra reads it.

Applications sign in as themselves here (client_credentials); people do not, so every other grant is refused.
"""

import base64
import binascii
import uuid
from collections.abc import Mapping
from urllib.parse import parse_qsl, unquote_plus

from filrydd.rehearsal.authority import assertion
from filrydd.rehearsal.authority.denial import Denied, client, lacking, shown
from filrydd.rehearsal.rules.apps import App
from filrydd.rehearsal.rules.tokens import GRAPH, sharepoint
from filrydd.rehearsal.store.registrations import Registration
from filrydd.rehearsal.tenancy import Tenancy

_FORM = "application/x-www-form-urlencoded"
_DEFAULT = "/.default"
_MOST_FIELDS = 50


def form(body: bytes, kind: str) -> dict[str, str]:
    """The parameters of a body; none of another kind's. Raises Denied for one that comes twice."""
    if kind.partition(";")[0].strip().lower() != _FORM:
        return {}
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise Denied("invalid_request", 90014, "The request body is not properly formatted.") from None
    said: dict[str, str] = {}
    for name, value in pairs:
        if name in said:
            raise Denied(
                "invalid_request",
                9000411,
                f"The request is not properly formatted. The parameter '{shown(name)}' is duplicated.",
            )
        said[name] = value
    return said


def who(tenancy: Tenancy, said: Mapping[str, str], authorization: str, audiences: set[str]) -> App:
    """The app that a request proves to come from. Raises Denied."""
    said = {**said, **_basic(authorization)}
    if not said.get("grant_type"):
        raise lacking("grant_type")
    if said["grant_type"] != "client_credentials":
        kind = shown(said["grant_type"])
        raise Denied("unsupported_grant_type", 70003, f"The app requested an unsupported grant type '{kind}'.")
    proof = assertion.read(said["client_assertion"]) if said.get("client_assertion") else None
    id = said.get("client_id") or (assertion.app_of(proof) if proof else "")
    if not id:
        raise lacking("client_id")
    if not said.get("scope"):
        raise lacking("scope")
    registered = _registered(tenancy, id)
    if proof:
        if said.get("client_assertion_type") != assertion.TYPE:
            raise lacking("client_assertion_type")
        assertion.check(proof, registered.app.id, registered.certificate, audiences, tenancy.clock.now())
        return registered.app
    if not said.get("client_secret"):
        raise client(
            7000218, "The request body must contain the following parameter: 'client_assertion' or 'client_secret'."
        )
    if not registered.has_secret(said["client_secret"]):
        raise client(
            7000215,
            "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not "
            f"the client secret ID, for a secret added to app '{registered.app.id}'.",
        )
    app = registered.app
    return App(app.id, app.name, app.permissions, certified=False)


def audience(scope: str, host: str) -> str:
    """The service that a scope names, as its tokens name it. `host` is where the tenant listens. Raises Denied."""
    scopes = scope.split()
    if len(scopes) != 1:
        raise Denied(
            "invalid_scope", 70011, f"The provided value for the input parameter 'scope' is not valid. {_scope(scope)}"
        )
    if scopes == [_DEFAULT.lstrip("/")]:
        # Without a resource it is Graph that is meant (Microsoft, "Scopes and permissions"); rclone asks like this.
        return GRAPH[0]
    if not scopes[0].endswith(_DEFAULT):
        raise Denied(
            "invalid_scope",
            1002012,
            f"The provided value for scope {shown(scope)} is not valid. Client credential flows must have a scope value "
            "with /.default suffixed to the resource identifier (application ID URI).",
        )
    service = scopes[0].removesuffix(_DEFAULT).rstrip("/")
    if service.lower() not in GRAPH + sharepoint(host):
        raise Denied(
            "invalid_resource",
            500011,
            f"The resource principal named {shown(service)} was not found in the tenant named Rehearsal. This can happen if "
            "the application has not been installed by the administrator of the tenant or consented to by any user in the "
            "tenant. You might have sent your authentication request to the wrong tenant.",
        )
    return service.lower()


def _scope(scope: str) -> str:
    return f"The scope {shown(scope)} is not valid."


def _registered(tenancy: Tenancy, id: str) -> Registration:
    try:
        found = tenancy.apps.find(str(uuid.UUID(id)))
    except ValueError:
        found = None
    if found is None:
        raise Denied(
            "unauthorized_client",
            700016,
            f"Application with identifier '{shown(id)}' was not found in the directory 'Rehearsal'. This can happen if the "
            "application has not been installed by the administrator of the tenant or consented to by any user in the "
            "tenant. You may have sent your authentication request to the wrong tenant.",
        )
    return found


def _basic(authorization: str) -> dict[str, str]:
    """Id and secret of a header; nothing of another header."""
    kind, _space, said = authorization.partition(" ")
    if kind.lower() != "basic":
        return {}
    try:
        id, _colon, secret = base64.b64decode(said, validate=True).decode("ascii").partition(":")
    except (binascii.Error, ValueError):
        return {}
    return {"client_id": unquote_plus(id), "client_secret": unquote_plus(secret)}

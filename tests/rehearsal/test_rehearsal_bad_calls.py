"""Every call that the tenant knows, with bodies and options of the wrong kind: refused in Graph's form, or done."""

import json
import re
import uuid
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

CALLS = st.sampled_from(
    [
        ("GET", "D"), ("GET", "D/root/children"), ("POST", "D/root/children"), ("GET", "D/root/search(q='a')"),
        ("GET", "D/root/delta"), ("GET", "D/items/I"), ("PATCH", "D/items/I"), ("POST", "D/items/I/copy"),
        ("PUT", "D/items/I/content"), ("GET", "D/items/I/content"), ("POST", "D/items/I/invite"),
        ("GET", "D/items/I/permissions"), ("DELETE", "D/items/I/permissions/x"), ("PATCH", "D/items/I/retentionLabel"),
        ("GET", "D/items/I/retentionLabel"), ("DELETE", "D/items/I/retentionLabel"), ("POST", "D/items/I/checkout"),
        ("POST", "D/items/I/checkin"), ("POST", "D/items/I/discardCheckout"), ("GET", "D/items/I/versions"),
        ("POST", "D/items/I/versions/1.0/restoreVersion"), ("DELETE", "D/items/I/versions/1.0"),
        ("GET", "D/items/I/listItem"), ("PATCH", "D/items/I/listItem/fields"), ("POST", "D/root:/x.bin:/createUploadSession"),
        ("POST", "D/items/I/createUploadSession"), ("GET", "S"), ("GET", "S/lists"), ("POST", "S/lists"), ("GET", "S/drives"),
        ("GET", "S/permissions"), ("POST", "S/permissions"), ("GET", "S/lists/L"), ("GET", "S/lists/L/columns"),
        ("POST", "S/lists/L/columns"), ("PATCH", "S/lists/L/columns/Title"), ("DELETE", "S/lists/L/columns/Title"),
        ("GET", "S/lists/L/items"), ("POST", "S/lists/L/items"), ("GET", "S/lists/L/items/2"), ("DELETE", "S/lists/L/items/9"),
        ("PATCH", "S/lists/L/items/2/fields"), ("GET", "S/lists/L/items/2/fields"), ("GET", "/v1.0/sites"),
        ("GET", "/v1.0/users"), ("GET", "/v1.0/groups"), ("GET", "/v1.0/teams"), ("POST", "/v1.0/$batch"),
        ("POST", "/beta/sites"),
        ("PATCH", "/sites/rehearsal/_api/web/lists(guid'L')"), ("GET", "/sites/rehearsal/_api/web/lists(guid'L')"),
        ("GET", "/sites/rehearsal/_api/web"), ("POST", "/sites/rehearsal/_api/web"),
        ("GET", "/sites/rehearsal/_api/SP.CompliancePolicy.SPPolicyStoreProxy.GetListComplianceTag(listUrl='/L')"),
        ("GET", "/-/admin"), ("GET", "/-/admin.json"), ("GET", "/sites/rehearsal"), ("GET", "/"),
    ]
)  # fmt: skip
OPTIONS = st.lists(
    st.tuples(
        st.sampled_from(
            ["$select", "$filter", "$orderby", "$top", "$skip", "$expand", "$count", "$skiptoken", "$search", "token", "q",
             "search", "every", "lang", "after", "@microsoft.graph.conflictBehavior", "@name.conflictBehavior", "$format"]
        ),
        st.sampled_from(
            ["", "id", "name", "*", "id,name", "name desc", "name asc,id", "fields", "fields($select=Title)", "fields(",
             "children",
             "children($top=1)", "root", "fields/Title eq 'a'", "fields/Title eq", "fields/Title eq 'a' and", "not fields/Title",
             "((((((((((fields/Title eq 'a'", "name eq 'a'", "startswith(name,'a')", "fields/Antall gt 1e999",
             "onPremisesSecurityIdentifier eq 'S-1'", "mail in ('a','b')", "fields/Title desc", "1", "0", "-1", "1e9",
             "5000", "99999999999",
             "٣", "true", "maybe", "LTU", "e30", "MQ", "rename", "replace", "nb", "\u202e", "a" * 3000, "(" * 3000, "'" * 999]
        ),
    ),
    max_size=3,
)  # fmt: skip
KEYS = re.findall(
    r"\S+",
    """
    name folder item parentReference id path driveId fileSystemInfo lastModifiedDateTime createdDateTime
    requests method url displayName list template recipients roles requireSignIn sendInvitation
    retainInheritedPermissions objectId fields Title columns text number choice choices boolean dateTime
    indexed retentionSettings isRecordLocked includeAllVersionHistory webUrl comment checkInAs
    MajorVersionLimit EnableVersioning VersionPolicies DefaultTrimMode grantedToIdentities application
    dependsOn headers body deferCommit allowMultipleLines maxLength decimalPlaces
    @microsoft.graph.conflictBehavior
    """,
)
PLAIN = (
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats()
    | st.text(max_size=6)
    | st.sampled_from(
        ["", "a.txt", "..", "root", "documentLibrary", "genericList", "read", "write", "GET", "POST", "/drives/x/root",
         "published",
         "2020-01-02T03:04:05Z", "0001-01-01T00:00:00Z", "http://[", "\ud800", "/drive/root:/a", "x" * 300, {"a": []}, [None],
         10**400]
    )
)  # fmt: skip
VALUES = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=10,
)
BODIES = st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=5)
RIGHT: dict[str, dict[str, Any]] = {
    "children": {"name": "m", "folder": {}},
    "copy": {"name": "kopi.txt", "parentReference": {"id": "root"}},
    "invite": {"recipients": [{"objectId": "x"}], "roles": ["read"], "requireSignIn": True, "sendInvitation": False},
    "retentionLabel": {"name": "x"},
    "checkin": {"comment": "x", "checkInAs": "published"},
    "createUploadSession": {"item": {"name": "x.bin"}, "deferCommit": True},
    "fields": {"Title": "x"},
    "lists": {"displayName": "L", "list": {"template": "genericList"}, "columns": [{"name": "A", "text": {}}]},
    "columns": {"name": "Antall", "displayName": "Antall", "number": {}, "indexed": True},
    "items": {"fields": {"Title": "x"}},
    "permissions": {"roles": ["read"], "grantedToIdentities": [{"application": {"id": "x", "displayName": "x"}}]},
    "$batch": {"requests": [{"id": "1", "method": "GET", "url": "/sites"}]},
    "sites": {"name": "ny", "webUrl": "http://127.0.0.1/sites/ny", "template": "sts"},
    "lists(guid'L')": {"MajorVersionLimit": 5, "VersionPolicies": {"DefaultTrimMode": 2}},
}
"""Bodies that would do, by the last word of the address; a wrong part is put in."""


@pytest.fixture(scope="module")
def places(tenant, http) -> dict[str, str]:
    """A library of the module's own with a file, and what stands for it in addresses."""
    found = http.get(f"{tenant.graph}/sites/127.0.0.1:/sites/rehearsal").raise_for_status().json()
    site = f"{tenant.graph}/sites/{found['id']}"
    body = {"displayName": f"Bibliotek {uuid.uuid4().hex}", "list": {"template": "documentLibrary"}}
    made = http.post(f"{site}/lists", json=body).raise_for_status().json()
    drive = http.get(f"{site}/lists/{made['id']}/drive").raise_for_status().json()
    return {"web": tenant.web, "D": f"{tenant.graph}/drives/{drive['id']}", "S": site, "L": made["id"]}


@settings(suppress_health_check=list(HealthCheck))
@given(call=CALLS, options=OPTIONS, body=BODIES, spoilt=st.booleans())
def test_no_call_fails_whatever_its_options_and_its_body_are(http, places, call, options, body, spoilt) -> None:
    method, path = call
    if spoilt:
        body = RIGHT.get(path.rpartition("/")[2], {}) | dict(list(body.items())[:1])
    item = http.put(f"{places['D']}/root:/a.txt:/content", content=b"x")
    if item.status_code >= 400:
        # Something that was asked for before is in its way.
        item = http.put(f"{places['D']}/root:/{uuid.uuid4().hex}.txt:/content", content=b"x")
    first, _, rest = path.partition("/")
    address = (places.get(first) or places["web"]) + f"/{rest}".rstrip("/")
    address = address.replace("/I", f"/{item.json()['id']}").replace("lists/L", f"lists/{places['L']}")
    address = address.replace("guid'L'", f"guid'{places['L']}'")
    answer = http.request(
        method, address, params=options, content=said(body) if method in ("POST", "PATCH", "PUT") else None
    )
    assert answer.status_code < 500 or answer.status_code == 501, (method, address, options, body, answer.text)
    if answer.status_code >= 400 and "json" in answer.headers.get("Content-Type", ""):
        error = answer.json()["error"]
        assert error["code"] and error["message"] and error["innerError"]["request-id"]
    assert http.get(f"{places['D']}/root/children?$top=1").status_code == 200


def said(body: dict[str, Any]) -> bytes:
    return json.dumps(body).encode()

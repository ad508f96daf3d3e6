"""Raw requests, as no client of ours would send them: never a failure, never a file outside, always Graph's form of an error."""

import http.client
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from filrydd.rehearsal.ways import Ready
from filrydd.rehearsal.wire.server import running

GRAIN = 320 * 1024
HOSTILE = [
    "..", "%2e%2e", "%2E%2e", "..%2f..%2f", "%2e%2e%2fetc%2fpasswd", "..%5c..%5c", "%5c%5cserver%5cshare", "C%3A%5CWindows",
    "c:", "%00", "a%00.txt", "%C0%AE%C0%AE", "%C0%AF", "%E0%80%AF", "%F0%80%80%AF", "%ED%A0%80", "%FF%FE", "%u002e", "%",
    "%%", "%zz", "%252e%252e", "file%3A%2F%2F%2Fetc%2Fpasswd", "con", "a" * 300, "a/" * 300, "%F0%9F%98%80" * 200, "a%0d%0aX:y",
    "%e2%80%ae", "~", "$metadata", "$ref", "tenant.db", "blobs", "sessions", "apps.yaml", "..;", "....//", "a:b", "root:", "::",
]  # fmt: skip
BETWEEN = st.sampled_from(["/", "/", "/", ":/", "//", "/./", "/../", "\\", "%2F", "%5C", ":"])
PATHS = st.lists(st.tuples(BETWEEN, st.sampled_from(HOSTILE)), max_size=5).map(
    lambda pairs: "".join(between + piece for between, piece in pairs)
)
STARTS = st.sampled_from(
    ["/v1.0/drives/{drive}/root:", "/v1.0/drives/{drive}/items", "/v1.0/drives", "/v1.0/sites", "/v1.0", "/_api/v2.0/drives",
     "/v1.0/drives/{drive}/root", "/v1.0/users", "/v1.0/groups", "/v1.0/teams", "/v1.0/$batch", "/sites", "", "/-", "/_api/web",
     "/beta"]
)  # fmt: skip
ENDS = st.sampled_from(
    ["", ":/content", ":/children", ":/createUploadSession", "/content", "/children", "/delta", ":/versions"]
)
TRANSFERS = st.sampled_from(
    ["/download", "/uploadSession", "/uploadSession?guid=..%2f..", "/download/..", "/download/%2e%2e"]
)
METHODS = st.sampled_from(
    ["GET", "PUT", "POST", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "get", "M" * 200]
)
HEADERS = st.dictionaries(
    st.sampled_from(
        ["If-Match", "If-None-Match", "Authorization", "Content-Type", "Content-Range", "Range", "Prefer", "client-request-id",
         "Accept", "Content-Encoding", "Origin", "Cookie", "Referer", "X-HTTP-Method-Override", "Accept-Language"]
    ),
    st.sampled_from(
        ["", "*", "Bearer", "Bearer x", "Basic eDp5", "bytes 0-0/1", "bytes=0-", "bytes=5-1", "bytes=-99999999999999999999",
         "bytes 0-99999999999999999/9", "gzip", "text/plain", "\xe6\xf8\xe5", "\x7f", "x" * 5000, "http://evil.example"]
    ),
    max_size=3,
)  # fmt: skip
BODIES = st.sampled_from(
    [b"", b"{", b"[]", b"null", b"7", b'"x"', b"{}", b"\xff\xfe", b"[" * 100_000, b'{"a":' * 50_000, b'{"name": NaN}',
     b'{"name": 1e999}', b'{"name": ' + b"9" * 5000 + b"}", b'{"name": "\\ud800", "folder": {}}', b'{"name": "a", "name": "b"}',
     b'{"name": "..", "folder": {}}', b'{"name": "../../x", "folder": {}}', b'{"name": "..\\\\..\\\\x", "folder": {}}',
     b'{"name": "a\\u0000b", "folder": {}}', b'{"name": ["a"], "folder": {}}', b'{"name": "a", "folder": {"x": 1}}',
     b'{"name": {}, "parentReference": {"path": "/drives/x/root:/../../.."}}', b'{"parentReference": {"id": ["x"]}}',
     b'{"parentReference": {"path": 7}}', b'{"fileSystemInfo": []}', b'{"fileSystemInfo": {"lastModifiedDateTime": 7}}',
     b'{"item": {"name": "../x"}}', b'{"item": 7}', b'{"requests": [{"id": "1", "method": "GET", "url": "/../../x"}]}',
     b'{"requests": [{"id": "1", "method": "GET", "url": "http://evil.example/"}]}', b'{"requests": {}}',
     b'{"requests": [{"id": "1", "method": "POST", "url": "/$batch", "body": {"requests": []}}]}']
)  # fmt: skip


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Ready]]:
    """A tenant of the module's own, one folder below a place where nothing else may appear."""
    place = tmp_path_factory.mktemp("place")
    with running(place / "a" / "b" / "tenant") as ready:
        yield place, ready


def outside(place: Path) -> set[Path]:
    """Everything that lies beside the tenant's folder."""
    tenant = place / "a" / "b" / "tenant"
    return {path for path in place.rglob("*") if tenant not in (path, *path.parents)}


def said_raw(port: int, head: str, body: bytes = b"") -> tuple[int, dict[str, str], bytes]:
    """A request as it is written here, and its answer. Status 0: the connection was closed without one."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(head.encode("latin-1") + body)
        answer = http.client.HTTPResponse(line, method=head.partition(" ")[0])
        try:
            answer.begin()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        except (http.client.BadStatusLine, ConnectionError):
            return 0, {}, b""


@settings(suppress_health_check=list(HealthCheck))
@given(st.booleans(), METHODS, STARTS, PATHS, ENDS, TRANSFERS, HEADERS, BODIES)
def test_whatever_is_sent_the_tenant_neither_fails_nor_writes_elsewhere(
    house, second, method, start, path, end, transfer, headers, body
) -> None:
    place, ready = house
    before = outside(place)
    front = urlsplit(ready.web).port
    port = front
    target = start.format(drive=ready.drives[0].id) + path + end
    if second:
        port, target = transfer_port(ready), transfer + path
    head = f"{method} {target or '/'} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: {len(body)}\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in headers.items()) + "Connection: close\r\n\r\n"
    status, told, answer = said_raw(port, head, body)
    assert status < 500 or status == 501, (head, body[:100], status, answer)
    if status >= 400 and method != "HEAD" and target.startswith(("/v1.0", "/_api/v2.0")):
        # What is no HTTP at all (400 without a body of ours) never came to the tenant.
        if told.get("content-type", "").startswith("application/json"):
            error = json.loads(answer)["error"]
            assert error["code"] and error["message"] and error["innerError"]["request-id"] == told["request-id"]
        else:
            assert status == 400 and not told.get("request-id"), (head, status, told, answer)
    assert outside(place) == before
    assert b"root:x:0" not in answer


def transfer_port(ready: Ready) -> int:
    status, told, _ = said_raw(
        urlsplit(ready.web).port,
        f"PUT /v1.0/drives/{ready.drives[0].id}/root:/fil.txt:/content HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        "Content-Length: 1\r\nConnection: close\r\n\r\n",
        b"x",
    )
    assert status in (200, 201), told
    _, told, _ = said_raw(
        urlsplit(ready.web).port,
        f"GET /v1.0/drives/{ready.drives[0].id}/root:/fil.txt:/content HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
    )
    return int(urlsplit(told["location"]).port or 0)


@pytest.mark.parametrize(
    "name", ["..", ".", "...", "../x", "a/../../x", "\\\\server\\share", "C:\\x", "a\x00b", "a\u0085b", "\ud800"]
)
def test_a_name_that_is_a_path_is_refused_and_leaves_nothing(house, http, error, name: str) -> None:
    place, ready = house
    before = outside(place)
    address = f"{ready.graph}/drives/{ready.drives[0].id}/root/children"
    body = json.dumps({"name": name, "folder": {}}).encode()
    status, code = error(http.post(address, content=body, headers={"Content-Type": "application/json"}))
    assert status == 400 and code in ("invalidRequest", "BadRequest")
    assert outside(place) == before

"""A library of a running tenant and its model, kept in step: each call is made, and what came is held against the model."""

import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote

import httpx

from filrydd.quickxor import QuickXor
from tests.rehearsal.live_tenant import CLIENTS, LiveTenant
from tests.rehearsal.model_tenant import PATH, Entry, ModelTenant, Refusal, Session, fold, seconds

GRAIN = 320 * 1024
Times = dict[str, int | None]


class RehearsedLibrary:
    """A new library; every method is one call by one of the clients, checked against the model."""

    def __init__(self, tenant: LiveTenant) -> None:
        self.tenant = tenant
        http = tenant.clients[0]
        body = {"displayName": f"B{uuid.uuid4().hex}", "list": {"template": "documentLibrary"}}
        made = http.post(f"{tenant.site}/lists", json=body).raise_for_status().json()
        self.list = f"{tenant.site}/lists/{made['id']}"
        drive = http.get(f"{self.list}/drive").raise_for_status().json()
        for name in ("Sak", "Merknad"):
            column = {"name": name, "displayName": name, "text": {}}
            http.post(f"{self.list}/columns", json=column).raise_for_status()
        self.drive = f"{tenant.graph}/drives/{drive['id']}"
        self.model = ModelTenant(httpx.URL(drive["webUrl"]).path.lstrip("/"))
        self.model.root.id = http.get(f"{self.drive}/root").json()["id"]
        self._settled: set[Entry] = set()
        # What each client knows from delta: items by id, and the link to go on from.
        self._known: list[dict[str, dict[str, Any]]] = [{} for _ in range(CLIENTS)]
        self._links = [f"{self.drive}/root/delta"] * CLIENTS

    def make_folder(self, who: int, parent: Entry, name: str, conflict: str, times: Times) -> Entry | None:
        body = {"name": name, "folder": {}, "@microsoft.graph.conflictBehavior": conflict, **_info(times)}
        answer = self._client(who).post(f"{self._by_id(parent)}/children", json=body)
        return self._agrees(answer, lambda: self.model.make_folder(parent, name, conflict, times))

    def put(self, who: int, start: Entry, names: list[str], content: bytes, conflict: str, tag: str) -> Entry | None:
        address = self._at(start, names, "content")
        query = f"?@microsoft.graph.conflictBehavior={conflict}"
        there = self._reached(start, names)
        answer = self._client(who).put(address + query, content=content, headers=_match(there, tag))
        return self._agrees(answer, lambda: self.model.put(start, names, content, conflict, tag))

    def put_together(self, start: Entry, name: str, contents: list[bytes], conflict: str) -> list[Entry]:
        """Two clients put under one name at the same time: as if one had come after the other."""
        address = self._at(start, [name], "content") + f"?@microsoft.graph.conflictBehavior={conflict}"
        answers = together(
            lambda: self.tenant.clients[0].put(address, content=contents[0]),
            lambda: self.tenant.clients[1].put(address, content=contents[1]),
        )
        in_order = list(zip(answers, contents, strict=True))
        # Who came first shows: a refusal came last, so did the higher number of a change or of a name.
        in_order.sort(key=lambda pair: _order(pair[0]))
        done = [
            self._agrees(answer, lambda content=content: self.model.put(start, [name], content, conflict), settle=False)
            for answer, content in in_order
        ]
        made = [each for each in done if each]
        for each in dict.fromkeys(made):
            self.check(self._shown(each), each)
        return made

    def alter(
        self, who: int, entry: Entry, name: str | None, to: Entry | None, times: Times, conflict: str, tag: str
    ) -> None:
        answer = self._client(who).patch(
            self._by_id(entry),
            json={**self._alteration(name, to, times), "@microsoft.graph.conflictBehavior": conflict},
            headers=_match(entry, tag),
        )
        self._agrees(answer, lambda: (self.model.alter(entry, name, to, times, conflict, tag), False))

    def copy(self, who: int, entry: Entry, to: Entry, name: str, conflict: str) -> Entry | None:
        """A copy; waits until it is made."""
        if not entry.gone and not to.gone and self.model.deepest(entry, to, name) > PATH - 4:
            # Would end half-way; what is there then is nobody's promise.
            return None
        body = {"name": name, "parentReference": {"id": to.id}}
        query = f"?@microsoft.graph.conflictBehavior={conflict}"
        answer = self._client(who).post(f"{self._by_id(entry)}/copy{query}", json=body)
        try:
            made = self.model.copy(entry, to, name, conflict)
        except Refusal as refusal:
            _refused(answer, refusal)
            return None
        assert (answer.status_code, answer.content) == (202, b""), answer.text
        until = time.monotonic() + 30
        while (told := self._client(who).get(answer.headers["Location"]).json())["status"] == "inProgress":
            assert time.monotonic() < until, told
            time.sleep(0.01)
        assert told["status"] == "completed", told
        made.id = str(told["resourceId"])
        self.check(self._shown(made), made)
        self._learn_below(made)
        return made

    def _learn_below(self, folder: Entry) -> None:
        if not folder.folder:
            return
        page = self._client(0).get(f"{self._by_id(folder)}/children?$top=999").raise_for_status().json()["value"]
        shapes = {shape["name"]: shape for shape in page}
        assert set(shapes) == {child.name for child in folder.children.values()}
        for child in folder.children.values():
            self.check(shapes[child.name], child)
            self._learn_below(child)

    def remove(self, who: int, entry: Entry, tag: str) -> None:
        answer = self._client(who).delete(self._by_id(entry), headers=_match(entry, tag))
        self._agrees(answer, lambda: self.model.remove(entry, tag))

    def fill(self, who: int, entry: Entry, values: dict[str, str | None]) -> None:
        address = f"{self._by_id(entry)}/listItem/fields"
        answer = self._client(who).patch(address, json=values)
        if answer.status_code == 409 and answer.json()["error"]["code"] == "resourceModified":
            # SharePoint may be busy with a new item itself, once.
            assert entry not in self._settled, "busy twice"
            self._settled.add(entry)
            answer = self._client(who).patch(address, json=values)
        try:
            self.model.fill(entry, values)
        except Refusal as refusal:
            _refused(answer, refusal)
            return
        assert answer.status_code == 200, answer.text
        said = {name: answer.json()[name] for name in ("Sak", "Merknad") if name in answer.json()}
        assert said == entry.fields, (said, entry.fields)
        self.check(self._shown(entry), entry)

    def together_in_batch(self, who: int, steps: list[tuple[str, Entry, str]]) -> None:
        """Several calls in one `$batch`: each `make`, `rename`, `remove` or `get` of an entry with a name."""
        requests: list[dict[str, Any]] = []
        for number, (kind, entry, name) in enumerate(steps):
            url = self._by_id(entry).removeprefix(self.tenant.graph)
            method = {"make": "POST", "rename": "PATCH", "remove": "DELETE", "get": "GET"}[kind]
            body: dict[str, Any] = {"make": {"name": name, "folder": {}}, "rename": {"name": name}}.get(kind, {})
            request = {"id": str(number), "method": method, "url": f"{url}/children" if kind == "make" else url}
            if body:
                request |= {"body": body, "headers": {"Content-Type": "application/json"}}
            requests.append(request)
        answer = self._client(who).post(f"{self.tenant.graph}/$batch", json={"requests": requests})
        assert answer.status_code == 200, answer.text
        told = {each["id"]: each for each in answer.json()["responses"]}
        assert len(told) == len(steps)
        acts: dict[str, Callable[[Entry, str], tuple[Entry, bool] | None]] = {
            "make": lambda entry, name: self.model.make_folder(entry, name, "fail", {}),
            "rename": lambda entry, name: (self.model.alter(entry, name, None, {}, "fail", ""), False),
            "remove": lambda entry, _name: self.model.remove(entry),
            "get": lambda entry, _name: (self._alive(entry), False),
        }
        for number, (kind, entry, name) in enumerate(steps):
            one = told[str(number)]
            as_answer = httpx.Response(one["status"], json=one.get("body"))
            self._agrees(as_answer, lambda kind=kind, entry=entry, name=name: acts[kind](entry, name))

    def open_session(
        self, who: int, start: Entry, names: list[str], conflict: str, data: bytes, times: Times
    ) -> Session | None:
        body = {"item": {"@microsoft.graph.conflictBehavior": conflict, **_info(times)}}
        answer = self._client(who).post(self._at(start, names, "createUploadSession"), json=body)
        try:
            session = self.model.open_session(start, names, conflict, data, times)
        except Refusal as refusal:
            _refused(answer, refusal)
            return None
        assert answer.status_code == 200, answer.text
        session.url = answer.json()["uploadUrl"]
        return session

    def send(self, who: int, session: Session, grains: int, *, skip: int = 0) -> Entry | None:
        """The next fragment: so many grains, or what is left. `skip` grains too far on (or back) is refused."""
        start, total = session.received + skip * GRAIN, len(session.data)
        if not 0 <= start < total:
            return None
        piece = session.data[start : start + grains * GRAIN]
        head = {"Content-Range": f"bytes {start}-{start + len(piece) - 1}/{total}"}
        answer = self._client(who).put(session.url, content=piece, headers=head)
        if session.over:
            _refused(answer, Refusal(404, "itemNotFound"))
            return None
        if skip:
            _refused(answer, Refusal(416, "invalidRange"))
            return None
        if start + len(piece) == total:
            return self._agrees(answer, lambda: self.model.finish(session))
        assert answer.status_code == 202, answer.text
        session.received += len(piece)
        self._expects(answer, session)
        return None

    def ask(self, who: int, session: Session) -> None:
        answer = self._client(who).get(session.url)
        if session.over:
            _refused(answer, Refusal(404, "itemNotFound"))
            return
        assert answer.status_code == 200, answer.text
        self._expects(answer, session)

    def cancel(self, who: int, session: Session) -> None:
        answer = self._client(who).delete(session.url)
        if session.over:
            _refused(answer, Refusal(404, "itemNotFound"))
            return
        assert answer.status_code == 204, answer.text
        self.model.end(session)

    def read(self, who: int, entry: Entry) -> None:
        """The content and all versions of a file are what was sent."""
        client = self._client(who)
        answer = client.get(f"{self._by_id(entry)}/content")
        if entry.gone:
            _refused(answer, Refusal(404, "itemNotFound"))
            return
        assert answer.status_code == 302, answer.text
        assert client.get(answer.headers["Location"]).content == entry.content, entry
        listed = client.get(f"{self._by_id(entry)}/versions").raise_for_status().json()["value"]
        assert [each["size"] for each in listed] == [len(each) for each in entry.versions[::-1]], entry
        assert [each["id"] for each in listed] == [f"{n}.0" for n in range(len(listed), 0, -1)], entry
        for old, content in list(zip(listed, entry.versions[::-1], strict=True))[1:3]:
            moved = client.get(f"{self._by_id(entry)}/versions/{old['id']}/content")
            assert client.get(moved.headers["Location"]).content == content, (entry, old["id"])

    def listed(self, who: int, page: int) -> None:
        """Children by children, `page` at a time, the library is the model; so are sums and the quota."""
        client = self._client(who)
        for folder in (self.model.root, *(each for each in self.model.all() if each.folder)):
            address = f"{self._by_id(folder)}/children?$top={page}"
            found: list[dict[str, Any]] = []
            while address:
                body = client.get(address).raise_for_status().json()
                assert len(body["value"]) <= page
                found += body["value"]
                address = body.get("@odata.nextLink", "")
            by_name = {each["name"]: each for each in found}
            assert len(by_name) == len(found), folder
            assert set(by_name) == {each.name for each in folder.children.values()}, folder
            for child in folder.children.values():
                self.check(by_name[child.name], child)
            self.check(client.get(self._by_id(folder)).raise_for_status().json(), folder)
        used = client.get(self.drive).raise_for_status().json()["quota"]["used"]
        assert used == self.model.root.size

    def synchronised(self, who: int, *, anew: bool) -> None:
        """What a client puts together from delta listings is the model."""
        if anew:
            self._known[who], self._links[who] = {}, f"{self.drive}/root/delta"
        link, known = self._links[who], self._known[who]
        while True:
            body = self._client(who).get(link).raise_for_status().json()
            for item in body["value"]:
                if "deleted" in item:
                    known.pop(item["id"], None)
                else:
                    known[item["id"]] = item
            if "@odata.nextLink" not in body:
                break
            link = body["@odata.nextLink"]
        self._links[who] = body["@odata.deltaLink"]
        theirs = {
            id: (item["name"], item["parentReference"]["id"], "folder" in item, _number(item["eTag"]))
            for id, item in known.items()
            if "root" not in item
        }
        ours = {
            each.id: (each.name, each.parent and each.parent.id, each.folder, each.etag) for each in self.model.all()
        }
        assert theirs == ours
        for each in self.model.all():
            if not each.folder:
                assert known[each.id]["size"] == each.size
                assert known[each.id]["file"]["hashes"].get("quickXorHash", "") == _hash(each.content)

    def check_root(self) -> None:
        self.check(self._shown(self.model.root), self.model.root)

    def check(self, shape: dict[str, Any], entry: Entry) -> None:
        """An item as the tenant tells it is the model's entry; learns what only the tenant can say."""
        entry.id = entry.id or shape["id"]
        entry.tag = shape["eTag"]
        assert shape["id"] == entry.id, entry
        assert shape["size"] == entry.size, entry
        if entry.parent is None:
            assert shape["folder"]["childCount"] == len(entry.children)
            return
        assert shape["name"] == entry.name
        assert shape["parentReference"]["id"] == (entry.parent.id or self._name_parents(entry.parent, shape)), entry
        assert _number(shape["eTag"]) == entry.etag, entry
        if entry.folder:
            assert shape["folder"]["childCount"] == len(entry.children), entry
        else:
            assert _number(shape["cTag"]) == entry.ctag, entry
            assert shape["file"]["hashes"].get("quickXorHash", "") == _hash(entry.content), entry
        for kind, name in (("created", "createdDateTime"), ("modified", "lastModifiedDateTime")):
            told = seconds(shape["fileSystemInfo"][name])
            if getattr(entry, kind) is None:
                assert abs(told - time.time()) < 30, (entry, name)
                setattr(entry, kind, told)
            assert told == getattr(entry, kind) == seconds(shape[name]), (entry, name)

    def _name_parents(self, folder: Entry, shape: dict[str, Any]) -> str:
        # Folders that a path needed: who made them was told of the file only.
        folder.id = str(shape["parentReference"]["id"])
        self.check(self._shown(folder), folder)
        return folder.id

    def _agrees(
        self, answer: httpx.Response, act: Callable[[], tuple[Entry, bool] | None], *, settle: bool = True
    ) -> Entry | None:
        try:
            done = act()
        except Refusal as refusal:
            _refused(answer, refusal)
            return None
        if done is None:
            assert (answer.status_code, answer.content) == (204, b""), answer.text
            return None
        entry, new = done
        assert answer.status_code == (201 if new else 200), (answer.status_code, answer.text, entry)
        if settle:
            self.check(answer.json(), entry)
        else:
            entry.id = entry.id or answer.json()["id"]
        return entry

    @staticmethod
    def _alive(entry: Entry) -> Entry:
        if entry.gone:
            raise Refusal(404, "itemNotFound")
        return entry

    @staticmethod
    def _expects(answer: httpx.Response, session: Session) -> None:
        (told,) = answer.json()["nextExpectedRanges"]
        first, _, last = told.partition("-")
        assert int(first) == session.received, (told, session.received)
        assert last in ("", str(len(session.data) - 1)), told

    def _alteration(self, name: str | None, to: Entry | None, times: Times) -> dict[str, Any]:
        body: dict[str, Any] = _info(times)
        if name is not None:
            body["name"] = name
        if to is not None:
            body["parentReference"] = {"id": to.id}
        return body

    def _reached(self, start: Entry, names: list[str]) -> Entry | None:
        here: Entry | None = start
        for name in names:
            here = here and here.children.get(fold(name))
        return here

    def _client(self, who: int) -> httpx.Client:
        return self.tenant.clients[who]

    def _shown(self, entry: Entry) -> dict[str, Any]:
        shape: dict[str, Any] = self._client(0).get(self._by_id(entry)).raise_for_status().json()
        return shape

    def _by_id(self, entry: Entry) -> str:
        return f"{self.drive}/items/{entry.id or 'unknown'}"

    def _at(self, start: Entry, names: list[str], action: str) -> str:
        path = "/".join(quote(name, safe="") for name in names)
        return f"{self._by_id(start)}:/{path}:/{action}" if names else f"{self._by_id(start)}/{action}"


def together(*calls: Callable[[], httpx.Response]) -> list[httpx.Response]:
    """Make calls at the same time."""
    with ThreadPoolExecutor(len(calls)) as pool:
        return [each.result() for each in [pool.submit(call) for call in calls]]


def _refused(answer: httpx.Response, refusal: Refusal) -> None:
    assert answer.status_code == refusal.status, (answer.status_code, answer.text, refusal)
    said = answer.json()["error"]
    assert said["code"] == refusal.code, (said, refusal)
    assert said["message"] and set(said["innerError"]) >= {"date", "request-id", "client-request-id"}


def _info(times: Times) -> dict[str, Any]:
    names = {"created": "createdDateTime", "modified": "lastModifiedDateTime"}
    told = {names[kind]: time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(value)) for kind, value in times.items()}
    return {"fileSystemInfo": told} if told else {}


def _match(entry: Entry | None, tag: str) -> dict[str, str]:
    if not tag:
        return {}
    return {"If-Match": entry.tag if entry and tag == "now" else '"{00000000-0000-0000-0000-000000000000},1"'}


def _number(tag: str) -> int:
    return int(tag.rstrip('"').rpartition(",")[2])


def _order(answer: httpx.Response) -> tuple[bool, int, int, str]:
    if answer.status_code >= 400:
        return True, 0, 0, ""
    name = answer.json()["name"]
    return False, _number(answer.json()["eTag"]), len(name), name


def _hash(content: bytes) -> str:
    return QuickXor(content).base64() if content else ""

"""A front before a tenant that fails on request: a real HTTP server on this machine."""

import contextlib
import http.client
import json
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar


@dataclass
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Answer:
    """`cut` closes the connection after that many bytes of the body; `drop` without any answer."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | dict[str, object] = b""
    cut: int | None = None
    drop: bool = False


Rule = Callable[[Request], Answer | None]


class Front:
    """A server that answers by its rules, and passes on what no rule answers. Addresses in what comes back are turned
    so that they lead through the front too (`/to/PORT/...`)."""

    def __init__(self, address: str, upstream: str) -> None:
        self.address = address
        self.upstream = upstream
        self.requests: list[Request] = []
        self.rules: list[Rule] = []
        self.after: list[Callable[[Request, Answer], Answer]] = []

    def answer(self, method: str, pattern: str, *answers: Answer | None) -> None:
        """Give these answers, one a request, to the next requests that match; None passes one on."""
        left = list(answers)

        def rule(request: Request) -> Answer | None:
            if not left or request.method != method or not re.search(pattern, request.path):
                return None
            return left.pop(0)

        self.rules.append(rule)

    def lose_answer(self, method: str, pattern: str, times: int = 1) -> None:
        """Pass the next matching requests on, and close the connection instead of answering."""
        left = [None] * times

        def lose(request: Request, answer: Answer) -> Answer:
            if left and request.method == method and re.search(pattern, request.path):
                left.pop()
                return Answer(drop=True)
            return answer

        self.after.append(lose)

    def seen(self, method: str, pattern: str) -> list[Request]:
        return [one for one in self.requests if one.method == method and re.search(pattern, one.path)]

    def respond(self, request: Request) -> Answer:
        self.requests.append(request)
        for rule in self.rules:
            if answer := rule(request):
                return answer
        answer = self._pass_on(request)
        for turn in self.after:
            answer = turn(request, answer)
        return answer

    def _pass_on(self, request: Request) -> Answer:
        host, path = self.upstream, request.path
        if through := re.match(r"/to/(\d+)(/.*)", path):
            host, path = f"127.0.0.1:{through[1]}", through[2]
        connection = http.client.HTTPConnection(host, timeout=30)
        try:
            headers = {name: value for name, value in request.headers.items() if name != "host"}
            connection.request(request.method, path, body=request.body, headers=headers)
            response = connection.getresponse()
            body = response.read()
        finally:
            connection.close()
        kept = {n.lower(): v for n, v in response.getheaders()}
        if "location" in kept:
            kept["location"] = self._turned(kept["location"])
        if kept.get("content-type", "").startswith("application/json"):
            body = self._turned(body.decode()).encode()
        return Answer(response.status, kept, body)

    def _turned(self, text: str) -> str:
        return re.sub(r"http://(?:127\.0\.0\.1|localhost):(\d+)", rf"{self.address}/to/\1", text)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    front: ClassVar[Front]

    def respond(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.front.respond(Request(self.command, self.path, headers, body))
        if answer.drop:
            self.close_connection = True
            return
        content = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
        self.send_response_only(answer.status)
        kind = {} if isinstance(answer.body, bytes) else {"content-type": "application/json"}
        dropped = {"content-length", "transfer-encoding", "connection"}
        for name, value in (kind | answer.headers).items():
            if name.lower() not in dropped:
                self.send_header(name, value)
        if answer.status != 204:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content if answer.cut is None else content[: answer.cut])
        self.close_connection = self.close_connection or answer.cut is not None

    do_GET = do_PUT = do_POST = do_PATCH = do_DELETE = respond

    def log_message(self, format: str, *args: object) -> None:
        """Tests read `Front.requests`."""


@contextlib.contextmanager
def front_before(upstream: str) -> Iterator[Front]:
    handler = type("Handler", (Handler,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    handler.front = Front(f"http://127.0.0.1:{server.server_address[1]}", upstream)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield handler.front
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def error(status: int, code: str) -> Answer:
    return Answer(status, {}, {"error": {"code": code, "message": "as the script says"}})

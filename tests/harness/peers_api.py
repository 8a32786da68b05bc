"""The senders' APIs as a local server, written from what is known of them: Bitrix24, amoCRM, Ecwid, pretix.

It answers documents to whoever has the right token, and can be told to hang, to refuse, to talk nonsense.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

TOKEN = "api-token-1"
BITRIX_PATH = "/rest/1/webhook-code-1/"


@dataclass(frozen=True)
class Reply:
    """One answer; `hang_s`: so long it says nothing at all."""

    status: int = 200
    body: bytes = b"{}"
    headers: tuple[tuple[str, str], ...] = ()
    hang_s: float = 0.0


def told(tree: Any, status: int = 200) -> Reply:
    """An answer of JSON."""
    return Reply(status, json.dumps(tree).encode(), (("Content-Type", "application/json"),))


@dataclass(frozen=True)
class Request:
    """What was asked: method, path with query, headers in lower case, the body as JSON."""

    method: str
    path: str
    headers: dict[str, str]
    json: Any


class PeersApi:
    """Every API on one port. `documents` by `kind:id`; `faults` are answered first, each once."""

    def __init__(self) -> None:
        self.documents: dict[str, Any] = {}
        self.faults: list[Reply] = []
        self.requests: list[Request] = []
        self.ended = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        """Where it serves."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def bitrix(self) -> str:
        """The inbound webhook of Bitrix24."""
        return self.url + BITRIX_PATH

    def answer(self, request: Request) -> Reply:
        """What this request gets."""
        self.requests.append(request)
        if self.faults:
            return self.faults.pop(0)
        path = unquote(urlsplit(request.path).path)
        if path.startswith("/rest/"):
            return self._bitrix(path, request.json)
        authorization = request.headers.get("authorization", "")
        if authorization not in (f"Bearer {TOKEN}", f"Token {TOKEN}"):
            return told({"detail": "Unauthorized"}, 401)
        return self._plain(path.strip("/").split("/"))

    def _plain(self, parts: list[str]) -> Reply:
        kinds = {"leads": "lead", "contacts": "contact", "orders": "order", "customers": "customer", "carts": "cart"}
        match parts:
            case ["api", "v4", kind, id] if kind in kinds:  # amoCRM
                found = self.documents.get(f"{kinds[kind]}:{id}")
            case ["api", "v1", "organizers", organizer, "events", event, "orders", code]:  # pretix
                found = self.documents.get(f"order:{organizer}/{event}/{code}")
            case [*_, store, kind, id] if kind in kinds:  # Ecwid
                found = self.documents.get(f"{kinds[kind]}:{store}/{id}")
            case _:
                found = None
        return told(found) if found is not None else told({"detail": "Not found."}, 404)

    def _bitrix(self, path: str, asked: Any) -> Reply:
        if not path.startswith(BITRIX_PATH):
            return told({"error": "INVALID_CREDENTIALS", "error_description": "Invalid request credentials"}, 401)
        method = path.removeprefix(BITRIX_PATH)
        if method == "batch":
            return told({"result": self._batch(asked["cmd"])})
        found = self._record(method, str(asked["ID"]))
        return told({"result": found}) if found else told({"error": "", "error_description": "Not found"}, 400)

    def _batch(self, commands: dict[str, str]) -> dict[str, Any]:
        results: dict[str, Any] = {}
        errors: dict[str, Any] = {}
        for name, command in commands.items():
            method, _, query = command.partition("?")
            id = parse_qs(query)["ID"][0]
            if id.startswith("$result["):
                first, field = id.removeprefix("$result[").removesuffix("]").split("][")
                id = str((results.get(first) or {}).get(field) or "")
            found = self._record(method, id)
            if found:
                results[name] = found
            else:
                errors[name] = {"error": "", "error_description": "Not found"}
        # PHP writes an empty mapping as a list.
        return {"result": results or [], "result_error": errors or []}

    def _record(self, method: str, id: str) -> Any:
        kind = method.removeprefix("crm.").removesuffix(".get")
        return self.documents.get(f"{kind}:{id}")

    def __enter__(self) -> PeersApi:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.ended.set()
        self._server.shutdown()
        self._server.server_close()


def _handler(api: PeersApi) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length)
            headers = {name.lower(): value for name, value in self.headers.items()}
            reply = api.answer(Request(self.command, self.path, headers, json.loads(body) if body else None))
            if reply.hang_s:
                api.ended.wait(reply.hang_s)
            try:
                self.send_response(reply.status)
                for name, value in reply.headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body)
            except OSError:
                self.close_connection = True

        def do_GET(self) -> None:
            """Answer."""
            self._serve()

        def do_POST(self) -> None:
            """Answer."""
            self._serve()

        def log_message(self, *_: Any) -> None:
            """Silent."""

    return Handler

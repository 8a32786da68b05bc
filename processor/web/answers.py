"""What we say over HTTP: one shape for every error, in the senders' common tongue."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from starlette.responses import Response
from starlette.types import Send

from processor.domain.delivery import Answer

_json = msgspec.json.Encoder().encode
RETRY_AFTER_S = 5
_RETRY_AFTER: Mapping[int, tuple[tuple[bytes, bytes], ...]] = {
    status: ((b"retry-after", str(RETRY_AFTER_S).encode()),) for status in (429, 503)
}


def json_answer(status: int, body: object) -> Answer:
    """`body` as JSON."""
    return Answer(status, _json(body))


def error(status: int, code: str, message: str) -> Answer:
    """`{"error": {"code", "message"}}`; 429 and 503 say when to come again."""
    return json_answer(status, {"error": {"code": code, "message": message}})


def kept(id_: str, own_id: str, queued_status: int) -> Answer:
    """The usual answer to a delivery that is stored: queued under its own id, or a repetition of an earlier one."""
    if id_ == own_id:
        return Answer(queued_status, b'{"id":"%b","status":"queued"}' % id_.encode())
    return Answer(200, b'{"id":"%b","status":"duplicate"}' % id_.encode())


def as_response(answer: Answer) -> Response:
    """For Starlette's own endpoints."""
    headers = {name.decode(): value.decode() for name, value in _RETRY_AFTER.get(answer.status, ())}
    return Response(answer.body, answer.status, headers, answer.content_type)


async def send_answer(send: Send, answer: Answer) -> None:
    """Straight to the server: the intake path makes no response objects."""
    headers = [
        (b"content-type", answer.content_type.encode("latin-1")),
        (b"content-length", b"%d" % len(answer.body)),
        *_RETRY_AFTER.get(answer.status, ()),
    ]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
